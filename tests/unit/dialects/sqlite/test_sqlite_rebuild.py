"""A rebuild loses nothing: rows, rows that refer to them, and everything that hangs on the table."""

import pytest
from msgspec.structs import replace

from parity.dialects.base import Session
from parity.dialects.sqlite.facts import DIALECT
from parity.dialects.sqlite.render import render
from parity.execute.runner import run_script
from parity.schema.model import Column, Opaque, OpaqueKind, Schema, Table
from parity.schema.steps import RedefineTables, Redefinition
from parity.schema.types import Arity, ColumnType, ObjectName, TypeFamily
from replaying import in_order_of_making

SHOP = """
CREATE TABLE customer (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    email TEXT NOT NULL COLLATE NOCASE,
    age INT CONSTRAINT adult CHECK (age >= 18),
    label TEXT AS (email || '!') STORED,
    half INT AS (age / 2)
) STRICT;
CREATE UNIQUE INDEX by_email ON customer (email) WHERE age IS NOT NULL;
CREATE INDEX by_label ON customer (lower(label) DESC);
CREATE TABLE orders (id INTEGER PRIMARY KEY, customer INT REFERENCES customer ON DELETE CASCADE);
CREATE TABLE visits (id INTEGER PRIMARY KEY, customer INT REFERENCES customer ON DELETE SET NULL);
CREATE TABLE guards (id INTEGER PRIMARY KEY, customer INT REFERENCES customer ON DELETE RESTRICT);
CREATE TABLE log (line TEXT);
CREATE TRIGGER note AFTER UPDATE ON customer BEGIN INSERT INTO log VALUES ('changed ' || new.email); END;
CREATE TRIGGER greet AFTER INSERT ON orders BEGIN INSERT INTO log SELECT 'for ' || email FROM customer; END;
CREATE VIEW adults AS SELECT email FROM customer WHERE age > 20;
CREATE VIEW loud AS SELECT upper(email) AS shout FROM adults;
CREATE TRIGGER through INSTEAD OF DELETE ON loud BEGIN INSERT INTO log VALUES ('deleted'); END;
INSERT INTO customer (email, age) VALUES ('ann@x', 30), ('bob@x', 19), ('cid@x', 40);
DELETE FROM customer WHERE email = 'cid@x';
INSERT INTO orders (customer) VALUES (1), (2);
INSERT INTO visits (customer) VALUES (1), (2);
INSERT INTO guards (customer) VALUES (1);
DELETE FROM log;
"""


@pytest.fixture
def shop(file_session) -> Session:
    file_session.execute(SHOP)
    return file_session


def introspected(session: Session) -> Schema:
    return in_order_of_making(DIALECT.driver.introspect(session, ()))


def table(schema: Schema, name: str) -> Table:
    return next(found for found in schema.tables if found.name == ObjectName(name))


def creatable(opaques: tuple[Opaque, ...]) -> tuple[Opaque, ...]:
    return tuple(sorted(opaques, key=lambda one: (one.kind is OpaqueKind.TRIGGER, one.name)))


def rebuild(session: Session, old: Table, new: Table) -> None:
    names = {column.name for column in old.columns} & {column.name for column in new.columns}
    copied = tuple((column.name, column.name) for column in old.columns if column.name in names)
    step = RedefineTables((Redefinition(old, new, copied, restored=creatable(introspected(session).opaques)),))
    run_script(session, DIALECT, "".join(f"{statement};\n" for statement in render(step).statements))


@pytest.fixture
def rebuilt(shop) -> Session:
    """The shop, whose customers got a column in the middle."""
    old = table(introspected(shop), "customer")
    city = Column("city", ColumnType(TypeFamily.STRING), Arity.NULLABLE)
    rebuild(shop, old, replace(old, columns=(*old.columns[:2], city, *old.columns[2:])))
    return shop


def test_a_rebuild_that_changes_nothing_leaves_the_same_schema_and_rows(shop):
    before = introspected(shop)
    rows = shop.query("SELECT * FROM customer")
    customer = table(before, "customer")
    rebuild(shop, customer, customer)
    assert introspected(shop) == before
    assert shop.query("SELECT * FROM customer") == rows


def test_rows_and_generated_values_are_kept(rebuilt):
    assert rebuilt.query("SELECT id, email, city, age, label, half FROM customer") == [
        (1, "ann@x", None, 30, "ann@x!", 15),
        (2, "bob@x", None, 19, "bob@x!", 9),
    ]


def test_rows_that_refer_to_the_table_are_untouched(rebuilt):
    assert rebuilt.query("SELECT customer FROM orders") == [(1,), (2,)]
    assert rebuilt.query("SELECT customer FROM visits") == [(1,), (2,)]
    assert rebuilt.query("SELECT customer FROM guards") == [(1,)]
    assert DIALECT.driver.deferred_constraints_hold(rebuilt) == ()


def test_foreign_keys_work_as_before_and_are_switched_on_again(rebuilt):
    rebuilt.execute("DELETE FROM customer WHERE id = 2")
    assert rebuilt.query("SELECT customer FROM orders") == [(1,)]
    assert rebuilt.query("SELECT customer FROM visits ORDER BY id") == [(1,), (None,)]


def test_numbers_of_deleted_rows_are_not_given_again(rebuilt):
    rebuilt.execute("INSERT INTO customer (email) VALUES ('dan@x')")
    assert rebuilt.query("SELECT max(id) FROM customer") == [(4,)]
    assert rebuilt.query("SELECT name, seq FROM sqlite_sequence WHERE name LIKE '%customer%'") == [("customer", 4)]


def test_the_counter_of_an_emptied_table_is_kept(shop):
    shop.execute("DELETE FROM guards; DELETE FROM customer")
    customer = table(introspected(shop), "customer")
    rebuild(shop, customer, customer)
    shop.execute("INSERT INTO customer (email) VALUES ('dan@x')")
    assert shop.query("SELECT id FROM customer") == [(4,)]


def test_indexes_checks_collations_triggers_and_views_are_kept(shop):
    before = introspected(shop)
    customer = table(before, "customer")
    city = Column("city", ColumnType(TypeFamily.STRING), Arity.NULLABLE)
    wanted = replace(customer, columns=(*customer.columns, city))
    rebuild(shop, customer, wanted)
    after = introspected(shop)
    assert table(after, "customer") == wanted
    assert [each for each in after.tables if each.name != wanted.name] == [
        each for each in before.tables if each.name != wanted.name
    ]
    assert after.opaques == before.opaques


def test_triggers_and_views_still_work(rebuilt):
    rebuilt.execute(
        "UPDATE customer SET age = 50 WHERE id = 1; INSERT INTO orders (customer) VALUES (1); DELETE FROM loud"
    )
    assert rebuilt.query("SELECT line FROM log")[:2] == [("changed ann@x",), ("for ann@x",)]
    assert rebuilt.query("SELECT shout FROM loud") == [("ANN@X",)]
    assert ("deleted",) in rebuilt.query("SELECT line FROM log")


def test_two_tables_that_share_a_view_are_rebuilt_in_one_step(shop):
    shop.execute("CREATE VIEW joined AS SELECT c.email FROM customer c JOIN orders o ON o.customer = c.id")
    before = introspected(shop)
    opaques = creatable(before.opaques)
    redefinitions = tuple(
        Redefinition(old, old, tuple((c.name, c.name) for c in old.columns), restored=opaques)
        for old in (table(before, "customer"), table(before, "orders"))
    )
    script = ";\n".join(render(RedefineTables(redefinitions)).statements)
    run_script(shop, DIALECT, script)
    assert introspected(shop) == before
    assert shop.query("SELECT count(*) FROM joined") == [(2,)]


def test_a_failing_rebuild_leaves_everything_as_it_was(shop):
    before = introspected(shop)
    customer = table(before, "customer")
    required = Column("city", ColumnType(TypeFamily.STRING), Arity.REQUIRED)
    with pytest.raises(Exception, match="NOT NULL constraint failed"):
        rebuild(shop, customer, replace(customer, columns=(*customer.columns, required)))
    assert introspected(shop) == before
    assert not shop.in_transaction
    assert shop.query("PRAGMA foreign_keys") == [(1,)]


def test_a_unique_constraint_becomes_an_index_of_the_wanted_name(file_session):
    file_session.execute("CREATE TABLE t (x INT UNIQUE); INSERT INTO t VALUES (1)")
    old = introspected(file_session).tables[0]
    rebuild(file_session, old, replace(old, indexes=(replace(old.indexes[0], name="mine"),)))
    assert [(each.name, each.constraint) for each in introspected(file_session).tables[0].indexes] == [("mine", False)]
    with pytest.raises(Exception, match="UNIQUE constraint failed"):
        file_session.execute("INSERT INTO t VALUES (1)")


def test_a_table_that_refers_to_itself_keeps_its_rows(file_session):
    file_session.execute(
        "CREATE TABLE node (id INTEGER PRIMARY KEY, parent INT REFERENCES node ON DELETE CASCADE);"
        "INSERT INTO node VALUES (1, NULL), (2, 1), (3, 2)"
    )
    node = introspected(file_session).tables[0]
    rebuild(file_session, node, node)
    assert file_session.query("SELECT count(*) FROM node") == [(3,)]
    assert introspected(file_session).tables[0] == node
