"""The lexical shapes of the language: compiled patterns, and the characters that separate things.

The language is line-based: a line break ends a field, an attribute of a block or a property, and never stands inside
one. So the parser matches these patterns at an offset of the text instead of walking over a list of tokens: a line
costs a few calls into the regular expression engine. Nothing is lost on the way, since every node keeps the offsets
of the text that it came from.

This module knows no grammar beyond single tokens.
"""

from __future__ import annotations

import re

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

SPACES = re.compile(rf"{SPACE}*+")
NEWLINE = re.compile(NEWLINE_PATTERN)
EMPTY_LINES = re.compile(rf"(?:{SPACE}*{NEWLINE_PATTERN})+")
LINE = re.compile(rf"[^\r\n]+{NEWLINE_PATTERN}?")
LINE_END = re.compile(rf"{SPACE}*+({NEWLINE_PATTERN})")

NUMBER = re.compile(r"-?[0-9]+(?:\.[0-9]+)?")
IDENTIFIER = re.compile(IDENTIFIER_PATTERN)

TOKEN = re.compile(
    rf"{SPACE}*+(?:([(){{}}\[\],:])|({PATH_PATTERN})(?:{SPACE}*+([(:])|(?!))?+|({STRING_PATTERN})"
    rf"|(-[0-9]++(?:\.[0-9]++|(?!))?+))"
)
"""One token of an argument list with the space before it.

Groups: punctuation, a path, the parenthesis or colon behind that path, a string, a negative number.
"""

WORD_LIST = re.compile(rf"\[{SPACE}*+{_WORD_PATTERN}(?:{SPACE}*+,{SPACE}*+{_WORD_PATTERN}|(?!))*+{SPACE}*+\]")
"""A list of bare words, as nearly all lists are: `[a, b]`."""
WORD = re.compile(_WORD_PATTERN)
NO_VALUE = re.compile(rf"{SPACE}*+[,)]")
"""What follows the colon of a named argument that has no value."""

COMMENT = re.compile(rf"{SPACE}*+(?:///([^\r\n]*+)|//([^\r\n]*+)|/(\*))")
"""A comment with the space before it: documentation, a line comment, or the opening of one that ends at `*/`."""

BLOCK_HEAD = re.compile(
    rf"(model|view|type|enum|datasource|generator){SPACE}*+({IDENTIFIER_PATTERN}){SPACE}*+"
    rf"(\{{[^\r\n]*+{NEWLINE_PATTERN})"
)
UNKNOWN_BLOCK = re.compile(rf"{IDENTIFIER_PATTERN}{SPACE}*+\{{[^\r\n]*+{NEWLINE_PATTERN}[^}}]*+\}}")
TYPE_ALIAS = re.compile(rf"type{SPACE}*+({IDENTIFIER_PATTERN}){SPACE}*+={SPACE}*+")

TYPE = re.compile(
    rf"(?:(Unsupported\({SPACE}*+({STRING_PATTERN}){SPACE}*+\))|({IDENTIFIER_PATTERN}))"
    rf"(?:{SPACE}*+(\[\]{SPACE}*+\?|\[\]|\?|!)|(?!))?+"
)
"""A field's type with what follows it: `Int`, `Int?`, `Int[]`, `Unsupported("x")`, and the spellings of old."""

BRACKETED_TYPE = re.compile(
    rf"\[{SPACE}*+(?:Unsupported\({SPACE}*+{STRING_PATTERN}{SPACE}*+\)|{IDENTIFIER_PATTERN}){SPACE}*+\]"
)

FIELD_HEAD = re.compile(rf"({IDENTIFIER_PATTERN}){SPACE}*+(:)?{SPACE}*+")
PLAIN_FIELD = re.compile(
    rf"{SPACE}*+({IDENTIFIER_PATTERN}){SPACE}*+(?!Unsupported\()({IDENTIFIER_PATTERN})"
    rf"(?:{SPACE}*+(\[\]{SPACE}*+\?|\[\]|\?|!)|(?!))?+(?:{SPACE}*+({NEWLINE_PATTERN})|(?!))?+"
)
"""A field's name and type as nearly all are written, with the space before, and the line break where that follows.

Groups: name, type, the type's suffix, line break.
"""

SIMPLE_LINE = re.compile(
    rf"{SPACE}*+([A-Za-z][A-Za-z0-9_]*+){SPACE}++([^\r\n/\\]*+){NEWLINE_PATTERN}",
)
"""A line that starts with a word and holds no comment and no escape. Groups: the word, what follows it."""

_ONE_ARGUMENT = rf"{SPACE}*+(?:({PATH_PATTERN})({SPACE}*+\({SPACE}*+\))?|({STRING_PATTERN})){SPACE}*+(\))"
ATTRIBUTE = re.compile(rf"{SPACE}*+@{SPACE}*+({PATH_PATTERN})(?:{SPACE}*+(\()(?:{_ONE_ARGUMENT})?)?")
"""An attribute with its argument list, where that has one plain argument: `(a)`, `(1)`, `("text")`, `(now())`.

Otherwise with its opening parenthesis. Groups: name, parenthesis, path, brackets behind the path, string, the end.
"""

LIST_ATTRIBUTE = re.compile(
    rf"@@({_WORD_PATTERN})(\()(\[{SPACE}*+{_WORD_PATTERN}(?:{SPACE}*+,{SPACE}*+{_WORD_PATTERN}|(?!))*+{SPACE}*+\])\)"
    rf"{SPACE}*+(?={NEWLINE_PATTERN})"
)
"""A whole `@@index([a, b])`. Groups: name, parenthesis, list."""
BLOCK_ATTRIBUTE = re.compile(rf"@@{SPACE}*+({PATH_PATTERN})")
OPEN_PARENTHESIS = re.compile(rf"{SPACE}*+\(")
KEY = re.compile(rf"({IDENTIFIER_PATTERN}){SPACE}*+=")
