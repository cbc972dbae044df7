"""Scratch databases that are kept as files: the image of a database in memory, behind a line that holds the note."""

from __future__ import annotations

from parity.dialects.base import Keeping

_LARGEST = 64 * 1024 * 1024
"""How many bytes an image may have to be worth keeping."""


def image_to_begin_with(keeping: Keeping) -> bytes | None:
    """The first that was kept of those that are wanted."""
    for key in keeping.keys:
        note, _, image = (keeping.load(key) or b"").partition(b"\n")
        if image:
            keeping.begun = key, note.decode()
            return image
    return None


def keep(image: bytes, key: str, note: str, keeping: Keeping) -> None:
    """Keep an image, unless it is larger than a replay is long."""
    if len(image) <= _LARGEST:
        keeping.store(key, note.encode() + b"\n" + image)
