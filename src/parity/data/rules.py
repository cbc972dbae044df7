"""What the keys of a table, and the references between tables, ask of statements that write rows."""

from __future__ import annotations

from enum import Enum

from msgspec import Struct

from parity.data.keys import Cells, is_deferred, unique_keys
from parity.data.tables import DataRow, DataTable
from parity.schema.model import ForeignKey, ReferentialAction, Table
from parity.schema.types import Literal


class Cause(Enum):
    """Why one statement comes before another."""

    FREES = "frees"
    """A unique value that the other one takes."""
    PROVIDES = "provides"
    """A row that the other one refers to."""
    RELEASES = "releases"
    """A row to which the other one leaves no reference."""
    NUMBERS = "numbers"
    """It gives a number by itself, the other one lets the database give one."""
    STEPS = "steps"
    """Both write one row."""


class Reason(Struct, frozen=True):
    """Why, and through which columns. What `is_soft` may be passed over where there is no other order."""

    cause: Cause
    columns: tuple[str, ...] = ()
    is_soft: bool = False


def follows(action: ReferentialAction) -> bool:
    """Whether the database changes the rows that refer to one by itself."""
    return action not in (ReferentialAction.NO_ACTION, ReferentialAction.RESTRICT)


def references(table: Table) -> tuple[ForeignKey, ...]:
    """The references that ask for an order."""
    return tuple(key for key in table.foreign_keys if not is_deferred(key.deferrable))


def before(found: DataRow | None) -> Cells | None:
    """A row as it is."""
    return None if found is None else found.cells


def after(table: DataTable, wanted: DataRow | None, found: DataRow | None) -> Cells | None:
    """A row as it will be, as far as that is known: with the constants that are the defaults of its columns."""
    if wanted is None:
        return None
    if found is not None:
        return {**found.cells, **wanted.cells}
    columns = table.shape.table.columns
    defaults = {column.name: column.default for column in columns if isinstance(column.default, Literal)}
    return {**defaults, **wanted.cells}


def constrained(table: DataTable) -> tuple[str, ...]:
    """The columns that have a part in keys and references, in the table's order."""
    shape = table.shape
    named = {name for key in unique_keys(shape.table) for name in key.columns}
    named |= {name for key in shape.table.foreign_keys for name in key.columns}
    named |= {name for _, key in shape.referring for name in key.referenced_columns}
    return tuple(column.name for column in shape.table.columns if column.name in named)
