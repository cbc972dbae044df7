"""`db execute` on real databases: what runs, what a failure leaves, and what is said about it."""

from __future__ import annotations

import json
import signal
import sys
import time
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

TWO_TABLES = "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1), (2);\n\n-- the second\nCREATE TABLE b (y int);\n"
FAILS_AT_4 = "CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\nINSERT INTO a\nSELECT z FROM nowhere;\n"


@pytest.fixture
def there(project: Project, database_url: str) -> Project:
    """A database that is there, empty, and no schema file."""
    if database_url.startswith("file:"):
        Path(database_url.removeprefix("file:")).touch()
    return project


def write(project: Project, text: str) -> str:
    (project.folder / "script.sql").write_text(text, encoding="utf-8")
    return "script.sql"


def test_a_file_is_run_with_a_url_and_no_project(there: Project, database_url: str) -> None:
    done = there.run("db", "execute", "--file", write(there, TWO_TABLES), "--url", database_url).succeeded()
    assert done.stdout.startswith("Ran 3 statements on ")
    assert "in one transaction" in done.stdout
    assert sql(database_url, "SELECT x FROM a ORDER BY x") == [(1,), (2,)]
    assert sql(database_url, "SELECT y FROM b") == []


def test_the_standard_input_is_run_on_the_database_of_the_project(
    there: Project, database_url: str, provider: str
) -> None:
    there.use_database(database_url)
    there.write_schema("model Broken {\n", provider=provider)
    done = there.run("db", "execute", "--stdin", "--json", input=TWO_TABLES).succeeded()
    value = json.loads(done.stdout)
    assert (value["statements"], value["segments"], value["atomic"]) == (3, 1, True)
    assert sql(database_url, "SELECT count(*) FROM a") == [(2,)]


def test_a_failure_names_the_line_and_has_changed_nothing(there: Project, database_url: str) -> None:
    failed = there.run("db", "execute", "--stdin", "--url", database_url, input=FAILS_AT_4).exited(1)
    assert "Error PAR401: the script failed at line" in failed.stderr
    assert "nowhere" in failed.stderr
    assert "Nothing of it was applied: the database took all of it back." in failed.stderr
    with pytest.raises(Exception, match="a"):
        sql(database_url, "SELECT * FROM a")
    error = json.loads(
        there.run("db", "execute", "--stdin", "--url", database_url, "--json", input=FAILS_AT_4).exited(1).stdout
    )["error"]
    assert error["code"] == "PAR401"
    assert error["script"]["statements"] == 3
    assert error["script"]["confirmed"] == 0
    assert error["script"]["line"] in (3, 4)


def test_postgresql_names_the_very_line(project: Project, postgres_url: str) -> None:
    failed = project.run("db", "execute", "--stdin", "--url", postgres_url, input=FAILS_AT_4).exited(1)
    assert "failed at line 4" in failed.stderr
    assert "(42P01)" in failed.stderr


def test_what_was_committed_before_a_failure_is_told(project: Project, postgres_url: str) -> None:
    script = "CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY i ON a (x);\nINSERT INTO a VALUES ('no number');\n"
    failed = project.run("db", "execute", "--stdin", "--url", postgres_url, input=script).exited(1)
    assert "failed at line 3" in failed.stderr
    assert "2 of its 3 statements took effect; the others did not." in failed.stderr
    assert sql(postgres_url, "SELECT indexrelid::regclass::text FROM pg_index WHERE indexrelid = 'i'::regclass") == [
        ("i",)
    ]


def test_a_script_of_several_segments_is_called_so(project: Project, postgres_url: str) -> None:
    script = "CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY i ON a (x);\n"
    done = project.run("db", "execute", "--stdin", "--url", postgres_url, input=script).succeeded()
    assert "in 2 segments, not in one transaction" in done.stdout


def test_foreign_keys_of_a_rebuild_are_switched_and_checked(project: Project, sqlite_url: str) -> None:
    Path(sqlite_url.removeprefix("file:")).touch()
    sql(sqlite_url, "CREATE TABLE p (id INTEGER PRIMARY KEY)")
    sql(sqlite_url, "CREATE TABLE c (p INTEGER REFERENCES p (id) ON DELETE CASCADE)")
    sql(sqlite_url, "INSERT INTO p VALUES (1)")
    sql(sqlite_url, "INSERT INTO c VALUES (1)")
    rebuild = (
        "PRAGMA foreign_keys=OFF;\nCREATE TABLE new_p (id INTEGER PRIMARY KEY, n TEXT);\n"
        "INSERT INTO new_p (id) SELECT id FROM p;\nDROP TABLE p;\nALTER TABLE new_p RENAME TO p;\n"
        "PRAGMA foreign_keys=ON;\n"
    )
    project.run("db", "execute", "--stdin", "--url", sqlite_url, input=rebuild).succeeded()
    assert sql(sqlite_url, "SELECT p FROM c") == [(1,)]
    failed = project.run(
        "db", "execute", "--stdin", "--url", sqlite_url, input="PRAGMA foreign_keys=OFF;\nDELETE FROM p;\n"
    ).exited(1)
    assert "foreign keys would be violated" in failed.stderr
    assert sql(sqlite_url, "SELECT count(*) FROM p") == [(1,)]


def test_the_ledger_is_neither_made_nor_written(there: Project, database_url: str) -> None:
    there.run("db", "execute", "--stdin", "--url", database_url, input=TWO_TABLES).succeeded()
    with pytest.raises(Exception, match="_prisma_migrations"):
        sql(database_url, "SELECT * FROM _prisma_migrations")


def test_a_script_without_statements_does_nothing(there: Project, database_url: str) -> None:
    done = there.run("db", "execute", "--stdin", "--url", database_url, input="-- later\n;;\n").succeeded()
    assert done.stdout == "The script holds no statement: nothing was done.\n"


@pytest.mark.parametrize("arguments", [(), ("--stdin", "--file", "x.sql")])
def test_a_script_comes_from_one_place(project: Project, arguments: tuple[str, ...]) -> None:
    assert "Exactly one of --file and --stdin" in project.run("db", "execute", *arguments).exited(1).stderr


def test_what_cant_be_read_is_refused_before_anything_is_connected_to(project: Project) -> None:
    nowhere = ("--url", "postgresql://nobody@127.0.0.1:1/none")
    assert "PAR213" in project.run("db", "execute", "--file", "none.sql", *nowhere).exited(1).stderr
    (project.folder / "latin.sql").write_bytes("SELECT 'é'".encode("latin-1"))
    refused = project.run("db", "execute", "--file", "latin.sql", *nowhere).exited(1)
    assert "0xe9 at byte 8 isn't UTF-8" in refused.stderr
    assert "PAR201" in project.run("db", "execute", "--stdin", *nowhere, input="SELECT 1;\0").exited(1).stderr
    assert "line 2" in project.run("db", "execute", "--stdin", *nowhere, input="SELECT 1;\n\\d\n").exited(1).stderr


def test_ctrl_c_takes_back_what_ran(project: Project, postgres_url: str) -> None:
    running = project.parity.start("db", "execute", "--stdin", "--url", postgres_url, cwd=project.folder)
    assert running.stdin is not None
    running.stdin.write("CREATE TABLE a (x int);\nSELECT pg_sleep(60);\n")
    running.stdin.close()
    running.stdin = None
    busy = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND query LIKE '%sleep(60)%'"
    deadline = time.monotonic() + 30
    while sql(postgres_url, f"{busy} AND pid <> pg_backend_pid()") == [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    running.send_signal(signal.SIGINT)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Nothing of the script was applied." in errors
    assert sql(postgres_url, "SELECT to_regclass('a')") == [(None,)]


def test_a_connection_lost_at_the_end_is_not_called_a_rollback(project: Project, postgres_url: str) -> None:
    script = (
        "CREATE TABLE a (x int);\nCREATE FUNCTION die() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN\n"
        "PERFORM pg_terminate_backend(pg_backend_pid()); PERFORM pg_sleep(1); RETURN NULL; END $$;\n"
        "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON a DEFERRABLE INITIALLY DEFERRED FOR EACH ROW "
        "EXECUTE FUNCTION die();\nINSERT INTO a VALUES (1);\n"
    )
    failed = project.run("db", "execute", "--stdin", "--url", postgres_url, input=script).exited(1)
    assert "0 of its 4 statements took effect; whether the next ones did isn't known" in failed.stderr
