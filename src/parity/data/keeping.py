"""A file of reference data that is written anew: what a person chose in it, and a YAML file's own lines, stay."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from msgspec import Struct

from parity.data.cells import Cell
from parity.data.raw import Items, Pairs, Plain, Raw
from parity.data.read_yaml import read_yaml
from parity.data.shape import Shape
from parity.data.tables import DataRow, DataTable
from parity.data.write import mapping_text, names_of, value_text
from parity.schema.types import Now


def as_before(old: DataTable, rows: Sequence[DataRow]) -> tuple[DataRow, ...]:
    """The rows in the order of the file that was there, each with the columns that it named, and `now()` where it said
    so; then the new ones."""
    by_key = {row.key(old.key): row for row in rows}
    kept = [(row, by_key.pop(row.key(old.key), None)) for row in old.rows]
    same = (DataRow({n: _kept(v, new.cells[n]) for n, v in row.cells.items()}) for row, new in kept if new is not None)
    return (*same, *by_key.values())


def _kept(was: Cell, value: Cell) -> Cell:
    return was if isinstance(was, Now) else value


class _Edit(Struct, frozen=True):
    start: int
    end: int
    text: str


def edited_yaml(text: str, old: DataTable, rows: Sequence[DataRow]) -> str | None:
    """The text of a YAML file with these rows in place of its own; None where it isn't laid out line by line."""
    top = read_yaml(text)
    items = top.get("rows") if isinstance(top, Pairs) else top
    if not isinstance(items, Items) or not items.items or len(items.items) != len(old.rows):
        return None
    by_key = {row.key(old.key): row for row in rows}
    edits: list[_Edit] = []
    stay = 0
    for item, was in zip(items.items, old.rows, strict=True):
        row = by_key.pop(was.key(old.key), None)
        lines = _lines(text, item)
        if lines is None or not isinstance(item, Pairs):
            return None
        if row is None:
            edits.append(_Edit(*lines, ""))
            continue
        stay += 1
        edits += _of_row(text, old.shape, item, was.cells, row.cells)
    place = _lines(text, items.items[-1])
    if not stay or place is None:
        return None
    names = names_of(old.shape)
    start = text.rfind("\n", 0, items.items[-1].start) + 1
    head = text[start : items.items[-1].start]
    added = "".join(f"{head}{mapping_text(row, names)}\n" for row in by_key.values())
    if added and not text[: place[1]].endswith("\n"):
        added = f"\n{added}"
    return _with(text, [*edits, _Edit(place[1], place[1], added)])


def _with(text: str, edits: Sequence[_Edit]) -> str:
    parts, at = [], 0
    for edit in edits:
        parts += [text[at : edit.start], edit.text]
        at = edit.end
    return "".join((*parts, text[at:]))


def _of_row(
    text: str, shape: Shape, item: Pairs, was: Mapping[str, Cell], cells: Mapping[str, Cell]
) -> Iterator[_Edit]:
    for name, raw in item.pairs:
        column = shape.column(name)
        assert column is not None
        if was[column.name] != cells[column.name] and not isinstance(was[column.name], Now):
            end = _end(text, raw)
            space = " " if raw.start == end else ""
            yield _Edit(raw.start, end, space + value_text(cells[column.name]))


def _lines(text: str, item: Raw) -> tuple[int, int] | None:
    """From where to where the lines of a row are; None where something else stands in them."""
    start = text.rfind("\n", 0, item.start) + 1
    end = text.find("\n", max(item.start, _end(text, item)))
    end = len(text) if end < 0 else end + 1
    is_alone = re.fullmatch(r" *- +", text[start : item.start]) is not None
    rest = text[_end(text, item) : end].strip()
    return (start, end) if is_alone and (not rest or rest.startswith("#")) else None


def _end(text: str, raw: Raw) -> int:
    """Where what is written of a value ends: behind a block ruamel's own mark is that of the next thing."""
    if not isinstance(raw, Plain) and text[raw.start : raw.start + 1] not in ("[", "{"):
        last = raw.items[-1:] if isinstance(raw, Items) else tuple(value for _, value in raw.pairs[-1:])
        return _end(text, last[0]) if last else raw.end
    return raw.start + len(text[raw.start : raw.end].rstrip())


def comments(text: str) -> tuple[str, ...]:
    """The comments of a YAML file."""
    covered = sorted(_scalars(read_yaml(text)))
    found, at = [], 0
    for start, end in (*covered, (len(text), len(text))):
        # A comment may hold what looks like the next scalar's beginning, but no scalar begins in one.
        found += re.findall(r"(?:^|(?<=\s))#[^\n]*", text[at:start])
        at = max(at, end)
    return tuple(comment.rstrip() for comment in found)


def _scalars(raw: Raw) -> Iterator[tuple[int, int]]:
    match raw:
        case Plain():
            yield raw.start, raw.end
        case Items():
            for item in raw.items:
                yield from _scalars(item)
        case Pairs():
            yield from raw.keys
            for _, value in raw.pairs:
                yield from _scalars(value)
