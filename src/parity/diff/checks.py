"""Checks and exclusion constraints: matched by name and text; a change is a drop and an add."""

from __future__ import annotations

from collections.abc import Iterator

from parity.schema.changes import AddCheck, AlterTraits, Change, DropCheck
from parity.schema.model import Table


def check_changes(old: Table, new: Table) -> Iterator[Change]:
    """Dropped checks, then added ones."""
    before = {(check.name, check.expression, check.validated) for check in old.checks}
    after = {(check.name, check.expression, check.validated) for check in new.checks}
    for check in old.checks:
        if (check.name, check.expression, check.validated) not in after:
            yield DropCheck(old, new, check)
    for check in new.checks:
        if (check.name, check.expression, check.validated) not in before:
            yield AddCheck(old, new, check)


def trait_changes(old: Table, new: Table) -> Iterator[Change]:
    """The clauses of the whole table, if they differ."""
    if old.traits != new.traits:
        yield AlterTraits(old, new)
