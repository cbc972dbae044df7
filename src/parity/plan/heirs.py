"""What a change of a table's columns does to its heirs: the tables that have columns from it, its partitions included.

What is dropped and added in a parent is dropped and added in its heirs by the server itself, and with a column goes
what an heir alone has on it: indexes, checks, keys, a default, a comment, rights. Those are made again behind the
parent's change. What is generated of an inherited column goes before it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from msgspec.structs import replace

from parity.diff.columns import differs
from parity.diff.partitions import Parents, children_by_parent, parent_of, parents_first
from parity.plan.context import Altered, Planning
from parity.schema.changes import AlterColumn, TableChange
from parity.schema.model import Column, Origin, Table
from parity.schema.types import ObjectName


def with_heirs(planning: Planning) -> Planning:
    """The planning with what its changes mean for tables that inherit, and for what is generated of enums."""
    inherits = any(table.traits for table in planning.old.tables)
    if not inherits and not planning.shrinking:
        return planning
    found = replace(planning, altered=dict(planning.altered), heirs=_heirs(planning), remade={}, moved={})
    parents = Parents(planning.old.tables)
    for table in parents_first(planning.old.tables):
        new = planning.new_tables.get(table.name)
        if new is not None:
            _inherit(table, new, [name for name in parents.of(table) if name in planning.new_tables], found)
    return found


def without_inherited(tables: Sequence[Table]) -> dict[ObjectName, Table]:
    """Of tables to be made, those that get columns from parents among them, without these: so they stay inherited."""
    heirs = [table for table in tables if table.traits and parent_of(table) is None]
    found: dict[ObjectName, Table] = {}
    if heirs:
        parents, made = Parents(tables), {table.name: table for table in tables}
        for heir in heirs:
            brought = {column.name: column for name in parents.of(heir) for column in made[name].columns}
            columns = tuple(column for column in heir.columns if not _is_brought(column, brought.get(column.name)))
            if columns != heir.columns:
                found[heir.name] = replace(heir, columns=columns)
    return found


def _is_brought(column: Column, parents: Column | None) -> bool:
    return parents is not None and column.origin is Origin.PARENT and not differs(parents, column)


def heirs_that_keep(
    planning: Planning, table: ObjectName, columns: Iterable[str]
) -> tuple[tuple[ObjectName, str], ...]:
    """The heirs that declare one of the columns themselves, so that it stays when the table's goes; parents first."""
    return tuple(
        (heir.name, column)
        for column in sorted(columns)
        for heir in all_heirs(planning, table)
        if any(own.name == column and own.origin is Origin.BOTH for own in heir.columns)
    )


def all_heirs(planning: Planning, table: ObjectName) -> tuple[Table, ...]:
    """The old tables that stay and have columns from the table, or from one that has; parents first."""
    found: dict[ObjectName, Table] = {}
    waiting = [table]
    for name in waiting:
        for heir in planning.heirs.get(name, ()):
            if heir.name not in found:
                found[heir.name] = heir
                waiting.append(heir.name)
    return tuple(found.values())


def _heirs(planning: Planning) -> dict[ObjectName, list[Table]]:
    return {
        name: [heir for heir in heirs if heir.name in planning.new_tables]
        for name, heirs in children_by_parent(planning.old.tables).items()
        if name in planning.new_tables
    }


def _inherit(table: Table, new: Table, parents: Iterable[ObjectName], found: Planning) -> None:
    """Note in `found` what comes to one table from those that it has columns from, whose turn was before."""
    shared = {column.name for column in table.columns}.intersection(column.name for column in new.columns)
    moved: set[str] = set()
    remade: dict[str, Column] = {}
    for parent in parents:
        recreated = found.recreated_columns(parent)
        remade.update({c.name: c for c in found.new_tables[parent].columns if c.name in recreated & shared})
        moved |= shared & (found.retyped_columns(parent) | found.moved.get(parent, frozenset()))
    if remade:
        found.remade[table.name] = remade
    if moved - remade.keys():
        found.moved[table.name] = frozenset(moved - remade.keys())
    computed = found.shrinking and any(column.generated is not None for column in table.columns)
    if remade or moved or computed:
        altered = found.altered.get(table.name, Altered(table, new, ()))
        found.altered[table.name] = replace(altered, changes=tuple(_changes(altered, remade)))


def _changes(altered: Altered, remade: Mapping[str, Column]) -> Iterator[TableChange]:
    """The table's own changes; those of columns that are made anew start from what the parent's change leaves."""
    for change in altered.changes:
        if not isinstance(change, AlterColumn) or change.new_column.name not in remade:
            yield change
    for column in altered.new.columns:
        made = remade.get(column.name)
        if made is None:
            continue
        left = replace(column, default=made.default, arity=made.arity, list_not_null=made.list_not_null)
        if left != column:
            yield AlterColumn(altered.old, altered.new, left, column)
