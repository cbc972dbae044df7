"""What a pull has to tell of the database that the schema file can't hold, or holds in another way."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from parity.lifting.enums import unnameable_values
from parity.lifting.identifiers import has_expression
from parity.lifting.models import ROW_LEVEL_SECURITY, deferrables, has_heirs, is_partitioned, unusual_nulls
from parity.lifting.names import sanitised
from parity.lifting.source import Source
from parity.schema.model import Column, Table
from parity.schema.types import TypeFamily

_Found = tuple[str, Iterable[str]]
"""One fact, and what it holds for."""


def lift_warnings(source: Source) -> tuple[str, ...]:
    """A line for each fact, in a fixed order, with everything that it holds for."""
    found = (*_of_names(source), *_of_shape(source), *_of_existing(source), *_of_unsaid(source))
    lines = ((message, ", ".join(items)) for message, items in found)
    return tuple(f"{message}: {items}" for message, items in lines if items)


def _of_names(source: Source) -> Iterator[_Found]:
    yield (
        "fields commented out, for no letter of their names can stand in the file (give them one with @map)",
        (_field(t, c, source) for t, c in _columns(source) if sanitised(c.name) == ""),
    )
    yield (
        "enum values commented out, for no letter of them can stand in the file (give them one with @map)",
        (
            f"{source.enum_names[enum.name].name}.{value}"
            for enum in source.schema.enums
            for value in unnameable_values(enum, source)
        ),
    )
    yield (
        "blocks renamed, for another one has the same name",
        (
            names[name].name
            for names in (source.table_names, source.view_names, source.enum_names)
            for name in names
            if name in source.renamed
        ),
    )


def _of_shape(source: Source) -> Iterator[_Found]:
    yield (
        "models commented out, for no columns were found (there are none, or no right to see them)",
        (_model(t, source) for t in source.tables if not t.columns),
    )
    yield (
        "models marked @@ignore, for their rows can't be told apart (no key of required columns)",
        (
            _model(t, source)
            for t in source.tables
            if t.columns and t.name not in source.usable and not _ignored(t, source)
        ),
    )
    yield (
        "columns of types that the client can't read",
        (
            f"{_field(t, c, source)} ({c.type.text or c.type.declared})"
            for t, c in _columns(source)
            if c.type.family is TypeFamily.UNSUPPORTED
        ),
    )


def _of_existing(source: Source) -> Iterator[_Found]:
    yield (
        "models whose names are kept from the existing schema file (@@map)",
        (m.name for models in (source.models, source.view_models) for m in models.values() if m.database_name),
    )
    yield (
        "fields whose names are kept from the existing schema file (@map)",
        (
            _field(t, c, source)
            for t, c in _columns(source)
            if (t.name, c.name) in source.fields and source.fields[t.name, c.name].database_name is not None
        ),
    )
    yield (
        "enums whose names are kept from the existing schema file (@@map)",
        (enum.name for enum in source.enums.values() if enum.database_name is not None),
    )
    if not source.has_foreign_keys:
        yield (
            "models whose relations are kept from the existing schema file, for no foreign keys say them",
            (m.name for m in source.models.values()),
        )


def _of_unsaid(source: Source) -> Iterator[_Found]:
    tables = source.tables
    yield "tables that are partitioned", (_model(t, source) for t in tables if is_partitioned(t))
    yield (
        "tables that others inherit from",
        (_model(t, source) for t in tables if has_heirs(t, source)),
    )
    yield (
        "index columns whose nulls have an unusual place",
        (f"{index}.{column}" for t in tables for index, column in unusual_nulls(t)),
    )
    yield (
        "tables with row level security",
        (_model(t, source) for t in tables if ROW_LEVEL_SECURITY in t.traits),
    )
    yield (
        "check and exclusion constraints",
        (f"{_model(t, source)}.{check.name or check.expression}" for t in tables for check in t.checks),
    )
    yield (
        "keys whose check can be deferred",
        (f"{_model(t, source)}.{name}" for t in tables for name in deferrables(t)),
    )
    yield (
        "generated columns, whose expressions stand in the file as if they were defaults",
        (_field(t, c, source) for t, c in _columns(source) if c.generated is not None),
    )
    yield "objects with comments in the database", _commented(source)
    yield (
        "indexes on expressions",
        (f"{_model(t, source)}.{i.name}" for t in tables for i in t.indexes if has_expression(i)),
    )


def _commented(source: Source) -> Iterator[str]:
    for enum in source.schema.enums:
        if enum.comment is not None:
            yield source.enum_names[enum.name].name
    for table in source.tables:
        if table.comment is not None:
            yield _model(table, source)
        for column in table.columns:
            if column.comment is not None:
                yield _field(table, column, source)


def _columns(source: Source) -> Iterator[tuple[Table, Column]]:
    for table in source.tables:
        for column in table.columns:
            yield table, column


def _model(table: Table, source: Source) -> str:
    return source.table_names[table.name].name


def _field(table: Table, column: Column, source: Source) -> str:
    return f"{_model(table, source)}.{source.column_names[table.name, column.name].name or column.name}"


def _ignored(table: Table, source: Source) -> bool:
    model = source.models.get(table.name)
    return model is not None and model.is_ignored
