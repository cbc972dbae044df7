"""What is true in a database after a run that was disturbed: its ledger and its catalog, held against the files.

Read with the bare drivers, so that a fault of ours can't hide itself.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import psycopg2

_ROWS = "SELECT migration_name, finished_at IS NOT NULL, rolled_back_at IS NOT NULL, logs FROM _prisma_migrations"


@dataclass(frozen=True, slots=True)
class Row:
    """A row of the ledger."""

    name: str
    finished: bool
    rolled_back: bool
    atomic: bool | None
    """What its journal says; None where it has none."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The ledger's rows and the names of all tables."""

    rows: tuple[Row, ...]
    tables: frozenset[str]

    def applied(self) -> list[str]:
        """The migrations that the ledger calls applied, sorted."""
        return sorted(row.name for row in self.rows if row.finished and not row.rolled_back)


def read_truth(url: str) -> Truth:
    """Ask the database."""
    if url.startswith("file:"):
        path = Path(url.removeprefix("file:"))
        if not path.exists():
            return Truth((), frozenset())
        connection = sqlite3.connect(path)
        try:
            tables = {row[0] for row in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}
            rows = connection.execute(_ROWS).fetchall() if "_prisma_migrations" in tables else []
        finally:
            connection.close()
        return _truth(rows, tables)
    server = psycopg2.connect(url)
    try:
        with server.cursor() as cursor:
            cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
            tables = {row[0] for row in cursor.fetchall()}
            rows = []
            if "_prisma_migrations" in tables:
                cursor.execute(_ROWS)
                rows = cursor.fetchall()
    finally:
        server.close()
    return _truth(rows, tables)


def lies(truth: Truth, makes: Mapping[str, frozenset[str]]) -> list[str]:
    """Where the ledger says something else than the catalog. `makes` has the tables that each migration makes."""
    found = []
    applied = truth.applied()
    for name, tables in makes.items():
        there = tables & truth.tables
        if applied.count(name) > 1:
            found.append(f"{name} is applied {applied.count(name)} times")
        if name in applied and there != tables:
            found.append(f"{name} is called applied, and {sorted(tables - there)} are missing")
        if name not in applied and there:
            open_rows = [row for row in truth.rows if row.name == name and not row.rolled_back]
            if not open_rows or any(row.atomic is not False for row in open_rows):
                found.append(f"{name} isn't called applied or cut short, and {sorted(there)} are there")
    return found


def _truth(rows: list[tuple[str, object, object, str | None]], tables: set[str]) -> Truth:
    return Truth(
        tuple(Row(name, bool(finished), bool(undone), _atomic(logs)) for name, finished, undone, logs in rows),
        frozenset(tables),
    )


def _atomic(logs: str | None) -> bool | None:
    first = (logs or "").partition("\n")[0]
    if not first.startswith("parity "):
        return None
    atomic: bool = json.loads(first.removeprefix("parity "))["atomic"]
    return atomic
