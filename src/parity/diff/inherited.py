"""Inherited columns: what is done to a table's columns the database does to those of the tables that inherit from it.

A table that inherits is a model of its own, so that a schema file says each change twice. The second time nothing is
left to do, or what the parent's change has overwritten: the database refuses to alter or to drop an inherited column by
itself. A partition is in no file; a default of its own is overwritten there, too, and set again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from parity.diff.partitions import Parents, without
from parity.schema.model import Column, Origin, Table
from parity.schema.types import ObjectName


def after_parents(before: Mapping[ObjectName, Table], after: Mapping[ObjectName, Table]) -> dict[ObjectName, Table]:
    """The old tables that inherit and stay, as the changes of their parents leave them."""
    found: dict[ObjectName, Table] = {}
    parents = Parents(before.values())
    for table in before.values():
        if not table.traits or table.name not in after:
            continue
        child = table
        staying = [parent for parent in parents.of(table) if parent in after]
        for parent in staying:
            overwritten = _overwritten(parent, parents, before, after)
            others = [after[other] for other in staying if other != parent]
            child = _following(child, before[parent], after[parent], overwritten, _held(table, others))
        if child is not table:
            found[table.name] = child
    return found


def _overwritten(
    table: ObjectName, parents: Parents, before: Mapping[ObjectName, Table], after: Mapping[ObjectName, Table]
) -> frozenset[str]:
    """The columns whose default is set anew for everybody below: in this table, or in one that it inherits from."""
    found: set[str] = set()
    waiting = [table]
    while waiting:
        name = waiting.pop()
        if name in before and name in after:
            defaults = {column.name: column.default for column in after[name].columns}
            found.update(c.name for c in before[name].columns if c.name in defaults and defaults[c.name] != c.default)
            waiting.extend(parents.of(before[name]))
    return frozenset(found)


def _held(child: Table, others: Iterable[Table]) -> frozenset[str]:
    """The columns that stay when a parent loses them: the child declares them itself, or has them from another."""
    own = (column.name for column in child.columns if column.origin is Origin.BOTH)
    return frozenset((*own, *(column.name for other in others for column in other.columns)))


def _following(child: Table, old: Table, new: Table, overwritten: frozenset[str], held: frozenset[str]) -> Table:
    was, becomes = {c.name: c for c in old.columns}, {c.name: c for c in new.columns}
    child = without(child, frozenset(was.keys() - becomes.keys() - held))
    own = {column.name for column in child.columns}
    stay = (
        _changed(column, was[column.name], becomes[column.name], overwritten=column.name in overwritten)
        if column.name in was and column.name in becomes
        else column
        for column in child.columns
    )
    added = (column for column in new.columns if column.name not in own and column.name not in was)
    return replace(child, columns=(*stay, *added))


def _changed(column: Column, old: Column, new: Column, *, overwritten: bool) -> Column:
    """The child's column once its parent's has changed: with all that became another one there."""
    if old.type != new.type or old.arity is not new.arity:
        column = replace(column, type=new.type, arity=new.arity, collation=new.collation)
    return replace(column, default=new.default) if overwritten else column
