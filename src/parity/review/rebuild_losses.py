"""What a rebuilt table, or a changed type, does to the values that are there."""

from __future__ import annotations

from collections.abc import Iterator

from parity.dialects.base import Dialect
from parity.review import hazards
from parity.review.effects import ColumnText, CopiedColumn, RebuildsTable
from parity.review.standing import Standing
from parity.schema import hazards as catalogue
from parity.schema.model import Column, Table
from parity.schema.steps import Cast, Hazard
from parity.schema.types import Arity, ObjectName


def lost_by_rebuild(effect: RebuildsTable, standing: Standing, dialect: Dialect) -> Iterator[Hazard]:
    """The hazards of a table that is made anew."""
    table = standing.first_name(effect.table)
    if effect.copy is None:
        yield hazards.recreate_table(table, "no rows are copied into it")
        return
    if effect.copy.partial:
        yield hazards.recreate_table(table, "only some of the rows are copied into it")
    copied = effect.copy.columns
    if copied is None:
        return
    targets = _by_target(effect, copied, standing)
    old = standing.old_table(effect.table)
    if old is None:
        yield hazards.recreate_table(table, "columns that aren't copied are lost")
    else:
        if _key_changes(old, effect, standing):
            yield catalogue.primary_key(old.name)
        yield from _left_behind(effect.table, old, copied, standing)
        yield from _copied(effect, old, targets, standing, dialect)
        yield from _new_keys(effect, targets, standing)
    for column in effect.new.columns:
        key = standing.keys.column(column.name)
        if key not in targets and column.required and not column.filled and not _is_rowid(effect, column):
            yield catalogue.required_column(table, column.name)


def type_change(
    table: ObjectName, column: str, new_name: str, new_sql: str | None, standing: Standing, dialect: Dialect
) -> Iterator[Hazard]:
    """The hazard of a column that changes its type, if values can be lost.

    The new type is the one that the column has after the migration; where that isn't known, a type that isn't spelled
    like the old one counts as narrower.
    """
    old, new = standing.old_column(table, column), standing.new_column(table, new_name)
    if new is not None:
        shown_new = catalogue.type_name(new.type)
    else:
        shown_new = new_sql or "another type"
    if old is not None and new is not None:
        if old.type == new.type and _is_list(old) == _is_list(new):
            return
        if dialect.cast(old.type, new.type, _is_list(old), _is_list(new)) is Cast.SAFE:
            return
    elif old is not None and new_sql is not None and _same_spelling(_spelled(old, dialect), new_sql):
        return
    shown_old = None if old is None else catalogue.type_name(old.type)
    yield catalogue.cast(standing.first_name(table), standing.first_column(table, column), shown_old, shown_new)


def _by_target(effect: RebuildsTable, copied: tuple[CopiedColumn, ...], standing: Standing) -> dict[str, CopiedColumn]:
    """The copied columns by the new table's column; an INSERT without a list of columns goes by position."""
    names = [column.name for column in effect.new.columns]
    return {
        standing.keys.column(one.target or (names[index] if index < len(names) else "")): one
        for index, one in enumerate(copied)
    }


def _left_behind(
    table: ObjectName, old: Table, copied: tuple[CopiedColumn, ...], standing: Standing
) -> Iterator[Hazard]:
    read = {standing.keys.column(standing.first_column(table, name)) for one in copied for name in one.reads}
    for column in old.columns:
        if standing.keys.column(column.name) not in read and column.generated is None:
            yield catalogue.drop_column(old.name, column.name)


def _copied(
    effect: RebuildsTable, old: Table, targets: dict[str, CopiedColumn], standing: Standing, dialect: Dialect
) -> Iterator[Hazard]:
    for column in effect.new.columns:
        one = targets.get(standing.keys.column(column.name))
        if one is None or not one.plain or not one.reads:
            continue
        source = standing.old_column(effect.table, one.reads[0])
        if source is None:
            continue
        if column.required and source.arity is Arity.NULLABLE:
            yield catalogue.not_null(old.name, source.name)
        if standing.new_column(effect.table, column.name) is not None:
            yield from type_change(effect.table, one.reads[0], column.name, column.type, standing, dialect)


def _key_changes(old: Table, effect: RebuildsTable, standing: Standing) -> bool:
    key = old.primary_key
    if key is None:
        return False
    before = [standing.keys.column(column.name) for column in key.columns]
    return before != [
        standing.keys.column(standing.first_column(effect.table, column)) for column in effect.new.primary_key
    ]


def _new_keys(effect: RebuildsTable, targets: dict[str, CopiedColumn], standing: Standing) -> Iterator[Hazard]:
    """Unique keys inside the new CREATE TABLE that the old table hadn't."""
    for columns in (effect.new.primary_key, *effect.new.unique_keys):
        sources = [targets.get(standing.keys.column(column)) for column in columns]
        names = tuple(one.reads[0] for one in sources if one is not None and one.plain and one.reads)
        if not columns or len(names) < len(columns) or standing.has_key(effect.table, names):
            continue
        table = standing.first_name(effect.table)
        if columns == effect.new.primary_key:
            yield catalogue.primary_key_on(table, names)
        else:
            yield catalogue.unique(table, names)


def _is_rowid(effect: RebuildsTable, column: ColumnText) -> bool:
    """Whether the column is a whole-number key by itself, which the database fills."""
    return effect.new.primary_key == (column.name,) and (column.type or "").upper() == "INTEGER"


def _is_list(column: Column) -> bool:
    return column.arity is Arity.LIST


def _spelled(column: Column, dialect: Dialect) -> str:
    return dialect.types.render(column.type, is_list=_is_list(column))


def _same_spelling(one: str, other: str) -> bool:
    return one.replace(" ", "").upper() == other.replace(" ", "").upper()
