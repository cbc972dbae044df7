"""The relation fields, columns and arguments that a schema leaves out but that its relations imply.

The formatter writes them in, and hints quote them. Nothing is invented that two readers could understand differently:
the names follow the language's own rules.
"""

from __future__ import annotations

from collections.abc import Iterator

from parity.diagnostics import Span
from parity.psl.entries import ModelEntry, RelationEntry, Resolution, Side
from parity.psl.inflect import camel_case, plural
from parity.psl.model import Arity, IndexField, IndexKind, RelationKind, ScalarField, ScalarType, UnsupportedType

Insertions = dict[int, list[tuple[int, str]]]
"""By file: the text to insert and where."""

_SIGNS = {Arity.REQUIRED: "", Arity.OPTIONAL: "?", Arity.LIST: "[]"}


def missing_text(resolution: Resolution) -> Insertions:
    """What to insert into which file, so that every relation is written out on both sides."""
    inline = [entry for entry in resolution.relations if entry.relation.kind is not RelationKind.MANY_TO_MANY]
    insertions: Insertions = {}
    for entry in inline:
        _add_fields(entry, resolution, insertions)
    for entry in inline:
        _add_arguments(entry, resolution, insertions)
    return insertions


def opposite_field(side: Side, is_one_to_one: bool, is_ignored: bool = False) -> str:
    """The line that a relation field lacks on the other side."""
    name = camel_case(side.model)
    if is_one_to_one:
        return f"{name} {side.model}?{' @ignore' if is_ignored else ' '}"
    return f"{plural(name)} {side.model}[]{' @ignore' if is_ignored else ' '}"


def _add_fields(entry: RelationEntry, resolution: Resolution, insertions: Insertions) -> None:
    models = resolution.models
    holder, target = models[entry.relation.model_a], models[entry.relation.model_b]
    if entry.back is None and entry.forward is not None:
        line = opposite_field(entry.forward, entry.relation.kind is RelationKind.ONE_TO_ONE, holder.is_ignored)
        _before_end(target, line, insertions)
    if entry.forward is None:
        _before_end(holder, _holding_field(entry, holder, target), insertions)
    if entry.forward is None or entry.forward.fields is None:
        for line in _column_lines(entry, holder, target, resolution):
            _before_end(holder, line, insertions)


def holding_fields(entry: RelationEntry, resolution: Resolution) -> tuple[str, ...]:
    """The lines that the side with the columns lacks, where there is no field at all: the field, and its columns."""
    models = resolution.models
    holder, target = models[entry.relation.model_a], models[entry.relation.model_b]
    return _holding_field(entry, holder, target), *_column_lines(entry, holder, target, resolution)


def _holding_field(entry: RelationEntry, holder: ModelEntry, target: ModelEntry) -> str:
    arity = Arity.OPTIONAL
    if all(f.arity is not Arity.OPTIONAL for f in _implied_columns(entry, holder, target)):
        arity = Arity.REQUIRED
    arguments = f"{_fields(entry, holder, target)}, {_references(entry, target)}"
    return f"{camel_case(target.name)} {target.name}{_SIGNS[arity]} @relation({arguments})"


def _column_lines(
    entry: RelationEntry, holder: ModelEntry, target: ModelEntry, resolution: Resolution
) -> Iterator[str]:
    for field in _implied_columns(entry, holder, target):
        if field.name in holder.scalars:
            continue
        if not isinstance(field.type, ScalarType):
            return
        native = ""
        if field.native_type is not None:
            native = _slice(resolution, field.native_type.span)
        yield f"{field.name} {field.type.value}{_SIGNS[field.arity]} {native}"


def _slice(resolution: Resolution, span: Span) -> str:
    return resolution.files[span.file].text[span.start : span.end]


def _before_end(entry: ModelEntry, line: str, insertions: Insertions) -> None:
    insertions.setdefault(entry.report.file, []).append((entry.block.end - 1, line + "\n"))


def _add_arguments(entry: RelationEntry, resolution: Resolution, insertions: Insertions) -> None:
    side = entry.forward
    if side is None or (side.fields is not None and side.references is not None):
        return
    models = resolution.models
    holder, target = models[side.model], models[side.target]
    fields, references = _fields(entry, holder, target), _references(entry, target)
    place = insertions.setdefault(side.span.file, [])
    node = holder.side_nodes[side.field]
    attribute = next((a for a in node.attributes if a.name.text == "relation"), None)
    if attribute is None:
        assert node.type is not None
        place.append((node.type.end, f" @relation({fields}, {references})"))
        return
    missing = [text for text, given in ((fields, side.fields), (references, side.references)) if given is None]
    if attribute.arguments is None or not attribute.arguments.items:
        place.append((attribute.end, f"({', '.join(missing)})"))
    else:
        place.append((attribute.end - 1, ", " + ", ".join(missing)))


def _fields(entry: RelationEntry, holder: ModelEntry, target: ModelEntry) -> str:
    return f"fields: [{', '.join(f.name for f in _implied_columns(entry, holder, target))}]"


def _references(entry: RelationEntry, target: ModelEntry) -> str:
    if entry.forward is not None and entry.forward.references is not None:
        names: tuple[str, ...] = entry.forward.references
    else:
        criteria = _criteria(target)
        strict = next((c for c in criteria if all(_is_strict(target.scalars.get(f.name)) for f in c)), ())
        names = tuple(f.name for f in strict)
    return f"references: [{', '.join(names)}]"


def _is_strict(field: ScalarField | None) -> bool:
    return field is not None and field.arity is not Arity.OPTIONAL and not isinstance(field.type, UnsupportedType)


def _criteria(entry: ModelEntry) -> Iterator[tuple[IndexField, ...]]:
    """The fields of the primary key and of each unique index."""
    if entry.primary_key is not None:
        yield entry.primary_key.fields
    yield from (index.fields for index in entry.indexes if index.kind is IndexKind.UNIQUE)


def _implied_columns(entry: RelationEntry, holder: ModelEntry, target: ModelEntry) -> list[ScalarField]:
    """The columns that would hold the relation: one for each field of the target's first unique criterion."""
    columns = []
    for column in next(_criteria(target), ()):
        model = target.scalars.get(column.name)
        if model is None:
            continue
        name = target.name[:1].lower() + target.name[1:] + column.name[:1].upper() + column.name[1:]
        existing = holder.scalars.get(name)
        if existing is not None:
            arity, type_ = existing.arity, existing.type
        else:
            arity, type_ = (Arity.OPTIONAL if entry.forward is None else entry.forward.arity), model.type
        columns.append(ScalarField(name, type_, arity, native_type=model.native_type))
    return columns
