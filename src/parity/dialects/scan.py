"""The scanner that cuts SQL scripts: the part which all databases share.

A database's folder describes its lexer by a `Lexis` of compiled patterns; the walk over the script is here.
It reads each character a bounded number of times, keeps nothing but the current statement, and knows no
grammar beyond what the `Lexis` says about statements that hold semicolons of their own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from enum import StrEnum
from typing import Protocol

from msgspec import Struct

from parity.dialects.statements import SqlStatement
from parity.errors import ScriptRefused


class TokenKind(StrEnum):
    """What a token is, as far as telling statements apart needs it."""

    WORD = "word"
    """A keyword or a name without quotes."""
    NAME = "name"
    """A name in quotes."""
    STRING = "string"
    SYMBOL = "symbol"
    """A number, or a run of punctuation; parentheses, commas, dots and semicolons come one by one."""


class Token(Struct, frozen=True):
    """One token, with its place in the script."""

    kind: TokenKind
    text: str
    start: int

    @property
    def end(self) -> int:
        """The offset behind it."""
        return self.start + len(self.text)

    @property
    def keyword(self) -> str:
        """The word in upper case, or the symbol; empty for what can't be a keyword.

        Databases fold ASCII only: `str.upper` would make a keyword of a name that holds a long s or a dotless
        i.
        """
        if self.kind is TokenKind.SYMBOL:
            return self.text
        return self.text.upper() if self.kind is TokenKind.WORD and self.text.isascii() else ""


class Lexis(Protocol):
    """How a database's lexer reads a script."""

    comment: re.Pattern[str]
    """One comment, as far as a pattern can say it."""
    gap: re.Pattern[str]
    """White space and comments, as far as a pattern can say them. Always matches, perhaps nothing."""
    run: re.Pattern[str]
    """Tokens and the gaps between them, as far as a pattern can say them. Stops before a semicolon and never
    ends in a gap."""
    token: re.Pattern[str]
    """One token of `run`, or a semicolon; its groups `word`, `name`, `string` tell the kind, no group is a
    symbol."""

    def comment_end(self, script: str, at: int) -> int:
        """The end of the comment that starts at `at` and that `gap` couldn't say; `at` where there is
        none."""
        ...

    def odd_token_end(self, script: str, at: int) -> tuple[TokenKind, int]:
        """The kind and the end of the token at `at`, which `token` couldn't say. Raises ScriptRefused."""
        ...

    def compound_end(self, script: str, start: int) -> int | None:
        """The end of a statement that may hold semicolons; None for one of the usual kind."""
        ...


def iter_statements(script: str, lexis: Lexis) -> Iterator[SqlStatement]:
    """The statements of a script, one after the other. Raises ScriptRefused when the walk reaches what it
    can't cut.

    A caller that must not run half of a refused script has to go through all of it first.
    """
    refuse_nul(script)
    at = counted = 1 if script.startswith("\ufeff") else 0
    line = 1
    while (at := _statement_start(script, at, lexis)) < len(script):
        line += script.count("\n", counted, at)
        counted = at
        compound = lexis.compound_end(script, at)
        end = _plain_end(script, at, lexis) if compound is None else compound
        yield SqlStatement(script[at:end], at, end, line)
        at = end


def tokens(script: str, lexis: Lexis, at: int = 0) -> Iterator[Token]:
    """The tokens of a script from `at` on, semicolons included. Raises ScriptRefused."""
    match_token = lexis.token.match
    while (at := skip_gap(script, at, lexis)) < len(script):
        match = match_token(script, at)
        if match is None:
            kind, end = lexis.odd_token_end(script, at)
        else:
            kind, end = TokenKind(match.lastgroup or "symbol"), match.end()
        yield Token(kind, script[at:end], at)
        at = end


_USUAL_LEAD = re.compile(
    r"[A-Za-z_][A-Za-z0-9_]*+(?:[ \t\n\r\f\v]++[A-Za-z_][A-Za-z0-9_]*+|(?!))*+(?=[ \t\n\r\f\v]*+[\"(])"
)


def usual_lead(statement: str) -> list[str] | None:
    """The words that a statement begins with, in upper case, where nothing but space is between them, up to a name in
    double quotes or a parenthesis: `CREATE UNIQUE INDEX "…`. None where it begins in another way."""
    found = _USUAL_LEAD.match(statement)
    return None if found is None else found[0].upper().split()


def comments_before(
    script: str, statement: SqlStatement, previous: SqlStatement | None, lexis: Lexis
) -> tuple[str, ...]:
    """The comments directly before a statement, in their order, with their signs (`-- CreateTable`).

    `previous` is the statement before it in the script, None for the first. A comment on the line where that
    one ends belongs to that one.
    """
    comments: list[str] = []
    at = 0 if previous is None else previous.end
    for start, text in _gap_pieces(script, at, statement.start, lexis):
        if text == ";":
            comments.clear()
            at = start + 1
        elif previous is None or "\n" in script[at:start]:
            comments.append(text)
    return tuple(comments)


def comments_and_semicolons(script: str, start: int, stop: int, lexis: Lexis) -> Iterator[tuple[int, str]]:
    """All comments and semicolons from `start`, where a token or a gap begins, to `stop`: inside of statements, too."""
    at = start
    while at < stop:
        comment = lexis.comment.match(script, at)
        end = comment.end() if comment else lexis.comment_end(script, at)
        if end > at:
            yield at, script[at:end]
        elif (token := lexis.token.match(script, at)) is not None:
            end = token.end()
            if token[0] == ";":
                yield at, ";"
        elif script[at] in _BLANKS:
            end = at + 1
        else:
            _, end = lexis.odd_token_end(script, at)
        at = end


_BLANKS = " \t\n\r\f\v\ufeff"


def skip_gap(script: str, at: int, lexis: Lexis) -> int:
    """The offset of the next token or semicolon at or behind `at`."""
    while True:
        gap = lexis.gap.match(script, at)
        at = gap.end() if gap else at
        end = lexis.comment_end(script, at)
        if end == at:
            return at
        at = end


def line_of(script: str, at: int) -> int:
    """The 1-based line of an offset."""
    return script.count("\n", 0, at) + 1


def refuse_nul(script: str) -> None:
    """Raise ScriptRefused if the script holds a NUL: servers take it for the end of the text and report
    success."""
    at = script.find("\0")
    if at >= 0:
        raise ScriptRefused(
            "PAR201",
            "the script holds a NUL character",
            line=line_of(script, at),
            why="databases take it for the end of the text, and leave out what follows without a word",
            hint="remove the character; the file may be saved as UTF-16",
        )


def unclosed(code: str, what: str, script: str, at: int) -> ScriptRefused:
    """The refusal of a script with something that is opened at `at` and not closed before the end."""
    return ScriptRefused(
        code,
        f"{what} is opened and never closed",
        line=line_of(script, at),
        why="everything behind it would be taken for a part of it",
        hint="close it, or double the quote sign where it is meant as a character",
    )


def _statement_start(script: str, at: int, lexis: Lexis) -> int:
    while script[(at := skip_gap(script, at, lexis)) : at + 1] == ";":
        at += 1
    return at


def _plain_end(script: str, start: int, lexis: Lexis) -> int:
    at = end = start
    while True:
        run = lexis.run.match(script, at)
        if run is not None and run.end() > at:
            at = end = run.end()
        at = skip_gap(script, at, lexis)
        if at == len(script) or script[at] == ";":
            return end
        if lexis.token.match(script, at) is None:
            _, at = lexis.odd_token_end(script, at)
            end = at


def _gap_pieces(script: str, at: int, stop: int, lexis: Lexis) -> Iterator[tuple[int, str]]:
    """The comments and semicolons between `at` and `stop`, each with its offset."""
    while at < stop:
        comment = lexis.comment.match(script, at)
        end = comment.end() if comment else lexis.comment_end(script, at)
        if end > at:
            yield at, script[at:end]
        elif script[at] == ";":
            yield at, ";"
        at = max(end, at + 1)
