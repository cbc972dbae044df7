"""ALTER TABLE with all its parts: a statement for each, as CockroachDB doesn't take all of them together."""

from __future__ import annotations

from collections.abc import Iterator
from typing import assert_never

from parity.dialects.cockroachdb.columns import column_definition, column_type, default_sql
from parity.dialects.cockroachdb.sequences import identity_clause
from parity.dialects.postgres.alter_table import check_clause, primary_key_clause
from parity.dialects.postgres.columns import is_not_null
from parity.dialects.postgres.names import written
from parity.dialects.sql import quote_identifier
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
from parity.schema.model import Column, PrimaryKey, Table
from parity.schema.restated import restates_list
from parity.schema.steps import AlterTable, AlterTablePart, ConvertColumn, RecreateColumn, RestoreColumn
from parity.schema.types import Arity, Sequence


def alter_table(step: AlterTable) -> tuple[str, ...]:
    """The statements of an ALTER TABLE step. The key gets its name last."""
    head = f"ALTER TABLE {written(step.new.name)}"
    parts = sorted(step.parts, key=lambda part: isinstance(part, RenamePrimaryKey))
    return tuple(f"{head} {clause}" for part in parts for clause in _clauses(part))


def _clauses(part: AlterTablePart) -> Iterator[str]:
    match part:
        case AddColumn(column=column):
            yield f"ADD COLUMN     {column_definition(column)}"
        case DropColumn(column=column):
            yield f"DROP COLUMN {quote_identifier(column.name)}"
        case RecreateColumn(old_column=old, new_column=new):
            yield f"DROP COLUMN {quote_identifier(old.name)}"
            yield f"ADD COLUMN     {column_definition(new)}"
        case AlterColumn(old_column=old, new_column=new):
            yield from _alter_column(old, new)
        case ConvertColumn(new_column=new, using=using):
            yield f"ALTER COLUMN {quote_identifier(new.name)} SET DATA TYPE {column_type(new)} USING ({using})"
        case RenameColumn(old_name=old_name, new_name=new_name):
            yield f"RENAME COLUMN {quote_identifier(old_name)} TO {quote_identifier(new_name)}"
        case AddPrimaryKey(primary_key=key):
            yield f"ADD {primary_key_clause(key, ', ')}"
        case DropPrimaryKey(primary_key=key):
            yield f"DROP CONSTRAINT {_key_name(part.old, key)}"
        case RenamePrimaryKey(old_key=old_key, new_key=new_key):
            yield f"RENAME CONSTRAINT {_key_name(part.old, old_key)} TO {_key_name(part.new, new_key)}"
        case AddCheck(check=check):
            yield f"ADD {check_clause(check)}"
        case DropCheck(check=check):
            yield f"DROP CONSTRAINT {quote_identifier(check.name or '')}"
        case RestoreColumn():
            raise ValueError("no table of CockroachDB inherits from another: no plan for it holds such a part")
        case _:
            assert_never(part)


def _key_name(table: Table, key: PrimaryKey) -> str:
    return quote_identifier(key.name if key.name is not None else f"{table.name.name}_pkey")


def _alter_column(old: Column, new: Column) -> Iterator[str]:
    """The engine's order: nullability, default, type."""
    prefix = f"ALTER COLUMN {quote_identifier(new.name)}"
    if old.generated != new.generated and new.generated is not None:
        yield f"DROP COLUMN {quote_identifier(old.name)}"
        yield f"ADD COLUMN     {column_definition(new)}"
        return
    if old.generated is not None and new.generated is None:
        yield f"{prefix} DROP STORED"
    # The engine says it of arrays as well, which are hardly ever NOT NULL; it does no harm.
    was_list = old.arity is Arity.LIST and new.arity is Arity.NULLABLE
    if is_not_null(old) != is_not_null(new) or was_list:
        yield f"{prefix} {'SET' if is_not_null(new) else 'DROP'} NOT NULL"
    if old.default != new.default or restates_list(old, new):
        yield from _alter_default(old, new, prefix)
    if (old.type, old.arity is Arity.LIST, old.collation) != (new.type, new.arity is Arity.LIST, new.collation):
        collation = f" COLLATE {new.collation}" if new.collation is not None else ""
        yield f"{prefix} SET DATA TYPE {column_type(new)}{collation}"


def _alter_default(old: Column, new: Column, prefix: str) -> Iterator[str]:
    was_numbered, is_numbered = isinstance(old.default, Sequence), isinstance(new.default, Sequence)
    if was_numbered and is_numbered:
        return  # Its options are altered on the sequence itself.
    if was_numbered:
        yield f"{prefix} DROP IDENTITY"
    elif isinstance(new.default, Sequence) and old.default is not None:
        yield f"{prefix} DROP DEFAULT"
    if isinstance(new.default, Sequence):
        yield f"{prefix} ADD {identity_clause(new.default)}"
        return
    sql = None if new.default is None else default_sql(new.default, new.type)
    if sql is not None:
        yield f"{prefix} SET DEFAULT {sql}"
    elif not was_numbered:
        yield f"{prefix} DROP DEFAULT"
