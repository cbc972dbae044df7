"""What a migration does, in plain words and by table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from msgspec import Struct, field

from parity.counting import counted
from parity.review.effects import (
    AddsColumn,
    AddsConstraint,
    AddsTypeValue,
    AltersColumn,
    AltersObject,
    AltersTable,
    ColumnChange,
    CreatesIndex,
    CreatesObject,
    CreatesTable,
    CreatesType,
    DeletesRows,
    DropsColumn,
    DropsConstraint,
    DropsIndex,
    DropsObject,
    DropsTable,
    DropsType,
    DropsTypeValue,
    Effect,
    InsertsRows,
    NotUnderstood,
    RebuildsTable,
    RenamesColumn,
    RenamesConstraint,
    RenamesIndex,
    RenamesTable,
    RenamesType,
    ReplacesType,
    Runs,
    Truncates,
    UpdatesRows,
)
from parity.review.names import NameKeys, shown
from parity.schema.types import ObjectName


class Counts(Struct, frozen=True):
    """How much a migration does to one table. `inserts` counts rows that are listed, the others count objects."""

    creates: int = 0
    adds: int = 0
    changes: int = 0
    drops: int = 0
    inserts: int = 0
    updates: int = 0
    deletes: int = 0


class TableSummary(Struct, frozen=True):
    """What happens to one table. `table` is None for what belongs to no table."""

    table: ObjectName | None
    sentences: tuple[str, ...]
    counts: Counts


class _Said(Struct, frozen=True):
    """One effect in words. Effects of one `group` are told in one sentence (see `_GROUPS`), those without one alone."""

    counts: str
    group: str
    item: str
    amount: int = 1


_GROUPS: dict[str, tuple[str, str, str]] = {
    "add column": ("adds {n} to {t}: {items}", "column", "columns"),
    "drop column": ("drops {n} of {t}: {items}", "column", "columns"),
    "type": ("changes the type of {n} of {t}: {items}", "column", "columns"),
    "set not null": ("makes {n} of {t} required: {items}", "column", "columns"),
    "drop not null": ("makes {n} of {t} optional: {items}", "column", "columns"),
    "set default": ("gives {n} of {t} a default: {items}", "column", "columns"),
    "drop default": ("takes the default from {n} of {t}: {items}", "column", "columns"),
    "attributes": ("alters {n} of {t}: {items}", "column", "columns"),
    "primary key": ("adds {n} to {t}: {items}", "primary key", "primary keys"),
    "unique constraint": ("adds {n} to {t}: {items}", "unique constraint", "unique constraints"),
    "foreign key": ("adds {n} to {t}: {items}", "foreign key", "foreign keys"),
    "check": ("adds {n} to {t}: {items}", "check", "checks"),
    "exclusion constraint": ("adds {n} to {t}: {items}", "exclusion constraint", "exclusion constraints"),
    "drop constraint": ("drops {n} of {t}: {items}", "constraint", "constraints"),
    "index": ("creates {n} on {t}: {items}", "index", "indexes"),
    "unique index": ("creates {n} on {t}: {items}", "unique index", "unique indexes"),
    "drop index": ("drops {n} of {t}: {items}", "index", "indexes"),
    "insert": ("inserts {n} into {t}", "row", "rows"),
}
"""The sentence of each group, and its noun. `n` is the number with the noun, `t` the table."""


class _Gathered(Struct):
    table: ObjectName | None
    said: list[_Said] = field(default_factory=list)


def summarise(
    effects: Sequence[Effect], keys: NameKeys, index_tables: dict[ObjectName, ObjectName]
) -> tuple[TableSummary, ...]:
    """A summary for each table, in the order in which the tables come; what belongs to no table last.

    `index_tables` says which table an index that was there before is on, by the key of the index's name.
    """
    gathered: dict[ObjectName, _Gathered] = {}
    rest = _Gathered(None)
    for effect in effects:
        table = _table_of(effect, keys, index_tables)
        home = rest if table is None else gathered.setdefault(keys.of(table), _Gathered(table))
        home.said.extend(_say(effect))
    found = (*gathered.values(), rest) if rest.said else tuple(gathered.values())
    return tuple(TableSummary(one.table, _sentences(one), _counts(one.said)) for one in found if one.said)


def _sentences(gathered: _Gathered) -> tuple[str, ...]:
    groups: dict[str | int, list[_Said]] = {}
    for number, said in enumerate(gathered.said):
        groups.setdefault(said.group or number, []).append(said)
    return tuple(_sentence(members, gathered.table) for members in groups.values())


def _sentence(members: Sequence[_Said], table: ObjectName | None) -> str:
    group = members[0].group
    if not group:
        return members[0].item
    template, one, many = _GROUPS[group]
    number = counted(sum(said.amount for said in members), one, many)
    if table is None:
        template = template.replace(" of {t}", "")
    items = ", ".join(said.item for said in members)
    return template.format(n=number, t="" if table is None else shown(table), items=items)


def _counts(said: Sequence[_Said]) -> Counts:
    totals: dict[str, int] = {}
    for one in said:
        if one.counts:
            totals[one.counts] = totals.get(one.counts, 0) + one.amount
    return Counts(**totals)


def _table_of(effect: Effect, keys: NameKeys, index_tables: dict[ObjectName, ObjectName]) -> ObjectName | None:
    match effect:
        case DropsIndex() | RenamesIndex():
            return index_tables.get(keys.of(effect.name))
        case (
            CreatesType()
            | AddsTypeValue()
            | DropsTypeValue()
            | RenamesType()
            | DropsType()
            | ReplacesType()
            | AltersObject()
        ):
            return None
        case Runs() | NotUnderstood():
            return None
        case _:
            return effect.table


def _say(effect: Effect) -> Iterator[_Said]:
    match effect:
        case CreatesTable() | DropsTable() | RenamesTable() | AltersTable() | RebuildsTable():
            yield _say_table(effect)
        case AddsColumn() | DropsColumn() | RenamesColumn() | AltersColumn():
            yield _say_column(effect)
        case (
            AddsConstraint() | DropsConstraint() | RenamesConstraint() | CreatesIndex() | DropsIndex() | RenamesIndex()
        ):
            yield _say_key(effect)
        case CreatesType() | AddsTypeValue() | DropsTypeValue() | RenamesType() | DropsType() | ReplacesType():
            yield _say_type(effect)
        case CreatesObject():
            yield _Said("creates", "", f"creates {effect.kind} {shown(effect.name)}")
        case AltersObject():
            yield _Said("changes", "", f"alters {effect.kind} {shown(effect.name)}")
        case DropsObject():
            yield _Said("drops", "", f"drops {effect.kind} {shown(effect.name)}")
        case InsertsRows() | UpdatesRows() | DeletesRows() | Truncates():
            yield _say_rows(effect)
        case Runs():
            # A setting, a transaction or a query is nothing to count; code that nobody can look into is worth a line.
            if effect.opaque:
                yield _Said("", "", f"runs {effect.words}, whose effects can't all be read (line {effect.at.line})")
        case NotUnderstood():
            words = effect.words or "a statement"
            yield _Said("", "", f"runs {words}, which couldn't be read (line {effect.at.line})")
        case _:
            assert_never(effect)


def _say_table(effect: CreatesTable | DropsTable | RenamesTable | AltersTable | RebuildsTable) -> _Said:
    table = shown(effect.table)
    match effect:
        case CreatesTable():
            columns = f" with {counted(len(effect.columns), 'column', 'columns')}" if effect.columns else ""
            temporary = "temporary " if effect.temporary else ""
            return _Said("creates", "", f"creates {temporary}table {table}{columns}")
        case DropsTable():
            return _Said("drops", "", f"drops table {table}")
        case RenamesTable():
            return _Said("changes", "", f"renames table {table} to {effect.new_name}")
        case AltersTable():
            return _Said("changes", "", f"alters table {table}: {effect.text}")
        case RebuildsTable():
            columns = counted(len(effect.new.columns), "column", "columns")
            kept = "keeping its rows" if effect.copy is not None else "without its rows"
            return _Said("changes", "", f"rebuilds table {table} with {columns}, {kept}")
        case _:
            assert_never(effect)


def _say_column(effect: AddsColumn | DropsColumn | RenamesColumn | AltersColumn) -> _Said:
    match effect:
        case AddsColumn():
            return _Said("adds", "add column", effect.column.name)
        case DropsColumn():
            return _Said("drops", "drop column", effect.column)
        case RenamesColumn():
            text = f"renames column {effect.column} of {shown(effect.table)} to {effect.new_name}"
            return _Said("changes", "", text)
        case AltersColumn():
            detail = f" to {effect.type}" if effect.change is ColumnChange.TYPE and effect.type else ""
            return _Said("changes", effect.change.value, effect.column + detail)
        case _:
            assert_never(effect)


_KeyEffect = AddsConstraint | DropsConstraint | RenamesConstraint | CreatesIndex | DropsIndex | RenamesIndex


def _say_key(effect: _KeyEffect) -> _Said:
    match effect:
        case AddsConstraint():
            return _Said("adds", effect.constraint.value, effect.name or f"on {', '.join(effect.columns)}")
        case DropsConstraint():
            return _Said("drops", "drop constraint", effect.name)
        case RenamesConstraint():
            text = f"renames constraint {effect.name} of {shown(effect.table)} to {effect.new_name}"
            return _Said("changes", "", text)
        case CreatesIndex():
            group = "unique index" if effect.unique else "index"
            return _Said("adds", group, effect.name or f"on {', '.join(effect.columns)}")
        case DropsIndex():
            return _Said("drops", "drop index", shown(effect.name))
        case RenamesIndex():
            return _Said("changes", "", f"renames index {shown(effect.name)} to {effect.new_name}")
        case _:
            assert_never(effect)


def _say_type(effect: CreatesType | AddsTypeValue | DropsTypeValue | RenamesType | DropsType | ReplacesType) -> _Said:
    name = shown(effect.name)
    match effect:
        case CreatesType():
            if effect.values is None:
                return _Said("creates", "", f"creates type {name}")
            values = counted(len(effect.values), "value", "values")
            return _Said("creates", "", f"creates enum {name} with {values}")
        case DropsTypeValue():
            return _Said("drops", "", f"takes value {effect.value} from enum {name}")
        case AddsTypeValue():
            return _Said("adds", "", f"adds value {effect.value} to enum {name}")
        case RenamesType():
            return _Said("changes", "", f"renames type {name} to {effect.new_name}")
        case DropsType():
            return _Said("drops", "", f"drops type {name}")
        case ReplacesType():
            return _Said("changes", "", f"gives enum {name} the values {', '.join(effect.values)}")
        case _:
            assert_never(effect)


def _say_rows(effect: InsertsRows | UpdatesRows | DeletesRows | Truncates) -> _Said:
    table = shown(effect.table)
    match effect:
        case InsertsRows(rows=int() as rows):
            return _Said("inserts", "insert", "", rows)
        case InsertsRows():
            source = "" if effect.copy is None else f" from {shown(effect.copy.source)}"
            return _Said("", "", f"inserts the rows of a query{source} into {table}")
        case UpdatesRows():
            which = "all rows" if effect.every else "rows"
            columns = f": {', '.join(effect.columns)}" if effect.columns else ""
            return _Said("updates", "", f"updates {which} of {table}{columns}")
        case DeletesRows():
            return _Said("deletes", "", f"deletes {'all rows' if effect.every else 'rows'} of {table}")
        case Truncates():
            return _Said("deletes", "", f"empties table {table}")
        case _:
            assert_never(effect)
