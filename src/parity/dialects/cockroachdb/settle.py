"""Puts wanted tables into the form in which CockroachDB's catalog gives them back, so that `==` compares them. Pure."""

from __future__ import annotations

from msgspec.structs import replace

from parity.dialects.cockroachdb.sequences import canonical
from parity.dialects.postgres.settle import settle as settle_as_parent
from parity.schema.model import Column, Table
from parity.schema.types import AutoIncrement, Sequence, UniqueRowid


def settle(table: Table) -> Table:
    """The table that introspection finds after `table` was made."""
    settled = settle_as_parent(table)
    return replace(settled, columns=tuple(_column(column) for column in settled.columns))


def _column(column: Column) -> Column:
    match column.default:
        case AutoIncrement(sql=None):
            return replace(column, default=UniqueRowid())
        case Sequence() as sequence:
            return replace(column, default=canonical(sequence, column.type))
        case _:
            return column
