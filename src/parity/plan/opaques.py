"""Objects that the schema language can't say, around the changes beneath them: dropped before, made again after."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from parity.diff.opaque import OpaqueKey, opaque_key
from parity.diff.partitions import children_by_parent
from parity.plan.context import Planning
from parity.plan.rebuilds import must_rebuild
from parity.schema.changes import AddOpaque, AlterColumn, DropColumn, DropOpaque, RenameColumn, ReplaceOpaque
from parity.schema.model import Opaque, OpaqueKind, Schema, Table
from parity.schema.steps import (
    AlterEnumStep,
    AlterTable,
    CreateIndex,
    CreateOpaque,
    CreateTable,
    RedefineTables,
    RemoveIndex,
    RemoveOpaque,
    RemoveTable,
    Step,
)
from parity.schema.types import Arity, Expression, ObjectName

_BEFORE_TABLES = frozenset(
    (
        OpaqueKind.SEQUENCE,
        OpaqueKind.DOMAIN,
        OpaqueKind.COMPOSITE_TYPE,
        OpaqueKind.RANGE_TYPE,
        OpaqueKind.COLLATION,
    )
)
_VIEWS = frozenset((OpaqueKind.VIEW, OpaqueKind.MATERIALIZED_VIEW))
_ROUTINES = frozenset((OpaqueKind.FUNCTION, OpaqueKind.PROCEDURE, OpaqueKind.AGGREGATE))
_READERS = _VIEWS | _ROUTINES | {OpaqueKind.RULE, OpaqueKind.POLICY, OpaqueKind.TRIGGER}
"""What stops the database from changing a column's type, because its definition was compiled."""
_KINDS = frozenset(kind.value for kind in OpaqueKind)
_WORD = re.compile(r"\w+")


def before_tables(opaque: Opaque, called: frozenset[str]) -> bool:
    """Whether tables may stand on the object, so that it is made first: a type, a sequence, a called routine."""
    return opaque.kind in _BEFORE_TABLES or _is_called(opaque, called)


def opaque_steps(planning: Planning) -> Iterator[Step]:
    """The steps of objects that come, go or change, and of those that must step aside."""
    gone: set[OpaqueKey] = set()
    for change in planning.changes:
        match change:
            case DropOpaque(opaque):
                gone.add(opaque_key(opaque))
                yield RemoveOpaque(opaque)
            case ReplaceOpaque(before, after):
                gone.add(opaque_key(before))
                yield RemoveOpaque(before)
                yield CreateOpaque(after, before.belongings)
            case AddOpaque(opaque):
                yield CreateOpaque(opaque)
            case _:
                pass
    yield from _stepping_aside(planning, gone)


def _stepping_aside(planning: Planning, gone: set[OpaqueKey]) -> Iterator[Step]:
    """Views, routines (and what stands on them) over columns that change: dropped before, made again after."""
    shrinking = planning.shrinking
    children = children_by_parent(planning.old.tables)
    touched = _with_children(_touched_columns(planning, shrinking), children)
    if not touched and not gone and not shrinking:
        return
    staying = {opaque_key(opaque): opaque for opaque in planning.new.opaques}
    candidates = [
        o
        for o in planning.old.opaques
        if opaque_key(o) in staying and opaque_key(o) not in gone and o.kind is not OpaqueKind.VIRTUAL_TABLE
    ]
    remade = _with_children(
        {(name, column) for name in planning.altered for column in planning.recreated_columns(name)}, children
    )
    moving = [o for o in candidates if _reads_any(o, touched) or _goes_with(o, remade) or _knows_type(o, shrinking)]
    for opaque in _with_users(moving, candidates, gone):
        yield RemoveOpaque(opaque)
        yield CreateOpaque(staying[opaque_key(opaque)], opaque.belongings)


def _with_users(moving: Sequence[Opaque], candidates: Sequence[Opaque], gone: set[OpaqueKey]) -> list[Opaque]:
    """`moving`, and of the candidates all that stand on what moves or goes, in their order. Linear."""
    users: dict[tuple[str, ObjectName], list[Opaque]] = {}
    for opaque in candidates:
        for ref in opaque.depends_on:
            if ref.kind in _KINDS:
                users.setdefault((ref.kind, ref.name), []).append(opaque)
        if opaque.table is not None:
            for kind in _VIEWS:
                users.setdefault((kind.value, opaque.table), []).append(opaque)
    found = {opaque_key(opaque) for opaque in moving}
    leaving = [(key[0].value, key[1]) for key in (*gone, *found)]
    while leaving:
        for opaque in users.pop(leaving.pop(), ()):
            found.add(opaque_key(opaque))
            leaving.append((opaque.kind.value, opaque.name))
    return [opaque for opaque in candidates if opaque_key(opaque) in found]


def _with_children(
    columns: set[tuple[ObjectName, str]], children: dict[ObjectName, list[Table]]
) -> set[tuple[ObjectName, str]]:
    """The columns, and those of partitions and inheriting tables, which change with them."""
    found = set(columns)
    waiting = list(columns) if children else []
    while waiting:
        table, column = waiting.pop()
        for child in children.get(table, ()):
            own = (child.name, column)
            if own not in found:
                found.add(own)
                waiting.append(own)
    return found


def _knows_type(opaque: Opaque, enums: frozenset[ObjectName]) -> bool:
    """Whether it was compiled for one of the types, which are replaced: a function that takes it, a cast in a view."""
    return any(ref.name in enums and ref.kind == "ENUM" for ref in opaque.depends_on)


def _reads_any(opaque: Opaque, columns: set[tuple[ObjectName, str]]) -> bool:
    """Whether it was compiled over one of the columns."""
    return opaque.kind in _READERS and any(
        ref.column is not None and (ref.name, ref.column) in columns for ref in opaque.depends_on
    )


def _goes_with(opaque: Opaque, remade: set[tuple[ObjectName, str]]) -> bool:
    """Whether the database drops it together with one of the columns, without a word."""
    return opaque.kind is OpaqueKind.STATISTICS and any(
        ref.column is not None and (ref.name, ref.column) in remade for ref in opaque.depends_on
    )


def _touched_columns(planning: Planning, shrinking: frozenset[ObjectName]) -> set[tuple[ObjectName, str]]:
    """The columns that can't change while something reads them."""
    found: set[tuple[ObjectName, str]] = set()
    for altered in planning.altered.values():
        if must_rebuild(altered, planning):
            continue  # A rebuild drops and makes again what stands on its table.
        found.update((altered.old.name, old.name) for old, _ in planning.regenerated_columns(altered))
        for change in altered.changes:
            match change:
                case AlterColumn(old_column=before, new_column=after):
                    if before.type != after.type or (before.arity is Arity.LIST) != (after.arity is Arity.LIST):
                        found.add((altered.old.name, before.name))
                case DropColumn(column=column):
                    found.add((altered.old.name, column.name))
                case RenameColumn(old_name=name):
                    found.add((altered.old.name, name))
                case _:
                    pass
    return found | _columns_of(shrinking, planning)


def _columns_of(enums: frozenset[ObjectName], planning: Planning) -> set[tuple[ObjectName, str]]:
    if not enums:
        return set()
    return {
        (table.name, column.name)
        for table in planning.old.tables
        for column in table.columns
        if column.type.enum in enums
    }


# --- order ---------------------------------------------------------------------------------------------------


def opaque_edges(steps: Sequence[Step], planning: Planning) -> Iterator[tuple[int, int]]:
    """What an opaque object needs before it, and what must wait until it is gone."""
    made = {n: s.opaque for n, s in enumerate(steps) if isinstance(s, CreateOpaque)}
    dropped = {n: s.opaque for n, s in enumerate(steps) if isinstance(s, RemoveOpaque)}
    if not made and not dropped:
        return
    yield from _among(made, backwards=False)
    yield from _among(dropped, backwards=True)
    makers = _table_makers(steps)
    called = called_words(planning.new)
    enums = {step.new.name: place for place, step in enumerate(steps) if isinstance(step, AlterEnumStep)}
    for place, opaque in made.items():
        yield from ((enums[ref.name], place) for ref in opaque.depends_on if ref.kind == "ENUM" and ref.name in enums)
        if before_tables(opaque, called):
            continue
        for name in _tables_beneath(opaque):
            yield from ((maker, place) for maker in makers.get(name, ()))


def _among(opaques: dict[int, Opaque], *, backwards: bool) -> Iterator[tuple[int, int]]:
    """Edges between the objects themselves: triggers after their functions, views after the views they read."""
    by_name: dict[ObjectName, list[int]] = {}
    routines: dict[str, list[int]] = {}
    for place, opaque in opaques.items():
        by_name.setdefault(opaque.name, []).append(place)
        if opaque.kind in _ROUTINES:
            routines.setdefault(_bare(opaque), []).append(place)
    for place, opaque in opaques.items():
        names = {ref.name for ref in opaque.depends_on}
        if opaque.table is not None:
            names.add(opaque.table)
        for name in names:
            for needed in by_name.get(name, ()):
                if needed != place:
                    yield (place, needed) if backwards else (needed, place)
        if opaque.kind is OpaqueKind.TRIGGER:
            for word in _WORD.findall(opaque.definition):
                for other in routines.get(word, ()):
                    yield (place, other) if backwards else (other, place)


def _bare(routine: Opaque) -> str:
    """A routine's name without its arguments."""
    return routine.name.name.partition("(")[0]


def _tables_beneath(opaque: Opaque) -> set[ObjectName]:
    names = {ref.name for ref in opaque.depends_on}
    if opaque.table is not None:
        names.add(opaque.table)
    return names


def _table_makers(steps: Sequence[Step]) -> dict[ObjectName, list[int]]:
    found: dict[ObjectName, list[int]] = {}
    for place, step in enumerate(steps):
        match step:
            case CreateTable(table) | CreateIndex(table=table):
                found.setdefault(table.name, []).append(place)
            case AlterTable(new=table):
                found.setdefault(table.name, []).append(place)
            case RedefineTables(tables):
                for redefinition in tables:
                    found.setdefault(redefinition.new.name, []).append(place)
            case RemoveTable(table) | RemoveIndex(table=table):
                pass
            case AlterEnumStep(new=enum):
                found.setdefault(enum.name, []).append(place)
            case _:
                pass
    return found


def _is_called(opaque: Opaque, words: frozenset[str]) -> bool:
    """Whether a default, a check or an index calls the routine, so that it must be there before the tables.

    One whose body was compiled over columns can't be: it is made when they are there.
    """
    if opaque.kind not in _ROUTINES or any(ref.kind == "COLUMN" for ref in opaque.depends_on):
        return False
    return _bare(opaque).lower() in words


def called_words(schema: Schema) -> frozenset[str]:
    """Every word in the expressions of the tables, and with them the names of the routines that they call."""
    return frozenset(word for table in schema.tables for text in _texts(table) for word in _WORD.findall(text.lower()))


def _texts(table: Table) -> Iterator[str]:
    for column in table.columns:
        if isinstance(column.default, Expression) and column.default.canonical is not None:
            yield column.default.canonical
        if column.generated is not None:
            yield column.generated.expression
    yield from (check.expression for check in table.checks)
    for index in table.indexes:
        if index.predicate is not None:
            yield index.predicate
        yield from (column.expression for column in index.columns if column.expression is not None)
