"""Reading an app spec of DigitalOcean: its components, their commands and variables."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from parity.platforms.commands import invocations
from parity.platforms.yaml_text import Node

_KINDS = ("services", "workers", "jobs", "functions", "static_sites")


class Component(Struct, frozen=True):
    """A component of the app, and the list that it stands in."""

    kind: str
    name: str
    node: Node

    @property
    def commands(self) -> Iterator[tuple[str, Node]]:
        """`build_command` and `run_command`, where they are there."""
        for key in ("build_command", "run_command"):
            node = self.node.at(key)
            if node is not None and node.text:
                yield key, node


def spec_of(top: Node) -> Node:
    """The spec itself: for a button that deploys, it stands below the key `spec`."""
    inner = top.at("spec")
    return top if inner is None else inner


def components(top: Node) -> Iterator[Component]:
    """All components, those that serve first."""
    for kind in _KINDS:
        found = spec_of(top).at(kind)
        for node in found.elements() if found is not None else ():
            name = node.at("name")
            yield Component(kind, (name.text if name is not None else None) or kind, node)


def components_that_migrate(top: Node) -> Iterator[tuple[Component, str]]:
    """The components whose own command migrates, each with the command's key."""
    for component in components(top):
        for key, node in component.commands:
            if any(one.deploys_migrations for one in invocations(node.text or "", node.line)):
                yield component, key
