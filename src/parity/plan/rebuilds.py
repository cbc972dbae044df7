"""Tables that are made anew, because the database can't change them in place."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parity.plan.context import Altered, Planning
from parity.schema.changes import RenameColumn
from parity.schema.model import Column, Opaque, OpaqueKind
from parity.schema.steps import RedefineTables, Redefinition
from parity.schema.types import AutoIncrement, Expression, ObjectName


def must_rebuild(altered: Altered, planning: Planning) -> bool:
    """Whether any change needs the whole table to be made anew."""
    return any(planning.dialect.rebuilds(change) for change in altered.changes)


def redefine(rebuilt: Iterable[Altered], planning: Planning) -> RedefineTables:
    """One step that rebuilds the tables, in the order of the old schema."""
    ordered = sorted(rebuilt, key=lambda altered: planning.old_places[altered.old.name])
    restored = _restored_opaques(planning)
    return RedefineTables(tuple(_redefinition(altered, restored.get(altered.old.name, ())) for altered in ordered))


def _redefinition(altered: Altered, around: Sequence[Opaque]) -> Redefinition:
    renamed = {c.old_name: c.new_name for c in altered.changes if isinstance(c, RenameColumn)}
    pairs: list[tuple[Column, Column]] = []
    after = {column.name: column for column in altered.new.columns}
    for column in altered.old.columns:
        other = after.get(renamed.get(column.name, column.name))
        if other is not None:
            pairs.append((column, other))
    return Redefinition(
        altered.old,
        altered.new,
        tuple((old.name, new.name) for old, new in pairs),
        tuple(new.name for old, new in pairs if _fills(old, new)),
        # A virtual table holds its own rows: it is in nobody's way, and dropping it would lose them.
        tuple(opaque for opaque in around if opaque.kind is not OpaqueKind.VIRTUAL_TABLE),
        tuple(opaque for opaque in around if opaque.kind is OpaqueKind.VIRTUAL_TABLE),
    )


def _fills(old: Column, new: Column) -> bool:
    """Whether NULLs of the old column become the new column's default."""
    if old.is_required or not new.is_required:
        return False
    return new.default is not None and not isinstance(new.default, AutoIncrement) and not _unknown(new)


def _unknown(column: Column) -> bool:
    return isinstance(column.default, Expression) and column.default.canonical is None


def _restored_opaques(planning: Planning) -> dict[ObjectName, list[Opaque]]:
    """By table: its triggers, and what reads it, that are there before and after."""
    staying = {(o.kind, o.name, o.table, o.definition) for o in planning.new.opaques}
    found: dict[ObjectName, list[Opaque]] = {}
    for opaque in planning.old.opaques:
        if (opaque.kind, opaque.name, opaque.table, opaque.definition) in staying:
            for name in _tables_beneath(opaque):
                found.setdefault(name, []).append(opaque)
    return found


def _tables_beneath(opaque: Opaque) -> set[ObjectName]:
    """The table that the object belongs to, and those that it reads."""
    names = {ref.name for ref in opaque.depends_on if ref.kind in ("TABLE", "COLUMN")}
    return names if opaque.table is None else names | {opaque.table}
