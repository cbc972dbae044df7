"""By which columns a table's rows are told apart, as the generated client needs it."""

from __future__ import annotations

from collections.abc import Iterator

from parity.schema.model import Index, Table
from parity.schema.types import TypeFamily


def index_columns(index: Index) -> tuple[str, ...]:
    """All columns that an index holds, those that it only includes as well."""
    return tuple(column.name for column in index.columns) + index.include


def has_expression(index: Index) -> bool:
    """Whether the index can't be written in the schema language."""
    return any(column.expression is not None for column in index.columns)


def keys_of(table: Table) -> Iterator[tuple[str, ...]]:
    """The columns of the primary key and of each unique index."""
    if table.primary_key is not None:
        yield tuple(column.name for column in table.primary_key.columns)
    for index in table.indexes:
        if index.is_unique and not has_expression(index):
            yield index_columns(index)


def is_usable(table: Table) -> bool:
    """Whether there is a key of required columns whose types the client can read."""
    columns = {
        column.name
        for column in table.columns
        if column.is_required and column.type.family is not TypeFamily.UNSUPPORTED
    }
    return any(columns.issuperset(key) for key in keys_of(table))


def condition(index: Index) -> str | None:
    """A partial index's condition as the database's own statement for it has it, with its outer parentheses."""
    predicate = index.predicate_sql or index.predicate
    if predicate is None or index.definition is None:
        return predicate
    in_parentheses = f"({predicate})"
    return in_parentheses if index.definition.endswith(f" WHERE {in_parentheses}") else predicate
