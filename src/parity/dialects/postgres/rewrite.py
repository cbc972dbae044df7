"""Which changes need a table to be made anew: none, PostgreSQL alters columns in place."""

from __future__ import annotations

from parity.schema.changes import TableChange


def rebuilds(change: TableChange) -> bool:
    """Always false: every change of a table has its ALTER TABLE."""
    return False
