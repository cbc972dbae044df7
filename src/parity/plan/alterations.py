"""Tables that are altered in place: one ALTER TABLE, the indexes and the foreign keys around it."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec.structs import replace

from parity.diff.columns import same_default
from parity.diff.mentions import check_reads, index_reads
from parity.plan.context import Altered, Planning, only_renumbers, renumbers
from parity.plan.heirs import heirs_that_keep
from parity.schema.changes import (
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
from parity.schema.model import Index
from parity.schema.steps import (
    AlterTable,
    AlterTablePart,
    ChangePrimaryKey,
    ChangeSequence,
    ChangeTraits,
    ConvertColumn,
    CreateForeignKey,
    CreateIndex,
    RecreateColumn,
    RemoveForeignKey,
    RemoveIndex,
    RenameForeignKeyStep,
    RenameIndexStep,
    RestoreColumn,
    Step,
)
from parity.schema.types import AutoIncrement, Expression, ObjectName, Sequence


def alter_in_place(altered: Altered, planning: Planning) -> Iterator[Step]:
    """The steps of one table, in no particular order."""
    parts = tuple(_parts(altered, planning))
    hanging = _hanging(altered, planning)
    if parts or hanging:
        was_numbered = any(isinstance(change.old_column.default, AutoIncrement) for change in altered.altered_columns)
        any_numbered = was_numbered and planning.any_numbered
        heirs = heirs_that_keep(planning, altered.new.name, planning.recreated_here(altered))
        yield AlterTable(altered.old, altered.new, parts, any_numbered, hanging, heirs)
    yield from _index_steps(altered, planning)
    for change in altered.changes:
        match change:
            case DropForeignKey(old=old, foreign_key=key):
                yield RemoveForeignKey(old, key)
            case AddForeignKey(new=new, foreign_key=key):
                yield CreateForeignKey(new, key)
            case RenameForeignKey(new=new, old_key=before, new_key=after):
                yield RenameForeignKeyStep(new, before, after)
            case AlterTraits(old=old, new=new):
                yield ChangeTraits(old, new)
            case AlterPrimaryKey(old=old, new=new) if planning.dialect.capabilities.alters_primary_keys:
                yield ChangePrimaryKey(old, new)
            case AlterColumn(old=old, old_column=before, new_column=after) if renumbers(before, after):
                yield ChangeSequence(old, before, after)
            case _:
                pass


def make_way(altered: Altered, planning: Planning) -> Iterator[AlterTable]:
    """The generated columns that must be gone before what they read changes elsewhere, as a step of their own."""
    going = planning.makes_way(altered)
    if going:
        old, new = altered.old, altered.new
        heirs = heirs_that_keep(planning, new.name, [column.name for column in going])
        yield AlterTable(old, new, tuple(DropColumn(old, new, column) for column in going), heirs=heirs, ahead=True)


def _hanging(altered: Altered, planning: Planning) -> tuple[str, ...]:
    """What hangs on the indexes and statistics over columns that get another type, and that stay with them."""
    name = altered.new.name
    recreated = planning.recreated_columns(name)
    retyped = (planning.retyped_columns(name) | planning.moved.get(name, frozenset())) - recreated
    if not retyped:
        return ()
    before = {index.name for index in altered.old.indexes}
    dropped = {change.index.name for change in altered.changes if isinstance(change, DropIndex)}
    found = [
        index.belongings
        for index in altered.new.indexes
        if index.name in before - dropped and index_reads(index, retyped) and not index_reads(index, recreated)
    ]
    for opaque in planning.statistics.get(altered.old.name, ()):
        columns = {ref.column for ref in opaque.depends_on if ref.name == altered.old.name}
        if columns & retyped and not columns & recreated:
            found.append(opaque.belongings)
    return tuple(text for belongings in found for text in belongings)


def _parts(altered: Altered, planning: Planning) -> Iterator[AlterTablePart]:
    """What one ALTER TABLE holds: keys and checks go first and come last, columns are between them."""
    changes = altered.changes
    yield from (change for change in changes if isinstance(change, RenameColumn))
    yield from _dropped_keys(altered, planning)
    yield from (change for change in changes if isinstance(change, DropCheck))
    yield from _columns(altered, planning)
    yield from _added_keys(altered, planning)
    yield from (change for change in changes if isinstance(change, AddCheck))
    yield from _lost_checks(altered, planning)


def _columns(altered: Altered, planning: Planning) -> Iterator[AlterTablePart]:
    """The columns. What is generated goes or stops being so before the columns that it reads, and comes after them."""
    changes = altered.changes
    regenerated = planning.regenerated_columns(altered)
    again = {column.name for _, column in regenerated}
    ahead = planning.makes_way(altered)
    freed = [c for c in altered.altered_columns if c.old_column.generated and not c.new_column.generated]
    dropped = [change for change in changes if isinstance(change, DropColumn)]
    added = [change for change in changes if isinstance(change, AddColumn)]
    yield from (_altered(change, planning) for change in freed)
    yield from (DropColumn(altered.old, altered.new, old) for old, _ in regenerated if old not in ahead)
    yield from sorted(dropped, key=lambda change: change.column.generated is None)
    yield from (change for change in added if change.column.generated is None)
    for change in altered.altered_columns:
        renumbered = only_renumbers(change.old_column, change.new_column)
        if change not in freed and change.new_column.name not in again and not renumbered:
            yield _altered(change, planning)
    yield from (change for change in added if change.column.generated is not None)
    yield from (AddColumn(altered.old, altered.new, new, old) for old, new in regenerated)
    yield from _restored(altered, planning)


def _restored(altered: Altered, planning: Planning) -> Iterator[RestoreColumn]:
    """Columns that came anew with a parent's, or got another type with it, of which something hung here."""
    name = altered.new.name
    remade, moved = planning.remade.get(name, {}), planning.moved.get(name, frozenset())
    before = {column.name: column for column in planning.old_tables[name].columns}
    for column in altered.new.columns:
        previous = before.get(column.name)
        if previous is None or (previous.comment is None and not previous.belongings):
            continue
        if column.name in remade:
            yield RestoreColumn(altered.old, altered.new, previous, column)
        elif column.name in moved and previous.belongings:
            yield RestoreColumn(altered.old, altered.new, previous, column, in_place=True)


def _altered(change: AlterColumn, planning: Planning) -> AlterColumn | RecreateColumn | ConvertColumn:
    if planning.recreates(change):
        return RecreateColumn(change.old, change.new, change.old_column, change.new_column)
    using = planning.conversion(change)
    if using is not None:
        return ConvertColumn(change.old, change.new, change.old_column, change.new_column, using)
    return _without_claims(change)


def _without_claims(change: AlterColumn) -> AlterColumn:
    """Without a default that means the same as the old one, or claims nothing, so that no statement is made of it."""
    before, after = change.old_column, change.new_column
    numbered = isinstance(before.default, AutoIncrement | Sequence)
    if numbered or not isinstance(after.default, Expression) or not same_default(before.default, after.default):
        return change
    return AlterColumn(change.old, change.new, before, replace(after, default=before.default))


def _dropped_keys(altered: Altered, planning: Planning) -> Iterator[AlterTablePart]:
    for change in altered.changes:
        match change:
            case DropPrimaryKey():
                yield change
            case AlterPrimaryKey(old=old, new=new, old_key=key) if (
                not planning.dialect.capabilities.alters_primary_keys
            ):
                yield DropPrimaryKey(old, new, key)
            case RenamePrimaryKey() if not key_is_remade(altered, planning):
                yield change
            case _:
                pass
    if key_is_remade(altered, planning) and altered.old.primary_key is not None:
        yield DropPrimaryKey(altered.old, altered.new, altered.old.primary_key)


def _added_keys(altered: Altered, planning: Planning) -> Iterator[AlterTablePart]:
    for change in altered.changes:
        match change:
            case AddPrimaryKey():
                yield change
            case AlterPrimaryKey(old=old, new=new, new_key=key) if (
                not planning.dialect.capabilities.alters_primary_keys
            ):
                yield AddPrimaryKey(old, new, key)
            case _:
                pass
    if altered.new.primary_key is not None and (key_is_remade(altered, planning) or _key_went(altered, planning)):
        yield AddPrimaryKey(altered.old, altered.new, altered.new.primary_key)


def _key_went(altered: Altered, planning: Planning) -> bool:
    """Whether a primary key that stays went with a parent's column."""
    remade = planning.remade.get(altered.new.name, {})
    if altered.old.primary_key is None or any(isinstance(c, AddPrimaryKey | AlterPrimaryKey) for c in altered.changes):
        return False
    return any(column.name in remade for column in altered.old.primary_key.columns)


def key_is_remade(altered: Altered, planning: Planning) -> bool:
    """Whether a primary key that stays the same is dropped and added, because a column of it changes its type."""
    key = altered.new.primary_key
    if planning.dialect.capabilities.alters_primary_keys:
        return False
    if key is None or any(isinstance(c, AddPrimaryKey | AlterPrimaryKey) for c in altered.changes):
        return False
    retyped = planning.retyped_columns(altered.new.name) | planning.recreated_here(altered)
    remade = planning.remade.get(altered.new.name, {})
    return any(column.name in retyped and column.name not in remade for column in key.columns)


def _lost_checks(altered: Altered, planning: Planning) -> Iterator[AlterTablePart]:
    """Checks that stay, and that go with a column that is dropped and added again."""
    recreated = planning.recreated_columns(altered.new.name)
    if not recreated:
        return
    added = {change.check for change in altered.changes if isinstance(change, AddCheck)}
    for check in altered.new.checks:
        if check not in added and check_reads(check, recreated):
            yield AddCheck(altered.old, altered.new, check)


def _index_steps(altered: Altered, planning: Planning) -> Iterator[Step]:
    recreated = planning.recreated_columns(altered.new.name)
    renamed = {c.new_index.name: c for c in altered.changes if isinstance(c, RenameIndex)}
    added = {c.index.name for c in altered.changes if isinstance(c, AddIndex)}
    for change in altered.changes:
        if isinstance(change, DropIndex):
            yield RemoveIndex(altered.old, change.index)
        elif isinstance(change, AddIndex):
            yield CreateIndex(altered.new, change.index, may_exist=_is_old_key(change.index, altered, planning))
    for index in altered.new.indexes:
        if index.name in added:
            continue
        if index_reads(index, recreated):
            yield CreateIndex(altered.new, index, again=True)
        elif index.name in renamed:
            change = renamed[index.name]
            yield RenameIndexStep(altered.new, change.old_index, change.new_index)


def _is_old_key(index: Index, altered: Altered, planning: Planning) -> bool:
    """Whether the index is what the database may leave of a key that gives way to another in one statement."""
    if not (planning.dialect.capabilities.alters_primary_keys and index.is_unique):
        return False
    return any(
        isinstance(change, AlterPrimaryKey)
        and change.old_key.seen
        and tuple(part.name for part in change.old_key.columns) == tuple(part.name for part in index.columns)
        for change in altered.changes
    )


def remade_foreign_keys(planning: Planning, rebuilt: frozenset[ObjectName]) -> Iterator[Step]:
    """Foreign keys that stay, but must be dropped and added around a change beneath them.

    That is: a column of theirs changes its type, the column that they point at is dropped and added again, the key
    that vouches for it is dropped, or the table that they point at is rebuilt. Those of rebuilt tables come with them.
    """
    gone = {name: _dropped_unique_columns(altered, planning) for name, altered in planning.altered.items()}
    for table in planning.new.tables:
        old = planning.old_tables.get(table.name)
        if old is None or table.name in rebuilt:
            continue
        touched = planning.altered.get(table.name)
        changed: set[str | None] = set()
        if touched is not None:
            changed = {c.foreign_key.name for c in touched.changes if isinstance(c, AddForeignKey)}
        retyped = planning.retyped_columns(table.name) | planning.recreated_columns(table.name)
        retyped |= planning.moved.get(table.name, frozenset())
        if planning.shrinking:
            retyped |= {column.name for column in old.columns if column.type.enum in planning.shrinking}
        before = {(key.columns, key.referenced_table): key for key in old.foreign_keys}
        for key in table.foreign_keys:
            previous = before.get((key.columns, key.referenced_table))
            if previous is None or key.name in changed:
                continue
            recreated = planning.recreated_columns(key.referenced_table)
            if (
                key.referenced_table in rebuilt
                or retyped.intersection(key.columns)
                or recreated.intersection(key.referenced_columns)
                or frozenset(key.referenced_columns) in gone.get(key.referenced_table, ())
            ):
                yield RemoveForeignKey(old, previous)
                yield CreateForeignKey(table, key)


def _dropped_unique_columns(altered: Altered, planning: Planning) -> set[frozenset[str]]:
    """The sets of columns whose primary key or unique index is dropped (and perhaps made again)."""
    found: set[frozenset[str]] = set()
    for change in altered.changes:
        match change:
            case DropPrimaryKey(primary_key=key):
                found.add(frozenset(column.name for column in key.columns))
            case AlterPrimaryKey(old_key=key) if not planning.dialect.capabilities.alters_primary_keys:
                found.add(frozenset(column.name for column in key.columns))
            case DropIndex(index=index) if index.is_unique:
                unique = frozenset(column.name for column in index.columns)
                if not _key_vouches(altered, unique):
                    found.add(unique)
            case _:
                pass
    if key_is_remade(altered, planning) and altered.old.primary_key is not None:
        found.add(frozenset(column.name for column in altered.old.primary_key.columns))
    return found


def _key_vouches(altered: Altered, columns: frozenset[str]) -> bool:
    """Whether the old primary key, which is older than any index, is on the same columns: foreign keys chose that."""
    key = altered.old.primary_key
    return key is not None and frozenset(column.name for column in key.columns) == columns
