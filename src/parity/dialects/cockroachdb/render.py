"""Steps as SQL for CockroachDB: byte for byte what Node's prisma writes, but where that is refused or loses something.

Where it differs on purpose, and why (what Node's prisma writes comes first):

- the sequence of an identity column is called `prisma_sequence_…`, which there is none of: it has the server's name;
- an identity column that gets another default keeps being one, which is refused, and one that gets none stays one
  without a word: its identity is dropped (a server before 24.1 has no word for it, and says so);
- a column that comes to be numbered by a sequence isn't altered at all, or gets an empty default, a syntax error;
- options of a sequence that are below one are left out;
- the unique index that the server leaves of a key that gave way stays, although no schema file asks for it; and where
  one does, making it fails: it is dropped, or taken over, where the old side is a database;
- a rebuilt table in a namespace of its own is looked for in the default one; and see `redefine`.
"""

from __future__ import annotations

from collections.abc import Iterator

from parity.dialects.base import RenderedStep
from parity.dialects.cockroachdb.alter_table import alter_table
from parity.dialects.cockroachdb.indexes import create_index
from parity.dialects.cockroachdb.redefine import redefine
from parity.dialects.cockroachdb.sequences import altered_options
from parity.dialects.cockroachdb.tables import create_table
from parity.dialects.postgres import render as parent
from parity.dialects.postgres.names import beside, written
from parity.dialects.sql import column_list, quote_identifier, quote_string
from parity.schema import steps
from parity.schema.model import Column, Table
from parity.schema.steps import Step
from parity.schema.types import Sequence


def render(step: Step) -> RenderedStep:
    """A step as SQL."""
    match step:
        case steps.CreateTable(table=table):
            return RenderedStep("CreateTable", tuple(create_table(table, table.name)))
        case steps.AlterTable():
            return RenderedStep("AlterTable", alter_table(step))
        case steps.AlterEnumStep():
            return RenderedStep("AlterEnum", _alter_enum(step))
        case steps.RedefineTables(tables=tables):
            return RenderedStep("RedefineTables", tuple(redefine(tables)))
        case steps.ChangePrimaryKey(old=old, new=new):
            return RenderedStep("AlterPrimaryKey", tuple(_alter_primary_key(old, new)))
        case steps.CreateIndex(table=table, index=index, may_exist=may_exist):
            statement = create_index(table, index)
            statement = statement.replace("INDEX ", "INDEX IF NOT EXISTS ", 1) if may_exist else statement
            return RenderedStep("CreateIndex", (statement,))
        case steps.ChangeSequence(table=table, old_column=old, new_column=new):
            return RenderedStep("AlterSequence", _alter_sequence(table, old, new))
        case _:
            return parent.render(step)


def _alter_primary_key(old: Table, new: Table) -> Iterator[str]:
    """The statement, and the removal of the unique index on the old key's columns that it leaves behind.

    Between schema files it is the statement alone, as the engine writes it: of what is in a database nothing is known.
    """
    before, after = _key_columns(old), _key_columns(new)
    clause = new.primary_key.deferrable if new.primary_key is not None else None
    tail = f" {clause}" if clause else ""
    yield f"ALTER TABLE {written(new.name)} ALTER PRIMARY KEY USING COLUMNS ({column_list(after)}){tail}"
    if old.primary_key is None or not old.primary_key.seen:
        return
    left = f"{new.name.name}_{'_'.join(before)}_key"
    if _unique_name(old, before) is not None or any(index.name == left for index in (*old.indexes, *new.indexes)):
        return  # The server makes none where there is one, and the one that is wanted is made if it isn't there.
    place, wanted = f"{written(new.name)}@{quote_identifier(left)}", _unique_name(new, before)
    if wanted is None:
        yield f"DROP INDEX IF EXISTS {place} CASCADE"
    else:
        yield f"ALTER INDEX IF EXISTS {place} RENAME TO {quote_identifier(wanted)}"


def _unique_name(table: Table, columns: tuple[str, ...]) -> str | None:
    """The name of the table's unique index on just these columns."""
    same = (index for index in table.indexes if index.is_unique and columns == tuple(c.name for c in index.columns))
    return next((index.name for index in same), None)


def _key_columns(table: Table) -> tuple[str, ...]:
    return () if table.primary_key is None else tuple(column.name for column in table.primary_key.columns)


def _alter_sequence(table: Table, old: Column, new: Column) -> tuple[str, ...]:
    if not (isinstance(old.default, Sequence) and isinstance(new.default, Sequence)):
        return ()
    options = altered_options(old.default, new.default)
    name = old.default.name or beside(table.name, f"{table.name.name}_{old.name}_seq")
    return (f"ALTER SEQUENCE {written(name)} {options}",) if options else ()


def _alter_enum(step: steps.AlterEnumStep) -> tuple[str, ...]:
    """Values come and go one by one. A default that names one that goes is taken away before."""
    alter = f"ALTER TYPE {written(step.old.name)}"
    known, kept = frozenset(step.old.values), frozenset(step.new.values)
    return (
        *(
            f"ALTER TABLE {written(table.name)} ALTER COLUMN {quote_identifier(column.name)} DROP DEFAULT"
            for table, column in step.stale_defaults
        ),
        *(f"{alter} ADD VALUE {quote_string(value)}" for value in step.new.values if value not in known),
        # No space before DROP: so it is in the format, and the server doesn't mind.
        *(f"{alter}DROP VALUE {quote_string(value)}" for value in step.old.values if value not in kept),
    )
