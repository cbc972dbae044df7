"""The migration lock of an SQLite database: a lock of the operating system on a file beside it.

SQLite has no lock that outlives a transaction but the one on the database file itself, and holding that for a whole run
would stop the application's readers. So the lock is on a file of its own, `<database>-parity-lock`. The operating
system gives it back when the process ends, however it ends; the file is removed when the lock is given back, and one
that a killed process left means nothing. It lies beside the database, not in the folder for temporary files: SQLite
needs to write there anyway, and processes in different containers that share the database share it. What a migration
does is protected by SQLite's own lock besides (BEGIN IMMEDIATE), also from programs that know nothing of this file.

POSIX drops the locks that SQLite itself holds on a file when any handle to it in the process is closed, so nothing here
opens the database file.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path

from msgspec import Struct

from parity.errors import ConnectionFailed

SUFFIX = "-parity-lock"


class FileLock(Struct):
    """A held lock."""

    path: Path
    handle: int

    def release(self) -> None:
        """Remove the file and give the lock back, in this order: nobody else may get a file that is about to go."""
        if sys.platform == "win32":
            # An open file can't be removed there; it stays, empty of meaning.
            os.close(self.handle)
            return
        self.path.unlink(missing_ok=True)
        os.close(self.handle)


def lock_path(database: Path) -> Path:
    """The lock file of a database file; links to it lead to one lock."""
    real = database.resolve()
    return real.with_name(real.name + SUFFIX)


def try_file_lock(database: Path) -> FileLock | None:
    """Take the lock, without waiting; None where somebody else holds it. Raises ConnectionFailed P1010."""
    path = lock_path(database)
    while True:
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o666)
        except OSError as error:
            raise ConnectionFailed(
                "P1010",
                f"the lock file {path.name} can't be made beside the database",
                why=error.strerror or str(error),
                hint=f"give the user that migrates the right to write in {path.parent}",
            ) from error
        if not _lock(handle):
            os.close(handle)
            return None
        if _is_at(handle, path):
            # The number is for showing only: a full disk doesn't stop what may need no room.
            with contextlib.suppress(OSError):
                os.ftruncate(handle, 0)
                os.write(handle, f"{os.getpid()}\n".encode())
            return FileLock(path, handle)
        # Its holder removed it between our opening and our locking it: what we hold is no longer the lock.
        os.close(handle)


def holder_pid(database: Path) -> int | None:
    """The process that holds the lock, as it wrote into the file; None where that can't be told."""
    try:
        text = lock_path(database).read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError):
        return None
    return int(text) if text.strip().isdigit() else None


def _is_at(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(handle: int) -> bool:
        # Far behind the text, so that others can read who holds it.
        os.lseek(handle, 4096, os.SEEK_SET)
        try:
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        except OSError:
            return False
        os.lseek(handle, 0, os.SEEK_SET)
        return True

else:
    import fcntl

    def _lock(handle: int) -> bool:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True
