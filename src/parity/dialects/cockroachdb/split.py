"""Cuts a script into statements: CockroachDB reads them by PostgreSQL's rules."""

from __future__ import annotations

from collections.abc import Iterator

from parity.dialects.postgres import split as parent
from parity.dialects.statements import SqlStatement


def split(script: str) -> tuple[SqlStatement, ...]:
    """The statements of a script, in order."""
    return parent.split(script)


def comments(script: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    """The comments and semicolons of a part of a script, with their offsets."""
    return parent.comments(script, start, stop)


def iter_statements(script: str) -> Iterator[SqlStatement]:
    """The statements of a script, one after the other."""
    return parent.iter_statements(script)


def essence_of(script: str) -> str | None:
    """A hash of the script without its comments and white space; None where it can't be had."""
    return parent.essence_of(script)
