"""Texts that a server of another version may print in its own way, taken from the other side of a comparison. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TypeVar

from msgspec.structs import replace

from parity.diff.opaque import opaque_key
from parity.schema.model import Check, Column, Index, IndexColumn, Opaque, Schema, Table
from parity.schema.types import Expression

_Part = TypeVar("_Part", Check, Column, Index)


def with_texts_of(schema: Schema, other: Schema) -> Schema:
    """The schema with the expressions, conditions and definitions of `other`, for all that both have.

    What then differs does so on any server: objects and parts that one of them lacks, types, columns of keys. Which
    versions of extensions there are is the server's business, too.
    """
    extensions = {extension.name: extension for extension in other.extensions}
    tables = {table.name: table for table in other.tables}
    opaques = {opaque_key(opaque): opaque for opaque in other.opaques}
    return replace(
        schema,
        extensions=tuple(extensions.get(extension.name, extension) for extension in schema.extensions),
        tables=tuple(_table(table, tables.get(table.name, table)) for table in schema.tables),
        opaques=tuple(_opaque(opaque, opaques.get(opaque_key(opaque), opaque)) for opaque in schema.opaques),
    )


def _table(table: Table, other: Table) -> Table:
    columns, indexes, checks = _named(other.columns), _named(other.indexes), _named(other.checks)
    traits = {_head(trait): trait for trait in other.traits}
    return replace(
        table,
        columns=tuple(_column(column, columns.get(column.name, column)) for column in table.columns),
        indexes=tuple(_index(index, indexes.get(index.name, index)) for index in table.indexes),
        checks=tuple(_check(check, checks.get(check.name, check)) for check in table.checks),
        traits=tuple(sorted(traits.get(_head(trait), trait) for trait in table.traits)),
    )


def _named(parts: Iterable[_Part]) -> dict[str | None, _Part]:
    return {part.name: part for part in parts if part.name is not None}


def _column(column: Column, other: Column) -> Column:
    computed = isinstance(column.default, Expression) and isinstance(other.default, Expression)
    generated = column.generated
    if generated is not None and other.generated is not None:
        generated = replace(generated, expression=other.generated.expression)
    return replace(column, default=other.default if computed else column.default, generated=generated)


def _index(index: Index, other: Index) -> Index:
    both = None not in (index.predicate, other.predicate)
    pairs = zip(index.columns, other.columns, strict=False)
    return replace(
        index,
        columns=(*(_index_column(*pair) for pair in pairs), *index.columns[len(other.columns) :]),
        predicate=other.predicate if both else index.predicate,
    )


def _index_column(column: IndexColumn, other: IndexColumn) -> IndexColumn:
    return column if None in (column.expression, other.expression) else replace(column, expression=other.expression)


def _check(check: Check, other: Check) -> Check:
    alike = _head(check.expression) == _head(other.expression)
    return replace(check, expression=other.expression) if alike else check


def _opaque(opaque: Opaque, other: Opaque) -> Opaque:
    return replace(opaque, definition=other.definition)


def _head(text: str) -> str:
    """`CHECK (x > 0)` is a CHECK, `PARTITION OF "p" FOR VALUES IN (1)` is a partition of `p`."""
    return text.partition(" FOR VALUES ")[0].partition("(")[0].rstrip()
