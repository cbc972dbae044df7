"""Tokens of a PostgreSQL expression, as `pg_get_expr` prints it or as an author writes it. No grammar.

Made for the short texts of defaults, predicates and type names. Text that isn't SQL gives tokens all the same.
"""

from __future__ import annotations

import re
from enum import StrEnum

from msgspec import Struct


class Kind(StrEnum):
    """What a token is."""

    STRING = "string"
    """A constant in quotes: `text` is its value, without quotes and escapes."""
    BITS = "bits"
    """B'101': `text` is its digits."""
    NUMBER = "number"
    WORD = "word"
    """A word without quotes, in lower case as the server folds it."""
    NAME = "name"
    """A name in double quotes: `text` is the name itself."""
    SIGN = "sign"


class Part(Struct, frozen=True):
    """One token."""

    kind: Kind
    text: str

    def is_word(self, word: str) -> bool:
        """Whether it is this word, without quotes."""
        return self.kind is Kind.WORD and self.text == word

    def is_sign(self, sign: str) -> bool:
        """Whether it is this punctuation."""
        return self.kind is Kind.SIGN and self.text == sign


# A word has letters, `_` and, further on, digits and `$`: classes of all else in ASCII are made far faster than classes
# of what goes on to the last character of Unicode.
_PART = re.compile(
    r"""
      (?P<gap>(?:\s+|--[^\n]*|/\*.*?\*/)+)
    | (?P<escaped>[eE]'(?:[^'\\]|\\.|'')*')
    | (?P<bits>[bB]'[01]*')
    | (?P<string>'(?:[^']|'')*')
    | (?P<dollar>\$(?P<tag>[A-Za-z_]*)\$.*?\$(?P=tag)\$)
    | (?P<name>"(?:[^"]|"")*")
    | (?P<number>(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<word>[^\x00-@\[-\^`{-\x7f][^\x00-\x23%-/:-@\[-\^`{-\x7f]*)
    | (?P<sign>::|[-+*/<>=~!@\#%^&|`?]+|.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(?:x([0-9a-fA-F]{1,2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{1,3})|(.))|''", re.DOTALL)
_CONTROL = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}


def parts_of(text: str) -> tuple[Part, ...]:
    """The tokens of `text`, without white space and comments."""
    return tuple(_part(match) for match in _PART.finditer(text) if match.lastgroup != "gap")


def _part(match: re.Match[str]) -> Part:
    text = match[0]
    if match["tag"] is not None:
        delimiter = len(match["tag"]) + 2
        return Part(Kind.STRING, text[delimiter:-delimiter])
    match match.lastgroup:
        case "escaped":
            return Part(Kind.STRING, _ESCAPE.sub(_unescape, text[2:-1]))
        case "bits":
            return Part(Kind.BITS, text[2:-1])
        case "string":
            return Part(Kind.STRING, text[1:-1].replace("''", "'"))
        case "name":
            return Part(Kind.NAME, text[1:-1].replace('""', '"'))
        case "number":
            return Part(Kind.NUMBER, text)
        case "word":
            return Part(Kind.WORD, text.lower() if text.isascii() else text)
        case _:
            return Part(Kind.SIGN, text)


def _unescape(match: re.Match[str]) -> str:
    if match[0] == "''":
        return "'"
    hexadecimal = match[1] or match[2] or match[3]
    if hexadecimal:
        return chr(int(hexadecimal, 16))
    if match[4]:
        return chr(int(match[4], 8) & 0xFF)
    return _CONTROL.get(match[5], match[5])
