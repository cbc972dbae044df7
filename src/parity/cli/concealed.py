"""Passwords of URLs kept out of what is shown. The last net: what we make ourselves holds none.

A person may write a URL where something else belongs: as an argument, as a variable's name, on a wrong line of the
schema file. The message that says so repeats it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

_STARS = "***"
# One slash is left where a URL was taken for a path.
_BEFORE_PASSWORD = re.compile(r":/+[^\s:/@]*:")
_PARAMETER = re.compile(r"(?<=password=)[^&\s\"']+", re.IGNORECASE)


def concealed(text: str) -> str:
    """`text` with stars for the passwords of URLs. A password may hold anything but a line's end."""
    if ":/" not in text and "password=" not in text.lower():
        return text
    return "\n".join(_concealed_line(line) for line in text.split("\n"))


def concealed_value(value: object) -> object:
    """The same for each text of a JSON value."""
    match value:
        case str():
            return concealed(value)
        case list() | tuple():
            return [concealed_value(item) for item in value]
        case dict():
            return {key: concealed_value(item) for key, item in value.items()}
        case _:
            return value


def concealed_at(line: str, *columns: int) -> tuple[str, tuple[int, ...]]:
    """A line with stars for passwords, and where in it the 1-based columns of the line are."""
    found = list(_passwords(line))

    def moved(column: int) -> int:
        shift = 0
        for start, end in found:
            if column - 1 >= end:
                shift += len(_STARS) - (end - start)
            elif column - 1 > start:
                return start + shift + 1
        return column + shift

    return _concealed_line(line), tuple(moved(column) for column in columns)


def _concealed_line(line: str) -> str:
    shown, at = [], 0
    for start, end in _passwords(line):
        shown += [line[at:start], _STARS]
        at = end
    return "".join([*shown, line[at:]])


def _passwords(line: str) -> Iterator[tuple[int, int]]:
    """Where passwords are, in order. One that wasn't escaped may hold an @: all up to the line's last one is hidden."""
    start = end = 0
    before = _BEFORE_PASSWORD.search(line)
    if before is not None:
        start, end = before.end(), line.rfind("@", before.end())
    if end > start:
        yield from (found.span() for found in _PARAMETER.finditer(line, 0, start))
        yield start, end
    yield from (found.span() for found in _PARAMETER.finditer(line, max(end, 0)))
