"""Where no scratch database may be made: a private server for the replay, of which nothing is left."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from commandline import Project
from parity.dialects.postgres.private_scratch import missing
from parity.dialects.postgres.private_server import PORT, SUPERUSER, private_server
from parity.dialects.postgres.server_binaries import Binaries, find_binaries, fitting
from parity.errors import ConnectionFailed
from parity.execute.cache import Cache
from servers import LIMITED_ROLE, PostgresServer, binaries_version
from servers import find_binaries as installed

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

SCHEMA = "model A {\n  id Int @id\n}\n"


@pytest.fixture
def temporary() -> Iterator[Path]:
    """The folder for temporary files, of this test alone: short, and open to the user whom the server runs as."""
    folder = Path(tempfile.mkdtemp(prefix="pt-", dir="/tmp"))
    folder.chmod(0o755)
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def limited(
    project: Project, new_postgres_database: Callable[[], str], postgres_server: PostgresServer, temporary: Path
) -> Project:
    """A database whose user may do everything in it, and make no other."""
    database = new_postgres_database().rpartition("/")[2]
    sql(postgres_server.url(), f'ALTER DATABASE "{database}" OWNER TO {LIMITED_ROLE}')
    project.use_database(postgres_server.url(database, user=LIMITED_ROLE))
    project.env["TMPDIR"] = str(temporary)
    project.write_schema(SCHEMA, provider="postgresql")
    return project


def processes(word: str) -> list[int]:
    """The processes with a word in their command line."""
    found = []
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            if word.encode() in path.read_bytes() and int(path.parent.name) != os.getpid():
                found.append(int(path.parent.name))
        except OSError:
            continue
    return found


def wait_for(condition: Callable[[], object], seconds: float = 30) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_dev_replays_on_a_private_server_and_leaves_nothing_of_it(limited: Project, temporary: Path) -> None:
    made = limited.run("migrate", "dev", "--name", "init").succeeded()
    assert f"{LIMITED_ROLE} may not create databases: migrations are replayed on a private PostgreSQL " in made.stderr
    assert "is in sync with the schema" in made.stdout
    assert list(temporary.iterdir()) == []
    assert processes(str(temporary)) == []
    compared = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma")
    same = limited.run(*compared, "--exit-code").succeeded()
    assert same.stdout.strip() == "No difference detected."
    assert "replayed on a private PostgreSQL" in same.stderr
    assert "replayed on a private PostgreSQL" in limited.run("migrate", "review").succeeded().stderr


def test_roles_that_migrations_name_are_there(limited: Project, postgres_server: PostgresServer) -> None:
    sql(postgres_server.url(), 'CREATE ROLE "read er"; GRANT "read er" TO app_limited')
    try:
        limited.write_migration(
            "1_a",
            'CREATE TABLE "A" ("id" INTEGER NOT NULL, CONSTRAINT "A_pkey" PRIMARY KEY ("id"));\n'
            'GRANT SELECT ON "A" TO "read er";\n',
            provider="postgresql",
        )
        limited.run("migrate", "dev").succeeded()
    finally:
        url = limited.env["DATABASE_URL"]
        sql(url, 'DROP TABLE "A"')
        sql(postgres_server.url(), 'DROP ROLE "read er"')


def test_it_can_be_switched_off_and_then_the_right_is_asked_for(limited: Project, temporary: Path) -> None:
    limited.env["PARITY_PRIVATE_SERVER"] = "off"
    refused = limited.run("migrate", "dev", "--name", "init").exited(1).stderr
    assert refused.startswith("Error P3014: the scratch database that migrations are tried on can't be made\n")
    assert f'ALTER ROLE "{LIMITED_ROLE}" CREATEDB' in refused
    assert "shadowDatabaseUrl or --shadow-url" in refused
    assert list(temporary.iterdir()) == []


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_an_interrupt_leaves_nothing(limited: Project, temporary: Path, number: signal.Signals) -> None:
    limited.write_migration("1_slow", "SELECT pg_sleep(60);\n", provider="postgresql")
    running = limited.parity.start("migrate", "dev", cwd=limited.folder, env=limited.env)
    wait_for(lambda: any(temporary.glob("parity-server-*/data/postmaster.pid")))
    os.killpg(running.pid, number)
    _, said = running.communicate(timeout=30)
    assert (running.returncode, "Traceback" in said) == (130, False)
    assert list(temporary.iterdir()) == []
    assert processes(str(temporary)) == []


def test_what_a_killed_run_leaves_is_removed_by_the_next_one(limited: Project, temporary: Path) -> None:
    slow = limited.write_migration("1_slow", "SELECT pg_sleep(60);\n", provider="postgresql")
    running = limited.parity.start("migrate", "dev", cwd=limited.folder, env=limited.env)
    wait_for(lambda: any(temporary.glob("parity-server-*/data/postmaster.pid")))
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    # The kernel stops the server.
    wait_for(lambda: not processes(str(temporary)))
    (left,) = temporary.iterdir()
    os.utime(left, (time.time() - 60, time.time() - 60))
    foreign = temporary / "parity-server-of-a-person"
    foreign.mkdir()
    slow.unlink()
    slow.parent.rmdir()
    limited.run("migrate", "dev", "--name", "init").succeeded()
    assert list(temporary.iterdir()) == [foreign]


def test_a_new_cluster_is_made_once_and_copied_while_the_copy_is_whole(
    tmp_path: Path, temporary: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))
    binaries = fitting(find_binaries(), None)
    assert binaries is not None
    cache = Cache(tmp_path / "cache")

    def identity() -> object:
        with (
            private_server(binaries, cache) as folder,
            closing(psycopg2.connect(host=str(folder), port=PORT, user=SUPERUSER)) as connection,
            connection.cursor() as cursor,
        ):
            cursor.execute("SELECT system_identifier FROM pg_control_system()")
            return cursor.fetchone()

    first = identity()
    assert identity() == first
    (kept,) = (tmp_path / "cache").iterdir()
    whole = kept.read_bytes()
    kept.write_bytes(whole[:-1] + bytes([whole[-1] ^ 1]))
    assert identity() != first
    kept.unlink()
    assert identity() != first


def test_one_that_is_at_work_is_left_alone(limited: Project, temporary: Path) -> None:
    limited.write_migration("1_slow", "SELECT pg_sleep(4);\n", provider="postgresql")
    running = limited.parity.start("migrate", "review", cwd=limited.folder, env=limited.env)
    wait_for(lambda: any(temporary.glob("parity-server-*/data/postmaster.pid")))
    (at_work,) = temporary.iterdir()
    os.utime(at_work, (time.time() - 7200, time.time() - 7200))
    limited.run("migrate", "review").succeeded()
    running.communicate(timeout=30)
    assert running.returncode == 0
    assert list(temporary.iterdir()) == []


def test_the_binaries_of_this_machine_are_found_once_each() -> None:
    folder = installed()
    if folder is None:
        pytest.skip("NO POSTGRESQL")
    found = find_binaries()
    assert [(b.folder, b.version) for b in found if b.folder == folder.resolve()] == [
        (folder.resolve(), binaries_version(folder))
    ]
    assert len({binaries.folder for binaries in found}) == len(found)


def test_those_of_the_package_for_pip_are_found_without_importing_it(
    tmp_path: Path,
) -> None:
    folder = installed()
    if folder is None:
        pytest.skip("NO POSTGRESQL")
    package = tmp_path / "pgserver"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('imported')\n")
    (package / "pginstall").mkdir()
    (package / "pginstall" / "bin").symlink_to(folder)
    code = (
        "import parity.dialects.postgres.server_binaries as b; b._PLACES = (); "
        "print(*(found.folder for found in b.find_binaries()))"
    )
    environment = {**os.environ, "PATH": "", "PYTHONPATH": str(tmp_path)}
    said = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True)
    assert said.stdout.split() == [str(folder.resolve())]


def test_the_same_version_is_taken_else_the_next_newer_one() -> None:
    found = tuple(Binaries(Path(f"/{major}"), f"{major}.1", major) for major in (14, 18, 16, 17))
    taken = {major: getattr(fitting(found, major), "major", None) for major in (13, 14, 15, 16, 18, 19)}
    assert taken == {13: 14, 14: 14, 15: 16, 16: 16, 18: 18, 19: None}


def test_what_is_missing_is_said_with_what_is_there() -> None:
    cause = ConnectionFailed("P3014", "it can't be made", why="permission denied", hint="ask somebody")
    older = missing(cause, 16, "16.4", ("14.1", "15.2"))
    assert older.why == (
        "permission denied; and the PostgreSQL of this machine (14.1, 15.2) is older than that of the database (16.4), "
        "so that the replay can't be done there"
    )
    assert older.hint == (
        "ask somebody, or install the programs of a PostgreSQL 16 server on this machine (Debian, Ubuntu: the package "
        "postgresql-16; else pip install 'parity-db[server]'): the replay is then done on a private server"
    )
