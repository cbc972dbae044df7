"""Defaults that stay, and are said anew all the same."""

from __future__ import annotations

from parity.schema.model import Column
from parity.schema.types import ListLiteral, LiteralKind, TypeFamily


def restates_list(old: Column, new: Column) -> bool:
    """Whether a list of whole numbers keeps its default in the other size of them: another one to the engine."""
    before, after = old.default, new.default
    if not isinstance(before, ListLiteral) or not isinstance(after, ListLiteral):
        return False
    sizes = {old.type.family, new.type.family}
    return sizes == {TypeFamily.INT, TypeFamily.BIG_INT} and any(x.kind is LiteralKind.INT for x in after.items)
