"""DigitalOcean App Platform: `.do/app.yaml`, with a job that migrates before each deployment."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from parity.dialects.base import Hosting
from parity.platforms.app import PORT, App, Look
from parity.platforms.app_spec import components, components_that_migrate, spec_of
from parity.platforms.edit import Edit, Written
from parity.platforms.yaml_text import Node, layout_of, read_yaml, written

PATHS = (".do/app.yaml", ".do/app.yml")
MIGRATE = "parity migrate deploy"

_HEAD = """\
# For App Platform: `doctl apps create --spec .do/app.yaml`, and later `doctl apps update ID --spec .do/app.yaml`.
name: {name}
region: nyc

jobs:
  # Runs when the new version is built and the old one still serves; what fails here ends the deployment. A build
  # command would be too early: App Platform fills in a database's values where something runs, not where it is built.
  # Only a build that reads tables has to migrate by itself, and then {variable} needs the scope
  # RUN_AND_BUILD_TIME, and a database that is there already.
  - name: migrate
    kind: PRE_DEPLOY
{source}
    run_command: {migrate}
    instance_count: 1
    instance_size_slug: apps-s-1vcpu-0.5gb
    envs:
      - key: {variable}
        scope: RUN_TIME
        value: ${{db.DATABASE_URL}}

services:
  - name: web
{source}
{run}    http_port: {port}
    instance_count: 1
    instance_size_slug: apps-s-1vcpu-0.5gb
    envs:
      - key: {variable}
        scope: {scope}
        value: ${{db.DATABASE_URL}}

databases:
  - name: db
    engine: {engine}
    production: false  # a small one for development; true, with a cluster_name, for a managed one
"""
_NODE_SCOPE = "RUN_AND_BUILD_TIME  # frameworks of Node read it while they build"


def write(app: App, hosting: Hosting, look: Look) -> Written:
    """The app spec: a new one, or the one that is there with what it lacks."""
    path = next((path for path in PATHS if look(path) is not None), None)
    if path is not None:
        return Written((_extended(path, look(path) or "", app, hosting),))
    run = "" if app.is_node else f"    run_command: {' '.join(app.started_on('$PORT') or ('python', 'main.py'))}\n"
    text = _HEAD.format(
        name=app.name,
        migrate=MIGRATE,
        variable=app.variable,
        source=_source(app),
        run=run,
        port=PORT,
        scope=_NODE_SCOPE if app.is_node else "RUN_TIME",
        engine=hosting.engine,
    )
    return Written((Edit(PATHS[0], text),), tuple(_notes(app)))


def _source(app: App) -> str:
    # Node's buildpack has no Python for parity: there the image is made by the Dockerfile.
    kind = "dockerfile_path: Dockerfile" if app.is_node else "environment_slug: python"
    repository = app.repository or "OWNER/REPOSITORY"
    lines = (
        "github:",
        f"  repo: {repository}",
        f"  branch: {app.branch}",
        "  deploy_on_push: true",
        "source_dir: /",
        kind,
    )
    return "\n".join(f"    {line}" for line in lines)


def _notes(app: App) -> Iterator[str]:
    if app.repository is None:
        yield "in .do/app.yaml, put your repository in place of OWNER/REPOSITORY"
    if not app.is_node and app.start is None:
        yield "in .do/app.yaml, put the command that starts your server in place of python main.py"
    yield "doctl apps create --spec .do/app.yaml"


# --- a spec that is there ---------------------------------------------------------------------------------------------

_POOL = re.compile(r"\$\{([\w-]+)\.[\w-]+\.DATABASE_URL\}")
_SOURCES = ("github", "gitlab", "bitbucket", "git", "image", "source_dir", "environment_slug", "dockerfile_path")


def _extended(path: str, text: str, app: App, hosting: Hosting) -> Edit:
    top = read_yaml(path, text)
    wanted = dict(_lacking(top, app, hosting))
    if not wanted:
        return Edit(path, extends=True)
    why = _obstacle(top)
    new = None if why else _with(text, wanted)
    if new is None:
        why = why or "it is laid out in a way that an edit would change elsewhere, too"
        return Edit(path, extends=True, missing=_as_text(wanted), why=why)
    return Edit(path, new, extends=True)


def _lacking(whole: Node, app: App, hosting: Hosting) -> Iterator[tuple[str, list[Any]]]:
    """The elements that the lists at the top lack: (`jobs`, …), (`databases`, …)."""
    top = spec_of(whole)
    if next(components_that_migrate(top), None) is not None:
        return
    variable = _variable(top, app)
    databases = top.at("databases")
    if variable is None:
        name = next(_names_of(databases, hosting.engine), None)
        variable = {"key": app.variable, "scope": "RUN_TIME", "value": f"${{{name or 'db'}.DATABASE_URL}}"}
        if name is None:
            yield "databases", [{"name": "db", "engine": hosting.engine, "production": False}]
    job: dict[str, Any] = {"name": "migrate", "kind": "PRE_DEPLOY"}
    main = next(components(top), None)
    if main is not None and isinstance(main.node.value, dict):
        job |= {key: _plain(main.node.value[key]) for key in _SOURCES if key in main.node.value}
    job["run_command"] = MIGRATE
    shared = top.at("envs")
    if shared is None or not any(_is(env, app.variable) for env in shared.elements()):
        job["envs"] = [variable]
    yield "jobs", [job]


def _names_of(databases: Node | None, engine: str) -> Iterator[str]:
    """The databases of a kind, or of none that is named."""
    for database in databases.elements() if databases is not None else ():
        kind, name = database.at("engine"), database.at("name")
        if name is not None and name.text and (kind is None or kind.text == engine):
            yield name.text


def _variable(top: Node, app: App) -> dict[str, Any] | None:
    """The variable as a component has it already, for the job as well."""
    for component in components(top):
        envs = component.node.at("envs")
        for env in envs.elements() if envs else ():
            if _is(env, app.variable) and isinstance(env.value, dict):
                own = {key: _plain(inner) for key, inner in env.value.items()}
                if _POOL.fullmatch(str(own.get("value"))):
                    # Migrations go to the server itself, also where the application has a pool of connections.
                    own["value"] = _POOL.sub(r"${\1.DATABASE_URL}", str(own["value"]))
                return {**own, "scope": "RUN_TIME"}
    return None


def _is(env: Node, name: str) -> bool:
    key = env.at("key")
    return key is not None and key.text == name


def _obstacle(top: Node) -> str | None:
    main = next(components(top), None)
    if main is None:
        return "it has no service to take the job's source from"
    slug = main.node.at("environment_slug")
    if slug is not None and (slug.text or "").startswith("node"):
        return "its buildpack of Node has no Python for parity; a component with `dockerfile_path: Dockerfile` has"
    return None


def _with(text: str, wanted: dict[str, list[Any]]) -> str | None:
    """The spec with these elements behind its own; None where more than that would change."""
    yaml = layout_of(text)
    if yaml is None:
        return None
    whole = yaml.load(text)
    spec = whole["spec"] if isinstance(whole.get("spec"), dict) else whole
    for key, elements in wanted.items():
        if spec.get(key) is None:
            spec[key] = elements
        else:
            spec[key].extend(elements)
    new = written(yaml, whole)
    rest = iter(new.splitlines())
    return new if all(line in rest for line in text.splitlines()) else None


def _as_text(wanted: dict[str, list[Any]]) -> str:
    from parity.platforms.yaml_text import parser

    return written(parser(2, 4, 2), wanted)


def _plain(value: object) -> object:
    """A copy without the comments that hang on the original."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    return [_plain(inner) for inner in value] if isinstance(value, list) else value
