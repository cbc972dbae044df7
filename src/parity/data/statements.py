"""Differences as statements, one for each row, in an order that foreign keys allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.counting import counted
from parity.data.cells import Cell, shown
from parity.data.compare import Difference, value_sql, values_of
from parity.data.order import in_order, rows_in_order
from parity.data.tables import DataRow, DataTable
from parity.dialects.base import Dialect
from parity.dialects.sql import column_list, quote_identifier
from parity.schema.types import Now

HEADER = "-- ReferenceData"


def script_of(differences: Sequence[Difference], dialect: Dialect) -> str:
    """The block of a migration file; "" for no differences."""
    statements = list(_statements(differences, dialect))
    return "\n".join((HEADER, *(f"{statement};" for statement in statements))) + "\n" if statements else ""


def warnings_of(differences: Sequence[Difference]) -> tuple[str, ...]:
    """What rows lose: a sentence for each table and kind."""
    found = []
    for table in in_order(list({id(one.table): one.table for one in differences}.values())):
        own = [one for one in differences if one.table is table]
        updated = sum(one.wanted is not None and one.found is not None for one in own)
        deleted = sum(one.wanted is None for one in own)
        if updated:
            found.append(f"{counted(updated, 'row')} of reference data in `{table.shape.shown}` will be updated.")
        if deleted:
            found.append(f"{counted(deleted, 'row')} of `{table.shape.shown}` that aren't in its file will be deleted.")
    return tuple(found)


def sentence(difference: Difference) -> str:
    """A difference for people."""
    where = f"{difference.table.shape.shown} ({key_text(difference)})"
    if difference.found is None:
        return f"{where} is missing"
    return f"{where} isn't in the file" if difference.wanted is None else f"{where} differs"


def key_text(difference: Difference) -> str:
    """The key of the row: `code = "admin"`."""
    return ", ".join(f"{name} = {shown(difference.row.cells[name])}" for name in difference.table.key)


def column_lines(difference: Difference) -> tuple[str, ...]:
    """Each column that differs, with both values."""
    if difference.wanted is None or difference.found is None:
        return ()
    wanted, found = difference.wanted.cells, difference.found.cells
    return tuple(
        f"{name}: the file has {shown(wanted[name])}, the database {shown(found[name])}" for name in difference.columns
    )


def _statements(differences: Sequence[Difference], dialect: Dialect) -> Iterator[str]:
    tables = in_order(list({id(one.table): one.table for one in differences}.values()))
    for table in tables:
        own = {id(one.wanted): one for one in differences if one.table is table and one.wanted is not None}
        inserted: list[DataRow] = []
        for row in rows_in_order(table):
            difference = own.get(id(row))
            if difference is None:
                continue
            if difference.found is None:
                inserted.append(row)
                yield _insert(table, row, dialect)
            else:
                yield _update(difference, row, dialect)
        yield from _numbering(table, inserted, dialect)
    for table in reversed(tables):
        for one in differences:
            if one.table is table and one.wanted is None and one.found is not None:
                yield f"DELETE FROM {_name(table, dialect)} WHERE {_is(table, one.found, dialect)}"


def _name(table: DataTable, dialect: Dialect) -> str:
    return dialect.quote(table.shape.table.name)


def _sql(table: DataTable, name: str, value: Cell, dialect: Dialect) -> str:
    column = table.shape.table.column(name)
    assert column is not None
    return value_sql(value, column, values_of(dialect))


def _insert(table: DataTable, row: DataRow, dialect: Dialect) -> str:
    names = tuple(row.cells)
    constants = ", ".join(_sql(table, name, value, dialect) for name, value in row.cells.items())
    rest = [name for name, value in row.cells.items() if name not in table.key and not isinstance(value, Now)]
    sets = ", ".join(f"{quote_identifier(name)} = EXCLUDED.{quote_identifier(name)}" for name in rest)
    action = f"DO UPDATE SET {sets}" if sets else "DO NOTHING"
    return (
        f"INSERT INTO {_name(table, dialect)} ({column_list(names)}) VALUES ({constants}) "
        f"ON CONFLICT ({column_list(table.key)}) {action}"
    )


def _update(difference: Difference, row: DataRow, dialect: Dialect) -> str:
    table = difference.table
    sets = ", ".join(
        f"{quote_identifier(name)} = {_sql(table, name, row.cells[name], dialect)}" for name in difference.columns
    )
    return f"UPDATE {_name(table, dialect)} SET {sets} WHERE {_is(table, row, dialect)}"


def _is(table: DataTable, row: DataRow, dialect: Dialect) -> str:
    return " AND ".join(
        f"{quote_identifier(name)} = {_sql(table, name, row.cells[name], dialect)}" for name in table.key
    )


def _numbering(table: DataTable, inserted: Sequence[DataRow], dialect: Dialect) -> Iterator[str]:
    given = {name for row in inserted for name in row.cells}
    for column in table.shape.table.columns:
        statement = values_of(dialect).numbering(table.shape.table, column) if column.name in given else None
        if statement is not None:
            yield statement
