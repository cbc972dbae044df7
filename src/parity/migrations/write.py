"""Writing a new migration into the folder: all of it, or nothing.

The folder of a migration is made beside its place under a hidden name, brought safely to the disk, and
renamed. A run that is killed leaves a hidden folder at most, which no reader looks at and a later run
removes. Existing files are never changed.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import time
from pathlib import Path

from parity.errors import MigrationsInvalid
from parity.migrations.folder import SCRIPT, shown
from parity.migrations.lockfile import LOCK_FILE, lock_file_text

TEMPORARY = ".parity-tmp-"
"""How the names of unfinished things in the folder begin."""

_LEFT_AFTER = 600.0
"""Seconds after which something unfinished isn't the work of a run that is still going on."""


def write_migration(folder: Path, name: str, sql: str, provider: str) -> Path:
    """Write `<folder>/<name>/migration.sql`, and migration_lock.toml where it is missing. Gives the script's
    path.

    Makes the folder where it isn't there. Raises MigrationsInvalid, with nothing written, if the name is
    taken or the folder can't be written to.
    """
    _check_name(name)
    content = _encoded(name, sql)
    target = folder / name
    try:
        folder.mkdir(parents=True, exist_ok=True)
        clean_leftovers(folder)
        if os.path.lexists(target):
            raise MigrationsInvalid("PAR237", f"there is already a migration {shown(name)}", hint="choose another name")
        _write_lock_file(folder, provider)
        _write_folder(folder, target, content)
    except OSError as error:
        raise _not_written(folder, error) from error
    return target / SCRIPT


def clean_leftovers(folder: Path) -> tuple[Path, ...]:
    """Remove what killed runs left in the folder, and say what it was. Young things may belong to a run going
    on."""
    removed = []
    for path in sorted(folder.glob(f"{TEMPORARY}*")):
        try:
            if time.time() - path.lstat().st_mtime < _LEFT_AFTER:
                continue
            if path.is_dir() and not path.is_symlink():
                shutil.rmtree(path)
            else:
                path.unlink()
        except OSError:
            continue  # somebody else's, or gone already; it does no harm where it is
        removed.append(path)
    return tuple(removed)


def _check_name(name: str) -> None:
    """A name is one plain part of a path, whoever made it."""
    if not name or name.startswith(".") or any(sign in name for sign in "/\\\0:") or not name.isprintable():
        raise MigrationsInvalid(
            "PAR238", f"{name!a} can't be the name of a migration", hint="use letters, digits and underscores"
        )


def _encoded(name: str, sql: str) -> bytes:
    try:
        return sql.encode("utf-8")
    except UnicodeEncodeError as error:
        raise MigrationsInvalid(
            "PAR234",
            f"the SQL of {shown(name)} can't be written as UTF-8",
            why=f"character {error.start} is one half of a surrogate pair",
            hint="look for a damaged character in the schema file",
        ) from None


def _write_folder(folder: Path, target: Path, content: bytes) -> None:
    unfinished = _temporary(folder)
    try:
        unfinished.mkdir()
        _write_file(unfinished / SCRIPT, content)
        _sync_folder(unfinished)
        unfinished.rename(target)
    except BaseException:
        shutil.rmtree(unfinished, ignore_errors=True)
        raise
    _sync_folder(folder)


def _write_lock_file(folder: Path, provider: str) -> None:
    path = folder / LOCK_FILE
    if os.path.lexists(path):
        return
    unfinished = _temporary(folder)
    try:
        _write_file(unfinished, lock_file_text(provider).encode())
        unfinished.replace(path)
    except BaseException:
        unfinished.unlink(missing_ok=True)
        raise


def _temporary(folder: Path) -> Path:
    return folder / f"{TEMPORARY}{os.getpid()}-{secrets.token_hex(6)}"


def _write_file(path: Path, content: bytes) -> None:
    with path.open("xb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _sync_folder(path: Path) -> None:
    """Bring a folder's list of names to the disk, where the system can."""
    if os.name == "nt":
        return
    number = os.open(path, os.O_RDONLY)
    try:
        os.fsync(number)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems can't
            raise
    finally:
        os.close(number)


def _not_written(folder: Path, error: OSError) -> MigrationsInvalid:
    match error.errno:
        case errno.EACCES | errno.EPERM | errno.EROFS:
            hint = "make the folder writable for the user who runs the command, or name another one"
        case errno.ENOSPC | errno.EDQUOT:
            hint = "make room on the disk"
        case errno.EEXIST | errno.ENOTDIR:
            hint = "a file stands where a folder is needed: move it away"
        case _:
            hint = "see that the folder's place exists and can be written to"
    return MigrationsInvalid(
        "PAR239", f"the migration can't be written into {folder}", why=error.strerror or str(error), hint=hint
    )
