"""Which changes of a default Prisma's engine tells of, or passes over, where a column is dropped and added anew.

There the statement is the same either way: the column gets its new default. Of one that is altered in place we tell
what we write, and that is more: the engine leaves the old default where it takes the two for the same.
"""

from __future__ import annotations

import json

from parity.plan.default_text import raw_text
from parity.schema.model import Column
from parity.schema.restated import restates_list
from parity.schema.types import AutoIncrement, Default, Expression, ListLiteral, Literal, LiteralKind, TypeFamily

_NO_JSON = object()


def tells_new_default(old: Column, new: Column) -> bool:
    """Whether the engine tells that the default of a column, which is made anew, is another one."""
    before, after = old.default, new.default
    if before is None or after is None:
        return before is not after and not _claims_nothing(after)
    if _claims_nothing(after) or _is_moment(before) or _is_moment(after):
        return False
    raw_before, raw_after = _is_raw(before), _is_raw(after)
    if raw_before and raw_after:
        return _raw(before) != _raw(after)
    if raw_before or raw_after:
        lists = isinstance(after if raw_before else before, ListLiteral)
        return not (lists and TypeFamily.DATE_TIME in (old.type.family, new.type.family))
    return restates_list(old, new) or not _same(before, after)


def _claims_nothing(default: Default | None) -> bool:
    return isinstance(default, Expression) and default.canonical is None


def _is_raw(default: Default) -> bool:
    return isinstance(default, Expression) or raw_text(default) is not None


def _raw(default: Default) -> str | None:
    text = raw_text(default)
    return None if text is None else text.lower()


def _is_moment(default: Default) -> bool:
    return isinstance(default, Literal) and default.kind is LiteralKind.DATE_TIME and default.sql is None


def _same(before: Default, after: Default) -> bool:
    match before, after:
        case ListLiteral(items), ListLiteral(others):
            return len(items) == len(others) and all(map(_same_item, items, others))
        case Literal(), Literal():
            return _same_value(before, after)
        case AutoIncrement(), AutoIncrement():
            return True
        case _:
            return before == after


def _same_item(before: Literal, after: Literal) -> bool:
    return _is_moment(before) or _is_moment(after) or _same_value(before, after)


def _same_value(before: Literal, after: Literal) -> bool:
    """Two constants. A text beside JSON that isn't JSON itself is never told."""
    kinds = {before.kind, after.kind}
    if LiteralKind.JSON in kinds and kinds <= {LiteralKind.JSON, LiteralKind.STRING}:
        one, other = _json(before), _json(after)
        return _NO_JSON in (one, other) or one == other
    return before.kind is after.kind and _spelled(before) == _spelled(after)


def _json(literal: Literal) -> object:
    try:
        return json.loads(str(literal.text or literal.value))
    except (ValueError, RecursionError):
        return _NO_JSON


def _spelled(literal: Literal) -> object:
    return literal.value if literal.kind is not LiteralKind.STRING or literal.text is None else literal.text
