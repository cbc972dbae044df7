"""The fields of models, views and types: their types and their attributes."""

from __future__ import annotations

from itertools import chain

from parity.psl import ast
from parity.psl.codes import Code
from parity.psl.defaults import read_default
from parity.psl.entries import EnumEntry, ModelEntry
from parity.psl.keys import read_field_id, read_field_unique
from parity.psl.model import (
    Arity,
    CompositeRef,
    EnumRef,
    FieldDefault,
    FieldType,
    NativeType,
    ScalarField,
    ScalarType,
    UnsupportedType,
)
from parity.psl.names import SCALARS, Names
from parity.psl.reading import Attributes, Report, did_you_mean, show, string
from parity.psl.strings import unescape

FIELD_ATTRIBUTES = ("id", "unique", "default", "updatedAt", "map", "relation", "ignore", "db")

ARITIES = (Arity.REQUIRED, Arity.OPTIONAL, Arity.LIST)
"""By the suffix of a type that is spelled as it should be."""


def arity_of(reference: ast.TypeReference) -> Arity:
    """How many values a field holds."""
    return ARITIES[reference.suffix]


def field_type(report: Report, reference: ast.TypeReference, names: Names) -> FieldType | ast.Block | None:
    """What a type's name means: a type of the datamodel, the block of a model, or None where it means nothing."""
    if reference.unsupported is not None:
        return UnsupportedType(unescape(reference.unsupported.value))
    scalar = SCALARS.get(reference.text)
    if scalar is not None:
        return scalar
    block = names.types.get(reference.text)
    if block is None:
        known = chain(SCALARS, names.types)
        message = f"`{show(reference.text)}` is no type: neither built in, nor a block of this schema"
        report.error(Code.UNKNOWN_TYPE, message, reference, did_you_mean(report.sink, reference.text, known))
        return None
    match block.keyword:
        case "enum":
            return EnumRef(reference.text)
        case "type":
            return CompositeRef(reference.text)
        case _:
            return block


def read_scalar_field(
    entry: ModelEntry,
    node: ast.FieldNode,
    field: ScalarField,
    enums: dict[str, EnumEntry],
) -> ScalarField:
    """A scalar field with what its attributes say; keys and indexes go into the entry."""
    attributes = Attributes(entry.report, node.attributes)
    database_name = native = default = None
    updated_at = ignored = False
    for name in tuple(attributes.by_name):
        if name == "default":
            default = _read_default(attributes, field, enums)
        elif name == "map":
            database_name = _read_map(attributes)
            if database_name is not None:
                _check_column(entry, node, database_name)
        elif name == "id":
            _read_id(attributes, entry, field)
        elif name == "unique":
            _read_unique(attributes, entry, field)
        elif "." in name:
            if native is None and isinstance(field.type, ScalarType):
                native = _read_native_type(attributes, entry, field.name)
        elif name == "updatedAt":
            updated_at = _read_updated_at(attributes, field)
        elif name == "ignore":
            ignored = _read_ignore(attributes, field.type)
        elif name == "relation":
            _refuse_relation(attributes, entry, node, enums)
        elif name == "shardKey":
            _read_shard_key(attributes, entry, field)
    if attributes.by_name:
        attributes.finish(FIELD_ATTRIBUTES, "@")
    if not (database_name is not None or native or default or updated_at or ignored):
        return field
    return ScalarField(
        field.name,
        field.type,
        field.arity,
        database_name,
        native,
        default,
        updated_at,
        ignored,
        field.documentation,
        field.span,
    )


def _read_default(attributes: Attributes, field: ScalarField, enums: dict[str, EnumEntry]) -> FieldDefault | None:
    reader = attributes.take("default")
    if reader is None:
        return None
    default = read_default(reader, field.type, field.arity, enums, composite=False)
    if default is not None:
        reader.finish()
    return default


def _read_unique(attributes: Attributes, entry: ModelEntry, field: ScalarField) -> None:
    reader = attributes.take("unique")
    if reader is not None:
        entry.indexes.append(read_field_unique(reader, field.name, entry))
        reader.finish()


def _refuse_relation(
    attributes: Attributes, entry: ModelEntry, node: ast.FieldNode, enums: dict[str, EnumEntry]
) -> None:
    reader = attributes.take("relation")
    if reader is not None:
        message = f"`{node.name.text}` is no relation field: its type is no model"
        hint = None if node.type is None else did_you_mean(entry.report.sink, node.type.text, enums)
        reader.error(Code.NOT_A_RELATION, message, hint)


def _read_shard_key(attributes: Attributes, entry: ModelEntry, field: ScalarField) -> None:
    reader = attributes.take("shardKey")
    if reader is None:
        return
    if entry.shard_key is not None:
        message = f"the {entry.what} `{entry.name}` has more than one field with `@shardKey`"
        entry.report.error(Code.SHARD_KEY, message, entry.block, "name them together: `@@shardKey([a, b])`")
    entry.shard_key = entry.report.span(reader.attribute)
    entry.shard_key_fields.append(field.name)
    reader.finish()


def _read_map(attributes: Attributes) -> str | None:
    reader = attributes.take("map")
    if reader is None:
        return None
    value = reader.default("name")
    name = None if value is None else string(reader.report, value)
    reader.finish()
    return name


def _check_column(entry: ModelEntry, node: ast.FieldNode, name: str) -> None:
    """Report a column that two fields are mapped to, or that is another field's own."""
    taken = entry.columns.take(node.name.text, name)
    if taken is not None:
        message = f"the fields `{taken}` and `{node.name.text}` of `{entry.name}` have one column, `{show(name)}`"
        entry.report.error(Code.DUPLICATE_COLUMN, message, node)


def _read_ignore(attributes: Attributes, type_: FieldType) -> bool:
    reader = attributes.take("ignore")
    if reader is None:
        return False
    reader.finish()
    if isinstance(type_, UnsupportedType):
        message = "a field without a type of ours is ignored anyway"
        reader.error(Code.SUPERFLUOUS_IGNORE, message, "remove `@ignore`")
        return False
    return True


def _read_id(attributes: Attributes, entry: ModelEntry, field: ScalarField) -> None:
    reader = attributes.take("id")
    if reader is None:
        return
    if entry.primary_key is not None:
        message = f"the {entry.what} `{entry.name}` has more than one field with `@id`"
        entry.report.error(Code.ID_TWICE, message, entry.block, "name them together: `@@id([a, b])`")
        reader.finish()
        return
    entry.primary_key = read_field_id(reader, field.name)
    entry.id_arity = field.arity
    reader.finish()


def _read_updated_at(attributes: Attributes, field: ScalarField) -> bool:
    reader = attributes.take("updatedAt")
    if reader is None:
        return False
    if field.type is not ScalarType.DATE_TIME:
        reader.error(Code.UPDATED_AT_TYPE, "a field with `@updatedAt` must have the type DateTime")
    if field.arity is Arity.LIST:
        reader.error(Code.UPDATED_AT_TYPE, "a field with `@updatedAt` can't be a list")
    reader.finish()
    return True


def _read_native_type(attributes: Attributes, entry: ModelEntry | None, name: str) -> NativeType | None:
    """The attribute with a dot in its name; the last one where there are several, which is reported."""
    names = [name for name in attributes.by_name if "." in name]
    if not names:
        return None
    found = [attribute for name in names for attribute in attributes.all_of(name)]
    found.sort(key=lambda a: a.start)
    for attribute in found[1:]:
        attributes.report.error(Code.REPEATED_ATTRIBUTE, "a field has one native type at most", attribute)
    last = found[-1]
    prefix, _, type_name = last.name.text.partition(".")
    span = attributes.report.span(last)
    if entry is not None:
        entry.native_prefixes.append((name, prefix, span))
    values = () if last.arguments is None else tuple(a.value for a in last.arguments.items if a.value is not None)
    return NativeType(type_name, tuple(_argument_text(value) for value in values), span)


def _argument_text(value: ast.Expression) -> str:
    match value:
        case ast.NumberLiteral() | ast.Constant():
            return value.text
        case ast.StringLiteral():
            return f'"{value.value}"'
        case ast.Call():
            return f"{value.name.text}(…)"
        case ast.Array():
            return "[…]"
        case ast.Object():
            return "{…}"


def read_composite_field(
    report: Report, node: ast.FieldNode, field: ScalarField, enums: dict[str, EnumEntry], columns: dict[str, str]
) -> ScalarField:
    """A field of a `type` with what its attributes say."""
    attributes = Attributes(report, [a for a in node.attributes if a.name.text not in ("relation", "unique", "id")])
    native = _read_native_type(attributes, None, field.name) if isinstance(field.type, ScalarType) else None
    database_name = _read_map(attributes)
    if database_name is not None:
        if columns.get(database_name, field.name) != field.name:
            report.error(Code.DUPLICATE_COLUMN, f"two fields are mapped to `{show(database_name)}`", node)
        columns.setdefault(database_name, field.name)
    default = None
    reader = attributes.take("default")
    if reader is not None:
        default = read_default(reader, field.type, field.arity, enums, composite=True)
        reader.finish() if default is not None else None
    attributes.finish(FIELD_ATTRIBUTES, "@")
    return ScalarField(
        field.name,
        field.type,
        field.arity,
        database_name,
        native,
        default,
        span=field.span,
        documentation=field.documentation,
    )
