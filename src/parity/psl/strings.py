"""String literals: what their escape sequences mean, and text back to a literal.

The rules are JSON's. A broken escape sequence is left out of the value and reported by `bad_escapes`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from parity.psl import ast

_ESCAPE = re.compile(r"\\(?:u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|([\s\S]))")
_SIMPLE = {'"': '"', "\\": "\\", "/": "/", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_QUOTED = {
    '"': '\\"',
    "\\": "\\\\",
    "\n": "\\n",
    "\r": "\\r",
    "\t": "\\t",
    "\b": "\\b",
    "\f": "\\f",
}
_TO_QUOTE = re.compile(r'["\\\x00-\x1f]')


def unescape(text: str) -> str:
    """The value of what stands between the quotes of a literal."""
    return _ESCAPE.sub(_meaning, text) if "\\" in text else text


def quote(value: str) -> str:
    """A literal whose value is `value`, with its quotes."""
    return '"' + _TO_QUOTE.sub(lambda m: _QUOTED.get(m[0], f"\\u{ord(m[0]):04x}"), value) + '"'


def _meaning(found: re.Match[str]) -> str:
    if found[4] is not None:
        return _SIMPLE.get(found[4], "")
    if found[3] is not None:
        code = int(found[3], 16)
        return "" if 0xD800 <= code <= 0xDFFF else chr(code)
    high, low = int(found[1], 16), int(found[2], 16)
    return chr(0x10000 + ((high - 0xD800) << 10) + (low - 0xDC00))


def bad_escapes(literal: ast.StringLiteral) -> Iterator[tuple[int, int]]:
    """The offsets of the escape sequences of a literal that mean nothing."""
    if "\\" not in literal.value:
        return
    for found in _ESCAPE.finditer(literal.value):
        lone = found[3] is not None and 0xD800 <= int(found[3], 16) <= 0xDFFF
        if lone or (found[4] is not None and found[4] not in _SIMPLE):
            base = literal.start + 1
            yield base + found.start(), base + found.end()
