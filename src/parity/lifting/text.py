"""Small pieces of schema text: strings, documentation lines, attributes. Not laid out: the formatter does that."""

from __future__ import annotations

from collections.abc import Iterable

from parity.psl.strings import quote


def documentation(lines: Iterable[str]) -> list[str]:
    """`///` lines for texts, each of which may have several lines."""
    return [f"/// {line}" if line else "///" for text in lines for line in text.split("\n")]


def array(items: Iterable[str]) -> str:
    """`[a, b]`."""
    return f"[{', '.join(items)}]"


def attribute(name: str, *arguments: str | None) -> str:
    """`@name(argument, argument)`; without parentheses where there are no arguments. None is left out."""
    given = [argument for argument in arguments if argument is not None]
    return f"{name}({', '.join(given)})" if given else name


def named(key: str, value: str | None) -> str | None:
    """`key: "value"`, or None."""
    return None if value is None else f"{key}: {quote(value)}"


def words(*parts: str | None) -> str:
    """The parts that are there, with spaces between them."""
    return " ".join(part for part in parts if part)
