"""Reading a schema's files from disk: one file, or a folder of .prisma files that are one schema together.

The only part of the language that touches files. What isn't text is refused here, with the place of the first bad byte.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from parity.diagnostics import SourceFile
from parity.errors import ConfigError

_FOREIGN = frozenset(("migrations", "node_modules"))
"""Folders whose files are no part of a schema."""
LARGEST = 64 * 1024 * 1024
"""Bytes of one file. Far above any schema, far below what would fill a machine's memory."""


def read_sources(path: Path, show: Callable[[Path], str] = str) -> tuple[SourceFile, ...]:
    """The files of the schema at `path`, those of a folder (and its subfolders) in byte order of their names.

    `show` makes the name that diagnostics give a file. Raises ConfigError PAR121, PAR131, PAR132.
    """
    return tuple(read_source(file, show(file)) for file in schema_files(path, show))


def schema_files(path: Path, show: Callable[[Path], str] = str) -> tuple[Path, ...]:
    """The paths that `read_sources` reads: a file, or the .prisma files of a folder. Raises ConfigError PAR131."""
    if not path.is_dir():
        return (path,)
    files: list[Path] = []
    for folder, subfolders, names in os.walk(path, onerror=_refuse_folder):
        subfolders[:] = [name for name in subfolders if name not in _FOREIGN]
        files += [Path(folder, name) for name in names if name.endswith(".prisma")]
    if not files:
        raise ConfigError("PAR131", f"{show(path)} holds no .prisma file", hint="name the schema file with --schema")
    return tuple(sorted(files, key=lambda file: str(file).encode(errors="replace")))


def _refuse_folder(error: OSError) -> None:
    """What can't be looked into may hold a part of the schema."""
    raise ConfigError("PAR132", f"can't read {error.filename}", why=error.strerror) from error


def read_source(path: Path, name: str) -> SourceFile:
    """One file. Raises ConfigError PAR121 where it isn't there, PAR132 where it can't be read or isn't text."""
    try:
        if path.is_fifo():
            raise ConfigError("PAR132", f"can't read {name}", why="it is a pipe", hint="pass it as `-` instead")
        with path.open("rb") as file:
            data = file.read(LARGEST + 1)
    except FileNotFoundError as error:
        raise ConfigError("PAR121", f"the schema {name} doesn't exist", hint="name it with --schema") from error
    except OSError as error:
        raise ConfigError("PAR132", f"can't read {name}", why=error.strerror) from error
    return decode_source(data, name)


def decode_source(data: bytes, name: str) -> SourceFile:
    """The text of a file's bytes. A mark that says UTF-8 is left out; one that says anything else is refused."""
    if len(data) > LARGEST:
        raise ConfigError("PAR132", f"can't read {name}", why=f"it is larger than {LARGEST // 1024 // 1024} MiB")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise ConfigError(
            "PAR132", f"can't read {name}", why=f"byte {error.start} (line {line}) isn't UTF-8", hint="save it as UTF-8"
        ) from error
    if "\0" in text:
        line = text.count("\n", 0, text.index("\0")) + 1
        raise ConfigError(
            "PAR132", f"can't read {name}", why=f"line {line} holds a NUL byte", hint="save it as text, in UTF-8"
        )
    return SourceFile(name, text)
