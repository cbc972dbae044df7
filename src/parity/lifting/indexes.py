"""`@@id`, `@@unique`, `@@index` and `@@fulltext` lines."""

from __future__ import annotations

from collections.abc import Iterator

from parity.lifting.constraints import default_index_name, index_map, primary_key_map
from parity.lifting.identifiers import condition, has_expression, index_columns
from parity.lifting.names import on_one_line
from parity.lifting.source import Source
from parity.lifting.text import array, attribute, named
from parity.psl import model as psl
from parity.psl.keys import OPERATOR_CLASSES
from parity.psl.strings import quote
from parity.schema.model import Index, IndexColumn, IndexKind, SortOrder, Table

_OPCLASS_WORDS = {word.lower(): word for word in OPERATOR_CLASSES}
"""The language's words are the database's names in camel case: `JsonbPathOps` for `jsonb_path_ops`."""

_KINDS = {IndexKind.NORMAL: "@@index", IndexKind.UNIQUE: "@@unique", IndexKind.FULLTEXT: "@@fulltext"}


def block_id(table: Table, source: Source) -> str | None:
    """The `@@id` of a primary key of several columns."""
    key = table.primary_key
    if key is None or len(key.columns) < 2:
        return None
    model = source.models.get(table.name)
    previous = None if model is None else model.primary_key
    return _commented(key.columns, table, source) + attribute(
        "@@id",
        array(_index_field(table, column, None, source) for column in key.columns),
        named("name", None if previous is None else previous.name),
        named("map", primary_key_map(table, key, source)),
    )


def block_indexes(table: Table, source: Source) -> list[str]:
    """The indexes that don't stand at a field: those of the existing file in its order, then the others."""
    known = previous_indexes(table, source)
    placed: list[tuple[int, str]] = []
    for index in _block_level(table):
        place, previous = known.get(index.name, (len(known), None))
        placed.append((place, _block_index(table, index, previous, source)))
    placed.sort(key=lambda pair: pair[0])
    return [text for _, text in placed]


def previous_indexes(table: Table, source: Source) -> dict[str, tuple[int, psl.Index | None]]:
    """The existing model's indexes by their names in the database, with their places."""
    model = source.models.get(table.name)
    if model is None:
        return {}
    columns = {field.name: field.db_name for field in model.scalar_fields}
    found: dict[str, tuple[int, psl.Index | None]] = {}
    for place, index in enumerate(model.indexes):
        names = tuple(columns.get(field.name, field.name) for field in index.fields)
        default = default_index_name(table.name.name, names, source, is_unique=index.kind is psl.IndexKind.UNIQUE)
        found.setdefault(index.database_name or default, (place, index))
        if index.database_name is None and index.name is not None:
            found.setdefault(index.name, (place, index))
    return found


def _block_level(table: Table) -> Iterator[Index]:
    for index in table.indexes:
        at_field = index.is_unique and len(index_columns(index)) == 1
        if not at_field and not has_expression(index):
            yield index


def _block_index(table: Table, index: Index, previous: psl.Index | None, source: Source) -> str:
    fields = [_index_field(table, column, index, source) for column in index.columns]
    fields += [source.column_names[table.name, column].name for column in index.include]
    where = condition(index)
    return _commented(index.columns, table, source) + attribute(
        _KINDS[index.kind],
        array(fields),
        named("name", None if previous is None else previous.name),
        named("map", index_map(table, index, source)),
        None if index.method is None else f"type: {_method(index.method)}",
        None if where is None else f"where: raw({quote(where)})",
    )


def _index_field(table: Table, column: IndexColumn, index: Index | None, source: Source) -> str:
    return attribute(
        source.column_names[table.name, column.name].name or on_one_line(column.name),
        None if column.length is None else f"length: {column.length}",
        "sort: Desc" if column.sort is SortOrder.DESC else None,
        # The language has operator classes for indexes with a method of their own only.
        None if column.opclass is None or index is None or index.method is None else f"ops: {_opclass(column.opclass)}",
    )


def _commented(columns: tuple[IndexColumn, ...], table: Table, source: Source) -> str:
    """The start of a comment for an index on a field that is commented out."""
    return "" if all(source.column_names[table.name, column.name].name for column in columns) else "// "


def _method(method: str) -> str:
    """An access method as the language spells it: `Gin`, `SpGist`."""
    return {"spgist": "SpGist"}.get(method, method.capitalize())


def _opclass(opclass: str) -> str:
    """An operator class as the language spells it: by its own word, or else raw."""
    word = _OPCLASS_WORDS.get(opclass.replace("_", "").lower())
    return f"raw({quote(opclass)})" if word is None else word
