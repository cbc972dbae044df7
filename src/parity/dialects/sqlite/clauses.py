"""The clauses of CREATE TABLE and CREATE INDEX for SQLite, out of a Table, a Column, an Index. Pure.

Expressions, predicates and checks are the text that the database holds; everything else is quoted.
"""

from __future__ import annotations

from parity.dialects.sql import column_list, quote_identifier
from parity.dialects.sqlite.defaults import default_sql
from parity.dialects.sqlite.normalize import single_key_column
from parity.dialects.sqlite.types import TYPES, type_words
from parity.schema.model import Check, Column, ForeignKey, Generated, Index, IndexColumn, SortOrder, Table
from parity.schema.types import AutoIncrement, TypeFamily

PLAIN_KEY = "INTEGER PRIMARY KEY"
"""`AutoIncrement.sql` of a key that is numbered without the word AUTOINCREMENT: numbers of deleted rows come back."""
UNNUMBERED_KEY = "PRIMARY KEY"
"""`AutoIncrement.sql` of a key declared as INT and the like: SQLite doesn't number it, whatever the schema file
says."""

WITHOUT_ROWID = "WITHOUT ROWID"


def create_table(table: Table, name: str) -> str:
    """CREATE TABLE under `name`."""
    single = single_key_column(table)
    lines = [column_clause(column, table, is_key=column.name == single) for column in table.columns]
    body = ",\n".join(f"    {line}" for line in lines)
    if table.primary_key is not None and single is None:
        names = tuple(column.name for column in table.primary_key.columns)
        body += f",\n\n    PRIMARY KEY ({column_list(names)}){_conflict(table.primary_key.conflict)}"
    for index in table.indexes:
        if index.conflict is not None:
            body += f",\n    {_unique_clause(index)}"
    for foreign_key in table.foreign_keys:
        body += f",\n    {foreign_key_clause(foreign_key)}"
    for check in table.checks:
        body += f",\n    {check_clause(check)}"
    return f"CREATE TABLE {quote_identifier(name)} (\n{body}\n){_table_options(table)}"


def column_clause(column: Column, table: Table, *, is_key: bool = False) -> str:
    """A column's definition, with PRIMARY KEY where it alone is the key."""
    parts = [quote_identifier(column.name), _type(column, is_key=is_key)]
    if column.is_required:
        parts.append(f"NOT NULL{_conflict(column.null_conflict)}")
    if is_key:
        parts.append(f"PRIMARY KEY{_conflict(None if table.primary_key is None else table.primary_key.conflict)}")
        parts.append("AUTOINCREMENT" if is_autoincrement(column, table) else "")
    default = column.default_written if column.default is None else default_sql(column.default)
    if default is not None and column.generated is None:
        parts.append(f"DEFAULT {default}")
    if column.collation is not None:
        parts.append(f"COLLATE {quote_identifier(column.collation)}")
    if column.generated is not None:
        parts.append(_generated(column.generated))
    return " ".join(part for part in parts if part)


def is_autoincrement(column: Column, table: Table) -> bool:
    """Whether a key column is declared AUTOINCREMENT: Int keys are, but in a table that has no row numbers."""
    if column.type.family is not TypeFamily.INT or WITHOUT_ROWID in table.traits:
        return False
    return not (isinstance(column.default, AutoIncrement) and column.default.sql in (PLAIN_KEY, UNNUMBERED_KEY))


def foreign_key_clause(foreign_key: ForeignKey) -> str:
    """A foreign key, written inside CREATE TABLE."""
    named = "" if foreign_key.name is None else f"CONSTRAINT {quote_identifier(foreign_key.name)} "
    deferrable = "" if foreign_key.deferrable is None else f" {foreign_key.deferrable}"
    # There are none where the referenced table isn't there, whose primary key was meant.
    targets = f" ({column_list(foreign_key.referenced_columns)})" if foreign_key.referenced_columns else ""
    return (
        f"{named}FOREIGN KEY ({column_list(foreign_key.columns)}) "
        f"REFERENCES {quote_identifier(foreign_key.referenced_table.name)}{targets} "
        f"ON DELETE {foreign_key.on_delete.upper()} ON UPDATE {foreign_key.on_update.upper()}{deferrable}"
    )


def check_clause(check: Check) -> str:
    """A check, written behind the columns. Its expression holds the word CHECK."""
    named = "" if check.name is None else f"CONSTRAINT {quote_identifier(check.name)} "
    return f"{named}{check.expression}"


def _unique_clause(index: Index) -> str:
    """A UNIQUE constraint: where CREATE INDEX can't say what it does with a duplicate."""
    columns = ", ".join(_index_column(column) for column in index.columns)
    return f"UNIQUE ({columns}){_conflict(index.conflict)}"


def _conflict(what: str | None) -> str:
    return "" if what is None else f" ON CONFLICT {what}"


def create_index(table: Table, index: Index) -> str:
    """CREATE INDEX."""
    kind = "UNIQUE INDEX" if index.is_unique else "INDEX"
    columns = ", ".join(_index_column(column) for column in index.columns)
    condition = index.predicate_sql or index.predicate
    predicate = "" if condition is None else f" WHERE {condition}"
    name, on = quote_identifier(index.name), quote_identifier(table.name.name)
    return f"CREATE {kind} {name} ON {on}({columns}){predicate}"


def _index_column(column: IndexColumn) -> str:
    text = quote_identifier(column.name) if column.expression is None else column.expression
    if column.collation is not None:
        text += f" COLLATE {quote_identifier(column.collation)}"
    if column.sort is SortOrder.DESC:
        return f"{text} DESC"
    return f"{text} ASC" if column.sort_written else text


def _type(column: Column, *, is_key: bool) -> str:
    default = column.default
    if is_key and isinstance(default, AutoIncrement) and default.sql == UNNUMBERED_KEY:
        # Written as INTEGER, it would begin to be numbered.
        return type_words(column.type.declared or "INT")
    return TYPES.render(column.type, is_list=False)


def _generated(generated: Generated) -> str:
    return f"GENERATED ALWAYS AS ({generated.expression}) {'STORED' if generated.stored else 'VIRTUAL'}"


def _table_options(table: Table) -> str:
    return f" {', '.join(table.traits)}" if table.traits else ""
