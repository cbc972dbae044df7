"""Rows of a database as the text of a file of reference data, which reads back as the same rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence

from parity.data.cells import Cell
from parity.data.shape import Shape
from parity.data.tables import DataRow
from parity.schema.types import ListLiteral, Literal, LiteralKind, Now

FORMATS = ("yaml", "json", "csv")
_UNPRINTABLE = re.compile("[\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def names_of(shape: Shape) -> dict[str, str]:
    """What the schema file calls the columns."""
    return {column: field for field, column in shape.fields.items()}


def text_of_rows(
    shape: Shape, key: tuple[str, ...], rows: Sequence[DataRow], form: str, *, owns_all: bool = False
) -> str:
    """The file's text. `key` is written where it isn't the primary key."""
    names = names_of(shape)
    named = () if key == shape.primary_key else tuple(names.get(name, name) for name in key)
    if form == "csv":
        return "".join(_csv(rows, names))
    head: dict[str, object] = ({"key": named} if named else {}) | ({"owned": "all"} if owns_all else {})
    if form == "json":
        lines = ",\n".join(f"  {mapping_text(row, names)}" for row in rows)
        listed = f"[\n{lines}\n]" if rows else "[]"
        said = "".join(f"{json.dumps(word)}: {json.dumps(value, ensure_ascii=False)}, " for word, value in head.items())
        return f'{{{said}"rows": {listed}}}\n' if head else f"{listed}\n"
    lines = "".join(f"- {mapping_text(row, names)}\n" for row in rows) or "[]\n"
    said = "".join(f"{word}: {json.dumps(value, ensure_ascii=False)}\n" for word, value in head.items())
    return f"{said}rows:\n{lines}" if head else lines


def mapping_text(row: DataRow, names: dict[str, str]) -> str:
    """A row, in JSON and YAML alike."""
    pairs = (f"{_quoted(names.get(name, name))}: {value_text(value)}" for name, value in row.cells.items())
    return "{" + ", ".join(pairs) + "}"


def value_text(value: Cell) -> str:
    """A value, in both alike."""
    match value:
        case None:
            return "null"
        case Now():
            return '"now()"'
        case ListLiteral():
            return f"[{', '.join(map(value_text, value.items))}]"
        case Literal(kind=LiteralKind.INT | LiteralKind.NUMBER | LiteralKind.BOOLEAN | LiteralKind.JSON):
            return _printable(_plain(value))
        case Literal():
            return _quoted(_plain(value))


def _plain(value: Literal) -> str:
    match value.kind:
        case LiteralKind.BOOLEAN:
            return "true" if value.value else "false"
        case LiteralKind.BYTES:
            from base64 import b64encode

            return b64encode(value.data).decode()
        case LiteralKind.DATE_TIME:
            return f"{value.value}Z"
        case LiteralKind.JSON | LiteralKind.NUMBER:
            return str(value.value if value.text is None else value.text)
        case _:
            return str(value.value)


def _quoted(text: str) -> str:
    return _printable(json.dumps(text, ensure_ascii=False))


def _printable(text: str) -> str:
    """JSON without what YAML takes for the end of a line, or doesn't take at all."""
    return _UNPRINTABLE.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _csv(rows: Sequence[DataRow], names: dict[str, str]) -> Iterator[str]:
    if rows:
        yield ",".join(_cell(names.get(name, name)) for name in rows[0].cells) + "\n"
    for row in rows:
        yield ",".join(_cell(_text(value)) for value in row.cells.values()) + "\n"


def _text(value: Cell) -> str:
    if value is None or isinstance(value, Now):
        return "" if value is None else "now()"
    return value_text(value) if isinstance(value, ListLiteral) else _plain(value)


def _cell(text: str) -> str:
    return '"' + text.replace('"', '""') + '"' if re.search(r'[",\r\n]', text) else text
