"""The parts of a table that differ, by their names: a plan's summary tells of indexes and keys by their columns."""

from __future__ import annotations

from collections.abc import Iterator

from parity.schema.changes import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddIndex,
    AddPrimaryKey,
    AlterColumn,
    AlterPrimaryKey,
    Change,
    DropCheck,
    DropColumn,
    DropForeignKey,
    DropIndex,
    DropPrimaryKey,
    RenameForeignKey,
    RenameIndex,
    RenamePrimaryKey,
)
from parity.schema.model import Check, Column, ForeignKey, Index, PrimaryKey

_Part = Column | Index | ForeignKey | PrimaryKey | Check


def part_lines(changes: list[Change], told: str) -> Iterator[str]:
    """A line for each part but those that `told` names already. The changes lead to what is there."""
    before: dict[str, None] = {}
    now: dict[str, None] = {}
    for change in changes:
        old, new = _parts_of(change)
        before |= {_shown(part): None for part in (old,) if part is not None and not _is_told(part, told)}
        now |= {_shown(part): None for part in (new,) if part is not None and not _is_told(part, told)}
    for part in dict.fromkeys((*before, *now)):
        if part in before and part in now:
            yield f"{part} differs"
        else:
            yield f"{part} is missing" if part in before else f"{part} isn't of any migration"


def _parts_of(change: Change) -> tuple[_Part | None, _Part | None]:
    match change:
        case AddColumn(column=new) | AddIndex(index=new) | AddForeignKey(foreign_key=new):
            return None, new
        case AddPrimaryKey(primary_key=new) | AddCheck(check=new):
            return None, new
        case DropColumn(column=old) | DropIndex(index=old) | DropForeignKey(foreign_key=old):
            return old, None
        case DropPrimaryKey(primary_key=old) | DropCheck(check=old):
            return old, None
        case AlterColumn(old_column=old, new_column=new):
            return old, new
        case RenameIndex(old_index=old, new_index=new):
            return old, new
        case (
            AlterPrimaryKey(old_key=old, new_key=new)
            | RenamePrimaryKey(old_key=old, new_key=new)
            | RenameForeignKey(old_key=old, new_key=new)
        ):
            return old, new
        case _:
            return None, None


def _is_told(part: _Part, told: str) -> bool:
    return part.name is not None and f"`{part.name}`" in told


def _shown(part: _Part) -> str:
    match part:
        case Column(name=name):
            return f"column {name}"
        case Index(name=name):
            return f"index {name}"
        case Check(name=name, expression=expression):
            return f"check {name or expression}"
        case ForeignKey(name=name, columns=columns):
            return f"foreign key {name or _in_brackets(columns)}"
        case PrimaryKey(name=name, columns=parts):
            return f"primary key {name or _in_brackets(tuple(column.name for column in parts))}"


def _in_brackets(names: tuple[str, ...]) -> str:
    return f"({', '.join(names)})"
