"""Default expressions and conditions of a wanted schema, as the database itself prints them.

A schema file holds such a text as its author wrote it; a catalog holds it as the server prints it (`now() + '1 day'`
comes back with a cast). Comparing the two would find the same difference at every run. So the tables that have such
texts are made on the scratch database for a moment, read back, and rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct, field
from msgspec.structs import replace

from parity.dialects.base import Dialect, Session
from parity.errors import DatabaseError
from parity.schema.model import Column, Enum, Index, Schema, Table
from parity.schema.steps import CreateEnum, CreateIndex, CreateNamespace, CreateTable, Step
from parity.schema.types import AutoIncrement, Default, Expression, ListLiteral, Literal, Now, ObjectName

_NAMESPACE = "_parity_canonical"


def canonicalise(schema: Schema, session: Session, dialect: Dialect, *, existing: tuple[Enum, ...] = ()) -> Schema:
    """`schema` with each such text in the database's own form; as it was where the database doesn't accept it yet.

    `session` is on a scratch database, outside a transaction; `existing` are the enums that are there already. Nothing
    stays there.
    """
    there = {enum.name for enum in existing}
    missing = tuple(enum for enum in schema.enums if enum.name not in there)
    concerned = {table.name: _reduced(table) for table in schema.tables if has_texts(table)}
    if not concerned:
        return schema
    if not dialect.capabilities.namespaces:
        with dialect.driver.scratch(None) as other:
            read = _read_back(concerned, missing, other, dialect)
    else:
        read = _read_back(concerned, missing, session, dialect)
    return replace(schema, tables=tuple(_merged(table, read.get(table.name)) for table in schema.tables))


def has_texts(table: Table) -> bool:
    """Whether the table holds a text that the database would print in its own form."""
    return any(_is_text(column) for column in table.columns) or any(index.predicate for index in table.indexes)


def _is_text(column: Column) -> bool:
    return isinstance(column.default, Expression) and column.default.canonical is not None


def _reduced(table: Table) -> Table:
    """The table with nothing but what the texts need: no keys, no other defaults, nothing that leads elsewhere.

    Its indexes are named by their place among the table's.
    """
    columns = tuple(
        replace(column, default=column.default if _is_text(column) else None, identity=None, generated=None)
        for column in table.columns
    )
    indexes = tuple(replace(index, name=str(i)) for i, index in enumerate(table.indexes) if index.predicate)
    return replace(
        table, columns=columns, indexes=indexes, primary_key=None, foreign_keys=(), checks=(), traits=(), comment=None
    )


class _Words(Struct, frozen=True):
    """The texts of one table as the database prints them: defaults by column, conditions by the index's place."""

    defaults: dict[str, Default] = field(default_factory=dict)
    conditions: dict[int, str] = field(default_factory=dict)


def _read_back(
    tables: dict[ObjectName, Table], enums: tuple[Enum, ...], session: Session, dialect: Dialect
) -> dict[ObjectName, _Words]:
    """Try all tables at once, then each alone, then each text alone: one that fails must not spoil the others."""
    try:
        return _make_and_read(tables, enums, session, dialect)
    except DatabaseError:
        parts = [{name: table} for name, table in tables.items()]
    if len(parts) == 1:
        ((name, table),) = tables.items()
        parts = [{name: alone} for alone in _texts_alone(table)]
    if len(parts) == 1:
        # A text that fails alone names something that isn't there yet, and has to stand for itself.
        return {}
    read: dict[ObjectName, _Words] = {}
    for part in parts:
        for name, found in _read_back(part, enums, session, dialect).items():
            words = read.setdefault(name, _Words())
            words.defaults.update(found.defaults)
            words.conditions.update(found.conditions)
    return read


def _texts_alone(table: Table) -> Iterator[Table]:
    """The table once for each of its texts, without the others."""
    bare = tuple(replace(column, default=None) for column in table.columns)
    for place, column in enumerate(table.columns):
        if column.default is not None:
            yield replace(table, columns=(*bare[:place], column, *bare[place + 1 :]), indexes=())
    for index in table.indexes:
        yield replace(table, columns=bare, indexes=(index,))


def _make_and_read(
    tables: dict[ObjectName, Table], enums: tuple[Enum, ...], session: Session, dialect: Dialect
) -> dict[ObjectName, _Words]:
    namespaced = dialect.capabilities.namespaces
    place = _NAMESPACE if namespaced else None
    places = {name: ObjectName(f"_parity_{number}", place) for number, name in enumerate(tables)}
    steps: list[Step] = [CreateNamespace(_NAMESPACE)] if namespaced else []
    # Enums are made where they belong, as the texts name them from there.
    used = {column.type.enum for table in tables.values() for column in table.columns if column.type.enum}
    missing = _missing([enum for enum in enums if enum.name in used], session, dialect)
    steps += [CreateNamespace(name) for name in dict.fromkeys(enum.name.namespace for enum in missing) if name]
    steps += [CreateEnum(enum) for enum in missing]
    for number, table in enumerate(tables.values()):
        indexes = tuple(replace(index, name=f"_parity_{number}_{index.name}") for index in table.indexes)
        moved = replace(table, name=places[table.name], indexes=indexes)
        steps.append(CreateTable(moved))
        steps += [CreateIndex(moved, index) for index in moved.indexes]
    session.begin()
    try:
        for step in steps:
            for statement in dialect.render(step).statements:
                session.execute(statement)
        live = dialect.driver.introspect(session, (_NAMESPACE,) if namespaced else ())
    finally:
        session.rollback()
    found = {table.name: table for table in live.tables}
    return {name: _words(found[places[name]]) for name in tables if places[name] in found}


def _missing(enums: list[Enum], session: Session, dialect: Dialect) -> list[Enum]:
    """Those that the history hasn't made."""
    if not enums:
        return []
    namespaces = tuple(sorted({enum.name.namespace for enum in enums if enum.name.namespace is not None}))
    there = {enum.name for enum in dialect.driver.introspect(session, namespaces).enums}
    return [enum for enum in enums if enum.name not in there]


def _words(table: Table) -> _Words:
    return _Words(
        {column.name: column.default for column in table.columns if column.default is not None},
        {int(i.name.rpartition("_")[2]): i.predicate for i in table.indexes if i.predicate is not None},
    )


def _merged(table: Table, words: _Words | None) -> Table:
    if words is None:
        return table
    return replace(
        table,
        columns=tuple(_merged_column(column, words.defaults.get(column.name)) for column in table.columns),
        indexes=tuple(_merged_index(index, words.conditions.get(i)) for i, index in enumerate(table.indexes)),
    )


def _merged_column(column: Column, live: Default | None) -> Column:
    if not isinstance(column.default, Expression) or column.default.canonical is None:
        return column
    match live:
        case Literal() | ListLiteral() | Now() | AutoIncrement() | Expression() as default:
            return replace(column, default=replace(default, sql=column.default.sql))
        case _:
            return column


def _merged_index(index: Index, live: str | None) -> Index:
    if index.predicate is None or live is None:
        return index
    return replace(index, predicate=live, predicate_sql=index.predicate_sql or index.predicate)
