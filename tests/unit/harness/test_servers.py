"""The ground itself: servers that come up, are shared, refuse what they should, and are gone afterwards."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg2
import pytest

import servers
from servers import LIMITED_ROLE, PASSWORD, PASSWORD_ROLE, PostgresServer, is_alive, private_postgres


def _one(url_or_dsn: str, sql: str) -> object:
    connection = psycopg2.connect(url_or_dsn)
    try:
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchone()[0]
    finally:
        connection.close()


def _wait_until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 15
    while not condition():
        assert time.monotonic() < deadline, "it didn't happen within 15 s"
        time.sleep(0.02)


def test_a_test_gets_an_empty_database_of_its_own(postgres_url: str) -> None:
    assert _one(postgres_url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == 0
    assert _one(postgres_url, "SELECT current_user") == "postgres"


def test_two_databases_of_one_test_differ(new_postgres_database: Callable[[], str]) -> None:
    first, second = new_postgres_database(), new_postgres_database()
    assert _one(first, "SELECT current_database()") != _one(second, "SELECT current_database()")


def test_the_password_role_must_give_its_password(postgres_server: PostgresServer) -> None:
    assert _one(postgres_server.url(user=PASSWORD_ROLE, password=PASSWORD), "SELECT current_user") == PASSWORD_ROLE
    with pytest.raises(psycopg2.OperationalError, match="password authentication failed"):
        psycopg2.connect(postgres_server.url(user=PASSWORD_ROLE, password="wrong"))


def test_the_limited_role_may_not_create_databases(postgres_server: PostgresServer) -> None:
    assert (
        _one(postgres_server.url(user=LIMITED_ROLE), "SELECT rolcreatedb FROM pg_roles WHERE rolname = current_user")
        is False
    )


def test_the_server_listens_on_its_socket_too(postgres_server: PostgresServer) -> None:
    assert _one(postgres_server.dsn(), "SELECT inet_server_addr()") is None


def test_a_private_server_is_gone_after_its_block(postgres_server: PostgresServer) -> None:
    with private_postgres() as server:
        assert server.port != postgres_server.port
        assert is_alive(server.pid)
    assert not is_alive(server.pid)
    assert not Path(server.socket_dir).exists()


_OWNER = """
import sys, time
from pathlib import Path
import servers
server = servers.shared_postgres(Path(sys.argv[1]), __import__("os").getpid())
print(server.pid, server.socket_dir, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT], ids=["killed", "interrupted"])
def test_the_server_goes_when_its_owner_goes(
    postgres_server: PostgresServer, tmp_path: Path, number: signal.Signals
) -> None:
    owner = subprocess.Popen(
        [sys.executable, "-c", _OWNER, str(tmp_path)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(servers.__file__).parent)},
    )
    with owner:
        assert owner.stdout is not None
        pid, folder = owner.stdout.readline().split()
        assert is_alive(int(pid))
        owner.send_signal(number)
    _wait_until(lambda: not is_alive(int(pid)))
    _wait_until(lambda: not Path(folder).exists())


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_the_server_goes_when_its_keeper_is_killed(postgres_server: PostgresServer, tmp_path: Path) -> None:
    server = servers.shared_postgres(tmp_path, os.getpid())
    keeper = int((tmp_path / "server.json").read_text().partition('"keeper": ')[2].partition(",")[0])
    os.kill(keeper, signal.SIGKILL)
    _wait_until(lambda: not is_alive(server.pid))
    servers.shutil.rmtree(server.socket_dir)
