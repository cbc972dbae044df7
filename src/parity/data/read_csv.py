"""Reference data in CSV: the first line names the columns; what stands in a cell, the column's type decides."""

from __future__ import annotations

import re
from collections.abc import Iterator

from parity.data.raw import Broken, Items, Kind, Pairs, Plain, Raw, refuse_large

_CELL = re.compile(r'"((?:[^"]|""|(?!))*+)"|([^,\r\n"][^,\r\n]*+|)')
_END = re.compile(r",|\r?\n|\Z")


def read_csv(text: str) -> Raw:
    """The rows. Raises Broken."""
    refuse_large(text)
    lines = _lines(text)
    header = next(lines, ())
    names = [cell.text for cell in header]
    for number, cell in enumerate(header):
        if cell.text in names[:number]:
            raise Broken(cell.start, f"the column {cell.text} stands there twice", cell.end)
    keys = tuple((cell.start, cell.end) for cell in header)
    rows = []
    for cells in lines:
        if len(cells) != len(header):
            why = f"the row has {len(cells)} cells, and the first line names {len(header)} columns"
            raise Broken(cells[0].start, why, cells[-1].end)
        pairs = tuple(zip(names, cells, strict=True))
        rows.append(Pairs(pairs, keys, cells[0].start, cells[-1].end))
    return Items(tuple(rows), 0, len(text))


def _lines(text: str) -> Iterator[tuple[Plain, ...]]:
    """The cells of each line; empty lines are left out."""
    at, cells = 0, list[Plain]()
    while at < len(text) or cells:
        found = _CELL.match(text, at)
        end = None if found is None else _END.match(text, found.end())
        if found is None or end is None:
            raise Broken(at, "a cell isn't closed, or there is more behind its end")
        quoted = found[1]
        value = found[2] if quoted is None else quoted.replace('""', '"')
        cells.append(Plain(Kind.CELL, value, at, found.end()))
        at = end.end()
        if end[0] != ",":
            if len(cells) > 1 or cells[0].start != cells[0].end:
                yield tuple(cells)
            cells = []
