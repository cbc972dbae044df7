"""SQL of indexes: PostgreSQL's, but for hash-sharded ones, which say so behind their columns."""

from __future__ import annotations

from dataclasses import replace

from parity.dialects.postgres import indexes as parent
from parity.schema.model import Index, Table

SHARDED = "hash"
"""The access method that stands for a hash-sharded index."""


def create_index(table: Table, index: Index) -> str:
    """CREATE INDEX."""
    if index.method != SHARDED:
        return parent.create_index(table, index)
    plain = replace(index, method=None)
    bare = replace(plain, include=(), storage=(), predicate=None, predicate_sql=None)
    head = parent.create_index(table, bare)
    return f"{head} USING HASH{parent.create_index(table, plain)[len(head) :]}"
