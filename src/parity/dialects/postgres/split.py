"""Cuts a PostgreSQL script into statements, the way that the server's own lexer and grammar would.

Semicolons end a statement but for those in quotes and comments, in the body of a function written in SQL
(BEGIN ATOMIC … END) and in the parentheses of CREATE RULE. What only psql understands (backslash commands,
rows behind COPY … FROM stdin) is refused with its line. The manual: "Lexical Structure",
https://www.postgresql.org/docs/current/sql-syntax-lexical.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parity.dialects import essence, scan
from parity.dialects.scan import Token, TokenKind
from parity.dialects.statements import SqlStatement
from parity.errors import ScriptRefused

# Each possessive group ends in an alternative that never matches: Python before 3.11.5 goes on where the last, failed
# round of such a group stopped, and trying one more puts it back (https://github.com/python/cpython/issues/106052).
#
# White space is ASCII only, and every character beyond ASCII may be in a name: `\s` and `\w` would be wrong.
_SPACE = r"[ \t\n\r\f\v]"
_LINE_COMMENT = r"--[^\n\r]*+"
_FLAT_COMMENT = r"/\*(?:[^*/]++|\*(?!/)|/(?!\*)|(?!))*+\*/"
#
# So the sets of a name's characters are written as all but some of ASCII: of a range up to U+10FFFF, `re` goes through
# each character when it compiles it, which takes a tenth of a second for all of these.
_NAME_PART = r"[^\x00-#%-/:-@\[-^`{-\x7f]"
"""A letter, a digit, `_`, `$`."""
_NAME_START = r"[^\x00-@\[-^`{-\x7f]"
"""A letter or `_`."""
_NAME_REST = rf"{_NAME_PART}*+"
# A string goes on behind a line end: 'a'⏎'b'. It matters for E'' alone, whose second half has backslashes as
# well.
_CONTINUED = rf"[ \t\f\v]*+(?:{_LINE_COMMENT})?[\n\r](?:{_SPACE}|{_LINE_COMMENT}[\n\r]|(?!))*+'"
_ESCAPED_REST = r"(?:[^'\\]++|\\[\s\S]|''|(?!))*+'"
_STRING = rf"[eE]'{_ESCAPED_REST}(?:{_CONTINUED}{_ESCAPED_REST}|(?!))*+(?!{_CONTINUED})|'(?:[^']++|''|(?!))*+'"
_QUOTED_NAME = r'"(?:[^"]++|""|(?!))*+"'
_WORD = rf"(?:[^\x00-@E\[-^`e{{-\x7f]|[eE](?!')){_NAME_REST}"
_NUMBER = r"\$?[0-9]++"
_OPERATOR = r"(?:[!#%&*+:<=>?@^`|~\[\]{}\x01-\x08\x0e-\x1f\x7f]|-(?!-)|/(?!\*)|(?!))++"
_TOKEN = rf"{_WORD}|[(),.]|{_NUMBER}|{_STRING}|{_QUOTED_NAME}|{_OPERATOR}"
_GAP = rf"(?:{_SPACE}++|{_LINE_COMMENT}|{_FLAT_COMMENT}|(?!))"

_TAG = rf"\$(?:{_NAME_START}[^\x00-/:-@\[-^`{{-\x7f]*+)?\$"
"""A dollar quote."""
_DOLLAR_SIGN = re.compile(_TAG)
_NESTED = re.compile(r"/\*|\*/")
_CREATE = re.compile(rf"(?ai:create)(?!{_NAME_PART})")
_CREATE_OTHER = re.compile(rf"(?ai:create){_SPACE}++(?ai:table|unique|index|type|view)(?!{_NAME_PART})")
_COPY = re.compile(rf"(?ai:copy)(?!{_NAME_PART})")
_SET = re.compile(rf"(?ai:set)(?!{_NAME_PART})")
_APART = rf"(?<!{_NAME_PART})"
_DOLLAR_STRING = rf"(?P<tag>{_TAG})[\s\S]*?(?P=tag)"


class _PostgresLexis:
    comment = re.compile(rf"{_LINE_COMMENT}|{_FLAT_COMMENT}")
    gap = re.compile(rf"{_GAP}*+")
    # A gap is a part of the run only where a token follows it.
    run = re.compile(rf"(?:{_TOKEN}|{_GAP}++(?=[^;/]|/[^*])|(?!))*+")
    token = re.compile(
        rf"(?P<word>{_WORD})|(?P<name>{_QUOTED_NAME})|(?P<string>{_STRING})|[(),.;]|{_NUMBER}|{_OPERATOR}"
    )

    def comment_end(self, script: str, at: int) -> int:
        """The end of a nested comment."""
        if not script.startswith("/*", at):
            return at
        depth = 0
        for sign in _NESTED.finditer(script, at):
            depth += 1 if sign[0] == "/*" else -1
            if depth == 0:
                return sign.end()
        raise scan.unclosed("PAR205", "a comment", script, at)

    def odd_token_end(self, script: str, at: int) -> tuple[TokenKind, int]:
        """The end of a dollar-quoted string, or of a lone dollar sign."""
        match script[at]:
            case "$":
                delimiter = _DOLLAR_SIGN.match(script, at)
                if delimiter is None:
                    return TokenKind.SYMBOL, at + 1
                closing = script.find(delimiter[0], delimiter.end())
                if closing < 0:
                    raise scan.unclosed("PAR204", f"the quote {delimiter[0]}", script, at)
                return TokenKind.STRING, closing + len(delimiter[0])
            case "\\":
                raise _meta_command(script, at)
            case '"':
                raise scan.unclosed("PAR204", "a name in double quotes", script, at)
            case _:
                raise scan.unclosed("PAR204", "a string in single quotes", script, at)

    def compound_end(self, script: str, start: int) -> int | None:
        """The end of CREATE FUNCTION, PROCEDURE or RULE; None for everything else."""
        if _CREATE.match(script, start) is None or _CREATE_OTHER.match(script, start) is not None:
            return None
        parts = scan.tokens(script, self, start)
        next(parts)
        word = next(parts, None)
        if word is not None and word.keyword == "OR":
            next(parts, None)
            word = next(parts, None)
        if word is None:
            return None
        match word.keyword:
            case "FUNCTION" | "PROCEDURE":
                return _routine_end(script, word.end, parts)
            case "RULE":
                return _rule_end(script, word.end, parts)
            case _:
                return None


LEXIS = _PostgresLexis()
"""How PostgreSQL reads a script. For PostgreSQL's own folder."""

_ESSENCE = essence.reading(
    solid=rf"{_APART}(?:[eE]'{_ESCAPED_REST}(?:{_CONTINUED}{_ESCAPED_REST}|(?!))*+|{_DOLLAR_STRING})"
    rf"|'(?:[^']++|''|(?!))*+'|{_QUOTED_NAME}",
    space=rf"{_SPACE}++",
    line_ends=r"\n\r",
    block_comment=_FLAT_COMMENT,
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
    for statement in scan.iter_statements(script, LEXIS):
        if _COPY.match(statement.text):
            _refuse_copy_by_hand(statement)
        elif _SET.match(statement.text):
            _refuse_old_strings(statement)
        yield statement


def comments(script: str, start: int, stop: int) -> Iterator[tuple[int, str]]:
    """The comments and semicolons of a part of a script that begins and ends between two tokens, with their
    offsets."""
    return scan.comments_and_semicolons(script, start, stop, LEXIS)


def comments_before(script: str, statement: SqlStatement, previous: SqlStatement | None) -> tuple[str, ...]:
    """The comments directly before a statement; `previous` is the one before it in the script, None for the
    first."""
    return scan.comments_before(script, statement, previous, LEXIS)


def _routine_end(script: str, end: int, parts: Iterator[Token]) -> int:
    """The end of CREATE FUNCTION … BEGIN ATOMIC …; …; END, or of one with its body in a string.

    Each statement of a body ends with a semicolon, and none starts with END: so END closes the body exactly
    where a statement could start, and no CASE has to be counted. A body in a body is one that is created
    there.
    """
    opened: list[int] = []
    depth = 0
    before, head = "", "CREATE"
    for part in parts:
        word = part.keyword
        if word == ";" and not opened:
            break
        if word == "ATOMIC" and before == "BEGIN" and head == "CREATE" and depth == 0:
            opened.append(part.start)
            head = word = ";"
        elif word == "END" and before == ";" and opened:
            opened.pop()
            head = "END"
        elif before == ";":
            head = word
        depth = 0 if word == ";" else depth + (word == "(") - (word == ")")
        before, end = word, part.end
    if opened:
        raise scan.unclosed("PAR208", "the body of a function (BEGIN ATOMIC)", script, opened[-1])
    return end


def _rule_end(script: str, end: int, parts: Iterator[Token]) -> int:
    """The end of CREATE RULE … DO (…; …)."""
    opened: list[int] = []
    for part in parts:
        if part.text == ";" and not opened:
            break
        if part.text == "(":
            opened.append(part.start)
        elif part.text == ")" and opened:
            opened.pop()
        end = part.end
    if opened:
        raise scan.unclosed("PAR208", "a parenthesis in CREATE RULE", script, opened[0])
    return end


def _meta_command(script: str, at: int) -> ScriptRefused:
    line_end = re.compile(r"[\n\r]|\Z").search(script, at)
    text = script[at : line_end.start() if line_end else len(script)]
    return ScriptRefused(
        "PAR202",
        f"{text[:40].rstrip()!r} is a command of psql, not SQL",
        line=scan.line_of(script, at),
        why="only the program psql understands a backslash outside of quotes; the server rejects it",
        hint="remove the line, or write what it does in SQL",
    )


def _refuse_copy_by_hand(statement: SqlStatement) -> None:
    """COPY … FROM stdin waits for rows that no script can send; COPY … TO stdout for somebody who reads
    them."""
    depth, before = 0, ""
    for part in scan.tokens(statement.text, LEXIS):
        word = part.keyword
        depth += (word == "(") - (word == ")")
        if depth == 0 and (before, word) in {("FROM", "STDIN"), ("TO", "STDOUT"), ("FROM", "STDOUT"), ("TO", "STDIN")}:
            raise ScriptRefused(
                "PAR203",
                f"COPY … {before} {word} needs a client that talks to the server in the middle of the script",
                line=statement.line,
                why="the rows behind it aren't SQL: a server sent them as a script loads none and reports success",
                hint="write the rows as INSERT statements (pg_dump does with --inserts)",
            )
        before = word


def _refuse_old_strings(statement: SqlStatement) -> None:
    """With standard_conforming_strings off, backslashes change where each string ends, from the next
    statement on."""
    words = [part.text.strip("\"'").lower() for part in scan.tokens(statement.text, LEXIS)]
    if "standard_conforming_strings" in words[1:3] and (
        words[-1] in {"off", "of", "0"} or any(word.startswith(words[-1]) for word in ("false", "no"))
    ):
        raise ScriptRefused(
            "PAR207",
            "the script turns standard_conforming_strings off",
            line=statement.line,
            why="from there on a backslash in a string changes where the string ends, and newer servers don't allow it",
            hint="remove the statement, and write strings with backslashes as E'…'",
        )
