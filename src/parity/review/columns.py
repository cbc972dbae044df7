"""Reading the declarations inside CREATE TABLE and ALTER TABLE … ADD: columns and constraints, as words."""

from __future__ import annotations

from itertools import pairwise

from msgspec import Struct

from parity.review.effects import ColumnText, ConstraintKind
from parity.review.phrases import Phrase

_CONSTRAINT_STARTS = frozenset({"CONSTRAINT", "PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE"})
_ATTRIBUTES = frozenset({
    "CONSTRAINT", "NOT", "NULL", "DEFAULT", "PRIMARY", "UNIQUE", "REFERENCES", "CHECK", "GENERATED", "AS",
    "COLLATE", "STORAGE", "COMPRESSION", "AUTOINCREMENT", "DEFERRABLE", "INITIALLY", "ON", "OPTIONS",
})  # fmt: skip
_NUMBERED = frozenset({"SERIAL", "BIGSERIAL", "SMALLSERIAL", "SERIAL2", "SERIAL4", "SERIAL8"})


class ConstraintText(Struct, frozen=True):
    """A table constraint as a statement declares it. `index` is set for USING INDEX."""

    kind: ConstraintKind
    name: str | None
    columns: tuple[str, ...]
    index: str | None = None


TableItems = tuple[tuple[ColumnText, ...], tuple[str, ...], tuple[tuple[str, ...], ...]]
"""Columns, primary key, unique keys."""


def read_table_items(items: Phrase) -> TableItems:
    """What the parentheses of CREATE TABLE hold. Items that can't be read are left out."""
    columns: list[ColumnText] = []
    unique_keys: list[tuple[str, ...]] = []
    primary_key: tuple[str, ...] = ()
    for item in items.parts():
        if item.keyword == "LIKE":
            continue
        if starts_constraint(item):
            constraint = read_constraint(item)
            if constraint is not None and constraint.kind is ConstraintKind.PRIMARY_KEY:
                primary_key = constraint.columns
            elif constraint is not None and constraint.kind is ConstraintKind.UNIQUE:
                unique_keys.append(constraint.columns)
            continue
        declared = read_column(item)
        if declared is None:
            continue
        column, is_key = declared
        columns.append(column)
        if is_key:
            primary_key = (column.name,)
        elif column.unique:
            unique_keys.append((column.name,))
    return tuple(columns), primary_key, tuple(unique_keys)


def starts_constraint(item: Phrase) -> bool:
    """Whether a table constraint, not a column, comes next."""
    return item.keyword in _CONSTRAINT_STARTS


def read_constraint(item: Phrase) -> ConstraintText | None:
    """A table constraint; None where it can't be read."""
    name = item.name() if item.take("CONSTRAINT") else None
    match item.take_any("PRIMARY", "UNIQUE", "FOREIGN", "CHECK", "EXCLUDE"):
        case "PRIMARY":
            kind = ConstraintKind.PRIMARY_KEY
        case "UNIQUE":
            kind = ConstraintKind.UNIQUE
        case "FOREIGN":
            kind = ConstraintKind.FOREIGN_KEY
        case "CHECK":
            return ConstraintText(ConstraintKind.CHECK, name, ())
        case "EXCLUDE":
            return ConstraintText(ConstraintKind.EXCLUDE, name, ())
        case _:
            return None
    item.take("KEY")
    if item.take("USING", "INDEX"):
        return ConstraintText(kind, name, (), item.name())
    if item.take("NULLS"):
        item.take("NOT")
        item.take("DISTINCT")
    return ConstraintText(kind, name, item.names())


def read_column(item: Phrase) -> tuple[ColumnText, bool] | None:
    """A column, and whether it is the primary key by itself; None where it can't be read."""
    name = item.name()
    if name is None:
        return None
    declared_type = item.until(_ATTRIBUTES)
    words = item.outer_keywords()
    is_key = _has(words, "PRIMARY", "KEY")
    has_default = "DEFAULT" in words and not _has(words, "DEFAULT", "NULL")
    numbered = "IDENTITY" in words or declared_type.upper() in _NUMBERED
    column = ColumnText(
        name,
        declared_type or None,
        required=_has(words, "NOT", "NULL") or is_key,
        filled=has_default or numbered or "GENERATED" in words or "AS" in words,
        unique="UNIQUE" in words or is_key,
        numbered=numbered,
    )
    return column, is_key


def _has(words: tuple[str, ...], first: str, second: str) -> bool:
    """Whether the two come one after the other."""
    return (first, second) in pairwise(words)
