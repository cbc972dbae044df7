"""The rows of a file against those of a database: what is missing, what differs, what is there beyond it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from parity.data.cells import Cell, read_literal
from parity.data.tables import DataRow, DataTable
from parity.dialects.base import Dialect, RowValues
from parity.dialects.sql import quote_identifier
from parity.errors import ConfigError
from parity.schema.model import Column
from parity.schema.types import ListLiteral, Literal, Now, TypeFamily

MANY = 500
"""With more keys than these the whole table is read."""


class Difference(Struct, frozen=True):
    """`wanted` and `found` are None where the row isn't in the file, or in the database. `columns` are those whose
    values differ; none where nothing does."""

    table: DataTable
    wanted: DataRow | None
    found: DataRow | None
    columns: tuple[str, ...] = ()

    @property
    def differs(self) -> bool:
        """Whether there is anything to write."""
        return self.wanted is None or self.found is None or bool(self.columns)

    @property
    def row(self) -> DataRow:
        """One that has the key."""
        row = self.wanted or self.found
        assert row is not None
        return row


def values_of(dialect: Dialect) -> RowValues:
    """How rows are written. Raises ConfigError PAR172."""
    if dialect.row_values is None:
        raise ConfigError(
            "PAR172",
            f"reference data isn't kept in files for {dialect.title}",
            hint="take the files out of prisma/data",
        )
    return dialect.row_values


def query(table: DataTable, dialect: Dialect, beyond: tuple[str, ...] = ()) -> str:
    """The SELECT for the rows that matter, with the columns that the file names, and those `beyond` them."""
    values = values_of(dialect)
    select = ", ".join(values.as_text(column) for column in _columns(table, beyond))
    text = f"SELECT {select} FROM {dialect.quote(table.shape.table.name)}"
    if table.owns_all or len(table.rows) > MANY:
        return text
    conditions = []
    for name in table.key:
        column = table.shape.table.column(name)
        assert column is not None
        if column.type.family is TypeFamily.ENUM:
            continue  # A value that the type hasn't got yet would be an error.
        wanted = dict.fromkeys(value_sql(row.cells[name], column, values) for row in table.rows)
        conditions.append(f"{quote_identifier(name)} IN ({', '.join(wanted)})")
    return f"{text} WHERE {' AND '.join(conditions)}" if conditions else text


def _columns(table: DataTable, beyond: tuple[str, ...]) -> tuple[Column, ...]:
    named = {column.name for column in table.columns}.union(beyond)
    return tuple(column for column in table.shape.table.columns if column.name in named)


def value_sql(value: Cell, column: Column, values: RowValues) -> str:
    """A value as SQL."""
    return "NULL" if value is None else values.sql(column, value)


def rows_of(
    table: DataTable, found: Sequence[Sequence[object]], dialect: Dialect, beyond: tuple[str, ...] = ()
) -> tuple[DataRow, ...]:
    """What `query` gave, typed."""
    values = values_of(dialect)
    columns = _columns(table, beyond)
    return tuple(
        DataRow({c.name: found_cell(c, values.text_of(c, v)) for c, v in zip(columns, row, strict=True)})
        for row in found
    )


def found_cell(column: Column, text: str | tuple[str, ...] | None) -> Literal | ListLiteral | None:
    """A value out of a database's text."""
    if text is None:
        return None
    if isinstance(text, tuple):
        return ListLiteral(tuple(read_literal(column, item) for item in text))
    return read_literal(column, text)


def compare(table: DataTable, found: Sequence[DataRow]) -> Iterator[Difference]:
    """The differences: in the order of the file, then those of the database."""
    return (one for one in matched(table, found) if one.differs)


def matched(table: DataTable, found: Sequence[DataRow]) -> Iterator[Difference]:
    """Each row of the file with that of the database, the same ones too; then what is there beyond the file's."""
    by_key = {row.key(table.key): row for row in found}
    for row in table.rows:
        other = by_key.pop(row.key(table.key), None)
        if other is None:
            yield Difference(table, row, None)
            continue
        changed = tuple(
            name for name, value in row.cells.items() if not isinstance(value, Now) and value != other.cells[name]
        )
        yield Difference(table, row, other, changed)
    if table.owns_all:
        for row in by_key.values():
            yield Difference(table, None, row)
