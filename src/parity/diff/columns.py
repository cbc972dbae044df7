"""Columns: matched by name; a column that differs in any attribute is altered."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parity.diff.partitions import parent_of, with_what_is_its_own
from parity.schema.changes import AddColumn, AlterColumn, AlterComment, Change, DropColumn
from parity.schema.model import Column, Table
from parity.schema.types import AutoIncrement, Default, Expression

_QUOTED = re.compile(r"('(?:[^']|'')*'|\"(?:[^\"]|\"\")*\")")


def column_changes(old: Table, new: Table) -> Iterator[Change]:
    """Dropped columns and added ones by name, then altered ones in the old order."""
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    if parent_of(old) is not None and parent_of(old) == parent_of(new):
        # Its columns come, go and change with its parent's; only defaults and NOT NULL may be its own.
        before = {name: column for name, column in before.items() if name in after}
        after = {name: with_what_is_its_own(before[name], after[name]) for name in before}
    for name in sorted(before.keys() - after.keys()):
        yield DropColumn(old, new, before[name])
    for name in sorted(after.keys() - before.keys()):
        yield AddColumn(old, new, after[name])
    for column in old.columns:
        other = after.get(column.name)
        if other is not None and differs(column, other):
            yield AlterColumn(old, new, column, other)


def column_comments(old: Table, new: Table) -> Iterator[Change]:
    """Comments of columns, added columns included."""
    before = {column.name: column.comment for column in old.columns}
    for column in new.columns:
        if column.comment != before.get(column.name):
            yield AlterComment(new, column.name, before.get(column.name), column.comment)


def differs(old: Column, new: Column) -> bool:
    """Whether two columns of one name differ in more than their comment."""
    return (
        old.type != new.type
        or old.arity != new.arity
        or not same_default(old.default, new.default)
        or (old.identity, old.generated, old.collation, old.list_not_null, old.null_conflict)
        != (new.identity, new.generated, new.collation, new.list_not_null, new.null_conflict)
    )


def same_default(old: Default | None, new: Default | None) -> bool:
    """Whether two defaults mean the same. `dbgenerated()` without a text is content with what is there, or isn't,
    but not with numbering."""
    if old == new:
        return True
    match old, new:
        case AutoIncrement(), Expression(canonical=None):
            return False
        case _, Expression(canonical=None):
            return True
        case Expression(canonical=str() as before), Expression(canonical=str() as after):
            return _folded(before) == _folded(after)
        case _:
            return False


def _folded(expression: str) -> str:
    """The expression in lower case, but for what stands in quotes."""
    parts = _QUOTED.split(expression)
    return "".join(part if place % 2 else part.lower() for place, part in enumerate(parts))
