"""migration_lock.toml: the database that the migrations in the folder were written for.

The file says `provider = "…"` and nothing else that matters. Which providers exist isn't known here.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from parity.errors import MigrationsInvalid

LOCK_FILE = "migration_lock.toml"
LARGEST_LOCK_FILE = 4096
"""How many bytes the file may have."""

_PROVIDER = re.compile(r"[a-z][a-z0-9]{0,31}")
_USUAL = re.compile(rb'(?:#[ -~]*\r?\n)*provider = "([a-z][a-z0-9]{0,31})"(?:\r?\n)*')
"""A file as this program and Node's prisma write it: comments, then the line that counts."""


def read_provider(folder: Path) -> str | None:
    """The provider that the lock file names; None where there is no lock file. Raises MigrationsInvalid
    PAR236."""
    path = folder / LOCK_FILE
    raw = _read(path, Path(os.path.realpath(folder)))
    if raw is None:
        return None
    if len(raw) > LARGEST_LOCK_FILE:
        raise _invalid(path, f"it is larger than {LARGEST_LOCK_FILE} bytes")
    usual = _USUAL.fullmatch(raw)
    if usual is not None:
        return usual[1].decode()
    import tomllib  # slow to load, and most files are as they were made

    try:
        content = tomllib.loads(raw.decode("utf-8-sig"))
    except UnicodeDecodeError as error:
        raise _invalid(path, f"it isn't UTF-8 (byte {error.start})") from None
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        if re.search(rb"^(<<<<<<<|>>>>>>>)", raw, re.MULTILINE):
            raise _invalid(path, "it holds the marks of a merge conflict") from None
        raise _invalid(path, f"it isn't TOML: {error}") from None
    provider = content.get("provider")
    if not isinstance(provider, str) or not _PROVIDER.fullmatch(provider):
        raise _invalid(path, "it has no provider" if provider is None else f"its provider is {ascii(provider)[:60]}")
    return provider


def lock_file_text(provider: str) -> str:
    """The content of a new lock file."""
    if not _PROVIDER.fullmatch(provider):
        raise ValueError(f"{provider!r} isn't the name of a provider")
    return (
        f'# Which database the migrations here are for. Keep this file in version control.\nprovider = "{provider}"\n'
    )


def _read(path: Path, root: Path) -> bytes | None:
    try:
        if path.is_symlink() and not Path(os.path.realpath(path, strict=True)).is_relative_to(root):
            raise _invalid(path, "it is a link to a place outside of the migrations folder")
        if path.exists() and not path.is_file():
            raise _invalid(path, "it isn't a file")
        with path.open("rb") as file:
            return file.read(LARGEST_LOCK_FILE + 1)
    except FileNotFoundError:
        return None
    except OSError as error:
        raise _invalid(path, f"it can't be read ({error.strerror})") from error


def _invalid(path: Path, why: str) -> MigrationsInvalid:
    return MigrationsInvalid(
        "PAR236",
        f"{path} can't be used",
        why=why,
        hint='it needs one line, provider = "…", with the provider of the datasource; restore it from version control',
    )
