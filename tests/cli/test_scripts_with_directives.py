"""Directives in migrations and scripts, on real databases: what runs, what a failure leaves, how it goes on."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

NO, YES = "-- parity:no-transaction\n", "-- parity:transaction\n"


@pytest.fixture
def there(project: Project, provider: str, database_url: str) -> Project:
    """A project with an empty database, and nothing applied."""
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration("1_base", "CREATE TABLE base (id INTEGER);\n", provider=provider)
    return project


def test_what_ran_by_itself_stays_and_the_rest_goes_on_behind_it(there: Project, database_url: str) -> None:
    there.write_migration("1_base", "CREATE TABLE base (id INTEGER UNIQUE);\nINSERT INTO base VALUES (3);\n")
    script = f"{NO}CREATE TABLE a (id INTEGER);\nINSERT INTO base VALUES (1);\nINSERT INTO base VALUES (2);\n"
    there.write_migration("2_work", f"{script}INSERT INTO base VALUES (3);\nCREATE TABLE b (id INTEGER);\n")
    failed = there.run("migrate", "deploy").exited(1)
    assert "Error P3018: migration 2_work failed at line 5: " in failed.stderr
    assert "3 of its 5 statements took effect; the others did not." in failed.stderr
    sql(database_url, "DELETE FROM base WHERE id = 3")
    there.run("migrate", "doctor", "--resume").succeeded()
    assert sql(database_url, "SELECT id FROM base ORDER BY id") == [(1,), (2,), (3,)]
    assert sql(database_url, "SELECT count(*) FROM a, b") == [(0,)]
    assert "Nothing to do" in there.run("migrate", "deploy").succeeded().stdout


def test_one_statement_runs_by_itself_and_the_others_together(there: Project, database_url: str) -> None:
    there.write_migration(
        "2_work", f"CREATE TABLE a (id INTEGER);\n{NO}CREATE TABLE b (id INTEGER);\nSELECT nowhere;\n"
    )
    failed = there.run("migrate", "deploy").exited(1)
    assert "2 of its 3 statements took effect; the others did not." in failed.stderr


def test_what_cannot_be_one_transaction_is_refused_before_anything_runs(there: Project, database_url: str) -> None:
    there.write_migration("2_work", f"{YES}CREATE TABLE a (id INTEGER);\nVACUUM;\n")
    refused = there.run("migrate", "deploy").exited(1)
    assert refused.stderr.removeprefix(f"Created the database {database_url}\n") == (
        "Error PAR215: migration 2_work: line 3: -- parity:transaction in line 1 can't be followed\n"
        "  Why: VACUUM can't run inside a transaction\n"
        "  Next: remove the directive, or move the statement to a migration of its own\n"
    )
    with pytest.raises(Exception, match="base"):
        sql(database_url, "SELECT * FROM base")


def test_a_misspelled_directive_stops_a_deploy_with_its_line(there: Project, database_url: str) -> None:
    there.write_migration("2_work", "-- parity:no-transactions\nCREATE TABLE a (id INTEGER);\n")
    refused = there.run("migrate", "deploy").exited(1)
    assert refused.stderr.removeprefix(f"Created the database {database_url}\n") == (
        "Error PAR214: migration 2_work: line 1: '-- parity:no-transactions' is no directive\n"
        "  Why: it would change nothing, and whoever wrote it relies on it\n"
        "  Next: write -- parity:no-transaction or -- parity:transaction, and nothing else on that line\n"
    )


def test_plan_and_review_show_what_the_file_asks_for(there: Project) -> None:
    there.run("migrate", "deploy").succeeded()
    there.write_migration("2_work", f"{NO}CREATE TABLE a (id INTEGER);\nINSERT INTO a VALUES (1);\n")
    there.write_migration("3_work", f"{YES}CREATE TABLE b (id INTEGER);\n")
    work = (
        "  1. statement 1: alone, outside a transaction (-- parity:no-transaction in line 1)\n"
        "       line 2: CREATE TABLE a\n"
        "       Killed there: it may have taken effect, or a part of it, or not: `parity migrate doctor` looks at the "
        "schema, and with `--resume` goes on from the beginning, or behind line 2\n"
        "  2. statement 2: in a transaction (-- parity:no-transaction in line 1)\n"
        "       line 3: INSERT INTO a VALUES\n"
        "       Killed there: nothing of this transaction stays; `parity migrate doctor --resume` goes on behind "
        "line 2\n"
    )
    assert (
        there.run("migrate", "deploy", "--plan")
        .succeeded()
        .stdout.startswith(
            f"2_work (2 statements)\n{work}\n"
            "3_work (1 statement)\n"
            "  In one transaction: all of it, or nothing (-- parity:transaction in line 1)\n"
            "    line 2: CREATE TABLE b\n"
        )
    )
    assert f"How it runs\n{work}" in there.run("migrate", "review", "2_work").succeeded().stdout


def test_a_script_without_a_ledger_follows_them_too(there: Project, database_url: str) -> None:
    if database_url.startswith("file:"):
        Path(database_url.removeprefix("file:")).touch()
    script = f"{NO}CREATE TABLE a (id INTEGER);\nCREATE TABLE b (id INTEGER);\n"
    done = there.run("db", "execute", "--stdin", "--json", input=script).succeeded()
    assert {k: v for k, v in json.loads(done.stdout).items() if k in ("statements", "segments", "atomic")} == {
        "statements": 2,
        "segments": 2,
        "atomic": False,
    }


REBUILD = (
    "PRAGMA foreign_keys=OFF;\n"
    "{begin}CREATE TABLE new_p (id INTEGER PRIMARY KEY AUTOINCREMENT, n TEXT);\n"
    'INSERT INTO new_p (id) SELECT id FROM p;\nDROP TABLE p;\nALTER TABLE "new_p" RENAME TO "p";\n'
    "{end}PRAGMA foreign_keys=ON;\n"
)


@pytest.mark.parametrize(("begin", "end"), [(NO, ""), ("BEGIN;\n", "COMMIT;\n")], ids=["by itself", "own transaction"])
def test_a_rebuild_on_sqlite_keeps_rows_and_numbers_and_is_checked(
    project: Project, sqlite_url: str, begin: str, end: str
) -> None:
    project.use_database(sqlite_url)
    project.write_schema("", provider="sqlite")
    project.write_migration(
        "1_base",
        "CREATE TABLE p (id INTEGER PRIMARY KEY AUTOINCREMENT);\n"
        "CREATE TABLE c (p INTEGER REFERENCES p (id) ON DELETE CASCADE);\n"
        "INSERT INTO p VALUES (1), (7);\nDELETE FROM p WHERE id = 7;\nINSERT INTO c VALUES (1);\n",
        provider="sqlite",
    )
    project.run("migrate", "deploy").succeeded()
    script = NO + REBUILD.format(begin="", end="") if begin == NO else REBUILD.format(begin=begin, end=end)
    project.write_migration("2_rebuild", script)
    project.run("migrate", "deploy").succeeded()
    assert sql(sqlite_url, "SELECT p FROM c") == [(1,)]
    assert sql(sqlite_url, "SELECT seq FROM sqlite_sequence WHERE name = 'p'") == [(7,)]
    head = NO if begin == NO else ""
    project.write_migration("3_break", f"{head}PRAGMA foreign_keys=OFF;\nDELETE FROM p;\nPRAGMA foreign_keys=ON;\n")
    failed = project.run("migrate", "deploy").exited(1)
    assert "foreign keys would be violated" in failed.stderr
    assert sql(sqlite_url, "SELECT count(*) FROM p") == [(1,)]


@pytest.mark.parametrize("statement", ["REINDEX TABLE parts", "CALL commits()"])
def test_what_only_the_server_knows_to_be_impossible_in_a_transaction_is_told_with_the_way_out(
    project: Project, postgres_url: str, statement: str
) -> None:
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration(
        "1_base",
        "CREATE TABLE parts (id int) PARTITION BY RANGE (id);\nCREATE INDEX ON parts (id);\n"
        "CREATE PROCEDURE commits() LANGUAGE plpgsql AS $$ BEGIN COMMIT; END $$;\n",
        provider="postgresql",
    )
    project.run("migrate", "deploy").succeeded()
    project.write_migration("2_work", f"CREATE TABLE a (id int);\n{statement};\n")
    failed = project.run("migrate", "deploy").exited(1)
    assert "with the line `-- parity:no-transaction` before it, it runs by itself" in failed.stderr
    assert "Nothing of it was applied: the database took all of it back." in failed.stderr
    project.write_migration("2_work", f"CREATE TABLE a (id int);\n{NO}{statement};\n")
    project.run("migrate", "deploy").succeeded()
