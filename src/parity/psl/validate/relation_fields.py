"""Rules of single relation fields."""

from __future__ import annotations

from parity.diagnostics import Span
from parity.psl.codes import Code
from parity.psl.entries import ModelEntry, Side
from parity.psl.model import ReferentialAction
from parity.psl.providers.facts import supports
from parity.psl.reading import listed
from parity.psl.validate.context import Context
from parity.psl.validate.models import name_fits

SideGroups = dict[tuple[str, str, str], list[Side]]
"""The relation fields by model, target and relation name."""


def group_sides(context: Context) -> SideGroups:
    """Group the relation fields that could be one relation."""
    groups: SideGroups = {}
    for entry in context.resolution.models.values():
        for side in entry.sides.values():
            groups.setdefault(_identity(side), []).append(side)
    return groups


def _identity(side: Side) -> tuple[str, str, str]:
    """What a relation field has in common with those of the same relation. A name may be the one made by default."""
    first, second = sorted((side.model, side.target))
    return side.model, side.target, f"{first}To{second}" if side.name is None else side.name


def relation_is_unambiguous(side: Side, groups: SideGroups, context: Context) -> bool:
    """Whether a relation field can be told from the others. Reports where not."""
    same = groups[_identity(side)]
    if len(same) == 1 or (len(same) == 2 and side.name is not None and side.model == side.target):
        return True
    names = listed([other.field for other in same])
    if side.name is None:
        message = f"the fields {names} of `{side.model}` all lead to `{side.target}`, and no name tells them apart"
        hint = f'give each relation a name: `{side.field} {side.target} @relation("…")`, and the same on the other side'
    else:
        message = f"the fields {names} of `{side.model}` all belong to the relation `{side.name}`"
        hint = "a relation has one field on each side: give the others another name"
    context.error(Code.AMBIGUOUS_RELATION, message, side.span, hint)
    return False


def ignored_model_is_not_led_to(side: Side, entry: ModelEntry, context: Context) -> None:
    """A relation to an ignored model is ignored itself."""
    if context.model(side.target).is_ignored and not side.is_ignored and not entry.is_ignored:
        message = f"`{side.field}` leads to `{side.target}`, which is ignored"
        context.error(Code.RELATION_IGNORED, message, side.span, "add `@ignore` to the field")


def referential_actions_exist(side: Side, context: Context) -> None:
    """The database, or the client in its place, has the referential actions that are asked for."""
    for argument, given in (("onDelete", side.on_delete), ("onUpdate", side.on_update)):
        if given is not None:
            _check_action(argument, *given, context)


def _check_action(argument: str, action: ReferentialAction, span: Span, context: Context) -> None:
    facts = context.facts
    if not supports(facts, action, context.emulated):
        allowed = facts.emulated_actions if context.emulated else facts.actions
        names = ", ".join(a.value for a in ReferentialAction if a in allowed)
        where = 'with `relationMode = "prisma"`' if context.emulated else f"on {context.database}"
        message = f"`{argument}` can't be {action.value} {where}"
        context.error(Code.REFERENTIAL_ACTION, message, span, f"the actions are {names}")
    elif action is ReferentialAction.SET_DEFAULT and not facts.has_set_default and not context.emulated:
        message = f"{context.database} takes SetDefault, but doesn't do what it says"
        context.warn(Code.REFERENTIAL_ADVICE, message, span)


def foreign_key_can_have_its_name(side: Side, context: Context) -> None:
    """Where foreign keys have names, theirs fits; elsewhere none is given."""
    if side.map is None:
        return
    span = side.attribute or side.span
    if not context.facts.named_foreign_keys:
        message = f"a foreign key has no name on {context.database}"
        context.error(Code.RELATION_MAP, message, span, "remove `map:`")
        return
    name_fits(side.map, span, context)


Columns = tuple[str, ...]


def covered_columns(entry: ModelEntry) -> frozenset[Columns]:
    """The columns, in order, with which a key or index of a model starts."""
    keys = [index.fields for index in entry.indexes]
    if entry.primary_key is not None:
        keys.append(entry.primary_key.fields)
    longest = max((len(side.fields or ()) for side in entry.sides.values()), default=0)
    return frozenset(
        tuple(field.name for field in key[:count]) for key in keys for count in range(min(len(key), longest) + 1)
    )


def emulated_relation_has_an_index(side: Side, covered: frozenset[Columns], context: Context) -> None:
    """Without foreign keys, no index comes by itself."""
    if not context.emulated or side.fields is None or side.fields in covered:
        return
    columns = side.fields
    message = f"no index covers the columns of `{side.field}`, and without foreign keys none is made"
    hint = f"add `@@index([{', '.join(columns)}])`"
    context.warn(Code.RELATION_INDEX, message, side.attribute or side.span, hint)
