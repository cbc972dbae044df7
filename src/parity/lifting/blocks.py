"""Blocks as they stand in a schema file: what their lines say, and their layout.

A block of plain lines is laid out here, straight from its parts. Whatever else there may be in one (comments, names
that aren't ASCII, a line that makes no sense) is written down and left to the language's own layout, which reads it
again and takes five times as long.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from parity.lifting.text import documentation, words
from parity.psl.format import attribute_place, lay_out
from parity.psl.parser import parse_file

# Quantifiers are possessive: no line may make them try again, as a long name could. Why each group ends in what never
# matches: see parity.psl.lexer.
_NAME = r"[A-Za-z]\w*+"
_STRING = r'"(?:[^"\\\x00-\x1f]|\\.|(?!))*+"'
_NUMBER = r"-?\d++(?:\.\d+)?(?![\w.])"
_NO_CALL = rf"(?:{_STRING}|{_NAME}|{_NUMBER}|[\[\]:, ]|(?!))*+"
_CALLS = rf"(?:{_STRING}|{_NAME}(?:\({_NO_CALL}\))?|{_NUMBER}|[\[\]:, ]|(?!))*+"
_ARGUMENTS = rf"(?:\((?:{_STRING}|{_NAME}(?:\({_CALLS}\))?|{_NUMBER}|[\[\]:, ]|(?!))*+\))?"
"""Of an attribute: calls in them, as deep as a pull writes them."""
_PLAIN_LINE = re.compile(
    rf"{_NAME} (?:(?:{_NAME}|Unsupported\({_STRING}\))(?:\?|\[\])?)?(?: @{_NAME}(?:\.{_NAME})?{_ARGUMENTS}|(?!))*+",
    re.ASCII,
)
"""A field as the pull writes it, parts joined by single spaces."""
_PLAIN_ATTRIBUTE = re.compile(rf"@@{_NAME}{_ARGUMENTS}", re.ASCII)


class FieldLine(NamedTuple):
    """A field of a model, or a value of an enum, which has no type."""

    name: str
    type: str
    attributes: tuple[str, ...]

    def __str__(self) -> str:
        return words(self.name, self.type, *self.attributes)


Line = FieldLine | str
"""A field, or a comment as it is written."""


class Block(NamedTuple):
    """A block in parts."""

    head: str
    """`model Invoice`."""
    lines: Sequence[Line]
    attributes: Sequence[str]
    """`@@map("invoices")`, or one that is commented out."""
    documentation: Sequence[str] = ()
    is_commented_out: bool = False


def make_line(name: str, type: str, *attributes: str | None) -> FieldLine:
    """A field. Attributes that are None are left out."""
    return FieldLine(name, type, tuple([attribute for attribute in attributes if attribute is not None]))


def block_text(block: Block) -> str:
    """The block, laid out, with a line break at its end."""
    if not block.documentation and not block.is_commented_out:
        text = _plain(block)
        if text is not None:
            return text
    lines = [f"{block.head} {{", *map(str, block.lines), *block.attributes, "}"]
    if block.is_commented_out:
        lines = [f"// {line}" for line in lines]
    return lay_out(parse_file("\n".join([*documentation(block.documentation), *lines]) + "\n"))


def _plain(block: Block) -> str | None:
    """The text of a block of plain lines; None where there is another one among them."""
    rows = []
    names = types = 0
    for line in block.lines:
        if isinstance(line, str):
            return None
        name, type, attributes = line
        if len(attributes) > 1:
            attributes = tuple(sorted(attributes, key=_place))
        written = " ".join(attributes)
        if _PLAIN_LINE.fullmatch(f"{name} {type} {written}" if written else f"{name} {type}") is None:
            return None
        rows.append((name, type, written))
        names = max(names, len(name))
        types = max(types, len(type))
    if not all(map(_PLAIN_ATTRIBUTE.fullmatch, block.attributes)):
        return None
    lines = [f"{block.head} {{"]
    for name, type, written in rows:
        line = f"  {name:{names}} {type:{types}} {written}" if types else f"  {name:{names}} {written}"
        lines.append(line.rstrip(" "))
    if block.attributes:
        lines += ["", *(f"  {attribute}" for attribute in sorted(block.attributes, key=_block_place))]
    return "\n".join([*lines, "}\n"])


def _place(attribute: str) -> int:
    return attribute_place(attribute[1:].partition("(")[0])


def _block_place(attribute: str) -> int:
    return attribute_place(attribute[2:].partition("(")[0])
