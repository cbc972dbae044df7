"""What was there before a migration, followed through it: which tables and columns are old and hold rows.

The walk over the effects asks first and notes afterwards, so that an answer is about the moment before the statement.
"""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct, field
from msgspec.structs import replace

from parity.review.effects import (
    AddsColumn,
    ColumnText,
    CreatesTable,
    CreatesType,
    DeletesRows,
    DropsColumn,
    DropsTable,
    Effect,
    RebuildsTable,
    RenamesColumn,
    RenamesTable,
    Truncates,
    UpdatesRows,
)
from parity.review.names import NameKeys
from parity.schema.model import Column, Enum, IndexKind, Schema, Table
from parity.schema.types import ObjectName


class _Notes(Struct):
    """What this migration did to one table, so far. Columns are by their keys."""

    made: bool = False
    emptied: bool = False
    first_name: ObjectName | None = None
    first_columns: dict[str, str] = field(default_factory=dict)
    added: dict[str, ColumnText] = field(default_factory=dict)
    backfilled: set[str] = field(default_factory=set)
    updated: set[str] = field(default_factory=set)


class Standing(Struct):
    """Where the walk stands. `before` and `after` are the whole schemas, None where they aren't known."""

    keys: NameKeys
    before: dict[ObjectName, Table] | None
    after: dict[ObjectName, Table] | None
    enums: dict[ObjectName, Enum]
    _notes: dict[ObjectName, _Notes] = field(default_factory=dict)
    _made_types: set[ObjectName] = field(default_factory=set)
    _dropped: set[tuple[ObjectName, str]] = field(default_factory=set)
    """Old columns that are gone: the keys of their table's and their own first names."""
    _expected: dict[tuple[ObjectName, str], AddsColumn] = field(default_factory=dict)
    """What the migration adds, by the keys of table and column."""

    def expect(self, effects: Iterable[Effect]) -> None:
        """Look ahead at what the migration will add."""
        for effect in effects:
            if isinstance(effect, AddsColumn):
                self._expected[self._place(effect.table, effect.column.name)] = effect

    def comes_again(self, effect: DropsColumn) -> ColumnText | None:
        """The column that is added where this one is dropped; None where none is."""
        added = self._expected.get(self._place(effect.table, effect.column))
        return None if added is None or added.at.statement < effect.at.statement else added.column

    def was_dropped(self, table: ObjectName, column: str) -> bool:
        """Whether this migration dropped an old column of that name."""
        return self._place(self.first_name(table), column) in self._dropped

    def is_primary_key(self, table: ObjectName, constraint: str) -> bool:
        """Whether the constraint is the table's old primary key."""
        old = self.old_table(table)
        return old is not None and old.primary_key is not None and old.primary_key.name == constraint

    def has_no_rows(self, table: ObjectName) -> bool:
        """Whether this migration made or emptied the table, so that it holds no rows but the migration's own."""
        notes = self._notes_of(table)
        return notes is not None and (notes.made or notes.emptied)

    def is_new_type(self, name: ObjectName) -> bool:
        """Whether this migration made the type."""
        return self.keys.of(name) in self._made_types

    def added(self, table: ObjectName, column: str) -> ColumnText | None:
        """The column as this migration added it; None where it was there before, or isn't known."""
        notes = self._notes_of(table)
        return None if notes is None else notes.added.get(self.keys.column(column))

    def is_backfilled(self, table: ObjectName, column: str) -> bool:
        """Whether an UPDATE of this migration gives the column a value in every row, or in those that have none."""
        notes = self._notes_of(table)
        return notes is not None and self.keys.column(column) in notes.backfilled

    def is_updated(self, table: ObjectName, column: str) -> bool:
        """Whether an UPDATE of this migration gives the column a value, perhaps not in every row."""
        notes = self._notes_of(table)
        return notes is not None and self.keys.column(column) in notes.updated

    def first_name(self, table: ObjectName) -> ObjectName:
        """The table's name before the migration, as the schema spells it where that is known."""
        notes = self._notes_of(table)
        name = table if notes is None or notes.first_name is None else notes.first_name
        old = self.old_table(table)
        return name if old is None else old.name

    def first_column(self, table: ObjectName, column: str) -> str:
        """The column's name before the migration."""
        notes = self._notes_of(table)
        return column if notes is None else notes.first_columns.get(self.keys.column(column), column)

    def old_table(self, table: ObjectName) -> Table | None:
        """The table before the migration; None where it wasn't there, or the schema isn't known."""
        notes = self._notes_of(table)
        if self.before is None or (notes is not None and notes.made):
            return None
        name = table if notes is None or notes.first_name is None else notes.first_name
        return self.before.get(self.keys.of(name))

    def old_column(self, table: ObjectName, column: str) -> Column | None:
        """The column before the migration; None where it wasn't there, or the schema isn't known."""
        old = self.old_table(table)
        return None if old is None else self._find(old, self.first_column(table, column))

    def new_column(self, table: ObjectName, column: str) -> Column | None:
        """The column after the migration, under the name that it has now."""
        new = None if self.after is None else self.after.get(self.keys.of(table))
        return None if new is None else self._find(new, column)

    def has_key(self, table: ObjectName, columns: Iterable[str]) -> bool:
        """Whether a unique key of old forbids duplicates in the columns already."""
        old = self.old_table(table)
        if old is None:
            return False
        wanted = {self.keys.column(self.first_column(table, column)) for column in columns}
        return any(key <= wanted for key in self._unique_keys(old))

    def users_of(self, name: ObjectName) -> tuple[tuple[ObjectName, str], ...] | None:
        """The old columns whose type is the enum and that weren't dropped; None where the schema isn't known."""
        if self.before is None:
            return None
        key = self.keys.of(name)
        return tuple(
            (table.name, column.name)
            for table in self.before.values()
            for column in table.columns
            if column.type.enum is not None
            and self.keys.of(column.type.enum) == key
            and (self.keys.of(table.name), self.keys.column(column.name)) not in self._dropped
        )

    def note(self, effect: Effect) -> None:
        """Go past a statement."""
        match effect:
            case CreatesTable():
                self._note_created(effect)
            case RenamesTable():
                self._note_renamed(effect)
            case RebuildsTable():
                self._note_rebuilt(effect)
            case DropsTable():
                self._note_dropped(effect)
            case AddsColumn():
                if not (effect.if_missing and self.old_column(effect.table, effect.column.name)):
                    self._noted(effect.table).added[self.keys.column(effect.column.name)] = effect.column
            case DropsColumn():
                self._note_dropped_column(effect)
            case RenamesColumn():
                self._note_renamed_column(effect)
            case UpdatesRows():
                only_nulls = None if effect.nulls_of is None else self.keys.column(effect.nulls_of)
                columns = {self.keys.column(column) for column in effect.columns}
                self._noted(effect.table).updated.update(columns)
                self._noted(effect.table).backfilled.update(c for c in columns if effect.every or c == only_nulls)
            case DeletesRows(every=True) | Truncates():
                self._noted(effect.table).emptied = True
            case CreatesType():
                self._made_types.add(self.keys.of(effect.name))
            case _:
                pass

    def _place(self, table: ObjectName, column: str) -> tuple[ObjectName, str]:
        return self.keys.of(table), self.keys.column(column)

    def _notes_of(self, table: ObjectName) -> _Notes | None:
        return self._notes.get(self.keys.of(table))

    def _noted(self, table: ObjectName) -> _Notes:
        return self._notes.setdefault(self.keys.of(table), _Notes())

    def _note_created(self, effect: CreatesTable) -> None:
        key = self.keys.of(effect.table)
        if not (effect.if_missing and self.before is not None and key in self.before):
            self._notes[key] = _Notes(made=True)

    def _note_renamed(self, effect: RenamesTable) -> None:
        notes = self._notes.pop(self.keys.of(effect.table), None) or _Notes()
        notes.first_name = notes.first_name or effect.table
        self._notes[self.keys.of(ObjectName(effect.new_name, effect.table.namespace))] = notes

    def _note_rebuilt(self, effect: RebuildsTable) -> None:
        if effect.copy is not None and effect.copy.columns is None:
            return
        copied = {self.keys.column(one.target): one for one in (effect.copy.columns or () if effect.copy else ())}
        old = self.old_table(effect.table)
        notes = self._noted(effect.table)
        for column in effect.new.columns:
            key = self.keys.column(column.name)
            source = copied.get(key)
            if source is None:
                notes.added[key] = column
            elif source.plain and source.reads and self.keys.column(source.reads[0]) != key:
                notes.first_columns[key] = self.first_column(effect.table, source.reads[0])
            elif not source.plain and old is not None and self._find(old, column.name) is None:
                notes.added[key] = replace(column, filled=True)

    def _note_dropped(self, effect: DropsTable) -> None:
        old = self.old_table(effect.table)
        if old is not None:
            self._dropped.update((self.keys.of(old.name), self.keys.column(column.name)) for column in old.columns)
        self._notes.pop(self.keys.of(effect.table), None)

    def _note_dropped_column(self, effect: DropsColumn) -> None:
        if self.added(effect.table, effect.column) is None:
            first = self.first_column(effect.table, effect.column)
            self._dropped.add(self._place(self.first_name(effect.table), first))
        notes = self._noted(effect.table)
        key = self.keys.column(effect.column)
        notes.added.pop(key, None)
        notes.backfilled.discard(key)

    def _note_renamed_column(self, effect: RenamesColumn) -> None:
        notes = self._noted(effect.table)
        old_key, new_key = self.keys.column(effect.column), self.keys.column(effect.new_name)
        added = notes.added.pop(old_key, None)
        if added is None:
            notes.first_columns[new_key] = notes.first_columns.pop(old_key, effect.column)
        else:
            notes.added[new_key] = added
        for columns in (notes.backfilled, notes.updated):
            if old_key in columns:
                columns.add(new_key)

    def _find(self, table: Table, name: str) -> Column | None:
        wanted = self.keys.column(name)
        return next((column for column in table.columns if self.keys.column(column.name) == wanted), None)

    def _unique_keys(self, table: Table) -> list[frozenset[str]]:
        found = [table.primary_key.columns] if table.primary_key is not None else []
        found.extend(i.columns for i in table.indexes if i.kind is IndexKind.UNIQUE and i.predicate is None)
        return [
            frozenset(self.keys.column(part.name) for part in parts)
            for parts in found
            if all(part.expression is None for part in parts)
        ]


def standing_before(before: Schema | None, after: Schema | None, keys: NameKeys) -> Standing:
    """Where the walk begins."""
    return Standing(
        keys,
        None if before is None else _by_key(before, keys),
        None if after is None else _by_key(after, keys),
        {} if before is None else {keys.of(enum.name): enum for enum in before.enums},
    )


def _by_key(schema: Schema, keys: NameKeys) -> dict[ObjectName, Table]:
    return {keys.of(table.name): table for table in schema.tables}
