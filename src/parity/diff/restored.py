"""Texts that a database prints in another way once it was dumped and restored. Pure.

`x IN ('a', 'b')` of a VARCHAR column is printed as `(x)::text = ANY ((ARRAY['a'::character varying, …])::text[])`. Read
from that text, by a restore or by the migration of a baseline, it is printed with the cast at each item instead:
`ARRAY[('a'::character varying)::text, …]`. And `x BETWEEN 1 AND 5 AND y` is `((x >= 1) AND (x <= 5)) AND y` before, and
three conditions in a row behind it. They mean the same, and no statement could tell them apart.
"""

from __future__ import annotations

import re

from parity.diff.reprinted import as_printed
from parity.schema.model import Schema

_STRING = r"'(?:[^']|'')*'"
_NAME = r'"(?:[^"]|"")*"|[A-Za-z_]\w*'
_TYPE = r"[a-z]+(?: varying| precision)?(?:\(\d+(?:,\d+)?\))?"
_PATH = rf"(?:{_NAME})(?:\.(?:{_NAME}))*"
_ATOM = rf"(?:{_STRING}|-?\d+(?:\.\d+)?|{_PATH})(?:::{_TYPE})*"
_ITEMS = rf"(?:{_ATOM}|\({_ATOM}\))(?:, (?:{_ATOM}|\({_ATOM}\)))*"
_ARRAY = re.compile(rf"{_STRING}|\(ARRAY\[({_ITEMS})\]\)::({_TYPE})\[\]|\bARRAY\[({_ITEMS})\]::({_TYPE})\[\]")
_ITEM = re.compile(rf"\(({_ATOM})\)|{_ATOM}")
_TOKEN = re.compile(rf"""{_STRING}|"(?:[^"]|"")*"|\w+|\s+|.""", re.DOTALL)
_MOST = 500
"""How many groups are looked at in one text: what has more isn't one condition, and deep ones take too long."""
_CONNECTIVES = ("AND", "OR")
_IN_PARENTHESES = re.compile(rf'{_STRING}|(?<![\w"])\(({_ATOM})\)(?=::)')


def as_restored(schema: Schema, other: Schema) -> Schema:
    """`schema` with the texts of `other` where they differ in no more than a dump and a restore make of them."""
    return as_printed(schema, other, is_same_once_restored)


def is_same_once_restored(text: str, other: str) -> bool:
    """Whether two texts differ in no more than that."""
    return text == other or _in_a_row(_spread(text)) == _in_a_row(_spread(other))


def _spread(text: str) -> str:
    """The text with the cast of each array at its items. Nobody runs it, so it needs no parentheses around them."""
    return _IN_PARENTHESES.sub(lambda found: found[1] or found[0], _ARRAY.sub(_with_cast_items, text))


def _with_cast_items(found: re.Match[str]) -> str:
    items, cast = (found[1], found[2]) if found[1] is not None else (found[3], found[4])
    if items is None:
        return found[0]
    return f"ARRAY[{_ITEM.sub(lambda item: f'{item[1] or item[0]}::{cast}', items)}]"


class _Group:
    """What stands between two parentheses: words, and groups within. `joined` are the connectives among the words."""

    def __init__(self) -> None:
        self.parts: list[str | _Group] = []
        self.joined: set[str] = set()

    def add(self, part: str | _Group) -> None:
        """Put something behind what is there. A group of one connective that is beside the same one needs none."""
        self.parts.append(part)
        if isinstance(part, str) and part in _CONNECTIVES:
            self.joined.add(part)

    def pieces(self) -> list[str]:
        """Its text in pieces."""
        found: list[str] = []
        for place, part in enumerate(self.parts):
            if isinstance(part, str):
                found.append(part)
            elif len(self.joined) == 1 and part.joined == self.joined and self._is_operand(place):
                found += part.pieces()
            else:
                found += ["(", *part.pieces(), ")"]
        return found

    def _is_operand(self, place: int) -> bool:
        """Whether connectives, or the ends, are all that is beside the part."""
        return all(self._is_joined(place, step) for step in (-1, 1))

    def _is_joined(self, place: int, step: int) -> bool:
        place += step
        if 0 <= place < len(self.parts) and self.parts[place] == " ":
            place += step
        return not 0 <= place < len(self.parts) or self.parts[place] in self.joined


def _in_a_row(text: str) -> str:
    """The text without parentheses around conditions that stand in a row of the same connective."""
    if text.count("(") > _MOST:
        return text
    open_groups = [_Group()]
    for token in _TOKEN.findall(text):
        if token == "(":
            open_groups.append(_Group())
        elif token == ")" and len(open_groups) > 1:
            group = open_groups.pop()
            open_groups[-1].add(group)
        else:
            open_groups[-1].add(" " if token.isspace() else token)
    if len(open_groups) > 1:
        return text
    return "".join(open_groups[0].pieces())
