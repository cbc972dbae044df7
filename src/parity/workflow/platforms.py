"""`init --platform`: the files that platforms want, put together from what the project is, and written at the end."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from msgspec import Struct

from parity._version import __version__
from parity.dialects.base import Dialect
from parity.errors import ConfigError
from parity.platforms import digitalocean, docker, github_actions, heroku, package_json, requirements
from parity.platforms.app import App, Look, component_name, is_node, node_start, python_start, scripts_of
from parity.platforms.edit import Edit, Written
from parity.workflow.files import write_file

NAMES = ("digitalocean", "github-actions", "docker", "heroku-procfile")
_LARGEST = 1 << 20
_ORIGIN = re.compile(r'\[remote "origin"\][^\[]*?url\s*=\s*\S*github\.com[:/]([\w.-]+/[\w.-]+?)(?:\.git)?\s', re.DOTALL)


class Added(Struct, frozen=True):
    """What became of each file, and what a person does next."""

    edits: tuple[Edit, ...]
    notes: tuple[str, ...]


def add_platforms(folder: Path, names: Sequence[str], dialect: Dialect, variable: str) -> Added:
    """Make or extend the files of these platforms. Raises ConfigError before anything is written."""
    check_platforms(names, dialect)
    pending: dict[str, str] = {}

    def look(path: str) -> str | None:
        return pending[path] if path in pending else read_text(folder, path)

    app = _app(folder, look, names, dialect, variable)
    edits: list[Edit] = []
    notes: list[str] = []
    for written in _written(names, app, look):
        edits += written.edits
        notes += written.notes
        pending.update({edit.path: edit.text for edit in written.edits if edit.text is not None})
    for path, text in pending.items():
        write_file(folder / path, _mark(folder / path) + text)
    return Added(tuple(edits), tuple(dict.fromkeys(notes)))


def _written(names: Sequence[str], app: App, look: Look) -> Iterator[Written]:
    # In this order, as each sees what those before it wrote.
    yield requirements.write(app, look)
    if app.is_node:
        yield package_json.write(look)
    for name in NAMES:
        if name not in names and not (name == "docker" and "digitalocean" in names and app.is_node):
            continue
        match name:
            case "docker":
                yield docker.write(app, look)
            case "github-actions":
                yield github_actions.write(app, look)
            case "heroku-procfile":
                yield heroku.write(app, look)
            case _:
                assert app.hosting is not None
                yield digitalocean.write(app, app.hosting, look)


def check_platforms(names: Sequence[str], dialect: Dialect) -> None:
    """Raise ConfigError PAR822 for a platform that such a database can't be on."""
    for name in names:
        _refuse_unfit(name, dialect)


def _refuse_unfit(name: str, dialect: Dialect) -> None:
    if dialect.hosting is not None or name == "docker":
        return
    is_file = dialect.capabilities.scratch_is_file
    if name == "github-actions" and is_file:
        return
    why = f"{dialect.title} wasn't tried there"
    if is_file:
        why = f"a {dialect.title} database is a file, and the platform throws its disk away with each deployment"
    raise ConfigError(
        "PAR822",
        f"--platform {name} can't be set up for {dialect.name}",
        why=why,
        hint="use a database server there, or --platform docker with a volume for the file",
    )


def _app(folder: Path, look: Look, names: Sequence[str], dialect: Dialect, variable: str) -> App:
    node = is_node(look)
    extra = f"[{dialect.extra}]" if dialect.extra else ""
    package = f"parity-db{extra}=={__version__}"
    current = look(requirements.PATH)
    if node:
        has = "heroku-procfile" in names or requirements.NAME.search(current or "") is not None
    else:
        has = current is not None or look("pyproject.toml") is None
    return App(
        name=component_name(folder.resolve().name),
        package=package,
        variable=variable,
        hosting=dialect.hosting,
        is_file_database=dialect.capabilities.scratch_is_file,
        branch=_branch(look),
        repository=_repository(look),
        is_node=node,
        has_build="build" in scripts_of(look("package.json")),
        start=node_start(look) if node else python_start(look),
        requirements=requirements.PATH if has else None,
    )


def _branch(look: Look) -> str:
    """The branch that is deployed: what the remote calls its head; else main, or master where that is checked out."""
    remote = re.fullmatch(r"ref: refs/remotes/origin/([\w./-]+)\s*", look(".git/refs/remotes/origin/HEAD") or "")
    if remote is not None:
        return remote[1]
    return "master" if (look(".git/HEAD") or "").strip() == "ref: refs/heads/master" else "main"


def _repository(look: Look) -> str | None:
    found = _ORIGIN.search((look(".git/config") or "") + "\n")
    return None if found is None else found[1]


def _mark(path: Path) -> str:
    """The byte order mark that a file begins with, so that it keeps it."""
    if not path.is_file():
        return ""
    with path.open("rb") as file:
        return "\ufeff" if file.read(3) == b"\xef\xbb\xbf" else ""


def read_text(folder: Path, path: str) -> str | None:
    """A file of the project; None where there is none. Raises ConfigError PAR821 for what can't be read."""
    place = folder / path
    try:
        if not place.is_file():
            return None
        with place.open("rb") as file:
            data = file.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise ConfigError("PAR821", f"can't read {path}", why="it is larger than 1 MiB")
        return data.decode("utf-8-sig" if data.startswith(b"\xef\xbb\xbf") else "utf-8")
    except OSError as error:
        raise ConfigError("PAR821", f"can't read {path}", why=error.strerror) from error
    except UnicodeDecodeError as error:
        raise ConfigError("PAR821", f"can't read {path}", why=f"byte {error.start} isn't UTF-8") from error
