"""Two at once: the migration lock, and statements that wait for tables which others use (F6, F7, F10, F16)."""

import threading
import time
from contextlib import closing, contextmanager

import psycopg2
import pytest

from parity.dialects.postgres.facts import DIALECT
from parity.errors import ConnectionFailed, DatabaseError, LockTimeout
from parity.execute.lock import migration_lock
from parity.execute.patience import Patience
from parity.execute.runner import run_script
from truth import read_truth

MODEL = "model T {\n  id Int @id\n}\n"
LOCK_KEY = 72707369


@contextmanager
def client(url, name="application"):
    with closing(psycopg2.connect(url, application_name=name)) as connection:
        yield connection


def run(connection, sql):
    with connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def pid_of(connection):
    return connection.info.backend_pid


def session_on(url, tmp_path):
    return closing(DIALECT.driver.connect(DIALECT.driver.parse_url(url, tmp_path)))


@pytest.fixture
def shop(project, postgres_url):
    """A project with a table that is deployed and one pending ALTER of it."""
    project.use_database(postgres_url)
    project.write_schema(MODEL, provider="postgresql")
    project.write_migration("1_t", 'CREATE TABLE "T" ("id" INTEGER NOT NULL);', provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    project.write_migration("2_c", 'CREATE TABLE "U" ("id" INTEGER);\nALTER TABLE "T" ADD COLUMN "c" TEXT;')
    return project


# --- the migration lock -----------------------------------------------------------------------------------------------


def test_whoever_holds_the_lock_is_named_while_waiting_and_when_it_is_given_up(shop, postgres_url):
    with client(postgres_url, "nightly job") as holder:
        run(holder, f"SELECT pg_advisory_lock({LOCK_KEY})")
        pid = pid_of(holder)
        done = shop.run("migrate", "deploy", "--lock-timeout", "0.3").exited(1)
    assert "P1002" in done.stderr
    for word in (f"process {pid}", "of user postgres", "application nightly job", "for ", "advisory_lock"):
        assert done.stderr.count(word) >= 2, word
    assert read_truth(postgres_url).applied() == ["1_t"]


def test_the_state_is_read_again_after_the_lock_is_got(shop, postgres_url):
    with client(postgres_url) as holder:
        run(holder, f"SELECT pg_advisory_lock({LOCK_KEY})")
        waiting = shop.parity.start("migrate", "deploy", cwd=shop.folder, env=shop.env)
        assert "Waiting for the migration lock" in waiting.stderr.readline()
        run(holder, 'ALTER TABLE "T" ADD COLUMN "c" TEXT; CREATE TABLE "U" ("id" INTEGER)')
        run(holder, "INSERT INTO _prisma_migrations (id, checksum, migration_name, finished_at) "
                    "VALUES ('x', 'x', '2_c', now())")  # fmt: skip
        holder.commit()
    stdout, stderr = waiting.communicate(timeout=30)
    assert waiting.returncode == 0, stderr
    assert "Nothing to do" in stdout


def test_a_script_that_gives_the_lock_back_is_given_it_again(shop, postgres_url, tmp_path):
    with session_on(postgres_url, tmp_path) as session, session_on(postgres_url, tmp_path) as rival:
        driver = DIALECT.driver
        with migration_lock(session, DIALECT, 1):
            session.execute("DISCARD ALL")
            assert driver.lock_holder(rival) is None
            driver.restore_session(session)
            assert not driver.try_lock(rival)
            session.execute("DISCARD ALL")
            assert driver.try_lock(rival)
            with pytest.raises(LockTimeout):
                driver.restore_session(session)


def test_the_lock_s_own_end_never_hides_what_went_wrong(postgres_url, tmp_path):
    with session_on(postgres_url, tmp_path) as session, session_on(postgres_url, tmp_path) as killer:
        with pytest.raises(DatabaseError) as caught, migration_lock(session, DIALECT, 1):
            ((pid,),) = session.query("SELECT pg_backend_pid()")
            killer.query("SELECT pg_terminate_backend(?)", (pid,))
            session.query("SELECT 1")
        assert caught.value.code == "P1017"
        assert "it is closed" not in (caught.value.why or "")


def test_a_session_that_the_server_ended_for_idling_is_told_before_anything_runs(postgres_url, tmp_path):
    with session_on(postgres_url, tmp_path) as session:
        if session.server_version < 140000:
            pytest.skip("the server has no idle_session_timeout")
        with pytest.raises(ConnectionFailed) as caught, migration_lock(session, DIALECT, 1):
            session.execute("SET idle_session_timeout = '100ms'")
            time.sleep(0.5)
            run_script(session, DIALECT, "CREATE TABLE never (id int)")
    assert caught.value.code == "P1017"
    assert "never" not in read_truth(postgres_url).tables


# --- the locks of tables ----------------------------------------------------------------------------------------------


def test_a_blocked_statement_lets_readers_pass_and_succeeds_in_the_end(shop, postgres_url):
    limit, worst, stop = 0.3, 0.0, threading.Event()

    def read():
        nonlocal worst
        with client(postgres_url, "reader") as reader:
            reader.autocommit = True
            while not stop.is_set():
                begun = time.monotonic()
                run(reader, 'SELECT count(*) FROM "T"')
                worst = max(worst, time.monotonic() - begun)
                time.sleep(0.01)

    with client(postgres_url, "long report") as blocker:
        run(blocker, 'SELECT count(*) FROM "T"')
        pid = pid_of(blocker)
        reader = threading.Thread(target=read)
        reader.start()
        started = shop.parity.start(
            "migrate", "deploy", "--statement-lock-timeout", str(limit), cwd=shop.folder, env=shop.env
        )
        time.sleep(3)
        assert started.poll() is None
        assert "U" not in read_truth(postgres_url).tables
        blocker.rollback()
        _, stderr = started.communicate(timeout=60)
        stop.set()
        reader.join()
    assert started.returncode == 0, stderr
    assert f"line 2: canceling statement due to lock timeout, held by process {pid} of user" in stderr
    assert "application long report" in stderr
    assert limit * 0.8 < worst < limit + 0.6
    assert read_truth(postgres_url).applied() == ["1_t", "2_c"]


def test_a_run_that_gives_up_has_changed_nothing_and_names_who_was_in_the_way(shop, postgres_url, tmp_path):
    told = []
    with client(postgres_url, "long report") as blocker, session_on(postgres_url, tmp_path) as session:
        run(blocker, 'SELECT count(*) FROM "T"')
        with pytest.raises(DatabaseError) as caught:
            sql = 'CREATE TABLE "U" ("id" INTEGER); ALTER TABLE "T" ADD COLUMN "c" TEXT'
            run_script(session, DIALECT, sql, patience=Patience(0.2, 2, told.append))
        assert caught.value.database_code == "55P03"
        assert f"tried 3 times; in the way: process {pid_of(blocker)}" in caught.value.why
        assert "--statement-lock-timeout" in caught.value.hint
    assert len(told) == 2
    assert read_truth(postgres_url).tables == {"T", "_prisma_migrations"}


def test_a_statement_that_fails_by_itself_is_not_tried_again(postgres_url, tmp_path):
    told = []
    with session_on(postgres_url, tmp_path) as session:
        with pytest.raises(DatabaseError):
            run_script(session, DIALECT, "SELECT 1/0", patience=Patience(0.2, 2, told.append))
        assert told == []


def test_a_transaction_of_the_script_s_own_is_tried_again_as_a_whole(shop, postgres_url, tmp_path):
    told = []
    with client(postgres_url) as blocker, session_on(postgres_url, tmp_path) as session:
        run(blocker, 'SELECT count(*) FROM "T"')
        patience = Patience(0.2, 5, lambda line: (told.append(line), blocker.rollback()))
        run_script(session, DIALECT, 'BEGIN; CREATE TABLE "U" (); DROP TABLE "T"; COMMIT', patience=patience)
    assert len(told) == 1
    assert read_truth(postgres_url).tables == {"U", "_prisma_migrations"}


def test_what_cant_be_taken_back_is_not_stopped_half_way(shop, postgres_url, tmp_path):
    with client(postgres_url) as blocker, session_on(postgres_url, tmp_path) as session:
        run(blocker, 'SELECT count(*) FROM "T"')
        run(blocker, 'INSERT INTO "T" VALUES (1)')
        ends = threading.Timer(1.0, blocker.commit)
        ends.start()
        run_script(session, DIALECT, 'CREATE INDEX CONCURRENTLY i ON "T" (id)', patience=Patience(0.2))
        ends.join()
        assert session.query("SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == [(True,)]
        assert session.query("SHOW lock_timeout") == [("0",)]


def test_the_limit_outlives_what_a_script_does_to_its_session_and_ends_with_the_run(postgres_url, tmp_path):
    with session_on(postgres_url, tmp_path) as session:
        DIALECT.driver.statement_locks.limit(session, 1.5)
        session.execute("RESET ALL")
        DIALECT.driver.restore_session(session)
        assert session.query("SHOW lock_timeout") == [("1500ms",)]
        DIALECT.driver.statement_locks.limit(session, None)
        assert session.query("SHOW lock_timeout") == [("0",)]


def test_an_index_that_is_built_beside_waiting_deployers_is_valid(shop, postgres_url):
    shop.write_migration("2_c", 'CREATE INDEX CONCURRENTLY "i" ON "T" (slow("id"));')
    with client(postgres_url) as other:
        run(other, "CREATE FUNCTION slow(int) RETURNS int IMMUTABLE LANGUAGE plpgsql "
                   "AS 'BEGIN PERFORM pg_sleep(0.1); RETURN $1; END'")  # fmt: skip
        run(other, 'INSERT INTO "T" SELECT generate_series(1, 10)')
        other.commit()
        runs = [shop.parity.start("migrate", "deploy", cwd=shop.folder, env=shop.env) for _ in range(4)]
        outputs = [process.communicate(timeout=60) for process in runs]
        assert [process.returncode for process in runs] == [0] * 4, outputs
        assert run(other, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == [(True,)]
    assert read_truth(postgres_url).applied() == ["1_t", "2_c"]


# --- databases that can't be written ----------------------------------------------------------------------------------


def test_a_frozen_database_is_refused_before_anything_is_done(shop, postgres_url):
    with client(postgres_url) as other:
        other.autocommit = True
        name = run(other, "SELECT current_database()")[0][0]
        run(other, f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    done = shop.run("migrate", "deploy").exited(1)
    assert "PAR415" in done.stderr
    assert "default_transaction_read_only" in done.stderr
    assert len(read_truth(postgres_url).rows) == 1


def test_an_index_that_fails_beside_others_is_not_said_to_be_taken_back(shop, postgres_url):
    shop.write_migration("2_c", 'CREATE UNIQUE INDEX CONCURRENTLY "i" ON "T" ("id");')
    with client(postgres_url) as other:
        run(other, 'INSERT INTO "T" VALUES (1), (1)')
        other.commit()
        done = shop.run("migrate", "deploy").exited(1)
        assert run(other, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'i'::regclass") == [(False,)]
    assert "took all of it back" not in done.stderr
    assert "What failed can't run in a transaction, and may have left something behind." in done.stderr
    assert "parity migrate doctor" in done.stderr
