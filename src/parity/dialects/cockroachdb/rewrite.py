"""Which changes need a table to be made anew: those that take away the one column that is its primary key."""

from __future__ import annotations

from parity.dialects.cockroachdb.casts import bars_cast, cast
from parity.schema.changes import AlterColumn, DropColumn, TableChange
from parity.schema.model import Table
from parity.schema.steps import Cast
from parity.schema.types import Arity


def rebuilds(change: TableChange) -> bool:
    """Whether the column that is the whole primary key is dropped, or gets a type that nothing can be cast to."""
    match change:
        case DropColumn(old=table, column=column):
            return _is_key(table, column.name)
        case AlterColumn(old=table, old_column=before, new_column=after) if _is_key(table, before.name):
            old_list, new_list = before.arity is Arity.LIST, after.arity is Arity.LIST
            if before.type == after.type and old_list == new_list:
                return False
            return bars_cast(change) or cast(before.type, after.type, old_list, new_list) is Cast.IMPOSSIBLE
        case _:
            return False


def _is_key(table: Table, column: str) -> bool:
    key = table.primary_key
    return key is not None and [part.name for part in key.columns] == [column]
