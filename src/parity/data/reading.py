"""Reading a file of reference data: its rows, held against their table, and all mistakes with their places."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress

from msgspec import Struct

from parity.data.cells import Cell, cell
from parity.data.keys import unique_keys, value_of
from parity.data.raw import Broken, Items, Pairs, Plain, Raw
from parity.data.read_csv import read_csv
from parity.data.read_json import read_json
from parity.data.read_yaml import read_yaml
from parity.data.shape import Shape
from parity.data.tables import DataRow, DataTable
from parity.diagnostics import Sink, SourceFile, Span
from parity.schema.model import Column
from parity.schema.types import Now

_MOST = 100
"""More mistakes than these in a file are one mistake."""

_LONGEST = 300

READERS = {"yaml": read_yaml, "yml": read_yaml, "json": read_json, "csv": read_csv}
"""By the file's ending."""


def read_table(source: SourceFile, number: int, shape: Shape, sink: Sink) -> DataTable | None:
    """The file's rows; None for one that has no rows to be read. All mistakes go into `sink`: PAR170, PAR172 to
    PAR175. `number` is the file's among those that are read together."""
    reader = _Reader(source, number, shape, sink)
    with suppress(_Enough):
        return _read(reader, source)
    return None


def _read(reader: _Reader, source: SourceFile) -> DataTable | None:
    try:
        top = READERS[source.name.rpartition(".")[2].lower()](source.text)
    except Broken as error:
        what = "can't be read as reference data"
        reader.wrong("PAR170", (error.start, error.end), f"{what}: {error.why}")
        return None
    parts = reader.parts(top)
    if parts is None:
        return None
    rows, key, owns_all = parts
    return DataTable(source.name, reader.shape, key, owns_all, tuple(reader.rows(rows, key)))


class _Enough(Exception):
    pass


class _Reader:
    def __init__(self, source: SourceFile, number: int, shape: Shape, sink: Sink) -> None:
        self.number, self.shape, self.sink = number, shape, sink
        self.breaks = [match.start() for match in re.finditer("\n", source.text)]
        self.told: set[tuple[str, int, str]] = set()

    def wrong(self, code: str, span: tuple[int, int], message: str, hint: str | None = None) -> None:
        """Tell a mistake, once for a place: that of a column's name is every row's."""
        told = (code, span[0], message)
        if told in self.told:
            return
        self.told.add(told)
        if len(self.told) == _MOST:
            message += f"; it is the {_MOST}th mistake in this file, and the rest wasn't looked at"
        self.sink.error(code, message, Span(*span, self.number), hint)
        if len(self.told) == _MOST:
            raise _Enough

    def line(self, at: int) -> int:
        return bisect_right(self.breaks, at - 1) + 1

    def parts(self, top: Raw) -> tuple[Items, tuple[str, ...], bool] | None:
        """The rows, the key's columns, and whether all rows are the file's."""
        if isinstance(top, Items):
            key = self._key(_head(top), self.shape.primary_key)
            return None if key is None else (top, key, False)
        if not isinstance(top, Pairs):
            self._layout(_head(top), "it holds neither a list of rows nor rows:")
            return None
        for (name, _), span in zip(top.pairs, top.keys, strict=True):
            if name not in ("key", "owned", "rows"):
                self._layout(span, f"it says {name}")
        rows, owned, named = top.get("rows"), top.get("owned"), top.get("key")
        if owned is not None and not (isinstance(owned, Plain) and owned.text in ("all", "listed")):
            self._layout(_head(owned), "owned: is neither all nor listed")
        if not isinstance(rows, Items):
            self._layout(_head(top if rows is None else rows), "rows: is no list")
            return None
        key = self._key(_head(top), self.shape.primary_key) if named is None else self._named_key(named)
        return None if key is None else (rows, key, isinstance(owned, Plain) and owned.text == "all")

    def _layout(self, span: tuple[int, int], why: str) -> None:
        hint = "write a list of rows; or key: (a list of columns), owned: (all or listed) and rows:"
        self.wrong("PAR172", span, f"this isn't laid out as reference data: {why}", hint)

    def _named_key(self, named: Raw) -> tuple[str, ...] | None:
        columns = []
        for item in named.items if isinstance(named, Items) else (named,):
            column = self.shape.column(item.text) if isinstance(item, Plain) else None
            if column is None:
                self._layout(_head(item), f"key: names no column of {self.shape.shown}")
                return None
            columns.append(column.name)
        return self._key(_head(named), tuple(columns))

    def _key(self, span: tuple[int, int], columns: tuple[str, ...]) -> tuple[str, ...] | None:
        if columns and self.shape.is_key(columns):
            return columns
        why = f"{', '.join(columns)} is neither its primary key nor unique" if columns else "it has no primary key"
        message = f"rows of {self.shape.shown} can't be told apart: {why}"
        self.wrong("PAR172", span, message, "name the columns of a unique key with key:")
        return None

    def rows(self, items: Items, key: tuple[str, ...]) -> Iterator[DataRow]:
        """Those without a mistake."""
        whole = tuple(unique.columns for unique in unique_keys(self.shape.table) if not unique.is_partial)
        keys = (key, *(columns for columns in whole if set(columns) != set(key)))
        seen: dict[tuple[str, ...], dict[object, DataRow]] = {columns: {} for columns in keys}
        for item in items.items:
            row = self._row(item, key)
            if row is not None and self._is_new(row, item, seen):
                yield row

    def _is_new(self, row: DataRow, item: Raw, seen: dict[tuple[str, ...], dict[object, DataRow]]) -> bool:
        for columns, rows in seen.items():
            value = value_of(row.cells, columns)
            first = row if value is None else rows.setdefault(value, row)
            if first is not row:
                names = ", ".join(columns)
                self.wrong(
                    "PAR175",
                    self._place(item, columns),
                    f"a second row with the same {names}; the first one stands on line {first.line}",
                )
                return False
        return True

    def _place(self, item: Raw, columns: tuple[str, ...]) -> tuple[int, int]:
        """Where a row has its value for the first of these columns."""
        for name, raw in item.pairs if isinstance(item, Pairs) else ():
            column = self.shape.column(name)
            if column is not None and column.name in columns:
                return _head(raw)
        return _head(item)

    def _row(self, item: Raw, key: tuple[str, ...]) -> DataRow | None:
        if not isinstance(item, Pairs):
            self._layout(_head(item), "a row is no mapping from columns to values")
            return None
        cells: dict[str, Cell] = {}
        is_right = True
        for (name, raw), span in zip(item.pairs, item.keys, strict=True):
            column = self._column(name, span)
            if column is not None and column.name in cells:
                self._column_error(span, f"{name} is a column that the row names twice", "name it once")
            value = None if column is None else self._cell(column, raw)
            if column is None or isinstance(value, _Wrong):
                is_right = False
            if column is not None:
                cells[column.name] = None if isinstance(value, _Wrong) else value
        return self._whole(DataRow(cells, self.line(item.start)), item, key) if is_right else None

    def _whole(self, row: DataRow, item: Pairs, key: tuple[str, ...]) -> DataRow | None:
        is_whole = True
        for name in key:
            if row.cells.get(name) is None or isinstance(row.cells[name], Now):
                span = self._place(item, (name,)) if name in row.cells else _naming(item)
                self._column_error(
                    span, f"it has no value for {name}, which is of the key", "each row gives the whole key"
                )
                is_whole = False
        for column in self.shape.table.columns:
            if column.name not in row.cells and must_be_given(column) and column.name not in key:
                why = f"it has no value for {column.name}, which is required, and the database has no default for it"
                self._column_error(_naming(item), why, "give it one; `now()` is the time of the insertion")
                is_whole = False
        return row if is_whole else None

    def _column(self, name: str, span: tuple[int, int]) -> Column | None:
        column = self.shape.column(name)
        if column is None:
            from difflib import get_close_matches  # only an error needs it

            close = get_close_matches(name, (*self.shape.fields, *self.shape.fields.values()), n=1)
            hint = f"did you mean {close[0]}?" if close else "mend the name"
            self._column_error(span, f"{self.shape.shown} has no column {name}", hint)
        elif column.generated is not None:
            self._column_error(span, f"{name} is made by the database", "leave it out")
            return None
        return column

    def _column_error(self, span: tuple[int, int], why: str, hint: str) -> None:
        self.wrong("PAR173", span, f"a row doesn't fit {self.shape.shown}: {why}", hint)

    def _cell(self, column: Column, raw: Raw) -> Cell | _Wrong:
        try:
            return cell(column, raw, self.shape.values_of(column))
        except ValueError as error:
            self.wrong(
                "PAR174", _head(raw), f"a value doesn't fit {self.shape.shown}.{column.name}: {_short(str(error))}"
            )
            return _WRONG


class _Wrong(Struct, frozen=True):
    pass


_WRONG = _Wrong()


def _short(text: str) -> str:
    """In one line, and not the whole of a long value."""
    words = " ".join(text.split())
    return words if len(words) <= _LONGEST else f"{words[: _LONGEST // 2]} … {words[-_LONGEST // 2 :]}"


def _head(raw: Raw) -> tuple[int, int]:
    return raw.start, max(raw.end, raw.start + 1)


def _naming(item: Pairs) -> tuple[int, int]:
    """Where a row names its columns: for CSV that is the first line."""
    first, last = (item.keys[0][0], item.keys[-1][1]) if item.keys else (item.start, item.end)
    return (first, last) if last < item.start else _head(item)


def must_be_given(column: Column) -> bool:
    """Whether nothing but the row gives the column a value."""
    return column.is_required and column.default is None and column.generated is None and column.identity is None
