"""Defaults: what the database fills in. What a client fills in (`uuid()`, `cuid()` …) is none of the database's."""

from __future__ import annotations

import base64
import binascii

from msgspec.structs import replace

from parity.lowering.context import Lowering
from parity.psl import model as psl
from parity.psl.model import ScalarType
from parity.schema.literals import bytes_literal, date_time_literal, json_literal, number_literal
from parity.schema.types import (
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
)

_NUMBERS = (ScalarType.FLOAT, ScalarType.DECIMAL)


def default(field: psl.ScalarField, column_type: ColumnType, lowering: Lowering) -> Default | None:
    """The column's default, None where the database has none."""
    if field.default is None:
        return None
    value = field.default.value
    if isinstance(value, psl.FunctionValue):
        return _function(value, field, column_type, lowering)
    if isinstance(value, psl.ListValue):
        items = (_literal(item, field.type, lowering) for item in value.items)
        return ListLiteral(tuple(item for item in items if item is not None))
    return _literal(value, field.type, lowering)


def _function(
    call: psl.FunctionValue, field: psl.ScalarField, column_type: ColumnType, lowering: Lowering
) -> Default | None:
    match call.name:
        case "now":
            return Now()
        case "autoincrement":
            return AutoIncrement()
        case "sequence":
            return Sequence(_options(call))
        case "dbgenerated":
            return _generated(call, field, column_type, lowering)
        case _:
            return None


def _generated(
    call: psl.FunctionValue, field: psl.ScalarField, column_type: ColumnType, lowering: Lowering
) -> Default | None:
    text = _text(call)
    if text is None:
        # Of an enum the engine reads it as no default at all.
        return None if column_type.family is TypeFamily.ENUM else Expression(None)
    is_list = field.arity is psl.Arity.LIST
    found = lowering.dialect.types.default_of(text, column_type, is_list=is_list)
    match found:
        case Literal() | ListLiteral() | Now() | AutoIncrement() | Expression():
            return replace(found, sql=text)
        case _:
            return found


def raw_default(field: psl.ScalarField) -> str | None:
    """The text of `dbgenerated("…")`, None for any other default."""
    call = None if field.default is None else field.default.value
    return _text(call) if isinstance(call, psl.FunctionValue) and call.name == "dbgenerated" else None


def _text(call: psl.FunctionValue) -> str | None:
    return next((value.value for _, value in call.args if isinstance(value, psl.StringValue)), None)


def _options(call: psl.FunctionValue) -> tuple[tuple[str, int], ...]:
    found: list[tuple[str, int]] = []
    for name, value in call.args:
        if name is not None and isinstance(value, psl.NumberValue):
            found.append((name, int(value.text)))
        elif name is not None and isinstance(value, psl.BooleanValue):
            found.append((name, int(value.value)))
    return tuple(found)


def _literal(value: psl.DefaultValue, kind: psl.FieldType, lowering: Lowering) -> Literal | None:
    match value:
        case psl.NumberValue(text):
            return number_literal(text) if kind in _NUMBERS else Literal(LiteralKind.INT, int(text))
        case psl.BooleanValue(flag):
            return Literal(LiteralKind.BOOLEAN, flag)
        case psl.StringValue(text):
            return _string(text, kind)
        case psl.EnumValueRef(name):
            return _enum_value(name, kind, lowering)
        case _:
            return None


def _string(text: str, kind: psl.FieldType) -> Literal:
    match kind:
        case ScalarType.DATE_TIME:
            return date_time_literal(text)
        case ScalarType.JSON:
            return json_literal(text)
        case ScalarType.BYTES:
            return _bytes(text)
        case ScalarType.FLOAT | ScalarType.DECIMAL:
            return number_literal(text)
        case _:
            return Literal(LiteralKind.STRING, text)


def _bytes(text: str) -> Literal:
    try:
        return bytes_literal(base64.b64decode(text, validate=True), text=text)
    except (binascii.Error, ValueError):
        return bytes_literal(text.encode(), text=text)


def _enum_value(name: str, kind: psl.FieldType, lowering: Lowering) -> Literal | None:
    enum = lowering.enums.get(kind.name) if isinstance(kind, psl.EnumRef) else None
    if enum is None:
        return None
    held = next((value.db_name for value in enum.values if value.name == name), name)
    has_enums = lowering.dialect.capabilities.enums
    return Literal(LiteralKind.ENUM if has_enums else LiteralKind.STRING, held)
