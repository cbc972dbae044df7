"""What a Dockerfile, or a file of Docker Compose, says of a deployment."""

from __future__ import annotations

import json
import posixpath
import re
import shlex
from collections.abc import Iterator

from parity.platforms.deployment import Command, Deployment, Platform, Role, Variable
from parity.platforms.yaml_text import Node, read_yaml

_INSTRUCTION = re.compile(r"^\s*([A-Za-z]+)\s+(.*)$", re.DOTALL)


def instructions(text: str) -> Iterator[tuple[int, str, str]]:
    """(line, instruction, rest) of a Dockerfile, with continued lines kept as they are."""
    pending: list[str] = []
    begun = 1
    until: str | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not pending:
            begun = number
        if (until is None and line.lstrip().startswith("#")) or (pending and not line.strip()):
            continue
        pending.append(line)
        until = _until(until, line)
        if until is None and not line.rstrip().endswith("\\"):
            found = _INSTRUCTION.match("\n".join(pending))
            if found is not None:
                yield begun, found[1].upper(), found[2]
            pending = []


def _until(waiting: str | None, line: str) -> str | None:
    """The word that ends a text which a line begins (`RUN <<END`) or goes on with; None where there is none."""
    if waiting is not None:
        return None if line.strip() == waiting else waiting
    found = re.match(r"\s*RUN\b.*<<-?\s*[\"']?(\w+)", line, re.IGNORECASE)
    return None if found is None else found[1]


def read_dockerfile(path: str, text: str) -> Deployment:
    """Its RUN, ENTRYPOINT and CMD, and the variables that ENV and ARG set. Of several CMD the last one counts."""
    commands: list[Command] = []
    variables: list[Variable] = []
    last: dict[str, Command] = {}
    for line, word, rest in instructions(text):
        match word:
            case "RUN":
                commands.append(Command(path, line, _shell_text(rest), Role.BUILD, path))
            case "ENTRYPOINT" | "CMD":
                last[word] = Command(path, line, _shell_text(rest), Role.START, path)
            case "FROM":
                last.clear()
            case "ENV" | "ARG":
                variables += _settings(path, line, rest)
            case _:
                continue
    return Deployment((Platform("Docker", path),), (*commands, *last.values()), tuple(variables))


def _shell_text(rest: str) -> str:
    rest = re.sub(r"^(--\w+(=\S+)?\s+)+", "", rest.strip())
    if rest.startswith("["):
        try:
            words = json.loads(rest.replace("\\\n", " "))
        except ValueError:
            return rest
        if isinstance(words, list) and all(isinstance(word, str) for word in words):
            return shlex.join(words)
    return rest


def _settings(path: str, line: int, rest: str) -> Iterator[Variable]:
    pairs = re.findall(r"(\w+)=(\"[^\"]*\"|'[^']*'|\S+)", rest)
    if not pairs:
        pairs = re.findall(r"^(\w+)\s+(.+)$", rest)
    for name, value in pairs:
        yield Variable(path, line, name, value.strip("\"'"), None, path)


def read_compose(path: str, text: str) -> Deployment:
    """The services. One that is built here is the application; one of a ready image may be, or what it needs."""
    top = read_yaml(path, text)
    services = top.at("services")
    commands: list[Command] = []
    variables: list[Variable] = []
    platform: list[Platform] = []
    dockerfiles: list[str] = []
    for name, service in services.items() if services is not None else ():
        build = service.at("build")
        if build is not None:
            platform.append(Platform("Docker Compose", path, service.line))
            dockerfiles.append(_dockerfile_of(build))
        for key in ("entrypoint", "command"):
            node = service.at(key)
            if node is not None and (words := _command(node)):
                commands.append(Command(path, node.first_line, words, Role.START, name))
        variables += _environment(path, name, service)
    return Deployment(tuple(platform[:1]), tuple(commands), tuple(variables), tuple(dockerfiles))


def _dockerfile_of(build: Node) -> str:
    context, name = build.at("context"), build.at("dockerfile")
    folder = build.text or (context and context.text) or "."
    return posixpath.normpath(posixpath.join(folder, (name and name.text) or "Dockerfile"))


def _command(node: Node) -> str:
    return node.text or shlex.join(element.text or "" for element in node.elements())


def _environment(path: str, name: str, service: Node) -> Iterator[Variable]:
    node = service.at("environment")
    if node is None:
        return
    for key, value in node.items():
        yield Variable(path, value.line, key, value.text, None, name)
    for element in node.elements():
        key, _, text = (element.text or "").partition("=")
        yield Variable(path, element.line, key, text or None, None, name)
