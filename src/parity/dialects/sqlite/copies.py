"""Databases for tests: copies of a file that is migrated once for each process of a run, in a folder of its own."""

from __future__ import annotations

import secrets
import shutil
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

from parity.dialects.copying import CopyWish

_BESIDE = ("", "-journal", "-wal", "-shm")


class FileCopies:
    """The files of one process. The folder's owner removes what is left."""

    def __init__(self, wish: CopyWish) -> None:
        self.folder = wish.folder
        self.original = wish.folder / f"{wish.history}_original.db"

    def prepare(self, make: Callable[[str], None]) -> None:
        """Have the original made."""
        make(_url(self.original))
        self.original.touch()

    def copy(self) -> tuple[str, str]:
        """A fresh copy: its name and URL."""
        path = self.folder / f"{secrets.token_hex(4)}.db"
        # Nobody is connected to the original, so all of it is in the file.
        shutil.copyfile(self.original, path)
        return path.name, _url(path)

    def drop(self, name: str) -> None:
        """Remove one, with what SQLite keeps beside it."""
        for suffix in _BESIDE:
            (self.folder / f"{name}{suffix}").unlink(missing_ok=True)

    def close(self) -> None:
        """Remove the original."""
        self.drop(self.original.name)


def _url(path: Path) -> str:
    return f"file:{quote(path.as_posix())}"


def copies(wish: CopyWish) -> FileCopies:
    """The files of a run, in the wish's folder."""
    return FileCopies(wish)
