"""ALTER TABLE with all its parts: one statement where PostgreSQL allows it, with what must stand before or behind."""

from __future__ import annotations

from typing import assert_never

from msgspec import Struct, field

from parity.dialects.postgres.belongings import is_of_statistics, is_of_storage
from parity.dialects.postgres.casts import cast
from parity.dialects.postgres.columns import (
    column_definition,
    column_type,
    default_sql,
    drops_not_null,
    has_storage,
    identity_kind,
    is_not_null,
    is_serial,
    needs_sequence,
)
from parity.dialects.postgres.names import beside, quote_if_needed, written
from parity.dialects.postgres.opaque_sql import comment_on, comment_on_constraint
from parity.dialects.sql import column_list, quote_identifier, quote_string
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
from parity.schema.model import Check, Column, Origin, PrimaryKey, Table
from parity.schema.restated import restates_list
from parity.schema.steps import AlterTable, AlterTablePart, Cast, ConvertColumn, RecreateColumn, RestoreColumn
from parity.schema.types import Arity, AutoIncrement, ColumnType, ObjectName


class _Statements(Struct):
    """What an ALTER TABLE comes to: statements before it, its own clauses, statements behind it."""

    table: Table
    any_numbered: bool
    heirs: tuple[tuple[ObjectName, str], ...] = ()
    before: list[str] = field(default_factory=list)
    clauses: list[str] = field(default_factory=list)
    after: list[str] = field(default_factory=list)

    def drop_column(self, column: Column) -> None:
        """The column goes; where heirs would keep it, at once, so that it can come again in all of them."""
        there = "IF EXISTS " if column.origin is Origin.BOTH else ""
        self.clauses.append(f"DROP COLUMN {there}{quote_identifier(column.name)}")
        heirs = [name for name, own in self.heirs if own == column.name]
        if heirs:
            self.before = list(self.all())[: len(self.before) + 1]
            self.clauses = []
            drop = f"DROP COLUMN IF EXISTS {quote_identifier(column.name)}"
            self.before.extend(f"ALTER TABLE {written(name)} {drop}" for name in heirs)

    def all(self) -> tuple[str, ...]:
        """The statements in the order in which they run."""
        middle = [f"ALTER TABLE {written(self.table.name)} " + ",\n".join(self.clauses)] if self.clauses else []
        return (*self.before, *middle, *self.after)


def alter_table(step: AlterTable) -> tuple[str, ...]:
    """The statements of an ALTER TABLE step."""
    out = _Statements(step.new, step.any_numbered, step.heirs)
    for part in step.parts:
        _add(part, out)
    out.after.extend(text for text in step.hanging if is_of_statistics(text))
    return out.all()


def primary_key_clause(key: PrimaryKey, separator: str) -> str:
    """`CONSTRAINT … PRIMARY KEY (…)`."""
    columns = column_list(tuple(column.name for column in key.columns), separator)
    name = "" if key.name is None else f"CONSTRAINT {quote_identifier(key.name)} "
    include = f" INCLUDE ({column_list(key.include, separator)})" if key.include else ""
    storage = f" WITH ({', '.join(key.storage)})" if key.storage else ""
    return f"{name}PRIMARY KEY ({columns}){include}{storage}" + (f" {key.deferrable}" if key.deferrable else "")


def check_clause(check: Check) -> str:
    """`CONSTRAINT … CHECK (…)`, or an exclusion constraint."""
    name = "" if check.name is None else f"CONSTRAINT {quote_identifier(check.name)} "
    return f"{name}{check.expression}" + ("" if check.validated else " NOT VALID")


def _add(part: AlterTablePart, out: _Statements) -> None:
    table = written(out.table.name)
    match part:
        case AddColumn(column=column, before=before):
            _add_column(column, out)
            if before is not None:
                _give_back(before, column, out)
        case DropColumn(column=column):
            out.drop_column(column)
        case RestoreColumn(old_column=old, new_column=new, in_place=True):
            _store_as_before(old, new, out)
        case RestoreColumn(old_column=old, new_column=new):
            _give_back(old, new, out)
        case RecreateColumn(old_column=old, new_column=new):
            out.drop_column(old)
            _add_column(new, out)
            _give_back(old, new, out)
        case AlterColumn(old_column=old, new_column=new):
            if _is_barred(old, new):
                # Without a value it is done, and any value stops it, as no text of one is that of a list.
                _convert_column(old, new, f"{quote_identifier(old.name)}::text::{column_type(new)}", out)
            else:
                _alter_column(old, new, out)
        case ConvertColumn(old_column=old, new_column=new, using=using):
            _convert_column(old, new, using, out)
        case RenameColumn(old_name=old_name, new_name=new_name):
            names = f"{quote_identifier(old_name)} TO {quote_identifier(new_name)}"
            out.before.append(f"ALTER TABLE {table} RENAME COLUMN {names}")
        case AddPrimaryKey(primary_key=key):
            out.clauses.append(f"ADD {primary_key_clause(key, ', ')}")
            out.after.extend(comment_on_constraint(out.table.name, key.name, key.comment))
            out.after.extend(key.belongings)
        case DropPrimaryKey(primary_key=key):
            out.clauses.append(f"DROP CONSTRAINT {_key_name(part.old, key)}")
        case RenamePrimaryKey(old_key=old_key, new_key=new_key):
            names = f"{_key_name(part.old, old_key)} TO {_key_name(part.new, new_key)}"
            out.after.append(f"ALTER TABLE {table} RENAME CONSTRAINT {names}")
        case AddCheck(check=check):
            out.clauses.append(f"ADD {check_clause(check)}")
            out.after.extend(comment_on_constraint(out.table.name, check.name, check.comment))
        case DropCheck(check=check):
            out.clauses.append(f"DROP CONSTRAINT {quote_identifier(check.name or '')}")
        case _:
            assert_never(part)


def _add_column(column: Column, out: _Statements) -> None:
    out.clauses.append(f"ADD COLUMN     {column_definition(column)}")
    if drops_not_null(column):
        out.after.append(
            f"ALTER TABLE {written(out.table.name)} ALTER COLUMN {quote_identifier(column.name)} DROP NOT NULL"
        )
    out.after.extend(numbered_by_hand(out.table, column))


def _give_back(old: Column, new: Column, out: _Statements) -> None:
    """What hung on a column that is dropped and added again."""
    if new.comment is not None and new.comment == old.comment:
        out.after.append(comment_on(out.table.name, new.name, new.comment))
    out.after.extend(text for text in old.belongings if not is_of_storage(text) or has_storage(new))


def _key_name(table: Table, key: PrimaryKey) -> str:
    return quote_identifier(key.name if key.name is not None else f"{table.name.name}_pkey")


def _alter_column(old: Column, new: Column, out: _Statements) -> None:
    """The engine's order: nullability, default, type. PostgreSQL itself changes the type before it sets the default."""
    prefix = f"ALTER COLUMN {quote_identifier(new.name)}"
    if old.generated != new.generated and new.generated is not None:
        out.clauses.append(f"DROP COLUMN {quote_identifier(old.name)}")
        out.clauses.append(f"ADD COLUMN     {column_definition(new)}")
        return
    if old.generated is not None and new.generated is None:
        out.clauses.append(f"{prefix} DROP EXPRESSION")
    # The engine says it of arrays as well, which are hardly ever NOT NULL; it does no harm.
    was_list = old.arity is Arity.LIST and new.arity is Arity.NULLABLE
    if is_not_null(old) != is_not_null(new) or was_list or _loses_not_null(old, new):
        out.clauses.append(f"{prefix} {'SET' if is_not_null(new) else 'DROP'} NOT NULL")
    _alter_default(old, new, prefix, out)
    if _shape(old) != _shape(new):
        collation = f" COLLATE {new.collation}" if new.collation is not None else ""
        out.clauses.append(f"{prefix} SET DATA TYPE {column_type(new)}{collation}")
        _widen_sequence(old, new, out)
        _store_as_before(old, new, out)


def _store_as_before(old: Column, new: Column, out: _Statements) -> None:
    """With the type the server changes how values are stored; what was set stays where the new type allows it."""
    if has_storage(new):
        out.after.extend(text for text in old.belongings if is_of_storage(text))


def _loses_not_null(old: Column, new: Column) -> bool:
    """Whether NOT NULL would go with the old type, which alone brings it, and must not."""
    return old.required_by_type and is_not_null(new) and _shape(old) != _shape(new)


def _is_barred(old: Column, new: Column) -> bool:
    return cast(old.type, new.type, old.arity is Arity.LIST, new.arity is Arity.LIST) is Cast.BARRED


def _convert_column(old: Column, new: Column, using: str, out: _Statements) -> None:
    """The old default goes before the type changes, as it may not fit; the server does it in that order."""
    prefix = f"ALTER COLUMN {quote_identifier(new.name)}"
    if old.identity is not None:
        _drop_identity(old, new, prefix, out)
    elif old.default is not None:
        out.clauses.append(f"{prefix} DROP DEFAULT")
    collation = f" COLLATE {new.collation}" if new.collation is not None else ""
    out.clauses.append(f"{prefix} SET DATA TYPE {column_type(new)}{collation} USING ({using})")
    default = None if new.default is None else default_sql(new.default, new.type)
    if default is not None:
        out.clauses.append(f"{prefix} SET DEFAULT {default}")
    if is_not_null(old) != is_not_null(new) or _loses_not_null(old, new):
        out.clauses.append(f"{prefix} {'SET' if is_not_null(new) else 'DROP'} NOT NULL")
    _drop_sequence(old, out)
    _store_as_before(old, new, out)


def _drop_sequence(old: Column, out: _Statements) -> None:
    """Between schema files no sequence has a name: the engine then keeps them all while any column is numbered."""
    if not is_serial(old):
        return
    known = isinstance(old.default, AutoIncrement) and old.default.sequence is not None
    if known or not out.any_numbered:
        out.after.append(f"DROP SEQUENCE {written(_sequence_of(old, out.table))}")


def _shape(column: Column) -> tuple[ColumnType, bool, str | None]:
    return column.type, column.arity is Arity.LIST, column.collation


def _alter_default(old: Column, new: Column, prefix: str, out: _Statements) -> None:
    if old.identity is not None or new.identity is not None:
        _alter_identity(old, new, prefix, out)
    elif old.default == new.default and not restates_list(old, new):
        return
    elif is_serial(new) and not isinstance(old.default, AutoIncrement):
        _add_sequence(new, out)
    else:
        sql = None if new.default is None else default_sql(new.default, new.type)
        if sql is not None:
            out.clauses.append(f"{prefix} SET DEFAULT {sql}")
        # The engine says both of a column that was numbered; the server drops first, in whatever order they stand.
        if sql is None or is_serial(old):
            out.clauses.append(f"{prefix} DROP DEFAULT")
        _drop_sequence(old, out)


def _alter_identity(old: Column, new: Column, prefix: str, out: _Statements) -> None:
    if new.identity is None:
        if isinstance(new.default, AutoIncrement):
            return  # An identity column numbers its rows by itself: that is what the schema language asks for.
        _drop_identity(old, new, prefix, out)
        sql = None if new.default is None else default_sql(new.default, new.type)
        if sql is not None:
            out.after.append(f"ALTER TABLE {written(out.table.name)} {prefix} SET DEFAULT {sql}")
    elif old.identity is None:
        if old.default is not None:
            out.before.append(f"ALTER TABLE {written(out.table.name)} {prefix} DROP DEFAULT")
        out.clauses.append(f"{prefix} ADD GENERATED {identity_kind(new.identity)} AS IDENTITY")
    elif old.identity != new.identity:
        out.clauses.append(f"{prefix} SET GENERATED {identity_kind(new.identity)}")


def _drop_identity(old: Column, new: Column, prefix: str, out: _Statements) -> None:
    """Before a new type is set, the server looks whether an identity may have it, and doesn't know yet that it goes."""
    clause = f"{prefix} DROP IDENTITY"
    if old.type == new.type:
        out.clauses.append(clause)
    else:
        out.before.append(f"ALTER TABLE {written(out.table.name)} {clause}")


def _add_sequence(column: Column, out: _Statements) -> None:
    first, clause, last = _sequence_by_hand(out.table, column)
    out.before.append(first)
    out.clauses.append(clause)
    out.after.append(last)


def numbered_by_hand(table: Table, column: Column) -> tuple[str, ...]:
    """What numbers a column that was just made, whose type can't say it. The engine leaves it without."""
    if not needs_sequence(column):
        return ()
    first, clause, last = _sequence_by_hand(table, column)
    return first, f"ALTER TABLE {written(table.name)} {clause}", last


def _sequence_by_hand(table: Table, column: Column) -> tuple[str, str, str]:
    """What SERIAL does in CREATE TABLE: a statement before the change, a clause of it, a statement behind it."""
    name = _name_by_hand(table, column)
    sequence = written(beside(table.name, name)).removesuffix(quote_identifier(name)) + quote_if_needed(name)
    return (
        f"CREATE SEQUENCE {sequence}",
        f"ALTER COLUMN {quote_identifier(column.name)} SET DEFAULT nextval({quote_string(sequence)})",
        f"ALTER SEQUENCE {sequence} OWNED BY {written(table.name)}.{quote_identifier(column.name)}",
    )


def _name_by_hand(table: Table, column: Column) -> str:
    return f"{table.name.name}_{column.name}_seq".lower()


def _widen_sequence(old: Column, new: Column, out: _Statements) -> None:
    """A serial column's sequence ends where its old type ended, unless it grows with the column."""
    known = isinstance(old.default, AutoIncrement) and old.default.sequence is not None
    if known and is_serial(old) and is_serial(new) and old.type.native != new.type.native:
        sequence = written(_sequence_of(old, out.table))
        out.after.append(f"ALTER SEQUENCE {sequence} AS {column_type(new)}")


def _sequence_of(column: Column, table: Table) -> ObjectName:
    default = column.default
    if isinstance(default, AutoIncrement) and default.sequence is not None:
        return default.sequence
    by_hand = needs_sequence(column)
    return beside(table.name, _name_by_hand(table, column) if by_hand else f"{table.name.name}_{column.name}_seq")
