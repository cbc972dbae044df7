"""Which changes of a table need it to be made anew, because SQLite's ALTER TABLE can't do them. Pure.

Columns of NULLs and constants are added in place, indexes are made and dropped, columns are renamed; everything else is
a rebuild. Two differences from Node's prisma, whose statement SQLite refuses: a nullable column with a default that
must be evaluated (`CURRENT_TIMESTAMP`, an expression) can't be added to a table with rows, and the index of a UNIQUE
constraint can't be dropped; one with a conflict clause can't be added either.
"""

from __future__ import annotations

from parity.dialects.sqlite.defaults import default_sql, is_constant
from parity.schema.changes import AddColumn, AddIndex, DropIndex, RenameColumn, RenameIndex, TableChange
from parity.schema.model import Column


def rebuilds(change: TableChange) -> bool:
    """Whether the change needs the whole table to be made anew."""
    match change:
        case AddColumn(column=column):
            return not _can_be_added(column)
        case DropIndex(index=index) | RenameIndex(old_index=index):
            return index.constraint
        case AddIndex(index=index):
            return index.conflict is not None
        case RenameColumn():
            return False
        case _:
            return True


def _can_be_added(column: Column) -> bool:
    if column.generated is not None:
        return not column.generated.stored and not column.is_required
    if column.is_required:
        return False
    default = default_sql(column.default)
    return default is None or is_constant(default)
