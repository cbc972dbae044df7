"""What a schema file can't say and that goes with what it stands on: between two schemas, each with its hazard.

A view over a dropped column goes with that column, and the file never named it. Who wrote the file must hear of it
before it is gone. What goes with a dropped table as a part of it (its checks and indexes) is told by that table.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TypeAlias

from msgspec.structs import replace

from parity.diff.mentions import check_reads, compiled_texts, generated_reads, index_reads
from parity.diff.opaque import opaque_key
from parity.diff.partitions import Parents, own_default, parent_of
from parity.schema import hazards as catalogue
from parity.schema.model import Check, Column, Index, ObjectRef, Opaque, OpaqueKind, Schema, Table
from parity.schema.steps import Hazard, RowCount
from parity.schema.types import ObjectName

GoneKey: TypeAlias = tuple[str, ObjectName | None, str]
"""Kind, table and name of what goes; a part of a table that has no name is known by its text."""


def key_of_object(opaque: Opaque) -> GoneKey:
    """The key of a view, a trigger, a function …"""
    name = opaque.name.name if opaque.name.namespace is None else f"{opaque.name.namespace}.{opaque.name.name}"
    return opaque.kind.value, opaque.table, name


def key_of_index(table: ObjectName, index: Index) -> GoneKey:
    """The key of an index."""
    return "index", table, index.name


def key_of_check(table: ObjectName, check: Check) -> GoneKey:
    """The key of a check."""
    return "check", table, check.name or check.expression


def key_of_expression(table: ObjectName, column: Column) -> GoneKey:
    """The key of what a generated column is computed by."""
    return "expression", table, column.name


def key_of_default(table: ObjectName, column: Column) -> GoneKey:
    """The key of a partition's own default."""
    return "default", table, column.name


def gone_objects(old: Schema, new: Schema) -> dict[GoneKey, Hazard]:
    """Everything of that kind that `old` has and `new` hasn't, with its hazard. Linear."""
    after = {table.name: table for table in new.tables}
    found: dict[GoneKey, Hazard] = {}
    for table in old.tables:
        other = after.get(table.name)
        if other is not None and other is not table:
            found.update(_parts(table, other))
    found.update(_defaults(old, after))
    staying = {opaque_key(opaque) for opaque in new.opaques}
    leaving = [opaque for opaque in old.opaques if opaque_key(opaque) not in staying]
    if leaving:
        ground = _Ground(old, new)
        found.update((key_of_object(opaque), _object(opaque, ground)) for opaque in leaving)
    return found


def _object(opaque: Opaque, ground: _Ground) -> Hazard:
    rows = RowCount(opaque.name) if opaque.kind in (OpaqueKind.VIRTUAL_TABLE, OpaqueKind.MATERIALIZED_VIEW) else None
    return catalogue.drop_object(
        opaque.kind.value.lower(), opaque.name.name, opaque.table, ground.lost_beneath(opaque), rows
    )


class _Ground:
    """What objects stand on, before and after."""

    __slots__ = ("_after", "_before", "_columns", "_names")

    def __init__(self, old: Schema, new: Schema) -> None:
        self._before = {table.name for table in old.tables}
        self._after = {table.name for table in new.tables}
        self._columns = {(table.name, column.name) for table in new.tables for column in table.columns}
        self._names = {(opaque.kind.value, opaque.name) for opaque in new.opaques}

    def lost_beneath(self, opaque: Opaque) -> tuple[str, ...]:
        """What it stands on and what goes, in words."""
        refs = opaque.depends_on
        if opaque.table is not None and opaque.table in self._before:
            refs = (ObjectRef("TABLE", opaque.table), *refs)
        # What is read through a view that goes says nothing more.
        nearest = [ref for ref in refs if ref.kind in _KINDS and self._lost(ref) is not None]
        return tuple(dict.fromkeys(text for ref in nearest or refs if (text := self._lost(ref)) is not None))

    def _lost(self, ref: ObjectRef) -> str | None:
        if ref.kind in ("TABLE", "COLUMN"):
            if ref.name not in self._before:
                return None
            if ref.name not in self._after:
                return f"the table `{ref.name.name}`"
            if ref.column is None or (ref.name, ref.column) in self._columns:
                return None
            return f"the column `{ref.column}` of the table `{ref.name.name}`"
        if ref.kind not in _KINDS or (ref.kind, ref.name) in self._names:
            return None
        return f"the {ref.kind.lower()} `{ref.name.name}`"


_KINDS = frozenset(kind.value for kind in OpaqueKind)


def _defaults(old: Schema, after: Mapping[ObjectName, Table]) -> Iterator[tuple[GoneKey, Hazard]]:
    """Defaults of partitions' own, which no file names, that say nothing of the column's new type."""
    parted = [table for table in old.tables if table.name in after and parent_of(table) is not None]
    if not parted:
        return
    before, parents = {table.name: table for table in old.tables}, Parents(old.tables)
    for table in parted:
        parent = next((before[name] for name in parents.of(table)), None)
        usual = {} if parent is None else {column.name: column.default for column in parent.columns}
        wanted = {column.name: column for column in after[table.name].columns}
        for column in table.columns:
            new = wanted.get(column.name)
            if new is None or column.default is None or column.default == usual.get(column.name, column.default):
                continue
            if new.type != column.type and own_default(column, replace(new, default=None)) is None:
                what = "default of the column"
                yield key_of_default(table.name, column), catalogue.drop_object(what, column.name, table.name)


def _parts(old: Table, new: Table) -> Iterator[tuple[GoneKey, Hazard]]:
    """Checks, indexes that a file can't say, and expressions of generated columns, over columns that go."""
    gone = {column.name for column in old.columns} - {column.name for column in new.columns}
    if not gone:
        return
    checks = set(new.checks)
    for check in old.checks:
        lost = sorted(name for name in gone if check_reads(check, (name,)))
        if check not in checks and lost:
            shown = check.name or " ".join(check.expression.split())
            yield key_of_check(old.name, check), catalogue.drop_object("check", shown, old.name, _columns(lost))
    indexes = {index.name for index in new.indexes}
    for index in old.indexes:
        lost = _beneath_index(index, gone)
        if index.name not in indexes and lost:
            yield key_of_index(old.name, index), catalogue.drop_object("index", index.name, old.name, _columns(lost))
    after = {column.name: column for column in new.columns}
    for column in old.columns:
        other = after.get(column.name)
        if column.generated is None or other is None or other.generated is not None:
            continue
        generated = column.generated
        lost = sorted(name for name in gone if generated_reads(generated, (name,)))
        if lost:
            what = "expression of the generated column"
            yield (
                key_of_expression(old.name, column),
                catalogue.drop_object(what, column.name, old.name, _columns(lost)),
            )


def _beneath_index(index: Index, gone: set[str]) -> list[str]:
    """The columns that go, of an index that a schema file has no words for; the others it doesn't list on purpose."""
    if not compiled_texts(index) and not index.include:
        return []
    return sorted(name for name in gone if index_reads(index, (name,)))


def _columns(names: list[str]) -> tuple[str, ...]:
    return tuple(f"the column `{name}`" for name in names)
