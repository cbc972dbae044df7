"""Values of rows: as SQL, and as text in which each reads the same however it is stored. Pure."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parity.dialects.sql import quote_identifier, quote_string
from parity.dialects.sqlite.defaults import default_sql
from parity.schema.model import Column
from parity.schema.types import ListLiteral, Literal, LiteralKind, Now, TypeFamily


def value_sql(column: Column, value: Literal | ListLiteral | Now) -> str:
    """A constant. Moments are written as Node's client writes them: `2020-01-02T03:04:05.678+00:00`."""
    if isinstance(value, Literal) and value.kind is LiteralKind.DATE_TIME:
        day, _, clock = str(value.value).partition("T")
        whole, _, digits = clock.partition(".")
        return quote_string(f"{day}T{whole}.{digits.ljust(3, '0')}+00:00")
    return default_sql(value) or "NULL"


def as_text(column: Column) -> str:
    """The column itself: values say by themselves what they are."""
    return quote_identifier(column.name)


_BEGINNING = datetime(1970, 1, 1, tzinfo=UTC)


def text_of(column: Column, value: object) -> str | tuple[str, ...] | None:
    """The text, bytes as hex, out of what a query gave."""
    match value:
        case None:
            return None
        case bytes():
            return value.hex() if column.type.family is TypeFamily.BINARY else value.decode(errors="replace")
        case int() if column.type.family is TypeFamily.DATE_TIME:
            # Older clients keep milliseconds.
            try:
                return (_BEGINNING + timedelta(milliseconds=value)).isoformat()
            except OverflowError:
                return str(value)
        case str() if column.type.family is TypeFamily.BINARY:
            return value.encode().hex()
        case _:
            return str(value)
