"""Rules of defaults: texts that must be dates, JSON, base64 or numbers, and what a database can generate."""

from __future__ import annotations

import base64
import binascii
import json
import re
from datetime import datetime
from typing import Final

from parity.psl.codes import Code
from parity.psl.defaults import KNOWN_FUNCTIONS
from parity.psl.entries import ModelEntry
from parity.psl.model import (
    BooleanValue,
    DefaultValue,
    FunctionValue,
    ListValue,
    NumberValue,
    ScalarField,
    ScalarType,
    StringValue,
)
from parity.psl.reading import did_you_mean, show
from parity.psl.validate.context import Context, fields_of

_SEQUENCE_NUMBERS: Final = frozenset(("cache", "increment", "minValue", "maxValue", "start"))
_TIME: Final = re.compile(
    r"([0-9]{4})-([0-9]{2})-([0-9]{2})[Tt ]([0-9]{2}):([0-9]{2}):([0-9]{2})(?:\.[0-9]+)?"
    r"(?:[Zz]|[+-]([0-9]{2}):([0-9]{2}))"
)
_DECIMAL: Final = re.compile(r"[+-]?(?:[0-9][0-9_]*\.?[0-9_]*|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9]+)?")
_MAX_NESTING: Final = 100


def default_is_well_formed(field: ScalarField, context: Context) -> None:
    """The text of a default means something to the field's type."""
    default = field.default
    if default is None or not isinstance(field.type, ScalarType):
        return
    values = default.value.items if isinstance(default.value, ListValue) else (default.value,)
    for value in values:
        message = _fault(field.type, value)
        if message is not None:
            context.error(Code.DEFAULT_FORMAT, message, default.span)


def _fault(scalar: ScalarType, value: DefaultValue) -> str | None:
    match scalar, value:
        case ScalarType.JSON, StringValue():
            return None if _is_json(value.value) else f"`{show(value.value)}` is no JSON"
        case ScalarType.BYTES, StringValue():
            return None if _is_base64(value.value) else f"`{show(value.value)}` is no base64"
        case ScalarType.DATE_TIME, StringValue():
            if _is_time(value.value):
                return None
            return f"`{show(value.value)}` is no time like 2030-12-31T23:59:59Z"
        case ((ScalarType.INT | ScalarType.BIG_INT), NumberValue()):
            return None if _is_integer(value.text) else f"`{show(value.text)}` is no whole number of 64 bits"
        case ScalarType.DECIMAL, StringValue():
            return None if _DECIMAL.fullmatch(value.value) else f"`{show(value.value)}` is no decimal number"
        case _:
            return None


def _is_integer(text: str) -> bool:
    return "." not in text and len(text) <= 20 and -(2**63) <= int(text) < 2**63


def _is_base64(text: str) -> bool:
    try:
        return base64.b64encode(base64.b64decode(text, validate=True)) == text.encode()
    except (binascii.Error, ValueError):
        return False


def _is_time(text: str) -> bool:
    found = _TIME.fullmatch(text)
    if found is None:
        return False
    year, month, day, hour, minute, second = (int(part) for part in found.groups()[:6])
    offset_hours, offset_minutes = (int(part or 0) for part in found.groups()[6:])
    if second > 60 or minute > 59 or hour > 23 or offset_hours > 23 or offset_minutes > 59:
        return False
    try:
        datetime(max(year, 4) if year else 4, month, day)
    except ValueError:
        return False
    return True


def _refuse_constant(text: str) -> None:
    raise ValueError(text)


def _finite(text: str) -> float:
    number = float(text)
    if number in (float("inf"), float("-inf")):
        raise ValueError(text)
    return number


def _is_json(text: str) -> bool:
    if _nesting(text) > _MAX_NESTING:
        return False
    try:
        json.loads(text, parse_constant=_refuse_constant, parse_float=_finite, parse_int=str)
    except ValueError:
        return False
    return text.strip(" \t\r\n") == text.strip()


def _nesting(text: str) -> int:
    """An upper bound of how deep a JSON text nests."""
    depth = deepest = 0
    for sign in re.finditer(r'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])', text):
        depth += (sign[1] is not None) - (sign[2] is not None)
        deepest = max(deepest, depth)
    return deepest


# --- functions ----------------------------------------------------------------------------------------------------


def default_has_no_name(field: ScalarField, context: Context) -> None:
    """No database that is supported names its defaults."""
    if field.default is not None and field.default.map is not None:
        message = f"a default has no name on {context.database}"
        context.error(Code.DEFAULT_MAP, message, field.default.span, "remove `map:`")


def default_function_exists(field: ScalarField, context: Context) -> None:
    """A default's function is one that the language knows, and that the database has."""
    if field.default is None or not isinstance(field.default.value, FunctionValue):
        return
    call, span = field.default.value, field.default.span
    if call.name == "sequence" and context.facts.sequences:
        _check_sequence(call, field, context)
    elif call.name in ("auto", "sequence"):
        context.error(Code.DEFAULT_FUNCTION, f"{context.database} has no `{call.name}()`", span)
    elif call.name not in KNOWN_FUNCTIONS:
        hint = did_you_mean(context.sink, call.name, KNOWN_FUNCTIONS) or 'write SQL expressions as `dbgenerated("…")`'
        context.error(
            Code.DEFAULT_UNKNOWN_FUNCTION, f"`{show(call.name)}()` is no function of the language", span, hint
        )


def _check_sequence(call: FunctionValue, field: ScalarField, context: Context) -> None:
    assert field.default is not None
    for name, value in call.args:
        if name == "virtual":
            fits = isinstance(value, BooleanValue)
        elif name in _SEQUENCE_NUMBERS:
            fits = isinstance(value, NumberValue) and _is_integer(value.text)
        else:
            message = f"`sequence()` has no argument `{name}`" if name else "the arguments of `sequence()` have names"
            context.error(Code.DEFAULT_ARGUMENTS, message, field.default.span)
            continue
        if not fits:
            message = f"the argument `{name}` of `sequence()` has a value of the wrong type"
            context.error(Code.DEFAULT_ARGUMENTS, message, field.default.span)


def autoincrement_is_possible(entry: ModelEntry, context: Context) -> None:
    """The database can count up in the columns that are to do so."""
    fields = [field for field in fields_of(entry) if _is_autoincrement(field)]
    facts = context.facts
    for field in fields:
        assert field.default is not None
        if field.type not in facts.autoincrement_scalars and isinstance(field.type, ScalarType):
            hint = "use BigInt, or `sequence()`"
            message = f"`autoincrement()` needs another type than {field.type.value} on {context.database}"
            context.error(Code.AUTOINCREMENT, message, field.default.span, hint)
    if len(fields) > 1 and not facts.several_autoincrements:
        message = f"a table has one `autoincrement()` at most on {context.database}"
        context.error(Code.AUTOINCREMENT, message, entry.span)
    leading = _leading_columns(entry) if fields else frozenset()
    for field in fields:
        if not facts.autoincrement_on_any_column and not _is_whole_key(entry, field.name):
            message = f"only the primary key can be `autoincrement()` on {context.database}"
            context.error(Code.AUTOINCREMENT, message, field.span)
        if not facts.autoincrement_without_index and field.name not in leading:
            message = f"`autoincrement()` needs an index that starts with the field on {context.database}"
            context.error(Code.AUTOINCREMENT, message, field.span, "add `@unique` or `@@index`")


def _is_autoincrement(field: ScalarField) -> bool:
    value = None if field.default is None else field.default.value
    return isinstance(value, FunctionValue) and value.name == "autoincrement"


def _is_whole_key(entry: ModelEntry, name: str) -> bool:
    return entry.primary_key is not None and [f.name for f in entry.primary_key.fields] == [name]


def _leading_columns(entry: ModelEntry) -> frozenset[str]:
    """The first columns of a model's keys and indexes."""
    keys = [] if entry.primary_key is None else [entry.primary_key.fields]
    keys += [index.fields for index in entry.indexes]
    return frozenset(key[0].name for key in keys if key)
