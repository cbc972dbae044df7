"""The object that a change is about: changes of one object belong together when people are told of them."""

from __future__ import annotations

from msgspec import Struct

from parity.schema.changes import (
    AddEnum,
    AddExtension,
    AddNamespace,
    AddOpaque,
    AddTable,
    AlterComment,
    AlterEnum,
    AlterExtension,
    Change,
    DropEnum,
    DropExtension,
    DropNamespace,
    DropOpaque,
    DropTable,
    ReplaceOpaque,
)
from parity.schema.model import Opaque, Schema, Table
from parity.schema.types import ObjectName


class Subject(Struct, frozen=True):
    """An object of a database. `kind` is a word for people, `name` is None for what has no block in a schema file."""

    kind: str
    shown: str
    name: ObjectName | None = None
    table: ObjectName | None = None

    def __str__(self) -> str:
        return f"{self.kind} {self.shown}"

    def is_in(self, schema: Schema) -> bool:
        """Whether the schema has such an object."""
        names = (
            *(_table(table) for table in schema.tables),
            *(Subject("enum", _full(enum.name), enum.name) for enum in schema.enums),
            *(Subject("extension", extension.name) for extension in schema.extensions),
            *(Subject("schema", name) for name in schema.namespaces),
            *map(_opaque, schema.opaques),
        )
        return self in names


def subject_of(change: Change) -> Subject:
    """The object that the change is about; the table for what is in one."""
    match change:
        case AddNamespace(name) | DropNamespace(name):
            return Subject("schema", name)
        case AddExtension(extension) | DropExtension(extension) | AlterExtension(new=extension):
            return Subject("extension", extension.name)
        case AddEnum(enum) | DropEnum(enum) | AlterEnum(new=enum):
            return Subject("enum", _full(enum.name), enum.name)
        case AddOpaque(opaque) | DropOpaque(opaque) | ReplaceOpaque(new=opaque):
            return _opaque(opaque)
        case AddTable(table) | DropTable(table) | AlterComment(table):
            return _table(table)
        case _:
            return _table(change.new)


def _table(table: Table) -> Subject:
    return Subject("table", _full(table.name), table.name, table.name)


def _opaque(opaque: Opaque) -> Subject:
    shown = _full(opaque.name) if opaque.table is None else f"{opaque.name.name} on {_full(opaque.table)}"
    return Subject(opaque.kind.value.lower(), shown, opaque.name if opaque.columns else None, opaque.table)


def _full(name: ObjectName) -> str:
    return name.name if name.namespace is None else f"{name.namespace}.{name.name}"
