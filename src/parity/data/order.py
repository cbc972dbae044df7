"""In which order tables are told of: what is referred to comes first."""

from __future__ import annotations

from collections.abc import Sequence
from graphlib import CycleError, TopologicalSorter

from parity.data.tables import DataTable


def in_order(tables: Sequence[DataTable]) -> tuple[DataTable, ...]:
    """The tables, each behind those that its foreign keys lead to; by name where that leaves it open."""
    by_name = {table.shape.table.name: table for table in sorted(tables, key=lambda table: table.shape.shown)}
    before = {
        name: [key.referenced_table for key in table.shape.table.foreign_keys if key.referenced_table != name]
        for name, table in by_name.items()
    }
    wanted = {name: [other for other in others if other in by_name] for name, others in before.items()}
    try:
        return tuple(by_name[name] for name in TopologicalSorter(wanted).static_order())
    except CycleError:  # A circle has no order; then it stays as it was.
        return tuple(by_name.values())
