"""What the keys of a table, and the references between tables, ask of statements that write rows."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum

from msgspec import Struct

from parity.data.cells import Cell
from parity.data.tables import DataRow, DataTable, comparable
from parity.schema.model import ForeignKey, Index, PrimaryKey, ReferentialAction, Table
from parity.schema.types import Literal

Cells = Mapping[str, Cell]


class Unique(Struct, frozen=True):
    """Columns in which no two rows may agree."""

    columns: tuple[str, ...]
    nulls_agree: bool = False


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


def unique_keys(table: Table) -> tuple[Unique, ...]:
    """All of them, partial ones too. One that is looked at at the end of the transaction asks for no order."""
    found: list[Unique] = []
    keys: tuple[PrimaryKey | Index, ...] = (table.primary_key,) if table.primary_key is not None else ()
    for key in (*keys, *(index for index in table.indexes if index.is_unique)):
        if not is_deferred(key.deferrable) and all(column.name for column in key.columns):
            nulls_agree = isinstance(key, Index) and key.nulls_not_distinct
            found.append(Unique(tuple(column.name for column in key.columns), nulls_agree))
    return tuple(found)


def is_deferred(deferrable: str | None) -> bool:
    """Whether a constraint is looked at at the end of the transaction only."""
    return deferrable is not None and "INITIALLY DEFERRED" in deferrable.upper()


def follows(action: ReferentialAction) -> bool:
    """Whether the database changes the rows that refer to one by itself."""
    return action not in (ReferentialAction.NO_ACTION, ReferentialAction.RESTRICT)


def references(table: Table) -> tuple[ForeignKey, ...]:
    """The references that ask for an order."""
    return tuple(key for key in table.foreign_keys if not is_deferred(key.deferrable))


def value_of(cells: Cells | None, columns: tuple[str, ...], *, nulls_agree: bool = False) -> object:
    """What a row has in some columns; None where it has nothing there that another row could agree with."""
    if cells is None:
        return None
    values = []
    for name in columns:
        if name not in cells:
            return None
        value = comparable(cells[name])
        if value is None and not (nulls_agree and cells[name] is None):
            return None
        values.append(value)
    return tuple(values)


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
