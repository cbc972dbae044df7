"""Objects that the schema language can't say: matched by kind and name, compared by their definitions."""

from __future__ import annotations

from collections.abc import Iterator

from parity.schema.changes import AddOpaque, Change, DropOpaque, ReplaceOpaque
from parity.schema.model import Opaque, OpaqueKind, Schema
from parity.schema.types import ObjectName

OpaqueKey = tuple[OpaqueKind, ObjectName, ObjectName | None]


def opaque_key(opaque: Opaque) -> OpaqueKey:
    """What makes it that object: triggers and policies of one name may be on several tables."""
    return opaque.kind, opaque.name, opaque.table


def opaque_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """Dropped objects, replaced ones, then added ones."""
    before = {opaque_key(opaque): opaque for opaque in old.opaques}
    after = {opaque_key(opaque): opaque for opaque in new.opaques}
    for opaque in old.opaques:
        if opaque_key(opaque) not in after:
            yield DropOpaque(opaque)
    for opaque in old.opaques:
        other = after.get(opaque_key(opaque))
        if other is not None and other.definition != opaque.definition:
            yield ReplaceOpaque(opaque, other)
    for opaque in new.opaques:
        if opaque_key(opaque) not in before:
            yield AddOpaque(opaque)
