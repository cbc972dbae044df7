"""Statements that can't be in a transaction, among others that can, in one file (F29); and a new enum value (F30)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from commandline import Project
from servers import PostgresServer, ServerUnavailable, private_postgres
from truth import read_truth

SCRIPT = """\
CREATE TABLE "t" ("id" INTEGER NOT NULL, "d" INTEGER);
INSERT INTO "t" SELECT n, n % 7 FROM generate_series(1, 1000) AS n;
CREATE INDEX CONCURRENTLY "t_d" ON "t" ("d");
CREATE TYPE "mood" AS ENUM ('sad');
ALTER TYPE "mood" ADD VALUE 'glad';
CREATE TABLE "m" ("mood" "mood" NOT NULL DEFAULT 'glad');
INSERT INTO "m" DEFAULT VALUES;
VACUUM (ANALYZE) "t";
REINDEX INDEX CONCURRENTLY "t_d";
CREATE TABLE "p" ("id" INTEGER) PARTITION BY LIST ("id");
CREATE TABLE "p1" PARTITION OF "p" FOR VALUES IN (1);
ALTER TABLE "p" DETACH PARTITION "p1" CONCURRENTLY;
DROP INDEX CONCURRENTLY "t_d";
CREATE INDEX "t_last" ON "t" ("id");
"""
STATEMENTS = 14
OF_THE_SERVER = """\
CREATE TABLE "t" ("id" INTEGER);
CREATE DATABASE "beside";
ALTER SYSTEM SET work_mem = '5MB';
CREATE TABLE "u" ("id" INTEGER);
"""
ALONE = {
    "CREATE INDEX CONCURRENTLY x ON t (d)": "CREATE INDEX CONCURRENTLY",
    "VACUUM t": "VACUUM",
    "CREATE DATABASE nowhere": "CREATE DATABASE",
    "ALTER SYSTEM SET work_mem = '6MB'": "ALTER SYSTEM",
}


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of its own, as its settings are changed."""
    try:
        with private_postgres() as running:
            yield running
    except ServerUnavailable as error:
        pytest.skip(f"NO POSTGRESQL: {error}")


@pytest.fixture
def url(server: PostgresServer) -> Iterator[str]:
    """A database of the test's own; what it did to the server is gone afterwards."""
    alone(server.url(), 'CREATE DATABASE "shop"')
    yield server.url("shop")
    alone(
        server.url(),
        'DROP DATABASE "shop" WITH (FORCE)',
        'DROP DATABASE IF EXISTS "beside"',
        'DROP DATABASE IF EXISTS "kept"',
        "ALTER SYSTEM RESET ALL",
    )


def alone(url: str, *statements: str) -> None:
    """Run each outside a transaction."""
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def test_a_file_with_all_of_them_is_deployed_and_resumed_where_it_stopped(project: Project, url: str) -> None:
    project.use_database(url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_all", SCRIPT, provider="postgresql")
    with pytest.raises(psycopg2.errors.ActiveSqlTransaction):
        ask(url, SCRIPT)
    stopped = project.run("migrate", "deploy", env={"PARITY_FAILPOINT": "mid_script(8):error"}).exited(1)
    assert f"8 of its {STATEMENTS} statements took effect" in stopped.stderr
    # Whether the index was built anew nobody can tell, and it may be once more.
    assert f"8 of {STATEMENTS} statements took effect" in project.run("migrate", "doctor").exited(1).stdout
    project.run("migrate", "doctor", "--resume").succeeded()
    assert "Nothing to do" in project.run("migrate", "deploy").succeeded().stdout
    truth = read_truth(url)
    assert truth.applied() == ["1_all"]
    assert (truth.count("t"), truth.count("m")) == (1000, 1)
    assert truth.invalid == frozenset()
    assert {"t_last"} == truth.indexes - {"_prisma_migrations_pkey"}


def test_what_is_the_server_s_is_deployed_among_the_rest(project: Project, url: str) -> None:
    project.use_database(url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_all", OF_THE_SERVER, provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    assert read_truth(url).tables == {"t", "u", "_prisma_migrations"}
    assert ask(url, "SELECT datname FROM pg_database WHERE datname = 'beside'") == [("beside",)]
    assert ask(url, "SELECT setting FROM pg_file_settings WHERE name = 'work_mem'") == [("5MB",)]


def test_what_is_the_server_s_is_left_out_of_replays(project: Project, url: str) -> None:
    project.use_database(url)
    models = "".join(f"model {name} {{\n  id Int?\n  @@ignore\n}}\n" for name in "tu")
    project.write_schema(models, provider="postgresql")
    project.write_migration("1_all", OF_THE_SERVER, provider="postgresql")
    stopped = project.run("migrate", "deploy", env={"PARITY_FAILPOINT": "mid_script(3):error"}).exited(1)
    assert "3 of its 4 statements took effect" in stopped.stderr
    alone(url, 'ALTER DATABASE "beside" RENAME TO "kept"', "ALTER SYSTEM RESET work_mem")
    project.run("migrate", "doctor").exited(1)
    project.run("migrate", "review").succeeded()
    diffed = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma")
    project.run(*diffed, "--exit-code").succeeded()
    assert ask(url, "SELECT count(*) FROM pg_database WHERE datname = 'beside'") == [(0,)]
    assert ask(url, "SELECT count(*) FROM pg_file_settings WHERE name = 'work_mem'") == [(0,)]


def test_asked_to_be_one_transaction_it_is_refused_before_anything_runs(project: Project, url: str) -> None:
    project.use_database(url)
    project.write_schema("", provider="postgresql")
    for statement, words in ALONE.items():
        script = f"-- parity:transaction\nCREATE TABLE t (d int);\n{statement};\n"
        project.write_migration("1_one", script, provider="postgresql")
        refused = project.run("migrate", "deploy").exited(1)
        assert "PAR215" in refused.stderr, statement
        assert "line 3" in refused.stderr, statement
        assert words.partition(" ")[0] in refused.stderr, statement
    assert read_truth(url).tables <= {"_prisma_migrations"}
