"""docs/errors.md lists every code that the program can give, once, with what it means and the way out."""

from __future__ import annotations

import ast
import re
from collections import Counter
from functools import cache
from pathlib import Path

from imports import read_modules, string_constants

ROOT = Path(__file__).parent.parent
CODE = re.compile(r"P\d{4}|PAR\d{3}|PSL\d{3}")
ROW = re.compile(r"^\| `([A-Z0-9]+)` \| ([^|]+) \|(?: ([^|]+) \|)?$", re.MULTILINE)

MODULES = read_modules(ROOT / "src")
ROWS = ROW.findall((ROOT / "docs" / "errors.md").read_text(encoding="utf-8"))


@cache
def _raised() -> set[str]:
    """The codes in the code itself: docstrings and comments don't count."""
    found = {text for module in MODULES for _, text in string_constants(module) if CODE.fullmatch(text)}
    unused = {code for name, code in _schema_codes().items() if f"Code.{name}" not in _names_used()}
    return found - unused


@cache
def _schema_codes() -> dict[str, str]:
    """The table of the schema language: member -> code. A member that no rule names is never raised."""
    tree = next(module.tree for module in MODULES if module.name == "parity.psl.codes")
    return {
        target.id: node.value.value
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }


@cache
def _names_used() -> set[str]:
    return {
        ast.unparse(node) for module in MODULES for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)
    }


def test_codes_are_found_on_both_sides() -> None:
    assert {"PAR501", "P3018", "PSL001"} <= _raised()
    assert {"PAR501", "P3018", "PSL001"} <= {code for code, _, _ in ROWS}


def test_each_code_that_is_raised_is_listed() -> None:
    assert sorted(_raised() - {code for code, _, _ in ROWS}) == []


def test_each_code_that_is_listed_is_raised() -> None:
    assert sorted({code for code, _, _ in ROWS} - _raised()) == []


def test_no_member_of_the_table_of_schema_codes_is_idle() -> None:
    assert sorted(name for name in _schema_codes() if f"Code.{name}" not in _names_used()) == []


def test_no_code_is_listed_twice() -> None:
    assert [code for code, count in Counter(code for code, _, _ in ROWS).items() if count > 1] == []


def test_each_code_but_those_of_the_schema_language_has_a_way_out() -> None:
    assert [code for code, _, way_out in ROWS if not way_out and not code.startswith("PSL")] == []


def test_the_schema_language_s_codes_mean_what_its_own_table_says() -> None:
    table = next(module.text for module in MODULES if module.name == "parity.psl.codes")
    own = dict(re.findall(r'= "(PSL\d+)"\n    """(.*)"""', table))
    assert {code: meaning for code, meaning, _ in ROWS if code.startswith("PSL")} == own


def test_no_two_codes_mean_the_same() -> None:
    meanings = Counter(meaning.strip() for _, meaning, _ in ROWS)
    assert [meaning for meaning, count in meanings.items() if count > 1] == []


def test_what_the_documents_and_docstrings_call_a_code_is_one() -> None:
    texts = {module.name: module.text for module in MODULES}
    texts |= {path.name: path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")}
    known = {code for code, _, _ in ROWS}
    named = {(name, code) for name, text in texts.items() for code in re.findall(rf"\b(?:{CODE.pattern})\b", text)}
    assert sorted((name, code) for name, code in named if code not in known) == []
