"""Values of rows, where they aren't PostgreSQL's: lists, and columns that number themselves. Pure."""

from __future__ import annotations

from parity.dialects.cockroachdb.columns import default_sql
from parity.dialects.postgres import rows as parent
from parity.schema.model import Column, Table
from parity.schema.types import ListLiteral, Literal, Now, Sequence


def value_sql(column: Column, value: Literal | ListLiteral | Now) -> str:
    """A constant of the column's type."""
    if isinstance(value, ListLiteral):
        return default_sql(value, column.type) or "NULL"
    return parent.value_sql(column, value)


def numbering_sql(table: Table, column: Column) -> str | None:
    """What lets an identity column go on behind numbers that were inserted; a virtual sequence needs nothing."""
    if not isinstance(column.default, Sequence) or dict(column.default.written).get("virtual"):
        return None
    return parent.numbered_behind(table, column)
