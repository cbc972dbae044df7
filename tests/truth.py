"""What is true in a database after a run that was disturbed: its ledger and its catalog.

Read with the bare drivers, so that a fault of ours can't hide itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg2

_ROWS = "SELECT migration_name, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, logs FROM _prisma_migrations"
_CATALOG = """\
SELECT c.relname, c.relkind, coalesce(i.indisvalid, true) FROM pg_class AS c LEFT JOIN pg_index AS i
ON i.indexrelid = c.oid WHERE c.relkind IN ('r', 'i') AND c.relnamespace = 'public'::regnamespace"""


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger."""

    name: str
    finished: bool
    rolled_back: bool
    atomic: bool | None
    """What its journal says; None where it has none."""
    done: int
    """How many statements its journal calls confirmed."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The ledger's rows, the names of all tables and indexes, and how many rows each table but the ledger has."""

    rows: tuple[Row, ...]
    tables: frozenset[str]
    indexes: frozenset[str]
    invalid: frozenset[str]
    """Indexes whose building failed; they aren't among the others."""
    counts: tuple[tuple[str, int], ...]

    @property
    def objects(self) -> frozenset[str]:
        """Tables and indexes."""
        return self.tables | self.indexes

    def applied(self) -> list[str]:
        """The migrations that the ledger calls applied, sorted."""
        return sorted(row.name for row in self.rows if row.finished and not row.rolled_back)

    def count(self, table: str) -> int:
        """How many rows a table has."""
        return dict(self.counts)[table]


def read_truth(url: str) -> Truth:
    """Ask the database."""
    if not url.startswith("file:"):
        with closing(psycopg2.connect(url)) as server, server.cursor() as cursor:

            def ask(sql: str) -> list[Any]:
                cursor.execute(sql)
                return cursor.fetchall()

            return _read(ask, [(name, kind, valid) for name, kind, valid in ask(_CATALOG)])
    path = Path(url.removeprefix("file:"))
    if not path.exists():
        return Truth((), frozenset(), frozenset(), frozenset(), ())
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute("SELECT name, type FROM sqlite_schema WHERE type IN ('table', 'index')")
        catalog = [(name, "r" if kind == "table" else "i", True) for name, kind in found]
        return _read(lambda sql: connection.execute(sql).fetchall(), catalog)


def _read(ask: Callable[[str], list[Any]], catalog: list[tuple[str, str, bool]]) -> Truth:
    tables = frozenset(name for name, kind, _ in catalog if kind == "r")
    rows = ask(_ROWS) if "_prisma_migrations" in tables else []
    return Truth(
        tuple(Row(name, bool(finished), bool(undone), *_journal(logs)) for name, finished, undone, logs in rows),
        tables,
        frozenset(name for name, kind, valid in catalog if kind == "i" and valid),
        frozenset(name for name, kind, valid in catalog if kind == "i" and not valid),
        tuple((name, ask(f'SELECT count(*) FROM "{name}"')[0][0]) for name in tables - {"_prisma_migrations"}),
    )


def _journal(logs: str | None) -> tuple[bool | None, int]:
    first = (logs or "").partition("\n")[0]
    if not first.startswith("parity "):
        return None, 0
    content = json.loads(first.removeprefix("parity "))
    return content["atomic"], content["done"]
