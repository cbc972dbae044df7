"""The `where` argument of a partial index: `raw("…")`, or an object of fields and values."""

from __future__ import annotations

from parity.psl import ast
from parity.psl.codes import Code
from parity.psl.entries import ModelEntry
from parity.psl.model import (
    BooleanValue,
    DefaultValue,
    EnumRef,
    FieldType,
    NumberValue,
    ScalarType,
    StringValue,
    UnsupportedType,
)
from parity.psl.reading import AttributeReader, describe, did_you_mean, mismatch, show
from parity.psl.strings import unescape

Condition = tuple[str, DefaultValue | None, bool]

_NUMBERS = frozenset((ScalarType.INT, ScalarType.BIG_INT, ScalarType.FLOAT, ScalarType.DECIMAL))
_EXAMPLE = "write `where: raw(\"status = 'active'\")` or `where: { active: true }`"


def read_where(reader: AttributeReader, entry: ModelEntry) -> tuple[str | None, tuple[Condition, ...]]:
    """The condition's text, or its pairs; nothing where it is not given or wrong."""
    value = reader.optional("where")
    match value:
        case None:
            return None, ()
        case ast.Object():
            return None, _object(reader, value, entry)
        case ast.Call() if value.name.text == "raw":
            return _raw(reader, value), ()
        case ast.Call():
            reader.error(Code.WHERE, 'the condition is `raw("…")` or an object', _EXAMPLE)
        case _:
            mismatch(reader.report, "a condition", value)
            reader.error(Code.WHERE, 'the condition is `raw("…")` or an object', _EXAMPLE)
    return None, ()


def _raw(reader: AttributeReader, call: ast.Call) -> str | None:
    first = call.arguments.items[0].value if call.arguments.items else None
    if not isinstance(first, ast.StringLiteral):
        reader.error(Code.WHERE, "`raw` takes the condition as a string", _EXAMPLE)
        return None
    if not first.value:
        reader.error(Code.WHERE, "the condition is empty")
        return None
    return unescape(first.value)


def _object(reader: AttributeReader, value: ast.Object, entry: ModelEntry) -> tuple[Condition, ...]:
    if not value.members:
        reader.error(Code.WHERE, "the condition is empty")
    conditions = (_member(reader, name, member, entry) for name, member in value.members)
    return tuple(condition for condition in conditions if condition is not None)


def _member(reader: AttributeReader, name: ast.Word, value: ast.Expression, entry: ModelEntry) -> Condition | None:
    field = entry.scalars.get(name.text)
    if field is None:
        if name.text in entry.sides:
            reader.error(Code.WHERE, f"the condition names the relation field `{name.text}`")
        else:
            hint = did_you_mean(reader.report.sink, name.text, entry.scalars)
            reader.error(Code.WHERE, f"`{entry.name}` has no field `{show(name.text)}`", hint)
        return None
    if isinstance(field.type, UnsupportedType):
        message = f"the field `{name.text}` has no type of ours to compare with"
        reader.error(Code.WHERE, message, 'write the condition as `raw("…")`')
        return None
    negated = isinstance(value, ast.Object)
    if isinstance(value, ast.Object):
        if len(value.members) != 1:
            reader.error(Code.WHERE, "an object inside a condition has one key, `not`")
            return None
        key, value = value.members[0]
        if key.text != "not":
            reader.error(Code.WHERE, f"a condition knows `not`, but no `{show(key.text)}`")
            return None
    return _compare(reader, name.text, field.type, value, negated)


def _compare(
    reader: AttributeReader, name: str, field_type: FieldType, value: ast.Expression, negated: bool
) -> Condition | None:
    found: DefaultValue | None
    match value:
        case ast.Constant() if value.text == "null":
            return name, None, negated
        case ast.Constant() if value.text in ("true", "false"):
            found, fits = BooleanValue(value.text == "true"), field_type is ScalarType.BOOLEAN
        case ast.NumberLiteral():
            found, fits = NumberValue(value.text), field_type in _NUMBERS
        case ast.StringLiteral():
            found = StringValue(unescape(value.value))
            fits = field_type in (ScalarType.STRING, ScalarType.DATE_TIME) or isinstance(field_type, EnumRef)
        case _:
            message = f"a condition compares with true, false, null, a string or a number, not {describe(value)}"
            reader.error(Code.WHERE, message)
            return None
    if not fits:
        reader.error(Code.WHERE, f"the field `{name}` can't be compared with {describe(value)}")
        return None
    return name, found, negated
