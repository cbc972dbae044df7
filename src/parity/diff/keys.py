"""Primary keys. Names count only where the database keeps them."""

from __future__ import annotations

from collections.abc import Iterator

from parity.dialects.capabilities import Capabilities
from parity.schema.changes import AddPrimaryKey, AlterPrimaryKey, Change, DropPrimaryKey, RenamePrimaryKey
from parity.schema.model import PrimaryKey, Table


def key_changes(old: Table, new: Table, capabilities: Capabilities) -> Iterator[Change]:
    """The change of the primary key, if there is one."""
    before, after = old.primary_key, new.primary_key
    if before is None and after is not None:
        yield AddPrimaryKey(old, new, after)
    elif before is not None and after is None:
        yield DropPrimaryKey(old, new, before)
    elif before is not None and after is not None:
        differs = _shape(before) != _shape(after)
        if differs:
            yield AlterPrimaryKey(old, new, before, after)
        if (
            (not differs or capabilities.alters_primary_keys)
            and capabilities.named_primary_keys
            and before.name != after.name
        ):
            yield RenamePrimaryKey(old, new, before, after)


def _shape(key: PrimaryKey) -> tuple[object, ...]:
    return key.columns, key.deferrable, key.conflict
