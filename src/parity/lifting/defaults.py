"""`@default(…)`: what the database holds, or what the client makes and only the existing schema file says."""

from __future__ import annotations

import base64
import re
from typing import assert_never

from parity.dialects.sql import quote_string
from parity.lifting.source import Source
from parity.lifting.text import array, attribute
from parity.psl import model as psl
from parity.psl.strings import quote
from parity.schema.model import Column
from parity.schema.types import (
    AutoIncrement,
    Default,
    Expression,
    ListLiteral,
    Literal,
    LiteralKind,
    Now,
    ObjectName,
    Sequence,
    TypeFamily,
    UniqueRowid,
)

_CLIENT_FUNCTIONS = frozenset(("uuid", "cuid", "nanoid", "ulid"))
_PLAIN_NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
"""The numbers that the language can write."""
_AS_WRITTEN = ("+", "X'", "x'")
"""How constants begin that the language has, but not in this spelling: they are shown as they are."""
_COUNTED = (TypeFamily.INT, TypeFamily.BIG_INT)
_RAW = (TypeFamily.DATE_TIME, TypeFamily.UUID)
"""Families whose constants stay as the database prints them: two spellings of one value are common."""
_TEXTS = (TypeFamily.STRING, TypeFamily.UUID)


def default_attribute(column: Column, previous: psl.ScalarField | None, source: Source) -> str | None:
    """The field's `@default`, None where there is none."""
    value = _value(column, previous, source)
    return None if value is None else attribute("@default", value)


def _value(column: Column, previous: psl.ScalarField | None, source: Source) -> str | None:
    if column.type.family in _COUNTED and column.identity is not None:
        return "autoincrement()"
    if column.generated is not None:
        # The language can't say that a column is generated: its expression is shown as if it were a default.
        return _database_generated(column.generated.printed or column.generated.expression)
    if column.default is not None:
        return _database_default(column, column.default, source)
    if column.type.family in _TEXTS and previous is not None and previous.default is not None:
        return _client_default(previous.default.value)
    return None


def _database_default(column: Column, default: Default, source: Source) -> str | None:
    match default:
        case ListLiteral(items=()):
            return array(())
        case Literal() | ListLiteral() if default.sql is not None:
            return _database_generated(default.sql)
        case Literal() if column.type.family in _RAW:
            return _database_generated(quote_string(default.text or str(default.value)))
        case Literal():
            return _literal(default, column.type.enum, source)
        case ListLiteral():
            return _list(default, column.type.enum, source)
        case Now():
            return "now()" if column.type.family is TypeFamily.DATE_TIME else _database_generated(default.sql)
        case AutoIncrement(in_name_only=True):
            return None
        case AutoIncrement() | UniqueRowid():
            return "autoincrement()"
        case Sequence():
            return f"sequence({', '.join(f'{name}: {value}' for name, value in default.options)})"
        case Expression():
            return _database_generated(default.sql if default.sql is not None else default.canonical)
        case _:
            assert_never(default)


def _literal(literal: Literal, enum: ObjectName | None, source: Source) -> str | None:
    text = str(literal.value) if literal.text is None else literal.text
    match literal.kind:
        case LiteralKind.STRING | LiteralKind.JSON:
            return quote(text)
        case LiteralKind.INT | LiteralKind.BYTES if text.startswith(_AS_WRITTEN):
            return _database_generated(text)
        case LiteralKind.INT | LiteralKind.NUMBER:
            return text if _PLAIN_NUMBER.fullmatch(text) else str(literal.value)
        case LiteralKind.BOOLEAN:
            return "true" if literal.value else "false"
        case LiteralKind.BYTES:
            return quote(base64.b64encode(literal.data).decode())
        case LiteralKind.DATE_TIME:
            return quote(text)
        case LiteralKind.ENUM:
            made = None if enum is None else source.value_names.get((enum, str(literal.value)))
            return text if made is None else made.name or _database_generated(str(literal.value))
        case _:
            assert_never(literal.kind)


def _is_nameless(value: str, enum: ObjectName, source: Source) -> bool:
    """Whether an enum's value can't be named in the file."""
    made = source.value_names.get((enum, value))
    return made is not None and made.name == ""


def _list(literal: ListLiteral, enum: ObjectName | None, source: Source) -> str | None:
    if enum is not None and any(_is_nameless(str(item.value), enum, source) for item in literal.items):
        values = ", ".join(quote_string(str(item.value)) for item in literal.items)
        return _database_generated(f"ARRAY[{values}]")
    items = [_literal(item, enum, source) for item in literal.items]
    return array(item for item in items if item is not None)


def _database_generated(sql: str | None) -> str:
    """`dbgenerated("…")`; without a text where the database tells none."""
    return attribute("dbgenerated", quote(sql)) if sql is not None and sql.strip("\0") else "dbgenerated()"


def _client_default(value: psl.DefaultValue) -> str | None:
    if not isinstance(value, psl.FunctionValue) or value.name not in _CLIENT_FUNCTIONS:
        return None
    arguments = [argument.text for _, argument in value.args if isinstance(argument, psl.NumberValue)]
    return f"{value.name}({', '.join(arguments)})"
