"""A schema file as lines, for those who break it."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from random import Random

_HEAD = re.compile(r"^\s*(model|view|enum|datasource|generator|type)\s+(\w+)\s*\{")
FIELD = re.compile(r"^(\s*)(\w+)(\s+)(\w+)(\[\]|\?|)(?=\s|$|@|\()(.*)$")
Field = tuple[int, re.Match[str]]
"""A field: the number of its line, and its pieces."""


@dataclass(slots=True)
class Text:
    """A schema file as lines, and where its blocks are."""

    lines: list[str]
    random: Random

    def blocks(self, *kinds: str) -> list[tuple[str, int, int]]:
        """The blocks of some kinds: the name, the line of the head, and the line of the brace that closes it."""
        found = []
        for start, line in enumerate(self.lines):
            head = _HEAD.match(line)
            if head is not None and head[1] in kinds:
                end = next((n for n in range(start + 1, len(self.lines)) if self.lines[n].startswith("}")), None)
                if end is not None:
                    found.append((head[2], start, end))
        return found

    def fields(self, wanted: Callable[[re.Match[str]], bool] = lambda field: True) -> list[Field]:
        """The lines of fields of models and views that are wanted."""
        found = []
        for _, start, end in self.blocks("model", "view"):
            for number in range(start + 1, end):
                field = FIELD.match(self.lines[number])
                if field is not None and wanted(field):
                    found.append((number, field))
        return found

    def one_field(self, wanted: Callable[[re.Match[str]], bool] = lambda field: True) -> Field | None:
        """One of them by chance."""
        found = self.fields(wanted)
        return self.random.choice(found) if found else None

    def models(self) -> set[str]:
        """The names of models and views."""
        return {name for name, _, _ in self.blocks("model", "view")}

    def enums(self) -> set[str]:
        """The names of enums."""
        return {name for name, _, _ in self.blocks("enum")}

    def one_line(self, pattern: str) -> int | None:
        """The number of one line by chance in which a pattern is found."""
        found = [number for number, line in enumerate(self.lines) if re.search(pattern, line)]
        return self.random.choice(found) if found else None

    def put(
        self, number: int, field: re.Match[str], *, kind: str = "", arity: str | None = None, rest: str = ""
    ) -> None:
        """Write a field anew; what isn't given stays."""
        parts = (field[1], field[2], field[3], kind or field[4], field[5] if arity is None else arity, rest or field[6])
        self.lines[number] = "".join(parts)

    def swap(self, pattern: str, new: str) -> None:
        """Replace a pattern in one line where it is found."""
        number = self.one_line(pattern)
        if number is not None:
            self.lines[number] = re.sub(pattern, new, self.lines[number], count=1)
