"""A new cluster as one text of bytes, and back: initdb takes a second, writing what it made a twentieth of that.

The bytes hold folders and plain files alone, with their paths and sizes in a line of JSON before their contents.
Whether they are whole is for whoever keeps them to know.
"""

from __future__ import annotations

import json
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from parity.dialects.postgres.server_binaries import Binaries

_VERSION = 1


class Owner(Protocol):
    """Who is to own the files; None of both for ourselves."""

    @property
    def uid(self) -> int | None:
        """The user."""

    @property
    def gid(self) -> int | None:
        """The group."""


def name_of(binaries: Binaries, options: tuple[str, ...]) -> str | None:
    """What the cluster that a server's programs make is kept under; None where they can't be looked at."""
    import hashlib

    try:
        found = [(binaries.folder / program).stat() for program in ("initdb", "postgres")]
    except OSError:
        return None
    told = [
        _VERSION,
        binaries.version,
        str(binaries.folder),
        options,
        [(one.st_size, one.st_mtime_ns) for one in found],
    ]
    return f"cluster-{hashlib.sha256(json.dumps(told).encode()).hexdigest()[:32]}"


def pack(cluster: Path) -> bytes | None:
    """All of a cluster; None where something in it is neither a folder nor a plain file, as a tablespace is."""
    folders: list[str] = []
    files: list[tuple[str, int]] = []
    contents: list[bytes] = []
    # By descriptors, and following no link: where we are root, the files are somebody else's.
    for place, inner, names, within in os.fwalk(cluster, follow_symlinks=False):
        here = os.path.relpath(place, cluster)
        folders.append(here)
        if any(not stat.S_ISDIR(os.stat(name, dir_fd=within, follow_symlinks=False).st_mode) for name in inner):
            return None
        for name in names:
            content = _plain(name, within)
            if content is None:
                return None
            files.append((os.path.normpath(f"{here}/{name}"), len(content)))
            contents.append(content)
    return b"".join((json.dumps([folders, files]).encode(), b"\n", *contents))


def unpack(body: bytes, cluster: Path, owner: Owner) -> None:
    """Write a cluster into a folder that isn't there yet. Raises OSError or ValueError where that can't be done.

    Where the owner is somebody else, nobody but us may enter the folder above: what is there is handed over.
    """
    end = body.index(b"\n")
    folders, files = json.loads(body[:end])
    content = memoryview(body)
    at = end + 1
    root = str(cluster)
    for folder in folders:
        place = _below(root, folder)
        Path(place).mkdir(0o700)
        _hand_over(place, owner)
    for name, size in files:
        place = _below(root, name)
        number = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW, 0o600)
        try:
            end = at + size
            while at < end:
                at += os.write(number, content[at:end])
        finally:
            os.close(number)
        _hand_over(place, owner)


def _plain(name: str, within: int) -> bytes | None:
    number = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=within)
    with os.fdopen(number, "rb") as file:
        return file.read() if stat.S_ISREG(os.fstat(number).st_mode) else None


def _below(root: str, name: str) -> str:
    if name.startswith("/") or ".." in name.split("/"):
        raise ValueError(f"{name!r} leads out of the folder")
    return os.path.normpath(f"{root}/{name}")


def _hand_over(place: str, owner: Owner) -> None:
    if owner.uid is not None and owner.gid is not None:
        os.chown(place, owner.uid, owner.gid, follow_symlinks=False)
