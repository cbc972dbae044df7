"""All files of platforms in a project, as one deployment."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.platforms import digitalocean, heroku
from parity.platforms.app import Look, is_node
from parity.platforms.deployment import Command, Deployment, Platform, Role
from parity.platforms.read_app_spec import read_app_spec
from parity.platforms.read_docker import read_compose, read_dockerfile
from parity.platforms.read_workflow import read_workflow
from parity.platforms.scripts import mentioned, package_scripts

COMPOSE = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")
# What a host of Node runs by itself, where no file says otherwise.
_OF_NODE = (("postinstall", Role.BUILD), ("build", Role.BUILD), ("heroku-postbuild", Role.BUILD), ("start", Role.START))


# Files of other platforms, and of other pipelines: whether they migrate can be told, not how.
_OTHERS = (
    "fly.toml", "render.yaml", "railway.json", "railway.toml", "nixpacks.toml", "vercel.json", "netlify.toml",
    "app.json", ".gitlab-ci.yml", "bitbucket-pipelines.yml", "azure-pipelines.yml", ".circleci/config.yml",
    "Jenkinsfile", "cloudbuild.yaml", "serverless.yml", "skaffold.yaml",
)  # fmt: skip


def read_project(
    look: Look, workflows: Sequence[str], dockerfiles: Sequence[str], manifests: Sequence[str] = ()
) -> Deployment:
    """The deployment, by the files of these kinds. Raises ConfigError PAR820."""
    parts = (*_parts(look, workflows, dockerfiles), _others(look, (*_OTHERS, *manifests)))
    whole = sum(parts, Deployment())
    named = [path for path in dict.fromkeys(whole.dockerfiles) if path not in dockerfiles and not path.startswith("..")]
    return sum((read_dockerfile(path, look(path) or "") for path in named if look(path) is not None), whole)


def _others(look: Look, paths: Sequence[str]) -> Deployment:
    return Deployment(
        commands=tuple(
            Command(path, script.line, script.text, Role.RELEASE, path)
            for path in paths
            for script in mentioned(path, look(path) or "")
            if script.text.endswith("migrate deploy")
        )
    )


def _parts(look: Look, workflows: Sequence[str], dockerfiles: Sequence[str]) -> Iterator[Deployment]:
    for path in digitalocean.PATHS:
        if (text := look(path)) is not None:
            yield read_app_spec(path, text)
    if (text := look(heroku.PATH)) is not None:
        yield _procfile(text)
    for path in dockerfiles:
        yield read_dockerfile(path, look(path) or "")
    for path in COMPOSE:
        if (text := look(path)) is not None:
            yield read_compose(path, text)
    for path in workflows:
        yield read_workflow(path, look(path) or "")
    if is_node(look):
        yield _package(look)


def _procfile(text: str) -> Deployment:
    found = heroku.processes(text)
    return Deployment(
        (Platform("Heroku", heroku.PATH, throws_disk_away=True),),
        tuple(
            Command(heroku.PATH, line, command, Role.RELEASE if name == "release" else Role.START, name)
            for name, (command, line) in found.items()
        ),
    )


def _package(look: Look) -> Deployment:
    commands = [
        Command(script.file, script.line, script.text, role, name)
        for name, role in _OF_NODE
        for script in package_scripts(name, look)
    ]
    place = Platform("npm", "package.json", commands[0].line) if commands else None
    return Deployment(() if place is None else (place,), tuple(commands))
