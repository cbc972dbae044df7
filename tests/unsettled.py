"""Differences that a database has to judge, for a dialect that no test has a server of.

Each is one that the engine has on PostgreSQL as well, where both scripts are run: there its script fails, or leads
astray, and ours doesn't (see diff_against_referee.py). Which objects they concern is found in the two schemas, so that
nothing else is passed over.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from parity.schema.model import Column, Index, Schema, Table
from parity.schema.types import Arity, ListLiteral, Literal, ObjectName, TypeFamily

_NAME = r'"((?:[^"]|"")+)"'
_INDEX = re.compile(
    rf"^-- (?:Create|Drop|Rename)Index\n(?:CREATE (?:UNIQUE )?|DROP |ALTER )INDEX (?:{_NAME}\.)?{_NAME}"
)
_DROPPED_KEY = re.compile(rf"^-- DropForeignKey\nALTER TABLE \S.* DROP CONSTRAINT {_NAME};$", re.MULTILINE)
_ADDED_KEY = re.compile(rf"^-- AddForeignKey\nALTER TABLE \S.* ADD CONSTRAINT {_NAME} FOREIGN KEY", re.MULTILINE)
_INNER_KEY = re.compile(r"^ALTER TABLE [^\n]* ADD CONSTRAINT [^\n]* FOREIGN KEY[^\n]*$", re.MULTILINE)


def without_known(theirs: str, ours: str, old: Schema, new: Schema) -> tuple[str, str]:
    """Both scripts without what such differences concern."""
    indexes = _twins(old) | _twins(new) | _on_converted(old, new)
    remade = set(_DROPPED_KEY.findall(ours)) & set(_ADDED_KEY.findall(ours))
    remade -= set(_DROPPED_KEY.findall(theirs)) | set(_ADDED_KEY.findall(theirs))
    lines = [
        re.compile(rf'^ALTER TABLE [^\n]*"{re.escape(table)}" {what} "{re.escape(column)}"[^\n]*;\n?', re.MULTILINE)
        for table, column, what in _lines(old, new)
    ]
    one, other = (_stripped(text, indexes, remade, lines) for text in (theirs, ours))
    return one, other


def _stripped(text: str, indexes: set[str], remade: set[str], lines: list[re.Pattern[str]]) -> str:
    for line in lines:
        text = line.sub("", text)
    kept = []
    for block in text.rstrip("\n").split("\n\n-- "):
        whole = block if block.startswith("-- ") else f"-- {block}"
        index, keys = _INDEX.match(whole), (*_DROPPED_KEY.findall(whole), *_ADDED_KEY.findall(whole))
        empty = "\n" not in whole.rstrip("\n") and whole.startswith(("-- AlterTable", "-- AlterEnum"))
        if (index is None or index[2] not in indexes) and not remade.intersection(keys) and not empty:
            kept.append(_with_keys_last(whole.rstrip("\n")))
    return "\n\n".join(kept) + "\n"


def _with_keys_last(block: str) -> str:
    """A rebuild with its foreign keys behind everything else: where one points at a table that is rebuilt later."""
    if not block.startswith("-- RedefineTables"):
        return block
    keys = sorted(_INNER_KEY.findall(block))
    return "\n".join((*(line for line in block.split("\n") if line not in keys), *keys))


# --- what they concern ------------------------------------------------------------------------------------------------


def _twins(schema: Schema) -> set[str]:
    """Indexes that have another one of the same shape beside them: the engine takes them for one."""
    found: set[str] = set()
    for table in schema.tables:
        shapes = Counter(_shape(index) for index in table.indexes)
        found.update(index.name for index in table.indexes if shapes[_shape(index)] > 1)
    return found


def _shape(index: Index) -> object:
    return tuple((part.name, part.sort) for part in index.columns), index.method


def _pairs(old: Schema, new: Schema) -> Iterator[tuple[Table, Column, Column]]:
    tables: dict[ObjectName, Table] = {table.name: table for table in new.tables}
    for table in old.tables:
        other = tables.get(table.name)
        for column in table.columns if other is not None else ():
            after = other.column(column.name) if other is not None else None
            if after is not None:
                yield table, column, after


def _is_converted(before: Column, after: Column) -> bool:
    """Whether an enum's value becomes a list or the reverse, which the engine takes for a cast that there isn't."""
    lists = (before.arity is Arity.LIST, after.arity is Arity.LIST)
    return before.type.family is TypeFamily.ENUM and before.type == after.type and lists[0] != lists[1]


def _on_converted(old: Schema, new: Schema) -> set[str]:
    """Indexes on such a column, which go with it and are made again."""
    tables = {table.name: table for table in new.tables}
    return {
        index.name
        for table, before, after in _pairs(old, new)
        if _is_converted(before, after)
        for index in tables[table.name].indexes
        if any(part.name == after.name for part in index.columns)
    }


def _lines(old: Schema, new: Schema) -> Iterator[tuple[str, str, str]]:
    """(table, column, what is done to it) of the lines of ALTER TABLE that they concern."""
    for table, before, after in _pairs(old, new):
        place = table.name.name, before.name
        if _is_converted(before, after):
            yield *place, "(?:ALTER COLUMN|DROP COLUMN|ADD COLUMN    )"
        elif any(_is_moment(column) for column in (before, after)):
            # The engine never compares moments.
            yield *place, "ALTER COLUMN(?=[^\n]* DEFAULT)"
    for table in old.tables:
        for column in table.columns:
            # A list's default keeps a value in use, too.
            if column.type.family is TypeFamily.ENUM and isinstance(column.default, ListLiteral):
                yield table.name.name, column.name, "ALTER COLUMN(?=[^\n]* DROP DEFAULT)"


def _is_moment(column: Column) -> bool:
    is_constant = isinstance(column.default, Literal | ListLiteral)
    return column.type.family is TypeFamily.DATE_TIME and is_constant
