"""Regular expressions mean the same on every Python that is supported.

Before 3.11.5 a possessive group (`(?:…)*+`) goes on where its last, failed round stopped instead of where that began:
https://github.com/python/cpython/issues/106052. Debian 12 has 3.11.2. An alternative that never matches, tried last,
puts the position back, so each such group must end in one. Possessive single characters (`[a-z]*+`) are right.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from imports import read_modules

SOURCE = Path(__file__).parent.parent / "src"


def _looks_possessive(text: str) -> bool:
    return re.search(r"\)[*+?]\+|\)\{[\d,]+\}\+", text) is not None


MODULES_WITH_GROUPS = [module.name for module in read_modules(SOURCE) if _looks_possessive(module.text)]


def _patterns(module: ModuleType) -> Iterator[tuple[str, re.Pattern[str]]]:
    for name, value in vars(module).items():
        if _is_pattern(value):
            yield name, value
        elif isinstance(value, type) and value.__module__ == module.__name__:
            yield from ((f"{name}.{key}", item) for key, item in vars(value).items() if _is_pattern(item))


def _is_pattern(value: object) -> bool:
    """Compiled, or one that is compiled when it is used."""
    return isinstance(getattr(value, "pattern", None), str) and hasattr(value, "fullmatch")


def _unsafe_groups(pattern: str, flags: int) -> Iterator[str]:
    import re._constants as codes
    import re._parser as parser

    never_matches = {str([(codes.FAILURE, ())]), str([(codes.ASSERT_NOT, (1, []))])}

    def walk(node: object) -> Iterator[str]:
        if isinstance(node, tuple) and node and node[0] is codes.POSSESSIVE_REPEAT:
            body = node[1][2]
            single = len(body) == 1 and body[0][0] in (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY)
            branches = body[0][1][1] if len(body) == 1 and body[0][0] is codes.BRANCH else None
            if not single and (branches is None or str(list(branches[-1])) not in never_matches):
                yield str(node)
        if isinstance(node, tuple | list | parser.SubPattern):
            for part in node:
                yield from walk(part)

    return walk(parser.parse(pattern, flags))


@pytest.mark.parametrize("name", MODULES_WITH_GROUPS)
def test_each_possessive_group_ends_in_an_alternative_that_never_matches(name: str) -> None:
    module = __import__(name, fromlist=["_"])
    patterns = dict(_patterns(module))
    assert patterns, f"{name} holds possessive groups, but no compiled pattern at its top or in a class"
    unsafe = {key: list(_unsafe_groups(item.pattern, item.flags)) for key, item in patterns.items()}
    assert {key: groups for key, groups in unsafe.items() if groups} == {}


def test_there_are_such_groups() -> None:
    assert "parity.psl.lexer" in MODULES_WITH_GROUPS


@pytest.mark.parametrize("pattern", ["(?:a|b(?!c))*+", "(?:ab)?+", "x(?:y(?:a|bc)++|(?!))*+"])
def test_an_unsafe_group_is_found(pattern: str) -> None:
    assert list(_unsafe_groups(pattern, 0))


@pytest.mark.parametrize("pattern", ["[a-z]*+", "(?:a|b(?!c)|(?!))*+", "(?:ab|(?!))?+", "(?:ab)*"])
def test_a_safe_group_is_no_finding(pattern: str) -> None:
    assert list(_unsafe_groups(pattern, 0)) == []


def test_no_pattern_is_compiled_out_of_sight() -> None:
    # A possessive group inside a function would escape the test above.
    hidden = [
        f"{module.name}:{node.lineno}"
        for module in read_modules(SOURCE)
        if module.name in MODULES_WITH_GROUPS
        for function in ast.walk(module.tree)
        if isinstance(function, ast.FunctionDef)
        for node in ast.walk(function)
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and _looks_possessive(node.value)
    ]
    assert hidden == []
