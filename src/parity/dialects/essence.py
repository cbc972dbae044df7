"""What is left of a script without its comments and white space, as a short hash.

Two scripts of one essence do the same; what differs between them is for people alone. The ledger's row keeps it beside
the checksum, because from the checksum of an old file nobody can tell what an edit has changed.
"""

from __future__ import annotations

import hashlib
import re
from itertools import chain

LARGEST = 4 * 1024 * 1024
"""How many characters a script may have: one of many rows isn't worth the time."""

_LENGTH = 32
_MARK = "\0"
"""Stands for a gap. No script holds it: databases take it for the end of the text."""
_EDGES = "(),;"
"""Beside these a gap says nothing."""
_DIRECTIVE = r"[ \t]*+parity:"
"""A comment that tells this program how a script is to be run is more than a comment."""


def reading(*, solid: str, space: str, line_ends: str, block_comment: str) -> re.Pattern[str]:
    """How a database's scripts are read here: what keeps the white space in it, and what a gap is made of."""
    gap = rf"{space}|--(?!{_DIRECTIVE})[^{line_ends}]*+|{block_comment}"
    return re.compile(rf"(?P<solid>{solid})|(?:{gap})|(?P<opened>/\*)")


def essence_of(script: str, pattern: re.Pattern[str]) -> str | None:
    """The essence of a script; None where it isn't found: it is too large, or holds comments within comments."""
    if len(script) > LARGEST or _MARK in script:
        return None
    text = _marked(script.replace("\r\n", "\n"), pattern)
    if f"{_MARK}/*" in text:
        return None
    while _MARK * 2 in text:
        text = text.replace(_MARK * 2, _MARK)
    for sign in _EDGES:
        text = text.replace(_MARK + sign, sign).replace(sign + _MARK, sign)
    text = text.strip(f"{_MARK};")
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:_LENGTH]


def _marked(text: str, pattern: re.Pattern[str]) -> str:
    """The text with marks in place of gaps, and behind what is solid. (`sub` goes through its template each time.)"""
    pieces = pattern.split(text)
    step = pattern.groups + 1
    solids, opened = pieces[pattern.groupindex["solid"] :: step], pieces[pattern.groupindex["opened"] :: step]
    marked = [f"{solid or ''}{_MARK}{opening or ''}" for solid, opening in zip(solids, opened, strict=True)]
    return pieces[0] + "".join(chain.from_iterable(zip(marked, pieces[step::step], strict=True)))
