"""SQL of indexes."""

from __future__ import annotations

from parity.dialects.postgres.names import beside, written
from parity.dialects.postgres.opaque_sql import comment_on_constraint
from parity.dialects.sql import column_list, quote_identifier, quote_string
from parity.schema.model import Index, IndexColumn, SortOrder, Table


def create_index(table: Table, index: Index, *, again: bool = False) -> str:
    """CREATE INDEX; a constraint where only a constraint can be what the index is (deferrable), or where it was one.

    Elsewhere it makes no difference to the data, but statements can name it: `ON CONFLICT ON CONSTRAINT`.
    """
    if _is_constraint(index, again=again):
        return f"ALTER TABLE {written(table.name)} ADD {_constraint(index)}"
    unique = "UNIQUE " if index.is_unique else ""
    columns = ", ".join(_column(column) for column in index.columns)
    place = written(table.name)
    method = "" if index.method is None else f" USING {index.method.upper()} "
    return f"CREATE {unique}INDEX {quote_identifier(index.name)} ON {place}{method}({columns}){_options(index)}"


def beside_index(table: Table, index: Index, *, again: bool = False) -> tuple[str, ...]:
    """What hung on an index that is made again: its comment, and what it is to its table."""
    if _is_constraint(index, again=again):
        return (*comment_on_constraint(table.name, index.name, index.comment), *index.belongings)
    name = written(beside(table.name, index.name))
    comment = () if index.comment is None else (f"COMMENT ON INDEX {name} IS {quote_string(index.comment)}",)
    return (*comment, *index.belongings)


def _is_constraint(index: Index, *, again: bool) -> bool:
    return index.deferrable is not None or (again and index.constraint)


def _constraint(index: Index) -> str:
    nulls = " NULLS NOT DISTINCT" if index.nulls_not_distinct else ""
    columns = column_list(tuple(column.name for column in index.columns))
    include = f" INCLUDE ({column_list(index.include)})" if index.include else ""
    storage = f" WITH ({', '.join(index.storage)})" if index.storage else ""
    deferrable = f" {index.deferrable}" if index.deferrable else ""
    return f"CONSTRAINT {quote_identifier(index.name)} UNIQUE{nulls} ({columns}){include}{storage}{deferrable}"


def remove_index(table: Table, index: Index) -> str:
    """DROP INDEX; a unique constraint's index goes with the constraint only."""
    if index.constraint:
        return f"ALTER TABLE {written(table.name)} DROP CONSTRAINT {quote_identifier(index.name)}"
    return f"DROP INDEX {written(beside(table.name, index.name))}"


def _column(column: IndexColumn) -> str:
    words = [quote_identifier(column.name) if column.expression is None else f"({column.expression})"]
    if column.collation is not None:
        words.append(f"COLLATE {column.collation}")
    opclass = column.opclass_written or column.opclass
    if opclass is not None:
        words.append(opclass)
    if column.sort is SortOrder.DESC or column.sort_written:
        words.append(column.sort.value.upper())
    if column.nulls_first is not None:
        words.append("NULLS FIRST" if column.nulls_first else "NULLS LAST")
    return " ".join(words)


def _options(index: Index) -> str:
    text = ""
    if index.include:
        text += f" INCLUDE ({column_list(index.include)})"
    if index.nulls_not_distinct:
        text += " NULLS NOT DISTINCT"
    if index.storage:
        text += f" WITH ({', '.join(index.storage)})"
    predicate = index.predicate_sql or index.predicate
    if predicate is not None:
        text += f" WHERE ({predicate})"
    return text
