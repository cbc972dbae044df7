"""The Python in the documents runs, and what it asserts holds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
EXAMPLES = [
    (f"{path.relative_to(ROOT)} {number}", code)
    for path in sorted((ROOT / "docs").rglob("*.md"))
    for number, code in enumerate(re.findall(r"^```python\n(.*?)^```$", path.read_text(), re.DOTALL | re.MULTILINE), 1)
]


def test_there_are_examples() -> None:
    assert len(EXAMPLES) > 2


@pytest.mark.parametrize(("place", "code"), EXAMPLES, ids=[place for place, _ in EXAMPLES])
def test_the_example_runs(place: str, code: str) -> None:
    assert "assert" in code, f"{place} shows nothing"
    exec(compile(code, place, "exec"), {})
