"""Objects that the schema language can't say, out of catalog rows: views, sequences and routines. Pure.

What a view stands on is found by the names in its text: the catalog's own account of it is incomplete.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from parity.dialects.cockroachdb.introspect_tables import Words
from parity.dialects.cockroachdb.queries import RelationRow, RoutineRow, SequenceRow
from parity.dialects.cockroachdb.sequences import MOST
from parity.dialects.postgres.introspect_columns import Namer
from parity.dialects.postgres.names import quote_if_needed
from parity.dialects.postgres.tokens import Kind, parts_of
from parity.dialects.sql import column_list
from parity.schema.model import Column, ObjectRef, Opaque, OpaqueKind, Table
from parity.schema.types import ObjectName, Sequence

_VIEWS = {"v": OpaqueKind.VIEW, "m": OpaqueKind.MATERIALIZED_VIEW}
_ROUTINES = {"f": OpaqueKind.FUNCTION, "p": OpaqueKind.PROCEDURE}


def views_from(
    rows: Iterable[RelationRow],
    columns_of: Mapping[int, tuple[Column, ...]],
    tables: tuple[Table, ...],
    name: Namer,
    words: Words,
) -> tuple[Opaque, ...]:
    """The views, in the order of the rows."""
    views = [row for row in rows if row.kind in _VIEWS and row.definition is not None]
    known = {name(row.namespace, row.name): _VIEWS[row.kind] for row in views}
    found = []
    for row in views:
        kind, own = _VIEWS[row.kind], name(row.namespace, row.name)
        text = words(row.definition or "")
        columns = columns_of.get(row.oid, ())
        names = column_list(tuple(column.name for column in columns))
        found.append(
            Opaque(
                kind=kind,
                name=own,
                definition=f"CREATE {kind.value} {name.sql(row.namespace, row.name)} ({names}) AS {text}",
                comment=row.comment,
                depends_on=tuple(_references(text, own, tables, known)),
                columns=columns,
            )
        )
    return tuple(found)


def _references(
    text: str, own: ObjectName, tables: tuple[Table, ...], views: Mapping[ObjectName, OpaqueKind]
) -> Iterator[ObjectRef]:
    mentioned = {part.text for part in parts_of(text) if part.kind in (Kind.WORD, Kind.NAME)}
    for table in tables:
        if table.name.name in mentioned:
            yield ObjectRef("TABLE", table.name)
            yield from (ObjectRef("COLUMN", table.name, c.name) for c in table.columns if c.name in mentioned)
    for view, kind in views.items():
        if view != own and view.name in mentioned:
            yield ObjectRef(kind.value, view)


def sequences_from(rows: Iterable[SequenceRow], tables: tuple[Table, ...], name: Namer) -> tuple[Opaque, ...]:
    """The sequences that don't come and go with an identity column."""
    owned = {
        column.default.name for table in tables for column in table.columns if isinstance(column.default, Sequence)
    }
    return tuple(
        Opaque(OpaqueKind.SEQUENCE, name(row.namespace, row.name), _create_sequence(row, name))
        for row in rows
        if name(row.namespace, row.name) not in owned
    )


def _create_sequence(row: SequenceRow, name: Namer) -> str:
    first = row.min_value if row.increment > 0 else row.max_value
    options = (
        ("INCREMENT", row.increment, 1),
        ("MINVALUE", row.min_value, 1),
        ("MAXVALUE", row.max_value, MOST),
        ("START", row.start, first),
        ("CACHE", row.cache, 1),
    )
    said = "".join(f" {word} {value}" for word, value, usual in options if value != usual)
    return f"CREATE SEQUENCE {name.sql(row.namespace, row.name)}{said}"


def routines_from(rows: Iterable[RoutineRow], name: Namer, words: Words) -> tuple[Opaque, ...]:
    """The functions and procedures."""
    return tuple(
        Opaque(
            _ROUTINES[row.kind],
            name(row.namespace, f"{quote_if_needed(row.name)}({words(row.arguments)})"),
            words(row.definition).rstrip().removesuffix(";"),
        )
        for row in rows
        if row.kind in _ROUTINES and row.definition
    )
