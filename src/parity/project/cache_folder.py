"""Where what saves time is kept: in the user's own cache folder, never in the project."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

VARIABLE = "PARITY_CACHE_DIR"


def cache_folder(environ: Mapping[str, str]) -> Path | None:
    """The folder; None where PARITY_CACHE_DIR is set and empty, or where no home folder is known."""
    named = environ.get(VARIABLE)
    if named is not None:
        return Path(named).absolute() if named else None
    base = Path(environ.get("XDG_CACHE_HOME", ""))
    if base.is_absolute():
        return base / "parity"
    home = Path(environ.get("HOME", ""))
    return home / ".cache" / "parity" if home.is_absolute() else None
