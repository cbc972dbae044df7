"""The packages that a pyproject.toml asks for."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator


def declared(text: str) -> Iterator[tuple[int, str]]:
    """(line, requirement) of each, as pip writes them: `name[extra]==1.2.3`. Nothing where it isn't TOML."""
    try:
        top = tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    lines = text.splitlines()
    for name, requirement in _entries(top):
        yield next((n for n, line in enumerate(lines, 1) if name in line and _is_entry(line)), 1), requirement


def _is_entry(line: str) -> bool:
    return not line.lstrip().startswith(("#", "name"))


def _entries(top: dict[str, object]) -> Iterator[tuple[str, str]]:
    """(what stands in the file, requirement)."""
    project = _table(top.get("project"))
    lists = [
        project.get("dependencies"),
        *_table(project.get("optional-dependencies")).values(),
        *_table(top.get("dependency-groups")).values(),
    ]
    for found in lists:
        for one in found if isinstance(found, list) else ():
            if isinstance(one, str):
                yield one, one
    poetry = _table(_table(top.get("tool")).get("poetry"))
    groups = [_table(group).get("dependencies") for group in _table(poetry.get("group")).values()]
    for table in (poetry.get("dependencies"), *groups):
        for name, value in _table(table).items():
            yield name, f"{name}{_version(value)}"


def _version(value: object) -> str:
    """A version of Poetry's, where a plain number means: this one or a later one."""
    if isinstance(value, dict):
        is_source = any(key in value for key in ("git", "path", "url"))
        return " @ source" if is_source else _version(value.get("version"))
    return value if isinstance(value, str) else ""


def _table(value: object) -> dict[str, object]:
    return value if isinstance(value, dict) else {}
