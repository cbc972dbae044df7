"""What is done to a database, in order: a closed union of steps, their hazards, and the plan that holds them.

`plan` builds steps from changes; a dialect's `render` turns each into SQL. A step corresponds to one commented block of
a migration file (`-- CreateTable`). Steps hold whole values, so that they can be rendered, linted and explained alone.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

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
from parity.schema.model import Column, Enum, Extension, ForeignKey, Index, Opaque, Table
from parity.schema.types import ObjectName


class Cast(StrEnum):
    """What happens to the values when a column changes its type."""

    SAFE = "safe"
    """Every value has its counterpart."""
    RISKY = "risky"
    """The database casts in place; single values may fail or be cut."""
    IMPOSSIBLE = "impossible"
    """The database can't cast: the column is dropped and made anew."""


@dataclass(frozen=True, slots=True)
class RecreateColumn:
    """A column is dropped and added again, because no cast leads from its old type to its new one."""

    old: Table
    new: Table
    old_column: Column
    new_column: Column


@dataclass(frozen=True, slots=True)
class ConvertColumn:
    """A column without a cast changes its type in place: `using` is the expression that gives the new values."""

    old: Table
    new: Table
    old_column: Column
    new_column: Column
    using: str


AlterTablePart = (
    AddColumn
    | DropColumn
    | AlterColumn
    | RenameColumn
    | RecreateColumn
    | ConvertColumn
    | AddPrimaryKey
    | DropPrimaryKey
    | RenamePrimaryKey
    | AddCheck
    | DropCheck
)
"""What one ALTER TABLE can hold."""


@dataclass(frozen=True, slots=True)
class CreateNamespace:
    """CREATE SCHEMA."""

    name: str


@dataclass(frozen=True, slots=True)
class RemoveNamespace:
    """DROP SCHEMA."""

    name: str


@dataclass(frozen=True, slots=True)
class CreateExtension:
    """CREATE EXTENSION."""

    extension: Extension


@dataclass(frozen=True, slots=True)
class UpdateExtension:
    """ALTER EXTENSION."""

    old: Extension
    new: Extension


@dataclass(frozen=True, slots=True)
class RemoveExtension:
    """DROP EXTENSION."""

    extension: Extension


@dataclass(frozen=True, slots=True)
class CreateEnum:
    """CREATE TYPE … AS ENUM."""

    enum: Enum


@dataclass(frozen=True, slots=True)
class EnumUse:
    """A column that uses an altered enum: its table (after the other changes) and the column as it was and will be."""

    table: Table
    old_column: Column
    new_column: Column


@dataclass(frozen=True, slots=True)
class AlterEnumStep:
    """Values are added to, or removed from, an enum. `uses` are the columns of it on both sides.

    `stale_defaults` are the columns of the old side, each with its table, whose default names a value that goes.
    """

    old: Enum
    new: Enum
    uses: tuple[EnumUse, ...] = ()
    stale_defaults: tuple[tuple[Table, Column], ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveEnum:
    """DROP TYPE."""

    enum: Enum


@dataclass(frozen=True, slots=True)
class CreateTable:
    """CREATE TABLE. Indexes follow as steps of their own; foreign keys too, unless the dialect writes them inside."""

    table: Table


@dataclass(frozen=True, slots=True)
class RemoveTable:
    """DROP TABLE."""

    table: Table


@dataclass(frozen=True, slots=True)
class RenameTableStep:
    """ALTER TABLE … RENAME TO."""

    old: Table
    new: Table


@dataclass(frozen=True, slots=True)
class AlterTable:
    """ALTER TABLE, with all that one statement (or a few in a row) can hold."""

    old: Table
    new: Table
    parts: tuple[AlterTablePart, ...]


@dataclass(frozen=True, slots=True)
class ChangePrimaryKey:
    """A table gets another primary key in place of the one that it has, in one statement."""

    old: Table
    new: Table


@dataclass(frozen=True, slots=True)
class ChangeSequence:
    """The sequence that numbers a column gets other options."""

    table: Table
    old_column: Column
    new_column: Column


@dataclass(frozen=True, slots=True)
class Redefinition:
    """One table that is made anew, filled from the old one, and put in its place.

    `copied` are (old column name, new column name) pairs in the old table's order; a pair in `filled` reads the new
    column's default where the old value is null. `restored` are opaque objects (triggers, views) that the rebuild
    loses and that are made again.
    """

    old: Table
    new: Table
    copied: tuple[tuple[str, str], ...]
    filled: tuple[str, ...] = ()
    restored: tuple[Opaque, ...] = ()


@dataclass(frozen=True, slots=True)
class RedefineTables:
    """Tables that are rebuilt, because the database can't change them in place."""

    tables: tuple[Redefinition, ...]


@dataclass(frozen=True, slots=True)
class CreateIndex:
    """CREATE INDEX. `may_exist` is true where a step before it may have made the very same index."""

    table: Table
    index: Index
    may_exist: bool = False


@dataclass(frozen=True, slots=True)
class RemoveIndex:
    """DROP INDEX."""

    table: Table
    index: Index


@dataclass(frozen=True, slots=True)
class RenameIndexStep:
    """ALTER INDEX … RENAME TO."""

    table: Table
    old: Index
    new: Index


@dataclass(frozen=True, slots=True)
class CreateForeignKey:
    """ALTER TABLE … ADD CONSTRAINT … FOREIGN KEY."""

    table: Table
    foreign_key: ForeignKey


@dataclass(frozen=True, slots=True)
class RemoveForeignKey:
    """ALTER TABLE … DROP CONSTRAINT."""

    table: Table
    foreign_key: ForeignKey


@dataclass(frozen=True, slots=True)
class RenameForeignKeyStep:
    """ALTER TABLE … RENAME CONSTRAINT."""

    table: Table
    old: ForeignKey
    new: ForeignKey


@dataclass(frozen=True, slots=True)
class ChangeTraits:
    """Clauses of a whole table change."""

    old: Table
    new: Table


@dataclass(frozen=True, slots=True)
class CreateOpaque:
    """An opaque object is made from its own definition.

    `belongings` are the statements that give it back what hung on it, where it was dropped for the sake of a change
    beneath it.
    """

    opaque: Opaque
    belongings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class RemoveOpaque:
    """An opaque object is dropped."""

    opaque: Opaque


@dataclass(frozen=True, slots=True)
class SetComment:
    """COMMENT ON a table or a column."""

    table: Table
    column: str | None
    comment: str | None


Step = (
    CreateNamespace
    | RemoveNamespace
    | CreateExtension
    | UpdateExtension
    | RemoveExtension
    | CreateEnum
    | AlterEnumStep
    | RemoveEnum
    | CreateTable
    | RemoveTable
    | RenameTableStep
    | AlterTable
    | ChangePrimaryKey
    | ChangeSequence
    | RedefineTables
    | CreateIndex
    | RemoveIndex
    | RenameIndexStep
    | CreateForeignKey
    | RemoveForeignKey
    | RenameForeignKeyStep
    | ChangeTraits
    | CreateOpaque
    | RemoveOpaque
    | SetComment
)


# --- hazards ----------------------------------------------------------------------------------------------------------


class HazardLevel(StrEnum):
    """How a hazard is treated."""

    WARNING = "warning"
    """Data may be lost, or the statement may fail on the data that is there."""
    UNEXECUTABLE = "unexecutable"
    """The statement can't succeed while there are rows that stand against it."""


@dataclass(frozen=True, slots=True)
class RowCount:
    """How many rows does the table hold?"""

    table: ObjectName


@dataclass(frozen=True, slots=True)
class NonNullCount:
    """How many rows hold a value in the column?"""

    table: ObjectName
    column: str


@dataclass(frozen=True, slots=True)
class NullCount:
    """How many rows hold NULL in the column?"""

    table: ObjectName
    column: str


@dataclass(frozen=True, slots=True)
class DuplicateCount:
    """How many rows share their values in the columns with an earlier row?"""

    table: ObjectName
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ValueCount:
    """How many rows hold one of the values in the column (as text)?"""

    table: ObjectName
    column: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OrphanCount:
    """How many rows refer, by the columns, to a row of the other table that isn't there?"""

    table: ObjectName
    columns: tuple[str, ...]
    referenced_table: ObjectName
    referenced_columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MisfitCount:
    """How many values of the column can't be converted to those of the new one?

    `labels` are the values of the new type where it is an enum, which may not be there yet.
    """

    table: ObjectName
    old: Column
    new: Column
    labels: tuple[str, ...] = ()


DataQuestion = RowCount | NonNullCount | NullCount | DuplicateCount | ValueCount | OrphanCount | MisfitCount
"""What must be asked of a live database to know whether a hazard is real there."""


@dataclass(frozen=True, slots=True)
class Hazard:
    """A danger of one step. It is real on a database where `question` counts more than zero (or always, if None).

    `code` is stable: drop_table, drop_column, recreate_column, cast, required_column, not_null, unique, primary_key,
    foreign_key, drop_enum_values … `reason` is a sentence for a person, `hint` the safe way. `counted` is the sentence
    where the rows were counted, in two parts around their number (in one where it doesn't name it); () for `reason`.
    """

    code: str
    level: HazardLevel
    reason: str
    table: ObjectName | None = None
    column: str | None = None
    question: DataQuestion | None = None
    hint: str | None = None
    counted: tuple[str, ...] = ()
    always_told: bool = False
    """Whether Prisma's engine tells it even where no row stands against it."""
    beyond: bool = False
    """Whether it is beyond the engine's catalogue, so that it isn't written into a migration."""
    feasible: bool = False
    """Whether it can be done although the engine says that it can't: then it asks, and doesn't stop."""

    def told(self, rows: int | None) -> str:
        """The sentence for a database where the question counted `rows` (None: it wasn't, or couldn't be, asked)."""
        return str(rows).join(self.counted) if rows and self.counted else self.reason

    def told_with_rows(self, rows: int | None) -> str:
        """The same, with the number behind it where the sentence itself doesn't hold it."""
        if rows is None or (rows and len(self.counted) > 1):
            return self.told(rows)
        return f"{self.told(rows)} ({rows} {'row' if rows == 1 else 'rows'})"


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """A step and its hazards."""

    step: Step
    hazards: tuple[Hazard, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """Steps in the order in which they run."""

    steps: tuple[PlannedStep, ...] = field(default=())

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """All hazards, as Prisma's engine orders them: those of enums, then in the order of the steps."""
        ordered = sorted(self.steps, key=lambda planned: not isinstance(planned.step, AlterEnumStep))
        return tuple(hazard for planned in ordered for hazard in planned.hazards)
