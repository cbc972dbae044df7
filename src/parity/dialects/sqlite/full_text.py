"""Full-text indexes over the rows of another table (`content=` of FTS4 and FTS5) through a rebuild of that table. Pure.

Such an index finds its rows by their numbers. Where the rebuild keeps the numbers and the texts, it is as good as
before and left alone: it may hold a part of the rows on purpose. Where it doesn't, the index is told to read the table
anew.
"""

from __future__ import annotations

from collections.abc import Iterator

from parity.dialects.sql import quote_identifier
from parity.dialects.sqlite.clauses import UNNUMBERED_KEY, WITHOUT_ROWID
from parity.dialects.sqlite.normalize import single_key_column
from parity.dialects.sqlite.object_text import VirtualText, read_virtual
from parity.schema.model import Opaque, Table
from parity.schema.steps import Redefinition
from parity.schema.types import AutoIncrement, TypeFamily

_ROW_NUMBERS = frozenset(("", "rowid", "oid", "_rowid_"))


def filled_anew(redefinition: Redefinition) -> Iterator[str]:
    """The statements that fill such indexes anew, behind the rebuild."""
    for opaque in redefinition.indexing:
        if _is_stale(opaque, redefinition):
            name = quote_identifier(opaque.name.name)
            yield f"INSERT INTO {name}({name}) VALUES ('rebuild')"


def _is_stale(opaque: Opaque, redefinition: Redefinition) -> bool:
    text = read_virtual(opaque.definition)
    if text.source.lower() != redefinition.old.name.name.lower():
        return False
    return not _keeps_numbers(text, redefinition) or any(
        column.name.lower() in text.columns and not _keeps_values(column.name, redefinition)
        for column in redefinition.old.columns
    )


def _keeps_numbers(text: VirtualText, redefinition: Redefinition) -> bool:
    if text.row_number.lower() not in _ROW_NUMBERS:
        return True  # It is a column, and looked at as one.
    if not redefinition.copied:
        return True
    before, after = row_number_column(redefinition.old), row_number_column(redefinition.new)
    return before is not None and (before, after) in redefinition.copied


def _keeps_values(name: str, redefinition: Redefinition) -> bool:
    before, after = redefinition.old.column(name), redefinition.new.column(name)
    if before is None or after is None or name in redefinition.filled:
        return False
    return (before.type, before.generated) == (after.type, after.generated)


def row_number_column(table: Table) -> str | None:
    """The column that is SQLite's own number of the row: declared INTEGER PRIMARY KEY, to the letter."""
    name = single_key_column(table)
    column = None if name is None else table.column(name)
    if column is None or column.type.family is not TypeFamily.INT or WITHOUT_ROWID in table.traits:
        return None
    unnumbered = isinstance(column.default, AutoIncrement) and column.default.sql == UNNUMBERED_KEY
    return None if unnumbered else column.name
