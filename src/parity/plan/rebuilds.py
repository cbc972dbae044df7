"""Tables that are made anew, because the database can't change them in place."""

from __future__ import annotations

from collections.abc import Iterable

from parity.plan.context import Altered, Planning
from parity.schema.changes import RenameColumn
from parity.schema.model import Column, Opaque
from parity.schema.steps import RedefineTables, Redefinition
from parity.schema.types import AutoIncrement, Expression, ObjectName


def must_rebuild(altered: Altered, planning: Planning) -> bool:
    """Whether any change needs the whole table to be made anew."""
    return any(planning.dialect.rebuilds(change) for change in altered.changes)


def redefine(rebuilt: Iterable[Altered], planning: Planning) -> RedefineTables:
    """One step that rebuilds the tables, in the order of the old schema."""
    ordered = sorted(rebuilt, key=lambda altered: planning.old_places[altered.old.name])
    return RedefineTables(tuple(_redefinition(altered, planning) for altered in ordered))


def _redefinition(altered: Altered, planning: Planning) -> Redefinition:
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
        restored_opaques(altered.old.name, planning),
    )


def _fills(old: Column, new: Column) -> bool:
    """Whether NULLs of the old column become the new column's default."""
    if old.is_required or not new.is_required:
        return False
    return new.default is not None and not isinstance(new.default, AutoIncrement) and not _unknown(new)


def _unknown(column: Column) -> bool:
    return isinstance(column.default, Expression) and column.default.canonical is None


def restored_opaques(table: ObjectName, planning: Planning) -> tuple[Opaque, ...]:
    """The triggers of a table, and the views on it, that are there before and after."""
    staying = {(o.kind, o.name, o.table, o.definition) for o in planning.new.opaques}
    return tuple(
        opaque
        for opaque in planning.old.opaques
        if (opaque.kind, opaque.name, opaque.table, opaque.definition) in staying and stands_on(opaque, table)
    )


def stands_on(opaque: Opaque, table: ObjectName) -> bool:
    """Whether the object belongs to the table or reads it."""
    return opaque.table == table or any(
        ref.name == table and ref.kind in ("TABLE", "COLUMN") for ref in opaque.depends_on
    )
