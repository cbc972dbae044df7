"""PgBouncer in front of the server (F17): transaction mode is refused, session mode works, directUrl comes first."""

import os
import shutil
import signal
import subprocess
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg2
import pytest

from conftest import in_ci
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
def test_transaction_mode_is_refused_before_anything_is_set_or_made(
    shop, postgres_server, postgres_url, tmp_path, order, size
):
    settings = {"server_round_robin": order, "default_pool_size": size}
    with pooler(postgres_server, "transaction", tmp_path / "pooler", **settings) as port:
        url = through(postgres_url, port)
        with closing(psycopg2.connect(url)) as application:
            application.autocommit = True
            with application.cursor() as cursor:
                cursor.execute("SELECT 1")
                for command in (("migrate", "deploy"), ("migrate", "status"), ("db", "push")):
                    done = shop.run(*command, "--url", url + "?schema=tenant").exited(1)
                    assert "PAR414" in done.stderr
                    assert "directUrl" in done.stderr
                for _ in range(5):
                    cursor.execute("SHOW search_path")
                    assert cursor.fetchone() == ('"$user", public',)
    assert read_truth(postgres_url).tables == frozenset()


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
