"""What the strings of a PostgreSQL statement are, however they are spelled: 'x', E'x', U&'x', $$x$$, and in pieces.

The manual: "String Constants", https://www.postgresql.org/docs/current/sql-syntax-lexical.html.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import pairwise

from parity.dialects import scan
from parity.dialects.postgres.split import LEXIS
from parity.dialects.scan import Token, TokenKind
from parity.dialects.statements import SqlStatement
from parity.errors import ScriptRefused

_ESCAPE = re.compile(
    r"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|([\s\S]))|''|[^\\']+|[\s\S]"
)
_LETTERS = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_IN_PIECES = re.compile(r"'\s*(?:--[^\n]*)?\n")
_DEEPEST = 4
"""How many quotes in quotes are looked into: a value in a string in the body of a function in DO."""


def mentions(statement: SqlStatement, value: str) -> bool:
    """Whether a statement may use a value: its text holds it anywhere, or a string of it does when it is read."""
    return _mentions(statement.text, value, _DEEPEST)


def _mentions(text: str, value: str, deeper: int) -> bool:
    if value in text or value.replace("'", "''") in text:
        return True
    respelled = "\\" in text or "'" in value or "uescape" in text.lower() or _IN_PIECES.search(text) is not None
    if not respelled or deeper == 0:
        return False
    return any(_mentions(string, value, deeper - 1) for string in _strings(text) if string != text)


def _strings(text: str) -> Iterator[str]:
    try:
        parts = tuple(scan.tokens(text, LEXIS))
    except ScriptRefused:
        return  # the inside of a string that isn't SQL
    for at, part in enumerate(parts):
        if part.kind is TokenKind.STRING:
            start = at - 2 if _is_unicode(parts[max(at - 2, 0) : at]) else at
            value = joined_string(text, parts[start:])
            if value is not None:
                yield value


def _is_unicode(before: Sequence[Token]) -> bool:
    return len(before) == 2 and before[0].keyword == "U" and before[1].text == "&"


def joined_string(text: str, parts: Sequence[Token]) -> str | None:
    """The value of the string that starts a list of tokens, with its continuations behind line ends."""
    if _is_unicode(parts[:2]):
        value = joined_string(text, parts[2:])
        return None if value is None else unicode_escapes(value, _escape_sign(parts))
    value, last = "", None
    for part in parts:
        if part.kind is not TokenKind.STRING or (last is not None and "\n" not in text[last.end : part.start]):
            break
        value += string_value(part.text)
        last = part
    return None if last is None else value


def _escape_sign(parts: Sequence[Token]) -> str:
    """The sign that UESCAPE names, directly behind the string."""
    rest = iter(parts[2:])
    behind = next((part for part in rest if part.kind is not TokenKind.STRING), None)
    sign = next(rest, None)
    named = behind is not None and behind.keyword == "UESCAPE" and sign is not None and len(sign.text) == 3
    return sign.text[1] if named and sign is not None else "\\"


def string_value(text: str) -> str:
    """The value of a string token: plain, E'' or dollar-quoted."""
    match text[0]:
        case "$":
            sign = text.index("$", 1) + 1
            return text[sign:-sign]
        case "'":
            return text[1:-1].replace("''", "'")
        case _:
            whole = re.sub(r"(?<!')'\s*\n\s*'(?!')", "", text[2:-1])
            return _read_escapes(whole)


def _read_escapes(text: str) -> str:
    """E'': escapes of bytes are bytes of the server's encoding, which is taken for UTF-8."""
    read = bytearray()
    for piece in _ESCAPE.finditer(text):
        hexadecimal, octal, short, long, sign = piece.groups()
        if hexadecimal or octal:
            read.append(int(hexadecimal, 16) if hexadecimal else int(octal, 8) & 0xFF)
        elif short or long:
            read += _character(int(short or long, 16), piece[0]).encode("utf-8", "surrogatepass")
        else:
            plain = "'" if piece[0] == "''" else piece[0] if sign is None else _LETTERS.get(sign, sign)
            read += plain.encode("utf-8", "surrogatepass")
    try:
        return _paired(read.decode("utf-8", "surrogatepass"))
    except UnicodeDecodeError:
        return read.decode("utf-8", "replace")


def unicode_escapes(text: str, sign: str = "\\") -> str:
    """U&'' and U&"" with their escape sign."""
    escape = re.escape(sign)
    digits = re.compile(rf"{escape}(?:([0-9A-Fa-f]{{4}})|\+([0-9A-Fa-f]{{6}})|({escape}))")

    def character(found: re.Match[str]) -> str:
        return sign if found[3] else _character(int(found[1] or found[2], 16), found[0])

    return _paired(digits.sub(character, text))


def _character(code: int, spelled: str) -> str:
    return chr(code) if code <= 0x10FFFF else spelled


def _paired(text: str) -> str:
    """Two halves of a character beyond the first plane are one."""
    if not any("\ud800" <= high <= "\udbff" and "\udc00" <= low <= "\udfff" for high, low in pairwise(text)):
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def names_in(parts: Sequence[Token]) -> list[str]:
    """A qualified name's parts, as the server stores them."""
    unicode_next = False
    names: list[str] = []
    for at, part in enumerate(parts):
        if part.keyword == "U" and [follower.text for follower in parts[at + 1 : at + 2]] == ["&"]:
            unicode_next = True
        elif part.kind is TokenKind.NAME:
            name = part.text[1:-1].replace('""', '"')
            names.append(unicode_escapes(name) if unicode_next else name)
            unicode_next = False
        elif part.kind is TokenKind.WORD:
            names.append(re.sub("[A-Z]+", lambda letters: letters[0].lower(), part.text))
    return names
