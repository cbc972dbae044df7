"""The server's texts as it prints them once it has read them itself.

What a server prints of a condition isn't always what it prints of its own print: a copy that was restored from a dump
says the same in another way, which would look like a difference between a database and its copy. Two things are known
to settle only then: casts of whole arrays (see `array_casts`), and conditions in parentheses at the head of others.
Pure.
"""

from __future__ import annotations

import re

from msgspec.structs import replace

from parity.dialects.postgres.array_casts import QUOTED, with_cast_elements
from parity.schema.model import Column, Index, OpaqueKind, Schema, Table

_JOIN = re.compile(r"\)\s+(?:AND|OR)\b")
"""Without it, and two parentheses in a row, there is nothing to do."""
_MARK = re.compile(
    rf"{QUOTED}|(?P<opens>\()|(?P<closes>\))|(?<![\w$])(?P<joins>AND|OR)(?![\w$])",
    re.DOTALL,
)
_JOINED = re.compile(r"\s+(AND|OR)(?![\w$])")


def as_reread(sql: str) -> str:
    """An expression or a definition of the server's in the form that lasts."""
    return _without_heads(with_cast_elements(sql))


def schema_as_reread(schema: Schema) -> Schema:
    """A schema that was kept when the server's texts were still read as they are, and domains as spellings alone."""
    domains = {opaque.name.name for opaque in schema.opaques if opaque.kind is OpaqueKind.DOMAIN}
    return replace(
        schema,
        tables=tuple(_table(table, domains) for table in schema.tables),
        opaques=tuple(replace(opaque, definition=as_reread(opaque.definition)) for opaque in schema.opaques),
    )


def _table(table: Table, domains: set[str]) -> Table:
    return replace(
        table,
        columns=tuple(_column(column, domains) for column in table.columns),
        indexes=tuple(map(_index, table.indexes)),
        checks=tuple(replace(check, expression=as_reread(check.expression)) for check in table.checks),
    )


def _column(column: Column, domains: set[str]) -> Column:
    generated, declared = column.generated, column.type.declared
    if declared is not None and declared.rpartition(".")[2].strip('"') in domains:
        column = replace(column, type=replace(column.type, domain=declared))
    if generated is None:
        return column
    return replace(column, generated=replace(generated, expression=as_reread(generated.expression)))


def _index(index: Index) -> Index:
    columns = (replace(one, expression=_reread(one.expression)) for one in index.columns)
    return replace(index, columns=tuple(columns), predicate=_reread(index.predicate))


def _reread(text: str | None) -> str | None:
    return None if text is None else as_reread(text)


class _Group:
    """What stands in a pair of parentheses that isn't closed yet."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.joins: set[str] = set()
        """The words that join its parts."""
        self.head: tuple[int, int, set[str]] | None = None
        """Where its first part's parentheses are, and the words in them, where one follows it."""


def _without_heads(sql: str) -> str:
    """`((a AND b) AND c)` as `(a AND b AND c)`: `x BETWEEN a AND b AND c` is printed in the first form, and read so as
    to be printed in the second. At another place than the first, a condition keeps its parentheses."""
    if "((" not in sql or _JOIN.search(sql) is None:
        return sql
    groups: list[_Group] = []
    dropped: list[int] = []
    for mark in _MARK.finditer(sql):
        if mark["opens"]:
            groups.append(_Group(mark.start()))
        elif mark["joins"] and groups:
            groups[-1].joins.add(mark["joins"])
        elif mark["closes"] and groups:
            group = groups.pop()
            if group.head is not None and len(group.joins) == 1 and group.joins == group.head[2]:
                dropped += group.head[:2]
            if groups and group.start == groups[-1].start + 1 and _JOINED.match(sql, mark.end()):
                groups[-1].head = group.start, mark.start(), group.joins
    pieces, at = [], 0
    for place in sorted(dropped):
        pieces.append(sql[at:place])
        at = place + 1
    return "".join([*pieces, sql[at:]])
