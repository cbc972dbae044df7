"""Changes into a plan: steps in the order in which they run, each with its hazards.

What isn't a change by itself, but follows from one, is found here: keys and indexes that go with a column that is made
anew, foreign keys around a type change, whole tables that have to be rebuilt, views that have to step aside.

Prisma's engine writes SQL that the server refuses in some of these cases; there the plan differs on purpose:

- a primary key that changes its columns and its name is dropped and added, not renamed as well;
- an index that goes with a dropped column isn't renamed as well;
- an enum that loses values moves only columns that exist; what goes away with a dropped table or column goes before;
- a foreign key that a dropped key vouches for is dropped before it and added after it;
- another version of an extension is an update, not a drop.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.dialects.base import Dialect
from parity.plan.alterations import alter_in_place, make_way, remade_foreign_keys
from parity.plan.context import Altered, Conversions, Planning, planning
from parity.plan.enum_steps import alter_enums, drops_before_enums, remade_around_enums
from parity.plan.hazards import hazards_of
from parity.plan.heirs import with_heirs, without_inherited
from parity.plan.opaques import opaque_steps
from parity.plan.order import in_order
from parity.plan.rebuilds import must_rebuild, redefine
from parity.schema.changes import (
    AddEnum,
    AddExtension,
    AddNamespace,
    AddTable,
    AlterComment,
    AlterExtension,
    Change,
    DropEnum,
    DropExtension,
    DropNamespace,
    DropTable,
    RenameTable,
)
from parity.schema.model import Schema, Table
from parity.schema.steps import (
    CreateEnum,
    CreateExtension,
    CreateForeignKey,
    CreateIndex,
    CreateNamespace,
    CreateTable,
    Plan,
    PlannedStep,
    RemoveEnum,
    RemoveExtension,
    RemoveForeignKey,
    RemoveIndex,
    RemoveNamespace,
    RemoveTable,
    RenameForeignKeyStep,
    RenameTableStep,
    SetComment,
    Step,
    UpdateExtension,
)


def build_plan(
    changes: Sequence[Change], old: Schema, new: Schema, dialect: Dialect, conversions: Conversions | None = None
) -> Plan:
    """The steps that make `new` of `old`, for the changes that `diff` found between them.

    With `conversions`, these columns change their type in place where the engine would drop them and make them anew.
    """
    context = with_heirs(planning(changes, old, new, dialect, conversions or {}))
    steps = in_order(tuple(_steps(context)), context)
    return Plan(tuple(PlannedStep(step, tuple(hazards_of(step, context))) for step in steps))


def _steps(context: Planning) -> Iterator[Step]:
    rebuilt: list[Altered] = []
    in_place: list[Altered] = []
    for altered in context.altered.values():
        (rebuilt if must_rebuild(altered, context) else in_place).append(altered)
    for change in context.changes:
        yield from _object_steps(change, context, rebuilds=bool(rebuilt))
    yield from _new_tables([change.table for change in context.changes if isinstance(change, AddTable)], context)
    yield from alter_enums(context)
    yield from remade_around_enums(context)
    yield from opaque_steps(context)
    remade = _remade(context, rebuilt)
    again = frozenset(id(step.foreign_key) for step in remade if isinstance(step, CreateForeignKey))
    for altered in in_place:
        early, rest = drops_before_enums(altered, context.shrinking)
        if early is not None:
            yield early
        yield from make_way(altered, context)
        yield from (step for step in alter_in_place(rest, context) if not _renames(step, again))
    yield from remade
    if rebuilt:
        yield redefine(rebuilt, context)


def _remade(context: Planning, rebuilt: Sequence[Altered]) -> tuple[Step, ...]:
    if context.dialect.capabilities.inline_foreign_keys:
        return ()
    return tuple(remade_foreign_keys(context, frozenset(altered.new.name for altered in rebuilt)))


def _renames(step: Step, again: frozenset[int]) -> bool:
    """Whether the step renames a foreign key that is made again, under its new name. `again` are their identities."""
    return isinstance(step, RenameForeignKeyStep) and id(step.new) in again


def _object_steps(change: Change, context: Planning, *, rebuilds: bool) -> Iterator[Step]:
    match change:
        case AddNamespace(name):
            yield CreateNamespace(name)
        case DropNamespace(name):
            yield RemoveNamespace(name)
        case AddExtension(extension):
            yield CreateExtension(extension)
        case AlterExtension(before, after):
            yield UpdateExtension(before, after)
        case DropExtension(extension):
            yield RemoveExtension(extension)
        case AddEnum(enum):
            yield CreateEnum(enum)
        case DropEnum(enum):
            yield RemoveEnum(enum)
        case DropTable(table):
            yield from _gone_table(table, context, rebuilds=rebuilds)
        case RenameTable(before, after):
            yield RenameTableStep(before, after)
        case AlterComment(table, column, _, text):
            yield SetComment(table, column, text)
        case _:
            pass


def _new_tables(tables: Sequence[Table], context: Planning) -> Iterator[Step]:
    without = without_inherited(tables)
    for table in tables:
        own = without.get(table.name, table)
        yield CreateTable(own)
        names = {column.name for column in own.columns} if own is not table else ()
        for column in table.columns if own is not table else ():
            if column.name not in names and column.comment is not None:
                yield SetComment(table, column.name, column.comment)
        yield from _beside_new_table(table, context)


def _beside_new_table(table: Table, context: Planning) -> Iterator[Step]:
    # What an index can't say by itself is inside.
    yield from (CreateIndex(table, index) for index in table.indexes if index.conflict is None)
    if not context.dialect.capabilities.inline_foreign_keys:
        yield from (CreateForeignKey(table, key) for key in table.foreign_keys)


def _gone_table(table: Table, context: Planning, *, rebuilds: bool) -> Iterator[Step]:
    yield RemoveTable(table)
    if not context.dialect.capabilities.inline_foreign_keys:
        yield from (RemoveForeignKey(table, key) for key in table.foreign_keys)
    elif rebuilds:
        # Their names may be needed by a table that is rebuilt.
        yield from (RemoveIndex(table, index) for index in table.indexes if not index.constraint)
