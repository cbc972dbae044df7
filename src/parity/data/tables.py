"""A file of reference data as typed rows of a table."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from parity.data.cells import Cell, comparable
from parity.data.shape import Shape
from parity.schema.model import Column

Key = tuple[object, ...]


class DataRow(Struct, frozen=True):
    """A row, by the names of its columns. `line` is where it stands in its file; 0 for one of a database."""

    cells: Mapping[str, Cell]
    line: int = 0

    def key(self, columns: tuple[str, ...]) -> Key:
        """What tells it from all others."""
        return tuple(comparable(self.cells[name]) for name in columns)


class DataTable(Struct, frozen=True):
    """The rows that a file wants in a table. With `owns_all` it is to hold no others."""

    path: str
    shape: Shape
    key: tuple[str, ...]
    owns_all: bool
    rows: tuple[DataRow, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that any row names, in the table's order."""
        named = {name for row in self.rows for name in row.cells} | set(self.key)
        return tuple(column for column in self.shape.table.columns if column.name in named)
