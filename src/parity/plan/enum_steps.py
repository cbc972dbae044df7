"""Altered enums, with the columns that have to move from the old type to the new one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from msgspec.structs import replace

from parity.diff.mentions import check_reads, conditions_read, index_reads
from parity.diff.partitions import parents_first
from parity.plan.context import Altered, Planning, type_changes
from parity.schema.changes import AddCheck, AlterEnum, DropCheck, DropColumn
from parity.schema.model import Column, Origin, Table
from parity.schema.steps import AlterEnumStep, AlterTable, CreateIndex, EnumUse, RemoveIndex, Step
from parity.schema.types import Default, ListLiteral, Literal, ObjectName


def alter_enums(planning: Planning) -> Iterator[AlterEnumStep]:
    """A step for each enum whose values change."""
    altered = [change for change in planning.changes if isinstance(change, AlterEnum)]
    if not altered:
        return
    uses = _uses(planning)
    places = {table.name: place for place, table in enumerate(parents_first(planning.old.tables))}
    for change in altered:
        stale = tuple(_stale_defaults(change, planning)) if planning.dialect.capabilities.drops_enum_values else ()
        used = tuple(uses.get(change.old.name, ()))
        used_defaults = _defaults(used, places)
        says_public = planning.old.says_public
        yield AlterEnumStep(change.old, change.new, used, used_defaults, stale, says_public=says_public)


def _defaults(uses: Sequence[EnumUse], places: Mapping[ObjectName, int]) -> tuple[EnumUse, ...]:
    """Those with a default. A parent's is given to its heirs, too, and one that has none itself must lose it again."""
    given = {use.old_column.name for use in uses if use.old_column.default is not None}
    found = (
        use for use in uses if use.old_column.default is not None or (use.inherited and use.old_column.name in given)
    )
    return tuple(sorted(found, key=lambda use: (places[use.table.name], use.old_column.name)))


def _stale_defaults(change: AlterEnum, planning: Planning) -> Iterator[tuple[Table, Column]]:
    """Columns whose default names a value that goes, in the engine's order.

    Those of dropped tables come first; of a table that stays, dropped columns do, and its columns stand by name.
    """
    gone = frozenset(change.old.values).difference(change.new.values)

    def place(table: Table, column: Column) -> tuple[object, ...]:
        new = planning.new_tables.get(table.name)
        number = planning.old_places[table.name]
        return (0, number) if new is None else (1, number, new.column(column.name) is not None, column.name)

    found = (
        (table, column)
        for table in planning.old.tables
        for column in table.columns
        if column.type.enum == change.old.name and _names_any(column.default, gone)
    )
    yield from sorted(found, key=lambda pair: place(*pair))


def _names_any(default: Default | None, values: frozenset[str]) -> bool:
    match default:
        case Literal(value=value):
            return value in values
        case ListLiteral(items=items):
            return any(item.value in values for item in items)
        case _:
            return False


def _uses(planning: Planning) -> dict[ObjectName, list[EnumUse]]:
    """The columns that have an enum type and stay. Those of dropped tables and columns are gone by then."""
    found: dict[ObjectName, list[EnumUse]] = {}
    for table in planning.new.tables:
        old = planning.old_tables.get(table.name)
        if old is None:
            continue
        before = {column.name: column for column in old.columns}
        for column in table.columns:
            previous = before.get(column.name)
            if previous is None or previous.type.enum is None:
                continue
            if previous.generated and column.generated and previous.type.enum in planning.shrinking:
                continue  # It is computed anew.
            if previous.type.enum != column.type.enum:
                # It leaves the type, whose values don't matter to it any more: as text it can't stop the change.
                moved = replace(previous, type=planning.dialect.types.column_type("String", None), default=None)
            elif type_changes(previous, column):
                # It is made anew later; until then it moves as it is.
                moved = replace(previous, default=None)
            else:
                moved = column
            use = EnumUse(table, previous, moved, inherited=previous.origin is not Origin.OWN)
            found.setdefault(previous.type.enum, []).append(use)
    return found


def drops_before_enums(altered: Altered, shrinking: frozenset[ObjectName]) -> tuple[AlterTable | None, Altered]:
    """Dropped columns whose enum loses values, as a step of their own; and what is left of the table's changes."""
    early = tuple(
        change for change in altered.changes if isinstance(change, DropColumn) and change.column.type.enum in shrinking
    )
    if not early:
        return None, altered
    rest = tuple(change for change in altered.changes if change not in early)
    return AlterTable(altered.old, altered.new, early), replace(altered, changes=rest)


def remade_around_enums(planning: Planning) -> Iterator[Step]:
    """Conditions that stay, over a column whose enum gets a new type: compiled for the old one, they are made anew."""
    shrinking = planning.shrinking
    if not shrinking:
        return
    for new in planning.new.tables:
        old = planning.old_tables.get(new.name)
        columns = () if old is None else tuple(c.name for c in old.columns if c.type.enum in shrinking)
        if old is not None and columns:
            yield from _remade_conditions(old, new, columns, planning.recreated_columns(new.name))


def _remade_conditions(old: Table, new: Table, columns: tuple[str, ...], recreated: frozenset[str]) -> Iterator[Step]:
    """What goes with a column that is made anew comes again with that."""
    for check in new.checks:
        if check in old.checks and check_reads(check, columns):
            yield AlterTable(old, new, (DropCheck(old, new, check),))
            if not check_reads(check, recreated):
                yield AlterTable(old, new, (AddCheck(old, new, check),))
    before = {index.name: index for index in old.indexes}
    for index in new.indexes:
        if before.get(index.name) == index and conditions_read(index, columns):
            yield RemoveIndex(old, before[index.name])
            if not index_reads(index, recreated):
                yield CreateIndex(new, index)
