"""Values of rows: as SQL, and as text in which each reads the same wherever it is read. Pure."""

from __future__ import annotations

from parity.dialects.postgres.columns import default_sql, is_serial
from parity.dialects.sql import identifier, quote_identifier, quote_string
from parity.schema.model import Column, Table
from parity.schema.types import Arity, ListLiteral, Literal, LiteralKind, Now, TypeFamily


def value_sql(column: Column, value: Literal | ListLiteral | Now) -> str:
    """A constant of the column's type."""
    native = column.type.native
    is_moment = isinstance(value, Literal) and value.kind is LiteralKind.DATE_TIME
    if is_moment and isinstance(value, Literal) and native is not None and native.name == "Date":
        return quote_string(str(value.value)[:10])
    return default_sql(value, column.type) or "NULL"


def as_text(column: Column) -> str:
    """The expression that gives a column's value as text, a list's as an array of texts."""
    name = quote_identifier(column.name)
    native = column.type.native
    is_list = column.arity is Arity.LIST
    if native is not None and native.name == "Money":
        name = f"{name}::numeric[]" if is_list else f"{name}::numeric"
    if is_list:
        return f"{name}::text[]"
    if column.type.family is TypeFamily.BINARY:
        return f"encode({name}, 'hex')"
    return f"{name}::text"


def text_of(column: Column, value: object) -> str | tuple[str, ...] | None:
    """The text, bytes as hex, out of what a query gave."""
    if value is None:
        return None
    if isinstance(value, list):
        return tuple(_item(column, item) for item in value)
    return str(value)


def _item(column: Column, item: object) -> str:
    text = str(item)
    return text.removeprefix("\\x") if column.type.family is TypeFamily.BINARY else text


def numbering_sql(table: Table, column: Column) -> str | None:
    """What lets a column go on numbering behind rows that were inserted with a number; None for other columns."""
    if not is_serial(column) and column.identity is None:
        return None
    return numbered_behind(table, column)


def numbered_behind(table: Table, column: Column) -> str:
    """The statement for a column that has a sequence of its own."""
    shown = str(identifier(table.name))
    sequence = f"pg_get_serial_sequence({quote_string(shown)}, {quote_string(column.name)})"
    most = f"SELECT MAX({quote_identifier(column.name)}) FROM {shown}"
    return f"SELECT setval({sequence}, GREATEST(nextval({sequence}), ({most})))"
