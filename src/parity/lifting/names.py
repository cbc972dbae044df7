"""Names that the schema language can hold, made from names of a database. Knows nothing of schemas and files."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct

from parity.psl.names import RESERVED, SCALARS

_PLAIN = re.compile(r"(?:[a-zA-Z][_a-zA-Z0-9]*)?")
_LEADING = re.compile(r"^[^a-zA-Z]+")
_FOREIGN = re.compile(r"[^_a-zA-Z0-9]")

EMPTY_VALUE = "EMPTY_ENUM_VALUE"
"""What an enum value that is an empty string is called."""


class Name(Struct, frozen=True):
    """A name in the language, and the database's own one where a `@map` or `@@map` has to say it."""

    name: str
    mapped: str | None = None


def needs_sanitising(text: str) -> bool:
    """Whether `text` can't be an identifier as it is."""
    return _PLAIN.fullmatch(text) is None


@lru_cache(maxsize=4096)
def sanitised(text: str) -> str:
    """`text` without what can't lead an identifier, and with `_` for what can't be in one. May be empty."""
    return _FOREIGN.sub("_", _LEADING.sub("", text)) if needs_sanitising(text) else text


def is_reserved(text: str) -> bool:
    """Whether a model or an enum can't be called `text`."""
    return text in RESERVED or text in SCALARS


def top_level_name(text: str, namespace: str | None, *, is_unique: bool) -> Name:
    """The name of a new model, view or enum. Not unique ones are told apart by their namespace."""
    if namespace is not None and not is_unique:
        return Name(sanitised(f"{namespace}_{text}"), text)
    if is_reserved(text):
        return Name(f"Renamed{text}", text)
    if needs_sanitising(text):
        # A name must not be empty: there would be no block that the rest of the file could mean.
        return Name(sanitised(text) or f"Renamed{_FOREIGN.sub('_', text)}", text)
    return Name(text)


@lru_cache(maxsize=4096)
def field_name(text: str) -> Name:
    """The name of a new field."""
    return Name(sanitised(text), text) if needs_sanitising(text) else Name(text)


def value_name(text: str) -> Name:
    """The name of a new enum value."""
    return Name(EMPTY_VALUE, "") if text == "" else field_name(text)


def is_unnameable(name: str) -> bool:
    """Whether nothing, or nothing valid, is left of a name: a pulled file holds it in a comment only."""
    return name == "" or needs_sanitising(name)


def on_one_line(text: str) -> str:
    """`text` as it can stand in a comment."""
    return "".join(char if char.isprintable() else "_" for char in text)
