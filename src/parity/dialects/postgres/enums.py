"""SQL of enum types. Values are added in place; to remove one, the type is made anew and its columns move over."""

from __future__ import annotations

from parity.dialects.postgres.columns import column_type, default_sql
from parity.dialects.postgres.names import beside, with_suffix, written
from parity.dialects.sql import quote_identifier, quote_string
from parity.schema.model import Enum
from parity.schema.steps import AlterEnumStep, EnumUse
from parity.schema.types import Arity, ObjectName

_SEVERAL_VALUES = """\
-- This migration adds more than one value to an enum.
-- With PostgreSQL versions 11 and earlier, this is not possible
-- in a single migration. This can be worked around by creating
-- multiple migrations, each migration adding only one value to
-- the enum.

"""
"""A part of the format: a migration file must be the same, byte for byte, whichever tool wrote it."""


def create_enum(name: ObjectName, values: tuple[str, ...]) -> str:
    """CREATE TYPE … AS ENUM."""
    return f"CREATE TYPE {written(name)} AS ENUM ({', '.join(quote_string(value) for value in values)})"


def alter_enum(step: AlterEnumStep) -> tuple[str, ...]:
    """The statements that lead from the old values to the new ones."""
    added = _added(step.old, step.new)
    if set(step.old.values) <= set(step.new.values) and added:
        statements = (f"ALTER TYPE {written(step.new.name)} ADD VALUE {quote_string(value)}" for value in added)
        return (*((_SEVERAL_VALUES,) if len(added) > 1 else ()), *statements)
    return _replace_type(step)


def _added(old: Enum, new: Enum) -> tuple[str, ...]:
    known = frozenset(old.values)
    return tuple(value for value in new.values if value not in known)


def _replace_type(step: AlterEnumStep) -> tuple[str, ...]:
    """The new type beside the old one, the columns moved over, the old type dropped: in a transaction of its own.

    What of the old side was read from a database is named in full in two places, as the engine does.
    """
    name = step.new.name
    fresh = beside(name, with_suffix(name.name, "_new"))
    stale = beside(name, with_suffix(name.name, "_old"))
    return (
        "BEGIN",
        create_enum(fresh, step.new.values),
        *(f"{_column(use, in_full=step.says_public)} DROP DEFAULT" for use in step.defaults),
        *(f"{_column(use)} TYPE {_cast(use, fresh)}" for use in step.uses if not use.inherited),
        f"ALTER TYPE {written(step.old.name)} RENAME TO {quote_identifier(stale.name)}",
        f"ALTER TYPE {written(fresh)} RENAME TO {quote_identifier(name.name)}",
        f"DROP TYPE {written(stale, in_full=step.says_public)}",
        *(clause for use in step.defaults for clause in _set_default(use)),
        *_given_back(step),
        "COMMIT",
    )


def _given_back(step: AlterEnumStep) -> tuple[str, ...]:
    """What hung on the type that is dropped."""
    comment = step.new.comment
    said = () if comment is None else (f"COMMENT ON TYPE {written(step.new.name)} IS {quote_string(comment)}",)
    return (*said, *step.old.belongings)


def _column(use: EnumUse, *, in_full: bool = False) -> str:
    table = written(use.table.name, in_full=in_full)
    return f"ALTER TABLE {table} ALTER COLUMN {quote_identifier(use.new_column.name)}"


def _cast(use: EnumUse, enum: ObjectName) -> str:
    if use.new_column.type.enum is None:
        target = column_type(use.new_column)
    else:
        target = written(enum) + ("[]" if use.new_column.arity is Arity.LIST else "")
    return f"{target} USING ({quote_identifier(use.new_column.name)}::text::{target})"


def _set_default(use: EnumUse) -> tuple[str, ...]:
    default = use.new_column.default
    sql = None if default is None else default_sql(default, use.new_column.type)
    if sql is None:
        return (f"{_column(use)} DROP DEFAULT",) if use.inherited else ()
    return (f"{_column(use)} SET DEFAULT {sql}",)
