"""Partitions: tables whose columns are their parent's, and change with them.

A schema file lists the parent only. Whatever is done to the parent's columns the database does to its partitions by
itself; a default alone is each table's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from parity.diff.mentions import check_reads, index_reads
from parity.schema.model import Column, Schema, Table
from parity.schema.types import Arity, Default, Literal, LiteralKind, ObjectName, TypeFamily

_NAME = r'"(?:[^"]|"")*"|[^\s".]+'
_INHERITS = re.compile(r"INHERITS \((.*)\)$", re.DOTALL)
_NAMES = re.compile(rf"(?:({_NAME})\.)?({_NAME})(?:,\s*|$)")
_PARTITION_OF = re.compile(rf"PARTITION OF (?:({_NAME})\.)?({_NAME})(?=\s|$)")
_USUAL = (None, "public")
"""What a namespace is that isn't written."""
_INTEGERS = (TypeFamily.INT, TypeFamily.BIG_INT)


def parent_of(table: Table) -> ObjectName | None:
    """The table that this one is a partition of, with the namespace as it is written; None for other tables."""
    for trait in table.traits:
        found = _PARTITION_OF.match(trait)
        if found is not None:
            return _name(*found.groups())
    return None


class Parents:
    """Which tables others have their columns from, as partitions or by inheritance, among some tables."""

    def __init__(self, tables: Iterable[Table]) -> None:
        self._known: dict[str, list[ObjectName]] = {}
        for table in tables:
            self._known.setdefault(table.name.name, []).append(table.name)

    def of(self, table: Table) -> tuple[ObjectName, ...]:
        """The parents of a table that are known."""
        if not table.traits:
            return ()
        texts = [found[1] for trait in table.traits if (found := _INHERITS.match(trait))]
        names = [_name(*pair) for text in texts for pair in _NAMES.findall(text)]
        parent = parent_of(table)
        meant = (self._meant(name) for name in (names if parent is None else (parent, *names)))
        return tuple(name for name in meant if name is not None)

    def _meant(self, name: ObjectName) -> ObjectName | None:
        known = self._known.get(name.name, [])
        if name.namespace is None:
            usual = [one for one in known if one.namespace in _USUAL]
            return next(iter(usual or known), None)
        return name if name in known else None


def _name(namespace: str | None, name: str) -> ObjectName:
    return ObjectName(_bare(name), _bare(namespace) if namespace else None)


def _bare(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name


def children_by_parent(tables: Iterable[Table]) -> dict[ObjectName, list[Table]]:
    """By a table: the partitions of it, and the tables that inherit from it."""
    tables = tuple(tables)
    parents = Parents(tables)
    found: dict[ObjectName, list[Table]] = {}
    for table in tables:
        for parent in parents.of(table):
            found.setdefault(parent, []).append(table)
    return found


def parents_first(tables: Iterable[Table]) -> list[Table]:
    """The tables, each behind those that it has columns from."""
    tables = tuple(tables)
    if not any(table.traits for table in tables):
        return list(tables)
    parents = Parents(tables)
    waiting = {table.name: table for table in tables}
    ordered: list[Table] = []

    def place(table: Table) -> None:
        if waiting.pop(table.name, None) is not None:
            for parent in parents.of(table):
                if parent in waiting:
                    place(waiting[parent])
            ordered.append(table)

    for table in tables:
        place(table)
    return ordered


def kept_partitions(history: Schema, tables: Iterable[Table]) -> list[Table]:
    """The history's partitions of the tables that stay, and theirs, with the columns that their parents will have."""
    wanted = {table.name: table for table in tables}
    before = {table.name: table for table in history.tables}
    parents = Parents(history.tables)
    waiting = {t.name: (t, parents.of(t)[:1]) for t in history.tables if parent_of(t) and t.name not in wanted}
    kept: dict[ObjectName, Table] = {}
    while found := {name for name, (_, above) in waiting.items() if name not in kept and set(above) & wanted.keys()}:
        for name in found:
            partition, (parent,) = waiting[name]
            kept[name] = _following(partition, before[parent], wanted[parent])
        wanted.update(kept)
    return [kept[table.name] for table in history.tables if table.name in kept]


def without(child: Table, gone: frozenset[str]) -> Table:
    """The table once its parent has lost columns: with them goes what was made of them here."""
    if not gone:
        return child
    key = child.primary_key
    return replace(
        child,
        columns=tuple(column for column in child.columns if column.name not in gone),
        primary_key=None if key is not None and gone.intersection(c.name for c in key.columns) else key,
        indexes=tuple(index for index in child.indexes if not index_reads(index, gone)),
        foreign_keys=tuple(key for key in child.foreign_keys if not gone.intersection(key.columns)),
        checks=tuple(check for check in child.checks if not check_reads(check, gone)),
    )


def with_what_is_its_own(old: Column, new: Column) -> Column:
    """The old column with all of the new one that a partition can have otherwise than its parent: its default, and
    whether it refuses NULLs."""
    lists = Arity.LIST in (old.arity, new.arity)
    return replace(old, default=new.default, arity=old.arity if lists else new.arity, list_not_null=new.list_not_null)


def _following(partition: Table, old_parent: Table, new_parent: Table) -> Table:
    """The partition after the parent's change: the same columns, in the partition's own order."""
    before = {column.name: column for column in old_parent.columns}
    after = {column.name: column for column in new_parent.columns}
    own = {column.name for column in partition.columns}
    stays = without(partition, frozenset(own - after.keys()))
    columns = [_changed(column, before.get(column.name), after[column.name]) for column in stays.columns]
    added = [column for column in new_parent.columns if column.name not in own]
    return replace(stays, columns=(*columns, *added))


def _changed(column: Column, old_parent: Column | None, new_parent: Column) -> Column:
    if old_parent == new_parent:
        return column
    # The database gives the parent's new default to its partitions. One that has another than its parent keeps it.
    follows = old_parent is not None and old_parent.default == column.default
    own = old_parent is not None and column.is_required and not old_parent.is_required
    return replace(
        new_parent,
        arity=Arity.REQUIRED if own and new_parent.arity is Arity.NULLABLE else new_parent.arity,
        default=new_parent.default if follows else own_default(column, new_parent),
        comment=column.comment,
        identity=column.identity,
        origin=column.origin,
    )


def own_default(column: Column, new_parent: Column) -> Default | None:
    """A partition's own default once its parent's column has another type: the parent's where it says nothing there."""
    if column.default is None or _alike(column, new_parent):
        return column.default
    if Arity.LIST not in (column.arity, new_parent.arity) and isinstance(column.default, Literal):
        match column.default.kind, new_parent.type.family:
            case (LiteralKind.INT | LiteralKind.ENUM, TypeFamily.STRING):
                return Literal(LiteralKind.STRING, str(column.default.value))
            case (LiteralKind.INT, TypeFamily.FLOAT | TypeFamily.DECIMAL):
                return Literal(LiteralKind.NUMBER, str(column.default.value))
            case (LiteralKind.NUMBER, TypeFamily.FLOAT | TypeFamily.DECIMAL):
                return column.default
            case _:
                pass
    return new_parent.default


def _alike(old: Column, new: Column) -> bool:
    """Whether a default of the one is good for the other."""
    if (old.arity is Arity.LIST) != (new.arity is Arity.LIST):
        return False
    if old.type.family in _INTEGERS and new.type.family in _INTEGERS:
        return True
    return (old.type.family, old.type.enum, old.type.text) == (new.type.family, new.type.enum, new.type.text)
