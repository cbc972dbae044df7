"""The statements in the body of DO: PL/pgSQL alone, by their words, without its grammar. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.dialects import scan
from parity.dialects.postgres.split import LEXIS
from parity.dialects.postgres.strings import string_value
from parity.dialects.scan import Token, TokenKind
from parity.errors import ScriptRefused

_STARTS = frozenset(("", ";", "BEGIN", "THEN", "ELSE", "LOOP"))
"""Words behind which a statement begins."""


def statements_in(text: str) -> Iterator[tuple[Token, ...]]:
    """The tokens of each statement in the body of DO. Nothing for a body in another language than PL/pgSQL."""
    parts = tuple(scan.tokens(text, LEXIS))
    words = [part.text.strip("'\"").lower() for part in parts]
    if "language" in words and "plpgsql" not in words:
        return
    current: list[Token] = []
    before = ""
    for part in tokens_of_body(parts):
        if before in _STARTS and current:
            yield tuple(current)
            current.clear()
        if part.text != ";":
            current.append(part)
        before = part.keyword or "?"
    if current:
        yield tuple(current)


def tokens_of_body(parts: Sequence[Token]) -> Iterator[Token]:
    """The tokens of a block's body. They end early where it isn't PL/pgSQL after all: the server will say so."""
    strings = [part.text for part in parts if part.kind is TokenKind.STRING]
    body = max(strings, key=len, default=None)  # the other one is the language's name
    if body is None:
        return
    try:
        yield from scan.tokens(string_value(body), LEXIS)
    except ScriptRefused:
        return
