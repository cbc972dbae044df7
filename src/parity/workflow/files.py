"""Writing a user's file: beside it first, then renamed over it, so that nothing is ever half-written."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from parity.errors import ConfigError


def write_file(path: Path, text: str) -> None:
    """Replace or make `path` (of a link, what it leads to) and the folders above it. Raises ConfigError PAR125."""
    temporary: str | None = None
    try:
        path = path.resolve() if path.is_symlink() else path
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor, temporary = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        mode = path.stat().st_mode if path.exists() else 0o666 & ~_umask()
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


def _umask() -> int:
    current = os.umask(0)
    os.umask(current)
    return current
