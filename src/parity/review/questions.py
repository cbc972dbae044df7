"""The SQL that answers a question about the data: always one row with one number."""

from __future__ import annotations

from typing import assert_never

from parity.dialects.base import Dialect
from parity.dialects.sql import quote_string
from parity.schema.steps import (
    DuplicateCount,
    NonNullCount,
    NullCount,
    OrphanCount,
    RowCount,
    ValueCount,
)

Askable = RowCount | NonNullCount | NullCount | DuplicateCount | ValueCount | OrphanCount


def question_sql(question: Askable, dialect: Dialect) -> str:
    """The SELECT that counts the rows which a hazard would hit. Raises ValueError for a name that holds a NUL.

    Misfits are counted by the driver: trying a conversion takes more than a SELECT.
    """
    table = dialect.quote(question.table)
    match question:
        case RowCount():
            return f"SELECT COUNT(*) FROM {table}"
        case NonNullCount():
            return f"SELECT COUNT(*) FROM {table} WHERE {dialect.quote_column(question.column)} IS NOT NULL"
        case NullCount():
            return f"SELECT COUNT(*) FROM {table} WHERE {dialect.quote_column(question.column)} IS NULL"
        case DuplicateCount():
            return _duplicates(table, tuple(map(dialect.quote_column, question.columns)))
        case ValueCount():
            values = ", ".join(map(quote_string, question.values))
            column = dialect.quote_column(question.column)
            return f"SELECT COUNT(*) FROM {table} WHERE CAST({column} AS TEXT) IN ({values})"
        case OrphanCount():
            return _orphans(table, question, dialect)
        case _:
            assert_never(question)


def _duplicates(table: str, columns: tuple[str, ...]) -> str:
    """How many rows share their values with an earlier row. Rows with a NULL never do, as in a unique index."""
    filled = " AND ".join(f"{column} IS NOT NULL" for column in columns)
    groups = f"SELECT COUNT(*) AS n FROM {table} WHERE {filled} GROUP BY {', '.join(columns)} HAVING COUNT(*) > 1"
    return f"SELECT COALESCE(SUM(n - 1), 0) FROM ({groups}) AS shared"


def _orphans(table: str, question: OrphanCount, dialect: Dialect) -> str:
    """How many rows point nowhere. Rows with a NULL don't point at all."""
    own = [f"child.{dialect.quote_column(column)}" for column in question.columns]
    other = [f"parent.{dialect.quote_column(column)}" for column in question.referenced_columns]
    pairs = " AND ".join(f"{one} = {two}" for one, two in zip(other, own, strict=True))
    filled = " AND ".join(f"{column} IS NOT NULL" for column in own)
    found = f"SELECT 1 FROM {dialect.quote(question.referenced_table)} AS parent WHERE {pairs}"
    return f"SELECT COUNT(*) FROM {table} AS child WHERE {filled} AND NOT EXISTS ({found})"
