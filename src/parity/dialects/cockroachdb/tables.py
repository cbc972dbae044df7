"""SQL of whole tables: CREATE TABLE with what it can't say behind it. Pure text."""

from __future__ import annotations

from collections.abc import Iterator

from parity.dialects.cockroachdb.columns import column_definition
from parity.dialects.postgres.alter_table import check_clause, primary_key_clause
from parity.dialects.postgres.names import written
from parity.dialects.postgres.opaque_sql import comment_on
from parity.schema.model import Table
from parity.schema.types import ObjectName


def create_table(table: Table, name: ObjectName) -> Iterator[str]:
    """The statements that make `table`, without its indexes and foreign keys, under a name."""
    lines = [f"    {column_definition(column)}" for column in table.columns]
    if table.primary_key is not None:
        lines.append(f"\n    {primary_key_clause(table.primary_key, ',')}")
    lines += [f"    {check_clause(check)}" for check in table.checks if check.validated]
    body = ",\n".join(lines).lstrip("\n")
    tail = "".join(f" {trait}" for trait in table.traits)
    yield f"CREATE TABLE {written(name)} (\n{body}\n){tail}"
    yield from (f"ALTER TABLE {written(name)} ADD {check_clause(c)}" for c in table.checks if not c.validated)
    if table.comment is not None:
        yield comment_on(name, None, table.comment)
    yield from (comment_on(name, c.name, c.comment) for c in table.columns if c.comment is not None)
