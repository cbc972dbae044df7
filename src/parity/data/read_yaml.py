"""Reference data in YAML. The text may be hostile: no tags, no anchors, and limits to size and depth."""

from __future__ import annotations

from typing import TYPE_CHECKING

from parity.data.raw import DEEPEST, Broken, Items, Kind, Pairs, Plain, Raw, refuse_large
from parity.data.read_lines import read_lines

if TYPE_CHECKING:
    from ruamel.yaml.nodes import Node

_LARGEST = 4 * 1024 * 1024
"""Of a file whose rows aren't lines: ruamel reads 0.1 MiB in a second."""

_TAG = "tag:yaml.org,2002:"
_KINDS = {"null": Kind.NULL, "bool": Kind.BOOLEAN, "int": Kind.NUMBER, "float": Kind.NUMBER}


def read_yaml(text: str) -> Raw:
    """The document. Raises Broken."""
    refuse_large(text)
    lines = read_lines(text, read_any_yaml)
    if lines is not None:
        return lines
    refuse_large(text, _LARGEST, "write each row into a line of its own, `- {id: 1, code: a}`, or take JSON or CSV")
    return read_any_yaml(text)


def read_any_yaml(text: str) -> Raw:
    """The same by a reader of all of YAML."""
    from ruamel.yaml import YAML
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        _refuse_tricks(text)
        top = YAML(typ="safe", pure=True).compose(text)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise Broken(0 if mark is None else mark.index, error.problem or "it isn't YAML") from error
    except (YAMLError, ValueError, LookupError, AttributeError, AssertionError, RecursionError) as error:
        raise Broken(int(getattr(error, "position", 0) or 0), str(error) or "it isn't YAML") from error
    return Items((), 0, 0) if top is None else _raw(top)


def _refuse_tricks(text: str) -> None:
    from ruamel.yaml import YAML

    depth = 0
    for event in YAML(typ="safe", pure=True).parse(text):
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        start, end = event.start_mark.index, event.end_mark.index
        if depth > DEEPEST:
            raise Broken(start, "it is nested too deeply")
        if kind == "AliasEvent" or getattr(event, "anchor", None) is not None:
            raise Broken(start, "it has an anchor or an alias (& or *): write the value out", end)
        if getattr(event, "tag", None) is not None:
            raise Broken(start, f"it has a tag ({event.tag}): write the plain value", end)


def _raw(node: Node) -> Raw:
    start, end = _span(node)
    if isinstance(node.value, str):
        tag = str(node.tag).removeprefix(_TAG)
        return Plain(_KINDS.get(tag, Kind.STRING), node.value, start, end)
    if type(node).__name__ == "MappingNode":
        return _pairs(node)
    return Items(tuple(_raw(item) for item in node.value), start, end)


def _span(node: Node) -> tuple[int, int]:
    return node.start_mark.index, node.end_mark.index


def _pairs(node: Node) -> Pairs:
    found: dict[str, Raw] = {}
    for key, value in node.value:
        if not isinstance(key.value, str):
            raise Broken(key.start_mark.index, "a key is a list or a mapping", key.end_mark.index)
        if key.value in found:
            raise Broken(key.start_mark.index, f"the key {key.value} stands there twice", key.end_mark.index)
        found[key.value] = _raw(value)
    return Pairs(tuple(found.items()), tuple(_span(key) for key, _ in node.value), *_span(node))
