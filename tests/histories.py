"""The whole histories of real products, laid out in a project's folder; and what a database holds behind them."""

from __future__ import annotations

import os
import shutil
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from commandline import Project
from parity.dialects.registry import dialect_for_provider
from parity.schema.model import Schema

HISTORIES = (
    Path(os.environ.get("PARITY_SHARED", Path(__file__).resolve().parents[2] / "shared")) / "corpus" / "histories"
)
POSTGRESQL = ("umami", "umami_v2_postgresql", "documenso", "litellm")
SQLITE = ("pingvin-share", "coolify_v3")
ALL = os.environ.get("PARITY_CONFORMANCE") == "all"
"""Whether all of them are taken, as `make conformance` does, or a small one of each kind."""
TAKEN = (*POSTGRESQL, *SQLITE) if ALL else ("umami_v2_postgresql", "pingvin-share")
VARIABLES = ("DATABASE_URL", "COOLIFY_DATABASE_URL", "NEXT_PRIVATE_DATABASE_URL", "NEXT_PRIVATE_DIRECT_DATABASE_URL")


class History:
    """A history of which the project's folder holds as much as a test lets it."""

    def __init__(self, name: str, project: Project) -> None:
        if not (HISTORIES / name).is_dir():
            pytest.skip(f"NOT RUN: the real migration histories are not at {HISTORIES}")
        self.title, self.project = name, project
        self.source = HISTORIES / name / "migrations"
        self.provider = "sqlite" if name in SQLITE else "postgresql"
        self.names = sorted(path.parent.name for path in self.source.glob("*/migration.sql"))
        shutil.copytree(HISTORIES / name, project.folder / "prisma")

    def use(self, url: str) -> None:
        """Deploy to this database from now on."""
        self.project.env = dict.fromkeys(VARIABLES, url)

    def show(self, count: int) -> None:
        """Let the folder hold the first `count` migrations."""
        for number, name in enumerate(self.names):
            folder = self.project.migrations_folder / name
            if number < count and not folder.exists():
                shutil.copytree(self.source / name, folder)
            elif number >= count and folder.exists():
                shutil.rmtree(folder)

    def scripts(self, count: int) -> list[list[str]]:
        """The names and scripts of the first `count`, as the genuine engine takes them."""
        return [[name, (self.source / name / "migration.sql").read_text()] for name in self.names[:count]]

    def schema(self, url: str) -> Schema:
        """What the database holds."""
        driver = dialect_for_provider(self.provider).driver
        with closing(driver.connect(driver.parse_url(url, Path("/")))) as session:
            return driver.introspect(session, ())


def ledger(url: str) -> list[tuple[object, ...]]:
    """The rows that count: name, checksum, whether it is finished, and the number of steps."""
    sql = (
        "SELECT migration_name, checksum, finished_at IS NOT NULL, applied_steps_count FROM _prisma_migrations "
        "WHERE rolled_back_at IS NULL ORDER BY migration_name"
    )
    if url.startswith("file:"):
        import sqlite3

        with closing(sqlite3.connect(url.removeprefix("file:"))) as connection:
            return [(name, check, bool(done), steps) for name, check, done, steps in connection.execute(sql)]
    with closing(psycopg2.connect(url)) as server, server.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()
