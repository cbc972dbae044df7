"""The lexical shapes of the language: compiled patterns, and the characters that separate things.

The language is line-based: a line break ends a field, an attribute of a block or a property, and never stands inside
one. So the parser matches these patterns at an offset of the text instead of walking over a list of tokens: a line
costs a few calls into the regular expression engine. Nothing is lost on the way, since every node keeps the offsets
of the text that it came from.

This module knows no grammar beyond single tokens. Compiling all of its patterns takes longer than reading the
datasource, for which a few will do: each is compiled when it is first used.
"""

from __future__ import annotations

import re
from typing import cast

# Each possessive group ends in an alternative that never matches: Python before 3.11.5 goes on where the last, failed
# round of such a group stopped, and trying one more puts it back (https://github.com/python/cpython/issues/106052).

SPACE = r"[ \t\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]"
"""What separates two tokens of one line. A class of the regular expression engine."""

NEWLINE_PATTERN = r"(?:\r\n|\n|\r)"
_LETTER = r"[^\x00-\x7f\W\d²³¹¼½¾]"
"""A letter of any script beyond ASCII. (Signs for numbers in rarer scripts get through; digits don't.)"""
_INNER = rf"(?:[A-Za-z0-9_-]++|{_LETTER}|(?!))*+"
IDENTIFIER_PATTERN = rf"(?:[A-Za-z0-9]|{_LETTER}){_INNER}"
_STEPS = rf"(?:\.(?:{IDENTIFIER_PATTERN}|(?!))?+|(?!))*+"
PATH_PATTERN = rf"{IDENTIFIER_PATTERN}{_STEPS}"
_WORD_PATTERN = rf"(?:[A-Za-z]|{_LETTER}){_INNER}{_STEPS}"
"""A path that can't be a number."""
STRING_PATTERN = r'"(?:[^"\\\x00-\x1f]++|\\[\s\S]|(?!))*+"'


class _Later:
    """A pattern that is compiled when it is first used. From then on its methods are those of the compiled one."""

    def __init__(self, source: str) -> None:
        self._source = source

    def __getattr__(self, name: str) -> object:
        found: object = getattr(re.compile(self._source), name)
        setattr(self, name, found)
        return found


def _pattern(source: str) -> re.Pattern[str]:
    return cast("re.Pattern[str]", _Later(source))


SPACES = _pattern(rf"{SPACE}*+")
NEWLINE = _pattern(NEWLINE_PATTERN)
EMPTY_LINES = _pattern(rf"(?:{SPACE}*{NEWLINE_PATTERN})+")
LINE = _pattern(rf"[^\r\n]+{NEWLINE_PATTERN}?")
LINE_END = _pattern(rf"{SPACE}*+({NEWLINE_PATTERN})")

NUMBER = _pattern(r"-?[0-9]+(?:\.[0-9]+)?")
IDENTIFIER = _pattern(IDENTIFIER_PATTERN)

TOKEN = _pattern(
    rf"{SPACE}*+(?:([(){{}}\[\],:])|({PATH_PATTERN})(?:{SPACE}*+([(:])|(?!))?+|({STRING_PATTERN})"
    rf"|(-[0-9]++(?:\.[0-9]++|(?!))?+))"
)
"""One token of an argument list with the space before it.

Groups: punctuation, a path, the parenthesis or colon behind that path, a string, a negative number.
"""

WORD_LIST = _pattern(rf"\[{SPACE}*+{_WORD_PATTERN}(?:{SPACE}*+,{SPACE}*+{_WORD_PATTERN}|(?!))*+{SPACE}*+\]")
"""A list of bare words, as nearly all lists are: `[a, b]`."""
WORD = _pattern(_WORD_PATTERN)
NO_VALUE = _pattern(rf"{SPACE}*+[,)]")
"""What follows the colon of a named argument that has no value."""

COMMENT = _pattern(rf"{SPACE}*+(?:///([^\r\n]*+)|//([^\r\n]*+)|/(\*))")
"""A comment with the space before it: documentation, a line comment, or the opening of one that ends at `*/`."""

BLOCK_HEAD = _pattern(
    rf"(model|view|type|enum|datasource|generator){SPACE}*+({IDENTIFIER_PATTERN}){SPACE}*+"
    rf"(\{{[^\r\n]*+{NEWLINE_PATTERN})"
)
CLOSING_LINE = _pattern(rf"[\r\n]{SPACE}*+\}}")
"""The line that closes a block, from the line break before it to the brace."""
UNKNOWN_BLOCK = _pattern(rf"{IDENTIFIER_PATTERN}{SPACE}*+\{{[^\r\n]*+{NEWLINE_PATTERN}[^}}]*+\}}")
TYPE_ALIAS = _pattern(rf"type{SPACE}*+({IDENTIFIER_PATTERN}){SPACE}*+={SPACE}*+")

TYPE = _pattern(
    rf"(?:(Unsupported\({SPACE}*+({STRING_PATTERN}){SPACE}*+\))|({IDENTIFIER_PATTERN}))"
    rf"(?:{SPACE}*+(\[\]{SPACE}*+\?|\[\]|\?|!)|(?!))?+"
)
"""A field's type with what follows it: `Int`, `Int?`, `Int[]`, `Unsupported("x")`, and the spellings of old."""

BRACKETED_TYPE = _pattern(
    rf"\[{SPACE}*+(?:Unsupported\({SPACE}*+{STRING_PATTERN}{SPACE}*+\)|{IDENTIFIER_PATTERN}){SPACE}*+\]"
)

FIELD_HEAD = _pattern(rf"({IDENTIFIER_PATTERN}){SPACE}*+(:)?{SPACE}*+")
PLAIN_FIELD = _pattern(
    rf"{SPACE}*+({IDENTIFIER_PATTERN}){SPACE}*+(?!Unsupported\()({IDENTIFIER_PATTERN})"
    rf"(?:{SPACE}*+(\[\]{SPACE}*+\?|\[\]|\?|!)|(?!))?+(?:{SPACE}*+({NEWLINE_PATTERN})|(?!))?+"
)
"""A field's name and type as nearly all are written, with the space before, and the line break where that follows.

Groups: name, type, the type's suffix, line break.
"""

SIMPLE_LINE = _pattern(
    rf"{SPACE}*+([A-Za-z][A-Za-z0-9_]*+){SPACE}++([^\r\n/\\]*+){NEWLINE_PATTERN}",
)
"""A line that starts with a word and holds no comment and no escape. Groups: the word, what follows it."""

_ONE_ARGUMENT = rf"{SPACE}*+(?:({PATH_PATTERN})({SPACE}*+\({SPACE}*+\))?|({STRING_PATTERN})){SPACE}*+(\))"
ATTRIBUTE = _pattern(rf"{SPACE}*+@{SPACE}*+({PATH_PATTERN})(?:{SPACE}*+(\()(?:{_ONE_ARGUMENT})?)?")
"""An attribute with its argument list, where that has one plain argument: `(a)`, `(1)`, `("text")`, `(now())`.

Otherwise with its opening parenthesis. Groups: name, parenthesis, path, brackets behind the path, string, the end.
"""

LIST_ATTRIBUTE = _pattern(
    rf"@@({_WORD_PATTERN})(\()(\[{SPACE}*+{_WORD_PATTERN}(?:{SPACE}*+,{SPACE}*+{_WORD_PATTERN}|(?!))*+{SPACE}*+\])\)"
    rf"{SPACE}*+(?={NEWLINE_PATTERN})"
)
"""A whole `@@index([a, b])`. Groups: name, parenthesis, list."""
BLOCK_ATTRIBUTE = _pattern(rf"@@{SPACE}*+({PATH_PATTERN})")
OPEN_PARENTHESIS = _pattern(rf"{SPACE}*+\(")
KEY = _pattern(rf"({IDENTIFIER_PATTERN}){SPACE}*+=")
