"""The block of a model."""

from __future__ import annotations

from collections.abc import Iterator

from parity.lifting import notes
from parity.lifting.blocks import Block, Line, block_text
from parity.lifting.fields import field_keys, scalar_field
from parity.lifting.identifiers import has_expression
from parity.lifting.indexes import block_id, block_indexes, previous_indexes
from parity.lifting.names import is_reserved
from parity.lifting.relations import Relations, relation_fields
from parity.lifting.source import Source, is_ignored
from parity.lifting.text import attribute
from parity.psl.strings import quote
from parity.schema.model import Table

ROW_LEVEL_SECURITY = "ROW LEVEL SECURITY"
_PARTITIONED = "PARTITION BY"
_EXCLUSION = "EXCLUDE"


def model_block(table: Table, relations: Relations, source: Source) -> str:
    """The text of a table's model."""
    name = source.table_names[table.name]
    model = source.models.get(table.name)
    lines: list[Line] = []
    keys = field_keys(table)
    for column in table.columns:
        lines += scalar_field(table, column, keys, source)
    lines += relation_fields(table, relations, source)
    attributes = [line for line in (block_id(table, source), *block_indexes(table, source)) if line is not None]
    if name.mapped is not None:
        attributes.append(attribute("@@map", quote(name.mapped)))
    if is_ignored(table, source, explicit=model is not None and model.is_ignored):
        attributes.append("@@ignore")
    if source.shows_namespaces and table.name.namespace is not None:
        attributes.append(attribute("@@schema", quote(table.name.namespace)))
    docs = notes.merged(None if model is None else model.documentation, list(_notes(table, relations, source)))
    return block_text(Block(f"model {name.name}", lines, attributes, docs, is_commented_out=not table.columns))


def is_partitioned(table: Table) -> bool:
    """Whether the table is cut into partitions."""
    return any(trait.startswith(_PARTITIONED) for trait in table.traits)


def has_heirs(table: Table, source: Source) -> bool:
    """Whether other tables inherit from it."""
    return table.name in source.parents


def unusual_nulls(table: Table) -> Iterator[tuple[str, str]]:
    """(index, column) where nulls don't stand where the direction puts them."""
    for index in table.indexes:
        for column in index.columns:
            if column.nulls_first is not None and not has_expression(index):
                yield index.name, column.name


def deferrables(table: Table) -> Iterator[str]:
    """The keys whose check can wait for the end of the transaction."""
    if table.primary_key is not None and table.primary_key.deferrable is not None:
        yield table.primary_key.name or ""
    for index in table.indexes:
        if index.deferrable is not None:
            yield index.name
    for key in table.foreign_keys:
        if key.deferrable is not None:
            yield key.name or ""


def _notes(table: Table, relations: Relations, source: Source) -> Iterator[str]:
    """What the block should say of the table that the language can't; most of it when the model is new only."""
    name = source.table_names[table.name]
    model = source.models.get(table.name)
    is_new = model is None
    if is_new and name.mapped is not None and is_reserved(table.name.name):
        yield notes.renamed("model", name.name, name.mapped)
    if is_new:
        yield from _notes_of_structure(table, source)
    if not table.columns:
        yield notes.NO_COLUMNS_OR_RIGHTS
    elif table.name not in source.usable and not (model is not None and model.is_ignored):
        yield notes.NO_IDENTIFIER
    if is_new:
        yield from _notes_of_keys(table, source)
    if _adds_unusual_nulls(table, source):
        yield notes.NULL_ORDER
    if source.dialect.capabilities.tells_expressions and any(has_expression(index) for index in table.indexes):
        yield notes.EXPRESSION_INDEX


def _notes_of_structure(table: Table, source: Source) -> Iterator[str]:
    if is_partitioned(table):
        yield notes.PARTITION
    if has_heirs(table, source):
        yield notes.SUBCLASS
    if not source.dialect.capabilities.tells_expressions:
        return
    exclusions = [check.expression.startswith(_EXCLUSION) for check in table.checks]
    if not all(exclusions):
        yield notes.CHECK
    if any(exclusions):
        yield notes.EXCLUSION


def _notes_of_keys(table: Table, source: Source) -> Iterator[str]:
    if table.comment is not None or any(column.comment is not None for column in table.columns):
        yield notes.MODEL_COMMENT
    if source.dialect.capabilities.tells_expressions and any(True for _ in deferrables(table)):
        yield notes.DEFERRING
    if ROW_LEVEL_SECURITY in table.traits:
        yield notes.ROW_LEVEL_SECURITY


def _adds_unusual_nulls(table: Table, source: Source) -> bool:
    known = previous_indexes(table, source)
    return any(index not in known for index, _ in unusual_nulls(table))
