"""Enum types: matched by name. The order of values counts."""

from __future__ import annotations

from collections.abc import Iterator

from parity.schema.changes import AddEnum, AlterEnum, Change, DropEnum
from parity.schema.model import Schema


def enum_changes(old: Schema, new: Schema) -> Iterator[Change]:
    """Altered enums, added ones, then dropped ones."""
    before = {enum.name: enum for enum in old.enums}
    after = {enum.name: enum for enum in new.enums}
    for enum in old.enums:
        other = after.get(enum.name)
        if other is not None and other.values != enum.values:
            yield AlterEnum(enum, other)
    for enum in new.enums:
        if enum.name not in before:
            yield AddEnum(enum)
    for enum in old.enums:
        if enum.name not in after:
            yield DropEnum(enum)
