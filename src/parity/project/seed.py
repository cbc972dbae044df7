"""The seed command of a project, as its settings name it: taken apart into the arguments of a process, never a shell's.

A command in [tool.parity] is taken apart as a shell would do it; one in a file of Prisma as Prisma does it, at blanks
alone: quotes there are a part of the argument (`--compiler-options {"module":"CommonJS"}`).
"""

from __future__ import annotations

import re
from pathlib import Path

from msgspec import Struct

from parity.errors import ConfigError


class SeedCommand(Struct, frozen=True):
    """A program and its arguments. `origin` says which file names it."""

    arguments: tuple[str, ...]
    origin: str


def seed_of_parity(value: object, path: Path) -> SeedCommand | None:
    """`seed` of [tool.parity]: a text or a list of texts; None where it is empty. Raises ConfigError PAR112."""
    import shlex

    origin = f"[tool.parity] in {path.name}"
    if isinstance(value, list) and all(isinstance(part, str) for part in value):
        return _command(tuple(value), origin)
    if not isinstance(value, str):
        raise ConfigError("PAR112", f"{path}: [tool.parity] seed must be a string, or a list of strings")
    try:
        return _command(tuple(shlex.split(value)), origin)
    except ValueError as error:
        raise ConfigError("PAR112", f"{path}: [tool.parity] seed can't be taken apart", why=str(error)) from error


def seed_of_prisma(value: object, origin: str) -> SeedCommand | None:
    """The command that a file of Prisma holds. A backslash keeps the blank behind it."""
    if not isinstance(value, str):
        return None
    parts = re.findall(r"(?:\\ |\S)+", value)
    return _command(tuple(part.replace("\\ ", " ") for part in parts), origin)


def _command(arguments: tuple[str, ...], origin: str) -> SeedCommand | None:
    return SeedCommand(arguments, origin) if arguments and arguments[0] else None
