"""Files that save the time of a replay: found by what they were made from, proved whole before they are used.

Whatever is wrong with a file or with the folder, the answer is "not there": what it saves is time alone. A file is
written beside its place and renamed over it, so that any number of runs can use one folder.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import tempfile
from pathlib import Path

from msgspec import Struct

_HEAD = "parity cache 1"
_MOST = 32
"""How many files are kept; the least recently used go first."""
_LARGEST = 512 * 1024 * 1024
"""How many bytes they may have together."""
_TEMPORARY = ".new-"
_ABANDONED = 3600.0
"""Seconds after which a half-written file is somebody's who was killed."""


class Cache(Struct, frozen=True):
    """The folder; None where nothing is to be kept."""

    folder: Path | None

    @property
    def is_usable(self) -> bool:
        """Whether something can be kept there; makes the folder."""
        if self.folder is None:
            return False
        with contextlib.suppress(OSError):
            self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        return _is_ours(self.folder) and os.access(self.folder, os.W_OK | os.X_OK)

    def load(self, name: str) -> bytes | None:
        """What was stored under a name; None where it isn't there, isn't whole, or might be somebody else's."""
        if self.folder is None or not _is_ours(self.folder):
            return None
        path = self.folder / name
        try:
            head, _, body = path.read_bytes().partition(b"\n")
            if head.decode("ascii", "replace") != _head(name, body):
                path.unlink()
                return None
            os.utime(path)
        except OSError:
            return None
        return body

    def store(self, name: str, body: bytes) -> None:
        """Keep `body`, as far as the folder lets us."""
        if self.folder is None or not self.is_usable:
            return
        with contextlib.suppress(OSError):
            descriptor, temporary = tempfile.mkstemp(prefix=_TEMPORARY, dir=self.folder)
            try:
                with os.fdopen(descriptor, "wb") as file:
                    file.write(_head(name, body).encode() + b"\n" + body)
                Path(temporary).replace(self.folder / name)
            except BaseException:
                Path(temporary).unlink(missing_ok=True)
                raise
            _prune(self.folder)


def _head(name: str, body: bytes) -> str:
    return f"{_HEAD} {name} {hashlib.sha256(body).hexdigest()}"


def _is_ours(folder: Path) -> bool:
    """Whether nobody else can write there: what is in it decides what is believed of a database."""
    try:
        found = folder.stat()
    except OSError:
        return False
    if not hasattr(os, "geteuid"):
        return stat.S_ISDIR(found.st_mode)
    return stat.S_ISDIR(found.st_mode) and found.st_uid == os.geteuid() and not found.st_mode & 0o022


def _prune(folder: Path) -> None:
    """Remove what is too much, the least recently used first, and what killed runs have half written."""
    found = []
    with os.scandir(folder) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                found.append((entry.stat(follow_symlinks=False), Path(entry.path)))
    newest = max((status.st_mtime for status, _ in found), default=0.0)
    total = kept = 0
    for status, path in sorted(found, key=lambda one: one[0].st_mtime, reverse=True):
        if path.name.startswith(_TEMPORARY):
            surplus = status.st_mtime < newest - _ABANDONED
        elif path.suffix in SUFFIXES:
            total, kept = total + status.st_size, kept + 1
            surplus = kept > _MOST or total > _LARGEST
        else:
            continue  # Not ours.
        if surplus:
            path.unlink(missing_ok=True)


SCHEMA, DATABASE = ".schema", ".database"
SUFFIXES = (SCHEMA, DATABASE)
