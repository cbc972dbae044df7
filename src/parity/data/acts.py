"""What is to be done about differences, one act for each row: the nodes that are put into an order."""

from __future__ import annotations

from collections.abc import Mapping
from enum import IntEnum

from msgspec import Struct

from parity.data.cells import Cell
from parity.data.compare import Difference
from parity.data.keys import Cells
from parity.data.rules import after, before
from parity.data.tables import DataTable
from parity.schema.types import Literal


class Kind(IntEnum):
    """What an act does. Where nothing else asks for an order they come in this one."""

    DELETE = 0
    INSERT = 1
    UPDATE = 2
    NUMBER = 3
    """The columns go on numbering behind what was inserted."""


class Lowest(Struct, frozen=True):
    """One less than what any row has, and than what any row of the file will have, the least of which this is."""

    wanted: Literal


class Act(Struct, frozen=True):
    """A statement to be. `cells` are the columns that it writes; `difference` is None for numbering alone."""

    kind: Kind
    table: DataTable
    difference: Difference | None
    cells: Mapping[str, Cell | Lowest]

    @property
    def before(self) -> Cells | None:
        """The row as it was."""
        return None if self.difference is None else before(self.difference.found)

    @property
    def after(self) -> Cells | None:
        """The row as it will be in the end."""
        one = self.difference
        return None if one is None else after(one.table, one.wanted, one.found)


def act_of(difference: Difference) -> Act:
    """What a difference asks for."""
    wanted, table = difference.wanted, difference.table
    if wanted is None:
        return Act(Kind.DELETE, table, difference, {})
    if difference.found is None:
        return Act(Kind.INSERT, table, difference, wanted.cells)
    return Act(Kind.UPDATE, table, difference, {name: wanted.cells[name] for name in difference.columns})
