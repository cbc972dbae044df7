"""YAML in which each row is a line `- {id: 1, code: "a"}`: read a hundred times as fast as YAML at large.

What isn't plain in every way is left to the reader of YAML, which gives the same for the rest.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from parity.data.raw import Broken, Items, Kind, Pairs, Plain, Raw

_ODD = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")
_ROWS = re.compile(r"^rows:\n", re.MULTILINE)
_ROW = re.compile(r"( *)- (\{[^\n]*\})(?: +#[^\n]*)?\n?")
_SILENT = re.compile(r"(?: *(?:#[^\n]*)?\n)*(?: *(?:#[^\n]*)?\Z)?")
_KEY = re.compile(r' *(?:"([^"\\]*)"|([A-Za-z_][A-Za-z0-9_]*)): +')
_VALUE = re.compile(
    r'(?:"([^"\\]*)"|(-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?)|([A-Za-z][A-Za-z0-9_-]*(?: [A-Za-z0-9_-]+)*))(?=,| *\})'
)
_WORDS = {"null": Kind.NULL, "true": Kind.BOOLEAN, "false": Kind.BOOLEAN}
_SPECIAL = frozenset(("null", "true", "false", "yes", "no", "on", "off", "y", "n"))


def read_lines(text: str, read_head: Callable[[str], Raw]) -> Raw | None:
    """The document; None where it isn't plain. `read_head` reads what stands above the rows."""
    if _ODD.search(text):
        return None
    rows = _ROWS.search(text)
    try:
        head = None if rows is None else read_head(f"{text[: rows.end() - 1]} []")
    except Broken:
        return None
    items = _items(text, 0 if rows is None else rows.end())
    if items is None or head is None:
        return items
    if not isinstance(head, Pairs) or head.pairs[-1][0] != "rows":
        return None
    return Pairs((*head.pairs[:-1], ("rows", items)), head.keys, head.start, items.end)


def _items(text: str, at: int) -> Items | None:
    found = list[Raw]()
    indent: str | None = None
    first = at
    while True:
        silent = _SILENT.match(text, at)
        at = at if silent is None else silent.end()
        if at >= len(text):
            return Items(tuple(found), first, at) if found else None
        line = _ROW.match(text, at)
        if line is None or (indent is not None and line[1] != indent):
            return None
        if indent is None:
            indent, first = line[1], line.end(1)
        row = _row(text, line.start(2), line.end(2))
        if row is None:
            return None
        found.append(row)
        at = line.end()


def _row(text: str, start: int, end: int) -> Pairs | None:
    pairs: dict[str, Raw] = {}
    keys: list[tuple[int, int]] = []
    at = start + 1
    while True:
        key = _KEY.match(text, at, end)
        value = None if key is None else _VALUE.match(text, key.end(), end)
        if key is None or value is None:
            return None
        name = key[1] if key[2] is None else key[2]
        plain = _plain(value)
        if plain is None or name in pairs:
            return None
        keys.append((key.start(1) - 1, key.end(1) + 1) if key[2] is None else key.span(2))
        pairs[name] = plain
        at = value.end()
        if text[at] != ",":
            break
        at += 1
    return Pairs(tuple(pairs.items()), tuple(keys), start, end) if text[at:end].strip(" ") == "}" else None


def _plain(value: re.Match[str]) -> Plain | None:
    quoted, number, word = value.groups()
    if quoted is not None:
        return Plain(Kind.STRING, quoted, *value.span())
    if number is not None:
        return Plain(Kind.NUMBER, number, *value.span())
    if word in _WORDS:
        return Plain(_WORDS[word], word, *value.span())
    return None if word.lower() in _SPECIAL else Plain(Kind.STRING, word, *value.span())
