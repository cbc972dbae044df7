"""Partitions: tables whose columns are their parent's, and change with them.

A schema file lists the parent only. Whatever is done to the parent's columns the database does to its partitions by
itself; a default alone is each table's own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from msgspec.structs import replace

from parity.schema.model import Column, Schema, Table
from parity.schema.types import ObjectName

_NAME = r'"(?:[^"]|"")*"|[^\s".]+'
_INHERITS = re.compile(r"INHERITS \((.*)\)$", re.DOTALL)
_NAMES = re.compile(rf"(?:(?:{_NAME})\.)?({_NAME})(?:,\s*|$)")
_PARTITION_OF = re.compile(rf"PARTITION OF (?:(?:{_NAME})\.)?({_NAME})(?=\s|$)")


def parent_of(table: Table) -> str | None:
    """The name of the table that this one is a partition of, without its namespace; None for other tables."""
    for trait in table.traits:
        found = _PARTITION_OF.match(trait)
        if found is not None:
            name = found.group(1)
            return name[1:-1].replace('""', '"') if name.startswith('"') else name
    return None


def parents_of(table: Table) -> tuple[str, ...]:
    """The names of the tables whose columns it has from them, as a partition or by inheritance, without namespaces."""
    names = [name for trait in table.traits if (found := _INHERITS.match(trait)) for name in _NAMES.findall(found[1])]
    parent = parent_of(table)
    inherited = tuple(name[1:-1].replace('""', '"') if name.startswith('"') else name for name in names)
    return inherited if parent is None else (parent, *inherited)


def children_by_parent(tables: Iterable[Table]) -> dict[str, list[Table]]:
    """By a table's name without its namespace: the partitions of it, and the tables that inherit from it."""
    found: dict[str, list[Table]] = {}
    for table in tables:
        for parent in parents_of(table):
            found.setdefault(parent, []).append(table)
    return found


def kept_partitions(history: Schema, tables: Iterable[Table]) -> list[Table]:
    """The history's partitions of the tables that stay, and theirs, with the columns that their parents will have."""
    wanted = {table.name.name: table for table in tables}
    before = {table.name.name: table for table in history.tables}
    names = {table.name for table in wanted.values()}
    waiting = {t.name: (t, parent) for t in history.tables if (parent := parent_of(t)) and t.name not in names}
    kept: dict[ObjectName, Table] = {}
    while found := {name for name, (_, parent) in waiting.items() if parent in wanted and name not in kept}:
        for name in found:
            partition, parent = waiting[name]
            kept[name] = _following(partition, before.get(parent), wanted[parent])
            wanted[name.name] = kept[name]
    return [kept[table.name] for table in history.tables if table.name in kept]


def same_but_for_default(old: Column, new: Column) -> Column:
    """The old column with the new one's default: all of it that a partition can differ in from its parent's change."""
    return replace(old, default=new.default)


def _following(partition: Table, old_parent: Table | None, new_parent: Table) -> Table:
    """The partition after the parent's change: the same columns, in the partition's own order."""
    own = {column.name: column for column in partition.columns}
    before = {column.name: column for column in old_parent.columns} if old_parent is not None else {}
    after = {column.name: column for column in new_parent.columns}
    stay = [
        _changed(column, before.get(column.name), after[column.name]) for column in own.values() if column.name in after
    ]
    added = [column for column in new_parent.columns if column.name not in own]
    return replace(partition, columns=(*stay, *added))


def _changed(column: Column, old_parent: Column | None, new_parent: Column) -> Column:
    if old_parent == new_parent:
        return column
    # The database gives the parent's new default to its partitions. One that has another than its parent keeps it.
    follows = old_parent is not None and old_parent.default == column.default
    default = new_parent.default if follows else column.default
    return replace(new_parent, default=default, comment=column.comment, identity=column.identity)
