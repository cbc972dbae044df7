"""`-- parity:no-transaction` and `-- parity:transaction` in a script: what its author asks of the plan. Pure.

A directive stands on a line of its own: before the first statement it holds for the whole script, directly before
another one for that one alone. Nothing that looks like a directive is passed over: what can't be followed is refused.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from enum import StrEnum
from itertools import chain

from msgspec import Struct, field

from parity.dialects.base import Dialect
from parity.dialects.scan import line_of
from parity.dialects.statements import SqlStatement
from parity.errors import ScriptRefused


class Override(StrEnum):
    """What a directive asks for."""

    NO_TRANSACTION = "no-transaction"
    """Each statement by itself."""
    TRANSACTION = "transaction"
    """One transaction, where the plan would cut."""


class Directive(Struct, frozen=True):
    """One directive, and its line in the script."""

    override: Override
    line: int

    @property
    def title(self) -> str:
        """For people."""
        return f"-- parity:{self.override} in line {self.line}"


class Directives(Struct, frozen=True):
    """The directives of a script: the one for all of it, and those for single statements, by their `start`."""

    whole: Directive | None = None
    single: Mapping[int, Directive] = field(default_factory=dict)


NO_DIRECTIVES = Directives()

_LOOKS_LIKE_ONE = re.compile(r"(?:--|/\*)\s*parity:(?:\S|\s*no\b|\s*transaction\b)", re.IGNORECASE)
_DIRECTIVE = re.compile(r"--[ \t]*parity:(no-transaction|transaction)[ \t\r]*")
_PLACES = "put it on a line of its own: before the first statement for the whole file, or directly before a statement"


def read_directives(script: str, dialect: Dialect) -> Directives:
    """The directives of a script. Raises ScriptRefused PAR214 for one that is misspelled, or where it means nothing."""
    # Most scripts hold none, and are looked through at the speed of memory.
    if "arity:" not in script and "ARITY:" not in script:
        return NO_DIRECTIVES
    whole: Directive | None = None
    single: dict[int, Directive] = {}
    end, number = 0, 0
    for statement in chain(dialect.iter_statements(script), (None,)):
        start = len(script) if statement is None else statement.start
        waiting = _in_gap(script, end, start, dialect)
        if statement is None:
            if waiting is not None:
                raise _refused(waiting.line, "a directive behind the last statement", _PLACES)
        elif number == 0:
            whole = waiting
        elif waiting is not None:
            single[statement.start] = waiting
        if statement is not None:
            _refuse_inside(script, statement, dialect)
            end, number = statement.end, number + 1
    return Directives(whole, single)


def _in_gap(script: str, start: int, stop: int, dialect: Dialect) -> Directive | None:
    """The directive between two statements."""
    found: Directive | None = None
    for at, text in _candidates(script, start, stop, dialect):
        line = line_of(script, at)
        if text == ";":
            # It ends the statement before, or is an empty one.
            if found is not None:
                raise _refused(found.line, "a directive before an empty statement", _PLACES)
            continue
        match = _DIRECTIVE.fullmatch(text)
        if match is None:
            raise _misspelled(line, text)
        if script[script.rfind("\n", 0, at) + 1 : at].strip(" \t\ufeff"):
            raise _refused(line, "a directive behind something else", _PLACES)
        new = Directive(Override(match[1]), line)
        if found is not None and found.override is not new.override:
            raise _refused(line, f"this directive contradicts the one in line {found.line}", "remove one of them")
        found = found or new
    return found


def _refuse_inside(script: str, statement: SqlStatement, dialect: Dialect) -> None:
    if "arity:" in statement.text.lower():
        for at, _ in _candidates(script, statement.start, statement.end, dialect):
            raise _refused(line_of(script, at), "a directive inside a statement", _PLACES)


def _candidates(script: str, start: int, stop: int, dialect: Dialect) -> Iterator[tuple[int, str]]:
    """Comments that look like a directive, and the semicolons of the gap."""
    if "arity:" in script[start:stop].lower():
        for at, text in dialect.comments(script, start, stop):
            if text == ";" or _LOOKS_LIKE_ONE.match(text):
                yield at, text


def _misspelled(line: int, text: str) -> ScriptRefused:
    return _refused(
        line,
        f"{' '.join(text.split())[:60]!r} is no directive",
        "write -- parity:no-transaction or -- parity:transaction, and nothing else on that line",
    )


def _refused(line: int, what: str, hint: str) -> ScriptRefused:
    return ScriptRefused(
        "PAR214", what, line=line, why="it would change nothing, and whoever wrote it relies on it", hint=hint
    )
