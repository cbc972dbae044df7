"""Texts that a database prints anew: when a column changes its type, a condition on it comes back with other casts.

`name <> 'z'` of a text column is `(name)::text <> 'z'::text` as soon as it is a VARCHAR(9). It is the same condition,
of which no file can know beforehand how the server will write it.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from msgspec.structs import replace

from parity.diff.opaque import opaque_key
from parity.schema.model import Check, Column, Index, IndexColumn, Opaque, Schema, Table

SaysSame = Callable[[str, str], bool]

_NAME = r'(?:"(?:[^"]|"")*"|[A-Za-z_]\w*)'
_CAST = (
    rf"::\s*{_NAME}(?:\.{_NAME})?(?:\s+varying|\s+precision)?(?:\s*\(\d+(?:\s*,\s*-?\d+)?\))?"
    r"(?:\s+with(?:out)?\s+time\s+zone)?(?:\s*\[\])*"
)
_TOKEN = re.compile(rf"""('(?:[^']|'')*'|"(?:[^"]|"")*")|{_CAST}|[()\s]+""")
_NUMBER = re.compile(r"'(-?\d+(?:\.\d+)?)'")


def says_same_but_for_casts(wanted: str, reached: str) -> bool:
    """Whether two texts differ in no more than casts, parentheses and the quotes of numbers."""
    return _essence(wanted) == _essence(reached)


def as_printed(wanted: Schema, reached: Schema, says_same: SaysSame = says_same_but_for_casts) -> Schema:
    """`wanted` with the texts of `reached`, where both have an object and say the same of it."""
    tables = {table.name: table for table in reached.tables}
    opaques = {opaque_key(opaque): opaque for opaque in reached.opaques}
    return replace(
        wanted,
        tables=tuple(_table(table, tables.get(table.name, table), says_same) for table in wanted.tables),
        opaques=tuple(_opaque(opaque, opaques.get(opaque_key(opaque), opaque), says_same) for opaque in wanted.opaques),
    )


def _table(wanted: Table, reached: Table, says_same: SaysSame) -> Table:
    if wanted == reached:
        return wanted
    checks = {check.name: check for check in reached.checks}
    indexes = {index.name: index for index in reached.indexes}
    columns = {column.name: column for column in reached.columns}
    return replace(
        wanted,
        columns=tuple(_column(column, columns.get(column.name, column), says_same) for column in wanted.columns),
        indexes=tuple(_index(index, indexes.get(index.name, index), says_same) for index in wanted.indexes),
        checks=tuple(_check(check, checks.get(check.name, check), says_same) for check in wanted.checks),
    )


def _column(wanted: Column, reached: Column, says_same: SaysSame) -> Column:
    if wanted.generated is None or reached.generated is None:
        return wanted
    text = _text(wanted.generated.expression, reached.generated.expression, says_same)
    return replace(wanted, generated=replace(wanted.generated, expression=text))


def _check(wanted: Check, reached: Check, says_same: SaysSame) -> Check:
    return replace(wanted, expression=_text(wanted.expression, reached.expression, says_same))


def _index(wanted: Index, reached: Index, says_same: SaysSame) -> Index:
    predicate = wanted.predicate
    if predicate is not None and reached.predicate is not None:
        predicate = _text(predicate, reached.predicate, says_same)
    columns = wanted.columns
    if len(columns) == len(reached.columns):
        columns = tuple(_index_column(*pair, says_same) for pair in zip(columns, reached.columns, strict=True))
    return replace(wanted, predicate=predicate, columns=columns)


def _index_column(wanted: IndexColumn, reached: IndexColumn, says_same: SaysSame) -> IndexColumn:
    if wanted.expression is None or reached.expression is None:
        return wanted
    return replace(wanted, expression=_text(wanted.expression, reached.expression, says_same))


def _opaque(wanted: Opaque, reached: Opaque, says_same: SaysSame) -> Opaque:
    return replace(wanted, definition=_text(wanted.definition, reached.definition, says_same))


def _text(wanted: str, reached: str, says_same: SaysSame) -> str:
    return reached if wanted != reached and says_same(wanted, reached) else wanted


def _essence(text: str) -> str:
    """The text without casts, parentheses and the quotes of numbers."""
    return " ".join(
        _TOKEN.sub(lambda found: f" {_NUMBER.sub(_unquoted, found[1])} " if found[1] else " ", text).split()
    )


def _unquoted(found: re.Match[str]) -> str:
    return found[1]
