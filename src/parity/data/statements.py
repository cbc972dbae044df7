"""Differences as statements, one for each row, in an order that foreign keys allow."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from parity.counting import counted
from parity.data.acts import Act, Kind, Lowest
from parity.data.cells import Cell, shown
from parity.data.compare import Difference, value_sql, values_of
from parity.data.order import in_order
from parity.data.ordering import ordered
from parity.data.references import fates
from parity.data.tables import DataRow, DataTable
from parity.dialects.base import Dialect
from parity.dialects.sql import column_list, quote_identifier
from parity.schema.types import Now

HEADER = "-- ReferenceData"


def script_of(differences: Sequence[Difference], dialect: Dialect) -> str:
    """The block of a migration file; "" for no differences."""
    return text_of(statements_of(differences, dialect))


def text_of(statements: Sequence[Statement]) -> str:
    """Statements as the block of a migration file."""
    return "\n".join((HEADER, *(f"{one.sql};" for one in statements))) + "\n" if statements else ""


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
            found += fates(table)
    return tuple(found)


def sentence(difference: Difference) -> str:
    """A difference for people."""
    where = row_text(difference)
    if difference.found is None:
        return f"{where} is missing"
    return f"{where} isn't in the file" if difference.wanted is None else f"{where} differs"


def place(difference: Difference) -> str:
    """Which row, and where it stands: `prisma/data/Role.yaml:3: Role (code = "admin")`."""
    line = f":{difference.wanted.line}" if difference.wanted is not None else ""
    return f"{difference.table.path}{line}: {row_text(difference)}"


def row_text(difference: Difference) -> str:
    """Which row: `Role (code = "admin")`."""
    return f"{difference.table.shape.shown} ({key_text(difference)})"


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


class Statement(Struct, frozen=True):
    """A statement, and the row for which it is."""

    sql: str
    difference: Difference | None


def statements_of(differences: Sequence[Difference], dialect: Dialect) -> tuple[Statement, ...]:
    """One for each row, in an order that keys and references allow; two where there is no such. Raises Circle."""
    return tuple(_statements(ordered(differences), dialect))


def _statements(acts: Sequence[Act], dialect: Dialect) -> Iterator[Statement]:
    for act in acts:
        if act.kind is Kind.NUMBER:
            yield from (Statement(sql, None) for sql in _numbering(act, dialect))
        elif act.kind is Kind.INSERT:
            yield Statement(_insert(act, dialect), act.difference)
        elif act.difference is not None:
            what = f"DELETE FROM {_name(act.table, dialect)}" if act.kind is Kind.DELETE else _update(act, dialect)
            yield Statement(f"{what} WHERE {_is(act.table, act.difference.row, dialect)}", act.difference)


def _name(table: DataTable, dialect: Dialect) -> str:
    return dialect.quote(table.shape.table.name)


def _sql(table: DataTable, name: str, value: Cell | Lowest, dialect: Dialect) -> str:
    if isinstance(value, Lowest):
        shown, least = quote_identifier(name), _sql(table, name, value.wanted, dialect)
        lower = f"CASE WHEN {shown} < {least} THEN {shown} ELSE {least} END"
        return f"(SELECT MIN({lower}) - 1 FROM {_name(table, dialect)})"
    column = table.shape.table.column(name)
    assert column is not None
    return value_sql(value, column, values_of(dialect))


def _insert(act: Act, dialect: Dialect) -> str:
    table, cells = act.table, act.cells
    constants = ", ".join(_sql(table, name, value, dialect) for name, value in cells.items())
    rest = [name for name, value in cells.items() if name not in table.key and not isinstance(value, Now)]
    sets = ", ".join(f"{quote_identifier(name)} = EXCLUDED.{quote_identifier(name)}" for name in rest)
    action = f"DO UPDATE SET {sets}" if sets else "DO NOTHING"
    return (
        f"INSERT INTO {_name(table, dialect)} ({column_list(tuple(cells))}) VALUES ({constants}) "
        f"ON CONFLICT ({column_list(table.key)}) {action}"
    )


def _update(act: Act, dialect: Dialect) -> str:
    sets = (f"{quote_identifier(name)} = {_sql(act.table, name, value, dialect)}" for name, value in act.cells.items())
    return f"UPDATE {_name(act.table, dialect)} SET {', '.join(sets)}"


def _is(table: DataTable, row: DataRow, dialect: Dialect) -> str:
    return " AND ".join(
        f"{quote_identifier(name)} = {_sql(table, name, row.cells[name], dialect)}" for name in table.key
    )


def _numbering(act: Act, dialect: Dialect) -> Iterator[str]:
    table = act.table.shape.table
    for column in table.columns:
        statement = values_of(dialect).numbering(table, column) if column.name in act.cells else None
        if statement is not None:
            yield statement
