"""What `.do/app.yaml` says of a deployment."""

from __future__ import annotations

from collections.abc import Iterator

from parity.platforms.app_spec import Component, components, spec_of
from parity.platforms.deployment import Command, Deployment, Platform, Role, Variable
from parity.platforms.yaml_text import Node, read_yaml


def read_app_spec(path: str, text: str) -> Deployment:
    """Its components, as commands and variables. Raises ConfigError PAR820."""
    top = read_yaml(path, text)
    found = list(components(top))
    first = found[0].node.line if found else 1
    return Deployment(
        (Platform("App Platform", path, first, throws_disk_away=True),),
        tuple(command for component in found for command in _commands(path, component)),
        (
            *_variables(path, spec_of(top), ""),
            *(variable for one in found for variable in _variables(path, one.node, one.name)),
        ),
        tuple(node.text.lstrip("/") for one in found if (node := one.node.at("dockerfile_path")) and node.text),
    )


def _commands(path: str, component: Component) -> Iterator[Command]:
    kind = component.node.at("kind")
    for key, node in component.commands:
        role = Role.BUILD if key == "build_command" else Role.START
        if role is Role.START and component.kind == "jobs":
            # A job without a kind runs after the deployment, and one of FAILED_DEPLOY isn't part of one that succeeds.
            name = "POST_DEPLOY" if kind is None else (kind.text or "")
            if name not in ("PRE_DEPLOY", "POST_DEPLOY", "UNSPECIFIED"):
                continue
            role = Role.RELEASE
        yield Command(path, node.first_line, node.text or "", role, component.name)


def _variables(path: str, node: Node, component: str) -> Iterator[Variable]:
    envs = node.at("envs")
    for env in envs.elements() if envs is not None else ():
        key, value, scope = env.at("key"), env.at("value"), env.at("scope")
        if key is not None and key.text:
            text = None if value is None else value.text
            # Without a scope it is there at both times.
            yield Variable(path, env.line, key.text, text, (scope and scope.text) or "RUN_AND_BUILD_TIME", component)
