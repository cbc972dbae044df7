"""Schema -> schema.prisma text: what `db pull` writes, fresh or over an existing file.

What the existing file says and the database can't (names of models, fields, relations and indexes, documentation,
client-side defaults, `@updatedAt`, `@@ignore`) is kept; everything else is as the database has it. Plain `//` comments
between the blocks are not kept. Reads and writes no files.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import TypeVar

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.base import Dialect
from parity.lifting.enums import enum_block, kept_enum_block
from parity.lifting.header import has_generator, with_partial_indexes
from parity.lifting.models import model_block
from parity.lifting.relations import Relations, find_relations
from parity.lifting.source import Source, make_source
from parity.lifting.views import view_block
from parity.lifting.warnings import lift_warnings
from parity.psl.collecting import collecting_later
from parity.psl.format import lay_out
from parity.psl.model import Datamodel, Enum, Model
from parity.psl.parser import parse_file
from parity.schema.model import Schema
from parity.schema.types import ObjectName

_Block = TypeVar("_Block", Model, Enum)


class LiftResult(Struct, frozen=True):
    """A schema file's text, and what there is to say about it."""

    text: str
    warnings: tuple[str, ...]


class LiftedFiles(Struct, frozen=True):
    """The texts of a schema's files, in the order of their headers, and what there is to say about them."""

    texts: tuple[str, ...]
    warnings: tuple[str, ...]


_Placed = tuple[int | None, str]
"""A block's text, and the file of the existing schema that has the block; None for a new one."""


def lift(schema: Schema, dialect: Dialect, *, existing: Datamodel | None, header: str) -> LiftResult:
    """The schema file for `schema`.

    `existing` is the datamodel of the file that is there (of its datasource and generators alone, to forget its
    models), `header` the text of its datasource and generator blocks.
    """
    lifted = lift_files(schema, dialect, existing=existing, headers=(header,), new_in=0)
    return LiftResult(lifted.texts[0], lifted.warnings)


def lift_files(
    schema: Schema, dialect: Dialect, *, existing: Datamodel | None, headers: tuple[str, ...], new_in: int
) -> LiftedFiles:
    """The files of a schema: one for each header.

    A block stays in the file that has it; a new one goes into the file `new_in`. Where there is one file only, it has
    all blocks.
    """
    with collecting_later():
        return _lift(schema, dialect, existing if existing is not None else Datamodel(), headers, new_in)


def lift_blocks(schema: Schema, dialect: Dialect, *, existing: Datamodel | None) -> dict[ObjectName, str]:
    """The block of each table, view and enum as a file would hold it, by its name in the database."""
    with collecting_later():
        source = make_source(schema, dialect, existing if existing is not None else Datamodel())
        relations = find_relations(source)
        blocks = {table.name: model_block(table, relations, source) for table in source.tables}
        blocks.update({view.name: view_block(view, relations, source) for view in source.views})
        if dialect.capabilities.enums:
            blocks.update({enum.name: enum_block(enum, source) for enum in schema.enums})
        return blocks


def _lift(schema: Schema, dialect: Dialect, existing: Datamodel, headers: tuple[str, ...], new_in: int) -> LiftedFiles:
    left_out = () if any(map(has_generator, headers)) else tuple(_partial_indexes(schema))
    if left_out:
        schema = _without_partial_indexes(schema)
    source = make_source(schema, dialect, existing)
    relations = find_relations(source)
    if any(_partial_indexes(schema)):
        headers = tuple(map(with_partial_indexes, headers))
    files = [[lay_out(parse_file(header.strip() + "\n"))] if header.strip() else [] for header in headers]
    for file, block in (*_models(relations, source), *_views(relations, source), *_enums(source)):
        files[0 if len(files) == 1 else new_in if file is None else file].append(block)
    texts = tuple("\n".join(blocks) or "\n" for blocks in files)
    return LiftedFiles(texts, (*lift_warnings(source), *_said_of(left_out)))


def _models(relations: Relations, source: Source) -> Iterator[_Placed]:
    places = _places(source.existing.models, source.models)
    by_name = {table.name: table for table in source.tables}
    for name in _ordered(by_name, places):
        yield _file_of(source.models.get(name)), model_block(by_name[name], relations, source)


def _views(relations: Relations, source: Source) -> Iterator[_Placed]:
    places = _places(source.existing.models, source.view_models)
    by_name = {view.name: view for view in source.views}
    for name in _ordered(by_name, places):
        yield _file_of(source.view_models.get(name)), view_block(by_name[name], relations, source)


def _enums(source: Source) -> Iterator[_Placed]:
    if not source.dialect.capabilities.enums:
        yield from ((_file_of(enum), kept_enum_block(enum)) for enum in source.existing.enums)
        return
    places = _places(source.existing.enums, source.enums)
    by_name = {enum.name: enum for enum in source.schema.enums}
    for name in _ordered(by_name, places):
        yield _file_of(source.enums.get(name)), enum_block(by_name[name], source)


def _file_of(block: Model | Enum | None) -> int | None:
    """The file of the existing schema that holds a block."""
    return None if block is None else block.span.file


def _places(blocks: Iterable[_Block], matched: Mapping[ObjectName, _Block]) -> dict[ObjectName, int]:
    """Where the existing file has the block of each object."""
    order = {block.name: place for place, block in enumerate(blocks)}
    return {name: order[block.name] for name, block in matched.items()}


def _ordered(names: Iterable[ObjectName], places: Mapping[ObjectName, int]) -> list[ObjectName]:
    """Known ones in the file's order, then new ones in the schema's."""
    return sorted(names, key=lambda name: (name not in places, places.get(name, 0)))


def _partial_indexes(schema: Schema) -> Iterator[str]:
    for table in schema.tables:
        yield from (f"{table.name.name}.{index.name}" for index in table.indexes if index.predicate is not None)


def _without_partial_indexes(schema: Schema) -> Schema:
    """The schema without what only a preview feature has words for, and only a generator can switch that on."""
    return replace(
        schema,
        tables=tuple(
            replace(table, indexes=tuple(index for index in table.indexes if index.predicate is None))
            for table in schema.tables
        ),
    )


def _said_of(left_out: tuple[str, ...]) -> tuple[str, ...]:
    if not left_out:
        return ()
    return (
        f"partial indexes left out (the database keeps them): {', '.join(left_out)}; the file has words for them only "
        'with a generator that has previewFeatures = ["partialIndexes"]',
    )
