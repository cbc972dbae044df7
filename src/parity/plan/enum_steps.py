"""Altered enums, with the columns that have to move from the old type to the new one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from parity.plan.context import Altered, Planning, type_changes
from parity.schema.changes import AlterEnum, DropColumn
from parity.schema.steps import AlterEnumStep, AlterTable, EnumUse
from parity.schema.types import ObjectName


def alter_enums(planning: Planning) -> Iterator[AlterEnumStep]:
    """A step for each enum whose values change."""
    altered = [change for change in planning.changes if isinstance(change, AlterEnum)]
    if not altered:
        return
    uses = _uses(planning)
    for change in altered:
        yield AlterEnumStep(change.old, change.new, tuple(uses.get(change.old.name, ())))


def _uses(planning: Planning) -> dict[ObjectName, list[EnumUse]]:
    """The columns that have an enum type before and after. Those of dropped tables and columns are gone by then."""
    found: dict[ObjectName, list[EnumUse]] = {}
    for table in planning.new.tables:
        old = planning.old_tables.get(table.name)
        if old is None:
            continue
        before = {column.name: column for column in old.columns}
        for column in table.columns:
            previous = before.get(column.name)
            if previous is None or previous.type.enum is None or previous.type.enum != column.type.enum:
                continue
            if type_changes(previous, column):
                # It is made anew later; until then it moves as it is.
                moved = replace(previous, default=None)
            else:
                moved = column
            found.setdefault(previous.type.enum, []).append(EnumUse(table, previous, moved))
    return found


def drops_before_enums(altered: Altered, shrinking: frozenset[ObjectName]) -> tuple[AlterTable | None, Altered]:
    """Dropped columns whose enum loses values, as a step of their own; and what is left of the table's changes."""
    early = tuple(
        change for change in altered.changes if isinstance(change, DropColumn) and change.column.type.enum in shrinking
    )
    if not early:
        return None, altered
    rest = tuple(change for change in altered.changes if change not in early)
    return AlterTable(altered.old, altered.new, early), replace(altered, changes=rest)


def shrinking_enums(planning: Planning) -> frozenset[ObjectName]:
    """The enums that lose values: their type is replaced by a new one."""
    return frozenset(
        change.old.name
        for change in planning.changes
        if isinstance(change, AlterEnum) and set(change.old.values) - set(change.new.values)
    )
