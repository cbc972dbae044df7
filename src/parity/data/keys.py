"""The unique keys of a table, and what rows have in their columns."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct

from parity.data.cells import Cell, comparable
from parity.schema.model import Index, PrimaryKey, Table

Cells = Mapping[str, Cell]


class Unique(Struct, frozen=True):
    """Columns in which no two rows may agree."""

    columns: tuple[str, ...]
    nulls_agree: bool = False
    is_partial: bool = False
    """Whether it is about some rows only."""


def unique_keys(table: Table) -> tuple[Unique, ...]:
    """All of them, partial ones too. One that is looked at at the end of the transaction asks for no order."""
    found: list[Unique] = []
    keys: tuple[PrimaryKey | Index, ...] = (table.primary_key,) if table.primary_key is not None else ()
    for key in (*keys, *(index for index in table.indexes if index.is_unique)):
        if not is_deferred(key.deferrable) and all(column.name for column in key.columns):
            nulls_agree = isinstance(key, Index) and key.nulls_not_distinct
            is_partial = isinstance(key, Index) and key.predicate is not None
            found.append(Unique(tuple(column.name for column in key.columns), nulls_agree, is_partial))
    return tuple(found)


def is_deferred(deferrable: str | None) -> bool:
    """Whether a constraint is looked at at the end of the transaction only."""
    return deferrable is not None and "INITIALLY DEFERRED" in deferrable.upper()


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
