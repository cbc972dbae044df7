"""Cuts an SQLite script into statements, the way that SQLite's own tokenizer and grammar would.

Semicolons end a statement but for those in quotes and comments and in the body of CREATE TRIGGER. One thing
is stricter than SQLite, which takes a comment that is never closed as one up to the end of the script: it is
refused, because statements would be left out without a word. SQLite's source: tokenize.c and complete.c.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parity.dialects import essence, scan
from parity.dialects.scan import Token, TokenKind
from parity.dialects.statements import SqlStatement

# Each possessive group ends in an alternative that never matches: Python before 3.11.5 goes on where the last, failed
# round of such a group stopped, and trying one more puts it back (https://github.com/python/cpython/issues/106052).
#
# A byte order mark counts as white space wherever a token could start.
_SPACE = r"[ \t\n\r\f\v\ufeff]"
_LINE_COMMENT = r"--[^\n]*+"
_BLOCK_COMMENT = r"/\*(?:[^*]++|\*(?!/)|(?!))*+\*/"
_STRING = r"'(?:[^']++|''|(?!))*+'"
_QUOTED_NAME = r'"(?:[^"]++|""|(?!))*+"|`(?:[^`]++|``|(?!))*+`|\[[^\]]*+\]'
# Sets of a name's characters, as all but some of ASCII: `re` goes through a range up to U+10FFFF one by one.
_NAME_PART = r"[^\x00-#%-/:-@\[-^`{-\x7f]"
_WORD = rf"[^\x00-@\[-^`{{-\x7f\ufeff]{_NAME_PART}*+"
_NUMBER = r"[0-9$]++"
_OPERATOR = r"(?:[!#%&*+:<=>?@^|~\\\]{}\x01-\x08\x0e-\x1f\x7f]|-(?!-)|/(?!\*)|(?!))++"
_TOKEN = rf"{_WORD}|[(),.]|{_NUMBER}|{_STRING}|{_QUOTED_NAME}|{_OPERATOR}"
_GAP = rf"(?:{_SPACE}++|{_LINE_COMMENT}|{_BLOCK_COMMENT}|(?!))"

_CREATE = re.compile(rf"(?ai:create|explain)(?!{_NAME_PART})")
_PLAIN_CREATE = re.compile(
    rf"(?ai:create){_SPACE}++(?:(?ai:unique){_SPACE}++|(?!))?+(?ai:table|index|view)(?!{_NAME_PART})"
)


class _SqliteLexis:
    comment = re.compile(rf"{_LINE_COMMENT}|{_BLOCK_COMMENT}")
    gap = re.compile(rf"{_GAP}*+")
    run = re.compile(rf"(?:{_TOKEN}|{_GAP}++(?=[^;/]|/[^*])|(?!))*+")
    token = re.compile(
        rf"(?P<word>{_WORD})|(?P<name>{_QUOTED_NAME})|(?P<string>{_STRING})|[(),.;]|{_NUMBER}|{_OPERATOR}"
    )

    def comment_end(self, script: str, at: int) -> int:
        """No comment is odd here: one that `gap` couldn't say isn't closed."""
        if script.startswith("/*", at):
            raise scan.unclosed("PAR205", "a comment", script, at)
        return at

    def odd_token_end(self, script: str, at: int) -> tuple[TokenKind, int]:
        """No token is odd here: one that `token` couldn't say isn't closed."""
        what = "a string in single quotes" if script[at] == "'" else f"a name quoted by {script[at]}"
        raise scan.unclosed("PAR204", what, script, at)

    def compound_end(self, script: str, start: int) -> int | None:
        """The end of CREATE TRIGGER; None for everything else."""
        if _CREATE.match(script, start) is None or _PLAIN_CREATE.match(script, start) is not None:
            return None
        parts = scan.tokens(script, self, start)
        for part in parts:
            match part.keyword:
                case "EXPLAIN" | "QUERY" | "PLAN" | "CREATE" | "TEMP" | "TEMPORARY":
                    pass
                case "TRIGGER":
                    return _trigger_end(script, part.end, parts)
                case _:
                    return None
        return None


LEXIS = _SqliteLexis()
"""How SQLite reads a script. For SQLite's own folder."""

_ESSENCE = essence.reading(
    solid=rf"{_STRING}|{_QUOTED_NAME}", space=rf"{_SPACE}++", line_ends=r"\n", block_comment=_BLOCK_COMMENT
)


def essence_of(script: str) -> str | None:
    """A hash of the script without its comments and white space; None where it can't be had."""
    return essence.essence_of(script, _ESSENCE)


def split(script: str) -> tuple[SqlStatement, ...]:
    """The statements of a script. Raises ScriptRefused, before any of them could have been run."""
    return tuple(iter_statements(script))


def iter_statements(script: str) -> Iterator[SqlStatement]:
    """The statements of a script, without holding all of them. A refusal comes when the walk reaches its
    place."""
    return scan.iter_statements(script, LEXIS)


def comments(script: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    """The comments and semicolons of a part of a script that begins and ends between two tokens, with their
    offsets."""
    return scan.comments_and_semicolons(script, start, stop, LEXIS)


def comments_before(script: str, statement: SqlStatement, previous: SqlStatement | None) -> tuple[str, ...]:
    """The comments directly before a statement; `previous` is the one before it in the script, None for the
    first."""
    return scan.comments_before(script, statement, previous, LEXIS)


def _trigger_end(script: str, end: int, parts: Iterator[Token]) -> int:
    """The end of CREATE TRIGGER … BEGIN …; …; END.

    Each statement of a body ends with a semicolon, and none starts with END: so END closes the body exactly
    where a statement could start, and no CASE has to be counted.
    """
    opened: int | None = None
    closed = False
    before = ""
    for part in parts:
        word = part.keyword
        if word == ";" and (opened is None or closed):
            return end
        if word == "BEGIN" and opened is None:
            opened = part.start
        closed = closed or (word == "END" and before == ";")
        before, end = word, part.end
    if opened is not None and not closed:
        raise scan.unclosed("PAR208", "the body of a trigger (BEGIN)", script, opened)
    return end
