"""In which order tables and their rows are written: what is referred to comes first."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeVar

from parity.data.tables import DataRow, DataTable

_Item = TypeVar("_Item")


def in_order(tables: Sequence[DataTable]) -> tuple[DataTable, ...]:
    """The tables, each behind those that its foreign keys lead to; by name where that leaves it open."""
    by_name = {table.shape.table.name: table for table in sorted(tables, key=lambda table: table.shape.shown)}
    before = {
        name: [key.referenced_table for key in table.shape.table.foreign_keys if key.referenced_table != name]
        for name, table in by_name.items()
    }
    return tuple(by_name[name] for name in _sorted({n: [o for o in b if o in by_name] for n, b in before.items()}))


def rows_in_order(table: DataTable) -> tuple[DataRow, ...]:
    """The rows as the file has them, but each behind the row of the same table that it refers to."""
    own = [key for key in table.shape.table.foreign_keys if key.referenced_table == table.shape.table.name]
    if not own:
        return table.rows
    before: dict[int, list[int]] = {number: [] for number in range(len(table.rows))}
    for key in own:
        places = {
            row.key(key.referenced_columns): number
            for number, row in enumerate(table.rows)
            if all(name in row.cells for name in key.referenced_columns)
        }
        for number, row in enumerate(table.rows):
            if all(name in row.cells for name in key.columns):
                place = places.get(row.key(key.columns))
                if place is not None and place != number:
                    before[number].append(place)
    return tuple(table.rows[number] for number in _sorted(before))


def _sorted(before: dict[_Item, list[_Item]]) -> list[_Item]:
    """A circle has no order; then it stays as it was."""
    try:
        return list(TopologicalSorter(before).static_order())
    except CycleError:
        return list(before)
