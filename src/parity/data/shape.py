"""What a file of reference data is held against: a table, and the names that the schema file has for its parts."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from parity.schema.model import Column, ForeignKey, Table
from parity.schema.types import TypeFamily


class Shape(Struct, frozen=True):
    """A table. `model` is what the schema file calls it; `fields` leads from its names to columns; `enums` from a
    column to its values, under each of their names; `referring` are the references of all tables to this one, each with
    the name of its table."""

    table: Table
    model: str
    fields: Mapping[str, str]
    enums: Mapping[str, Mapping[str, str]]
    referring: tuple[tuple[str, ForeignKey], ...] = ()

    @property
    def shown(self) -> str:
        """The table's name for people."""
        name = self.table.name
        return name.name if name.namespace is None else f"{name.namespace}.{name.name}"

    def column(self, name: str) -> Column | None:
        """The column of a field, or the column itself."""
        return self.table.column(self.fields.get(name, name))

    @property
    def primary_key(self) -> tuple[str, ...]:
        """The columns of the primary key; () where there is none."""
        key = self.table.primary_key
        return () if key is None else tuple(column.name for column in key.columns)

    def is_key(self, columns: tuple[str, ...]) -> bool:
        """Whether no two rows can agree in all of these columns."""
        wanted = frozenset(columns)
        if wanted == frozenset(self.primary_key):
            return True
        return any(
            index.is_unique and index.predicate is None and frozenset(c.name for c in index.columns) == wanted
            for index in self.table.indexes
        )

    def values_of(self, column: Column) -> Mapping[str, str] | None:
        """The values of an enum, under each of their names; None for other columns."""
        found = self.enums.get(column.name)
        return found if found is not None or column.type.family is not TypeFamily.ENUM else {}
