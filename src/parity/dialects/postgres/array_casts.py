"""Casts of whole arrays, written at each element, as the server writes them itself once it has read its own text.

For `name IN ('a', 'b')` of a VARCHAR the server prints `(ARRAY['a'::character varying, …])::text[]`. As soon as it
reads that, in a copy restored from a dump, it prints `ARRAY[('a'::character varying)::text, …]`: the same condition,
which would look like a difference between a database and its copy. Pure; no grammar, the text is the server's own.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from typing import TypeAlias, Union

_Element: TypeAlias = Union[str, "list[_Element]"]
"""An element's text, or the elements of an array within the array."""

_CAST_BEHIND = re.compile(r"\]\)?::")
"""Without it there is nothing to do."""
QUOTED = r"""[eE]'(?:[^'\\]|\\.|'')*'|'(?:[^']|'')*'|"(?:[^"]|"")*"|\$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$"""
"""Strings and names in quotes: what stands in them is no SQL."""
_TOKEN = re.compile(rf"{QUOTED}|[^\W\d][\w$]*|::|\s+|.", re.DOTALL)
_NAME = r'(?:"(?:[^"]|"")*"|[^\W\d][\w$]*)'
_ARRAY_TYPE = re.compile(
    rf"(?P<item>{_NAME}(?:\.{_NAME})?(?:\ varying|\ precision)?(?:\(\d+(?:,-?\d+)?\))?(?:\ with(?:out)?\ time\ zone)?)"
    r"(?:\[\])+"
)
_SIMPLE = re.compile(
    rf"(?:'(?:[^']|'')*'|\d+(?:\.\d+)?|{_NAME}(?:\.{_NAME})*)"
    rf"(?:::{_NAME}(?:\.{_NAME})?(?:\ varying|\ precision)?(?:\(\d+(?:,-?\d+)?\))?(?:\ with(?:out)?\ time\ zone)?)*"
)
"""A constant or a column, with casts: where the server is sparing with parentheses, they have none."""
_WORD = re.compile(rf"{_NAME}")
_PAIRS = {"(": ")", "[": "]"}


def with_cast_elements(sql: str) -> str:
    """An expression or a definition of the server's with its casts of whole arrays at their elements instead."""
    if _CAST_BEHIND.search(sql) is None:
        return sql
    try:
        return _Text(sql).rewritten()
    except RecursionError:
        return sql  # Nobody writes a condition that deep.


class _Text:
    """The server's text, in tokens that give it back when joined."""

    def __init__(self, sql: str) -> None:
        self.sql = sql
        self.tokens: list[str] = []
        self.places: list[int] = []
        self.ends: dict[int, int] = {}
        """By the token that opens a bracket: the one that closes it."""
        opened: list[int] = []
        for number, found in enumerate(_TOKEN.finditer(sql)):
            token = found[0]
            self.tokens.append(token)
            self.places.append(found.start())
            if token in _PAIRS:
                opened.append(number)
            elif opened and token == _PAIRS[self.tokens[opened[-1]]]:
                self.ends[opened.pop()] = number

    def rewritten(self) -> str:
        """All of it."""
        return "".join(self._between(0, len(self.tokens)))

    def _between(self, start: int, end: int) -> list[str]:
        """The tokens from `start` until `end`, arrays and their casts as one."""
        shown: list[str] = []
        at = start
        while at < end:
            close = self._array(at)
            if close is None or self._cast(close + 1, shown) is None:
                shown.append(self.tokens[at])
                at += 1
                continue
            elements = self._elements(at + 2, close)
            at = close + 1
            while (cast := self._cast(at, shown)) is not None:
                wrapped = self._is(at, ")")
                elements = [_cast(element, cast["item"], spares=not wrapped) for element in elements]
                if wrapped:
                    shown.pop()
                at = bisect_left(self.places, cast.end())
            shown.append(_array(elements))
        return shown

    def _cast(self, at: int, shown: list[str]) -> re.Match[str] | None:
        """The type of the cast behind an array that ends before `at`; `shown` is what stands before the array."""
        if self._is(at, ")"):
            # Parentheses behind a name are those of a function, whose result is cast.
            if shown[-1:] != ["("] or any(map(_WORD.fullmatch, shown[-2:-1])):
                return None
            at += 1
        return _ARRAY_TYPE.match(self.sql, self.places[at] + 2) if self._is(at, "::") else None

    def _is(self, at: int, token: str) -> bool:
        return at < len(self.tokens) and self.tokens[at] == token

    def _array(self, at: int) -> int | None:
        """Where the array ends that begins here, if one does that holds anything."""
        end = self.ends.get(at + 1) if self.tokens[at] == "ARRAY" and self._is(at + 1, "[") else None
        return None if end == at + 2 else end

    def _elements(self, start: int, end: int) -> list[_Element]:
        """What stands between the commas."""
        elements: list[_Element] = []
        at = begin = start
        while at <= end:
            if at == end or self.tokens[at] == ",":
                if begin < at:
                    elements.append(self._element(begin, at))
                begin = at + 1
            at = self.ends.get(at, at) + 1
        return elements

    def _element(self, start: int, end: int) -> _Element:
        while self.tokens[start].isspace() and start < end - 1:
            start += 1
        close = self._array(start)
        if close == end - 1:
            return self._elements(start + 2, close)
        return "".join(self._between(start, end)).strip()


def _cast(element: _Element, item: str, *, spares: bool) -> _Element:
    """An element with a cast. Where the server is sparing with parentheses (`spares`), what is simple has none."""
    if isinstance(element, list):
        return [_cast(inner, item, spares=spares) for inner in element]
    return f"{element}::{item}" if spares and _SIMPLE.fullmatch(element) else f"({element})::{item}"


def _array(elements: list[_Element]) -> str:
    inner = (_array(element) if isinstance(element, list) else element for element in elements)
    return f"ARRAY[{', '.join(inner)}]"
