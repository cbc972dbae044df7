"""What happens to the values when a column changes its type: the same decisions that Prisma's engine takes.

The engine casts next to nothing on CockroachDB, whose servers took long to learn it: the column is dropped and added
anew, and the review says so. Its decisions are kept, so that both tools write the same migration.
"""

from __future__ import annotations

from parity.schema.changes import AlterColumn
from parity.schema.model import Table
from parity.schema.steps import Cast
from parity.schema.types import ColumnType, NativeType, TypeFamily

_TO_TEXT = (NativeType("Int4"), NativeType("String"))
_NARROWER = (NativeType("Int8"), NativeType("Int4"))


def cast(old: ColumnType, new: ColumnType, old_list: bool, new_list: bool) -> Cast:
    """(old type, new type, old is a list, new is a list) -> what happens to the values."""
    if TypeFamily.ENUM in (old.family, new.family):
        return Cast.SAFE if old == new and old_list == new_list else Cast.IMPOSSIBLE
    if old_list != new_list:
        return _list_to_value(new) if old_list else Cast.IMPOSSIBLE
    if old == new:
        return Cast.SAFE
    if old.native is None or new.native is None:
        return Cast.RISKY
    if (old.native, new.native) == _TO_TEXT:
        return Cast.SAFE
    return Cast.RISKY if (old.native, new.native) == _NARROWER else Cast.IMPOSSIBLE


def bars_cast(change: AlterColumn) -> bool:
    """Whether the column is part of a key or an index, before and after: the server alters no type there."""
    before, after = change.old_column, change.new_column
    if (before.type.native, after.type.native) not in (_TO_TEXT, _NARROWER):
        return False
    return _is_indexed(change.old, before.name) and _is_indexed(change.new, after.name)


def _is_indexed(table: Table, column: str) -> bool:
    keys = () if table.primary_key is None else (table.primary_key.columns,)
    return any(part.name == column for parts in (*keys, *(index.columns for index in table.indexes)) for part in parts)


def _list_to_value(new: ColumnType) -> Cast:
    native = new.native
    if native is None or native.name not in ("String", "Char"):
        return Cast.IMPOSSIBLE
    return Cast.SAFE if native == NativeType("String") else Cast.RISKY
