"""What is done to a database, in order: a closed union of steps, their hazards, and the plan that holds them.

`plan` builds steps from changes; a dialect's `render` turns each into SQL. A step corresponds to one commented block of
a migration file (`-- CreateTable`). Steps hold whole values, so that they can be rendered, linted and explained alone.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct

from parity.counting import counted
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
    BARRED = "barred"
    """The database changes the type in place as long as there is no value."""
    IMPOSSIBLE = "impossible"
    """The database can't cast: the column is dropped and made anew."""


class RecreateColumn(Struct, frozen=True):
    """A column is dropped and added again, because no cast leads from its old type to its new one."""

    old: Table
    new: Table
    old_column: Column
    new_column: Column


class ConvertColumn(Struct, frozen=True):
    """A column without a cast changes its type in place: `using` is the expression that gives the new values."""

    old: Table
    new: Table
    old_column: Column
    new_column: Column
    using: str


class RestoreColumn(Struct, frozen=True):
    """A column that was made anew with its parent's gets back what hung on it.

    One that only got another type with it (`in_place`) gets back what that takes away.
    """

    old: Table
    new: Table
    old_column: Column
    new_column: Column
    in_place: bool = False


AlterTablePart = (
    AddColumn
    | DropColumn
    | AlterColumn
    | RenameColumn
    | RecreateColumn
    | ConvertColumn
    | RestoreColumn
    | AddPrimaryKey
    | DropPrimaryKey
    | RenamePrimaryKey
    | AddCheck
    | DropCheck
)
"""What one ALTER TABLE can hold."""


class CreateNamespace(Struct, frozen=True):
    """CREATE SCHEMA."""

    name: str


class RemoveNamespace(Struct, frozen=True):
    """DROP SCHEMA."""

    name: str


class CreateExtension(Struct, frozen=True):
    """CREATE EXTENSION."""

    extension: Extension


class UpdateExtension(Struct, frozen=True):
    """ALTER EXTENSION."""

    old: Extension
    new: Extension


class RemoveExtension(Struct, frozen=True):
    """DROP EXTENSION."""

    extension: Extension


class CreateEnum(Struct, frozen=True):
    """CREATE TYPE … AS ENUM."""

    enum: Enum


class EnumUse(Struct, frozen=True):
    """A column that uses an altered enum: its table (after the other changes) and the column as it was and will be."""

    table: Table
    old_column: Column
    new_column: Column
    inherited: bool = False
    """Whether it comes with its parent's column, but for its default."""


class AlterEnumStep(Struct, frozen=True):
    """Values are added to, or removed from, an enum. `uses` are the columns of it on both sides.

    `defaults` are those of them that have a default on the old side: in the order of the old tables, by columns' names.
    `stale_defaults` are the columns of the old side, each with its table, whose default names a value that goes.
    """

    old: Enum
    new: Enum
    uses: tuple[EnumUse, ...] = ()
    defaults: tuple[EnumUse, ...] = ()
    stale_defaults: tuple[tuple[Table, Column], ...] = ()
    says_public: bool = False
    """As of the old side's Schema."""


class RemoveEnum(Struct, frozen=True):
    """DROP TYPE."""

    enum: Enum


class CreateTable(Struct, frozen=True):
    """CREATE TABLE. Indexes follow as steps of their own; foreign keys too, unless the dialect writes them inside."""

    table: Table


class RemoveTable(Struct, frozen=True):
    """DROP TABLE."""

    table: Table


class RenameTableStep(Struct, frozen=True):
    """ALTER TABLE … RENAME TO."""

    old: Table
    new: Table


class AlterTable(Struct, frozen=True):
    """ALTER TABLE, with all that one statement (or a few in a row) can hold."""

    old: Table
    new: Table
    parts: tuple[AlterTablePart, ...]
    any_numbered: bool = False
    """Whether a column stops being numbered while another one still is: a sequence without a known name stays then."""
    hanging: tuple[str, ...] = ()
    """What hangs on the indexes and statistics that a server itself makes again where a column gets another type."""
    heirs: tuple[tuple[ObjectName, str], ...] = ()
    """Columns that go and come again here, each with a table that inherits it and would keep it: gone in between."""
    ahead: bool = False
    """Whether it makes way for a change elsewhere, of a parent's column or of an enum."""


class ChangePrimaryKey(Struct, frozen=True):
    """A table gets another primary key in place of the one that it has, in one statement."""

    old: Table
    new: Table


class ChangeSequence(Struct, frozen=True):
    """The sequence that numbers a column gets other options."""

    table: Table
    old_column: Column
    new_column: Column


class Redefinition(Struct, frozen=True):
    """One table that is made anew, filled from the old one, and put in its place.

    `copied` are (old column name, new column name) pairs in the old table's order; a pair in `filled` reads the new
    column's default where the old value is null. `restored` are opaque objects (triggers, views) that the rebuild
    loses and that are made again. `indexing` are virtual tables over the table's rows, which stay, and may have to be
    filled anew.
    """

    old: Table
    new: Table
    copied: tuple[tuple[str, str], ...]
    filled: tuple[str, ...] = ()
    restored: tuple[Opaque, ...] = ()
    indexing: tuple[Opaque, ...] = ()


class RedefineTables(Struct, frozen=True):
    """Tables that are rebuilt, because the database can't change them in place."""

    tables: tuple[Redefinition, ...]


class CreateIndex(Struct, frozen=True):
    """CREATE INDEX. `may_exist` is true where a step before it may have made the very same index.

    `again` is true for one that went with a column and is to be what it was, a constraint for instance.
    """

    table: Table
    index: Index
    may_exist: bool = False
    again: bool = False


class RemoveIndex(Struct, frozen=True):
    """DROP INDEX."""

    table: Table
    index: Index


class RenameIndexStep(Struct, frozen=True):
    """ALTER INDEX … RENAME TO."""

    table: Table
    old: Index
    new: Index


class CreateForeignKey(Struct, frozen=True):
    """ALTER TABLE … ADD CONSTRAINT … FOREIGN KEY."""

    table: Table
    foreign_key: ForeignKey


class RemoveForeignKey(Struct, frozen=True):
    """ALTER TABLE … DROP CONSTRAINT."""

    table: Table
    foreign_key: ForeignKey


class RenameForeignKeyStep(Struct, frozen=True):
    """ALTER TABLE … RENAME CONSTRAINT."""

    table: Table
    old: ForeignKey
    new: ForeignKey


class ChangeTraits(Struct, frozen=True):
    """Clauses of a whole table change."""

    old: Table
    new: Table


class CreateOpaque(Struct, frozen=True):
    """An opaque object is made from its own definition.

    `belongings` are the statements that give it back what hung on it, where it was dropped for the sake of a change
    beneath it.
    """

    opaque: Opaque
    belongings: tuple[str, ...] = ()


class RemoveOpaque(Struct, frozen=True):
    """An opaque object is dropped."""

    opaque: Opaque


class SetComment(Struct, frozen=True):
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


class RowCount(Struct, frozen=True):
    """How many rows does the table hold?"""

    table: ObjectName


class NonNullCount(Struct, frozen=True):
    """How many rows hold a value in the column?"""

    table: ObjectName
    column: str


class NullCount(Struct, frozen=True):
    """How many rows hold NULL in the column?"""

    table: ObjectName
    column: str


class DuplicateCount(Struct, frozen=True):
    """How many rows share their values in the columns with an earlier row?"""

    table: ObjectName
    columns: tuple[str, ...]


class ValueCount(Struct, frozen=True):
    """How many rows hold one of the values in the column (as text)?"""

    table: ObjectName
    column: str
    values: tuple[str, ...]


class OrphanCount(Struct, frozen=True):
    """How many rows refer, by the columns, to a row of the other table that isn't there?"""

    table: ObjectName
    columns: tuple[str, ...]
    referenced_table: ObjectName
    referenced_columns: tuple[str, ...]


class MisfitCount(Struct, frozen=True):
    """How many values of the column can't be converted to those of the new one?

    `labels` are the values of the new type where it is an enum, which may not be there yet.
    """

    table: ObjectName
    old: Column
    new: Column
    labels: tuple[str, ...] = ()


DataQuestion = RowCount | NonNullCount | NullCount | DuplicateCount | ValueCount | OrphanCount | MisfitCount
"""What must be asked of a live database to know whether a hazard is real there."""


_THERE_ARE = re.compile(r"are $")
_SEVERAL = re.compile(r"\b(row|value)s\b")


class Hazard(Struct, frozen=True):
    """A danger of one step. It is real on a database where `question` counts more than zero (or always, if None).

    `code` is stable: drop_table, drop_column, recreate_column, cast, required_column, not_null, unique, primary_key,
    foreign_key, drop_enum_values, drop_object … `reason` is a sentence for a person, `hint` the safe way. `counted` is
    the sentence where the rows were counted, in two parts around their number (in one where it doesn't name it); () for
    `reason`.
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
    """Whether it is beyond the engine's catalogue, so that it isn't written into a migration unless it is `lasting`."""
    lasting: bool = False
    """Whether something is lost for good, also where no row is: asked about and written whatever the engine knows."""
    feasible: bool = False
    """Whether it can be done although the engine says that it can't: then it asks, and doesn't stop."""

    @property
    def is_written(self) -> bool:
        """Whether it stands at the head of a migration."""
        return self.lasting or not self.beyond

    def told(self, rows: int | None) -> str:
        """The sentence for a database where the question counted `rows` (None: it wasn't, or couldn't be, asked)."""
        return str(rows).join(self.counted) if rows and self.counted else self.reason

    def told_with_rows(self, rows: int | None) -> str:
        """The same, with the number behind it where the sentence itself doesn't hold it, and one row as one."""
        if rows == 1 and len(self.counted) > 1:
            before, after = self.counted
            return _THERE_ARE.sub("is ", before) + "1" + _SEVERAL.sub(r"\1", after, count=1)
        if rows is None or (rows and len(self.counted) > 1):
            return self.told(rows)
        return f"{self.told(rows)} ({counted(rows, 'row')})"


class PlannedStep(Struct, frozen=True):
    """A step and its hazards."""

    step: Step
    hazards: tuple[Hazard, ...] = ()


class Plan(Struct, frozen=True):
    """Steps in the order in which they run."""

    steps: tuple[PlannedStep, ...] = ()

    @property
    def hazards(self) -> tuple[Hazard, ...]:
        """All hazards, as Prisma's engine orders them: those of enums, then in the order of the steps."""
        ordered = sorted(self.steps, key=lambda planned: not isinstance(planned.step, AlterEnumStep))
        return tuple(hazard for planned in ordered for hazard in planned.hazards)
