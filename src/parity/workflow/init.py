"""`init`: the files that a new project starts from. What is there already is never touched."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from parity.dialects.registry import dialect_for_provider, provider_names
from parity.errors import ConfigError
from parity.psl.model import Datasource, EnvVar
from parity.workflow.context import Project, open_project
from parity.workflow.files import write_file
from parity.workflow.platforms import Added, add_platforms, check_platforms
from parity.workflow.request import Request

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


def start_project(
    request: Request, provider: str | None, platforms: Sequence[str] = (), *, url: str | None = None
) -> tuple[Initialised | None, Added | None]:
    """A new project, files of platforms, or both. Of a project that is there already only the platforms are new."""
    project = _existing(request) if platforms else None
    if project is None:
        if provider is None:
            raise ConfigError(
                "PAR823",
                "nothing says which kind of database this is",
                why="there is no schema file here, and no --provider",
                hint=f"add --provider with one of {', '.join(provider_names())}",
            )
        check_platforms(platforms, dialect_for_provider(provider))
        done = initialise(request.working_folder, provider, url=url)
        return done, _platforms(request.working_folder, platforms, done.provider, None)
    if provider is not None and dialect_for_provider(provider).name != project.dialect.name:
        raise ConfigError(
            "PAR127",
            f"{project.places.show(project.places.schema)} is there already",
            why=f"its provider is {project.dialect.name}, and init never overwrites a file",
            hint="leave --provider out",
        )
    return None, _platforms(project.places.root, platforms, project.dialect.name, project.datamodel.datasource)


def _existing(request: Request) -> Project | None:
    try:
        return open_project(request, config_only=True)
    except ConfigError as error:
        if error.code != "PAR120":
            raise
        return None


def _platforms(folder: Path, names: Sequence[str], provider: str, datasource: Datasource | None) -> Added | None:
    if not names:
        return None
    url = None if datasource is None else datasource.url
    variable = url.name if isinstance(url, EnvVar) else "DATABASE_URL"
    return add_platforms(folder, names, dialect_for_provider(provider), variable)


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
