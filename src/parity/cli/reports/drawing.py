"""The tables of a schema as boxes with their columns, and the foreign keys as lines: an SVG to stand in a page."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from xml.etree.ElementTree import Element, SubElement

from msgspec import Struct

from parity.cli.printable import printable
from parity.cli.reports.layout import Box, Placed, place
from parity.dialects.base import Dialect
from parity.schema.model import Column, ForeignKey, Table
from parity.schema.types import Arity, ObjectName
from parity.workflow.check_report import Manner, Picture

_ROW, _HEAD, _PAD, _CHARACTER, _TAG, _MARGIN = 18, 30, 10, 7.3, 26, 16
_LONGEST_NAME, _LONGEST_TYPE = 30, 22
_MOST_COLUMNS = 40

SIGNS = {Manner.CHANGED: "≠ changed", Manner.MISSING: "− missing", Manner.EXTRA: "+ of no migration"}
"""What stands on a table that differs, besides its colour."""


class _Row(Struct, frozen=True):
    tag: str
    name: str
    type: str
    full: str


class _Drawn(Struct, frozen=True):
    table: Table
    shown: str
    sign: str | None
    manner: Manner | None
    rows: tuple[_Row, ...]
    width: int

    @property
    def height(self) -> int:
        return self.head + _ROW * len(self.rows) + 6

    @property
    def head(self) -> int:
        return _HEAD + (16 if self.sign else 0)


def drawing(picture: Picture, marks: Mapping[ObjectName, Manner], dialect: Dialect) -> Element:
    """The SVG. `marks` tells what became of a table."""
    tables = (*picture.schema.tables, *picture.extra)
    drawn = [_drawn(table, marks.get(table.name), dialect) for table in tables]
    numbers = {table.name: number for number, table in enumerate(tables)}
    links = [
        (number, numbers[key.referenced_table], key)
        for number, table in enumerate(tables)
        for key in table.foreign_keys
        if key.referenced_table in numbers
    ]
    boxes = {number: Box(one.width, one.height) for number, one in enumerate(drawn)}
    places = place(boxes, [(source, target) for source, target, _ in links])
    svg = _svg(places, len(tables), len(links))
    for source, target, key in links:
        _line(svg, key, (drawn[source], places[source]), (drawn[target], places[target]))
    for number, one in enumerate(drawn):
        group = _table(svg, one, places[number])
        if one.sign is not None:
            group.set("id", anchor(number))
    return svg


def _svg(places: Mapping[int, Placed], tables: int, links: int) -> Element:
    width = max((one.x + one.width for one in places.values()), default=0) + 2 * _MARGIN + 30
    height = max((one.y + one.height for one in places.values()), default=0) + 2 * _MARGIN
    return Element(
        "svg",
        {
            "viewBox": f"{-_MARGIN} {-_MARGIN} {width} {height}",
            "width": str(width),
            "height": str(height),
            "role": "img",
            "aria-label": f"{tables} tables and {links} foreign keys",
        },
    )


def _drawn(table: Table, manner: Manner | None, dialect: Dialect) -> _Drawn:
    shown = full_name(table.name)
    keys = {part.name for part in table.primary_key.columns} if table.primary_key else set()
    foreign = {name for key in table.foreign_keys for name in key.columns}
    rows = [_row(column, column.name in keys, column.name in foreign, dialect) for column in table.columns]
    if len(rows) > _MOST_COLUMNS:
        rest = len(rows) - _MOST_COLUMNS + 1
        rows = [*rows[: _MOST_COLUMNS - 1], _Row("", f"… {rest} more columns", "", f"{rest} more columns")]
    sign = None if manner is None else SIGNS[manner]
    longest = max((_width(row.name) + _width(row.type) + 2 for row in rows), default=0)
    widest = max(longest * _CHARACTER + _TAG, _width(_cut(shown, 40)) * _CHARACTER * 1.1, len(sign or "") * _CHARACTER)
    return _Drawn(table, shown, sign, manner, tuple(rows), int(widest) + 2 * _PAD)


def _row(column: Column, is_key: bool, is_foreign: bool, dialect: Dialect) -> _Row:
    kind = printable(dialect.types.render(column.type, is_list=column.arity is Arity.LIST)).replace("\n", " ")
    name = printable(column.name).replace("\n", "\\n")
    kind += "?" if column.arity is Arity.NULLABLE else ""
    tag = "PK" if is_key else "FK" if is_foreign else ""
    return _Row(tag, _cut(name, _LONGEST_NAME), _cut(kind, _LONGEST_TYPE), f"{name} {kind}")


def _table(svg: Element, drawn: _Drawn, at: Placed) -> Element:
    manner = f" {drawn.manner.value}" if drawn.manner is not None else ""
    group = SubElement(svg, "g", {"class": f"table{manner}", "transform": f"translate({at.x} {at.y})"})
    SubElement(group, "title").text = drawn.shown if drawn.sign is None else f"{drawn.shown}: {drawn.sign}"
    size = {"width": str(at.width), "height": str(at.height), "rx": "6"}
    SubElement(group, "rect", {"class": "box", **size})
    line = {"x1": "0", "x2": str(at.width), "y1": str(drawn.head), "y2": str(drawn.head)}
    SubElement(group, "line", {"class": "rule", **line})
    _text(group, "name", _PAD, 20, _cut(drawn.shown, 40))
    if drawn.sign is not None:
        _text(group, "sign", _PAD, 37, drawn.sign)
    for number, row in enumerate(drawn.rows):
        y = drawn.head + _ROW * number + 15
        _text(group, "tag", _PAD, y, row.tag)
        name = _text(group, "column", _PAD + _TAG, y, row.name)
        _text(group, "type", at.width - _PAD, y, row.type)
        if name is not None and row.full != f"{row.name} {row.type}":
            SubElement(name, "title").text = row.full
    return group


def anchor(number: int) -> str:
    """The id of a table that differs, by its place among the picture's tables."""
    return f"drawn-{number}"


def _text(group: Element, kind: str, x: float, y: int, text: str) -> Element | None:
    if not text:
        return None
    element = SubElement(group, "text", {"class": kind, "x": f"{x:g}", "y": str(y)})
    element.text = text
    return element


def _line(svg: Element, key: ForeignKey, source: tuple[_Drawn, Placed], target: tuple[_Drawn, Placed]) -> None:
    """From the referring column to the referenced one, out of the sides that look at each other."""
    start, end = _height_of(*source, key.columns), _height_of(*target, key.referenced_columns)
    here, there = source[1], target[1]
    leftwards = there.column < here.column
    x1 = here.x if leftwards else here.x + here.width
    x2 = there.x + there.width if there.column <= here.column else there.x
    bend = max(30, min(abs(x2 - x1) // 2, 120))
    c1 = x1 - bend if leftwards else x1 + bend
    c2 = x2 + bend if there.column <= here.column else x2 - bend
    side = 1 if there.column <= here.column else -1
    group = SubElement(svg, "g", {"class": "key"})
    names = f"{source[0].shown}({', '.join(key.columns)}) → {target[0].shown}({', '.join(key.referenced_columns)})"
    SubElement(group, "title").text = printable(names).replace("\n", "\\n")
    SubElement(group, "path", {"d": f"M{x1} {start}C{c1} {start} {c2} {end} {x2} {end}"})
    SubElement(group, "path", {"class": "head", "d": f"M{x2} {end}l{8 * side} -4v8z"})
    SubElement(group, "circle", {"cx": str(x1), "cy": str(start), "r": "3"})


def _height_of(drawn: _Drawn, at: Placed, columns: tuple[str, ...]) -> int:
    names = [column.name for column in drawn.table.columns]
    number = names.index(columns[0]) if columns and columns[0] in names else -1
    if number < 0:
        return at.y + _HEAD // 2
    return at.y + drawn.head + _ROW * min(number, len(drawn.rows) - 1) + 10


def full_name(name: ObjectName) -> str:
    """A table's name as it can be shown in one line."""
    shown = name.name if name.namespace is None else f"{name.namespace}.{name.name}"
    return printable(shown).replace("\n", "\\n")


def _width(text: str) -> int:
    """In characters of a font whose characters are all of one width; those of East Asia take two."""
    return sum(2 if unicodedata.east_asian_width(character) in "WF" else 1 for character in text)


def _cut(text: str, longest: int) -> str:
    if _width(text) <= longest:
        return text
    kept = ""
    for character in text:
        if _width(kept) + _width(character) > longest - 1:
            break
        kept += character
    return f"{kept}…"
