"""PgBouncer in front of the server (F17): in transaction mode a deploy takes the lock in each transaction and leaves
nothing behind, what needs more is refused; session mode works, directUrl comes first."""

import os
import shutil
import signal
import subprocess
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest
from msgspec.structs import replace

import parity
from conftest import in_ci
from parity.dialects.postgres.driver import connect, is_over, try_lock
from parity.dialects.postgres.pooled_session import PooledSession, open_pooled
from parity.dialects.postgres.session import PostgresSession
from parity.dialects.postgres.url import parse_url
from servers import free_port, unprivileged_user
from truth import read_truth
from waiting import wait_for

BOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@pytest.fixture(autouse=True)
def _there():
    if BOUNCER is None:
        if in_ci():
            pytest.fail("no PgBouncer, and CI is set", pytrace=False)
        pytest.skip("NO PGBOUNCER (Debian, Ubuntu: the package pgbouncer)")


@contextmanager
def pooler(server, mode, folder: Path, **settings):
    """PgBouncer in front of the server; the port that it listens on."""
    port = free_port()
    account = unprivileged_user()
    folder.mkdir()
    options = {
        "listen_addr": "127.0.0.1",
        "listen_port": port,
        "unix_socket_dir": "",
        "auth_type": "any",
        "pool_mode": mode,
        "default_pool_size": 3,
        "logfile": folder / "log",
        # What clients ask for when they connect, and what a pooler can't keep apart, is for it to ignore.
        "ignore_startup_parameters": "extra_float_digits",
        **settings,
    }
    lines = [f"* = host=127.0.0.1 port={server.port} user={server.user}"]
    text = "[databases]\n" + "\n".join(lines) + "\n[pgbouncer]\n"
    (folder / "ini").write_text(text + "".join(f"{name} = {value}\n" for name, value in options.items()))
    as_whom = {}
    if account is not None:
        for path in (folder, folder / "ini"):
            os.chown(path, account.pw_uid, account.pw_gid)
        for path in folder.parents:
            if path.owner() == "root" and str(path).startswith("/tmp/"):
                path.chmod(path.stat().st_mode | 0o011)
        as_whom = {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}
    with (folder / "out").open("wb") as out:
        process = subprocess.Popen([BOUNCER, folder / "ini"], stdout=out, stderr=out, cwd="/", **as_whom)
    try:
        wait_for(lambda: _answers(port, server), folder / "out")
        yield port
    finally:
        process.send_signal(signal.SIGKILL)
        process.wait()


def _answers(port, server):
    try:
        psycopg2.connect(host="127.0.0.1", port=port, user=server.user, dbname="postgres").close()
    except psycopg2.OperationalError:
        return False
    return True


def through(url, port):
    parts = urlsplit(url)
    return parts._replace(netloc=f"{parts.username}@127.0.0.1:{port}").geturl()


@pytest.fixture
def shop(project, postgres_url):
    project.use_database(postgres_url)
    project.write_schema("model T {\n  id Int @id\n}\n", provider="postgresql")
    project.write_migration("1_t", 'CREATE TABLE "T" ("id" INTEGER NOT NULL);', provider="postgresql")
    return project


@pytest.mark.parametrize("order", ["0", "1"], ids=["last_used_first", "round_robin"])
@pytest.mark.parametrize("size", [1, 3])
def test_in_transaction_mode_a_deploy_leaves_nothing_of_its_own_to_the_application(
    shop, postgres_server, postgres_url, tmp_path, order, size
):
    shop.write_migration(
        "2_u",
        """SET search_path TO pg_catalog; SELECT set_config('work_mem', '8MB', false); SET ROLE pg_monitor; RESET ROLE;
        CREATE TABLE tenant."U" ("id" INTEGER); SET lock_timeout = '7s'; SET ROLE pg_monitor;""",
    )
    shop.write_migration("3_v", 'CREATE TABLE "V" ("id" INTEGER);')
    settings = {"server_round_robin": order, "default_pool_size": size}
    with pooler(postgres_server, "transaction", tmp_path / "pooler", **settings) as port:
        url = through(postgres_url, port)
        with closing(psycopg2.connect(url)) as application:
            application.autocommit = True
            with application.cursor() as cursor:
                cursor.execute("SELECT 1")
                url += "?schema=tenant"
                planned = shop.run("migrate", "deploy", "--plan", "--url", url).succeeded()
                assert "3_v" in planned.stdout
                done = shop.run("migrate", "deploy", "--url", url).succeeded()
                assert [line.split()[1] for line in done.stdout.splitlines() if "Applied" in line] == [
                    "1_t",
                    "2_u",
                    "3_v",
                ]
                assert "up to date" in shop.run("migrate", "status", "--url", url).succeeded().stdout
                assert "3_v" in shop.run("migrate", "log", "--url", url).succeeded().stdout
                for _ in range(5):
                    for name, value in LEFT_ALONE.items():
                        cursor.execute(f"SHOW {name}")
                        assert cursor.fetchone() == (value,), name
                    # The server is other tests' as well, which hold locks of their own.
                    cursor.execute(
                        "SELECT current_user::text, (SELECT count(*) FROM pg_locks AS l JOIN pg_database AS d "
                        "ON d.oid = l.database WHERE locktype = 'advisory' AND datname = current_database())"
                    )
                    assert cursor.fetchone() == ("postgres", 0)
                cursor.execute(
                    "SELECT relname::text FROM pg_class WHERE relnamespace = 'tenant'::regnamespace AND relkind = 'r'"
                )
                assert sorted(cursor.fetchall()) == [("T",), ("U",), ("V",), ("_prisma_migrations",)]


LEFT_ALONE = {"search_path": '"$user", public', "work_mem": "4MB", "lock_timeout": "0"}


@pytest.mark.parametrize("fails", [False, True])
def test_in_transaction_mode_what_a_script_makes_for_its_session_ends_with_it(
    shop, postgres_server, postgres_url, tmp_path, fails
):
    shop.write_migration(
        "2_u",
        """CREATE TEMP TABLE "T" AS SELECT 7 AS id; SELECT pg_advisory_lock(98); LISTEN news; PREPARE p AS SELECT 1;
        DECLARE c CURSOR WITH HOLD FOR SELECT 1;"""
        + " SELECT 1/0;" * fails,
    )
    with pooler(postgres_server, "transaction", tmp_path / "pooler", default_pool_size=1) as port:
        url = through(postgres_url, port)
        shop.run("migrate", "deploy", "--url", url).exited(int(fails))
        with closing(psycopg2.connect(url)) as application, application.cursor() as cursor:
            cursor.execute(
                """SELECT pg_my_temp_schema() = (SELECT relnamespace FROM pg_class WHERE oid = '"T"'::regclass),
                (SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()),
                (SELECT count(*) FROM pg_listening_channels()),
                (SELECT count(*) FROM pg_prepared_statements),
                (SELECT count(*) FROM pg_cursors WHERE is_holdable)"""
            )
            assert cursor.fetchone() == (False, 0, 0, 0, 0)


def test_in_transaction_mode_what_an_application_has_left_in_its_session_stays(postgres_server, postgres_url, tmp_path):
    with pooler(postgres_server, "transaction", tmp_path / "pooler", default_pool_size=1) as port:
        url = through(postgres_url, port)
        with closing(psycopg2.connect(url)) as application, application.cursor() as cursor:
            cursor.execute("CREATE TEMP TABLE kept (id INTEGER); SELECT pg_advisory_lock(98); PREPARE p AS SELECT 1")
            application.commit()
            session = open_pooled(parse_url(url, tmp_path))
            session.execute("LISTEN news")
            session.close()
            own = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
            cursor.execute(f"SELECT (SELECT count(*) FROM kept), ({own})")
            assert cursor.fetchone() == (0, 1)
            cursor.execute("EXECUTE p")
            cursor.execute("SELECT * FROM pg_listening_channels()")
            assert cursor.fetchall() == []


def test_in_transaction_mode_a_run_sees_what_another_did_before_it_got_the_lock_whatever_the_isolation(
    shop, postgres_server, postgres_url, tmp_path
):
    with closing(psycopg2.connect(postgres_url)) as admin:
        admin.autocommit = True
        name = urlsplit(postgres_url).path[1:]
        admin.cursor().execute(f"ALTER DATABASE \"{name}\" SET default_transaction_isolation = 'repeatable read'")
        admin.cursor().execute("CREATE TABLE seen (id INTEGER)")
        with pooler(postgres_server, "transaction", tmp_path / "pooler") as port:
            session = open_pooled(parse_url(through(postgres_url, port), tmp_path))

            def another_was_first():
                admin.cursor().execute("INSERT INTO seen VALUES (1)")
                return True

            assert session.try_turn(another_was_first)
            assert session.query("SELECT id FROM seen") == [(1,)]
            session.rollback()
            session.close()


def test_in_transaction_mode_a_lost_transaction_without_the_lock_is_never_taken_for_over(
    postgres_server, postgres_url, tmp_path
):
    with pooler(postgres_server, "transaction", tmp_path / "pooler") as port:
        lost, session = (open_pooled(parse_url(through(postgres_url, port), tmp_path)) for _ in range(2))
        lost.begin()
        assert not is_over(lost, session)
        lost.rollback()
        assert try_lock(lost)
        assert not is_over(lost, session)
        lost.close()
        wait_for(lambda: is_over(lost, session), tmp_path / "pooler" / "log")
        session.close()


@pytest.mark.parametrize("size", [1, 2])
def test_in_transaction_mode_many_who_connect_at_once_neither_block_each_other_nor_take_a_process_for_their_own(
    postgres_server, postgres_url, tmp_path, size
):
    with pooler(postgres_server, "transaction", tmp_path / "pooler", default_pool_size=size) as port:
        target = replace(parse_url(through(postgres_url, port), tmp_path), by_transaction=True)

        def connected(_):
            with closing(connect(target)) as session:
                return type(session)

        with ThreadPoolExecutor(8) as threads:
            assert set(threads.map(connected, range(12))) == {PooledSession}


def test_in_session_mode_a_process_is_ones_own_also_where_no_other_one_is_left(postgres_server, postgres_url, tmp_path):
    with pooler(postgres_server, "session", tmp_path / "pooler", default_pool_size=1) as port:
        target = replace(parse_url(through(postgres_url, port), tmp_path), by_transaction=True)
        with closing(connect(target)) as session:
            assert type(session) is PostgresSession
            assert session.query("SELECT pg_backend_pid()") == [(session.pooled_process,)]


def test_in_transaction_mode_other_commands_are_refused_before_anything_is_set_or_made(
    shop, postgres_server, postgres_url, tmp_path
):
    with pooler(postgres_server, "transaction", tmp_path / "pooler") as port:
        url = through(postgres_url, port) + "?schema=tenant"
        for command in (("db", "push"), ("migrate", "doctor"), ("migrate", "reset", "--force")):
            done = shop.run(*command, "--url", url).exited(1)
            assert "PAR414" in done.stderr
            assert "directUrl" in done.stderr
    assert read_truth(postgres_url).tables == frozenset()


def test_in_transaction_mode_what_can_not_be_one_transaction_is_refused_before_anything_runs(
    shop, postgres_server, postgres_url, tmp_path
):
    shop.write_migration("2_i", 'SELECT 1;\nCREATE INDEX CONCURRENTLY i ON "T" ("id");')
    with pooler(postgres_server, "transaction", tmp_path / "pooler") as port:
        url = through(postgres_url, port)
        for command in (("migrate", "deploy"), ("migrate", "deploy", "--plan")):
            done = shop.run(*command, "--url", url).exited(1)
            assert "PAR416" in done.stderr
            assert "line 2: migration 2_i" in done.stderr
    assert "T" not in read_truth(postgres_url).tables


def test_in_transaction_mode_deployers_take_turns(shop, postgres_server, postgres_url, tmp_path):
    for number in range(2, 6):
        shop.write_migration(f"{number}_u", f'SELECT pg_sleep(0.2); CREATE TABLE "U{number}" ("id" INTEGER);')
    with pooler(postgres_server, "transaction", tmp_path / "pooler", default_pool_size=2) as port:
        shop.use_database(through(postgres_url, port))
        runs = [shop.parity.start("migrate", "deploy", cwd=shop.folder, env=shop.env) for _ in range(3)]
        outputs = [process.communicate(timeout=60) for process in runs]
        assert [process.returncode for process in runs] == [0] * 3, outputs
    truth = read_truth(postgres_url)
    assert (truth.applied(), len(truth.rows)) == (["1_t", "2_u", "3_u", "4_u", "5_u"], 5)


def test_in_transaction_mode_who_holds_the_lock_is_waited_for_and_named(shop, postgres_server, postgres_url, tmp_path):
    with (
        pooler(postgres_server, "transaction", tmp_path / "pooler") as port,
        closing(psycopg2.connect(postgres_url, application_name="another")) as holder,
    ):
        shop.use_database(through(postgres_url, port))
        holder.cursor().execute("SELECT pg_advisory_lock(72707369)")
        done = shop.run("migrate", "deploy", "--lock-timeout", "1").exited(1)
        assert "P1002" in done.stderr
        assert "another" in done.stderr
        holder.rollback()
        holder.cursor().execute("SELECT pg_advisory_unlock(72707369)")
        shop.run("migrate", "deploy").succeeded()


def test_in_transaction_mode_a_failure_is_taken_back_and_runs_again(shop, postgres_server, postgres_url, tmp_path):
    file = shop.write_migration("2_u", 'CREATE TABLE "U" ("id" INTEGER);\nSELECT 1/0;')
    with pooler(postgres_server, "transaction", tmp_path / "pooler") as port:
        shop.use_database(through(postgres_url, port))
        failed = shop.run("migrate", "deploy").exited(1)
        assert "P3018" in failed.stderr
        assert "line 2" in failed.stderr
        file.write_text('CREATE TABLE "U" ("id" INTEGER);')
        shop.run("migrate", "deploy").succeeded()
    assert read_truth(postgres_url).applied() == ["1_t", "2_u"]


def test_session_mode_works_and_keeps_two_deployers_apart(shop, postgres_server, postgres_url, tmp_path):
    shop.write_migration("2_u", 'SELECT pg_sleep(0.5); CREATE TABLE "U" ("id" INTEGER);')
    with pooler(postgres_server, "session", tmp_path / "pooler", default_pool_size=10) as port:
        shop.use_database(through(postgres_url, port))
        runs = [shop.parity.start("migrate", "deploy", cwd=shop.folder, env=shop.env) for _ in range(3)]
        outputs = [process.communicate(timeout=60) for process in runs]
        assert [process.returncode for process in runs] == [0] * 3, outputs
    truth = read_truth(postgres_url)
    assert (truth.applied(), len(truth.rows)) == (["1_t", "2_u"], 2)


def test_a_pooler_that_keeps_the_session_keeps_no_lock_with_it(shop, postgres_server, postgres_url, tmp_path):
    with pooler(postgres_server, "session", tmp_path / "pooler", server_reset_query="") as port:
        shop.run("migrate", "deploy", "--url", through(postgres_url, port)).succeeded()
        with closing(psycopg2.connect(postgres_url)) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
            assert cursor.fetchone() > (1,), "the pooler keeps sessions on the server"
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND database ="
                " (SELECT oid FROM pg_database WHERE datname = current_database())"
            )
            assert cursor.fetchone() == (0,)


def test_the_direct_url_is_used_where_there_is_one(shop, postgres_server, postgres_url, tmp_path):
    schema = shop.schema_file.read_text().replace("url  ", 'directUrl = env("DIRECT_URL")\n  url  ', 1)
    shop.schema_file.write_text(schema)
    with pooler(postgres_server, "transaction", tmp_path / "pooler") as port:
        shop.use_database(through(postgres_url, port) + "?pgbouncer=true")
        shop.run("migrate", "deploy", env={"DIRECT_URL": postgres_url}).succeeded()
    assert read_truth(postgres_url).applied() == ["1_t"]


@pytest.mark.parametrize("size", [1, 3])
def test_an_application_asks_through_a_pooler_whether_it_is_in_sync(
    shop, postgres_server, postgres_url, tmp_path, size
):
    shop.run("migrate", "lock").succeeded()
    shop.run("migrate", "deploy").succeeded()
    with pooler(postgres_server, "transaction", tmp_path / "pooler", default_pool_size=size) as port:
        url = through(postgres_url, port)
        with ThreadPoolExecutor(6) as threads:
            list(threads.map(lambda _: parity.assert_in_sync(url, folder=shop.folder), range(12)))
        with closing(psycopg2.connect(url)) as application, application.cursor() as cursor:
            # Nothing that reading sets stays with the server's process.
            cursor.execute("SELECT current_setting('join_collapse_limit'), current_setting('search_path')")
            assert cursor.fetchone() == ("8", '"$user", public')
            cursor.execute('ALTER TABLE "T" ADD COLUMN age INTEGER')
            application.commit()
        with pytest.raises(parity.NotInSync, match="Added column `age`"):
            parity.assert_in_sync(url, folder=shop.folder)
        with pytest.raises(parity.ConnectionFailed, match="the database doesn't exist"):
            parity.assert_in_sync(through(postgres_url + "_none", port), folder=shop.folder)
