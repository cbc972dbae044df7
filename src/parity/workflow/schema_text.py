"""The text of the schema that `validate` and `format` work on: named files and folders, a stream, or the project's own.

Needs no valid schema, no datasource and no settings beyond those that say where the schema is.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from parity.diagnostics import SourceFile
from parity.errors import ConfigError, UsageError
from parity.project.locate import locate
from parity.project.settings import read_settings
from parity.psl.sources import decode_source, read_source, schema_files
from parity.workflow.context import Request

STREAM = "-"
"""The path that means a stream instead of a file."""
STREAM_NAME = "<stdin>"


@dataclass(frozen=True, slots=True)
class SchemaText:
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
        return SchemaText((decode_source(stream or b"", STREAM_NAME),), (None,))
    if paths and request.schema is not None:
        raise UsageError("PAR604", "the schema is named twice", hint="name it by a path, or with --schema")
    if not paths:
        places = locate(read_settings(request.working_folder), request.working_folder, request.schema)
        files = schema_files(places.schema, places.show)
        return SchemaText(tuple(read_source(file, places.show(file)) for file in files), files)
    named: dict[Path, str] = {}
    for path in paths:
        for file in _files(request.working_folder / path, path):
            named.setdefault(file, _shown(file, request.working_folder, path))
    return SchemaText(tuple(read_source(file, name) for file, name in named.items()), tuple(named))


def _files(path: Path, written: str) -> tuple[Path, ...]:
    if not path.exists():
        raise ConfigError("PAR121", f"the schema {written} doesn't exist", hint="check the path")
    return schema_files(path, lambda _: written)


def _shown(file: Path, folder: Path, written: str) -> str:
    """The name as the person wrote it; below a named folder, relative to where they are."""
    if file == folder / written:
        return written
    return file.relative_to(folder).as_posix() if file.is_relative_to(folder) else str(file)
