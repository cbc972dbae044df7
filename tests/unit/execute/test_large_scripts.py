"""Large scripts: the time is linear in the number of statements, and a plan takes little more room than its script."""

from __future__ import annotations

import time
import tracemalloc

import pytest

from parity.dialects.registry import dialect_for_provider
from parity.execute.runner import plan_script


def inserts(count: int) -> str:
    return "CREATE TABLE a (x int);\n" + "".join(
        f"INSERT INTO a VALUES ({n}, 'some text of a row');\n" for n in range(count)
    )


@pytest.mark.parametrize("provider", ["postgresql", "sqlite"])
def test_a_plan_takes_less_room_than_its_script(provider: str) -> None:
    dialect, script = dialect_for_provider(provider), inserts(30_000)
    plan_script("SELECT 1", dialect)
    tracemalloc.start()
    try:
        plan = plan_script(script, dialect)
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    (segment,) = plan.segments
    assert [p.statement.text for p in (segment.statements[0], segment.statements[-1])] == [
        "CREATE TABLE a (x int)",
        "INSERT INTO a VALUES (29999, 'some text of a row')",
    ]
    assert segment.statements[-1].statement.line == 30_001
    assert held < 32 * 30_001  # what a statement costs, with room to spare; as values they would take 600 bytes each
    assert most < 48 * 30_001


@pytest.mark.parametrize("provider", ["postgresql", "sqlite"])
def test_ten_times_the_statements_take_about_ten_times_as_long(provider: str) -> None:
    dialect = dialect_for_provider(provider)

    def seconds(count: int) -> float:
        script = inserts(count)
        begun = time.process_time()
        plan_script(script, dialect)
        return time.process_time() - begun

    seconds(1000)
    assert seconds(40_000) < 25 * min(seconds(4000) for _ in range(3))
