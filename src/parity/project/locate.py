"""Finding the schema file (or folder), the migrations folder and the .env files of a command's working folder."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from parity.errors import ConfigError, UsageError
from parity.project.settings import Settings

_PLACES = ("schema.prisma", "prisma/schema.prisma", "prisma/schema", "prisma")


class Places(Struct, frozen=True):
    """Absolute paths. `schema` may be a file or a folder of .prisma files; it need not exist yet for `init`."""

    root: Path
    schema: Path
    migrations: Path

    @property
    def schema_folder(self) -> Path:
        """The folder that relative paths of the schema start from."""
        return self.schema if self.schema.is_dir() else self.schema.parent

    def show(self, path: Path) -> str:
        """A path as people know it: relative to the project's root where it lies below."""
        return path.relative_to(self.root).as_posix() if path.is_relative_to(self.root) else str(path)


def locate(settings: Settings, working_folder: Path, schema_option: str | None) -> Places:
    """Where schema and migrations are. Raises ConfigError where no schema is found."""
    schema = _find_schema(settings, working_folder, schema_option)
    root = settings.root if schema.is_relative_to(settings.root) else working_folder
    return Places(root, schema, settings.migrations or default_migrations(schema))


def default_migrations(schema: Path) -> Path:
    """`migrations` beside the schema file; for a folder of files, inside it or beside it, where one is there."""
    if schema.is_dir():
        inside = schema / "migrations"
        beside = schema.parent / "migrations"
        return beside if beside.is_dir() and not inside.is_dir() else inside
    return schema.parent / "migrations"


def _find_schema(settings: Settings, working_folder: Path, option: str | None) -> Path:
    if option is not None:
        if not option:
            raise UsageError("PAR604", "the path in --schema is empty", hint="name a file or a folder")
        return _existing(working_folder / option, f"--schema {option}")
    if settings.schema is not None:
        return _existing(settings.schema, "the project's settings")
    if settings.unread_schema is not None:
        raise ConfigError(
            "PAR133",
            f"the `schema` in {settings.unread_schema} can't be read",
            why="only running the file could tell it, and it is never run",
            hint="write it there as a plain string, name it in [tool.parity] of pyproject.toml, or pass --schema",
        )
    for folder in dict.fromkeys((working_folder, settings.root)):
        for place in _PLACES:
            path = folder / place
            if path.is_file() or (path.is_dir() and any(path.glob("*.prisma"))):
                return path
    raise ConfigError(
        "PAR120",
        "no schema.prisma found",
        why=f"looked for {', '.join(_PLACES)} in {working_folder}",
        hint="run `parity init` to make one, or name it with --schema",
    )


def _existing(path: Path, origin: str) -> Path:
    if not path.exists():
        raise ConfigError("PAR121", f"the schema {path} doesn't exist", why=f"it was named by {origin}")
    return path
