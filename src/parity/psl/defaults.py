"""`@default`: whether a value can be the default of a field at all, and the value itself.

Here stands what holds on every database. Whether the text of a value is a date, or the database has the function, is
for `validate.defaults`.
"""

from __future__ import annotations

from collections.abc import Callable

from parity.psl import ast
from parity.psl.codes import Code
from parity.psl.entries import EnumEntry
from parity.psl.known_defaults import remember_default
from parity.psl.model import (
    Arity,
    BooleanValue,
    CompositeRef,
    DefaultValue,
    EnumRef,
    EnumValueRef,
    FieldDefault,
    FieldType,
    FunctionValue,
    ListValue,
    NumberValue,
    ScalarType,
    StringValue,
    UnsupportedType,
)
from parity.psl.reading import AttributeReader, describe, did_you_mean, show
from parity.psl.strings import unescape

KNOWN_FUNCTIONS = ("autoincrement", "now", "uuid", "cuid", "ulid", "nanoid", "dbgenerated", "sequence", "auto")

_FUNCTION_SCALARS: dict[str, frozenset[ScalarType]] = {
    "autoincrement": frozenset((ScalarType.INT, ScalarType.BIG_INT)),
    "now": frozenset((ScalarType.DATE_TIME,)),
    "uuid": frozenset((ScalarType.STRING,)),
    "cuid": frozenset((ScalarType.STRING,)),
    "ulid": frozenset((ScalarType.STRING,)),
    "nanoid": frozenset((ScalarType.STRING,)),
}
_LITERALS: dict[ScalarType, tuple[type, ...]] = {
    ScalarType.STRING: (ast.StringLiteral,),
    ScalarType.JSON: (ast.StringLiteral,),
    ScalarType.BYTES: (ast.StringLiteral,),
    ScalarType.DATE_TIME: (ast.StringLiteral,),
    ScalarType.INT: (ast.NumberLiteral,),
    ScalarType.BIG_INT: (ast.NumberLiteral,),
    ScalarType.FLOAT: (ast.NumberLiteral,),
    ScalarType.DECIMAL: (ast.NumberLiteral, ast.StringLiteral),
    ScalarType.BOOLEAN: (ast.Constant,),
}


def to_value(value: ast.Expression) -> DefaultValue:
    """An expression as a value of the datamodel. Objects, which no default can be, give an empty list."""
    match value:
        case ast.StringLiteral():
            return StringValue(unescape(value.value))
        case ast.NumberLiteral():
            return NumberValue(value.text)
        case ast.Constant():
            if value.text in ("true", "false"):
                return BooleanValue(value.text == "true")
            return EnumValueRef(value.text)
        case ast.Call():
            pairs = (
                (None if a.name is None else a.name.text, to_value(a.value))
                for a in value.arguments.items
                if a.value is not None
            )
            return FunctionValue(value.name.text, tuple(pairs))
        case ast.Array():
            return ListValue(tuple(to_value(item) for item in value.items))
        case ast.Object():
            return ListValue(())


def read_default(
    reader: AttributeReader, field_type: FieldType, arity: Arity, enums: dict[str, EnumEntry], composite: bool
) -> FieldDefault | None:
    """Read `@default`; None where the value can't be a default of the field."""
    value = reader.default("value")
    if value is None:
        return None
    if composite:
        if reader.optional("map") is not None:
            reader.error(Code.DEFAULT_MAP, "a default inside a type can't have a constraint name")
        name = None
    else:
        name = reader.text("map")
    if not _fits(reader, value, field_type, arity, enums, name, composite):
        return None
    default = to_value(value)
    if isinstance(field_type, EnumRef) and isinstance(value, ast.Constant):
        default = EnumValueRef(value.text)
    if name is None and not composite:
        remember_default(value, field_type, arity, default)
    return FieldDefault(default, name, reader.report.span(reader.attribute))


def _fits(
    reader: AttributeReader,
    value: ast.Expression,
    field_type: FieldType,
    arity: Arity,
    enums: dict[str, EnumEntry],
    name: str | None,
    composite: bool,
) -> bool:
    if isinstance(value, ast.Call) and value.name.text == "dbgenerated":
        if composite:
            reader.error(Code.DEFAULT_FUNCTION, "a field of a type can't have `dbgenerated()` as its default")
            return False
        return _dbgenerated(reader, value)
    match field_type:
        case CompositeRef():
            reader.error(Code.DEFAULT_TYPE, f"a field of the type `{field_type.name}` can't have a default")
            return False
        case UnsupportedType():
            hint = 'write the SQL expression as `dbgenerated("…")`'
            reader.error(Code.DEFAULT_TYPE, "a field without a type of ours can only default to SQL", hint)
            return False
        case EnumRef():
            return _enum_default(reader, value, enums[field_type.name], arity)
        case ScalarType():
            if isinstance(value, ast.Call):
                return _function(reader, value, field_type, name, composite)
            return _literals(reader, value, field_type, arity)


def _enum_default(reader: AttributeReader, value: ast.Expression, enum: EnumEntry, arity: Arity) -> bool:
    if arity is Arity.LIST:
        if not isinstance(value, ast.Array):
            reader.error(Code.DEFAULT_LIST, f"a list of enum values must stand here, not {describe(value)}")
            return False
        return all(_enum_word(reader, item, enum) for item in value.items)
    return _enum_word(reader, value, enum)


def _enum_word(reader: AttributeReader, value: ast.Expression, enum: EnumEntry) -> bool:
    if not isinstance(value, ast.Constant):
        hint = None
        if isinstance(value, ast.StringLiteral) and value.value in enum.value_names:
            hint = f"write `{value.value}` without quotes"
        reader.error(Code.DEFAULT_TYPE, f"a value of the enum must stand here, not {describe(value)}", hint)
        return False
    if value.text not in enum.value_names:
        message = f"`{show(value.text)}` is no value of the enum `{enum.block.name.text}`"
        reader.error(Code.DEFAULT_TYPE, message, did_you_mean(reader.report.sink, value.text, enum.value_names))
        return False
    return True


def _literals(reader: AttributeReader, value: ast.Expression, scalar: ScalarType, arity: Arity) -> bool:
    if arity is Arity.LIST:
        if not isinstance(value, ast.Array):
            reader.error(Code.DEFAULT_LIST, "the default of a list must be a list", "put the value into brackets")
            return False
        return all(_literal(reader, item, scalar) for item in value.items)
    if isinstance(value, ast.Array):
        reader.error(Code.DEFAULT_LIST, "the default of a single value can't be a list", "remove the brackets")
        return False
    return _literal(reader, value, scalar)


def _literal(reader: AttributeReader, value: ast.Expression, scalar: ScalarType) -> bool:
    if not isinstance(value, _LITERALS[scalar]):
        hint = None
        if scalar in (ScalarType.STRING, ScalarType.DATE_TIME) and isinstance(value, ast.Constant):
            hint = f'put it into quotes: `"{value.text}"`'
        elif isinstance(value, ast.StringLiteral):
            hint = "write it without quotes"
        reader.error(Code.DEFAULT_TYPE, f"the default of {scalar.value} can't be {describe(value)}", hint)
        return False
    if isinstance(value, ast.Constant) and value.text not in ("true", "false"):
        message = f"`true` or `false` must stand here, not `{show(value.text)}`"
        reader.report.error(Code.DEFAULT_TYPE, message, value)
        return False
    return True


# --- functions ----------------------------------------------------------------------------------------------------


def _function(reader: AttributeReader, call: ast.Call, scalar: ScalarType, name: str | None, composite: bool) -> bool:
    function = call.name.text
    if function == "autoincrement":
        if composite:
            reader.error(Code.DEFAULT_FUNCTION, "a field of a type can't have `autoincrement()` as its default")
            return False
        if name is not None:
            reader.error(Code.DEFAULT_MAP, "`autoincrement()` is no constraint and can't have a name")
            return False
    if function == "auto":
        if call.arguments.items:
            reader.error(Code.DEFAULT_ARGUMENTS, "`auto()` takes no arguments")
            return False
        return True
    allowed = _FUNCTION_SCALARS.get(function)
    if allowed is None:
        if composite:
            message = f"`{show(function)}()` can't be the default of a field of a type"
            reader.report.error(Code.DEFAULT_UNKNOWN_FUNCTION, message, call)
        return not composite
    if scalar not in allowed:
        reader.error(Code.DEFAULT_FUNCTION, f"`{function}()` can't be the default of {scalar.value}")
        return False
    return _function_arguments(reader, call)


def _function_arguments(reader: AttributeReader, call: ast.Call) -> bool:
    function, arguments = call.name.text, call.arguments.items
    match function:
        case "uuid":
            return _one_number(reader, call, "is 4 or 7", lambda n: n in (4, 7))
        case "cuid":
            return _one_number(reader, call, "is 1 or 2", lambda n: n in (1, 2))
        case "nanoid":
            return _one_number(reader, call, "is from 2 to 255", lambda n: 2 <= n <= 255)
        case _ if arguments:
            message = f"`{function}()` takes no arguments"
            reader.error(Code.DEFAULT_ARGUMENTS, message, f"write `{function}()`")
            return False
        case _:
            return True


def _one_number(reader: AttributeReader, call: ast.Call, rule: str, allowed: Callable[[int], bool]) -> bool:
    arguments = call.arguments.items
    if not arguments:
        return True
    value = arguments[0].value
    if len(arguments) == 1 and isinstance(value, ast.NumberLiteral):
        if "." not in value.text and len(value.text) < 5 and allowed(int(value.text)):
            return True
        reader.error(Code.DEFAULT_ARGUMENTS, f"the argument of `{call.name.text}()` {rule}")
        return False
    reader.error(Code.DEFAULT_ARGUMENTS, f"`{call.name.text}()` takes one number at most")
    return False


def _dbgenerated(reader: AttributeReader, call: ast.Call) -> bool:
    arguments = call.arguments.items
    if not arguments:
        return True
    value = arguments[0].value
    if len(arguments) > 1 or not isinstance(value, ast.StringLiteral):
        reader.error(Code.DEFAULT_ARGUMENTS, "`dbgenerated()` takes one string at most")
        return False
    if not value.value:
        hint = "write `dbgenerated()` where the expression isn't known"
        reader.error(Code.DEFAULT_ARGUMENTS, "the string in `dbgenerated()` is empty", hint)
        return False
    return True
