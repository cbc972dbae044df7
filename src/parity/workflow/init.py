"""`init`: the files that a new project starts from. What is there already is never touched."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from parity.dialects.registry import dialect_for_provider
from parity.errors import ConfigError
from parity.workflow.files import write_file

_SCHEMA = """\
// The tables of this project. After a change here, run: parity migrate dev --name what_changed

datasource db {{
  provider = "{provider}"
  url      = env("DATABASE_URL")
}}
"""

_ENV = """\
# The database of this machine. Never commit this file.
DATABASE_URL="{url}"
"""

_IGNORED = (".env", "*.db", "*.db-journal", "*.db-wal", "*.db-shm", "*.db-parity-lock")


class Initialised(Struct, frozen=True):
    """Which files were made, which got lines added, and which were there and left alone; as people know them."""

    provider: str
    made: tuple[str, ...]
    extended: tuple[str, ...]
    kept: tuple[str, ...]
    url: str


def initialise(folder: Path, provider: str, *, url: str | None = None) -> Initialised:
    """Make prisma/schema.prisma, .env and the .gitignore lines. Raises ConfigError PAR127 where a schema is there."""
    dialect = dialect_for_provider(provider)
    for place in ("schema.prisma", "prisma/schema.prisma"):
        if (folder / place).exists():
            raise ConfigError(
                "PAR127",
                f"{place} is there already",
                why="init never overwrites a file",
                hint="go on with `parity migrate dev`; for a database that has tables: `parity migrate baseline`",
            )
    chosen = url or dialect.default_url
    line = _ENV.format(url=chosen.replace("\\", "\\\\").replace('"', '\\"'))
    made, extended, kept = ["prisma/schema.prisma"], [], []
    write_file(folder / "prisma" / "schema.prisma", _SCHEMA.format(provider=dialect.name))
    env = folder / ".env"
    if not env.exists():
        write_file(env, line)
        made.append(".env")
    elif "DATABASE_URL" not in _text(env):
        write_file(env, _joined(_text(env), line))
        extended.append(".env")
    else:
        kept.append(".env")
    _ignore(folder / ".gitignore", made, extended, kept)
    return Initialised(dialect.name, tuple(made), tuple(extended), tuple(kept), chosen)


def _ignore(path: Path, made: list[str], extended: list[str], kept: list[str]) -> None:
    current = _text(path) if path.exists() else ""
    missing = [line for line in _IGNORED if line not in current.splitlines()]
    if not missing:
        kept.append(".gitignore")
        return
    write_file(path, _joined(current, "\n".join(missing) + "\n"))
    (extended if current else made).append(".gitignore")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError("PAR128", f"can't read {path}", why=str(error.__class__.__name__)) from error


def _joined(current: str, added: str) -> str:
    if current and not current.endswith("\n"):
        current += "\n"
    return current + added
