"""Databases and projects to measure on, and what a server says was sent to it."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import psycopg2

sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

from servers import PostgresServer, private_postgres


@dataclass(frozen=True, slots=True)
class Ground:
    """A folder of our own and a server of our own, gone at the end."""

    folder: Path
    server: PostgresServer

    def new_database(self, name: str, *, is_logged: bool = True) -> str:
        """A fresh, empty PostgreSQL database, which logs each statement unless told otherwise; its URL."""
        self._as_superuser(f"CREATE DATABASE {name}")
        if is_logged:
            self._as_superuser(f"ALTER DATABASE {name} SET log_statement = 'all'")
        return self.server.url(name)

    def drop_database(self, name: str) -> None:
        """The end of one, so that the server doesn't grow from measurement to measurement."""
        self._as_superuser(f"DROP DATABASE {name} WITH (FORCE)")

    def _as_superuser(self, *statements: str) -> None:
        connection = psycopg2.connect(self.server.dsn())
        connection.autocommit = True
        try:
            with connection.cursor() as cursor:
                for statement in statements:
                    cursor.execute(statement)
        finally:
            connection.close()

    def statements_logged(self) -> int:
        """How many statements the server has been sent by now, by its own log."""
        log = (Path(self.server.socket_dir) / "log").read_text(errors="replace")
        return log.count("LOG:  statement: ") + log.count("LOG:  execute ")


@contextmanager
def ground() -> Iterator[Ground]:
    """The ground for the length of the block."""
    with TemporaryDirectory(prefix="parity-bench-") as folder, private_postgres() as server:
        yield Ground(Path(folder), server)


def tables_sql(count: int) -> str:
    """`count` tables, each with a key, a unique, an index and a foreign key to the one before."""
    lines = []
    for number in range(count):
        name = f"t{number}"
        reference = f' REFERENCES "t{number - 1}" ("id")' if number else ""
        lines.append(
            f'CREATE TABLE "{name}" ("id" INTEGER NOT NULL PRIMARY KEY, "code" TEXT NOT NULL, "amount" INTEGER,\n'
            f'    "note" TEXT DEFAULT \'none\', "parent" INTEGER{reference});\n'
            f'CREATE UNIQUE INDEX "{name}_code_key" ON "{name}" ("code");\n'
            f'CREATE INDEX "{name}_amount_idx" ON "{name}" ("amount");'
        )
    return "\n".join(lines) + "\n"


def write_project(folder: Path, provider: str, migrations: int) -> Path:
    """A project with `migrations` migrations of a table and an index each, and its schema file."""
    prisma = folder / "prisma"
    for number in range(migrations):
        migration = prisma / "migrations" / f"{20250101000000 + number}_table_{number}"
        migration.mkdir(parents=True)
        sql = f'CREATE TABLE "t{number}" ("id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);\n'
        sql += f'CREATE INDEX "t{number}_name_idx" ON "t{number}"("name");\n'
        (migration / "migration.sql").write_text(sql)
    (prisma / "migrations" / "migration_lock.toml").write_text(f'provider = "{provider}"\n')
    models = "".join(
        f"model t{number} {{\n  id   Int    @id\n  name String\n\n  @@index([name])\n}}\n\n"
        for number in range(migrations)
    )
    datasource = f'datasource db {{\n  provider = "{provider}"\n  url      = env("DATABASE_URL")\n}}\n\n'
    (prisma / "schema.prisma").write_text(datasource + models)
    return folder
