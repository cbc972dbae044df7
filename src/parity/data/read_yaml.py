"""Reference data in YAML. The text may be hostile: no tags, no anchors, and limits to size and depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.data.raw import DEEPEST, LARGEST, Items, Kind, Pairs, Plain, Raw, broken

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

_TAG = "tag:yaml.org,2002:"
_KINDS = {"null": Kind.NULL, "bool": Kind.BOOLEAN, "int": Kind.NUMBER, "float": Kind.NUMBER}


def read_yaml(path: str, text: str) -> Raw:
    """The document. Raises ConfigError PAR170."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    if len(text) > LARGEST:
        raise broken(path, 1, f"it is larger than {LARGEST // 1024 // 1024} MiB")
    try:
        _refuse_tricks(path, text)
        top = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise broken(path, 1 if mark is None else mark.line + 1, error.problem or "it isn't YAML") from error
    except (YAMLError, ValueError, LookupError, AttributeError, AssertionError, RecursionError) as error:
        raise broken(path, 1, str(error) or "it isn't YAML") from error
    return Items((), 1) if top is None else _raw(path, top)


def _refuse_tricks(path: str, text: str) -> None:
    from ruamel.yaml import YAML

    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        line = event.start_mark.line + 1
        if depth > DEEPEST:
            raise broken(path, line, "it is nested too deeply")
        if kind == "AliasEvent" or getattr(event, "anchor", None) is not None:
            raise broken(path, line, "it has an anchor or an alias (& or *): write the value out")
        if getattr(event, "tag", None) is not None:
            raise broken(path, line, f"it has a tag ({event.tag}): write the plain value")


def _raw(path: str, node: Node) -> Raw:
    line = node.start_mark.line + 1
    if isinstance(node.value, str):
        tag = str(node.tag).removeprefix(_TAG)
        return Plain(_KINDS.get(tag, Kind.STRING), node.value, line)
    if type(node).__name__ == "MappingNode":
        return Pairs(_pairs(path, node), line)
    return Items(tuple(_raw(path, item) for item in node.value), line)


def _pairs(path: str, node: Node) -> tuple[tuple[str, Raw], ...]:
    found: dict[str, Raw] = {}
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key.value, str):
            raise broken(path, line, "a key is a list or a mapping")
        if key.value in found:
            raise broken(path, line, f"the key {key.value} stands there twice")
        found[key.value] = _raw(path, value)
    return tuple(found.items())
