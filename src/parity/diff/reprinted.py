"""Texts that a database prints anew: when a column changes its type, a condition on it comes back with other casts.

`name <> 'z'` of a text column is `(name)::text <> 'z'::text` as soon as it is a VARCHAR(9). It is the same condition,
of which no file can know beforehand how the server will write it.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from parity.diff.opaque import opaque_key
from parity.schema.model import Check, Column, Index, IndexColumn, Opaque, Schema, Table

_NAME = r'(?:"(?:[^"]|"")*"|[A-Za-z_]\w*)'
_CAST = (
    rf"::\s*{_NAME}(?:\.{_NAME})?(?:\s+varying|\s+precision)?(?:\s*\(\d+(?:\s*,\s*-?\d+)?\))?"
    r"(?:\s+with(?:out)?\s+time\s+zone)?(?:\s*\[\])*"
)
_TOKEN = re.compile(rf"""('(?:[^']|'')*'|"(?:[^"]|"")*")|{_CAST}|[()\s]+""")
_NUMBER = re.compile(r"'(-?\d+(?:\.\d+)?)'")


def as_printed(wanted: Schema, reached: Schema) -> Schema:
    """`wanted` with the texts of `reached`, where both have an object and say the same of it but for casts."""
    tables = {table.name: table for table in reached.tables}
    opaques = {opaque_key(opaque): opaque for opaque in reached.opaques}
    return replace(
        wanted,
        tables=tuple(_table(table, tables.get(table.name, table)) for table in wanted.tables),
        opaques=tuple(_opaque(opaque, opaques.get(opaque_key(opaque), opaque)) for opaque in wanted.opaques),
    )


def _table(wanted: Table, reached: Table) -> Table:
    checks = {check.name: check for check in reached.checks}
    indexes = {index.name: index for index in reached.indexes}
    columns = {column.name: column for column in reached.columns}
    return replace(
        wanted,
        columns=tuple(_column(column, columns.get(column.name, column)) for column in wanted.columns),
        indexes=tuple(_index(index, indexes.get(index.name, index)) for index in wanted.indexes),
        checks=tuple(_check(check, checks.get(check.name, check)) for check in wanted.checks),
    )


def _column(wanted: Column, reached: Column) -> Column:
    if wanted.generated is None or reached.generated is None:
        return wanted
    text = _text(wanted.generated.expression, reached.generated.expression)
    return replace(wanted, generated=replace(wanted.generated, expression=text))


def _check(wanted: Check, reached: Check) -> Check:
    return replace(wanted, expression=_text(wanted.expression, reached.expression))


def _index(wanted: Index, reached: Index) -> Index:
    predicate = wanted.predicate
    if predicate is not None and reached.predicate is not None:
        predicate = _text(predicate, reached.predicate)
    columns = wanted.columns
    if len(columns) == len(reached.columns):
        columns = tuple(map(_index_column, columns, reached.columns))
    return replace(wanted, predicate=predicate, columns=columns)


def _index_column(wanted: IndexColumn, reached: IndexColumn) -> IndexColumn:
    if wanted.expression is None or reached.expression is None:
        return wanted
    return replace(wanted, expression=_text(wanted.expression, reached.expression))


def _opaque(wanted: Opaque, reached: Opaque) -> Opaque:
    return replace(wanted, definition=_text(wanted.definition, reached.definition))


def _text(wanted: str, reached: str) -> str:
    return reached if wanted != reached and _essence(wanted) == _essence(reached) else wanted


def _essence(text: str) -> str:
    """The text without casts, parentheses and the quotes of numbers."""
    return " ".join(
        _TOKEN.sub(lambda found: f" {_NUMBER.sub(_unquoted, found[1])} " if found[1] else " ", text).split()
    )


def _unquoted(found: re.Match[str]) -> str:
    return found[1]
