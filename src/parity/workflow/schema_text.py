"""The text of the schema that `validate` and `format` work on: named files and folders, a stream, or the project's own.

Needs no valid schema, no datasource and no settings beyond those that say where the schema is.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from parity.diagnostics import SourceFile
from parity.errors import ConfigError, UsageError
from parity.project.locate import locate
from parity.project.settings import read_settings
from parity.psl.sources import decode_source, read_source, schema_files
from parity.workflow.request import Request

STREAM = "-"
"""The path that means a stream instead of a file."""
STREAM_NAME = "<stdin>"


class SchemaText(Struct, frozen=True):
    """The files of one schema. `paths` holds None for what came from a stream."""

    sources: tuple[SourceFile, ...]
    paths: tuple[Path | None, ...]


def read_schema_text(request: Request, paths: Sequence[str], stream: bytes | None) -> SchemaText:
    """All that `paths` name, as one schema; without any, the schema that `--schema` or the project's settings name.

    `stream` is what was read for the path `-`. Raises ConfigError, UsageError PAR604.
    """
    if STREAM in paths or request.schema == STREAM:
        if len(paths) + (request.schema is not None) > 1:
            raise UsageError("PAR604", "the standard input can't be read beside files", hint="pass `-` alone")
        if not stream:
            # A command that failed before the pipe mustn't pass for a schema without mistakes.
            raise ConfigError("PAR132", "the standard input is empty", hint="check the command that writes to it")
        return SchemaText((decode_source(stream, STREAM_NAME),), (None,))
    if paths and request.schema is not None:
        raise UsageError("PAR604", "the schema is named twice", hint="name it by a path, or with --schema")
    if not paths:
        places = locate(read_settings(request.working_folder), request.working_folder, request.schema)
        files = schema_files(places.schema, places.show)
        return SchemaText(tuple(read_source(file, places.show(file)) for file in files), files)
    named: dict[str, tuple[Path, str]] = {}
    for path in paths:
        for file in _files(request.working_folder / path, path):
            # One file may be named in several ways, and is one all the same.
            named.setdefault(os.path.realpath(file), (file, _shown(file, request.working_folder, path)))
    files = tuple(file for file, _ in named.values())
    return SchemaText(tuple(read_source(file, name) for file, name in named.values()), files)


def _files(path: Path, written: str) -> tuple[Path, ...]:
    if not written:
        raise UsageError("PAR604", "a path is empty", hint="name a file or a folder, or nothing at all")
    try:
        path.stat()
    except FileNotFoundError as error:
        raise ConfigError("PAR121", f"the schema {written} doesn't exist", hint="check the path") from error
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else str(error)
        raise ConfigError("PAR132", f"can't read {written}", why=why) from error
    return schema_files(path, lambda _: written)


def _shown(file: Path, folder: Path, written: str) -> str:
    """The name as the person wrote it; below a named folder, relative to where they are."""
    if file == folder / written:
        return written
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)
