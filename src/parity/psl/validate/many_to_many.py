"""Rules of many-to-many relations that no model stands for."""

from __future__ import annotations

from parity.psl.codes import Code
from parity.psl.entries import RelationEntry, Side
from parity.psl.validate.context import Context

_HINT = "write a model for the relation, with a relation field to each side"


def many_to_many_is_not_embedded(entry: RelationEntry, context: Context) -> None:
    """Only document databases hold such a relation in lists of keys."""
    for side in _sides(entry):
        message = f"{context.database} can't hold `{side.field}` as a list of keys"
        context.error(Code.MANY_TO_MANY, message, side.span, "remove `fields` and `references` from both sides")


def many_to_many_is_between_models(entry: RelationEntry, context: Context) -> None:
    """A view can't be joined by a table of our own."""
    sides = _sides(entry)
    if any(context.model(side.model).is_view for side in sides):
        for side in sides:
            context.error(Code.MANY_TO_MANY, "a view can't be in a many-to-many relation", side.span, _HINT)


def many_to_many_leads_to_single_keys(entry: RelationEntry, context: Context) -> None:
    """Both models have a primary key of one field, and nothing else is referenced."""
    for side in _sides(entry):
        key = context.model(side.target).primary_key
        if key is None or len(key.fields) != 1:
            message = f"`{side.field}` leads to `{side.target}`, which has no `@id` of one field"
            context.error(Code.MANY_TO_MANY, message, side.span, _HINT)
        elif side.references is not None and side.references != (key.fields[0].name,):
            message = f"a many-to-many relation references the `@id`, `{key.fields[0].name}`, and nothing else"
            context.error(Code.MANY_TO_MANY, message, side.span, "remove `references`")


def many_to_many_has_no_actions(entry: RelationEntry, context: Context) -> None:
    """The join table is always cleaned up: there is no choice."""
    for side in _sides(entry):
        for given in (side.on_delete, side.on_update):
            if given is not None:
                message = "a many-to-many relation has no referential actions"
                context.error(Code.MANY_TO_MANY, message, given[1], _HINT)


def many_to_many_names_no_references(entry: RelationEntry, context: Context) -> None:
    """The join table has columns of its own."""
    for side in _sides(entry):
        if side.references is not None:
            message = f"`{side.field}` is one side of a many-to-many relation and takes no `references`"
            context.error(Code.MANY_TO_MANY, message, side.span, "remove `references`")


def _sides(entry: RelationEntry) -> list[Side]:
    return [side for side in (entry.forward, entry.back) if side is not None]
