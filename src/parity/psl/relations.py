"""Relations: what each relation field says, and which two fields make one relation.

Two relation fields belong together where they lead to each other's model under the same name. The side that holds
the foreign key comes first in a relation; in a many-to-many the model whose name sorts first, which is the order of
the join table's columns.
"""

from __future__ import annotations

from msgspec.structs import replace

from parity.diagnostics import Span
from parity.psl.codes import Code
from parity.psl.entries import ModelEntry, RelationEntry, Side
from parity.psl.model import Arity, IndexKind, ReferentialAction, Relation, RelationKind
from parity.psl.reading import AttributeReader, Attributes, constant, did_you_mean, elements, listed, show, string

_ACTIONS = {action.value: action for action in ReferentialAction}
_ATTRIBUTES = ("relation", "ignore")


def read_relation_field(side: Side, attributes: Attributes, entry: ModelEntry, models: dict[str, ModelEntry]) -> Side:
    """A relation field with what its attributes say."""
    reader = attributes.take("relation")
    if reader is not None:
        side = _read_relation(reader, side, entry, models[side.target])
        reader.finish()
    ignore = attributes.take("ignore")
    if ignore is not None:
        side = replace(side, is_ignored=True)
        ignore.finish()
    for name in ("id", "default", "map", "unique"):
        misplaced = attributes.take(name)
        if misplaced is not None:
            hint = None
            if side.fields:
                hint = f"put it on `{side.fields[0]}`" if len(side.fields) == 1 else f"write `@@{name}([…])`"
            message = f"`{side.field}` is a relation field and can't have `@{name}`"
            misplaced.error(Code.RELATION_FIELD_ATTRIBUTE, message, hint if name != "default" else None)
    attributes.finish(_ATTRIBUTES, "@")
    return side


def _read_relation(reader: AttributeReader, side: Side, entry: ModelEntry, target: ModelEntry) -> Side:
    fields = _field_list(reader, "fields", entry)
    references = _field_list(reader, "references", target)
    name = _name(reader)
    on_delete = _action(reader, "onDelete")
    on_update = _action(reader, "onUpdate")
    span = reader.report.span(reader.attribute)
    return Side(
        side.model,
        side.field,
        side.target,
        side.arity,
        side.span,
        span,
        name,
        fields,
        references,
        on_delete,
        on_update,
        reader.text("map"),
    )


def _name(reader: AttributeReader) -> str | None:
    if reader.unnamed is None and "name" not in reader.named:
        return None
    if reader.unnamed is not None and "name" in reader.named:
        reader.named.pop("name")
        reader.unnamed = None
        return None
    value = reader.default("name")
    name = None if value is None else string(reader.report, value)
    if name == "":
        reader.error(Code.EMPTY_TEXT, "the name of a relation is empty")
        return None
    return name


def _field_list(reader: AttributeReader, argument: str, owner: ModelEntry) -> tuple[str, ...] | None:
    value = reader.optional(argument)
    if value is None:
        return None
    names = [constant(reader.report, item) for item in elements(value)]
    if None in names:
        return ()
    found = [name for name in names if name is not None]
    unknown = [n for n in found if n not in owner.scalars and n not in owner.sides]
    relations = [n for n in found if n in owner.sides]
    seen: set[str] = set()
    for name in found:
        if name in seen and name in owner.scalars:
            reader.error(Code.RELATION_FIELDS, f"`{argument}` names the field `{name}` twice")
            return ()
        seen.add(name)
    place = value if argument == "fields" else reader.attribute
    if unknown:
        hint = did_you_mean(reader.report.sink, unknown[0], owner.scalars) if len(unknown) == 1 else None
        message = f"`{argument}` names fields that `{owner.name}` doesn't have: {listed(unknown)}"
        reader.report.error(Code.RELATION_FIELDS, message, place, hint)
    if relations:
        message = f"`{argument}` names relation fields, but needs columns: {listed(relations)}"
        reader.report.error(Code.RELATION_FIELDS, message, place)
    return () if unknown or relations else tuple(found)


def _action(reader: AttributeReader, argument: str) -> tuple[ReferentialAction, Span] | None:
    value = reader.optional(argument)
    word = None if value is None else constant(reader.report, value)
    if value is None or word is None:
        return None
    action = _ACTIONS.get(word)
    if action is None:
        message = f"`{show(word)}` is no referential action"
        hint = did_you_mean(reader.report.sink, word, _ACTIONS) or f"the actions are {', '.join(_ACTIONS)}"
        reader.report.error(Code.REFERENTIAL_ACTION, message, value, hint)
        return None
    return action, reader.report.span(value)


# --- pairs --------------------------------------------------------------------------------------------------------


def pair_relations(models: dict[str, ModelEntry]) -> tuple[RelationEntry, ...]:
    """Join the relation fields of all models into relations, in the order of the source."""
    groups: dict[tuple[str, str, str | None], list[Side]] = {}
    for entry in models.values():
        for side in entry.sides.values():
            groups.setdefault((side.model, side.target, side.name), []).append(side)
    relations = []
    for entry in models.values():
        uniques = _unique_columns(entry) if entry.sides else frozenset()
        for side in entry.sides.values():
            candidates = groups.get((side.target, side.model, side.name), ())
            opposite = next((other for other in candidates if other is not side), None)
            relation = _relation(side, opposite, uniques)
            if relation is not None:
                relations.append(relation)
    return tuple(relations)


def _relation(side: Side, opposite: Side | None, uniques: frozenset[tuple[str, ...] | None]) -> RelationEntry | None:
    """The relation that a side makes; None where the other side is the one that makes it."""
    if opposite is None:
        if side.arity is Arity.LIST:
            return _entry(RelationKind.ONE_TO_MANY, None, side)
        kind = RelationKind.ONE_TO_ONE if side.fields in uniques else RelationKind.ONE_TO_MANY
        return _entry(kind, side, None)
    if side.arity is Arity.LIST:
        if opposite.arity is not Arity.LIST or not _sorts_first(side, opposite):
            return None
        embedded = side.fields is not None or opposite.fields is not None
        return _entry(RelationKind.MANY_TO_MANY, side, opposite, embedded)
    if opposite.arity is Arity.LIST:
        return _entry(RelationKind.ONE_TO_MANY, side, opposite)
    if side.arity is not opposite.arity:
        return _entry(RelationKind.ONE_TO_ONE, side, opposite) if side.arity is Arity.REQUIRED else None
    if side.arity is Arity.OPTIONAL and (side.fields is not None or opposite.fields is not None):
        return None if side.fields is None else _entry(RelationKind.ONE_TO_ONE, side, opposite)
    if (side.model, side.field) > (opposite.model, opposite.field):
        return None
    return _entry(RelationKind.ONE_TO_ONE, side, opposite)


def _sorts_first(side: Side, opposite: Side) -> bool:
    if side.model != opposite.model:
        return side.model < opposite.model
    return side.field <= opposite.field


def _unique_columns(entry: ModelEntry) -> frozenset[tuple[str, ...] | None]:
    """The columns of each unique index of a model."""
    return frozenset(
        tuple(column.name for column in index.fields) for index in entry.indexes if index.kind is IndexKind.UNIQUE
    )


def _entry(kind: RelationKind, forward: Side | None, back: Side | None, embedded: bool = False) -> RelationEntry:
    first = forward or back
    assert first is not None
    columns = forward.fields if forward is not None and kind is not RelationKind.MANY_TO_MANY else None
    references = forward.references if forward is not None and kind is not RelationKind.MANY_TO_MANY else None
    relation = Relation(
        kind,
        first.target if forward is None else forward.model,
        first.model if forward is None else forward.target,
        None if forward is None else forward.field,
        None if back is None else back.field,
        first.name,
        columns or (),
        references or (),
        None if forward is None or forward.on_delete is None else forward.on_delete[0],
        None if forward is None or forward.on_update is None else forward.on_update[0],
        None if forward is None else forward.map,
        first.attribute or first.span,
    )
    return RelationEntry(relation, forward, back, embedded)
