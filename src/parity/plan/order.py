"""The order of steps: a natural one, by kind and place, bent only where one step needs another before it.

The natural order is that of Prisma's engine, so that both write the same file. What the engine leaves to luck is an
edge here: an opaque object stands on tables and on other opaque objects, an enum loses its values after the tables
that go with them.
"""

from __future__ import annotations

import heapq
import re
from collections.abc import Iterator, Sequence
from typing import assert_never

from parity.diff.mentions import compiled_texts
from parity.plan.context import Planning
from parity.plan.opaques import before_tables, called_words, opaque_edges
from parity.schema.changes import AddPrimaryKey, DropCheck, DropColumn, DropPrimaryKey
from parity.schema.model import IndexColumn, PrimaryKey, Table
from parity.schema.steps import (
    AlterEnumStep,
    AlterTable,
    ChangePrimaryKey,
    ChangeSequence,
    ChangeTraits,
    CreateEnum,
    CreateExtension,
    CreateForeignKey,
    CreateIndex,
    CreateNamespace,
    CreateOpaque,
    CreateTable,
    RedefineTables,
    RemoveEnum,
    RemoveExtension,
    RemoveForeignKey,
    RemoveIndex,
    RemoveNamespace,
    RemoveOpaque,
    RemoveTable,
    RenameForeignKeyStep,
    RenameIndexStep,
    RenameTableStep,
    SetComment,
    Step,
    UpdateExtension,
)
from parity.schema.types import ObjectName

Key = tuple[int, ...]

_QUOTED = re.compile(r'"((?:[^"]|"")+)"')


def in_order(steps: Sequence[Step], planning: Planning) -> list[Step]:
    """The steps, sorted: stable, linear but for the heap."""
    keys = _keys(steps, planning)
    after: dict[int, set[int]] = {}
    waits = [0] * len(steps)
    for first, second in _edges(steps, planning):
        followers = after.setdefault(first, set())
        if second not in followers and first != second:
            followers.add(second)
            waits[second] += 1
    ready = [(keys[i], i) for i in range(len(steps)) if waits[i] == 0]
    heapq.heapify(ready)
    ordered: list[int] = []
    while ready:
        _, place = heapq.heappop(ready)
        ordered.append(place)
        for follower in after.get(place, ()):
            waits[follower] -= 1
            if waits[follower] == 0:
                heapq.heappush(ready, (keys[follower], follower))
    if len(ordered) < len(steps):
        # Objects that stand on each other in a circle: the natural order is as good as any.
        missing = sorted(set(range(len(steps))).difference(ordered), key=lambda i: (keys[i], i))
        ordered.extend(missing)
    return [steps[place] for place in ordered]


# --- the natural order ------------------------------------------------------------------------------------------------


def _keys(steps: Sequence[Step], planning: Planning) -> list[Key]:
    places = _Places(planning)
    return [(*places.of(step), number) for number, step in enumerate(steps)]


class _Places:
    """Where each kind of step stands, and each object within its kind."""

    __slots__ = ("_called", "_indexes", "_keys", "_new", "_old")

    def __init__(self, planning: Planning) -> None:
        self._old, self._new = planning.old_places, planning.new_places
        tables = (*planning.old.tables, *planning.new.tables)
        self._indexes = {id(index): n for table in tables for n, index in enumerate(table.indexes)}
        self._called = called_words(planning.new) if planning.new.opaques else frozenset[str]()
        self._keys = {id(key): n for table in tables for n, key in enumerate(table.foreign_keys)}

    def of(self, step: Step) -> Key:
        """Its rank, then its place among its like."""
        match step:
            case RemoveOpaque():
                return (0,)
            case CreateNamespace() | RemoveNamespace():
                return (10,)
            case RemoveExtension():
                return (20,)
            case CreateExtension() | UpdateExtension():
                return (21,)
            case ChangeSequence(table=table, old_column=column):
                return (25, self._old.get(table.name, -1), table.columns.index(column))
            case CreateEnum():
                return (30,)
            case AlterEnumStep():
                return (31,)
            case CreateOpaque(opaque):
                return (35,) if before_tables(opaque, self._called) else (200,)
            case RemoveForeignKey(table, key):
                return (40, self._old.get(table.name, -1), self._keys.get(id(key), 0))
            case RemoveIndex(table, index):
                return (50, self._old.get(table.name, -1), self._indexes.get(id(index), 0))
            case RenameTableStep(old=old) | AlterTable(old=old) | ChangeTraits(old=old):
                kind = 0 if isinstance(step, RenameTableStep) else 1
                return (60, self._old.get(old.name, -1), kind)
            case ChangePrimaryKey(old=old):
                return (65, self._old.get(old.name, -1))
            case RemoveTable(table):
                return (70, self._old.get(table.name, -1))
            case RemoveEnum():
                return (80,)
            case CreateTable(table):
                return (90, self._new.get(table.name, -1))
            case RedefineTables():
                return (100,)
            case CreateIndex(table, index):
                return (110, *self._index_place(table), self._indexes.get(id(index), 0))
            case RenameForeignKeyStep(table, _, key):
                return (120, self._old.get(table.name, -1), self._keys.get(id(key), 0))
            case CreateForeignKey(table, key):
                return (130, self._new.get(table.name, -1), self._keys.get(id(key), 0))
            case RenameIndexStep(table, index, _):
                return (140, self._old.get(table.name, -1), self._indexes.get(id(index), 0))
            case SetComment():
                return (190,)
            case _:
                assert_never(step)

    def _index_place(self, table: Table) -> Key:
        """Indexes of new tables come first, then those of altered ones in the old order."""
        old = self._old.get(table.name, -1)
        return (0 if old < 0 else 1, old, self._new.get(table.name, -1))


# --- edges ---------------------------------------------------------------------------------------------------


def _edges(steps: Sequence[Step], planning: Planning) -> Iterator[tuple[int, int]]:
    """Pairs of places: the first before the second."""
    yield from _unique_becomes_key(steps)
    if not planning.dialect.capabilities.drops_enum_values:
        yield from _users_before_enum(steps)
    yield from _parents_and_children(steps, planning)
    yield from opaque_edges(steps, planning)


def _unique_becomes_key(steps: Sequence[Step]) -> Iterator[tuple[int, int]]:
    """Where a primary key takes the place of a unique index, the key is made before the index goes."""
    made: dict[tuple[ObjectName, tuple[str, ...]], int] = {}
    for place, step in enumerate(steps):
        key = _only_added_key(step) if isinstance(step, AlterTable) else None
        if isinstance(step, AlterTable) and key is not None:
            made[(step.old.name, _names(key.columns))] = place
    for place, step in enumerate(steps):
        if isinstance(step, RemoveIndex) and step.index.is_unique:
            first = made.get((step.table.name, _names(step.index.columns)))
            if first is not None:
                yield first, place


def _parents_and_children(steps: Sequence[Step], planning: Planning) -> Iterator[tuple[int, int]]:
    """A table that inherits, or is a part of another, is made and altered after that one, and dropped before it."""
    for kind, backwards in ((CreateTable, False), (AlterTable, False), (RemoveTable, True)):
        tables = [
            (place, step.new if isinstance(step, AlterTable) else step.table)
            for place, step in enumerate(steps)
            if isinstance(step, CreateTable | AlterTable | RemoveTable) and isinstance(step, kind)
        ]
        by_name: dict[str, list[int]] = {}
        for place, table in tables:
            by_name.setdefault(table.name.name, []).append(place)
        for place, table in tables:
            for name in _QUOTED.findall(" ".join(table.traits)):
                for parent in by_name.get(name.replace('""', '"'), ()):
                    yield from _pair(parent, place, steps, planning, backwards=backwards)


def _pair(
    parent: int, child: int, steps: Sequence[Step], planning: Planning, *, backwards: bool
) -> Iterator[tuple[int, int]]:
    """The order of a step of a parent and one of a child: what only makes way doesn't wait for the parent's last."""
    step, above = steps[child], steps[parent]
    if backwards or (isinstance(step, AlterTable) and step.ahead):
        yield child, parent
    elif not _makes_way(step, planning) or _makes_way(above, planning):
        yield parent, child


def _makes_way(step: Step, planning: Planning) -> bool:
    """Whether all that the step does is done for the sake of an enum that loses values: it comes before that."""
    return (
        bool(planning.shrinking)
        and isinstance(step, AlterTable)
        and all(
            isinstance(part, DropCheck)
            or (isinstance(part, DropColumn) and part.column.type.enum in planning.shrinking)
            for part in step.parts
        )
    )


def _only_added_key(step: AlterTable) -> PrimaryKey | None:
    if any(isinstance(part, DropPrimaryKey) for part in step.parts):
        return None
    return next((part.primary_key for part in step.parts if isinstance(part, AddPrimaryKey)), None)


def _names(columns: tuple[IndexColumn, ...]) -> tuple[str, ...]:
    return tuple(column.name for column in columns)


def _users_before_enum(steps: Sequence[Step]) -> Iterator[tuple[int, int]]:
    """An enum that loses values is replaced by a new type: what goes with the old one goes before."""
    shrinking = {
        step.old.name: place
        for place, step in enumerate(steps)
        if isinstance(step, AlterEnumStep) and set(step.old.values) - set(step.new.values)
    }
    if not shrinking:
        return
    for place, step in enumerate(steps):
        if isinstance(step, RemoveTable):
            columns = step.table.columns
        elif isinstance(step, AlterTable) and step.ahead:
            columns = step.old.columns
        elif isinstance(step, AlterTable) and all(isinstance(part, DropColumn) for part in step.parts):
            columns = tuple(part.column for part in step.parts if isinstance(part, DropColumn))
        elif isinstance(step, AlterTable) and all(isinstance(part, DropCheck) for part in step.parts):
            columns = step.old.columns
        elif isinstance(step, AlterTable):
            # Its defaults and checks may name the new values, should the enum have to wait for something.
            yield from ((shrinking[name], place) for name in _enums_of(step) if name in shrinking)
            continue
        elif isinstance(step, RemoveIndex) and compiled_texts(step.index):
            columns = step.table.columns
        elif isinstance(step, RemoveForeignKey):
            columns = tuple(column for column in step.table.columns if column.name in step.foreign_key.columns)
        else:
            continue
        for column in columns:
            if column.type.enum in shrinking:
                yield place, shrinking[column.type.enum]


def _enums_of(step: AlterTable) -> set[ObjectName]:
    return {column.type.enum for column in step.new.columns if column.type.enum is not None}
