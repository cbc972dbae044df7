"""Rules of one-to-one and one-to-many relations: both sides together."""

from __future__ import annotations

from parity.counting import counted
from parity.psl.codes import Code
from parity.psl.complete import holding_fields, opposite_field
from parity.psl.entries import RelationEntry, Side
from parity.psl.model import Arity, ReferentialAction, RelationKind
from parity.psl.providers.facts import ConstraintKind
from parity.psl.validate.context import Context
from parity.psl.validate.models import report_clash
from parity.psl.validate.name_scopes import foreign_key_name


def references_are_unique(entry: RelationEntry, context: Context) -> None:
    """The referenced fields are a key or unique in their model."""
    side = entry.forward
    if side is None or not side.references:
        return
    target = context.model(side.target)
    wanted = tuple(sorted(side.references))
    if wanted in context.unique_keys(target)[1]:
        return
    listed = ", ".join(side.references)
    message = f"nothing makes `{listed}` of `{side.target}` unique, so that a relation can't reference it"
    hint = f"add `@unique` to `{listed}`" if len(wanted) == 1 else f"add `@@unique([{listed}])` to `{side.target}`"
    context.error(Code.RELATION_UNIQUE, message, side.span, hint)


def sides_have_equal_length(entry: RelationEntry, context: Context) -> None:
    """`fields` and `references` name equally many fields."""
    side = entry.forward
    if side is None or side.fields is None or side.references is None:
        return
    if len(side.fields) != len(side.references):
        message = f"`fields` names {counted(len(side.fields), 'field')}, but `references` {len(side.references)}"
        context.error(Code.RELATION_TYPES, message, side.attribute or side.span)


def required_relation_has_required_columns(entry: RelationEntry, context: Context) -> None:
    """A relation can't be required where its columns may be null."""
    side = entry.forward
    if side is None or side.arity is not Arity.REQUIRED or side.fields is None:
        return
    holder = context.model(side.model)
    optional = [n for n in side.fields if n in holder.scalars and holder.scalars[n].arity is Arity.OPTIONAL]
    if optional:
        message = f"`{side.field}` is required, but its column `{optional[0]}` may be null"
        hint = f"write `{side.field} {side.target}?`, or make the column required"
        context.error(Code.RELATION_ARITY, message, side.span, hint)


def column_types_match(entry: RelationEntry, context: Context) -> None:
    """Each column has the type of the field that it references."""
    side = entry.forward
    if side is None or side.fields is None or side.references is None:
        return
    holder, target = context.model(side.model), context.model(side.target)
    for name, referenced in zip(side.fields, side.references, strict=False):
        mine, other = holder.scalars.get(name), target.scalars.get(referenced)
        if mine is not None and other is not None and mine.type != other.type:
            message = f"`{side.model}.{name}` and `{side.target}.{referenced}`, which it references, differ in type"
            context.error(Code.RELATION_TYPES, message, side.span, "give both the same type")


def foreign_key_name_is_free(entry: RelationEntry, context: Context) -> None:
    """The name of a foreign key is no other constraint's."""
    holder = context.model(entry.relation.model_a)
    target = context.model(entry.relation.model_b)
    span = target.span if entry.forward is None else entry.forward.span
    name = foreign_key_name(holder, entry, context.facts)
    report_clash(ConstraintKind.FOREIGN_KEY, holder, name, span, context)


def set_null_needs_optional_columns(entry: RelationEntry, context: Context) -> None:
    """SetNull makes sense where the columns may be null."""
    side = entry.forward
    if side is None:
        return
    holder = context.model(side.model)
    if side.fields is not None and all(holder.scalars[n].arity is not Arity.REQUIRED for n in side.fields):
        return
    for argument, given in (("onDelete", side.on_delete), ("onUpdate", side.on_update)):
        if given is None or given[0] is not ReferentialAction.SET_NULL:
            continue
        message = f"`{argument}: SetNull` of `{side.field}` would put null into a required column"
        hint = "choose another action, or make the column optional"
        if context.facts.set_null_on_required and not context.emulated:
            context.warn(Code.REFERENTIAL_ADVICE, message, side.span, hint)
        else:
            context.error(Code.REFERENTIAL_ACTION, message, side.span, hint)


# --- both sides -----------------------------------------------------------------------------------------------------


def both_sides_are_there(entry: RelationEntry, context: Context) -> None:
    """A relation has a field on each side."""
    side = entry.forward or entry.back
    if side is None or (entry.forward is not None and entry.back is not None):
        return
    message = f"`{side.field}` of `{side.model}` leads to `{side.target}`, but no field there leads back"
    context.error(Code.MISSING_OPPOSITE, message, side.span, _opposite_hint(entry, side, context))


def _opposite_hint(entry: RelationEntry, side: Side, context: Context) -> str:
    if entry.forward is None:
        # Without a key on this side there is nothing to refer to, which is an error of its own.
        lines = [line.rstrip().replace("[]", "[…]") for line in holding_fields(entry, context.resolution)]
        if side.name is not None:
            lines[0] = lines[0].replace("@relation(", f'@relation("{side.name}", ', 1)
    else:
        lines = [opposite_field(side, entry.relation.kind is RelationKind.ONE_TO_ONE).rstrip()]
        if side.name is not None:
            lines[0] += f' @relation("{side.name}")'
    added = " and ".join(f"`{line}`" for line in lines)
    return f"add {added} to `{side.target}`, or let `format` write it"


def one_to_many_says_its_columns(entry: RelationEntry, context: Context) -> None:
    """The single side of a one-to-many gives `fields` and `references`, the list gives neither."""
    forward, back = entry.forward, entry.back
    if forward is None or back is None:
        return
    for name, given in (("fields", forward.fields), ("references", forward.references)):
        if not given:
            message = f"the relation field `{forward.field}` of `{forward.model}` doesn't say its `{name}`"
            context.error(Code.RELATION_ARGUMENTS, message, forward.span, "`format` can write them")
    if back.fields or back.references:
        message = f"`{back.field}` of `{back.model}` is the list side and can't have `fields` or `references`"
        hint = f"put them on `{forward.model}.{forward.field}`"
        context.error(Code.RELATION_ARGUMENTS, message, back.span, hint)


def one_to_many_acts_on_its_single_side(entry: RelationEntry, context: Context) -> None:
    """Referential actions stand where the columns are."""
    forward, back = entry.forward, entry.back
    if forward is not None and back is not None and (back.on_delete or back.on_update):
        _misplaced_actions(back, forward, context)


def _misplaced_actions(wrong: Side, right: Side, context: Context) -> None:
    message = f"`{wrong.field}` of `{wrong.model}` holds no columns and can't have referential actions"
    context.error(Code.RELATION_ARGUMENTS, message, wrong.span, f"put them on `{right.model}.{right.field}`")


def one_to_one_says_its_columns(entry: RelationEntry, context: Context) -> None:
    """One side of a one-to-one, and only one, gives `fields`, and only one `references`."""
    forward, back = entry.forward, entry.back
    if forward is None or back is None:
        return
    pairs = (("fields", forward.fields, back.fields), ("references", forward.references, back.references))
    for name, mine, other in pairs:
        if bool(mine) == bool(other):
            what = "both say" if mine else "neither says"
            message = f"of `{forward.model}.{forward.field}` and `{back.model}.{back.field}` {what} `{name}`"
            for side in (forward, back):
                context.error(Code.RELATION_ARGUMENTS, message, side.span, f"give `{name}` on one of both sides")


def one_to_one_acts_on_one_side(entry: RelationEntry, context: Context) -> None:
    """Referential actions stand where the columns are, once."""
    forward, back = entry.forward, entry.back
    if forward is None or back is None or not (back.on_delete or back.on_update):
        return
    if forward.on_delete or forward.on_update:
        message = f"`{forward.model}.{forward.field}` and `{back.model}.{back.field}` both have referential actions"
        for side in (back, forward):
            context.error(Code.RELATION_ARGUMENTS, message, side.span, "keep those on the side with the columns")
    else:
        _misplaced_actions(back, forward, context)


def one_to_one_columns_are_unique(entry: RelationEntry, context: Context) -> None:
    """The columns of a one-to-one are unique, or it would be a one-to-many."""
    side = entry.forward
    if side is None or side.fields is None:
        return
    if side.fields in context.unique_keys(context.model(side.model))[0]:
        return
    listed = ", ".join(side.fields)
    hint = f"add `@unique` to `{listed}`" if len(side.fields) == 1 else f"add `@@unique([{listed}])`"
    message = f"the columns of the one-to-one relation `{side.field}` are not unique"
    context.error(Code.RELATION_UNIQUE, message, side.span, f"{hint}, or make the other side a list")


def one_to_one_keeps_its_arguments_together(entry: RelationEntry, context: Context) -> None:
    """`fields` and `references` stand on the same side."""
    forward, back = entry.forward, entry.back
    if forward is None or back is None or context.sink.has_errors:
        return
    if forward.fields and back.references:
        message = f"`{forward.field}` says `fields`, but `{back.field}` says `references`"
        for side in (forward, back):
            context.error(Code.RELATION_ARGUMENTS, message, side.span, "put both on one side")
    if forward.references and back.fields:
        message = f"`{forward.field}` says `references`, but `{back.field}` says `fields`"
        context.error(Code.RELATION_ARGUMENTS, message, forward.span, "put both on one side")


def one_to_one_has_an_optional_side(entry: RelationEntry, context: Context) -> None:
    """No database can force both rows of a one-to-one to exist."""
    back = entry.back
    if entry.forward is None or back is None or context.sink.has_errors:
        return
    if back.arity is Arity.REQUIRED:
        message = f"`{back.field}` of `{back.model}` is required, which no database can enforce"
        context.error(Code.RELATION_ARITY, message, back.span, f"write `{back.field} {back.target}?`")


def one_to_one_has_its_columns_on_the_required_side(entry: RelationEntry, context: Context) -> None:
    """Where one side is required, that side holds the columns."""
    forward, back = entry.forward, entry.back
    if forward is None or back is None or context.sink.has_errors:
        return
    if forward.arity is Arity.REQUIRED and (back.fields is not None or back.references is not None):
        message = f"`{forward.field}` of `{forward.model}` is required, so that the columns must be on its side"
        hint = f"move `fields` and `references` to `{forward.model}.{forward.field}`"
        context.error(Code.RELATION_ARGUMENTS, message, back.span, hint)
