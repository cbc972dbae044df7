"""Tables that are made anew: filled from the old one, and put in its place. Pure.

The engine's own rebuild loses what this one keeps: all rows, where no column stays; the foreign key that points from
one rebuilt table at another that is rebuilt after it; views on the table.
"""

from __future__ import annotations

from collections.abc import Iterator

from parity.dialects.cockroachdb.columns import default_sql
from parity.dialects.cockroachdb.indexes import create_index
from parity.dialects.cockroachdb.tables import create_table
from parity.dialects.postgres.indexes import remove_index
from parity.dialects.postgres.names import beside, written
from parity.dialects.postgres.render import foreign_key_clause
from parity.dialects.sql import column_list, quote_identifier
from parity.schema.model import Column, ForeignKey, Table
from parity.schema.steps import Redefinition
from parity.schema.types import ObjectName, Sequence


def redefine(tables: tuple[Redefinition, ...]) -> Iterator[str]:
    """The statements that rebuild the tables, one after the other."""
    waiting = {redefinition.old.name for redefinition in tables}
    late: list[tuple[Table, ForeignKey]] = []
    for redefinition in tables:
        waiting.discard(redefinition.old.name)
        yield from _rebuild(redefinition)
        for key in redefinition.new.foreign_keys:
            if key.referenced_table in waiting:
                late.append((redefinition.new, key))
            else:
                yield _foreign_key(redefinition.new, key)
    yield from (_foreign_key(table, key) for table, key in late)
    restored = {(opaque.kind, opaque.name, opaque.table): opaque for table in tables for opaque in table.restored}
    yield from (opaque.definition for opaque in restored.values())


def _rebuild(redefinition: Redefinition) -> Iterator[str]:
    old, new = redefinition.old, redefinition.new
    temporary = beside(new.name, f"_prisma_new_{new.name.name}")
    yield from create_table(new, temporary)
    yield from (remove_index(old, index) for index in old.indexes)
    yield _copy(redefinition, temporary)
    yield f"DROP TABLE {written(old.name)} CASCADE"
    yield f"ALTER TABLE {written(temporary)} RENAME TO {quote_identifier(new.name.name)}"
    yield from (create_index(new, index) for index in new.indexes)


def _copy(redefinition: Redefinition, temporary: ObjectName) -> str:
    """INSERT … SELECT, columns sorted by name."""
    old, new = redefinition.old, redefinition.new
    into, source = f"INSERT INTO {written(temporary)}", written(old.name)
    computed = {column.name for column in new.columns if column.generated is not None}
    pairs = sorted((after, before) for before, after in redefinition.copied if after not in computed)
    if not pairs:
        return f"{into} ({quote_identifier(new.columns[0].name)}) SELECT {_filling(new.columns[0])} FROM {source}"
    targets = column_list(tuple(after for after, _ in pairs), ",")
    sources = column_list(tuple(before for _, before in pairs), ",")
    return f"{into} ({targets}) SELECT {sources} FROM {source}"


def _filling(column: Column) -> str:
    """What a row without any value that stays begins with. NULL stops the rebuild where the column is required."""
    if isinstance(column.default, Sequence):
        return "row_number() OVER ()"
    return (column.default and default_sql(column.default, column.type)) or "NULL"


def _foreign_key(table: Table, key: ForeignKey) -> str:
    return f"ALTER TABLE {written(table.name)} ADD {foreign_key_clause(key)}"
