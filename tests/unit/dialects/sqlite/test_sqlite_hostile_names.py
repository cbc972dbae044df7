"""Names out of schema files and databases are data, whatever is in them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from parity.dialects.base import Session
from parity.dialects.sqlite.facts import DIALECT
from parity.execute.runner import run_script
from parity.schema.model import (
    Column,
    ForeignKey,
    Index,
    IndexColumn,
    IndexKind,
    PrimaryKey,
    ReferentialAction,
    Schema,
    SortOrder,
    Table,
)
from parity.schema.steps import CreateIndex, CreateTable, RedefineTables, Redefinition, RemoveTable, Step
from parity.schema.types import Arity, AutoIncrement, ColumnType, Literal, LiteralKind, ObjectName, TypeFamily

NAMES = (
    'x"; DROP TABLE canary; --',
    "it's",
    "two\nlines",
    "semi;colon",
    "select",
    "naïve 🦆 名前",
    "`tick` [bracket]",
    "/* comment",
    "-- comment",
    " ",
    "%s ? :x @y $z",
    "a\\b",
    "CHECK (1)",
    "\u202edlrow",
)


def run(session: Session, *steps: Step) -> None:
    for step in steps:
        run_script(session, DIALECT, ";\n".join(DIALECT.render(step).statements))


def hostile_schema(name: str) -> Table:
    key = Column("id", ColumnType(TypeFamily.INT), Arity.REQUIRED, default=AutoIncrement())
    column = Column(
        name + "c", ColumnType(TypeFamily.STRING), Arity.REQUIRED, default=Literal(LiteralKind.STRING, name)
    )
    parent = Column(name + "p", ColumnType(TypeFamily.INT), Arity.NULLABLE)
    return Table(
        ObjectName(name),
        (key, column, parent),
        PrimaryKey(None, (IndexColumn("id"),)),
        indexes=(Index(name + "i", (IndexColumn(name + "c", SortOrder.DESC), IndexColumn("id")), IndexKind.UNIQUE),),
        foreign_keys=(ForeignKey(name + "f", (name + "p",), ObjectName(name), ("id",), ReferentialAction.SET_NULL),),
    )


def lives_through_everything(session: Session, name: str) -> None:
    table = hostile_schema(name)
    session.execute("CREATE TABLE canary (id INTEGER PRIMARY KEY)")
    canary = DIALECT.driver.introspect(session, ()).tables[0]
    run(session, CreateTable(table), *(CreateIndex(table, index) for index in table.indexes))
    assert set(DIALECT.driver.introspect(session, ()).tables) == {canary, table}
    more = replace(table, columns=(*table.columns, Column("more", ColumnType(TypeFamily.JSON), Arity.NULLABLE)))
    copied = tuple((column.name, column.name) for column in table.columns)
    run(session, RedefineTables((Redefinition(table, more, copied),)))
    assert set(DIALECT.driver.introspect(session, ()).tables) == {canary, more}
    run(session, RemoveTable(more))
    assert DIALECT.driver.introspect(session, ()) == Schema(tables=(canary,))


@pytest.mark.parametrize("name", NAMES)
def test_a_hostile_name_is_made_read_rebuilt_and_dropped(session, name):
    lives_through_everything(session, name)


@pytest.mark.parametrize("name", NAMES)
def test_everything_is_dropped_whatever_it_is_called(session, name):
    table = hostile_schema(name)
    run(session, CreateTable(table))
    view = DIALECT.quote_column(name + "view")
    session.execute(f"CREATE VIEW {view} AS SELECT * FROM {DIALECT.quote(table.name)}")
    DIALECT.driver.drop_everything(session, ())
    assert DIALECT.driver.introspect(session, ()).is_empty


# A name can't hold what isn't text (NUL, halves of surrogate pairs), nor begin as SQLite's own do; nor can it be the
# ledger's or another tool's, which aren't read.
NOT_READ = ("_prisma_migrations", "_cf_kv", "_cf_metadata", "d1_migrations")
names = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30).filter(
    lambda name: not name.lower().startswith("sqlite_") and name.lower() not in ("canary", *NOT_READ)
)


@settings(max_examples=150, deadline=None)
@given(names)
def test_any_name_lives_through_everything(name):
    with DIALECT.driver.scratch(None) as session:
        lives_through_everything(session, name)
