"""What the surroundings do to a run: a full file (F13), time-outs (F15), replicas (F18), rights (F19), a busy file
(F35), and clocks that are wrong (F39)."""

import os
import signal
import sqlite3
import threading
import time
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from servers import LIMITED_ROLE, standby_postgres
from truth import read_truth

WRITERS = int(os.environ.get("PARITY_FAULT_WRITERS", "20"))
SLOWNESS = int(os.environ.get("PARITY_FAULT_SLOWNESS", "2000000"))
"""How many rows the slow migration counts; of a million, for some tenths of a second."""


def ask(url, sql):
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def begun(project, provider, database_url):
    """A project with one migration that is applied."""
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration("1_t", 'CREATE TABLE "t" ("id" INTEGER);', provider=provider)
    project.run("migrate", "deploy", "--create-database").succeeded()
    return project


def only(provider):
    return pytest.mark.parametrize("provider", [provider], indirect=True)


@only("postgresql")
def test_a_statement_that_takes_longer_than_the_role_may_leaves_nothing(begun, database_url):
    (name,) = ask(database_url, "SELECT current_database()")[0]
    ask(database_url, f"ALTER DATABASE \"{name}\" SET statement_timeout = '300ms'")
    begun.write_migration("2_u", 'CREATE TABLE "u" (); SELECT pg_sleep(5);')
    done = begun.run("migrate", "deploy").exited(1)
    assert "P3018" in done.stderr
    assert "57014" in done.stderr
    assert "Next: if it was a time limit, raise statement_timeout" in done.stderr
    assert "Nothing of it was applied" in done.stderr
    assert "u" not in read_truth(database_url).tables
    begun.write_migration("2_u", 'CREATE TABLE "u" ();')
    begun.run("migrate", "deploy").succeeded()


@only("sqlite")
def test_a_full_sqlite_file_takes_back_its_migration(begun, database_url):
    begun.write_migration(
        "2_u",
        'PRAGMA max_page_count = 20; CREATE TABLE "u" ("x" TEXT); WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL '
        "SELECT x + 1 FROM n WHERE x < 1000) INSERT INTO \"u\" SELECT hex(zeroblob(1000)) FROM n;",
    )  # fmt: skip
    done = begun.run("migrate", "deploy").exited(1)
    assert "P3018" in done.stderr
    assert "full" in done.stderr
    assert "Next: make room and run the command again" in done.stderr
    truth = read_truth(database_url)
    assert truth.tables == {"t", "_prisma_migrations"}
    assert [(row.finished, row.atomic) for row in truth.rows] == [(True, True), (False, True)]
    with closing(sqlite3.connect(database_url.removeprefix("file:"))) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    begun.write_migration("2_u", 'CREATE TABLE "u" ("x" TEXT);')
    begun.run("migrate", "deploy").succeeded()


@only("sqlite")
def test_a_deploy_waits_for_an_application_that_writes(begun, database_url):
    begun.write_migration("2_u", 'CREATE TABLE "u" ("x" TEXT);')
    path = database_url.removeprefix("file:")
    with closing(sqlite3.connect(path, isolation_level=None, check_same_thread=False)) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute('INSERT INTO "t" VALUES (1)')
        timer = threading.Timer(1.5, lambda: writer.execute("COMMIT"))
        timer.start()
        begun.run("migrate", "deploy").succeeded()
        timer.join()
    truth = read_truth(database_url)
    assert truth.applied() == ["1_t", "2_u"]
    assert truth.count("t") == 1


@only("sqlite")
def test_many_writers_and_a_slow_migration_wait_for_each_other(begun, database_url):
    """A journal of SQLite's own lets one write at a time: nobody fails, and no row is lost."""
    begun.write_migration(
        "2_u",
        'CREATE TABLE "u" ("x" INTEGER); WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE '
        f'x < {SLOWNESS}) INSERT INTO "u" SELECT count(*) FROM n;',
    )  # fmt: skip
    path, ended, failed = database_url.removeprefix("file:"), threading.Event(), []

    def write(writer):
        with closing(sqlite3.connect(path, isolation_level=None, timeout=60)) as connection:
            for number in range(1000):
                if ended.is_set() and number >= 5:
                    break
                try:
                    connection.execute('INSERT INTO "t" VALUES (?)', (writer * 1000 + number,))
                except sqlite3.Error as error:
                    failed.append(error)
                written[writer] = number + 1
                time.sleep(0.01)

    written = dict.fromkeys(range(WRITERS), 0)
    writers = [threading.Thread(target=write, args=(number,)) for number in written]
    for writer in writers:
        writer.start()
    done = begun.run("migrate", "deploy", timeout=120)
    ended.set()
    for writer in writers:
        writer.join()
    done.succeeded()
    assert failed == []
    truth = read_truth(database_url)
    assert truth.applied() == ["1_t", "2_u"]
    assert truth.count("u") == 1
    assert truth.count("t") == sum(written.values()) >= 5 * WRITERS


@only("postgresql")
def test_a_missing_right_is_named_and_nothing_is_done(project, provider, database_url, postgres_server):
    (name,) = ask(database_url, "SELECT current_database()")[0]
    ask(database_url, "REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    project.use_database(postgres_server.url(name, user=LIMITED_ROLE))
    project.write_schema("", provider=provider)
    project.write_migration("1_t", 'CREATE TABLE "t" ("id" INTEGER);', provider=provider)
    done = project.run("migrate", "deploy").exited(1)
    assert "permission denied for schema public" in done.stderr
    assert f'GRANT USAGE, CREATE ON SCHEMA "public" TO "{LIMITED_ROLE}"' in done.stderr
    assert read_truth(database_url).tables == frozenset()


@only("postgresql")
def test_stamps_of_a_wrong_clock_change_no_verdict(begun, database_url):
    ask(database_url, "UPDATE _prisma_migrations SET started_at = now() + interval '1 day', finished_at = now() + "
                      "interval '1 day'")  # fmt: skip
    ask(database_url, "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, rolled_back_at) "
                      "SELECT 'a', checksum, migration_name, started_at, now() FROM _prisma_migrations")  # fmt: skip
    begun.write_migration("2_u", 'CREATE TABLE "u" ();')
    begun.run("migrate", "deploy").succeeded()
    assert read_truth(database_url).applied() == ["1_t", "2_u"]
    begun.run("migrate", "status").succeeded()
    (stamp,) = ask(database_url, "SELECT abs(extract(epoch FROM now() - finished_at)) < 60 FROM _prisma_migrations "
                                 "WHERE migration_name = '2_u'")[0]  # fmt: skip
    assert stamp is True


def test_a_clock_that_jumps_back_changes_no_order(begun, provider, database_url):
    """The newest migration is from a time that hasn't come yet, and all rows are of one moment, the last one first."""
    begun.write_migration("99980101000000_late", 'CREATE TABLE "late" ("id" INTEGER NOT NULL PRIMARY KEY);')
    begun.run("migrate", "deploy").succeeded()
    if provider == "sqlite":
        with closing(sqlite3.connect(database_url.removeprefix("file:"))) as connection, connection:
            connection.execute("UPDATE _prisma_migrations SET started_at = 4000000000000, finished_at = 4000000000000")
    else:
        ask(database_url, "UPDATE _prisma_migrations SET started_at = '2096-10-02', finished_at = '2096-10-02'")
    begun.write_schema(
        "model t {\n  id Int?\n  @@ignore\n}\nmodel late {\n  id Int @id\n  n Int?\n}\n", provider=provider
    )
    begun.run("migrate", "dev", "--name", "more").succeeded()
    names = list(begun.migrations())
    assert names[:2] == ["1_t", "99980101000000_late"]
    assert names[2].startswith("99980101")
    assert names[2].endswith("_more")
    assert read_truth(database_url).applied() == names
    assert "up to date" in begun.run("migrate", "status").succeeded().stdout


JUMPING = """\
import datetime, itertools, time

real, monotonic = time.time, time.monotonic
jumps = itertools.cycle((86400.0, -86400.0, 0.0))


def jumping():
    return real() + next(jumps)


class OfAnyKind(type):
    def __instancecheck__(self, value):
        return isinstance(value, datetime.datetime.__mro__[1])


class Jumping(datetime.datetime, metaclass=OfAnyKind):
    @classmethod
    def now(cls, tz=None):
        return cls.__mro__[1].fromtimestamp(jumping(), tz)


time.time, time.time_ns = jumping, lambda: int(jumping() * 1e9)
datetime.datetime = Jumping
open("the-clock-jumps", "w").close()
"""
"""Run before the program: a day forth, a day back, at each look at the clock."""


@pytest.fixture
def jumping(begun, tmp_path):
    """The environment of a process whose clock jumps."""
    folder = tmp_path / "clock"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(JUMPING)
    yield {"PYTHONPATH": str(folder)}
    assert (begun.folder / "the-clock-jumps").exists()


@only("postgresql")
def test_what_the_ledger_tells_of_time_is_the_server_s(begun, database_url, jumping):
    begun.write_migration("2_u", 'CREATE TABLE "u" ();')
    begun.write_migration("3_v", 'CREATE TABLE "v" (); CREATE INDEX CONCURRENTLY "i" ON "t" ("id");')
    begun.write_migration("4_w", 'CREATE TABLE "w" (); SELECT nothing;')
    begun.run("migrate", "deploy", env=jumping).exited(1)
    begun.run("migrate", "resolve", "--rolled-back", "4_w", env=jumping).succeeded()
    begun.run("migrate", "resolve", "--applied", "4_w", env=jumping).succeeded()
    stamps = [stamp for row in ask(database_url, "SELECT started_at, finished_at, rolled_back_at, now() "
                                                 "FROM _prisma_migrations") for stamp in row if stamp]  # fmt: skip
    assert len(stamps) == 5 + 4 + 1 + 5
    assert (max(stamps) - min(stamps)).total_seconds() < 60
    assert "applied in 0." in begun.run("migrate", "log", env=jumping).succeeded().stdout


def test_a_jumping_clock_makes_no_wait_longer_or_shorter(begun, provider, database_url, jumping):
    begun.write_migration("2_u", 'CREATE TABLE "u" ("id" INTEGER);')
    holder = begun.parity.start(
        "migrate", "deploy", cwd=begun.folder, env={**begun.env, "PARITY_FAILPOINT": "after_lock:stop"}
    )
    try:
        while "State:\tT" not in Path(f"/proc/{holder.pid}/status").read_text():
            time.sleep(0.05)
        begin = time.monotonic()
        refused = begun.run("migrate", "deploy", "--lock-timeout", "2", env=jumping).exited(1)
        assert "Error P1002" in refused.stderr
        assert 2 <= time.monotonic() - begin < 10
    finally:
        os.killpg(holder.pid, signal.SIGKILL)
        holder.communicate()
    begun.run("migrate", "deploy", env=jumping).succeeded()


def test_a_replica_is_refused_before_anything_is_done(project):
    with standby_postgres() as server:
        project.use_database(server.superuser_url)
        project.write_schema("", provider="postgresql")
        project.write_migration("1_t", 'CREATE TABLE "t" ("id" INTEGER);', provider="postgresql")
        for command in (
            ("migrate", "deploy"),
            ("migrate", "dev", "--name", "x"),
            ("migrate", "resolve", "--applied", "1_t"),
            ("migrate", "reset", "--force"),
            ("db", "push"),
        ):
            done = project.run(*command).exited(1)
            assert done.stderr.startswith("Error PAR415: the server is a replica, which can only be read"), command
        without_lock = {"PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK": "1"}
        assert "Error PAR415: the server is a replica" in project.run("migrate", "deploy", env=without_lock).stderr
        project.run("migrate", "status").exited(2)
