"""From a database to a wanted schema: what is planned, written and run on SQLite reaches it, and loses nothing."""

import pytest
from msgspec.structs import replace

from parity.dialects.base import Session
from parity.dialects.sqlite.facts import DIALECT
from parity.diff.compare import diff
from parity.execute.runner import run_script
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.schema.model import Column, Schema
from parity.schema.types import Arity, ColumnType, Literal, LiteralKind, Now, TypeFamily

LIBRARY = """
CREATE TABLE zone (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT UNIQUE);
CREATE TABLE shelf (id INTEGER PRIMARY KEY, zone INT NOT NULL REFERENCES zone ON DELETE CASCADE);
CREATE VIEW z_all AS SELECT * FROM zone;
CREATE VIEW b_loud AS SELECT upper(name) AS name FROM z_all;
CREATE VIEW a_louder AS SELECT name || '!' AS name FROM b_loud;
CREATE TABLE log (line TEXT);
CREATE TRIGGER noted AFTER INSERT ON zone BEGIN INSERT INTO log VALUES (new.name); END;
CREATE TRIGGER through INSTEAD OF INSERT ON a_louder BEGIN INSERT INTO log VALUES ('through'); END;
CREATE TRIGGER counted AFTER DELETE ON log BEGIN INSERT INTO log SELECT count(*) FROM b_loud; END;
INSERT INTO zone (name) VALUES ('north'), ('south');
INSERT INTO shelf (zone) VALUES (1), (2);
"""


@pytest.fixture
def library(file_session) -> Session:
    file_session.execute(LIBRARY)
    return file_session


def reach(session: Session, wanted: Schema) -> str:
    found = DIALECT.driver.introspect(session, ())
    text = script(build_plan(diff(found, wanted, DIALECT), found, wanted, DIALECT), DIALECT, warnings=False)
    run_script(session, DIALECT, text)
    assert diff(DIALECT.driver.introspect(session, ()), wanted, DIALECT) == ()
    return text


def with_column(schema: Schema, table_name: str, column: Column) -> Schema:
    tables = tuple(
        replace(table, columns=(*table.columns, column)) if table.name.name == table_name else table
        for table in schema.tables
    )
    return replace(schema, tables=tables)


def test_a_rebuild_beneath_views_on_views_and_triggers_keeps_all_of_them_at_work(library):
    before = DIALECT.driver.introspect(library, ())
    floor = Column("floor", ColumnType(TypeFamily.INT), Arity.REQUIRED, default=Literal(LiteralKind.INT, 1))
    reach(library, with_column(before, "zone", floor))
    assert DIALECT.driver.introspect(library, ()).opaques == before.opaques
    library.execute("INSERT INTO zone (name) VALUES ('west'); INSERT INTO a_louder VALUES ('x'); DELETE FROM log")
    assert library.query("SELECT name FROM a_louder ORDER BY name") == [("NORTH!",), ("SOUTH!",), ("WEST!",)]
    assert library.query("SELECT line, count(*) FROM log GROUP BY line") == [("3", 4)]
    assert library.query("SELECT zone FROM shelf") == [(1,), (2,)]


def test_a_nullable_column_with_the_time_as_default_is_added_to_a_table_with_rows(library):
    before = DIALECT.driver.introspect(library, ())
    made = Column("made", ColumnType(TypeFamily.DATE_TIME), Arity.NULLABLE, default=Now())
    reach(library, with_column(before, "zone", made))
    assert library.query("SELECT count(made) FROM zone") == [(2,)]


def test_a_unique_constraint_can_be_dropped_and_renamed(library):
    before = DIALECT.driver.introspect(library, ())
    zone = next(table for table in before.tables if table.name.name == "zone")
    others = tuple(table for table in before.tables if table is not zone)
    renamed = replace(zone, indexes=(replace(zone.indexes[0], name="by_name"),))
    reach(library, replace(before, tables=(*others, renamed)))
    reach(library, replace(before, tables=(*others, replace(zone, indexes=()))))
    library.execute("INSERT INTO zone (name) VALUES ('north')")
    assert library.query("SELECT max(id) FROM zone") == [(3,)]


def test_dropping_a_referenced_table_deletes_no_rows_elsewhere(library):
    before = DIALECT.driver.introspect(library, ())
    kept = tuple(replace(table, foreign_keys=()) for table in before.tables if table.name.name in ("shelf", "log"))
    reach(library, Schema(tables=kept))
    assert library.query("SELECT zone FROM shelf") == [(1,), (2,)]
