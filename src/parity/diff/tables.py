"""Tables: matched by name; what is inside a table that stays is compared subject by subject."""

from __future__ import annotations

from collections.abc import Iterator

from parity.dialects.capabilities import Capabilities
from parity.diff.checks import check_changes, trait_changes
from parity.diff.columns import column_changes, column_comments
from parity.diff.foreign_keys import foreign_key_changes
from parity.diff.indexes import index_changes
from parity.diff.inherited import after_parents
from parity.diff.keys import key_changes
from parity.schema.changes import AddTable, AlterComment, Change, DropTable
from parity.schema.model import Schema, Table


def table_changes(old: Schema, new: Schema, capabilities: Capabilities) -> Iterator[Change]:
    """Added tables in the new order, dropped ones in the old, then what changes inside the others in the old."""
    before = {table.name: table for table in old.tables}
    after = {table.name: table for table in new.tables}
    for table in new.tables:
        if table.name not in before:
            yield AddTable(table)
    for table in old.tables:
        if table.name not in after:
            yield DropTable(table)
    led = after_parents(before, after)
    for table in old.tables:
        other = after.get(table.name)
        if other is not None and other is not table:
            yield from _inside(led.get(table.name, table), other, capabilities)


def _inside(old: Table, new: Table, capabilities: Capabilities) -> Iterator[Change]:
    yield from trait_changes(old, new)
    yield from foreign_key_changes(old, new, capabilities)
    yield from index_changes(old, new)
    yield from key_changes(old, new, capabilities)
    yield from column_changes(old, new)
    yield from check_changes(old, new)
    yield from _comments(old, new, capabilities)


def _comments(old: Table, new: Table, capabilities: Capabilities) -> Iterator[Change]:
    if capabilities.comments:
        if old.comment != new.comment:
            yield AlterComment(new, None, old.comment, new.comment)
        yield from column_comments(old, new)
