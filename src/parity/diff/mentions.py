"""Whether an expression reads a column: by what the catalog knows of it, else by its words."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

from parity.schema.model import Check, Generated, Index

_CONSTANT = re.compile(r"'(?:[^']|'')*'")


def mentions(text: str, columns: Iterable[str]) -> bool:
    """Whether an expression names one of the columns, whatever the case of its letters, as far as words can tell.

    Doesn't parse; constants don't count. A function called like a column is taken for it.
    """
    words = _CONSTANT.sub("''", text).lower()
    return any(re.search(rf"(?<!\w){re.escape(column.lower())}(?!\w)", words) for column in columns)


def check_reads(check: Check, columns: Collection[str]) -> bool:
    """Whether a check, or an exclusion constraint, goes when one of the columns is dropped."""
    return _any_read(check.reads, (check.expression,), columns)


def generated_reads(generated: Generated, columns: Collection[str]) -> bool:
    """Whether a generated column is computed from one of the columns."""
    return _any_read(generated.reads, (generated.expression,), columns)


def index_reads(index: Index, columns: Collection[str]) -> bool:
    """Whether an index goes when one of the columns is dropped."""
    if any(column.name in columns for column in index.columns) or any(name in columns for name in index.include):
        return True
    return _any_read(index.reads, compiled_texts(index), columns)


def conditions_read(index: Index, columns: Collection[str]) -> bool:
    """Whether one of the columns is in what the database has compiled of an index."""
    return _any_read(index.reads, compiled_texts(index), columns)


def compiled_texts(index: Index) -> tuple[str, ...]:
    """What the database has compiled of an index: its expressions and its predicate."""
    expressions = tuple(column.expression for column in index.columns if column.expression is not None)
    return expressions if index.predicate is None else (*expressions, index.predicate)


def _any_read(reads: tuple[str, ...] | None, texts: Iterable[str], columns: Collection[str]) -> bool:
    if reads is not None:
        return any(column in columns for column in reads)
    return any(mentions(text, columns) for text in texts)
