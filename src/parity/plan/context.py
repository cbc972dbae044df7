"""What every part of planning asks: the two sides by name and place, the changes by table, the dialect."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from msgspec import Struct, field
from msgspec.structs import replace

from parity.dialects.base import Dialect
from parity.diff.columns import differs
from parity.diff.gone import GoneKey, gone_objects
from parity.diff.mentions import generated_reads
from parity.schema.changes import (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddIndex,
    AddPrimaryKey,
    AlterColumn,
    AlterEnum,
    AlterPrimaryKey,
    AlterTraits,
    Change,
    DropCheck,
    DropColumn,
    DropForeignKey,
    DropIndex,
    DropPrimaryKey,
    RenameColumn,
    RenameForeignKey,
    RenameIndex,
    RenamePrimaryKey,
    TableChange,
)
from parity.schema.model import Column, Opaque, OpaqueKind, Schema, Table
from parity.schema.steps import Cast, Hazard
from parity.schema.types import Arity, AutoIncrement, ObjectName, Sequence

TABLE_CHANGES = (
    AddCheck,
    AddColumn,
    AddForeignKey,
    AddIndex,
    AddPrimaryKey,
    AlterColumn,
    AlterPrimaryKey,
    AlterTraits,
    DropCheck,
    DropColumn,
    DropForeignKey,
    DropIndex,
    DropPrimaryKey,
    RenameColumn,
    RenameForeignKey,
    RenameIndex,
    RenamePrimaryKey,
)
"""The members of `TableChange`, for isinstance."""


class Altered(Struct, frozen=True):
    """A table that stays, with its changes (perhaps none)."""

    old: Table
    new: Table
    changes: tuple[TableChange, ...]

    @property
    def altered_columns(self) -> tuple[AlterColumn, ...]:
        """The columns that change, in the old order."""
        return tuple(change for change in self.changes if isinstance(change, AlterColumn))


Conversions = Mapping[tuple[ObjectName, str], str]
"""By the new names of table and column: the expression that keeps values which would go with their column."""


class Planning(Struct, frozen=True):
    """One run of the planner."""

    old: Schema
    new: Schema
    dialect: Dialect
    changes: tuple[Change, ...]
    altered: dict[ObjectName, Altered]
    """By the new name; every table that stays and has changes inside."""
    old_tables: dict[ObjectName, Table]
    new_tables: dict[ObjectName, Table]
    old_places: dict[ObjectName, int]
    new_places: dict[ObjectName, int]
    conversions: Conversions = field(default_factory=dict)
    gone: dict[GoneKey, Hazard] = field(default_factory=dict)
    """What a schema file can't say and that goes with what it stands on."""
    shrinking: frozenset[ObjectName] = frozenset()
    """The enums that lose values: their type is replaced by a new one, unless the database can take values out."""
    heirs: dict[ObjectName, list[Table]] = field(default_factory=dict)
    """By a table that stays: the old tables that stay and have columns from it."""
    remade: dict[ObjectName, dict[str, Column]] = field(default_factory=dict)
    """By table: the columns that are made anew with a parent's, each as it comes from there."""
    moved: dict[ObjectName, frozenset[str]] = field(default_factory=dict)
    """By table: the columns that get another type with a parent's."""
    inserting: dict[str, list[Opaque]] = field(default_factory=dict)
    """By a table's name in lower case: the objects of the new schema that insert into it without naming columns. Empty
    where no table gets columns."""
    statistics: dict[ObjectName, list[Opaque]] = field(default_factory=dict)
    """By a table of the old schema: the statistics over its columns."""
    any_numbered: bool = False
    """Whether any column of the new schema is numbered."""

    def conversion(self, change: AlterColumn) -> str | None:
        """The expression that keeps the column's values, where one was chosen."""
        return self.conversions.get((change.new.name, change.new_column.name))

    def cast(self, change: AlterColumn) -> Cast:
        """What happens to the values of a column that changes its type."""
        before, after = change.old_column, change.new_column
        if not type_changes(before, after):
            return Cast.SAFE
        if self.dialect.bars_cast(change):
            return Cast.IMPOSSIBLE
        return self.dialect.cast(before.type, after.type, before.arity is Arity.LIST, after.arity is Arity.LIST)

    def recreates(self, change: AlterColumn) -> bool:
        """Whether the column must be dropped and added again."""
        after = change.new_column.generated
        if after is not None and after != change.old_column.generated:
            return True
        return self.cast(change) is Cast.IMPOSSIBLE and self.conversion(change) is None

    def regenerated_columns(self, altered: Altered) -> tuple[tuple[Column, Column], ...]:
        """Generated columns whose expression reads one that is retyped: dropped before it, and added after it."""
        before = {column.name: column for column in altered.old.columns if column.generated is not None}
        if not before:
            return ()
        name = altered.new.name
        changing = [c.new_column.name for c in altered.altered_columns if type_changes(c.old_column, c.new_column)]
        changing += self._moved_elsewhere(altered)
        remade = self.remade.get(name, {})
        return tuple(
            (old, column)
            for column in altered.new.columns
            if column.generated is not None
            and column.name not in remade
            and (old := before.get(column.name)) is not None
            and old.generated is not None
            and (old.type.enum in self.shrinking or generated_reads(old.generated, changing))
        )

    def _moved_elsewhere(self, altered: Altered) -> frozenset[str]:
        """The columns that get another type by a change elsewhere, of a parent's column or of an enum."""
        moved = self.moved.get(altered.new.name, frozenset())
        if not self.shrinking:
            return moved
        return moved.union(column.name for column in altered.old.columns if column.type.enum in self.shrinking)

    def recreated_columns(self, table: ObjectName) -> frozenset[str]:
        """The columns of a table that are dropped and added again."""
        altered = self.altered.get(table)
        if altered is None:
            return frozenset()
        return self.recreated_here(altered) | self.remade.get(table, {}).keys()

    def recreated_here(self, altered: Altered) -> frozenset[str]:
        """Those of them that the table's own statement drops and adds, so that its heirs lose them as well."""
        regenerated = (column.name for _, column in self.regenerated_columns(altered))
        return frozenset((*(c.new_column.name for c in altered.altered_columns if self.recreates(c)), *regenerated))

    def makes_way(self, altered: Altered) -> tuple[Column, ...]:
        """The generated columns that must be gone before a change elsewhere."""
        moved = self._moved_elsewhere(altered)
        return tuple(
            old
            for old, _ in (self.regenerated_columns(altered) if moved else ())
            if old.type.enum in self.shrinking or (old.generated and generated_reads(old.generated, moved))
        )

    def retyped_columns(self, table: ObjectName) -> frozenset[str]:
        """The columns of a table that change their type, in whatever way."""
        altered = self.altered.get(table)
        if altered is None:
            return frozenset()
        changing = (c for c in altered.altered_columns if type_changes(c.old_column, c.new_column))
        return frozenset(change.new_column.name for change in changing)


def renumbers(old: Column, new: Column) -> bool:
    """Whether the column's sequence gets other options."""
    both = isinstance(old.default, Sequence) and isinstance(new.default, Sequence)
    return both and old.default != new.default


def only_renumbers(old: Column, new: Column) -> bool:
    """Whether the options of the column's sequence are all that changes."""
    return renumbers(old, new) and not differs(replace(old, default=new.default), new)


def type_changes(old: Column, new: Column) -> bool:
    """Whether a column changes its type, or between one value and many."""
    return old.type != new.type or (old.arity is Arity.LIST) != (new.arity is Arity.LIST)


def values_become_lists(old: Column, new: Column) -> bool:
    """Whether a column of single values comes to hold lists of the same type."""
    return old.type == new.type and old.arity is not Arity.LIST and new.arity is Arity.LIST


def planning(
    changes: Iterable[Change], old: Schema, new: Schema, dialect: Dialect, conversions: Conversions
) -> Planning:
    """The context of one run."""
    listed = tuple(changes)
    inside: dict[ObjectName, list[TableChange]] = {}
    sides: dict[ObjectName, tuple[Table, Table]] = {}
    for change in listed:
        if isinstance(change, TABLE_CHANGES):
            inside.setdefault(change.new.name, []).append(change)
            sides[change.new.name] = (change.old, change.new)
    altered = {name: Altered(*sides[name], tuple(found)) for name, found in inside.items()}
    return Planning(
        old,
        new,
        dialect,
        listed,
        altered,
        {table.name: table for table in old.tables},
        {table.name: table for table in new.tables},
        {table.name: place for place, table in enumerate(old.tables)},
        {table.name: place for place, table in enumerate(new.tables)},
        conversions,
        gone_objects(old, new),
        _shrinking(listed, dialect),
        inserting=_inserting(new, dialect) if any(isinstance(c, AddColumn | RenameColumn) for c in listed) else {},
        statistics=_statistics(old),
        any_numbered=any(isinstance(column.default, AutoIncrement) for table in new.tables for column in table.columns),
    )


def _inserting(new: Schema, dialect: Dialect) -> dict[str, list[Opaque]]:
    found: dict[str, list[Opaque]] = {}
    for opaque in new.opaques:
        for table in dialect.inserts_by_position(opaque):
            found.setdefault(table, []).append(opaque)
    return found


def _statistics(old: Schema) -> dict[ObjectName, list[Opaque]]:
    found: dict[ObjectName, list[Opaque]] = {}
    for opaque in old.opaques:
        if opaque.kind is OpaqueKind.STATISTICS:
            for table in {ref.name for ref in opaque.depends_on}:
                found.setdefault(table, []).append(opaque)
    return found


def _shrinking(changes: Iterable[Change], dialect: Dialect) -> frozenset[ObjectName]:
    if dialect.capabilities.drops_enum_values:
        return frozenset()
    return frozenset(
        change.old.name
        for change in changes
        if isinstance(change, AlterEnum) and set(change.old.values) - set(change.new.values)
    )
