"""Scalar fields: a column as one line of a model, with its type, keys and default."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from parity.lifting import notes
from parity.lifting.blocks import Line, make_line
from parity.lifting.constraints import index_map, primary_key_map
from parity.lifting.defaults import default_attribute
from parity.lifting.identifiers import condition, has_expression, index_columns
from parity.lifting.names import on_one_line, sanitised
from parity.lifting.source import Source
from parity.lifting.text import attribute, documentation, named
from parity.psl import model as psl
from parity.psl.strings import quote
from parity.schema.model import Column, Index, SortOrder, Table
from parity.schema.types import Arity, ObjectName, TypeFamily

_ARITY = {Arity.REQUIRED: "", Arity.NULLABLE: "?", Arity.LIST: "[]"}


class FieldKeys(Struct, frozen=True):
    """What a table's keys say of a single column each."""

    id_column: str | None
    uniques: Mapping[str, Index]


def field_keys(table: Table) -> FieldKeys:
    """The keys of one column: they stand at the field."""
    key = table.primary_key
    uniques: dict[str, Index] = {}
    for index in table.indexes:
        if index.is_unique and not has_expression(index) and len(index_columns(index)) == 1:
            uniques.setdefault(index.columns[0].name, index)
    return FieldKeys(key.columns[0].name if key is not None and len(key.columns) == 1 else None, uniques)


def scalar_field(table: Table, column: Column, keys: FieldKeys, source: Source) -> list[Line]:
    """The field's lines: its documentation, and itself."""
    previous = source.fields.get((table.name, column.name))
    unique = keys.uniques.get(column.name)
    return field_lines(
        table.name,
        column,
        source,
        unique=None if unique is None else _unique(table, unique, source),
        id=_id(table, source) if keys.id_column == column.name else None,
        arity=_ARITY[column.arity],
        previous=previous,
    )


def field_lines(
    owner: ObjectName,
    column: Column,
    source: Source,
    *,
    unique: str | None,
    id: str | None,
    arity: str,
    previous: psl.ScalarField | None,
) -> list[Line]:
    """The lines of a field of a table or a view."""
    name = source.column_names[owner, column.name]
    unnameable = sanitised(column.name) == ""
    docs = [] if previous is None or previous.documentation is None else [previous.documentation]
    if docs and column.name in source.below_comments.get(owner, ()):
        docs = [text for text in map(notes.without_stray_notes, docs) if text]
    if unnameable:
        docs.append(notes.UNNAMEABLE_FIELD)
    line = make_line(
        name.name or on_one_line(column.name),
        type_text(column, previous, source) + arity,
        "@updatedAt" if previous is not None and previous.is_updated_at else None,
        unique,
        id,
        default_attribute(column, previous, source),
        None if name.mapped is None else attribute("@map", quote(name.mapped)),
        native_type(column, source),
        "@ignore" if previous is not None and previous.is_ignored else None,
    )
    return [*documentation(docs), f"// {line}" if unnameable else line]


def type_text(column: Column, previous: psl.ScalarField | None, source: Source) -> str:
    """The field's type. Where the database has no enums, a text column keeps the enum of the existing file."""
    if column.type.family is TypeFamily.UNSUPPORTED:
        return attribute("Unsupported", quote(column.type.text or column.type.declared or ""))
    if column.type.family is TypeFamily.ENUM and column.type.enum is not None:
        name = source.enum_names.get(column.type.enum)
        return column.type.enum.name if name is None else name.name
    if (
        column.type.family is TypeFamily.STRING
        and not source.dialect.capabilities.enums
        and previous is not None
        and isinstance(previous.type, psl.EnumRef)
    ):
        return previous.type.name
    return source.dialect.types.scalar_of(column.type)[0]


def native_type(column: Column, source: Source) -> str | None:
    """`@db.VarChar(10)`, None where the type is its scalar's default one."""
    if column.type.family in (TypeFamily.UNSUPPORTED, TypeFamily.ENUM):
        return None
    native = source.dialect.types.scalar_of(column.type)[1]
    if native is None:
        return None
    arguments = native.args
    declared = column.type.declared if column.type.domain is None else None
    if declared is not None and "(" not in declared and (column.arity is Arity.LIST or declared.startswith('"')):
        # Of an array's items the catalog doesn't tell the precision that goes without saying; a type with a name in
        # quotes is a system's own, and has none.
        arguments = ()
    return attribute(f"@{source.prefix}.{native.name}", *(str(argument) for argument in arguments))


def _id(table: Table, source: Source) -> str | None:
    key = table.primary_key
    if key is None:
        return None
    return attribute(
        "@id",
        "sort: Desc" if key.columns[0].sort is SortOrder.DESC else None,
        None if key.columns[0].length is None else f"length: {key.columns[0].length}",
        named("map", primary_key_map(table, key, source)),
    )


def _unique(table: Table, index: Index, source: Source) -> str:
    column, where = index.columns[0], condition(index)
    return attribute(
        "@unique",
        named("map", index_map(table, index, source)),
        "sort: Desc" if column.sort is SortOrder.DESC else None,
        None if column.length is None else f"length: {column.length}",
        None if where is None else f"where: raw({quote(where)})",
    )
