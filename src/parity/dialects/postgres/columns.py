"""SQL of columns and their defaults: `"id" SERIAL NOT NULL`. Pure text, no statements."""

from __future__ import annotations

import re
from typing import assert_never

from parity.dialects.postgres.types import PostgresTypes, serial_type
from parity.dialects.sql import quote_identifier, quote_string
from parity.schema.model import Column, Identity
from parity.schema.types import (
    Arity,
    AutoIncrement,
    ColumnType,
    Default,
    Expression,
    ListLiteral,
    Literal,
    LiteralKind,
    Now,
    Sequence,
    TypeFamily,
    UniqueRowid,
)

TYPES = PostgresTypes()
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)[Tt ](\d\d:\d\d:\d\d)(?:\.(\d+))?([Zz]|[+-]\d\d:\d\d)?")


def column_definition(column: Column) -> str:
    """A column as CREATE TABLE and ADD COLUMN write it."""
    words = [quote_identifier(column.name), _type(column)]
    if column.collation is not None:
        words.append(f"COLLATE {column.collation}")
    if is_not_null(column):
        words.append("NOT NULL")
    if column.generated is not None:
        words.append(f"GENERATED ALWAYS AS ({column.generated.expression}) STORED")
    elif column.identity is not None:
        words.append(f"GENERATED {identity_kind(column.identity)} AS IDENTITY")
    elif column.default is not None:
        default = default_sql(column.default, column.type)
        if default is not None:
            words.append(f"DEFAULT {default}")
    elif column.default_written is not None:
        words.append(f"DEFAULT {column.default_written}")
    return " ".join(words)


def column_type(column: Column) -> str:
    """The type's SQL, arity included."""
    return TYPES.render(column.type, is_list=column.arity is Arity.LIST)


def is_not_null(column: Column) -> bool:
    """Whether NOT NULL is declared."""
    return column.list_not_null if column.arity is Arity.LIST else column.arity is Arity.REQUIRED


_LONG = frozenset((TypeFamily.STRING, TypeFamily.JSON, TypeFamily.BINARY, TypeFamily.DECIMAL))
_SHORT = frozenset(("Money", "Uuid"))


def has_storage(column: Column) -> bool:
    """Whether values may be long, so that how they are stored can be set."""
    if column.arity is Arity.LIST:
        return True
    native = column.type.native
    short = (native is not None and native.name in _SHORT) or column.type.declared == '"char"'
    return column.type.family in _LONG and not short


def identity_kind(identity: Identity) -> str:
    """ALWAYS or BY DEFAULT."""
    return "ALWAYS" if identity.always else "BY DEFAULT"


def drops_not_null(column: Column) -> bool:
    """Whether NOT NULL has to be taken away again after the column was made: a serial type brings it."""
    return is_serial(column) and not is_not_null(column) and serial_type(column.type) is not None


def is_serial(column: Column) -> bool:
    """Whether the column draws its numbers from a sequence of its own that comes and goes with it."""
    default = column.default
    return isinstance(default, AutoIncrement) and default.sql is None and column.identity is None


def needs_sequence(column: Column) -> bool:
    """Whether the sequence has to be made by hand: the type has no serial one (`oid`)."""
    return is_serial(column) and serial_type(column.type) is None


def default_sql(default: Default, column_type: ColumnType) -> str | None:
    """The SQL behind DEFAULT; None where there is none to write (a serial column has it in its type)."""
    match default:
        case Literal():
            return default.sql if default.sql is not None else _literal(default)
        case ListLiteral():
            if default.sql is not None:
                return default.sql
            return f"{array_sql(default)}::{TYPES.render(column_type, is_list=True)}"
        case Now():
            return default.sql or "CURRENT_TIMESTAMP"
        case AutoIncrement():
            return default.sql
        case Expression():
            return default.sql or default.canonical
        case Sequence() | UniqueRowid():
            return None
        case _:
            assert_never(default)


def array_sql(default: ListLiteral) -> str:
    """The items of a list's default, without the type: `ARRAY[1, 2]`."""
    return f"ARRAY[{', '.join(_literal(item) for item in default.items)}]"


def _type(column: Column) -> str:
    serial = serial_type(column.type) if is_serial(column) else None
    return serial or column_type(column)


def _literal(literal: Literal) -> str:
    value = literal.value
    match literal.kind:
        case LiteralKind.BOOLEAN:
            return "true" if value else "false"
        case LiteralKind.INT:
            return str(value)
        case LiteralKind.NUMBER:
            return str(value) if literal.text is None else literal.text
        case LiteralKind.BYTES:
            return quote_string(f"\\x{value}")
        case LiteralKind.JSON:
            return quote_string(str(value) if literal.text is None else literal.text)
        case LiteralKind.DATE_TIME:
            return quote_string(_moment(literal))
        case LiteralKind.STRING | LiteralKind.ENUM:
            return quote_string(str(value) if literal.text is None else literal.text)
        case _:
            assert_never(literal.kind)


def _moment(literal: Literal) -> str:
    """A moment as the engine writes it, in its author's zone: `2020-01-01 00:00:00.120 +02:00`."""
    written = _MOMENT.fullmatch(literal.text or "") or _MOMENT.fullmatch(str(literal.value))
    if written is None:
        return str(literal.value)
    day, clock, fraction, zone = written.groups()
    digits = (fraction or "").rstrip("0")
    shown = f".{digits.ljust(-(-len(digits) // 3) * 3, '0')}" if digits else ""
    return f"{day} {clock}{shown} {'+00:00' if zone in (None, 'Z', 'z') else zone}"
