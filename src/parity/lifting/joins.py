"""Which tables hold an implicit many-to-many relation: `_AToB` with the columns `A` and `B`."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from parity.schema.model import ForeignKey, IndexKind, Table
from parity.schema.types import ObjectName


class JoinTable(Struct, frozen=True):
    """A table that no model shows. `to_a` and `to_b` are the foreign keys of the columns A and B."""

    name: ObjectName
    to_a: ForeignKey
    to_b: ForeignKey


def join_tables(tables: Iterable[Table], *, primary_key_allowed: bool) -> dict[ObjectName, JoinTable]:
    """The join tables among `tables`. Some databases have a primary key where others have a unique index."""
    found: dict[ObjectName, JoinTable] = {}
    for table in tables:
        join = _join_table(table, primary_key_allowed)
        if join is not None:
            found[table.name] = join
    return found


def _join_table(table: Table, primary_key_allowed: bool) -> JoinTable | None:
    if not table.name.name.startswith("_") or len(table.foreign_keys) != 2:
        return None
    first, second = table.foreign_keys
    if len(first.columns) != 1 or len(second.columns) != 1:
        return None
    if not _has_both_columns_unique(table, primary_key_allowed) or not _has_index_on_b(table):
        return None
    a, b = (first, second) if _folded(first.columns) == ("a",) else (second, first)
    if _folded(a.columns) != ("a",) or _folded(b.columns) != ("b",):
        return None
    if a.referenced_table.name > b.referenced_table.name:
        return None
    return JoinTable(table.name, a, b)


def _has_both_columns_unique(table: Table, primary_key_allowed: bool) -> bool:
    keys = [tuple(c.name for c in index.columns) for index in table.indexes if index.is_unique]
    if primary_key_allowed and table.primary_key is not None:
        keys.append(tuple(c.name for c in table.primary_key.columns))
    return any(_folded(key) == ("a", "b") for key in keys)


def _has_index_on_b(table: Table) -> bool:
    return any(
        index.kind is IndexKind.NORMAL and _folded(tuple(c.name for c in index.columns)) == ("b",)
        for index in table.indexes
    )


def _folded(columns: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(column.lower() for column in columns)
