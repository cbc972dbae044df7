"""What a history says about the whole server: no replay on a scratch database does any of it there."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing

import psycopg2
import pytest

from commandline import Project
from servers import PostgresServer, ServerUnavailable, private_postgres

BLOCK = """\
DO $$ BEGIN
    IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'writer') THEN
        CREATE ROLE writer LOGIN;
    END IF;
END $$;
"""
ROLES = f"""\
CREATE ROLE "read er" LOGIN PASSWORD 'secret' CONNECTION LIMIT 3;
{BLOCK}GRANT "read er" TO writer;
COMMENT ON ROLE writer IS 'writes';
ALTER DATABASE shop SET work_mem = '5MB';
GRANT TEMPORARY ON DATABASE shop TO writer;
"""
TABLE = """\
CREATE TABLE "A" ("id" INTEGER NOT NULL, CONSTRAINT "A_pkey" PRIMARY KEY ("id"));
GRANT SELECT ON "A" TO "read er";
ALTER TABLE "A" OWNER TO writer;
"""
SCHEMA = "model A {\n  id Int @id\n}\n"
DIFF = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma")
SHARED = """\
SELECT (SELECT array_agg(t.r ORDER BY t.r) FROM (SELECT r::text FROM pg_authid AS r) AS t),
    (SELECT array_agg(t.m ORDER BY t.m) FROM (SELECT m::text FROM pg_auth_members AS m) AS t),
    (SELECT array_agg(t.d ORDER BY t.d) FROM (SELECT d::text FROM pg_shdescription AS d) AS t),
    (SELECT array_agg(t.s ORDER BY t.s) FROM (SELECT s::text FROM pg_db_role_setting AS s) AS t),
    (SELECT array_agg(t.o ORDER BY t.o) FROM (SELECT o.datname || o.datacl::text AS o FROM pg_database AS o) AS t)"""


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """A server of its own, as roles are everybody's."""
    try:
        with private_postgres() as running:
            yield running
    except ServerUnavailable as error:
        pytest.skip(f"NO POSTGRESQL: {error}")


@pytest.fixture
def shop(project: Project, server: PostgresServer) -> Iterator[Project]:
    """A project of which the first migration makes roles, and the second one a table for them."""
    run(server.url(), 'CREATE DATABASE "shop"')
    project.use_database(server.url("shop"))
    project.write_schema(SCHEMA, provider="postgresql")
    project.write_migration("1_roles", ROLES, provider="postgresql")
    project.write_migration("2_table", TABLE)
    yield project
    run(server.url(), 'DROP DATABASE "shop" WITH (FORCE)', 'DROP ROLE IF EXISTS "read er", writer, owner')


def run(url: str, *statements: str) -> None:
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        for statement in statements:
            cursor.execute(statement)


def shared(server: PostgresServer) -> list[tuple[object, ...]]:
    """Everything of the server that the history is about."""
    with closing(psycopg2.connect(server.url())) as connection, connection.cursor() as cursor:
        cursor.execute(SHARED)
        return list(cursor.fetchall())


def test_where_the_roles_are_there_replays_use_them_and_change_nothing(shop: Project, server: PostgresServer) -> None:
    shop.run("migrate", "deploy").succeeded()
    deployed = shared(server)
    shop.write_migration(
        "3_later", 'ALTER ROLE writer NOLOGIN;\nREVOKE "read er" FROM writer;\nDROP OWNED BY writer;\n'
    )
    shop.write_migration("4_last", "DROP ROLE writer;\n")
    assert shop.run(*DIFF, "--exit-code").succeeded().stdout == "No difference detected.\n"
    shop.run("migrate", "review").succeeded()
    assert shared(server) == deployed


def test_where_a_role_is_missing_the_replay_is_done_on_a_server_of_our_own(
    shop: Project, server: PostgresServer
) -> None:
    before = shared(server)
    made = shop.run("migrate", "dev").succeeded()
    assert made.stderr.startswith(
        "The history makes the roles read er, writer, which no replay makes on your server: "
        "migrations are replayed on a private PostgreSQL "
    )
    assert shared(server) != before  # By the migration itself, when it was applied.
    deployed = shared(server)
    assert "private" not in shop.run("migrate", "dev").succeeded().stderr
    assert shared(server) == deployed


def test_where_there_is_no_such_server_it_is_said_what_to_do(shop: Project, server: PostgresServer) -> None:
    before = shared(server)
    refused = shop.run(*DIFF, env={"PARITY_PRIVATE_SERVER": "off"}).exited(1)
    assert refused.stderr == (
        'Error P3006: migration 2_table doesn\'t apply to an empty database: role "read er" does not exist\n'
        "  Why: a replay makes no roles on your server, and the roles read er, writer of the history aren't there\n"
        "  Next: run `parity migrate deploy`, which makes what the history makes; where nothing is deployed, make them "
        "by hand (CREATE ROLE)\n"
    )
    assert shared(server) == before


def test_roles_that_nothing_needs_are_not_missed_and_no_publisher_is_asked(
    shop: Project, server: PostgresServer
) -> None:
    before = shared(server)
    shop.write_migration("2_table", TABLE.partition("GRANT")[0])
    # Run by a replay, this would fail: there is no such publication, and the slot would be made on the user's server.
    subscription = f"CREATE SUBSCRIPTION s CONNECTION '{server.url()}' PUBLICATION p;\n"
    shop.write_migration("3_subscription", subscription)
    said = shop.run(*DIFF, "--exit-code").succeeded()
    assert (said.stdout, said.stderr) == ("No difference detected.\n", "")
    assert shared(server) == before
    with closing(psycopg2.connect(server.url())) as connection, connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_replication_slots")
        assert cursor.fetchall() == [(0,)]
