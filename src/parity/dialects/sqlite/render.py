"""Steps as SQL for SQLite: byte for byte what Node's prisma writes, but where that is refused or loses something.

Where it differs on purpose, and why (what Node's prisma writes comes first):

- quote signs in names are left single, which ends the name there: they are doubled;
- a JSON default is written bare (`DEFAULT {}`), a syntax error: it is a string;
- a default for bytes is the hexadecimal text in a string, which is not those bytes: it is a blob (`X'6869'`), so that
  the same difference isn't found at every run;
- a raw default that is an expression without parentheses is a syntax error: it gets them;
- a nullable column with a default that must be evaluated is added in place, which is refused where the table has rows:
  the table is rebuilt;
- the automatic index of a UNIQUE constraint is dropped, which is refused: the table is rebuilt;
- an index that the schema file calls `sqlite_autoindex_…` is made with the catalog's guard switched off: it gets the
  usual name of a unique index;
- a rebuild that keeps no column silently loses all rows: they are kept, with the defaults of the new columns, and a
  required column without one stops it;
- the column pairs of a rebuild never hold generated columns, whose values can't be inserted;
- a rebuild loses checks, collations, generated columns, STRICT, WITHOUT ROWID, ON CONFLICT clauses, partial and
  expression indexes: they are written, as the new table holds them; the clauses don't decide about the copied rows;
- a rebuild loses the table's triggers, and fails where a view or another table's trigger reads the table: those are
  dropped before it and made again after it (virtual tables are in nobody's way, and keep their rows: they stay);
- a rebuild gives rows that have no number of their own new ones, by which a full-text index over the table no longer
  finds them: that is filled anew (see `full_text`);
- a rebuild starts counting at the highest number that is left: what runs the script carries the AUTOINCREMENT counter
  over (see `counters`), so that the script stays the same.

Not kept by a rebuild, for want of a place in the schema: a MATCH clause (SQLite ignores it).
What SQLite has no words for (namespaces, enum types, comments, a foreign key added later) is refused with PAR410: plans
for a database with these capabilities don't hold such steps.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from parity.dialects.base import RenderedStep
from parity.dialects.sql import column_list, quote_identifier
from parity.dialects.sqlite.clauses import column_clause, create_index, create_table
from parity.dialects.sqlite.defaults import default_sql
from parity.dialects.sqlite.full_text import filled_anew
from parity.dialects.sqlite.names import quote
from parity.errors import ParityError
from parity.schema.changes import (
    AddCheck,
    AddColumn,
    AddPrimaryKey,
    AlterColumn,
    DropCheck,
    DropColumn,
    DropPrimaryKey,
    RenameColumn,
    RenamePrimaryKey,
)
from parity.schema.model import Opaque, OpaqueKind, Table
from parity.schema.steps import (
    AlterEnumStep,
    AlterTable,
    AlterTablePart,
    ChangePrimaryKey,
    ChangeSequence,
    ChangeTraits,
    ConvertColumn,
    CreateEnum,
    CreateExtension,
    CreateForeignKey,
    CreateIndex,
    CreateNamespace,
    CreateOpaque,
    CreateTable,
    RecreateColumn,
    RedefineTables,
    Redefinition,
    RemoveEnum,
    RemoveExtension,
    RemoveForeignKey,
    RemoveIndex,
    RemoveNamespace,
    RemoveOpaque,
    RemoveTable,
    RenameForeignKeyStep,
    RenameIndexStep,
    RenameTableStep,
    RestoreColumn,
    SetComment,
    Step,
    UpdateExtension,
)

_WITHOUT_ROWID = "WITHOUT ROWID"


def render(step: Step) -> RenderedStep:
    """A step's SQL. Raises ParityError PAR410 for a step that SQLite has no words for."""
    match step:
        case CreateTable(table=table):
            return RenderedStep("CreateTable", (create_table(table, table.name.name),))
        case RemoveTable(table=table):
            return RenderedStep("DropTable", _drop_table(table))
        case RenameTableStep(old=old, new=new):
            return RenderedStep("RenameTable", (_rename_table(old.name.name, new.name.name),))
        case AlterTable(parts=parts):
            return RenderedStep("AlterTable", tuple(_alter_table(step.new, part) for part in parts))
        case RedefineTables(tables=tables):
            return RenderedStep("RedefineTables", tuple(_redefine(tables)))
        case CreateIndex(table=table, index=index):
            return RenderedStep("CreateIndex", (create_index(table, index),))
        case RemoveIndex(index=index):
            return RenderedStep("DropIndex", (_drop_index(index.name),))
        case RenameIndexStep(table=table, old=before, new=after):
            return RenderedStep("RedefineIndex", (_drop_index(before.name), create_index(table, after)))
        case CreateOpaque(opaque=opaque):
            return RenderedStep(f"Create{_title(opaque)}", (opaque.definition,))
        case RemoveOpaque(opaque=opaque):
            return RenderedStep(f"Drop{_title(opaque)}", _remove_opaque(opaque))
        case (
            CreateNamespace()
            | RemoveNamespace()
            | CreateExtension()
            | UpdateExtension()
            | RemoveExtension()
            | CreateEnum()
            | AlterEnumStep()
            | RemoveEnum()
            | CreateForeignKey()
            | RemoveForeignKey()
            | RenameForeignKeyStep()
            | ChangePrimaryKey()
            | ChangeSequence()
            | ChangeTraits()
            | SetComment()
        ):
            raise _no_words(type(step).__name__)
        case _:
            assert_never(step)


def _remove_opaque(opaque: Opaque) -> tuple[str, ...]:
    """As for a table: with foreign keys on, DROP TABLE would cut a file with a rebuild into two transactions."""
    if opaque.kind is not OpaqueKind.VIRTUAL_TABLE:
        return (drop_opaque(opaque),)
    return ("PRAGMA foreign_keys=off", drop_opaque(opaque), "PRAGMA foreign_keys=on")


def drop_opaque(opaque: Opaque) -> str:
    """DROP VIEW, DROP TRIGGER, or DROP TABLE for a virtual table."""
    kind = "TABLE" if opaque.kind is OpaqueKind.VIRTUAL_TABLE else opaque.kind.value
    return f"DROP {kind} {quote(opaque.name)}"


def _title(opaque: Opaque) -> str:
    return opaque.kind.value.title().replace(" ", "")


def _drop_table(table: Table) -> tuple[str, ...]:
    return ("PRAGMA foreign_keys=off", f"DROP TABLE {quote(table.name)}", "PRAGMA foreign_keys=on")


def _rename_table(old: str, new: str) -> str:
    return f"ALTER TABLE {quote_identifier(old)} RENAME TO {quote_identifier(new)}"


def _drop_index(name: str) -> str:
    return f"DROP INDEX {quote_identifier(name)}"


def _alter_table(table: Table, part: AlterTablePart) -> str:
    head = f"ALTER TABLE {quote(table.name)}"
    match part:
        case AddColumn(column=column):
            return f"{head} ADD COLUMN {column_clause(column, table)}"
        case RenameColumn(old_name=old, new_name=new):
            return f"{head} RENAME COLUMN {quote_identifier(old)} TO {quote_identifier(new)}"
        case (
            DropColumn()
            | AlterColumn()
            | RecreateColumn()
            | ConvertColumn()
            | RestoreColumn()
            | AddPrimaryKey()
            | DropPrimaryKey()
            | RenamePrimaryKey()
            | AddCheck()
            | DropCheck()
        ):
            raise _no_words(type(part).__name__)
        case _:
            assert_never(part)


def _redefine(tables: tuple[Redefinition, ...]) -> Iterator[str]:
    """All rebuilds of one step, between the pragmas that keep foreign keys from deleting rows."""
    views, triggers = _restored(tables)
    yield "PRAGMA defer_foreign_keys=ON"
    yield "PRAGMA foreign_keys=OFF"
    # SQLite reads all triggers and views when a table is renamed; one that reads a table which is just gone stops it.
    yield from (drop_opaque(trigger) for trigger in triggers)
    yield from (drop_opaque(view) for view in reversed(views))
    for redefinition in tables:
        yield from _rebuild(redefinition)
    yield from (opaque.definition for opaque in (*views, *triggers))
    for redefinition in tables:
        yield from filled_anew(redefinition)
    yield "PRAGMA foreign_keys=ON"
    yield "PRAGMA defer_foreign_keys=OFF"


def _restored(tables: tuple[Redefinition, ...]) -> tuple[list[Opaque], list[Opaque]]:
    """The views and the triggers to make again, each once, in the order in which they can be made."""
    unique = {(opaque.kind, opaque.name): opaque for table in tables for opaque in table.restored}
    views = [opaque for opaque in unique.values() if opaque.kind is not OpaqueKind.TRIGGER]
    triggers = [opaque for opaque in unique.values() if opaque.kind is OpaqueKind.TRIGGER]
    return views, triggers


def _rebuild(redefinition: Redefinition) -> Iterator[str]:
    old, new = redefinition.old, redefinition.new
    temporary = f"new_{new.name.name}"
    yield create_table(new, temporary)
    copy = _copy(redefinition, temporary)
    if copy is not None:
        yield copy
    yield f"DROP TABLE {quote(old.name)}"
    yield _rename_table(temporary, new.name.name)
    for index in new.indexes:
        if index.conflict is None:
            yield create_index(new, index)


def _copy(redefinition: Redefinition, temporary: str) -> str | None:
    """INSERT … SELECT, columns sorted by name; None where neither a column nor a rowid is kept, and with it no row."""
    generated = {column.name for column in redefinition.new.columns if column.generated is not None}
    pairs = sorted((new, old) for old, new in redefinition.copied if new not in generated)
    if not pairs and _WITHOUT_ROWID in (*redefinition.old.traits, *redefinition.new.traits):
        return None
    insert = "INSERT OR ABORT INTO" if _decides_conflicts(redefinition.new) else "INSERT INTO"
    if not pairs:
        table = quote(redefinition.old.name)
        return f"{insert} {quote_identifier(temporary)} (rowid) SELECT rowid FROM {table}"
    filled = set(redefinition.filled)
    sources = ", ".join(_source(redefinition.new, old, new, fill=new in filled) for new, old in pairs)
    names = column_list(tuple(new for new, _ in pairs))
    return f"{insert} {quote_identifier(temporary)} ({names}) SELECT {sources} FROM {quote(redefinition.old.name)}"


def _decides_conflicts(table: Table) -> bool:
    """Whether the table has a conflict clause, by which a row that doesn't fit would be left out without a word."""
    key = table.primary_key
    return (
        (key is not None and key.conflict is not None)
        or any(column.null_conflict is not None for column in table.columns)
        or any(index.conflict is not None for index in table.indexes)
    )


def _source(table: Table, old: str, new: str, *, fill: bool) -> str:
    column = table.column(new)
    default = default_sql(column.default) if fill and column is not None else None
    if default is None:
        return quote_identifier(old)
    return f"coalesce({quote_identifier(old)}, {default}) AS {quote_identifier(new)}"


def _no_words(what: str) -> ParityError:
    return ParityError(
        "PAR410",
        f"SQLite has no statement for the step {what}",
        why="it can't alter this in place, or doesn't know such objects",
        hint="this is a bug in the plan: please report it with the schema that led here",
    )
