"""SQL of indexes: PostgreSQL's, but for hash-sharded ones, which say so behind their columns."""

from __future__ import annotations

from msgspec.structs import replace

from parity.dialects.postgres import indexes as parent
from parity.schema.model import Index, Table

BUCKETS = "bucket_count="
"""The storage parameter that a hash-sharded index has, and no other."""


def create_index(table: Table, index: Index) -> str:
    """CREATE INDEX."""
    whole = parent.create_index(table, index)
    if not is_sharded(index):
        return whole
    head = parent.create_index(table, replace(index, include=(), storage=(), predicate=None, predicate_sql=None))
    return f"{head} USING HASH{whole[len(head) :]}"


def is_sharded(index: Index) -> bool:
    """Whether the index is spread over buckets by a hash of its columns."""
    return any(parameter.startswith(BUCKETS) for parameter in index.storage)
