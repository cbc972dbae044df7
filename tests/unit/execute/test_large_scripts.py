"""Large scripts: a plan takes little more room than its script."""

from __future__ import annotations

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
    dialect, script = dialect_for_provider(provider), inserts(8_000)
    plan_script(inserts(300), dialect)
    tracemalloc.start()
    try:
        plan = plan_script(script, dialect)
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    (segment,) = plan.segments
    assert [p.statement.text for p in (segment.statements[0], segment.statements[-1])] == [
        "CREATE TABLE a (x int)",
        "INSERT INTO a VALUES (7999, 'some text of a row')",
    ]
    assert segment.statements[-1].statement.line == 8_001
    assert held < 32 * 8_001  # what a statement costs, with room to spare; as values they would take 600 bytes each
    assert most < 48 * 8_001
