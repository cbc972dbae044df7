"""What stands in a file of reference data before anybody asks for types: texts, lists and mappings with their lines."""

from __future__ import annotations

import json
import re
from enum import Enum

from msgspec import Struct

LARGEST = 32 * 1024 * 1024
DEEPEST = 60


class Kind(Enum):
    """How a plain value was written."""

    NULL = "null"
    BOOLEAN = "boolean"
    NUMBER = "number"
    STRING = "string"
    CELL = "cell"
    """Of a CSV file, which knows no kinds: the column decides."""


class Plain(Struct, frozen=True):
    """A value without parts, exactly as it was written, and from where to where in the text."""

    kind: Kind
    text: str
    start: int
    end: int


class Items(Struct, frozen=True):
    """A list."""

    items: tuple[Raw, ...]
    start: int
    end: int


class Pairs(Struct, frozen=True):
    """A mapping. No key stands there twice. `keys` tells where each key is."""

    pairs: tuple[tuple[str, Raw], ...]
    keys: tuple[tuple[int, int], ...]
    start: int
    end: int

    def get(self, name: str) -> Raw | None:
        """What stands under a key."""
        return dict(self.pairs).get(name)


Raw = Plain | Items | Pairs


class Broken(Exception):
    """A text that can't be read any further, from where to where, and why."""

    def __init__(self, start: int, why: str, end: int | None = None) -> None:
        super().__init__(why)
        self.why = " ".join(why.split())
        self.start = start
        self.end = start + 1 if end is None else end


def refuse_large(text: str, largest: int = LARGEST, way: str = "rows in such numbers are for a script") -> None:
    """Raises Broken for more than is read."""
    if len(text) > largest:
        raise Broken(0, f"it is larger than {largest // 1024 // 1024} MiB: {way}")


_JSON_NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?")


def json_of(raw: Raw) -> str:
    """The value as JSON, with its numbers as they were written. Raises ValueError for what JSON has no word for."""
    match raw:
        case Pairs():
            return "{" + ", ".join(f"{_quoted(key)}: {json_of(value)}" for key, value in raw.pairs) + "}"
        case Items():
            return "[" + ", ".join(map(json_of, raw.items)) + "]"
        case Plain(kind=Kind.NULL):
            return "null"
        case Plain(kind=Kind.BOOLEAN, text=text):
            return text.lower()
        case Plain(kind=Kind.NUMBER, text=text):
            if not _JSON_NUMBER.fullmatch(text):
                raise ValueError(f"{text} is no number in JSON")
            return text
        case Plain(text=text):
            return _quoted(text)


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)
