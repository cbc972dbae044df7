"""The names that lead to a dialect: a small value, so that choosing one loads nothing of the others."""

from __future__ import annotations

from msgspec import Struct


class Provider(Struct, frozen=True):
    """A provider's name in schema.prisma, its other spellings, and the schemes of its URLs."""

    name: str
    aliases: tuple[str, ...]
    url_schemes: tuple[str, ...]
    parent: str | None = None
    """The folder of the dialect that this one is a close relative of: the only other one that it may import."""
