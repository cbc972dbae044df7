"""Programs of a PostgreSQL server on this machine: where they are, and which version they are."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from msgspec import Struct

NEEDED = ("initdb", "postgres", "pg_ctl")
_PLACES = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/usr/local/pgsql", "bin"),
    ("/opt/homebrew/opt", "postgresql@*/bin"),
    ("/usr/local/opt", "postgresql@*/bin"),
    ("/Applications/Postgres.app/Contents/Versions", "*/bin"),
)
_PACKAGE = "pgserver"
"""A package for pip that holds them: it is looked for, and never imported."""
_SECONDS = 10


class Binaries(Struct, frozen=True):
    """The folder of a server's programs, and their version."""

    folder: Path
    version: str
    major: int


def find_binaries() -> tuple[Binaries, ...]:
    """All that are here, each folder once. None where a server can't be run as another user than root, if we are."""
    if os.name != "posix":
        return ()
    found: dict[Path, Binaries] = {}
    for folder in _folders():
        place = folder.resolve()
        if place not in found and all(os.access(place / name, os.X_OK) for name in NEEDED):
            binaries = _asked(place)
            if binaries is not None:
                found[place] = binaries
    return tuple(found.values())


def fitting(found: tuple[Binaries, ...], major: int | None) -> Binaries | None:
    """Those of the same version, else of the next newer one: older ones don't know all that a server does.

    Without a version, the newest.
    """
    if major is None:
        return max(found, key=lambda binaries: binaries.major, default=None)
    return min((b for b in found if b.major >= major), key=lambda binaries: binaries.major, default=None)


def _folders() -> Iterator[Path]:
    for program in ("initdb", "postgres"):
        if path := shutil.which(program):
            yield Path(path).resolve().parent
    if path := shutil.which("pg_config"):
        told = _output([path, "--bindir"])
        if told:
            yield Path(told)
    for root, pattern in _PLACES:
        yield from sorted(Path(root).glob(pattern))
    yield from _of_the_package()


def _of_the_package() -> Iterator[Path]:
    from importlib.util import find_spec

    try:
        spec = find_spec(_PACKAGE)
    except (ImportError, ValueError):
        return
    if spec is not None and spec.origin is not None:
        yield Path(spec.origin).parent / "pginstall" / "bin"


def _asked(folder: Path) -> Binaries | None:
    match = re.search(r"\d+(?:\.\d+)*", _output([str(folder / "postgres"), "--version"]))
    return None if match is None else Binaries(folder, match[0], int(match[0].partition(".")[0]))


def _output(command: list[str]) -> str:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_SECONDS, stdin=subprocess.DEVNULL)
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
