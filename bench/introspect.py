"""Introspection: as many queries for 500 tables as for 10."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median

from databases import ground, tables_sql
from measure import Promise

from parity.dialects.base import Session
from parity.dialects.registry import dialect_for_url

FEW, MANY = 10, 500
MOST = 1.25
"""Linear is 1 where connecting and asking cost nothing, as in SQLite; the rest is for the machine's caches."""


def bench(rounds: int) -> list[Promise]:
    """The number of queries for few and for many tables, and the time for one table of many beside one of few."""
    promises = []
    with ground() as here:
        for name in ("postgresql", "sqlite"):
            queries, seconds = {}, {}
            for count in (FEW, MANY):
                file = here.folder / f"tables{count}.db"
                url = here.new_database(f"tables{count}") if name == "postgresql" else f"file:{file}"
                queries[count], seconds[count] = _measure(url, count, rounds)
            print(
                f"  {name}: {queries[FEW]} queries for {FEW} tables, {queries[MANY]} for {MANY}; "
                f"{seconds[FEW] * 1000:.1f} ms and {seconds[MANY] * 1000:.1f} ms"
            )
            promises.append(Promise(f"introspect: queries at {MANY} tables, {name}", queries[MANY], queries[FEW]))
            per_table = (seconds[MANY] / MANY) / (seconds[FEW] / FEW)
            promises.append(Promise(f"introspect: time of a table, {MANY} / {FEW} tables, {name}", per_table, MOST))
    return promises


def _measure(url: str, count: int, rounds: int) -> tuple[int, float]:
    with _session(url) as session:
        session.execute(tables_sql(count))
        introspect = dialect_for_url(url).driver.introspect
        before = session.round_trips
        found = len(introspect(session, ()).tables)
        queries = session.round_trips - before
        if found != count:
            raise SystemExit(f"{count} tables were made, and {found} found")
        times = []
        for _ in range(rounds):
            begin = time.perf_counter()
            introspect(session, ())
            times.append(time.perf_counter() - begin)
        return queries, median(times)


@contextmanager
def _session(url: str) -> Iterator[Session]:
    driver = dialect_for_url(url).driver
    target = driver.parse_url(url, Path.cwd())
    if target.path is not None:
        driver.create_database(target)
    session = driver.connect(target)
    try:
        yield session
    finally:
        session.close()
