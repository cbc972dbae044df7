"""Interrupts at bad moments, closed outputs, full disks, roles that may do little: nothing is left half-done."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import Project, clean_environment
from parity.dialects.sqlite import locking
from servers import LIMITED_ROLE, PostgresServer

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

USERS = "model users {\n  id String @id\n}\n"


def test_an_interrupt_in_the_middle_of_an_import_ends_with_130(tmp_path: Path) -> None:
    code = (
        "import sys, parity.__main__ as entry\n"
        "def interrupted(arguments):\n    exec('raise KeyboardInterrupt')\n"
        "entry._command_line = interrupted\nsys.exit(entry.main(['x']))\n"
    )
    run = subprocess.run([sys.executable, "-c", code], env=clean_environment(tmp_path), capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (130, "Interrupted.\n")


def test_a_closed_output_is_no_obstacle(project: Project, tmp_path: Path) -> None:
    project.use_database(f"file:{tmp_path}/x.db")
    project.write_schema(USERS, provider="sqlite")
    project.run("migrate", "dev", "--name", "init").succeeded()
    shell = 'exec "$0" -m parity migrate status >&-'
    environment = clean_environment(tmp_path, project.env)
    run = subprocess.run(
        ["/bin/sh", "-c", shell, sys.executable], cwd=project.folder, env=environment, capture_output=True, text=True
    )
    assert (run.returncode, run.stderr) == (0, "")


def test_a_lock_is_held_even_where_its_file_has_no_room(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(handle: int, data: bytes) -> int:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(locking.os, "write", full)
    lock = locking.try_file_lock(tmp_path / "x.db")
    assert lock is not None
    lock.release()
    assert list(tmp_path.iterdir()) == []


def test_a_database_with_tables_and_no_ledger_is_not_up_to_date(
    project: Project, provider: str, database_url: str
) -> None:
    project.use_database(database_url)
    project.write_schema(USERS, provider=provider)
    if provider == "sqlite":
        Path(database_url.removeprefix("file:")).touch()
    assert "up to date" in project.run("migrate", "status").succeeded().stdout
    sql(database_url, "CREATE TABLE grown (x int)")
    assert "parity migrate baseline" in project.run("migrate", "status").exited(1).stdout


def test_a_baseline_that_cannot_be_recorded_writes_nothing(
    project: Project, postgres_server: PostgresServer, new_postgres_database: Callable[[], str]
) -> None:
    main, shadow = new_postgres_database(), new_postgres_database()
    sql(main, "CREATE TABLE grown (x int)")
    sql(main, f"GRANT SELECT ON grown TO {LIMITED_ROLE}")
    project.write_schema("", provider="postgresql")
    project.use_database(postgres_server.url(main.rpartition("/")[2], user=LIMITED_ROLE))
    before = project.files()
    refused = project.run("migrate", "baseline", "--shadow-url", shadow).exited(1)
    assert "permission denied" in refused.stderr
    assert project.files() == before
    project.run("migrate", "baseline", env={"DATABASE_URL": main}).succeeded()


def test_a_comparison_needs_no_right_to_make_databases(
    project: Project, postgres_url: str, postgres_server: PostgresServer
) -> None:
    sql(postgres_url, "CREATE TABLE users (id text PRIMARY KEY)")
    sql(postgres_url, f"GRANT SELECT ON users TO {LIMITED_ROLE}")
    project.write_schema(USERS, provider="postgresql")
    limited = postgres_server.url(postgres_url.rpartition("/")[2], user=LIMITED_ROLE)
    project.run(
        "migrate", "diff", "--from-url", limited, "--to-schema", "prisma/schema.prisma", "--exit-code"
    ).succeeded()


_ODD = """
CREATE TABLE parent (x int, s text DEFAULT 'a', twice int GENERATED ALWAYS AS (x * 2) STORED, CHECK (x > 0));
CREATE TABLE a_child (y int) INHERITS (parent);
ALTER TABLE a_child ALTER COLUMN s SET DEFAULT 'b';
COMMENT ON COLUMN a_child.x IS 'inherited';
CREATE TABLE whole (id int, d date NOT NULL, v text, PRIMARY KEY (id, d)) PARTITION BY RANGE (d);
CREATE TABLE a_part PARTITION OF whole FOR VALUES FROM ('2020-01-01') TO ('2021-01-01');
CREATE TABLE the_rest PARTITION OF whole DEFAULT;
CREATE INDEX by_v ON whole (v);
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END';
CREATE TRIGGER asleep BEFORE UPDATE ON parent FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE parent DISABLE TRIGGER asleep;
"""


def test_a_baseline_holds_inheritance_partitions_and_switched_off_triggers(
    project: Project, new_postgres_database: Callable[[], str]
) -> None:
    main, other = new_postgres_database(), new_postgres_database()
    sql(main, _ODD)
    project.use_database(main)
    project.write_schema("", provider="postgresql")
    project.run("migrate", "baseline").succeeded()
    project.run("migrate", "deploy", env={"DATABASE_URL": other}).succeeded()
    assert sql(other, "SELECT tgenabled FROM pg_trigger WHERE tgname = 'asleep'") == [("D",)]
    assert sql(other, "SELECT count(*) FROM pg_index WHERE indrelid = 'a_part'::regclass") == [(2,)]
    declared = "SELECT attname, attislocal FROM pg_attribute WHERE attrelid = 'a_child'::regclass AND attnum > 0"
    # A default of its own can only be told with the column; that is then the child's as well.
    assert sorted(sql(other, declared)) == [("s", True), ("twice", False), ("x", False), ("y", True)]
    assert sql(other, "SELECT col_description('a_child'::regclass, 1)") == [("inherited",)]
    project.run("db", "pull", "--force").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
