"""Two schema files of which only one lists namespaces: the other one's names are in the default namespace.

A team that begins to list its schemas changes nothing in its database.
"""

from __future__ import annotations

from msgspec.structs import replace

from parity.schema.model import Column, Schema, Table
from parity.schema.types import ObjectName


def under_one_naming(old: Schema, new: Schema, default_namespace: str | None) -> tuple[Schema, Schema]:
    """Both, with the default namespace in the names of the one that has none, where the other one has any."""
    if default_namespace is None or _is_named(old) == _is_named(new):
        return old, new
    return _named(old, default_namespace), _named(new, default_namespace)


def _is_named(schema: Schema) -> bool:
    names = (*(table.name for table in schema.tables), *(enum.name for enum in schema.enums))
    return any(name.namespace is not None for name in names)


def _named(schema: Schema, namespace: str) -> Schema:
    if _is_named(schema) or schema.opaques:
        return schema
    return replace(
        schema,
        tables=tuple(_table(table, namespace) for table in schema.tables),
        enums=tuple(replace(enum, name=_name(enum.name, namespace)) for enum in schema.enums),
    )


def _table(table: Table, namespace: str) -> Table:
    keys = tuple(replace(k, referenced_table=_name(k.referenced_table, namespace)) for k in table.foreign_keys)
    columns = tuple(_column(column, namespace) for column in table.columns)
    return replace(table, name=_name(table.name, namespace), columns=columns, foreign_keys=keys)


def _column(column: Column, namespace: str) -> Column:
    if column.type.enum is None:
        return column
    return replace(column, type=replace(column.type, enum=_name(column.type.enum, namespace)))


def _name(name: ObjectName, namespace: str) -> ObjectName:
    return ObjectName(name.name, name.namespace or namespace)
