"""Short spellings for the schemas that the tests of `db pull` are made of."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from parity.dialects.base import Dialect
from parity.dialects.registry import dialect_for_provider
from parity.lifting.lift import LiftResult, lift
from parity.psl import parse
from parity.schema.model import (
    Column,
    Enum,
    ForeignKey,
    Index,
    IndexColumn,
    IndexKind,
    PrimaryKey,
    ReferentialAction,
    Schema,
    Table,
)
from parity.schema.types import Arity, ColumnType, Default, NativeType, ObjectName, TypeFamily

POSTGRES = 'datasource db {\n  provider = "postgresql"\n}\n'
SQLITE = 'datasource db {\n  provider = "sqlite"\n}\n'


def postgres() -> Dialect:
    """PostgreSQL's parts, without a server."""
    return dialect_for_provider("postgresql")


def column(
    name: str,
    scalar: str = "Int",
    arity: Arity = Arity.REQUIRED,
    default: Default | None = None,
    native: NativeType | None = None,
) -> Column:
    """A column of a scalar's type."""
    return Column(name, postgres().types.column_type(scalar, native), arity, default)


def enum_column(name: str, enum: str, arity: Arity = Arity.REQUIRED, default: Default | None = None) -> Column:
    """A column of an enum's type."""
    return Column(name, ColumnType(TypeFamily.ENUM, enum=ObjectName(enum)), arity, default)


def table(name: str, *columns: Column, key: tuple[str, ...] = ("id",), namespace: str | None = None) -> Table:
    """A table with a primary key of the usual name."""
    primary_key = PrimaryKey(f"{name}_pkey", tuple(map(IndexColumn, key))) if key else None
    return Table(ObjectName(name, namespace), columns, primary_key)


def referencing(
    table: Table, columns: str, target: str, *, references: str = "id", namespace: str | None = None
) -> Table:
    """The table with a foreign key more, of the usual name and the language's usual actions."""
    names = tuple(columns.split())
    required = any(c.is_required for c in table.columns if c.name in names)
    key = ForeignKey(
        f"{table.name.name}_{'_'.join(names)}_fkey",
        names,
        ObjectName(target, namespace),
        tuple(references.split()),
        ReferentialAction.RESTRICT if required else ReferentialAction.SET_NULL,
        ReferentialAction.CASCADE,
    )
    return replace(table, foreign_keys=(*table.foreign_keys, key))


def indexed(table: Table, columns: str, *, name: str | None = None, unique: bool = False) -> Table:
    """The table with an index more, of the usual name where none is given."""
    names = columns.split()
    usual = "_".join((table.name.name, *names, "key" if unique else "idx"))
    kind = IndexKind.UNIQUE if unique else IndexKind.NORMAL
    return replace(table, indexes=(*table.indexes, Index(name or usual, tuple(map(IndexColumn, names)), kind)))


def join_table(name: str, a: str, b: str) -> Table:
    """A join table as migrations make it on PostgreSQL."""
    made = Table(
        ObjectName(name),
        (column("A"), column("B")),
        PrimaryKey(f"{name}_AB_pkey", (IndexColumn("A"), IndexColumn("B"))),
        (Index(f"{name}_B_index", (IndexColumn("B"),)),),
    )
    keys = tuple(
        ForeignKey(f"{name}_{c}_fkey", (c,), ObjectName(target), ("id",), ReferentialAction.CASCADE)
        for c, target in (("A", a), ("B", b))
    )
    return replace(made, foreign_keys=keys)


def pull(*tables: Table, enums: tuple[Enum, ...] = (), over: str = "", header: str = POSTGRES) -> LiftResult:
    """Pull the tables, over the blocks of an existing file."""
    existing = parse(header + over).datamodel
    return lift(Schema((), tables, enums), postgres(), existing=existing, header=header)


def block(result: LiftResult, name: str) -> str:
    """The block of a model, view or enum, with its documentation, without its last brace."""
    pieces = [piece for piece in result.text.split("\n\n") if f" {name} {{" in piece]
    assert pieces, f"no block {name} in\n{result.text}"
    start = result.text.index(pieces[0])
    return result.text[start : result.text.index("\n}", start)]


def pull_file(path: Path, over: str = "", header: str = SQLITE) -> LiftResult:
    """Pull an SQLite file."""
    dialect = dialect_for_provider("sqlite")
    session = dialect.driver.connect(dialect.driver.parse_url(f"file:{path}", path.parent))
    try:
        schema = dialect.driver.introspect(session, ())
    finally:
        session.close()
    return lift(schema, dialect, existing=parse(header + over).datamodel, header=header)
