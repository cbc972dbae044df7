"""Objects that the schema language can't say, out of catalog rows: their statements, and what they stand on. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from parity.dialects.postgres.belongings import Belongings
from parity.dialects.postgres.introspect_columns import Namer
from parity.dialects.postgres.opaque_queries import DependencyRow, OpaqueRow
from parity.dialects.postgres.reread import as_reread
from parity.dialects.sql import quote_identifier
from parity.schema.model import Column, ObjectRef, Opaque, OpaqueKind
from parity.schema.types import ObjectName

_NAMESPACE = r'(?:"(?:[^"]|"")+"|[^\s".(]+)\.'
_NAMED = re.compile(rf"^(CREATE (?:OR REPLACE )?(?:FUNCTION|PROCEDURE|STATISTICS) ){_NAMESPACE}")
_INDEX_ON = re.compile(rf'(?m)^(CREATE (?:UNIQUE )?INDEX (?:"(?:[^"]|"")+"|[^\s"]+) ON ){_NAMESPACE}')
_MADE_BY_ONE_STATEMENT = (OpaqueKind.FUNCTION, OpaqueKind.PROCEDURE, OpaqueKind.STATISTICS)
_SHOWS_COLUMNS = (OpaqueKind.VIEW, OpaqueKind.MATERIALIZED_VIEW)


def opaques_from(
    rows: Iterable[OpaqueRow],
    dependencies: Iterable[DependencyRow],
    columns_of: dict[int, tuple[Column, ...]],
    belongings: Belongings,
    name: Namer,
) -> tuple[Opaque, ...]:
    """The objects, in the order of the rows."""
    references: dict[tuple[str, int], list[ObjectRef]] = {}
    for row in dependencies:
        references.setdefault((row.catalog, row.oid), []).extend(_references(row, name))
    return tuple(
        replace(_opaque(row, references, columns_of, name), belongings=belongings.get((row.catalog, row.oid, None), ()))
        for row in rows
    )


def _opaque(
    row: OpaqueRow,
    references: dict[tuple[str, int], list[ObjectRef]],
    columns_of: dict[int, tuple[Column, ...]],
    name: Namer,
) -> Opaque:
    kind = OpaqueKind(row.kind)
    table = None if row.table_name is None else name(row.table_namespace or "", row.table_name)
    own_name = ObjectName(row.name) if row.namespace is None else name(row.namespace, row.name)
    itself = ObjectRef(kind.value, own_name)
    depends_on = references.get((row.catalog, row.oid), [])
    return Opaque(
        kind=kind,
        name=itself.name,
        definition=_definition(kind, row, name),
        table=table,
        comment=row.comment,
        depends_on=tuple(sorted({ref for ref in depends_on if ref != itself}, key=_reference_order)),
        columns=columns_of.get(row.oid, ()) if kind in _SHOWS_COLUMNS else (),
    )


def _definition(kind: OpaqueKind, row: OpaqueRow, name: Namer) -> str:
    definition = as_reread(_definition_as_printed(kind, row, name))
    return _in_order_of_names(definition) if kind is OpaqueKind.STATISTICS else definition


def _in_order_of_names(statistics: str) -> str:
    """The server prints the columns in the order in which the table has them, which means nothing."""
    head, on, rest = statistics.partition(" ON ")
    columns, of, table = rest.rpartition(" FROM ")
    return f"{head}{on}{', '.join(sorted(_parts(columns)))}{of}{table}"


def _parts(listed: str) -> Iterator[str]:
    """What stands between the commas of a list, apart from those in quotes and parentheses."""
    depth, quoted, start = 0, "", 0
    for place, character in enumerate(listed):
        if quoted:
            quoted = "" if character == quoted else quoted
        elif character in "'\"":
            quoted = character
        elif character in "()":
            depth += 1 if character == "(" else -1
        elif character == "," and depth == 0:
            yield listed[start:place].strip()
            start = place + 1
    yield listed[start:].strip()


def _definition_as_printed(kind: OpaqueKind, row: OpaqueRow, name: Namer) -> str:
    if row.namespace == name.default:
        # The server prints the namespace of these whatever the connection looks in; it would tie a migration to one.
        if kind in _MADE_BY_ONE_STATEMENT:
            return _NAMED.sub(r"\1", row.definition, count=1)
        if kind is OpaqueKind.MATERIALIZED_VIEW:
            return _plain(kind, row, name, _INDEX_ON.sub(r"\1", row.definition))
    return row.definition if row.definition.startswith("CREATE") else _plain(kind, row, name, row.definition)


def _plain(kind: OpaqueKind, row: OpaqueRow, name: Namer, definition: str) -> str:
    match kind:
        case OpaqueKind.AGGREGATE:
            prefix = "" if row.namespace in (None, name.default) else f"{quote_identifier(row.namespace or '')}."
            return f"CREATE AGGREGATE {prefix}{row.name} {definition}"
        case OpaqueKind.POLICY:
            table = name.sql(row.table_namespace, row.table_name or "")
            return f"CREATE POLICY {quote_identifier(row.name)} ON {table} {definition}"
        case OpaqueKind.RANGE_TYPE:
            return f"CREATE TYPE {name.sql(row.namespace, row.name)} {definition}"
        case _:
            return f"CREATE {kind.value} {name.sql(row.namespace, row.name)} {definition}"


def _references(row: DependencyRow, name: Namer) -> tuple[ObjectRef, ...]:
    whole = ObjectRef(row.reference_kind, name(row.namespace, row.name))
    if row.column is None or row.reference_kind != "TABLE":
        return (whole,)
    return whole, ObjectRef("COLUMN", whole.name, row.column)


def _reference_order(reference: ObjectRef) -> tuple[str, str, str, str]:
    return reference.kind, reference.name.namespace or "", reference.name.name, reference.column or ""
