"""Each form of a statement that can't be in a transaction is known, and no other: the server is asked."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2.extensions import cursor as Cursor

from parity.dialects.postgres.split import split
from parity.dialects.postgres.statement_facts import facts_of

REFUSED = """\
CREATE INDEX CONCURRENTLY x ON t(a)
CREATE UNIQUE INDEX CONCURRENTLY IF NOT EXISTS x ON t(a)
DROP INDEX CONCURRENTLY i
REINDEX TABLE CONCURRENTLY t
REINDEX INDEX CONCURRENTLY i
REINDEX SCHEMA CONCURRENTLY public
REINDEX DATABASE CONCURRENTLY postgres
REINDEX (CONCURRENTLY) TABLE t
REINDEX (CONCURRENTLY, VERBOSE) INDEX i
REINDEX (VERBOSE false, CONCURRENTLY) INDEX i
REINDEX (CONCURRENTLY on) INDEX i
REINDEX (CONCURRENTLY 1) INDEX i
REINDEX (CONCURRENTLY 'true') INDEX i
REINDEX (CONCURRENTLY false, CONCURRENTLY) INDEX i
REINDEX (CONCURRENTLY false) TABLE CONCURRENTLY t
REINDEX SCHEMA public
REINDEX DATABASE postgres
REINDEX SYSTEM postgres
REINDEX (VERBOSE) DATABASE postgres
REINDEX (VERBOSE) SYSTEM postgres
VACUUM
VACUUM t
VACUUM FULL t
VACUUM ANALYZE t
VACUUM (ANALYZE) t
CREATE DATABASE nowhere
DROP DATABASE nowhere
DROP DATABASE IF EXISTS nowhere WITH (FORCE)
ALTER DATABASE nowhere SET TABLESPACE pg_default
ALTER DATABASE nowhere TABLESPACE pg_default
ALTER DATABASE nowhere WITH TABLESPACE pg_default
CREATE TABLESPACE nowhere LOCATION '/nowhere'
DROP TABLESPACE nowhere
DROP TABLESPACE IF EXISTS nowhere
ALTER SYSTEM SET work_mem = '1MB'
ALTER SYSTEM RESET work_mem
ALTER SYSTEM RESET ALL
ALTER TABLE pt DETACH PARTITION p CONCURRENTLY
ALTER TABLE ONLY public.pt DETACH PARTITION public.p CONCURRENTLY
CREATE SUBSCRIPTION s1 CONNECTION 'dbname=x' PUBLICATION pb
CREATE SUBSCRIPTION s1 CONNECTION 'dbname=x' PUBLICATION pb WITH (create_slot)
CREATE SUBSCRIPTION s1 CONNECTION 'dbname=x' PUBLICATION pb WITH (create_slot = true, enabled = false)
DROP SUBSCRIPTION s2
ALTER SUBSCRIPTION s2 REFRESH PUBLICATION
ALTER SUBSCRIPTION s2 REFRESH PUBLICATION WITH (copy_data = false)
ALTER SUBSCRIPTION s2 SET PUBLICATION pb
ALTER SUBSCRIPTION s2 ADD PUBLICATION pc
ALTER SUBSCRIPTION s2 DROP PUBLICATION pb
CLUSTER
CLUSTER VERBOSE
DISCARD ALL
COMMIT PREPARED 'x'
ROLLBACK PREPARED 'x'""".splitlines()

ALLOWED = """\
CREATE INDEX x ON t(a)
REINDEX TABLE t
REINDEX INDEX i
REINDEX (VERBOSE) TABLE t
REINDEX (CONCURRENTLY off) INDEX i
REINDEX (CONCURRENTLY 'false') INDEX i
REINDEX (CONCURRENTLY 0) INDEX i
ANALYZE t
ALTER DATABASE postgres SET work_mem = '1MB'
ALTER DATABASE postgres CONNECTION LIMIT 300
ALTER DATABASE postgres SET default_tablespace = 'pg_default'
ALTER TABLESPACE pg_default SET (seq_page_cost = 1)
ALTER TABLE pt DETACH PARTITION p
CREATE SUBSCRIPTION s1 CONNECTION 'dbname=x' PUBLICATION pb WITH (connect = false, slot_name = NONE)
ALTER SUBSCRIPTION s SET PUBLICATION pb WITH (refresh = false)
ALTER SUBSCRIPTION s ADD PUBLICATION pc WITH (refresh = false)
ALTER SUBSCRIPTION s SET (synchronous_commit = off)
ALTER SUBSCRIPTION s DISABLE
CLUSTER t USING i
CLUSTER VERBOSE t USING i
DISCARD PLANS
DISCARD TEMP
DISCARD SEQUENCES
LISTEN x
NOTIFY x
UNLISTEN *
REFRESH MATERIALIZED VIEW CONCURRENTLY mv
TRUNCATE t
ALTER TYPE e ADD VALUE 'b'""".splitlines()

ONLY_THE_SERVER_KNOWS = """\
REINDEX TABLE pt
REINDEX INDEX pi
CLUSTER pt USING pi""".splitlines()

NEWER = {"DETACH": 140000, "CLUSTER pt": 150000, "REINDEX (": 140000, "ALTER SUBSCRIPTION s ADD": 140000,
         "ALTER SUBSCRIPTION s2 ADD": 140000, "ALTER SUBSCRIPTION s2 DROP": 140000}  # fmt: skip


@pytest.fixture(scope="module")
def server(request: pytest.FixtureRequest) -> Iterator[Cursor]:
    """A session on a database of its own, with something for each statement to work on."""
    admin = psycopg2.connect(request.getfixturevalue("postgres_server").dsn())
    admin.autocommit = True
    admin.cursor().execute("CREATE DATABASE outside_of_transactions TEMPLATE template0")
    connection = psycopg2.connect(request.getfixturevalue("postgres_server").url("outside_of_transactions"))
    connection.autocommit = True
    with connection.cursor() as cursor:
        for statement in (
            "CREATE TABLE t (a int)",
            "CREATE INDEX i ON t (a)",
            "CREATE TABLE pt (a int) PARTITION BY RANGE (a)",
            "CREATE TABLE p PARTITION OF pt FOR VALUES FROM (0) TO (9)",
            "CREATE INDEX pi ON pt (a)",
            "CREATE MATERIALIZED VIEW mv AS SELECT a FROM t",
            "CREATE UNIQUE INDEX mvi ON mv (a)",
            "CREATE PUBLICATION pb FOR TABLE t",
            "CREATE SUBSCRIPTION s CONNECTION 'dbname=x' PUBLICATION pb WITH (connect = false, slot_name = NONE)",
            # One with a slot and, for the server, enabled: what needs the publisher is refused before it is looked for.
            "CREATE SUBSCRIPTION s2 CONNECTION 'dbname=x' PUBLICATION pb, pd WITH (connect = false)",
            "UPDATE pg_subscription SET subenabled = true WHERE subname = 's2'",
            "CREATE TYPE e AS ENUM ('a')",
        ):
            cursor.execute(statement)
        yield cursor
        for name in ("s", "s2"):
            cursor.execute(f"ALTER SUBSCRIPTION {name} DISABLE")
            cursor.execute(f"ALTER SUBSCRIPTION {name} SET (slot_name = NONE)")
            cursor.execute(f"DROP SUBSCRIPTION {name}")
    connection.close()
    admin.cursor().execute("DROP DATABASE outside_of_transactions WITH (FORCE)")
    admin.close()


def code_in_a_transaction(server: Cursor, statement: str) -> str | None:
    """The SQLSTATE with which the server refuses a statement in a transaction; None where it takes it."""
    if any(words in statement and server.connection.server_version < version for words, version in NEWER.items()):
        pytest.skip("the server is too old for this form")
    server.execute("BEGIN")
    try:
        server.execute(statement)
    except psycopg2.Error as error:
        return error.pgcode
    finally:
        server.execute("ROLLBACK")
    return None


def is_planned_outside(statement: str) -> bool:
    (one,) = split(statement)
    return facts_of(one).outside_transaction is not None


@pytest.mark.parametrize("statement", REFUSED)
def test_what_the_server_refuses_in_a_transaction_runs_outside(server: Cursor, statement: str) -> None:
    assert is_planned_outside(statement)
    assert code_in_a_transaction(server, statement) == "25001"


@pytest.mark.parametrize("statement", ALLOWED)
def test_what_the_server_takes_in_a_transaction_stays_there(server: Cursor, statement: str) -> None:
    assert not is_planned_outside(statement)
    assert code_in_a_transaction(server, statement) is None


@pytest.mark.parametrize("statement", ONLY_THE_SERVER_KNOWS)
def test_what_depends_on_the_table_is_left_to_the_server_which_says_so(server: Cursor, statement: str) -> None:
    assert not is_planned_outside(statement)
    assert code_in_a_transaction(server, statement) == "25001"
