"""Default expressions and conditions of a wanted schema, as the database itself prints them.

A schema file holds such a text as its author wrote it; a catalog holds it as the server prints it (`now() + '1 day'`
comes back with a cast). Comparing the two would find the same difference at every run. So the tables that have such
texts are made on the scratch database for a moment, read back, and rolled back.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from parity.dialects.base import Dialect, Session
from parity.errors import DatabaseError
from parity.schema.model import Column, Enum, Index, Schema, Table
from parity.schema.steps import CreateEnum, CreateIndex, CreateNamespace, CreateTable, Step
from parity.schema.types import AutoIncrement, Expression, ListLiteral, Literal, Now, ObjectName

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
    """The table with nothing but what the texts need: no keys, no other defaults, nothing that leads elsewhere."""
    columns = tuple(
        replace(column, default=column.default if _is_text(column) else None, identity=None, generated=None)
        for column in table.columns
    )
    indexes = tuple(index for index in table.indexes if index.predicate)
    return replace(
        table, columns=columns, indexes=indexes, primary_key=None, foreign_keys=(), checks=(), traits=(), comment=None
    )


def _read_back(
    tables: dict[ObjectName, Table], enums: tuple[Enum, ...], session: Session, dialect: Dialect
) -> dict[ObjectName, Table]:
    try:
        return _make_and_read(tables, enums, session, dialect)
    except DatabaseError:
        if len(tables) == 1:
            # It names a function or a type that isn't there yet: the author's text has to stand for itself.
            return {}
    read: dict[ObjectName, Table] = {}
    for name, table in tables.items():
        read.update(_read_back({name: table}, enums, session, dialect))
    return read


def _make_and_read(
    tables: dict[ObjectName, Table], enums: tuple[Enum, ...], session: Session, dialect: Dialect
) -> dict[ObjectName, Table]:
    namespaced = dialect.capabilities.namespaces
    place = _NAMESPACE if namespaced else None
    places = {name: ObjectName(f"_parity_{number}", place) for number, name in enumerate(tables)}
    steps: list[Step] = [CreateNamespace(_NAMESPACE)] if namespaced else []
    # Enums are made where they belong, as the texts name them from there.
    used = {column.type.enum for table in tables.values() for column in table.columns if column.type.enum}
    missing = [enum for enum in enums if enum.name in used]
    steps += [CreateNamespace(name) for name in dict.fromkeys(enum.name.namespace for enum in missing) if name]
    steps += [CreateEnum(enum) for enum in missing]
    for number, table in enumerate(tables.values()):
        moved = _moved(table, places[table.name], number)
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
    return {name: found[places[name]] for name in tables if places[name] in found}


def _moved(table: Table, place: ObjectName, number: int) -> Table:
    indexes = tuple(replace(index, name=f"i{number}_{i}") for i, index in enumerate(table.indexes))
    return replace(table, name=place, indexes=indexes)


def _merged(table: Table, read: Table | None) -> Table:
    if read is None:
        return table
    live = {column.name: column for column in read.columns}
    columns = tuple(_merged_column(column, live.get(column.name)) for column in table.columns)
    conditions = iter(sorted(read.indexes, key=lambda index: int(index.name.rpartition("_")[2])))
    indexes = tuple(_merged_index(index, conditions) if index.predicate else index for index in table.indexes)
    return replace(table, columns=columns, indexes=indexes)


def _merged_column(column: Column, live: Column | None) -> Column:
    if live is None or not isinstance(column.default, Expression) or column.default.canonical is None:
        return column
    match live.default:
        case Literal() | ListLiteral() | Now() | AutoIncrement() | Expression() as default:
            return replace(column, default=replace(default, sql=column.default.sql))
        case _:
            return column


def _merged_index(index: Index, conditions: Iterator[Index]) -> Index:
    live = next(conditions, None)
    if live is None or live.predicate is None:
        return index
    return replace(index, predicate=live.predicate, predicate_sql=index.predicate_sql or index.predicate)
