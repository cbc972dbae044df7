"""`migrate reset` of a database with many tables, on a server that can't lock all of them at once.

`make faults` takes a thousand and the default room for locks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from commandline import Project
from servers import ServerUnavailable, small_postgres

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from stories import sql

NUMBER = int(os.environ.get("PARITY_FAULT_TABLES", "600"))
ROOM = 64 if NUMBER >= 1000 else 32
"""max_locks_per_transaction, of which the default is 64."""
LEFT = """
SELECT (SELECT count(*) FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p', 'v', 'S')),
    (SELECT count(*) FROM pg_type WHERE typnamespace = 'public'::regnamespace AND typtype = 'e')"""

USUAL = (
    "CREATE TYPE kind_{n} AS ENUM ('a', 'b')",
    "CREATE TABLE t_{n} (id serial PRIMARY KEY, kind kind_{n}, text text, parent int, hub int REFERENCES t_0)",
    "CREATE UNIQUE INDEX t_{n}_text ON t_{n} (text)",
    "CREATE INDEX t_{n}_parent ON t_{n} (parent)",
    "CREATE VIEW v_{n} AS SELECT id, text FROM t_{n}",
)
"""Each table has indexes, a sequence, a TOAST table, a type of its own and a view, and refers to the first one."""

PARTITIONED = (
    "CREATE TABLE t_{n} PARTITION OF t_0 FOR VALUES IN ({n})",
    "CREATE INDEX t_{n}_text ON t_{n} (text)",
)


@pytest.fixture
def own_url() -> Iterator[str]:
    """A database on a server of its own."""
    try:
        with small_postgres(ROOM) as server:
            yield server.url()
    except ServerUnavailable as error:
        pytest.skip(f"NO POSTGRESQL: {error}")


def fill(url: str, first: str, statements: tuple[str, ...]) -> None:
    """A transaction for every hundred, as they would have come over the years."""
    connection = psycopg2.connect(url)
    with connection.cursor() as cursor:
        cursor.execute(first)
        for number in range(1, NUMBER):
            cursor.execute(";".join(statements).format(n=number))
            if number % 100 == 0:
                connection.commit()
    connection.commit()
    connection.close()


@pytest.mark.parametrize(
    ("first", "statements"),
    [
        ("CREATE TABLE t_0 (id serial PRIMARY KEY, text text)", USUAL),
        ("CREATE TABLE t_0 (id int, text text, code text, PRIMARY KEY (id)) PARTITION BY LIST (id);"
         + "CREATE INDEX ON t_0 (code);" * 6, PARTITIONED),
    ],
    ids=["tables", "partitions"],
)  # fmt: skip
def test_many_tables_are_emptied_in_batches(
    project: Project, own_url: str, first: str, statements: tuple[str, ...]
) -> None:
    assert sql(own_url, "SHOW max_locks_per_transaction") == [(str(ROOM),)]
    assert sql(own_url, "SHOW max_connections") == [("100",)]
    fill(own_url, first, statements)
    project.use_database(own_url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_a", "SELECT 1;\n", provider="postgresql")
    # What the batches are for: at once it can't be done.
    with pytest.raises(psycopg2.errors.OutOfMemory):
        sql(own_url, "DROP SCHEMA public CASCADE")
    asked = project.run("migrate", "reset", timeout=300).exited(3)
    assert "tables with 0 rows" in asked.stderr
    done = project.run("migrate", "reset", "--force", timeout=300).succeeded()
    assert "Applied 1_a" in done.stdout
    assert sql(own_url, LEFT) == [(1, 0)]
    if NUMBER >= 1000:
        fill(own_url, first, statements)
        project.run("migrate", "dev", "--reset", timeout=300).succeeded()
        assert sql(own_url, LEFT) == [(1, 0)]
