"""Defaults that were found to fit a type: most fields default to what others did before.

Whether `now()`, `true` or `0` can be the default of a scalar depends on nothing but the text and the field's type and
arity, so that it has to be found out once. A value of an enum is looked up in the schema each time.
"""

from __future__ import annotations

from parity.psl import ast
from parity.psl.entries import EnumEntry
from parity.psl.model import Arity, DefaultValue, EnumRef, EnumValueRef, FieldType, ScalarType

_Key = tuple[type, str, ScalarType, Arity]

_LIST = Arity.LIST
_MOST = 1000
_LONGEST = 100
_known: dict[_Key, DefaultValue] = {}


def known_default(
    arguments: ast.Arguments, field_type: FieldType, arity: Arity, enums: dict[str, EnumEntry]
) -> DefaultValue | None:
    """The value of the arguments of `@default`, where they are one plain value that is known to fit the type."""
    if len(arguments.items) != 1 or arguments.trailing_comma >= 0 or arguments.items[0].name is not None:
        return None
    value = arguments.items[0].value
    if isinstance(field_type, EnumRef):
        if arity is _LIST or not isinstance(value, ast.Constant):
            return None
        return EnumValueRef(value.text) if value.text in enums[field_type.name].value_names else None
    key = _key(value, field_type, arity)
    return None if key is None else _known.get(key)


def remember_default(value: ast.Expression, field_type: FieldType, arity: Arity, default: DefaultValue) -> None:
    """Note that a value fits a type."""
    key = _key(value, field_type, arity)
    if key is not None and len(_known) < _MOST:
        _known[key] = default


def _key(value: ast.Expression | None, field_type: FieldType, arity: Arity) -> _Key | None:
    """What decides whether a default fits; None where that is more than its text and the field's type."""
    if not isinstance(field_type, ScalarType):
        return None
    kind, text = type(value), ""
    if isinstance(value, ast.Call):
        argument = _only_argument(value.arguments)
        if argument is None:
            return None
        text = f"{value.name.text}({argument})"
    elif isinstance(value, ast.Constant | ast.NumberLiteral):
        text = value.text
    elif isinstance(value, ast.StringLiteral) and "\\" not in value.value:
        text = value.value
    else:
        return None
    return None if len(text) > _LONGEST else (kind, text, field_type, arity)


def _only_argument(arguments: ast.Arguments) -> str | None:
    """What stands between a function's brackets, where that is nothing or one literal."""
    if arguments.trailing_comma >= 0 or len(arguments.items) > 1:
        return None
    if not arguments.items:
        return ""
    name, value, *_ = arguments.items[0]
    if name is not None:
        return None
    if isinstance(value, ast.StringLiteral):
        return None if "\\" in value.value else f'"{value.value}"'
    return value.text if isinstance(value, ast.NumberLiteral) else None
