"""Keys, indexes and constraints of tables out of catalog rows. Pure.

Columns that the server made for itself (a rowid, the shard of a hash-sharded index, the region of a row) stand in keys
and indexes as well; what is left without them is what was asked for.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from msgspec import Struct

from parity.dialects.cockroachdb.indexes import BUCKETS, is_sharded
from parity.dialects.cockroachdb.introspect_columns import is_hidden
from parity.dialects.cockroachdb.queries import ColumnRow, ConstraintRow, IndexRow
from parity.dialects.postgres.introspect_tables import ACTIONS, without_parentheses
from parity.schema.model import Check, ForeignKey, Index, IndexColumn, IndexKind, PrimaryKey, SortOrder
from parity.schema.types import ObjectName

_DESCENDING = 1
_METHODS = {"prefix": None, "inverted": "gin"}
_NUMBER = re.compile(r"-?\d+")
_SHARD = re.compile(r"crdb_internal_.*_shard_(\d+)")
_OWN_CHECK = "check_crdb_internal_"
_ITEM = re.compile(r'"((?:[^"\\]|\\.)*)"|([^,{}"]+)')


class Reading(Struct, frozen=True):
    """What one table's rows are read with: its columns by number, and the server's words as they shall stand here."""

    columns: Mapping[int, ColumnRow]
    tables: Mapping[int, ObjectName]
    """Tables that foreign keys point at."""
    others: Mapping[tuple[int, int], str]
    """Columns of those tables, by table and number."""
    words: Words


class Words:
    """The server prints names with the database before them, which must not tie a schema to one database."""

    __slots__ = ("_pattern",)

    def __init__(self, database: str, default: str) -> None:
        self._pattern = re.compile(
            rf"""('(?:[^']|'')*')|(?<![\w".])(?:{_name(database)}\.)?(?:{_name(default)}\.(?=[\w"]))"""
            rf"""|(?<![\w".]){_name(database)}\.(?=(?:\w+|"(?:[^"]|"")*")\.)"""
        )

    def __call__(self, text: str) -> str:
        """The text without the database's name, and without that of the default namespace."""
        return self._pattern.sub(lambda found: found[1] or "", text)


def _name(name: str) -> str:
    """A pattern for a name, with or without quotes."""
    quoted = re.escape('"' + name.replace('"', '""') + '"')
    return f"(?:{re.escape(name)}|{quoted})"


def keys_and_indexes(rows: Iterable[IndexRow], reading: Reading) -> tuple[PrimaryKey | None, tuple[Index, ...]]:
    """The primary key and the other indexes of one table."""
    key: PrimaryKey | None = None
    indexes: list[Index] = []
    for row in rows:
        index = _index(row, reading)
        if not index.columns:
            continue
        if row.is_primary:
            columns = tuple(IndexColumn(column.name) for column in index.columns)
            key = PrimaryKey(row.name, columns, deferrable=_sharding(index), seen=True)
        else:
            indexes.append(index)
    return key, tuple(indexes)


def foreign_keys_from(rows: Iterable[ConstraintRow], reading: Reading) -> tuple[ForeignKey, ...]:
    """The foreign keys among a table's constraints."""
    return tuple(
        ForeignKey(
            name=row.name,
            columns=tuple(reading.columns[number].name for number in _numbers(row.columns)),
            referenced_table=reading.tables[row.referenced],
            referenced_columns=tuple(reading.others[row.referenced, n] for n in _numbers(row.referenced_columns)),
            on_delete=ACTIONS[row.on_delete],
            on_update=ACTIONS[row.on_update],
            validated=row.is_validated,
            match_full=row.match_type == "f",
        )
        for row in rows
        if row.kind == "f" and row.referenced in reading.tables
    )


def checks_from(rows: Iterable[ConstraintRow], indexes: Iterable[str], reading: Reading) -> tuple[Check, ...]:
    """The checks, and the unique constraints that no index stands for."""
    known = frozenset(indexes)
    return tuple(
        Check(row.name, reading.words(row.definition).removesuffix(" NOT VALID"), row.is_validated)
        for row in rows
        if (row.kind == "c" and not row.name.startswith(_OWN_CHECK)) or (row.kind == "u" and row.name not in known)
    )


def _index(row: IndexRow, reading: Reading) -> Index:
    numbers, options = _numbers(row.columns), _numbers(row.options)
    expressions = iter(_items(row.expressions))
    columns: list[IndexColumn] = []
    shards: str | None = None
    for place, number in enumerate(numbers[: row.key_columns]):
        column = reading.columns.get(number)
        sort = SortOrder.DESC if place < len(options) and options[place] & _DESCENDING else SortOrder.ASC
        if column is not None and not is_hidden(column):
            columns.append(IndexColumn(column.name, sort))
        elif column is not None and (match := _SHARD.fullmatch(column.name)):
            shards = match[1]
        elif (text := _expression(column, expressions)) is not None:
            columns.append(IndexColumn("", sort, expression=reading.words(text)))
    stored = (reading.columns.get(number) for number in numbers[row.key_columns :])
    predicate = None if row.predicate is None else without_parentheses(reading.words(row.predicate))
    return Index(
        name=row.name,
        columns=tuple(columns),
        kind=IndexKind.UNIQUE if row.is_unique else IndexKind.NORMAL,
        method=_METHODS.get(row.method, row.method),
        predicate=predicate,
        include=tuple(column.name for column in stored if column is not None and not is_hidden(column)),
        valid=row.is_valid,
        comment=row.comment,
        storage=() if shards is None else (f"{BUCKETS}{shards}",),
    )


def _sharding(index: Index) -> str | None:
    """The clause behind the columns of a hash-sharded key: it stands where other databases have DEFERRABLE."""
    return f"USING HASH WITH ({', '.join(index.storage)})" if is_sharded(index) else None


def _expression(column: ColumnRow | None, expressions: Iterable[str]) -> str | None:
    """The expression that an index column stands for: from the index's own list, or from the hidden column."""
    found = next(iter(expressions), None) if column is None or column.generated == "v" else None
    if found is None and column is not None and column.expression:
        found = column.expression
    return None if found is None else without_parentheses(found)


def _numbers(value: object) -> tuple[int, ...]:
    """A list of numbers, however the driver gave it: `1 2`, `{1,2}`, [1, 2]."""
    return tuple(int(found) for found in _NUMBER.findall(str(value)))


def _items(text: str | None) -> tuple[str, ...]:
    """The items of an array's text."""
    found = _ITEM.finditer((text or "").strip().removeprefix("{").removesuffix("}"))
    return tuple(re.sub(r"\\(.)", r"\1", match[1]) if match[2] is None else match[2].strip() for match in found)
