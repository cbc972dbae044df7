"""Joining effects that are one change: a table that is rebuilt, an enum that is replaced.

What a database can't alter in place is made anew under another name and put in its place. Read one by one, these
statements drop a table with all its rows; together they keep them.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from parity.review.effects import (
    AltersColumn,
    ColumnChange,
    Copy,
    CreatesTable,
    CreatesType,
    DropsTable,
    DropsType,
    Effect,
    InsertsRows,
    RebuildsTable,
    RenamesTable,
    RenamesType,
    ReplacesType,
)
from parity.review.names import NameKeys
from parity.schema.types import ObjectName


def join_effects(effects: tuple[Effect, ...], keys: NameKeys) -> tuple[Effect, ...]:
    """The effects with each rebuilt table and each replaced enum as one, where its old form is dropped. Linear."""
    joined: dict[int, Effect] = {}
    gone: set[int] = set()
    for position, effect, parts in [*_rebuilt_tables(effects, keys), *_replaced_types(effects, keys)]:
        joined[position] = effect
        gone.update(parts)
    return tuple(joined.get(i, effect) for i, effect in enumerate(effects) if i in joined or i not in gone)


_Joined = tuple[int, Effect, tuple[int, ...]]
"""Where the joined effect stands, the effect, and the positions of its parts."""


def _rebuilt_tables(effects: tuple[Effect, ...], keys: NameKeys) -> Iterator[_Joined]:
    """Both orders: the new table takes the name at the end, or the old one gives it away at the start."""
    seen = _Seen(keys)
    for index, effect in enumerate(effects):
        match effect:
            case CreatesTable():
                seen.made[seen.key(effect.table)] = (index, effect)
            case InsertsRows(copy=Copy() as copy):
                seen.filled[seen.key(effect.table)] = (index, copy)
            case RenamesTable():
                target = ObjectName(effect.new_name, effect.table.namespace)
                parts = seen.replacement(
                    old=target, made_as=effect.table, dropped=seen.dropped.pop(seen.key(target), None)
                )
                if parts is None:
                    seen.moved[seen.key(target)] = (index, effect.table)
                else:
                    yield _rebuild(effects, target, parts, index)
            case DropsTable():
                away = seen.moved.pop(seen.key(effect.table), None)
                parts = None if away is None else seen.replacement(old=effect.table, made_as=away[1], dropped=index)
                if away is None or parts is None or parts.new[0] < away[0]:
                    seen.dropped[seen.key(effect.table)] = index
                else:
                    yield _rebuild(effects, away[1], parts, away[0])
            case _:
                pass


class _Parts(Struct, frozen=True):
    """The positions of what makes a rebuild, but for the RENAME."""

    new: tuple[int, CreatesTable]
    fill: tuple[int, Copy] | None
    drop: int


class _Seen:
    """What the walk over the effects has come across, by table."""

    def __init__(self, keys: NameKeys) -> None:
        self.key = keys.of
        self.made: dict[ObjectName, tuple[int, CreatesTable]] = {}
        self.filled: dict[ObjectName, tuple[int, Copy]] = {}
        self.dropped: dict[ObjectName, int] = {}
        self.moved: dict[ObjectName, tuple[int, ObjectName]] = {}

    def replacement(self, *, old: ObjectName, made_as: ObjectName, dropped: int | None) -> _Parts | None:
        """The table made under `made_as` in place of `old`; None where none was, or `old` wasn't dropped after it."""
        new = self.made.pop(self.key(made_as), None)
        fill = self.filled.pop(self.key(made_as), None)
        if new is None or dropped is None or dropped < new[0]:
            return None
        if fill is not None and (self.key(fill[1].source) != self.key(old) or not new[0] < fill[0] < dropped):
            fill = None
        return _Parts(new, fill, dropped)


def _rebuild(effects: tuple[Effect, ...], table: ObjectName, parts: _Parts, rename: int) -> _Joined:
    fill = () if parts.fill is None else (parts.fill[0],)
    positions = tuple(sorted({parts.new[0], *fill, parts.drop, rename}))
    statements = tuple(dict.fromkeys(effects[i].at.statement for i in positions))
    copy = None if parts.fill is None else parts.fill[1]
    rebuild = RebuildsTable(effects[parts.drop].at, table, parts.new[1], copy, statements)
    return parts.drop, rebuild, positions


def _replaced_types(effects: tuple[Effect, ...], keys: NameKeys) -> Iterator[_Joined]:
    """CREATE TYPE, ALTER COLUMN … TYPE, ALTER TYPE … RENAME TO, DROP TYPE.

    Either the new type has another name at first, or the old one gives its name away before, or the old one is dropped
    before the new one takes its name: all are usual.
    """
    seen = _SeenTypes({}, {}, {}, {})
    for index, effect in enumerate(effects):
        joined: _Joined | None = None
        match effect:
            case CreatesType(values=values) if values is not None:
                seen.made[keys.of(effect.name)] = (index, values)
            case AltersColumn(change=ColumnChange.TYPE, type_name=ObjectName() as name):
                seen.columns.setdefault(keys.of(name), []).append((index, effect))
            case RenamesType():
                old_name, new_name = keys.of(effect.name), ObjectName(effect.new_name, effect.name.namespace)
                seen.renamed[keys.of(new_name)] = (index, old_name)
                drop = seen.dropped.pop(keys.of(new_name), None)
                if drop is not None:
                    joined = _replaced_type(effects, drop, keys.of(new_name), old_name, {index}, seen)
            case DropsType():
                joined = _dropped_type(effects, index, keys.of(effect.name), seen)
                if joined is None:
                    seen.dropped[keys.of(effect.name)] = index
            case _:
                pass
        if joined is not None:
            yield joined


class _SeenTypes(Struct, frozen=True):
    """What the walk has come across, by keys of types: enums made, old names by new ones, columns by their new type."""

    made: dict[ObjectName, tuple[int, tuple[str, ...]]]
    renamed: dict[ObjectName, tuple[int, ObjectName]]
    columns: dict[ObjectName, list[tuple[int, AltersColumn]]]
    dropped: dict[ObjectName, int]


def _dropped_type(effects: tuple[Effect, ...], drop: int, key: ObjectName, seen: _SeenTypes) -> _Joined | None:
    """The enum in whose place another stands already; None where there is none."""
    renames: set[int] = set()
    old = key
    if (away := seen.renamed.get(key)) is not None:
        renames.add(away[0])
        old = away[1]
    new = old
    if (taken := seen.renamed.get(old)) is not None:
        renames.add(taken[0])
        new = taken[1]
    return None if new == key else _replaced_type(effects, drop, old, new, renames, seen)


def _replaced_type(
    effects: tuple[Effect, ...],
    drop: int,
    name: ObjectName,
    made_as: ObjectName,
    renames: set[int],
    seen: _SeenTypes,
) -> _Joined | None:
    """The enum `name`, whose new form was made as `made_as`; None where this file didn't make that."""
    made = seen.made.get(made_as)
    if made is None:
        return None
    columns = seen.columns.get(made_as, [])
    positions = tuple(sorted({made[0], drop, *renames, *(index for index, _ in columns)}))
    changes = tuple(effect for _, effect in columns)
    place = changes[0].at if changes else effects[drop].at
    statements = tuple(dict.fromkeys(effects[i].at.statement for i in positions))
    return drop, ReplacesType(place, name, made[1], changes, statements), positions
