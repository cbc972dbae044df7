"""YAML as a person wrote it: read with the place of each node, edited with its comments kept.

What is read may be hostile. No tag makes anything but plain data, and size, depth and the number of nodes (aliases
counted each time) have limits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

from msgspec import Struct

from parity.errors import ConfigError

if TYPE_CHECKING:
    from ruamel.yaml import YAML

LARGEST = 256 * 1024
_MOST_NODES = 10_000
_DEEPEST = 60
_EXCESS = "it holds too many values, or is nested too deeply"


class Node(Struct, frozen=True):
    """A value, and the line (from 1) on which it stands."""

    value: object
    line: int

    def at(self, *path: str) -> Node | None:
        """What stands below these keys; None where one of them isn't there."""
        node: Node | None = self
        for key in path:
            node = None if node is None else dict(node.items()).get(key)
        return node

    def items(self) -> Iterator[tuple[str, Node]]:
        """The keys of a mapping in their order, with what they hold; nothing for other values."""
        if isinstance(self.value, Mapping):
            for key, value in self.value.items():
                yield str(key), Node(value, _line(self.value, key, self.line))

    def elements(self) -> Iterator[Node]:
        """The elements of a list; nothing for other values."""
        if isinstance(self.value, list):
            for number, value in enumerate(self.value):
                yield Node(value, _line(self.value, number, self.line))

    @property
    def text(self) -> str | None:
        """A plain value as text; None for mappings, lists and nothing."""
        value = getattr(self.value, "value", self.value) if hasattr(self.value, "tag") else self.value
        if isinstance(value, bool):
            return "true" if value else "false"
        return str(value) if isinstance(value, (str, int, float)) else None

    @property
    def first_line(self) -> int:
        """The line of a text's first line: that of a block (`|`) is behind its key."""
        return (
            self.line + 1 if type(self.value).__name__ in ("LiteralScalarString", "FoldedScalarString") else self.line
        )


def read_yaml(path: str, text: str) -> Node:
    """The document. Raises ConfigError PAR820 with file and line for what isn't YAML, or is too much of it."""
    if len(text) > LARGEST:
        raise _broken(path, 1, f"it is larger than {LARGEST // 1024} KiB")
    top = _understood(path, lambda: _load(path, text))
    _refuse_aliases(path, top)
    return Node(top, 1)


def _load(path: str, text: str) -> object:
    # Each level makes each step of ruamel's slower, so what is too deep has to be found on the way.
    depth = 0
    for number, event in enumerate(parser().parse(text)):
        kind = type(event).__name__
        depth += kind.endswith("StartEvent") - kind.endswith("EndEvent")
        if depth > _DEEPEST or number > 2 * _MOST_NODES:
            raise _broken(path, event.start_mark.line + 1, _EXCESS)
    return parser().load(text)


def _understood(path: str, load: Callable[[], object]) -> object:
    from ruamel.yaml.error import MarkedYAMLError, YAMLError

    try:
        return load()
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        raise _broken(path, 1 if mark is None else mark.line + 1, error.problem or "it isn't YAML") from error
    except YAMLError as error:
        first = str(error).strip().splitlines()
        raise _broken(path, 1, first[0] if first else "it isn't YAML") from error
    except (ValueError, TypeError, LookupError, AttributeError, AssertionError, RuntimeError) as error:
        # Dates and numbers that don't exist, merges of what is no mapping, and the like.
        raise _broken(path, 1, f"a value in it can't be read ({error})") from error


def _broken(path: str, line: int, why: str) -> ConfigError:
    why = " ".join(why.split())
    return ConfigError("PAR820", f"{path}:{line}: can't be read as YAML", why=why, hint="mend the file")


def _refuse_aliases(path: str, top: object) -> None:
    """Aliases make much of little: each use of one counts as what it stands for."""
    waiting, seen = [(top, 0)], 0
    while waiting:
        value, depth = waiting.pop()
        seen += 1
        if seen > _MOST_NODES or depth > _DEEPEST:
            raise _broken(path, 1, _EXCESS)
        if isinstance(value, Mapping):
            waiting += [(inner, depth + 1) for inner in value.values()]
        elif isinstance(value, list):
            waiting += [(inner, depth + 1) for inner in value]


def _line(parent: object, key: object, otherwise: int) -> int:
    """The line of a key, or of an element; what came with a merge stands where the merge does."""
    places: Any = getattr(getattr(parent, "lc", None), "data", None) or {}
    place = places.get(key)
    return otherwise if place is None else int(place[0]) + 1


def parser(mapping: int = 2, sequence: int = 2, offset: int = 0) -> YAML:
    """ruamel's round trip: comments, quotes and order stay, and a tag is a name, not a call."""
    from ruamel.yaml import YAML

    yaml = YAML(typ="rt", pure=True)
    yaml.preserve_quotes = True
    yaml.encoding = None  # type: ignore[assignment]  # text, not bytes
    yaml.width = 1 << 16
    yaml.indent(mapping=mapping, sequence=sequence, offset=offset)
    return yaml


class _Text:
    """What ruamel writes into."""

    def __init__(self) -> None:
        self.parts: list[str] = []

    def write(self, part: str) -> None:
        self.parts.append(part)


_LAYOUTS = ((2, 2, 0), (2, 4, 2), (4, 4, 0), (4, 4, 2), (4, 6, 4), (2, 3, 1))


def layout_of(text: str) -> YAML | None:
    """The way of writing in which `text`, unchanged, comes out as it went in; None where there is none such."""
    for layout in _LAYOUTS:
        yaml = parser(*layout)
        if written(yaml, yaml.load(text)) == text:
            return yaml
    return None


def written(yaml: YAML, value: object) -> str:
    """The value as text."""
    out = _Text()
    yaml.dump(value, out)
    return "".join(out.parts)
