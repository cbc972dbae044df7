"""Reference data in CSV: the first line names the columns; what stands in a cell, the column's type decides."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator

from parity.data.raw import LARGEST, Items, Kind, Pairs, Plain, Raw, broken


def read_csv(path: str, text: str) -> Raw:
    """The rows. Raises ConfigError PAR170."""
    if len(text) > LARGEST:
        raise broken(path, 1, f"it is larger than {LARGEST // 1024 // 1024} MiB")
    reader = csv.reader(re.findall(r"[^\n]*\n|[^\n]+", text), strict=True)
    try:
        header = next(reader, [])
        twice = next((name for name in header if header.count(name) > 1), None)
        if twice is not None:
            raise broken(path, 1, f"the column {twice} stands there twice")
        return Items(tuple(_rows(path, reader, header)), 1)
    except csv.Error as error:
        raise broken(path, reader.line_num, str(error)) from error


def _rows(path: str, reader: csv._reader, header: list[str]) -> Iterator[Raw]:  # type: ignore[name-defined]
    line = reader.line_num + 1
    for cells in reader:
        if cells and len(cells) != len(header):
            why = f"the row has {len(cells)} cells, and the first line names {len(header)} columns"
            raise broken(path, line, why)
        if cells:
            yield Pairs(
                tuple((name, Plain(Kind.CELL, cell, line)) for name, cell in zip(header, cells, strict=True)), line
            )
        line = reader.line_num + 1
