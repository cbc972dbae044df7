"""A file of reference data as typed rows of a table."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from msgspec import Struct

from parity.data.cells import Cell, cell
from parity.data.raw import Items, Pairs, Plain, Raw
from parity.data.read_csv import read_csv
from parity.data.read_json import read_json
from parity.data.read_yaml import read_yaml
from parity.data.shape import Shape
from parity.errors import ConfigError
from parity.schema.model import Column
from parity.schema.types import ListLiteral, Literal, Now

READERS = {"yaml": read_yaml, "yml": read_yaml, "json": read_json, "csv": read_csv}
"""By the file's ending."""

Key = tuple[object, ...]


class DataRow(Struct, frozen=True):
    """A row, by the names of its columns. `line` is where it stands in its file; 0 for one of a database."""

    cells: Mapping[str, Cell]
    line: int = 0

    def key(self, columns: tuple[str, ...]) -> Key:
        """What tells it from all others."""
        return tuple(comparable(self.cells[name]) for name in columns)


class DataTable(Struct, frozen=True):
    """The rows that a file wants in a table. With `owns_all` it is to hold no others."""

    path: str
    shape: Shape
    key: tuple[str, ...]
    owns_all: bool
    rows: tuple[DataRow, ...]

    @property
    def columns(self) -> tuple[Column, ...]:
        """The columns that any row names, in the table's order."""
        named = {name for row in self.rows for name in row.cells} | set(self.key)
        return tuple(column for column in self.shape.table.columns if column.name in named)


def comparable(value: Cell) -> object:
    """What is equal for equal values; None for NULL and for what isn't known before it is there."""
    match value:
        case Literal():
            return value.value
        case ListLiteral():
            return tuple(map(comparable, value.items))
        case _:
            return None


def read_table(path: str, text: str, shape: Shape) -> DataTable:
    """The file's rows. Raises ConfigError PAR170, PAR172 to PAR175, with file and line."""
    top = READERS[path.rpartition(".")[2].lower()](path, text.removeprefix("\ufeff"))
    reader = _Reader(path, shape)
    rows, key, owns_all = reader.parts(top)
    found = tuple(reader.rows(rows, key))
    return DataTable(path, shape, key, owns_all, found)


class _Reader(Struct):
    path: str
    shape: Shape

    def wrong(self, code: str, line: int, what: str, why: str, hint: str) -> ConfigError:
        return ConfigError(code, f"{self.path}:{line}: {what}", why=why, hint=hint)

    def parts(self, top: Raw) -> tuple[Items, tuple[str, ...], bool]:
        """The rows, the key's columns, and whether all rows are the file's."""
        primary = self.shape.primary_key
        if isinstance(top, Items):
            return top, self._key(top.line, primary), False
        if not isinstance(top, Pairs):
            raise self._layout(top.line, "it holds neither a list of rows nor rows:")
        for name, value in top.pairs:
            if name not in ("key", "owned", "rows"):
                raise self._layout(value.line, f"it says {name}")
        rows, owned, named = top.get("rows"), top.get("owned"), top.get("key")
        if not isinstance(rows, Items):
            raise self._layout(top.line if rows is None else rows.line, "rows: is no list")
        if owned is not None and not (isinstance(owned, Plain) and owned.text in ("all", "listed")):
            raise self._layout(owned.line, "owned: is neither all nor listed")
        key = self._key(rows.line, primary) if named is None else self._named_key(named)
        return rows, key, isinstance(owned, Plain) and owned.text == "all"

    def _layout(self, line: int, why: str) -> ConfigError:
        return self.wrong(
            "PAR172",
            line,
            "isn't laid out as reference data",
            why,
            "write a list of rows; or key: (a list of columns), owned: (all or listed) and rows:",
        )

    def _named_key(self, named: Raw) -> tuple[str, ...]:
        items = named.items if isinstance(named, Items) else (named,)
        columns = []
        for item in items:
            column = self.shape.column(item.text) if isinstance(item, Plain) else None
            if column is None:
                raise self._layout(item.line, f"key: names no column of {self.shape.shown}")
            columns.append(column.name)
        return self._key(named.line, tuple(columns))

    def _key(self, line: int, columns: tuple[str, ...]) -> tuple[str, ...]:
        if not columns or not self.shape.is_key(columns):
            raise self.wrong(
                "PAR172",
                line,
                f"rows of {self.shape.shown} can't be told apart",
                f"{', '.join(columns)} is neither its primary key nor unique" if columns else "it has no primary key",
                "name the columns of a unique key with key:",
            )
        return columns

    def rows(self, items: Items, key: tuple[str, ...]) -> Iterator[DataRow]:
        seen: dict[Key, DataRow] = {}
        for item in items.items:
            row = self._row(item, key)
            first = seen.setdefault(row.key(key), row)
            if first is not row:
                raise self._twice(row, key, first.line)
            yield row

    def _twice(self, row: DataRow, key: tuple[str, ...], first: int) -> ConfigError:
        return self.wrong(
            "PAR175",
            row.line,
            f"a second row with the same {', '.join(key)}",
            f"the first one stands on line {first}",
            "leave one of them out",
        )

    def _row(self, item: Raw, key: tuple[str, ...]) -> DataRow:
        if not isinstance(item, Pairs):
            raise self._layout(item.line, "a row is no mapping from columns to values")
        cells: dict[str, Cell] = {}
        for name, raw in item.pairs:
            column = self._column(name, raw.line)
            if column.name in cells:
                raise self._column_error(raw.line, f"{name} is a column that the row names twice", "name it once")
            cells[column.name] = self._cell(column, raw)
        for name in key:
            if isinstance(cells.get(name), Now) or cells.get(name) is None:
                why = f"it has no value for {name}, which is of the key"
                raise self._column_error(item.line, why, "each row gives the whole key")
        for column in self.shape.table.columns:
            if column.name not in cells and _must_be_given(column):
                why = f"it has no value for {column.name}, which is required, and the database has no default for it"
                raise self._column_error(item.line, why, "give it one; `now()` is the time of the insertion")
        return DataRow(cells, item.line)

    def _column(self, name: str, line: int) -> Column:
        column = self.shape.column(name)
        if column is None:
            raise self._column_error(line, f"{self.shape.shown} has no column {name}", "mend the name")
        if column.generated is not None:
            raise self._column_error(line, f"{name} is made by the database", "leave it out")
        return column

    def _column_error(self, line: int, why: str, hint: str) -> ConfigError:
        return self.wrong("PAR173", line, f"a row doesn't fit {self.shape.shown}", why, hint)

    def _cell(self, column: Column, raw: Raw) -> Cell:
        try:
            return cell(column, raw, self.shape.values_of(column))
        except ValueError as error:
            raise self.wrong(
                "PAR174", raw.line, f"a value doesn't fit {self.shape.shown}.{column.name}", str(error), "mend it"
            ) from error


def _must_be_given(column: Column) -> bool:
    return column.is_required and column.default is None and column.generated is None and column.identity is None
