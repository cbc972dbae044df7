"""Puts wanted tables into the form in which PostgreSQL's catalog gives them back, so that `==` compares them. Pure."""

from __future__ import annotations

from datetime import datetime

from msgspec.structs import replace

from parity.dialects.postgres.columns import TYPES
from parity.dialects.postgres.opclasses import default_opclass
from parity.schema.literals import canonical_date_time
from parity.schema.model import Column, Index, IndexColumn, Table
from parity.schema.types import Arity, Default, Expression, ListLiteral, Literal, LiteralKind, TypeFamily

_BRACKETS = "[]"
_DAY_ONE = "1970-01-01"
_ZONELESS = frozenset(("Timestamp", "Date", "Time"))


def settle(table: Table) -> Table:
    """The table that introspection finds after `table` was made."""
    columns = {column.name: column for column in table.columns}
    return replace(
        table,
        columns=tuple(_column(column) for column in table.columns),
        indexes=tuple(_index(index, columns) for index in table.indexes),
    )


def _column(column: Column) -> Column:
    column = _list(column)
    default = column.default
    return column if default is None else replace(column, default=_default(default, column))


def _list(column: Column) -> Column:
    """`Unsupported("text[]")` is a list to the catalog."""
    kind = column.type
    if kind.family is not TypeFamily.UNSUPPORTED or kind.text is None or not kind.text.endswith(_BRACKETS):
        return column
    element = TYPES.unsupported((kind.declared or kind.text).strip().removesuffix(_BRACKETS))
    default, required = column.default, column.is_required
    if isinstance(default, Expression) and default.sql is not None:
        default = TYPES.default_of(default.sql, element, is_list=True)
    return replace(column, type=element, arity=Arity.LIST, list_not_null=required, default=default)


def _default(default: Default, column: Column) -> Default:
    match default:
        case Literal():
            return _literal(default, column)
        case ListLiteral(items=items):
            return replace(default, items=tuple(_literal(item, column) for item in items))
        case _:
            return default


def _literal(literal: Literal, column: Column) -> Literal:
    """A constant without what the column's type drops of it."""
    value = literal.value
    if not isinstance(value, str):
        return literal
    if column.type.family is TypeFamily.UUID:
        return replace(literal, value=value.lower(), text=value)
    native = column.type.native
    if literal.kind is not LiteralKind.DATE_TIME or native is None or "T" not in value:
        return literal
    value = _without_zone(literal, value) if native.name in _ZONELESS else value
    day, _, clock = value.partition("T")
    match native.name:
        case "Date":
            return replace(literal, value=f"{day}T00:00:00")
        case "Time" | "Timetz":
            return replace(literal, value=f"{_DAY_ONE}T{clock}")
        case _:
            return replace(literal, value=value)


def _without_zone(literal: Literal, value: str) -> str:
    """The moment as its author's clock showed it: a column without a time zone drops the one that is written."""
    try:
        written = datetime.fromisoformat((literal.text or value).strip())
    except ValueError:
        return value
    return canonical_date_time(written.replace(tzinfo=None).isoformat())


def _index(index: Index, columns: dict[str, Column]) -> Index:
    return replace(index, columns=tuple(_index_column(part, index.method, columns) for part in index.columns))


def _index_column(part: IndexColumn, method: str | None, columns: dict[str, Column]) -> IndexColumn:
    column = columns.get(part.name)
    if part.opclass is None or column is None or default_opclass(method, column) != part.opclass:
        return part
    return replace(part, opclass=None, opclass_written=part.opclass)
