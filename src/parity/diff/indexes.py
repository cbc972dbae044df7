"""Indexes: two of the same shape are one index; under another name it is renamed, not dropped and made."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from parity.diff.matching import match_by_shape
from parity.schema.changes import AddIndex, Change, DropIndex, RenameIndex
from parity.schema.model import Index, Table


def index_changes(old: Table, new: Table) -> Iterator[Change]:
    """Dropped indexes, added ones, then renamed ones."""
    matched = match_by_shape(old.indexes, new.indexes, _shape, lambda index: index.name)
    for index in matched.dropped:
        yield DropIndex(old, new, index)
    for index in matched.added:
        yield AddIndex(old, new, index)
    for before, after in matched.pairs:
        if before.name != after.name:
            yield RenameIndex(old, new, before, after)


def _shape(index: Index) -> Hashable:
    return (
        index.columns,
        index.kind,
        index.method,
        index.predicate,
        index.include,
        index.nulls_not_distinct,
        index.valid,
        index.deferrable,
        index.storage,
        index.conflict,
    )
