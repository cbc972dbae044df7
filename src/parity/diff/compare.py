"""What leads from one schema to another: `diff(old, new, dialect)`, a stable tuple of changes.

Both sides are in canonical form, so that this compares with plain `==`; it asks the dialect's capabilities which names
count. Where Prisma's engine is blind, this isn't: timestamps in defaults are compared by value, and of several indexes
of one shape each is matched by its name before any is taken for renamed.
"""

from __future__ import annotations

from parity.dialects.base import Dialect
from parity.diff.enums import enum_changes
from parity.diff.extensions import extension_changes, namespace_changes
from parity.diff.opaque import opaque_changes
from parity.diff.tables import table_changes
from parity.schema.changes import Change
from parity.schema.model import Schema


def diff(old: Schema, new: Schema, dialect: Dialect) -> tuple[Change, ...]:
    """The changes from `old` to `new`; () where they mean the same."""
    return (
        *namespace_changes(old, new, dialect.capabilities),
        *extension_changes(old, new),
        *enum_changes(old, new),
        *table_changes(old, new, dialect.capabilities),
        *opaque_changes(old, new),
    )
