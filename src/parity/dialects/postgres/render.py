"""Steps as SQL, in the words of Prisma's engine where it has any: a migration reads the same from both tools.

Where the engine writes SQL that PostgreSQL refuses (BIGSERIAL as a column's new type, names with quotes), this writes
what it means. Pure: a step in, its statements out.
"""

from __future__ import annotations

from typing import assert_never

from parity.dialects.base import RenderedStep
from parity.dialects.postgres.alter_table import alter_table, check_clause, numbered_by_hand, primary_key_clause
from parity.dialects.postgres.columns import column_definition, drops_not_null
from parity.dialects.postgres.enums import alter_enum, create_enum
from parity.dialects.postgres.indexes import beside_index, create_index, remove_index
from parity.dialects.postgres.names import beside, written
from parity.dialects.postgres.opaque_sql import comment_on, comment_on_constraint, create_opaque, drop_opaque, title
from parity.dialects.postgres.traits import change_traits, create_head, traits_after
from parity.dialects.sql import column_list, quote_identifier, quote_string
from parity.schema import steps
from parity.schema.model import Extension, ForeignKey, Table
from parity.schema.steps import Step


def render(step: Step) -> RenderedStep:
    """A step as SQL."""
    match step:
        case steps.CreateNamespace(name=name):
            return _one("CreateSchema", f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(name)}")
        case steps.RemoveNamespace(name=name):
            return _one("DropSchema", f"DROP SCHEMA {quote_identifier(name)}")
        case steps.CreateEnum(enum=enum):
            return _one("CreateEnum", create_enum(enum.name, enum.values))
        case steps.AlterEnumStep():
            return RenderedStep("AlterEnum", alter_enum(step))
        case steps.RemoveEnum(enum=enum):
            return _one("DropEnum", f"DROP TYPE {written(enum.name)}")
        case steps.CreateOpaque(opaque=opaque, belongings=belongings):
            return RenderedStep(f"Create{title(opaque)}", create_opaque(opaque, belongings))
        case steps.RemoveOpaque(opaque=opaque):
            return _one(f"Drop{title(opaque)}", drop_opaque(opaque))
        case steps.CreateExtension() | steps.UpdateExtension() | steps.RemoveExtension():
            return _extension(step)
        case steps.CreateForeignKey() | steps.RemoveForeignKey() | steps.RenameForeignKeyStep():
            return _foreign_key_step(step)
        case steps.CreateIndex(table=table, index=index, again=again):
            made = create_index(table, index, again=again)
            return RenderedStep("CreateIndex", (made, *beside_index(table, index, again=again)))
        case steps.RemoveIndex(table=table, index=index):
            return _one("DropIndex", remove_index(table, index))
        case steps.RenameIndexStep(table=table, old=old, new=new):
            name = written(beside(table.name, old.name))
            return _one("RenameIndex", f"ALTER INDEX {name} RENAME TO {quote_identifier(new.name)}")
        case steps.RedefineTables() | steps.ChangePrimaryKey() | steps.ChangeSequence():
            raise ValueError("PostgreSQL changes tables and keys in place: no plan for it holds such a step")
        case _:
            return _table_step(step)


def _table_step(
    step: steps.CreateTable
    | steps.RemoveTable
    | steps.RenameTableStep
    | steps.AlterTable
    | steps.ChangeTraits
    | steps.SetComment,
) -> RenderedStep:
    match step:
        case steps.CreateTable(table=table):
            return RenderedStep("CreateTable", _create_table(table))
        case steps.RemoveTable(table=table):
            return _one("DropTable", f"DROP TABLE {written(table.name)}")
        case steps.RenameTableStep(old=old, new=new):
            return RenderedStep("RenameTable", _rename_table(old, new))
        case steps.AlterTable():
            return RenderedStep("AlterTable", alter_table(step))
        case steps.ChangeTraits(old=old, new=new):
            return RenderedStep("AlterTable", change_traits(old, new))
        case steps.SetComment(table=table, column=column, comment=comment):
            return _one("Comment", comment_on(table.name, column, comment))
        case _:
            assert_never(step)


def _one(header: str, statement: str) -> RenderedStep:
    return RenderedStep(header, (statement,))


def _create_table(table: Table) -> tuple[str, ...]:
    lines = [f"    {column_definition(column)}" for column in table.columns]
    body = ",\n".join(lines)
    if table.primary_key is not None:
        body += f",\n\n    {primary_key_clause(table.primary_key, ',')}"
    for check in table.checks:
        if check.validated:
            body += f",\n    {check_clause(check)}"
    head, tail = create_head(table)
    comments = [(None, table.comment), *((column.name, column.comment) for column in table.columns)]
    return (
        f"{head} (\n{body.lstrip(',').lstrip(chr(10))}\n){tail}",
        *(f"{_alter_column(table, c.name)} DROP NOT NULL" for c in table.columns if drops_not_null(c)),
        *(statement for column in table.columns for statement in numbered_by_hand(table, column)),
        # In CREATE TABLE the server takes NOT VALID for done: there is nothing to validate.
        *(f"ALTER TABLE {written(table.name)} ADD {check_clause(c)}" for c in table.checks if not c.validated),
        *traits_after(table),
        *(comment_on(table.name, column, comment) for column, comment in comments if comment is not None),
    )


def _alter_column(table: Table, column: str) -> str:
    return f"ALTER TABLE {written(table.name)} ALTER COLUMN {quote_identifier(column)}"


def _rename_table(old: Table, new: Table) -> tuple[str, ...]:
    statements: list[str] = []
    moved = old.name
    if old.name.namespace != new.name.namespace and new.name.namespace is not None:
        statements.append(f"ALTER TABLE {written(old.name)} SET SCHEMA {quote_identifier(new.name.namespace)}")
        moved = beside(new.name, old.name.name)
    if moved.name != new.name.name:
        statements.append(f"ALTER TABLE {written(moved)} RENAME TO {quote_identifier(new.name.name)}")
    return tuple(statements)


# --- foreign keys, extensions ----------------------------------------------------------------------------------------


def _foreign_key_step(
    step: steps.CreateForeignKey | steps.RemoveForeignKey | steps.RenameForeignKeyStep,
) -> RenderedStep:
    alter = f"ALTER TABLE {written(step.table.name)}"
    match step:
        case steps.CreateForeignKey(foreign_key=key):
            comment = comment_on_constraint(step.table.name, key.name, key.comment)
            return RenderedStep("AddForeignKey", (f"{alter} ADD {foreign_key_clause(key)}", *comment))
        case steps.RemoveForeignKey(foreign_key=key):
            return _one("DropForeignKey", f"{alter} DROP CONSTRAINT {quote_identifier(key.name or '')}")
        case steps.RenameForeignKeyStep(old=old, new=new):
            names = f"{quote_identifier(old.name or '')} TO {quote_identifier(new.name or '')}"
            return _one("RenameForeignKey", f"{alter} RENAME CONSTRAINT {names}")
        case _:
            assert_never(step)


def foreign_key_clause(key: ForeignKey) -> str:
    """`CONSTRAINT … FOREIGN KEY …`."""
    name = "" if key.name is None else f"CONSTRAINT {quote_identifier(key.name)} "
    target = f"{written(key.referenced_table)}({column_list(key.referenced_columns)})"
    return (
        f"{name}FOREIGN KEY ({column_list(key.columns)}) REFERENCES {target}"
        + (" MATCH FULL" if key.match_full else "")
        + f" ON DELETE {key.on_delete.value.upper()}"
        + (f" ({column_list(key.set_columns)})" if key.set_columns else "")
        + f" ON UPDATE {key.on_update.value.upper()}"
        + (f" {key.deferrable}" if key.deferrable else "")
        + ("" if key.validated else " NOT VALID")
    )


def _extension(step: steps.CreateExtension | steps.UpdateExtension | steps.RemoveExtension) -> RenderedStep:
    match step:
        case steps.CreateExtension(extension=extension):
            return _one("CreateExtension", _create_extension(extension))
        case steps.RemoveExtension(extension=extension):
            return _one("DropExtension", f"DROP EXTENSION {quote_identifier(extension.name)}")
        case steps.UpdateExtension(old=old, new=new):
            alter = f"ALTER EXTENSION {quote_identifier(new.name)}"
            statements: list[str] = []
            if new.namespace is not None and new.namespace != old.namespace:
                statements.append(f"{alter} SET SCHEMA {quote_identifier(new.namespace)}")
            if new.version is not None and new.version != old.version:
                statements.append(f"{alter} UPDATE TO {quote_string(new.version)}")
            return RenderedStep("AlterExtension", tuple(statements))
        case _:
            assert_never(step)


def _create_extension(extension: Extension) -> str:
    options = ""
    if extension.namespace is not None:
        options += f" SCHEMA {quote_identifier(extension.namespace)}"
    if extension.version is not None:
        options += f" VERSION {quote_identifier(extension.version)}"
    return f"CREATE EXTENSION IF NOT EXISTS {quote_identifier(extension.name)}" + (f" WITH{options}" if options else "")
