"""Reads a PostgreSQL database into a Schema. A constant number of queries, in one read-only transaction.

Without namespaces, the connection's default one is read and names carry none; with namespaces, every name carries its
own. Expressions and definitions are as the server prints them while the default namespace is the search path.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Any, TypeVar, cast

from msgspec.structs import replace

from parity.dialects.base import Row, Session
from parity.dialects.postgres import opaque_queries, queries
from parity.dialects.postgres.belongings import BELONGINGS, Belongings, BelongingsRow
from parity.dialects.postgres.cleanup import array_text
from parity.dialects.postgres.introspect_columns import Namer, column_from
from parity.dialects.postgres.introspect_opaques import opaques_from
from parity.dialects.postgres.introspect_tables import checks_from, foreign_keys_from, indexes_from, traits_from
from parity.dialects.postgres.names import DEFAULT_NAMESPACE
from parity.dialects.postgres.queries import ColumnRow, ConstraintRow, IndexRow, RelationRow
from parity.dialects.postgres.session import begin_reading, query_ahead
from parity.dialects.sql import quote_identifier
from parity.schema.model import Column, Enum, Extension, Schema, Table

_Row = TypeVar("_Row", bound=tuple[Any, ...])


def introspect(session: Session, namespaces: Sequence[str]) -> Schema:
    """Everything in the namespaces (none given: in the connection's default one), without the ledger."""
    return _introspect(session, namespaces, is_whole=True)


def introspect_compared(session: Session, namespaces: Sequence[str]) -> Schema:
    """As `introspect`, without what takes no part in comparison: what hangs on objects, and what they stand on."""
    return _introspect(session, namespaces, is_whole=False)


def _introspect(session: Session, namespaces: Sequence[str], *, is_whole: bool) -> Schema:
    default = session.target.namespace or DEFAULT_NAMESPACE
    own_transaction = not session.in_transaction
    if own_transaction:
        begin_reading(session)
        try:
            return _read(session, tuple(namespaces), default, is_whole=is_whole)[1]
        finally:
            session.rollback()
    settings, schema = _read(session, tuple(namespaces), default, is_whole=is_whole)
    session.query(queries.RESTORED, settings)
    return schema


def _read(
    session: Session, namespaces: tuple[str, ...], default: str, *, is_whole: bool
) -> tuple[tuple[str, ...], Schema]:
    """The settings as they were, and the schema."""
    wanted = array_text(namespaces or (default,))
    # Temporary tables come last: they could hide the ones that are asked for.
    search_path = f"{quote_identifier(default)}, pg_temp"
    ((*answer, found),) = session.query(queries.SETTINGS, (search_path, wanted))
    name = Namer(None if namespaces else default, default)
    answers = _answers(session, wanted, is_whole=is_whole)
    belongings = _belongings(next(answers)) if is_whole else {}
    columns_of = {
        oid: tuple([_with_belongings(column_from(row, name), oid, belongings) for row in rows])
        for oid, rows in _by_relation(_rows(next(answers), ColumnRow)).items()
    }
    tables = _tables(answers, columns_of, belongings, name)
    enums = _rows(next(answers), queries.EnumRow)
    extensions = _rows(next(answers), queries.ExtensionRow)
    opaque_rows = _rows(next(answers), opaque_queries.OpaqueRow)
    # The server takes its time for what such objects stand on, and most databases have none.
    dependencies = session.query(opaque_queries.DEPENDENCIES) if opaque_rows and is_whole else []
    schema = Schema(
        # Whatever the default namespace is called here, a schema file without schemas means it.
        namespaces=tuple(cast("list[str]", found)) if namespaces else (DEFAULT_NAMESPACE,),
        tables=tables,
        enums=tuple(
            Enum(name(e.namespace, e.name), tuple(e.values), e.comment, belongings.get(("pg_type", e.oid, None), ()))
            for e in enums
        ),
        extensions=tuple(Extension(row.name, row.namespace, row.version) for row in extensions),
        opaques=opaques_from(
            opaque_rows, _rows(dependencies, opaque_queries.DependencyRow), columns_of, belongings, name
        ),
    )
    return tuple(map(str, answer[: len(queries.SET)])), schema


def _answers(session: Session, wanted: str, *, is_whole: bool) -> Iterator[list[Row]]:
    """What the server says to each question, in an order in which it has work while ours is made of its answers."""
    given = (wanted,)
    return query_ahead(
        session,
        (
            *(((BELONGINGS, given),) if is_whole else ()),
            (queries.COLUMNS, given),
            (queries.INDEXES, given),
            (queries.CONSTRAINTS, given),
            (queries.RELATIONS, given),
            (queries.ENUMS, given),
            (queries.EXTENSIONS, ()),
            (opaque_queries.OPAQUES, given),
        ),
    )


def _belongings(rows: list[Row]) -> Belongings:
    return {(row.catalog, row.oid, row.column): tuple(row.statements) for row in _rows(rows, BelongingsRow)}


def _with_belongings(column: Column, oid: int, belongings: Belongings) -> Column:
    found = belongings.get(("pg_class", oid, column.name))
    return column if found is None else replace(column, belongings=found)


def _tables(
    answers: Iterator[list[Row]], columns_of: dict[int, tuple[Column, ...]], belongings: Belongings, name: Namer
) -> tuple[Table, ...]:
    indexes = {
        oid: indexes_from(rows, belongings, name) for oid, rows in _by_relation(_rows(next(answers), IndexRow)).items()
    }
    constraints = _by_relation(_rows(next(answers), ConstraintRow))
    relations = _rows(next(answers), RelationRow)
    tables = []
    for row in relations:
        key, others = indexes.get(row.oid, (None, ()))
        own = constraints.get(row.oid, [])
        tables.append(
            Table(
                name=name(row.namespace, row.name),
                columns=columns_of.get(row.oid, ()),
                primary_key=key,
                indexes=others,
                foreign_keys=foreign_keys_from(own, name),
                checks=checks_from(own),
                traits=traits_from(row, name),
                comment=row.comment,
            )
        )
    return tuple(tables)


def _rows(rows: list[Row], row_type: type[_Row]) -> list[_Row]:
    make = cast("Any", row_type)
    return [make(*row) for row in rows]


def _by_relation(rows: list[_Row]) -> dict[int, list[_Row]]:
    return {oid: list(group) for oid, group in groupby(rows, key=lambda row: cast("int", row[0]))}
