import pytest
from msgspec.structs import replace

from parity.dialects.sqlite.clauses import PLAIN_KEY, UNNUMBERED_KEY
from parity.dialects.sqlite.facts import DIALECT
from parity.dialects.sqlite.ledger import LEDGER
from parity.dialects.sqlite.normalize import settle
from parity.schema.model import (
    Check,
    Generated,
    Index,
    IndexColumn,
    IndexKind,
    ObjectRef,
    OpaqueKind,
    PrimaryKey,
    ReferentialAction,
    Schema,
    SortOrder,
)
from parity.schema.steps import CreateIndex, CreateOpaque, CreateTable
from parity.schema.types import (
    Arity,
    AutoIncrement,
    ColumnType,
    Expression,
    Literal,
    LiteralKind,
    ObjectName,
    TypeFamily,
)
from replaying import in_order_of_making

EVERYTHING = """
CREATE TABLE plain (id INTEGER PRIMARY KEY);
CREATE TABLE counted (id INTEGER PRIMARY KEY AUTOINCREMENT, x);
CREATE TABLE spelled (id INT NOT NULL PRIMARY KEY);
CREATE TABLE loose (id TEXT PRIMARY KEY);
CREATE TABLE pairs (a INT, b TEXT, c INT, UNIQUE (b, c), UNIQUE (c, a), CONSTRAINT pk PRIMARY KEY (b, a));
CREATE TABLE keys (
    id INTEGER PRIMARY KEY, a INT REFERENCES PLAIN, b TEXT CONSTRAINT "to loose" REFERENCES loose(ID) ON DELETE CASCADE,
    CONSTRAINT "pa'ir" FOREIGN KEY (b, a) REFERENCES pairs ON UPDATE SET NULL MATCH FULL DEFERRABLE INITIALLY DEFERRED
    FOREIGN KEY (a) REFERENCES plain (id) ON DELETE SET DEFAULT ON UPDATE NO ACTION NOT DEFERRABLE
);
CREATE TABLE rules (
    id INTEGER PRIMARY KEY, n TEXT COLLATE NoCase CHECK (n <> 'CHECK ('), -- , CHECK (0)
    twice INT AS (id * 2), thrice INT GENERATED ALWAYS AS (id * (2 + 1)) STORED,
    d TEXT DEFAULT (lower('X')), "q'o""te, (" INT DEFAULT 7,
    CONSTRAINT positive CHECK (id > 0 AND n IN ('a', 'b')) CHECK (1)
);
CREATE TABLE strict_one (id INTEGER PRIMARY KEY, x ANY) STRICT;
CREATE TABLE rowless (id INTEGER PRIMARY KEY, n TEXT) WITHOUT ROWID, STRICT;
CREATE INDEX by_expression ON rules (lower(n) DESC, id);
CREATE INDEX by_part ON rules (twice) WHERE twice > 3 AND n IS NOT NULL;
CREATE UNIQUE INDEX by_collation ON rules (n COLLATE BINARY DESC, d COLLATE nocase);
CREATE VIEW seen AS SELECT id, n FROM rules;
CREATE VIEW "seen again" AS SELECT * FROM seen;
CREATE TRIGGER tick AFTER INSERT ON rules WHEN new.id > 3 BEGIN UPDATE counted SET x = 1; SELECT 2; END;
CREATE TRIGGER instead INSTEAD OF DELETE ON seen BEGIN SELECT 1; END;
CREATE VIRTUAL TABLE words USING fts5(body);
"""


@pytest.fixture
def schema(session) -> Schema:
    session.execute(EVERYTHING)
    return DIALECT.driver.introspect(session, ())


def table(schema, name):
    return next(found for found in schema.tables if found.name == ObjectName(name))


def index(schema, table_name, name):
    return next(found for found in table(schema, table_name).indexes if found.name == name)


def opaque(schema, name):
    return next(found for found in schema.opaques if found.name == ObjectName(name))


def test_everything_that_is_read_can_be_written_and_reads_the_same_again(schema):
    render = DIALECT.render
    with DIALECT.driver.scratch(None) as other:
        for each in schema.tables:
            steps = [CreateTable(each), *(CreateIndex(each, one) for one in each.indexes)]
            for step in steps:
                for statement in render(step).statements:
                    other.execute(statement)
        for each in sorted(schema.opaques, key=lambda one: (one.kind is OpaqueKind.TRIGGER, one.name.name != "seen")):
            other.execute(render(CreateOpaque(each)).statements[0])
        again = DIALECT.driver.introspect(other, ())
    # The catalog tells the newest first, and what was read last was made last.
    assert in_order_of_making(again) == schema


def test_what_is_read_is_settled_already(schema):
    assert [settle(each) for each in schema.tables] == list(schema.tables)


def test_own_tables_of_sqlite_and_of_the_tool_are_left_out(session):
    session.execute(LEDGER.create)
    session.execute("CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT); INSERT INTO t DEFAULT VALUES; ANALYZE")
    session.execute("CREATE VIRTUAL TABLE words USING fts5(body); CREATE TABLE words_list (id INTEGER)")
    found = DIALECT.driver.introspect(session, ())
    assert [each.name.name for each in found.tables] == ["t", "words_list"]
    assert [each.name.name for each in found.opaques] == ["words"]


def test_the_number_of_statements_does_not_depend_on_the_number_of_tables(session):
    def sent():
        before = session.round_trips
        DIALECT.driver.introspect(session, ())
        return session.round_trips - before

    session.execute("CREATE TABLE first (id INTEGER PRIMARY KEY)")
    few = sent()
    for number in range(50):
        session.execute(f"CREATE TABLE t{number} (id INTEGER PRIMARY KEY, f INT REFERENCES first, UNIQUE (f))")
    assert sent() == few <= 7


def test_every_single_int_key_numbers_itself_and_how_it_is_written_is_kept(schema):
    keys = {name: table(schema, name).columns[0] for name in ("plain", "counted", "spelled", "loose")}
    assert keys["plain"].default == keys["counted"].default == keys["spelled"].default == AutoIncrement()
    assert keys["loose"].default is None
    markers = [keys[name].default.sql for name in ("plain", "counted", "spelled")]
    assert markers == [PLAIN_KEY, None, UNNUMBERED_KEY]


def test_only_a_row_number_is_required_without_not_null(schema):
    assert table(schema, "plain").columns[0].arity is Arity.REQUIRED
    assert table(schema, "loose").columns[0].arity is Arity.NULLABLE


def test_a_key_of_several_columns_is_in_its_own_order_and_nameless(schema):
    assert table(schema, "pairs").primary_key == PrimaryKey(None, (IndexColumn("b"), IndexColumn("a")))


def test_unique_constraints_are_unique_indexes_of_the_usual_name(schema):
    found = table(schema, "pairs").indexes
    assert [(each.name, each.constraint, each.kind) for each in found] == [
        ("pairs_c_a_key", True, IndexKind.UNIQUE),
        ("pairs_b_c_key", True, IndexKind.UNIQUE),
    ]


def test_a_unique_constraint_beside_an_index_of_its_usual_name_keeps_the_one_of_sqlite(session):
    session.execute("CREATE TABLE t (x INT UNIQUE); CREATE UNIQUE INDEX t_x_key ON t (x)")
    found = DIALECT.driver.introspect(session, ()).tables[0].indexes
    assert [each.name for each in found] == ["t_x_key", "sqlite_autoindex_t_1"]


def test_foreign_keys_have_the_names_actions_and_spellings_of_what_they_refer_to(schema):
    found = table(in_order_of_making(schema), "keys").foreign_keys
    assert [(each.name, each.columns, each.referenced_table.name, each.referenced_columns) for each in found] == [
        (None, ("a",), "plain", ("id",)),
        ("to loose", ("b",), "loose", ("id",)),
        ("pa'ir", ("b", "a"), "pairs", ("b", "a")),
        (None, ("a",), "plain", ("id",)),
    ]
    assert [each.deferrable for each in found] == [None, None, "DEFERRABLE INITIALLY DEFERRED", None]
    actions = ReferentialAction
    assert [each.on_delete for each in found] == [
        actions.NO_ACTION,
        actions.CASCADE,
        actions.NO_ACTION,
        actions.SET_DEFAULT,
    ]
    assert found[2].on_update is actions.SET_NULL


def test_checks_of_columns_and_of_the_table_are_found_with_their_names(schema):
    assert table(schema, "rules").checks == (
        Check(None, "CHECK (n <> 'CHECK (')"),
        Check("positive", "CHECK (id > 0 AND n IN ('a', 'b'))"),
        Check(None, "CHECK (1)"),
    )


def test_collations_generated_columns_and_defaults_are_found(schema):
    columns = {column.name: column for column in table(schema, "rules").columns}
    assert columns["n"].collation == "NOCASE"
    assert columns["twice"].generated == Generated("id * 2", stored=False)
    assert columns["thrice"].generated == Generated("id * (2 + 1)", stored=True)
    assert columns["d"].default == Expression("lower('X')")
    assert columns["q'o\"te, ("].default == Literal(LiteralKind.INT, 7)


def test_options_of_the_table_are_found(schema):
    assert table(schema, "strict_one").traits == ("STRICT",)
    assert table(schema, "rowless").traits == ("STRICT", "WITHOUT ROWID")
    assert table(schema, "strict_one").columns[1].type == ColumnType(TypeFamily.UNSUPPORTED, text="any")


def test_expressions_predicates_and_collations_of_indexes_are_found(schema):
    assert index(schema, "rules", "by_expression").columns == (
        IndexColumn("", SortOrder.DESC, expression="lower(n)"),
        IndexColumn("id"),
    )
    assert index(schema, "rules", "by_part").predicate == "twice > 3 AND n IS NOT NULL"
    assert index(schema, "rules", "by_collation") == Index(
        "by_collation",
        (IndexColumn("n", SortOrder.DESC, collation="BINARY"), IndexColumn("d", collation="NOCASE")),
        IndexKind.UNIQUE,
    )


def test_views_triggers_and_virtual_tables_are_kept_with_what_they_stand_on(schema):
    assert {each.name.name: each.kind for each in schema.opaques} == {
        "seen": OpaqueKind.VIEW,
        "seen again": OpaqueKind.VIEW,
        "tick": OpaqueKind.TRIGGER,
        "instead": OpaqueKind.TRIGGER,
        "words": OpaqueKind.VIRTUAL_TABLE,
    }
    assert opaque(schema, "tick").table == ObjectName("rules")
    assert opaque(schema, "instead").table == ObjectName("seen")
    assert ObjectRef("TABLE", ObjectName("counted")) in opaque(schema, "tick").depends_on
    assert ObjectRef("COLUMN", ObjectName("rules"), "n") in opaque(schema, "seen").depends_on
    assert ObjectRef("VIEW", ObjectName("seen")) in opaque(schema, "seen again").depends_on
    assert [column.name for column in opaque(schema, "seen again").columns] == ["id", "n"]


def test_what_is_read_through_views_counts_as_read(schema):
    rules = ObjectRef("TABLE", ObjectName("rules"))
    assert rules in opaque(schema, "seen again").depends_on
    assert rules in opaque(schema, "instead").depends_on


def test_a_broken_view_hides_nothing_but_the_columns_of_views(session):
    session.execute(
        "CREATE TABLE t (x INT); CREATE VIEW broken AS SELECT * FROM gone; CREATE VIEW fine AS SELECT x FROM t"
    )
    found = DIALECT.driver.introspect(session, ())
    assert [each.name.name for each in found.tables] == ["t"]
    assert [(each.name.name, each.columns) for each in found.opaques] == [("broken", ()), ("fine", ())]


def test_a_wanted_table_settles_as_what_sqlite_holds(session):
    session.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, role TEXT, n BIGINT, UNIQUE (role))")
    found = DIALECT.driver.introspect(session, ()).tables[0]
    key, role, number = found.columns
    wanted = replace(
        found,
        columns=(
            replace(key, default=None),
            replace(role, type=ColumnType(TypeFamily.ENUM, enum=ObjectName("Role")), default=Expression("(NULL)")),
            replace(number, default=AutoIncrement()),
        ),
        primary_key=PrimaryKey("t_pkey", (IndexColumn("id", SortOrder.DESC),)),
        indexes=(replace(found.indexes[0], name="sqlite_autoindex_t_1"), found.indexes[0]),
    )
    assert wanted != found
    assert settle(wanted) == found


def test_an_enum_default_settles_as_text(session):
    session.execute("CREATE TABLE t (role TEXT DEFAULT 'ADMIN')")
    found = DIALECT.driver.introspect(session, ()).tables[0]
    role = replace(found.columns[0], default=Literal(LiteralKind.ENUM, "ADMIN"))
    assert settle(replace(found, columns=(role,))) == found


def test_a_foreign_key_to_a_table_that_is_gone_is_read_and_written_without_columns(session):
    session.execute("CREATE TABLE t (x INT REFERENCES gone NOT DEFERRABLE NOT NULL CHECK (x > 1) CONSTRAINT dangling)")
    found = DIALECT.driver.introspect(session, ()).tables[0]
    assert found.foreign_keys[0].referenced_columns == ()
    assert found.checks == (Check(None, "CHECK (x > 1)"),)
    session.execute("DROP TABLE t")
    session.execute(DIALECT.render(CreateTable(found)).statements[0])
    assert DIALECT.driver.introspect(session, ()).tables[0] == found
