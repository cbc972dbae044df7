"""`doctor`: what is wrong with the way a project is deployed. Reads its files and asks git; connects to nothing."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec import Struct

from parity.dialects.registry import all_dialects
from parity.migrations.folder import NAME_WITHOUT_TIME, SAME_NUMBER, MigrationsFolder, shown, survey_folder
from parity.platforms import digitalocean, docker, heroku
from parity.platforms.app import Look
from parity.platforms.deployment import Deployment, Variable, runs
from parity.platforms.findings.finding import Finding, FolderNote, Seen, Text
from parity.platforms.findings.rules import findings
from parity.platforms.read_project import COMPOSE, read_project
from parity.psl.model import Datasource, EnvVar
from parity.workflow.context import Project, open_project
from parity.workflow.platforms import read_text
from parity.workflow.request import Request

_MOST_FILES = 100
_GIT_PATIENCE = 20


class Examined(Struct, frozen=True):
    """The findings, the files that were looked at, and what couldn't be looked at, with the reason."""

    findings: tuple[Finding, ...]
    files: tuple[str, ...]
    unchecked: tuple[str, ...]


def examine(request: Request) -> Examined:
    """Look at the project's files. Raises ConfigError for one that can't be read, SchemaInvalid."""
    project = open_project(request, config_only=True)
    root = project.places.root
    read: dict[str, str | None] = {}

    def look(path: str) -> str | None:
        if path not in read:
            read[path] = read_text(root, path)
        return read[path]

    workflows, dockerfiles = _workflows(root), _dockerfiles(root)
    deployment = read_project(look, workflows, dockerfiles, _manifests(root))
    env_files, unchecked = _env_files(root, request.environ)
    folder, _ = survey_folder(project.places.migrations)
    seen = Seen(
        deployment,
        tuple(runs(deployment, look)),
        look,
        url_variables=_url_variables(project),
        urls=tuple(_urls(project, look)),
        committed=tuple(_committed(project, look, (*workflows, *dockerfiles))),
        packages=tuple(_texts(look, _packages(root))),
        schemes=tuple(scheme for dialect in all_dialects() for scheme in dialect.url_schemes),
        folder_notes=tuple(_folder_notes(project, folder)),
        env_files=env_files,
        file_database=project.dialect.title if project.dialect.capabilities.scratch_is_file else None,
    )
    return Examined(findings(seen), _looked_at(read, deployment), unchecked)


def _looked_at(read: dict[str, str | None], deployment: Deployment) -> tuple[str, ...]:
    files = {platform.file for platform in deployment.platforms} | {command.file for command in deployment.commands}
    return tuple(sorted(path for path, text in read.items() if text is not None and path in files))


# --- which files ------------------------------------------------------------------------------------------------------


def _workflows(root: Path) -> list[str]:
    return _some(root, ".github/workflows/*.yml", ".github/workflows/*.yaml")


def _dockerfiles(root: Path) -> list[str]:
    found = _some(root, "Dockerfile", "Dockerfile.*", "*.Dockerfile", "docker/Dockerfile*")
    return [path for path in found if not re.search(r"\b(dev|development|test|local)\b|\.dockerignore$", path)]


def _manifests(root: Path) -> list[str]:
    """What tells a cluster to run containers."""
    folders = ("k8s", "kubernetes", "deploy", "deployment", "manifests", "charts", "helm")
    return _some(root, *(f"{folder}/**/*.{ending}" for folder in folders for ending in ("yaml", "yml")))


def _packages(root: Path) -> list[str]:
    return ["pyproject.toml", *_some(root, "requirements*.txt", "requirements/*.txt")]


def _some(root: Path, *patterns: str) -> list[str]:
    found = {path.relative_to(root).as_posix() for pattern in patterns for path in root.glob(pattern) if path.is_file()}
    return sorted(found)[:_MOST_FILES]


def _texts(look: Look, paths: list[str]) -> Iterator[Text]:
    for path in paths:
        text = look(path)
        if text is not None:
            yield Text(path, text)


def _committed(project: Project, look: Look, more: tuple[str, ...]) -> Iterator[Text]:
    platforms = (
        *digitalocean.PATHS,
        heroku.PATH,
        docker.ENTRYPOINT,
        *COMPOSE,
        "package.json",
        "pyproject.toml",
        "Makefile",
    )
    yield from _texts(look, [*platforms, *more])
    root, schema = project.places.root, project.places.schema
    files = sorted(schema.glob("*.prisma")) if schema.is_dir() else [schema]
    yield from _texts(look, [path.relative_to(root).as_posix() for path in files if path.is_relative_to(root)])


# --- the URL ----------------------------------------------------------------------------------------------------------


def _url_variables(project: Project) -> tuple[str, ...]:
    """The variables that the URL for migrations is taken from, in the order in which they are asked."""
    setting, datasource = project.settings.url, project.datamodel.datasource
    if setting is not None:
        return (setting.variable or "DATABASE_URL",)
    values = () if datasource is None else (datasource.direct_url, datasource.url)
    return tuple(value.name for value in values if isinstance(value, EnvVar)) or ("DATABASE_URL",)


def _urls(project: Project, look: Look) -> Iterator[Variable]:
    """What the project's own files say of the first of these variables, or in its place."""
    name = _url_variables(project)[0]
    folders = dict.fromkeys((project.places.schema_folder, project.places.root))
    for folder in folders:
        if folder.is_relative_to(project.places.root):
            path = (folder / ".env").relative_to(project.places.root).as_posix()
            yield from _of_env_file(path, look(path) or "", name)
    setting, datasource = project.settings.url, project.datamodel.datasource
    if setting is not None and setting.text is not None:
        yield Variable("pyproject.toml", 0, "url", setting.text)
    elif setting is None and datasource is not None:
        yield from _literal(project, datasource, look)


def _of_env_file(path: str, text: str, name: str) -> Iterator[Variable]:
    for number, line in enumerate(text.splitlines(), 1):
        found = re.match(rf"\s*(?:export\s+)?{re.escape(name)}\s*=\s*(.*?)\s*$", line)
        if found is not None:
            yield Variable(path, number, name, found[1].strip("\"'"))


def _literal(project: Project, datasource: Datasource, look: Look) -> Iterator[Variable]:
    for key, value in (("directUrl", datasource.direct_url), ("url", datasource.url)):
        if value is None:
            continue
        if isinstance(value, str):
            yield Variable(project.places.show(project.places.schema), 0, key, value)
        return


# --- migrations and git -----------------------------------------------------------------------------------------------


def _folder_notes(project: Project, folder: MigrationsFolder) -> Iterator[FolderNote]:
    stamped = [m.name for m in folder.migrations if re.match(r"\d{14}", m.name)]
    for warning in folder.warnings:
        path = project.places.show(folder.path / shown(warning.name))
        if warning.code == SAME_NUMBER:
            yield FolderNote(path, warning.message)
        elif warning.code == NAME_WITHOUT_TIME and any(name < warning.name for name in stamped):
            # A baseline such as 0_init comes first, which is where it belongs.
            yield FolderNote(path, f"{shown(warning.name)} has no number, and comes behind all that have one")


def _env_files(root: Path, environ: Mapping[str, str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """The files called .env that git has below the project, and why that isn't known where it isn't."""
    # A repository may name programs that git is to run for it; listing files needs none of them.
    command = ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=", "ls-files", "-z", "--cached", "--", "."]
    english = {**environ, "LC_ALL": "C"}
    try:
        done = subprocess.run(command, cwd=root, env=english, capture_output=True, timeout=_GIT_PATIENCE, check=False)
    except OSError:
        return (), ("whether .env is committed: git isn't installed",)
    except subprocess.TimeoutExpired:
        return (), (f"whether .env is committed: git didn't answer within {_GIT_PATIENCE} seconds",)
    if done.returncode:
        said = done.stderr.decode("utf-8", "replace").strip().partition("\n")[0]
        why = "this isn't a folder of git" if "not a git repository" in said else f"git says {said!r}"
        return (), (f"whether .env is committed: {why}",)
    names = done.stdout.decode("utf-8", "replace").split("\0")
    return tuple(name for name in names if re.match(r"\.env(\.|$)", name.rpartition("/")[2])), ()
