"""Writing a user's file: beside it first, then renamed over it, so that nothing is ever half-written."""

from __future__ import annotations

import contextlib
import os
import re
import stat
from pathlib import Path

from parity.errors import ConfigError

_URL = re.compile(r"(?:^|/)[a-z][a-z0-9+.-]+:/.*@", re.IGNORECASE)
"""A database's URL, taken for a path: folders of that name would have the password in theirs."""


def write_file(path: Path, text: str) -> None:
    """Replace or make `path` (of a link, what it leads to) and the folders above it. Raises ConfigError PAR125."""
    import tempfile  # slow to load, and most of the commands that may write a file don't

    temporary: str | None = None
    refuse_unwritable(path)
    try:
        path = path.resolve() if path.is_symlink() else path
        before = path.stat() if path.exists() else None
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        if before is not None and (before.st_uid, before.st_gid) != (os.getuid(), os.getgid()):
            with contextlib.suppress(PermissionError):
                os.chown(temporary, before.st_uid, before.st_gid)
        mode = before.st_mode if before is not None else 0o666 & ~_umask()
        Path(temporary).chmod(mode & 0o777)
        Path(temporary).replace(path)
        temporary = None
    except OSError as error:
        raise ConfigError(
            "PAR125", f"can't write {path}", why=error.strerror, hint="check the folder's rights"
        ) from error
    finally:
        if temporary is not None:
            Path(temporary).unlink(missing_ok=True)


def refuse_unwritable(path: Path) -> None:
    """Raise ConfigError PAR125 where it can be told beforehand that `write_file` would."""
    if _URL.search(path.as_posix()):
        raise ConfigError("PAR125", f"can't write {path}", why="it is a URL, not a file's path", hint="name a file")
    try:
        status = path.stat()
    except OSError:
        return  # It isn't there yet; what else is wrong is told when it is written.
    _refuse_untouchable(path, status)


def _refuse_untouchable(path: Path, status: os.stat_result) -> None:
    """Refuse what a file put in its place would destroy, and what its owner has locked (root may write it anyway)."""
    why = None
    if not stat.S_ISREG(status.st_mode):
        why = "it isn't a file"
    elif not status.st_mode & 0o222:
        why = "it is read-only"
    elif status.st_nlink > 1:
        why = "it has other names (hard links), which would keep the old text"
    if why is not None:
        raise ConfigError("PAR125", f"can't write {path}", why=why, hint="check the path and the file's rights")


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
