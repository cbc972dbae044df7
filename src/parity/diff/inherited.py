"""Inherited columns: what is done to a table's columns the database does to those of the tables that inherit from it.

Such a table is a model of its own, so that a schema file says each change twice. The second time nothing is left to do,
or what the parent's change has overwritten: the database refuses to alter or to drop an inherited column by itself.
"""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from parity.diff.partitions import parent_of, parents_of
from parity.schema.model import Column, Table
from parity.schema.types import ObjectName


def after_parents(before: Mapping[ObjectName, Table], after: Mapping[ObjectName, Table]) -> dict[ObjectName, Table]:
    """The old tables that inherit and stay, as the changes of their parents leave them."""
    found: dict[ObjectName, Table] = {}
    for table in before.values():
        if not table.traits or table.name not in after or parent_of(table) is not None:
            continue
        child = table
        for name in parents_of(table):
            parent = ObjectName(name, table.name.namespace)
            if parent in before and parent in after:
                child = _following(child, before[parent], after[parent])
        if child is not table:
            found[table.name] = child
    return found


def _following(child: Table, old: Table, new: Table) -> Table:
    was, becomes = {c.name: c for c in old.columns}, {c.name: c for c in new.columns}
    own = {column.name for column in child.columns}
    stay = (
        column if column.name not in was else _changed(column, was[column.name], becomes[column.name])
        for column in child.columns
        if column.name not in was or column.name in becomes
    )
    added = (column for column in new.columns if column.name not in own and column.name not in was)
    return replace(child, columns=(*stay, *added))


def _changed(column: Column, old: Column, new: Column) -> Column:
    """The child's column once its parent's has changed: with all that became another one there."""
    if old.type != new.type or old.arity is not new.arity:
        column = replace(column, type=new.type, arity=new.arity, collation=new.collation)
    return column if old.default == new.default else replace(column, default=new.default)
