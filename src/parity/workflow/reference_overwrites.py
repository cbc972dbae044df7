"""Rows of users that a new migration's reference data would overwrite, or take along where it deletes others."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from parity.counting import counted
from parity.data.compare import Difference, compare, query, rows_of, value_sql, values_of
from parity.data.references import fates_by_reference
from parity.data.statements import column_lines, row_text
from parity.data.tables import DataRow, DataTable
from parity.dialects.base import Dialect, Session
from parity.dialects.sql import quote_identifier
from parity.errors import DatabaseError
from parity.schema.model import ForeignKey, Identity
from parity.schema.steps import CreateTable, Plan
from parity.schema.types import AutoIncrement, ObjectName

_MANY = 10


def overwritten(session: Session, missing: Sequence[Difference], dialect: Dialect) -> tuple[str, ...]:
    """A sentence for each row that is there with other values than the one that the migration inserts."""
    found = [one for table in _inserted(missing) for one in _different(session, table, dialect)]
    told = tuple(f"{row_text(one)} is there already, and would be overwritten: {_values(one)}" for one in found[:_MANY])
    return told if len(found) <= _MANY else (*told, f"and {len(found) - _MANY} more rows")


def taken_along(session: Session, missing: Sequence[Difference], dialect: Dialect) -> tuple[str, ...]:
    """A sentence for each reference by which rows that are there lose something when those that they refer to go."""
    told = []
    for table in {id(one.table): one.table for one in missing}.values():
        gone = [one.row for one in missing if one.table is table and one.wanted is None]
        for fate, name, key in fates_by_reference(table) if gone else ():
            count = _referring(session, table, gone, name, key, dialect)
            if count:
                told.append(f"{fate} {counted(count, 'row')} here.")
    return tuple(told)


def _referring(
    session: Session, table: DataTable, gone: Sequence[DataRow], name: str, key: ForeignKey, dialect: Dialect
) -> int:
    pairs = zip(key.columns, key.referenced_columns, strict=True)
    joined = " AND ".join(f"c.{quote_identifier(own)} = p.{quote_identifier(other)}" for own, other in pairs)
    rows = " OR ".join(f"({_is(table, row, dialect)})" for row in gone)
    child, parent = dialect.quote(ObjectName(name, table.shape.table.name.namespace)), table.shape.table.name
    query = f"SELECT COUNT(*) FROM {child} AS c JOIN {dialect.quote(parent)} AS p ON {joined} WHERE {rows}"
    try:
        return int(str(session.query(query)[0][0]))
    except DatabaseError:
        # One of them isn't there yet, or not as it will be.
        return 0


def _is(table: DataTable, row: DataRow, dialect: Dialect) -> str:
    columns = {column.name: column for column in table.shape.table.columns}
    values = values_of(dialect)
    return " AND ".join(
        f"p.{quote_identifier(name)} = {value_sql(row.cells[name], columns[name], values)}" for name in table.key
    )


def warnings_of_numbers(missing: Sequence[Difference], plan: Plan) -> tuple[str, ...]:
    """What to know of new rows whose key the database numbers itself, in a table that users may have filled already."""
    new = {step.table.name for step in plan.steps if isinstance(step, CreateTable)}
    tables = (table for table in _inserted(missing) if table.shape.table.name not in new and _is_numbered(table))
    return tuple(
        f"New rows of reference data in `{table.shape.shown}` have numbers that a database may have given to rows of "
        "users: those would be overwritten. Name a unique column as `key:`, and leave the numbers to the database."
        for table in tables
    )


def _inserted(missing: Sequence[Difference]) -> Iterator[DataTable]:
    """The tables, each with the rows alone that are inserted."""
    for table in {id(one.table): one.table for one in missing}.values():
        rows = tuple(one.wanted for one in missing if one.table is table and one.wanted and one.found is None)
        if rows:
            yield replace(table, rows=rows, owns_all=False)


def _different(session: Session, table: DataTable, dialect: Dialect) -> tuple[Difference, ...]:
    try:
        found = rows_of(table, session.query(query(table, dialect)), dialect)
    except DatabaseError:
        # The table isn't there yet, or not as it will be.
        return ()
    return tuple(one for one in compare(table, found) if one.found is not None)


def _is_numbered(table: DataTable) -> bool:
    columns = (column for column in table.shape.table.columns if column.name in table.key)
    return any(isinstance(c.default, AutoIncrement) or isinstance(c.identity, Identity) for c in columns)


def _values(difference: Difference) -> str:
    return "; ".join(column_lines(difference))
