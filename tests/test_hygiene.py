"""What holds for every file: a purpose that is said, a bounded length, nothing left for later, nobody's machine."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
LONGEST_SOURCE = 500
"""The aim is 400; past this, a file has two jobs."""

WRITTEN_BY_US = (
    "src",
    "tests",
    "bench",
    "demo",
    "docs",
    "examples",
    "tools",
    ".ci",
    "Makefile",
    "pyproject.toml",
    "*.md",
)
TEXT = {".py", ".md", ".toml", ".sh", ".prisma", ".sql", ".yaml", ".yml", ".json", ""}
MADE = {"__pycache__", "node_modules", "build", "dist"}

# In pieces, so that this file doesn't find itself.
LEFT_FOR_LATER = re.compile("|".join([r"\bTO" + "DO", r"\bFIX" + "ME", r"\bXX" + "X", "NotImplemented" + "Error"]))
SOMEBODYS_MACHINE = re.compile(
    "|".join(["/wo" + "rk/", "/ro" + "ot/", r"/home/[a-z]", "/Us" + "ers/", "/tmp/ora" + "cle"])
)
REGISTRY_HOST = re.compile(
    "|".join([r"py" + r"pi\.org", "python" + "hosted", r"npm" + r"js\.", r"\.deb" + r"ian\.org"])
)


def _python_files(folder: str) -> list[Path]:
    return sorted(path for path in (ROOT / folder).rglob("*.py") if not MADE & set(path.parts))


def _text_files() -> list[Path]:
    below = [path for pattern in WRITTEN_BY_US for top in ROOT.glob(pattern) for path in (top, *top.rglob("*"))]
    return sorted({path for path in below if path.is_file() and path.suffix in TEXT and not MADE & set(path.parts)})


SOURCES = _python_files("src")
ALL_TEXT = _text_files()


def test_the_files_were_found() -> None:
    assert ROOT / "src" / "parity" / "errors.py" in SOURCES
    assert {ROOT / "Makefile", ROOT / "README.md", ROOT / ".ci" / "run", Path(__file__)} <= set(ALL_TEXT)


@pytest.mark.parametrize("top", ["src", "bench", "demo"])
def test_every_module_says_what_it_does(top: str) -> None:
    files = _python_files(top)
    assert files
    silent = [path for path in files if ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) is None]
    assert [str(path.relative_to(ROOT)) for path in silent] == []


def test_no_source_file_is_too_long() -> None:
    lengths = {path.relative_to(ROOT): path.read_text(encoding="utf-8").count("\n") for path in SOURCES}
    assert {str(path): length for path, length in lengths.items() if length > LONGEST_SOURCE} == {}


@pytest.mark.parametrize(
    "pattern", [LEFT_FOR_LATER, SOMEBODYS_MACHINE, REGISTRY_HOST], ids=["left for later", "machine", "registry"]
)
def test_no_file_holds(pattern: re.Pattern[str]) -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in ALL_TEXT
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if pattern.search(line)
    ]
    assert found == []


def test_no_two_test_files_share_a_name() -> None:
    # They are imported by their path, but a person looks for them by their name.
    names = Counter(path.name for path in _python_files("tests") if path.name != "conftest.py")
    assert [name for name, count in names.items() if count > 1] == []


def test_the_test_folders_are_no_packages() -> None:
    assert [path for path in _python_files("tests") if path.name == "__init__.py"] == []


def test_the_scripts_can_be_run() -> None:
    assert (ROOT / ".ci" / "run").stat().st_mode & 0o111


def test_everything_that_is_tested_is_linted() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(r"^LINTED := src tests bench", makefile, re.MULTILINE)
    assert "make test" in (ROOT / ".ci" / "run").read_text(encoding="utf-8")
