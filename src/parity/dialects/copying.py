"""What a dialect supplies for tests: databases that are copies of one which was migrated."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from msgspec import Struct


class CopyWish(Struct, frozen=True):
    """Databases that a run of tests wants: all copies of one. `folder` is where files are made, and where paths
    in a URL begin.

    `run` names the run, the same in all of its processes; `history`, what is in the original. `url` names a
    database on the server, where there is one. Both names are of eight hexadecimal digits.
    """

    folder: Path
    run: str
    history: str
    url: str = ""

    def __repr__(self) -> str:
        return f"CopyWish(run={self.run!r}, history={self.history!r})"


class Copies(Protocol):
    """Databases that are copies of one original."""

    def prepare(self, make: Callable[[str], None]) -> None:
        """Have the original made, `make` filling an empty database of this URL; once for all who share it."""
        ...

    def copy(self) -> tuple[str, str]:
        """A fresh copy: its name and URL."""
        ...

    def drop(self, name: str) -> None:
        """Drop one, whoever is connected to it."""
        ...

    def close(self) -> None:
        """Drop all, if nobody else shares it."""
        ...
