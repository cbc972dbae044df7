"""Foreign keys: two that say the same are one; another name is a rename where the database keeps names."""

from __future__ import annotations

from collections.abc import Hashable, Iterator

from parity.dialects.capabilities import Capabilities
from parity.diff.matching import match_by_shape
from parity.schema.changes import AddForeignKey, Change, DropForeignKey, RenameForeignKey
from parity.schema.model import ForeignKey, Table


def foreign_key_changes(old: Table, new: Table, capabilities: Capabilities) -> Iterator[Change]:
    """Dropped foreign keys, added ones, then renamed ones."""
    named = capabilities.named_foreign_keys
    matched = match_by_shape(old.foreign_keys, new.foreign_keys, _shape, lambda key: key.name if named else None)
    for key in matched.dropped:
        yield DropForeignKey(old, new, key)
    for key in matched.added:
        yield AddForeignKey(old, new, key)
    for before, after in matched.pairs:
        if named and before.name != after.name:
            yield RenameForeignKey(old, new, before, after)


def _shape(key: ForeignKey) -> Hashable:
    return (
        key.columns,
        key.referenced_table,
        key.referenced_columns,
        key.on_delete,
        key.on_update,
        key.deferrable,
        key.validated,
        key.match_full,
        key.set_columns,
    )
