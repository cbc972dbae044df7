"""Scalar fields as nearly all are written, read at once: attributes without arguments, or with one that surely fits.

A shortcut and nothing else: it gives what `fields` would give, and leaves whatever it doesn't know, and all that is
wrong, to it. Reading a large schema spends most of its time in fields.
"""

from __future__ import annotations

from parity.diagnostics import Span
from parity.psl import ast
from parity.psl.ast import make
from parity.psl.entries import EnumEntry, ModelEntry
from parity.psl.keys import plain_column
from parity.psl.known_defaults import known_default
from parity.psl.model import (
    Arity,
    FieldDefault,
    Index,
    IndexKind,
    NativeType,
    PrimaryKey,
    ScalarField,
    ScalarType,
)

_LIST, _DATE_TIME, _UNIQUE = Arity.LIST, ScalarType.DATE_TIME, IndexKind.UNIQUE


def read_plain_field(
    entry: ModelEntry, node: ast.FieldNode, field: ScalarField, enums: dict[str, EnumEntry]
) -> ScalarField | None:
    """The field with what its attributes say; None, and nothing done, where it isn't a plain one."""
    database_name: str | None = None
    native: NativeType | None = None
    default: FieldDefault | None = None
    key: Span | None = None
    unique: Span | None = None
    prefix = ""
    updated_at = False
    file = entry.report.file
    for attribute in node.attributes:
        name, arguments = attribute.name.text, attribute.arguments
        span = make(Span, (attribute.start, attribute.end, file))
        if name == "default" and default is None:
            value = None if arguments is None else known_default(arguments, field.type, field.arity, enums)
            if value is None:
                return None
            default = FieldDefault(value, None, span)
        elif name == "map" and database_name is None:
            database_name = _plain_text(arguments)
            if database_name is None or entry.columns.holder(field.name, database_name) is not None:
                return None
        elif "." in name and native is None:
            args = _numbers(arguments)
            if args is None or not isinstance(field.type, ScalarType):
                return None
            prefix, _, type_name = name.partition(".")
            native = NativeType(type_name, args, span)
        elif arguments is not None:
            return None
        elif name == "id" and key is None and entry.primary_key is None:
            key = span
        elif name == "unique" and unique is None:
            unique = span
        elif name == "updatedAt" and not updated_at and field.type is _DATE_TIME and field.arity is not _LIST:
            updated_at = True
        else:
            return None
    if key is not None:
        entry.primary_key = PrimaryKey((plain_column(field.name),), None, None, None, True, key)
        entry.id_arity = field.arity
    if unique is not None:
        column = plain_column(field.name)
        entry.indexes.append(Index(_UNIQUE, (column,), None, None, None, None, None, (), True, unique))
    if native is not None:
        entry.native_prefixes.append((field.name, prefix, native.span))
    if database_name is not None:
        entry.columns.take(field.name, database_name)
    elif native is None and default is None and not updated_at:
        return field
    return ScalarField(
        field.name,
        field.type,
        field.arity,
        database_name,
        native,
        default,
        updated_at,
        False,
        field.documentation,
        field.span,
    )


def _plain_text(arguments: ast.Arguments | None) -> str | None:
    """The only argument, where it is a string without escapes."""
    if arguments is None or len(arguments.items) != 1 or arguments.trailing_comma >= 0:
        return None
    argument = arguments.items[0]
    value = argument.value
    if argument.name is not None or not isinstance(value, ast.StringLiteral) or "\\" in value.value:
        return None
    return value.value


def _numbers(arguments: ast.Arguments | None) -> tuple[str, ...] | None:
    """The arguments of a native type, where all are numbers."""
    if arguments is None:
        return ()
    if arguments.trailing_comma >= 0:
        return None
    numbers = []
    for argument in arguments.items:
        if argument.name is not None or not isinstance(argument.value, ast.NumberLiteral):
            return None
        numbers.append(argument.value.text)
    return tuple(numbers)
