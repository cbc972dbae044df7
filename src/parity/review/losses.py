"""Which statements of a migration can lose data, or fail on the rows that are there.

Each finding carries the question whose answer tells whether it is real on one database; asking is the caller's part.
Tables that the same migration makes hold no rows yet and give no findings. With the schemas before and after at hand,
findings are exact; without them, what may lose something is named.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from parity.dialects.base import Dialect
from parity.review import hazards
from parity.review.effects import (
    AddsColumn,
    AddsConstraint,
    AltersColumn,
    ColumnChange,
    ConstraintKind,
    CreatesIndex,
    DeletesRows,
    DropsColumn,
    DropsConstraint,
    DropsObject,
    DropsTable,
    DropsType,
    DropsTypeValue,
    Effect,
    Place,
    RebuildsTable,
    ReplacesType,
    Truncates,
    UpdatesRows,
)
from parity.review.gone_objects import lost_objects
from parity.review.names import name_keys
from parity.review.rebuild_losses import lost_by_rebuild, type_change
from parity.review.standing import Standing, standing_before
from parity.schema import hazards as catalogue
from parity.schema.model import Schema
from parity.schema.steps import Hazard, ValueCount
from parity.schema.types import Arity, ObjectName


class StatementHazard(Struct, frozen=True):
    """A hazard of one statement: its 0-based number in the file, and its 1-based line."""

    statement: int
    line: int
    hazard: Hazard


def find_hazards(
    effects: Sequence[Effect], before: Schema | None, dialect: Dialect, after: Schema | None = None
) -> tuple[StatementHazard, ...]:
    """The hazards of a migration, in the order of its statements.

    `before` and `after` are the schemas that the history makes without and with it, None where they aren't known.
    """
    standing = standing_before(before, after, name_keys(dialect.capabilities))
    standing.expect(effects)
    found: list[StatementHazard] = []
    for effect in effects:
        for place, hazard in _hazards_of(effect, standing, dialect):
            found.append(StatementHazard(place.statement, place.line, hazard))
        standing.note(effect)
    if before is not None and after is not None:
        for place, hazard in lost_objects(effects, before, after, standing.keys):
            found.append(StatementHazard(place.statement, place.line, hazard))
    return tuple(sorted(found, key=lambda one: one.statement))


_Found = Iterator[tuple[Place, Hazard]]


def _hazards_of(effect: Effect, standing: Standing, dialect: Dialect) -> _Found:
    match effect:
        case ReplacesType():
            yield from _replaced_type(effect, standing)
        case DropsTypeValue() if not standing.is_new_type(effect.name):
            for hazard in _dropped_value(effect, standing):
                yield effect.at, hazard
        case DropsType() if not standing.is_new_type(effect.name):
            for hazard in _dropped_type(effect, standing):
                yield effect.at, hazard
        case DropsObject():
            for hazard in _dropped_object(effect, standing):
                yield effect.at, hazard
        case (
            AddsColumn()
            | AddsConstraint()
            | AltersColumn()
            | CreatesIndex()
            | DeletesRows()
            | DropsColumn()
            | DropsConstraint()
            | DropsTable()
            | RebuildsTable()
            | Truncates()
            | UpdatesRows()
        ) if not standing.has_no_rows(effect.table):
            for hazard in _hazards_of_table(effect, standing, dialect):
                yield effect.at, hazard
        case _:
            # What is made, renamed, loosened or only read loses nothing.
            pass


_TableEffect = (
    AddsColumn
    | AddsConstraint
    | AltersColumn
    | CreatesIndex
    | DeletesRows
    | DropsColumn
    | DropsConstraint
    | DropsTable
    | RebuildsTable
    | Truncates
    | UpdatesRows
)


def _hazards_of_table(effect: _TableEffect, standing: Standing, dialect: Dialect) -> Iterator[Hazard]:
    table = standing.first_name(effect.table)
    match effect:
        case DropsTable():
            yield catalogue.drop_table(table)
        case Truncates():
            yield hazards.empty_table(table, "TRUNCATE", "truncate")
        case DeletesRows(every=True):
            yield hazards.empty_table(table, "DELETE without WHERE", "delete_all")
        case UpdatesRows(every=True):
            if not effect.columns or any(standing.added(effect.table, column) is None for column in effect.columns):
                yield hazards.overwrite_rows(table, effect.columns)
        case DropsColumn():
            if standing.added(effect.table, effect.column) is None:
                yield from _dropped_column(effect, standing)
        case AddsColumn():
            yield from _added_column(effect, standing)
        case DropsConstraint() if standing.is_primary_key(effect.table, effect.name):
            yield catalogue.primary_key(table)
        case AltersColumn(change=ColumnChange.SET_NOT_NULL):
            yield from _not_null(effect.table, effect.column, standing)
        case AltersColumn(change=ColumnChange.TYPE) if standing.added(effect.table, effect.column) is None:
            yield from type_change(effect.table, effect.column, effect.column, effect.type, standing, dialect)
        case AddsConstraint(constraint=ConstraintKind.PRIMARY_KEY, index=None):
            for column in effect.columns:
                if standing.before is not None:
                    yield from _not_null(effect.table, column, standing)
            yield from _unique(effect.table, effect.columns, standing, key=True)
        case AddsConstraint(constraint=ConstraintKind.UNIQUE, index=None):
            yield from _unique(effect.table, effect.columns, standing)
        case CreatesIndex(unique=True):
            if effect.expressions:
                yield hazards.unique_on_unknown(table, "an expression")
            else:
                yield from _unique(effect.table, effect.columns, standing)
        case RebuildsTable():
            yield from lost_by_rebuild(effect, standing, dialect)
        case _:
            pass


def _dropped_column(effect: DropsColumn, standing: Standing) -> Iterator[Hazard]:
    """A column goes; perhaps to come again with another type."""
    table, column = standing.first_name(effect.table), standing.first_column(effect.table, effect.column)
    again, old = standing.comes_again(effect), standing.old_column(effect.table, effect.column)
    if again is None:
        yield catalogue.drop_column(table, column)
    elif again.filled or not again.required:
        yield catalogue.recreate_column(table, column)
    elif old is None or old.is_required:
        yield catalogue.recreate_required_column(table, column)
    # Else it holds nothing yet, or it can't be added.


def _added_column(effect: AddsColumn, standing: Standing) -> Iterator[Hazard]:
    column = effect.column
    if effect.if_missing and standing.old_column(effect.table, column.name) is not None:
        return
    table = standing.first_name(effect.table)
    if column.required and not column.filled:
        old = standing.old_column(effect.table, column.name)
        if not standing.was_dropped(effect.table, column.name) or (old is not None and not old.is_required):
            yield catalogue.required_column(table, column.name)
    elif column.unique and column.filled and not column.numbered:
        yield hazards.unique_on_unknown(table, f"the new column {column.name}")


def _not_null(table: ObjectName, column: str, standing: Standing) -> Iterator[Hazard]:
    if standing.is_backfilled(table, column):
        return
    first = standing.first_name(table)
    added = standing.added(table, column)
    if added is not None:
        if not added.filled and not added.required:
            yield hazards.not_null_on_new_column(first, column, updated=standing.is_updated(table, column))
        return
    old = standing.old_column(table, column)
    if old is None or old.arity is Arity.NULLABLE or (old.arity is Arity.LIST and not old.list_not_null):
        yield catalogue.not_null(first, standing.first_column(table, column))


def _unique(table: ObjectName, columns: tuple[str, ...], standing: Standing, *, key: bool = False) -> Iterator[Hazard]:
    first = standing.first_name(table)
    added = [(column, standing.added(table, column)) for column in columns]
    if any(new is not None and new.numbered for _, new in added):
        return
    empty = any(
        new is not None and not new.filled and not standing.is_backfilled(table, column) for column, new in added
    )
    if empty and not key:
        return  # Nothing but NULL in one of the columns: NULLs don't count as the same.
    if any(new is not None for _, new in added):
        yield hazards.unique_on_unknown(first, ", ".join(columns), key=key)
    elif not standing.has_key(table, columns):
        names = tuple(standing.first_column(table, column) for column in columns)
        yield catalogue.primary_key_on(first, names) if key else catalogue.unique(first, names)


def _replaced_type(effect: ReplacesType, standing: Standing) -> _Found:
    old = standing.enums.get(standing.keys.of(effect.name))
    removed = () if old is None else tuple(value for value in old.values if value not in effect.values)
    if old is not None and not removed:
        return
    for altered in effect.columns:
        if standing.has_no_rows(altered.table) or standing.added(altered.table, altered.column) is not None:
            continue
        table = standing.first_name(altered.table)
        column = standing.first_column(altered.table, altered.column)
        known = standing.old_column(altered.table, altered.column)
        if not removed or (known is not None and known.arity is Arity.LIST):
            yield altered.at, hazards.replace_enum(table, column, effect.name)
        else:
            question = ValueCount(table, column, removed)
            yield altered.at, catalogue.drop_enum_values(effect.name, removed, table, column, question)


def _dropped_value(effect: DropsTypeValue, standing: Standing) -> Iterator[Hazard]:
    users, value = standing.users_of(effect.name), (effect.value,)
    if not users:
        if users is None:
            yield catalogue.drop_enum_values(effect.name, value)
        return
    for table, column in users:
        known = standing.old_column(table, column)
        counted = known is not None and known.arity is not Arity.LIST
        question = ValueCount(table, column, value) if counted else None
        yield catalogue.drop_enum_values(effect.name, value, table, column, question)


def _dropped_type(effect: DropsType, standing: Standing) -> Iterator[Hazard]:
    users = standing.users_of(effect.name)
    if users is None or (standing.keys.of(effect.name) not in standing.enums and effect.cascade):
        yield hazards.drop_type(effect.name, cascade=effect.cascade)
    elif effect.cascade:
        for table, column in users:
            yield hazards.drop_type_with_column(effect.name, table, column)
    elif users:
        yield hazards.drop_type(effect.name, cascade=False)


def _dropped_object(effect: DropsObject, standing: Standing) -> Iterator[Hazard]:
    if effect.kind in ("database", "owned"):
        yield hazards.drop_container("database" if effect.kind == "database" else "role", effect.name)
    elif effect.kind == "schema" and effect.cascade and standing.before is not None:
        for table in standing.before.values():
            if table.name.namespace == effect.name.name:
                yield catalogue.drop_table(table.name)
    elif effect.kind in ("schema", "extension", "domain") and effect.cascade:
        yield hazards.drop_cascade(effect.kind, effect.name)
