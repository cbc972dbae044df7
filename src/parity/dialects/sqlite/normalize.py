"""Puts wanted tables into the form in which SQLite's catalog gives them back, so that `==` compares them. Pure.

SQLite has no enum types (a column is text), numbers every single Int key by itself, ignores the names of primary keys,
and keeps names that begin with `sqlite_` for itself.
"""

from __future__ import annotations

from msgspec.structs import replace

from parity.dialects.sqlite.defaults import is_null
from parity.dialects.sqlite.types import declared_type
from parity.schema.model import Column, Index, PrimaryKey, SortOrder, Table
from parity.schema.types import (
    Arity,
    AutoIncrement,
    ColumnType,
    Default,
    Expression,
    Literal,
    LiteralKind,
    TypeFamily,
)

RESERVED = "sqlite_"
"""How names begin that SQLite gives by itself and refuses otherwise."""


def settle(table: Table) -> Table:
    """The table that introspection finds after `table` was made."""
    key = table.primary_key
    numbered = single_key_column(table)
    return replace(
        table,
        columns=tuple(_column(column, is_key=column.name == numbered) for column in table.columns),
        primary_key=None if key is None else settled_key(key),
        # Two that differ in a name that SQLite keeps for itself come to be one.
        indexes=tuple(dict.fromkeys(_index(index, table.name.name) for index in table.indexes)),
    )


def settled_key(key: PrimaryKey) -> PrimaryKey:
    """A primary key without what doesn't matter here: its name, and the direction that its index is sorted in."""
    columns = tuple(replace(c, sort=SortOrder.ASC, length=None, opclass=None, nulls_first=None) for c in key.columns)
    return replace(key, name=None, columns=columns)


def single_key_column(table: Table) -> str | None:
    """The column that alone is the primary key, if there is such a one."""
    key = table.primary_key
    return key.columns[0].name if key is not None and len(key.columns) == 1 else None


def unique_name(table: str, columns: tuple[str, ...]) -> str:
    """The name that a unique index has where nobody gave it one."""
    return "_".join((table, *columns, "key"))


def _column(column: Column, *, is_key: bool) -> Column:
    column_type = _type(column.type)
    default = None if column.generated else _default(column.default)
    if is_key and column_type.family is TypeFamily.INT:
        default = default or AutoIncrement()
    elif isinstance(default, AutoIncrement):
        default = None
    arity = Arity.REQUIRED if column.arity is Arity.LIST else column.arity
    return replace(column, type=column_type, default=default, arity=arity)


def _type(column_type: ColumnType) -> ColumnType:
    match column_type.family:
        case TypeFamily.ENUM | TypeFamily.UUID:
            return ColumnType(TypeFamily.STRING)
        case TypeFamily.UNSUPPORTED:
            return declared_type(column_type.declared or column_type.text or "")
    return column_type


def _default(default: Default | None) -> Default | None:
    match default:
        case Expression(canonical=str() as text) if is_null(text):
            return None
        case Literal(kind=LiteralKind.ENUM):
            return replace(default, kind=LiteralKind.STRING)
    return default


def _index(index: Index, table: str) -> Index:
    if not index.name.lower().startswith(RESERVED):
        return index
    return replace(index, name=unique_name(table, tuple(column.name for column in index.columns)))
