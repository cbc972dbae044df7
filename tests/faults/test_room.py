"""Disks that are full: where the server keeps its tables (F12), and where migrations are written (F40)."""

from __future__ import annotations

import os
import resource
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg2
import pytest

from commandline import Project, clean_environment
from servers import PostgresServer, ServerUnavailable, private_postgres, unprivileged_user
from truth import read_truth

MODELS = "".join(f"model Model{number} {{\n  id Int @id\n  name String?\n}}\n" for number in range(60))
MODEL = "model Model0 {\n  id Int @id\n  name String?\n}\n"


@contextmanager
def small_disk(folder: Path, megabytes: float) -> Iterator[Path]:
    """A file system of its own. Skips where none may be mounted."""
    folder.mkdir(parents=True, exist_ok=True)
    options = f"size={int(megabytes * 1024)}k"
    done = subprocess.run(["mount", "-t", "tmpfs", "-o", options, "none", folder], capture_output=True, text=True)
    if done.returncode != 0:
        pytest.skip(f"NOT RUN: no file system can be mounted here: {done.stderr.strip()}")
    try:
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute(sql)
            return cursor.fetchall() if cursor.description else []


@pytest.fixture
def server() -> Iterator[PostgresServer]:
    """A server of its own, as its disk is hurt."""
    try:
        with private_postgres() as running:
            yield running
    except ServerUnavailable as error:
        pytest.skip(f"NO POSTGRESQL: {error}")


def test_a_server_whose_disk_is_full_takes_all_of_it_back(project: Project, server: PostgresServer) -> None:
    url = server.url()
    account = unprivileged_user()
    with small_disk(Path(server.socket_dir) / "small", 24) as folder:
        if account is not None:
            os.chown(folder, account.pw_uid, account.pw_gid)
        ask(url, f"CREATE TABLESPACE small LOCATION '{folder}'")
        project.use_database(url)
        project.write_schema("", provider="postgresql")
        project.write_migration(
            "1_t",
            "CREATE TABLE t (id int, s text) TABLESPACE small;\n"
            "INSERT INTO t SELECT n, repeat('x', 1000) FROM generate_series(1, 12000) AS n;\n",
            provider="postgresql",
        )
        project.run("migrate", "deploy").succeeded()
        project.write_migration(
            "2_u",
            "CREATE TABLE u (id int);\nALTER TABLE t ADD COLUMN u uuid NOT NULL DEFAULT gen_random_uuid();\n",
        )
        failed = project.run("migrate", "deploy").exited(1)
        assert "Error P3018: migration 2_u failed at line 2: could not extend file" in failed.stderr
        assert "(53100)" in failed.stderr
        assert "Nothing of it was applied: the database took all of it back." in failed.stderr
        assert "Next: make room on the server's disk, then run the command again" in failed.stderr
        truth = read_truth(url)
        assert truth.tables == {"t", "_prisma_migrations"}
        assert truth.count("t") == 12000
        project.write_migration("2_u", "CREATE TABLE u (id int);\nALTER TABLE t ADD COLUMN u uuid;\n")
        project.run("migrate", "deploy").succeeded()
        assert read_truth(url).applied() == ["1_t", "2_u"]


def test_a_migration_for_which_there_is_no_room_is_not_there_at_all(
    project: Project, postgres_url: str, tmp_path: Path
) -> None:
    with small_disk(project.folder / "prisma" / "migrations", 0.008) as folder:
        project.use_database(postgres_url)
        project.write_schema(MODELS, provider="postgresql")
        failed = project.run("migrate", "dev", "--name", "init").exited(1)
        assert "Error PAR239: the migration can't be written into " in failed.stderr
        assert "Why: No space left on device" in failed.stderr
        assert "Next: make room on the disk" in failed.stderr
        assert [path.name for path in folder.rglob("*") if path.name != "migration_lock.toml"] == []
        assert read_truth(postgres_url).tables <= {"_prisma_migrations"}
        project.write_schema(MODEL, provider="postgresql")
        project.run("migrate", "dev", "--name", "init").succeeded()
        assert len(project.migrations()) == 1


WRITERS = [
    ("migrate", "dev", "--name", "init", "--create-only"),
    ("migrate", "baseline"),
    ("db", "pull", "--force"),
    ("format",),
]


@pytest.mark.parametrize("command", WRITERS, ids=" ".join)
def test_a_file_that_may_not_grow_stays_as_it_was(
    project: Project, postgres_url: str, command: tuple[str, ...]
) -> None:
    """The size of files is limited, which every system can do."""
    project.use_database(postgres_url)
    project.write_schema(MODELS.replace("  id", " id"), provider="postgresql")
    if command[0] == "db" or "baseline" in command:
        ask(postgres_url, "".join(f'CREATE TABLE "M{n}" ("id" int PRIMARY KEY, "some_name" text);' for n in range(90)))
    before = project.files()
    limit = 1024

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    done = subprocess.run(
        [sys.executable, "-m", "parity", *command],
        cwd=project.folder,
        # Python itself would leave halves of compiled files behind.
        env={**clean_environment(project.parity.home, project.env), "PYTHONDONTWRITEBYTECODE": "1"},
        preexec_fn=limited,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stderr
    assert "File too large" in done.stderr
    after = {name: content for name, content in project.files().items() if not name.endswith("migration_lock.toml")}
    assert after == before
    project.run(*command).succeeded()
