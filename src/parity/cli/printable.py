"""Text that can be shown on a terminal, whatever names it holds."""

from __future__ import annotations

import re

_COMMANDING = re.compile(
    r"\r(?!\n)|[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]"
)
"""Control characters but for tabs and line ends, what turns the direction of writing, and halves of surrogates."""


def printable(text: str) -> str:
    """`text` with escapes for what could command a terminal: names out of databases and files are hostile."""
    return _COMMANDING.sub(lambda found: found[0].encode("unicode_escape").decode("ascii"), text)


def printable_json(text: str) -> str:
    """The same for the text of a JSON value, which stays the same value."""
    return _COMMANDING.sub(lambda found: f"\\u{ord(found[0]):04x}", text)
