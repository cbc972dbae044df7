"""Large scripts: a plan takes little room beside its script, however many statements there are."""

from __future__ import annotations

import tracemalloc

import pytest

from parity.dialects.base import Dialect
from parity.dialects.registry import dialect_for_provider
from parity.execute.runner import plan_script

FEW, MANY = 1_000, 5_000


def inserts(count: int) -> str:
    return "CREATE TABLE a (x int);\n" + "".join(
        f"INSERT INTO a VALUES ({n}, 'some text of a row');\n" for n in range(count)
    )


def room(count: int, dialect: Dialect) -> tuple[int, int]:
    """Bytes that the plan of a script holds, and that planning took at most."""
    script = inserts(count)
    tracemalloc.start()
    try:
        plan = plan_script(script, dialect)
        held, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    (segment,) = plan.segments
    assert [p.statement.text for p in (segment.statements[0], segment.statements[-1])] == [
        "CREATE TABLE a (x int)",
        f"INSERT INTO a VALUES ({count - 1}, 'some text of a row')",
    ]
    assert segment.statements[-1].statement.line == count + 1
    return held, most


@pytest.mark.parametrize("provider", ["postgresql", "sqlite"])
def test_a_plan_takes_less_room_than_its_script(provider: str) -> None:
    dialect = dialect_for_provider(provider)
    plan_script(inserts(10), dialect)
    (few_held, few_most), (many_held, many_most) = room(FEW, dialect), room(MANY, dialect)
    # Held as values, they would take 600 bytes each.
    assert many_held - few_held < 32 * (MANY - FEW)
    assert many_most - few_most < 48 * (MANY - FEW)
