"""Reads a CockroachDB database into a Schema. A constant number of queries, in one read-only transaction.

Without namespaces, the connection's default one is read and names carry none; with namespaces, every name carries its
own. Not read: triggers, policies, row-level expiry, localities, zone configurations, column families.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import groupby
from typing import Any, TypeVar, cast

from msgspec import Struct

from parity.dialects.base import Session
from parity.dialects.cockroachdb import queries
from parity.dialects.cockroachdb.introspect_columns import SequenceRows, column_from, is_hidden
from parity.dialects.cockroachdb.introspect_opaques import routines_from, sequences_from, views_from
from parity.dialects.cockroachdb.introspect_tables import (
    Reading,
    Words,
    checks_from,
    foreign_keys_from,
    keys_and_indexes,
)
from parity.dialects.cockroachdb.queries import (
    ColumnRow,
    ConstraintRow,
    IndexRow,
    RelationRow,
    RoutineRow,
    SequenceRow,
)
from parity.dialects.postgres.cleanup import array_text
from parity.dialects.postgres.introspect_columns import Namer
from parity.dialects.postgres.names import DEFAULT_NAMESPACE
from parity.schema.model import Enum, Schema, Table
from parity.schema.types import ObjectName

_Row = TypeVar("_Row", bound=tuple[Any, ...])


class Catalog(Struct, frozen=True):
    """What the server answered."""

    database: str
    namespaces: tuple[str, ...]
    relations: tuple[RelationRow, ...]
    columns: tuple[ColumnRow, ...]
    indexes: tuple[IndexRow, ...]
    constraints: tuple[ConstraintRow, ...]
    referenced: tuple[tuple[int, str, str, int, str], ...]
    enums: tuple[tuple[str, str, str, str | None], ...]
    sequences: tuple[SequenceRow, ...]
    routines: tuple[RoutineRow, ...]


def introspect(session: Session, namespaces: Sequence[str]) -> Schema:
    """Everything in the namespaces (none given: in the connection's default one), without the ledger."""
    default = session.target.namespace or DEFAULT_NAMESPACE
    own_transaction = not session.in_transaction
    if own_transaction:
        session.execute("BEGIN READ ONLY")
    try:
        catalog = _read(session, tuple(namespaces) or (default,))
    finally:
        if own_transaction:
            session.rollback()
    return schema_from(catalog, named=bool(namespaces), default=default)


def schema_from(catalog: Catalog, *, named: bool, default: str) -> Schema:
    """The schema that the catalog tells of. `named`: whether names carry their namespace. Pure."""
    name = Namer(None if named else default, default)
    words = Words(catalog.database, default)
    sequences: SequenceRows = {(row.namespace, row.name): row for row in catalog.sequences}
    columns = _by_relation(catalog.columns)
    shown = {
        oid: tuple(column_from(row, name, sequences) for row in rows if not is_hidden(row))
        for oid, rows in columns.items()
    }
    tables = _tables(catalog, columns, name, words, shown)
    return Schema(
        # Whatever the default namespace is called here, a schema file without schemas means it.
        namespaces=catalog.namespaces if named else (DEFAULT_NAMESPACE,),
        tables=tables,
        enums=_enums(catalog, name),
        opaques=(
            *sequences_from(catalog.sequences, tables, name),
            *routines_from(catalog.routines, name, words),
            *views_from(catalog.relations, shown, tables, name, words),
        ),
    )


def _tables(
    catalog: Catalog,
    columns: Mapping[int, Sequence[ColumnRow]],
    name: Namer,
    words: Words,
    shown: Mapping[int, tuple[Any, ...]],
) -> tuple[Table, ...]:
    indexes, constraints = _by_relation(catalog.indexes), _by_relation(catalog.constraints)
    targets = {oid: name(namespace, table) for oid, namespace, table, _, _ in catalog.referenced}
    others = {(oid, number): column for oid, _, _, number, column in catalog.referenced}
    tables = []
    for row in catalog.relations:
        if row.kind != "r":
            continue
        numbered = {column.number: column for column in columns.get(row.oid, ())}
        reading = Reading(numbered, targets, others, words)
        own_indexes, own = indexes.get(row.oid, ()), constraints.get(row.oid, ())
        key, rest = keys_and_indexes(own_indexes, reading)
        tables.append(
            Table(
                name=name(row.namespace, row.name),
                columns=shown.get(row.oid, ()),
                primary_key=key,
                indexes=rest,
                foreign_keys=foreign_keys_from(own, reading),
                checks=checks_from(own, (index.name for index in own_indexes), reading),
                comment=row.comment,
            )
        )
    return tuple(tables)


def _enums(catalog: Catalog, name: Namer) -> tuple[Enum, ...]:
    values: dict[ObjectName, list[str]] = {}
    comments: dict[ObjectName, str | None] = {}
    for namespace, enum, value, comment in catalog.enums:
        values.setdefault(name(namespace, enum), []).append(value)
        comments[name(namespace, enum)] = comment
    return tuple(Enum(enum, tuple(found), comments[enum]) for enum, found in values.items())


def _read(session: Session, namespaces: tuple[str, ...]) -> Catalog:
    wanted = array_text(namespaces)
    ((database,),) = session.query(queries.SETTINGS)
    return Catalog(
        database=str(database),
        namespaces=tuple(str(row[0]) for row in session.query(queries.NAMESPACES, (wanted,))),
        relations=_rows(session, queries.RELATIONS, RelationRow, wanted),
        columns=_rows(session, queries.COLUMNS, ColumnRow, wanted),
        indexes=_rows(session, queries.INDEXES, IndexRow, wanted),
        constraints=_rows(session, queries.CONSTRAINTS, ConstraintRow, wanted),
        referenced=cast("Any", tuple(session.query(queries.REFERENCED))),
        enums=cast("Any", tuple(session.query(queries.ENUMS, (wanted,)))),
        sequences=_rows(session, queries.SEQUENCES, SequenceRow, wanted),
        routines=_rows(session, queries.ROUTINES, RoutineRow, wanted),
    )


def _rows(session: Session, sql: str, row_type: type[_Row], wanted: str) -> tuple[_Row, ...]:
    make = cast("Any", row_type)
    return tuple(make(*row) for row in session.query(sql, (wanted,)))


def _by_relation(rows: Sequence[_Row]) -> dict[int, tuple[_Row, ...]]:
    return {oid: tuple(group) for oid, group in groupby(rows, key=lambda row: cast("int", row[0]))}
