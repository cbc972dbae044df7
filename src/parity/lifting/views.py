"""The block of a view, for files that switch views on.

A database knows no keys and no relations of a view, so these come from the existing file alone.
"""

from __future__ import annotations

from parity.lifting import notes
from parity.lifting.blocks import Block, Line, block_text
from parity.lifting.fields import field_lines
from parity.lifting.names import is_reserved
from parity.lifting.relations import Relations, kept_relation_fields
from parity.lifting.source import Source
from parity.lifting.text import array, attribute, named
from parity.psl import model as psl
from parity.psl.strings import quote
from parity.schema.model import Column, Opaque
from parity.schema.types import Arity

_KINDS = {
    psl.IndexKind.NORMAL: "@@index",
    psl.IndexKind.UNIQUE: "@@unique",
    psl.IndexKind.FULLTEXT: "@@fulltext",
}
_PREVIOUS_ARITY = {psl.Arity.REQUIRED: "", psl.Arity.OPTIONAL: "?", psl.Arity.LIST: "[]"}
_ARITY = {Arity.REQUIRED: "", Arity.NULLABLE: "?", Arity.LIST: "[]"}


def view_block(view: Opaque, relations: Relations, source: Source) -> str:
    """The text of a view's block."""
    name = source.view_names[view.name]
    model = source.view_models.get(view.name)
    lines: list[Line] = []
    for column in view.columns:
        lines += _field(view, column, model, source)
    lines += kept_relation_fields(model, relations, views_only=False)
    attributes = _keys(model)
    if name.mapped is not None:
        attributes.append(attribute("@@map", quote(name.mapped)))
    if model is not None and model.is_ignored:
        attributes.append("@@ignore")
    if source.shows_namespaces and view.name.namespace is not None:
        attributes.append(attribute("@@schema", quote(view.name.namespace)))
    return block_text(Block(f"view {name.name}", lines, attributes, _notes(view, model, source)))


def _notes(view: Opaque, model: psl.Model | None, source: Source) -> list[str]:
    name = source.view_names[view.name]
    added = []
    if model is None and name.mapped is not None and is_reserved(view.name.name):
        added.append(notes.renamed("view", name.name, name.mapped))
    if model is None and (view.comment is not None or any(c.comment is not None for c in view.columns)):
        added.append(notes.VIEW_COMMENT)
    return notes.merged(None if model is None else model.documentation, added)


def _field(view: Opaque, column: Column, model: psl.Model | None, source: Source) -> list[Line]:
    previous = source.fields.get((view.name, column.name))
    arity = _ARITY[column.arity]
    if previous is not None and column.arity is Arity.NULLABLE:
        arity = _PREVIOUS_ARITY[previous.arity]
    return field_lines(
        view.name,
        column,
        source,
        unique=_unique(previous, model),
        id=_id(previous, model),
        arity=arity,
        previous=previous,
    )


def _id(previous: psl.ScalarField | None, model: psl.Model | None) -> str | None:
    if previous is None or model is None or model.primary_key is None:
        return None
    key = model.primary_key
    if [field.name for field in key.fields] != [previous.name]:
        return None
    return attribute("@id", named("map", key.database_name))


def _unique(previous: psl.ScalarField | None, model: psl.Model | None) -> str | None:
    if previous is None or model is None:
        return None
    for index in model.indexes:
        if index.kind is psl.IndexKind.UNIQUE and [field.name for field in index.fields] == [previous.name]:
            return attribute("@unique", named("map", index.database_name))
    return None


def _keys(model: psl.Model | None) -> list[str]:
    if model is None:
        return []
    lines = []
    key = model.primary_key
    if key is not None and len(key.fields) > 1:
        names = array(field.name for field in key.fields)
        lines.append(attribute("@@id", names, named("name", key.name), named("map", key.database_name)))
    for index in model.indexes:
        if index.kind is not psl.IndexKind.UNIQUE or len(index.fields) > 1:
            names = array(field.name for field in index.fields)
            lines.append(
                attribute(_KINDS[index.kind], names, named("name", index.name), named("map", index.database_name))
            )
    return lines
