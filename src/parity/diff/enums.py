"""Enum types: matched by name. The order of values doesn't count.

A value that is added in the middle of a schema file goes to the end of the type, so that a database's order is rarely
that of the file; taking that for a difference would find it at every run.
"""

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
        if other is not None and set(other.values) != set(enum.values):
            yield AlterEnum(enum, other)
    for enum in new.enums:
        if enum.name not in before:
            yield AddEnum(enum)
    for enum in old.enums:
        if enum.name not in after:
            yield DropEnum(enum)
