"""How the pure parts grow with the number of tables: four times as many must take about four times as long.

Each table has a relation, an index, a unique key and a view that stands on it; every one of them changes. And how the
transaction plan of a script grows with its statements.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Protocol, TypeVar

from measure import Promise
from msgspec.structs import replace

from parity.dialects.base import Dialect
from parity.dialects.registry import all_dialects
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.execute.runner import plan_script
from parity.lifting.lift import lift
from parity.lower import lower
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.psl import parse
from parity.schema.fingerprint import fingerprint
from parity.schema.model import ObjectRef, Opaque, OpaqueKind, Schema
from parity.schema.types import ObjectName

_T = TypeVar("_T")


class Run(Protocol):
    """Runs a part, which has a name, and gives back what it gives back."""

    def __call__(self, part: str, work: Callable[[], _T], /) -> _T: ...


FEW, MANY = 500, 2000
MOST = 8.0
"""Linear is 4, quadratic is 16; the rest is for the machine's caches."""


def bench(rounds: int) -> list[Promise]:
    """The time for many tables as a multiple of that for few, the best of some rounds, for each part and database."""
    promises = []
    for dialect in all_dialects():
        few, many = _seconds(dialect, FEW, rounds), _seconds(dialect, MANY, rounds)
        for part, seconds in many.items():
            print(f"  {dialect.title:12} {part:12} {few[part] * 1000:8.1f} ms  {seconds * 1000:8.1f} ms")
            promises.append(Promise(f"growth: {part}, {dialect.title}", seconds / few[part], MOST))
    return promises


def _seconds(dialect: Dialect, tables: int, rounds: int) -> dict[str, float]:
    taken: dict[str, float] = {}

    def best(part: str, run: Callable[[], _T]) -> _T:
        for _ in range(max(2, rounds // 7)):
            gc.collect()
            begin = time.process_time()
            result = run()
            taken[part] = min(taken.get(part, float("inf")), time.process_time() - begin)
        return result

    run_parts(dialect, tables, best)
    return taken


def run_parts(dialect: Dialect, tables: int, run: Run) -> None:
    """Have each part run by `run`, on a schema of so many tables."""
    inserts = "".join(f"INSERT INTO a VALUES ({number}, 'some text');\n" for number in range(20 * tables))
    run("transactions", lambda: plan_script(inserts, dialect))
    before, after = _text(dialect, tables, "Int", "gone"), _text(dialect, tables, "Float", "came")
    datamodel = run("parse", lambda: parse(before)).datamodel
    old = _with_views(run("lower", lambda: lower(datamodel, dialect)))
    asked = lower(parse(after).datamodel, dialect)
    new = run("carry_over", lambda: carry_over(old, asked, dialect))
    changes = run("diff", lambda: diff(old, new, dialect))
    plan = run("build_plan", lambda: build_plan(changes, old, new, dialect))
    run("script", lambda: script(plan, dialect, warnings=True))
    run("summary", lambda: summary(changes, old, new, dialect))
    run("lift", lambda: lift(old, dialect, existing=datamodel, header=""))
    run("fingerprint", lambda: fingerprint(old))


def _text(dialect: Dialect, tables: int, score: str, odd: str) -> str:
    blocks = [f'datasource db {{\n  provider = "{dialect.name}"\n  url = "{dialect.default_url}"\n}}']
    for n in range(tables):
        before = f"\n  before M{n - 1}? @relation(fields: [beforeId], references: [id])\n  beforeId Int?" if n else ""
        behind = f"\n  behind M{n + 1}[]" if n < tables - 1 else ""
        blocks.append(
            f'model M{n} {{\n  id Int @id @default(autoincrement())\n  name String @default("x")\n  score {score}\n'
            f"  {odd} String?{before}{behind}\n  @@index([name])\n  @@unique([name, score])\n}}"
        )
    return "\n\n".join(blocks) + "\n"


def _with_views(schema: Schema) -> Schema:
    """Each view reads a column that changes, and the view before it."""
    views: list[Opaque] = []
    for table in schema.tables:
        name = ObjectName(f"v_{table.name.name}", table.name.namespace)
        reads = [ObjectRef("COLUMN", table.name, "score"), ObjectRef("TABLE", table.name)]
        reads += [ObjectRef("VIEW", view.name) for view in views[-1:]]
        views.append(Opaque(OpaqueKind.VIEW, name, "CREATE VIEW …", depends_on=tuple(sorted(reads))))
    return replace(schema, opaques=tuple(reversed(views)))
