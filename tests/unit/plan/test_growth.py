"""What is done for four times as many tables is about four times as much: counted, as times depend on the machine."""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Iterator
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import FrameType, ModuleType

import pytest

from parity.dialects.base import Dialect
from parity.dialects.registry import all_dialects

BENCH = Path(__file__).resolve().parents[3] / "bench"
FEW = 40
MOST = 5.5
"""Where each table is looked at for each table, it's beyond ten."""


@pytest.fixture
def growth(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """The bench, whose schemas and parts are the ones to count for."""
    monkeypatch.syspath_prepend(str(BENCH))
    spec = spec_from_file_location("growth", BENCH / "growth.py")
    assert spec is not None and spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    yield module


@pytest.mark.parametrize("dialect", all_dialects(), ids=lambda dialect: dialect.name)
def test_four_times_as_many_tables_take_four_times_as_many_steps(growth: ModuleType, dialect: Dialect) -> None:
    growth.run_parts(dialect, 2, lambda part, work: work())  # What is loaded and compiled once counts for neither.
    few, many = _lines_run(growth, dialect, FEW), _lines_run(growth, dialect, 4 * FEW)
    assert len(many) == 10
    assert {part: (few[part], lines) for part, lines in many.items() if lines > MOST * few[part]} == {}


def _lines_run(growth: ModuleType, dialect: Dialect, tables: int) -> Counter[str]:
    """By part: how many lines of Python are run."""
    found: Counter[str] = Counter()

    def run(part: str, work: Callable[[], object]) -> object:
        def count(frame: FrameType, event: str, argument: object) -> object:
            found[part] += event == "line"
            return count

        before = sys.gettrace()
        sys.settrace(count)
        try:
            return work()
        finally:
            sys.settrace(before)

    growth.run_parts(dialect, tables, run)
    return found
