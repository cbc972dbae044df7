"""`migrate deploy --plan`: what would run, in which transactions, and what a kill there would leave. Nothing is run."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg2
import pytest

from commandline import Project, Run

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

LOCK_KEY = 72707369
Golden = Callable[[str, str], None]

POSTGRES = {
    "20250102000000_roles": (
        "CREATE TYPE role AS ENUM ('user');\n"
        "CREATE TABLE people (\n  id int PRIMARY KEY,\n  role role NOT NULL\n);\n"
        "INSERT INTO people VALUES (1, 'user');\nINSERT INTO people VALUES (2, 'user');\n"
        "CREATE ROLE app_of_the_plan PASSWORD 'swordfish';\n"
    ),
    "20250103000000_index": (
        "ALTER TABLE people ADD COLUMN mail text;\n"
        "CREATE INDEX CONCURRENTLY people_mail\n  ON people (mail);\n"
        "ALTER TYPE role ADD VALUE 'guest';\n"
        "ALTER TABLE people ALTER COLUMN role SET DEFAULT 'guest';\n"
        "BEGIN;\nUPDATE people SET mail = '';\nCOMMIT;\n"
        "VACUUM people;\n"
    ),
    "20250104000000_nothing": "-- to be filled in\n",
}
SQLITE = {
    "20250102000000_people": (
        "CREATE TABLE people (\n  id int PRIMARY KEY\n);\n"
        "INSERT INTO people VALUES (1);\nINSERT INTO people VALUES (2);\n"
    ),
    "20250103000000_rebuild": (
        "PRAGMA foreign_keys=OFF;\nCREATE TABLE new_people (id int PRIMARY KEY, mail text);\n"
        "INSERT INTO new_people (id) SELECT id FROM people;\nDROP TABLE people;\n"
        "ALTER TABLE new_people RENAME TO people;\nPRAGMA foreign_keys=ON;\n"
    ),
    "20250104000000_compact": "DELETE FROM people;\nVACUUM;\nCREATE INDEX people_mail ON people (mail);\n",
}
MIGRATIONS = {"postgresql": POSTGRES, "sqlite": SQLITE}


@pytest.fixture
def waiting(project: Project, provider: str, database_url: str) -> Project:
    """One migration is applied; others of every kind wait."""
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration("20250101000000_first", "CREATE TABLE first (id int);\n", provider=provider)
    project.run("migrate", "deploy").succeeded()
    for name, script in MIGRATIONS[provider].items():
        project.write_migration(name, script)
    return project


def neutral(run: Run, url: str) -> str:
    """What a run said, without the name and the place of this test's database."""
    database = json.loads(run.stdout)["database"] if run.stdout.startswith("{") else run.stdout.split("applied to ")[1]
    shown = database.split(". Nothing was run")[0]
    return run.stdout.replace(json.dumps(shown)[1:-1], "DATABASE").replace(shown, "DATABASE")


def what_is_there(url: str) -> list[tuple[object, ...]]:
    """All objects and the ledger's rows."""
    if url.startswith("file:"):
        catalog = "SELECT type, name, sql FROM sqlite_schema ORDER BY 1, 2"
    else:
        catalog = "SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace ORDER BY oid"
    return [*sql(url, catalog), *sql(url, "SELECT * FROM _prisma_migrations ORDER BY started_at")]


def test_each_transaction_is_shown_and_what_a_kill_in_it_leaves(
    waiting: Project, provider: str, database_url: str, golden: Golden
) -> None:
    before = what_is_there(database_url)
    text = waiting.run("migrate", "deploy", "--plan").succeeded()
    golden(f"deploy_plan/{provider}.txt", neutral(text, database_url))
    assert text.stderr == ""
    assert "swordfish" not in text.stdout
    value = waiting.run("migrate", "deploy", "--plan", "--json").succeeded()
    golden(f"deploy_plan/{provider}.json", neutral(value, database_url))
    assert what_is_there(database_url) == before


def test_what_was_planned_is_what_a_deploy_applies(waiting: Project) -> None:
    planned = json.loads(waiting.run("migrate", "deploy", "--plan", "--json").succeeded().stdout)["pending"]
    applied = json.loads(waiting.run("migrate", "deploy", "--json").succeeded().stdout)["applied"]
    assert [(one["name"], one["statements"]) for one in planned] == [(m["name"], m["statements"]) for m in applied]
    nothing = waiting.run("migrate", "deploy", "--plan").succeeded()
    assert nothing.stdout.splitlines()[0] == "4 migrations found in prisma/migrations"
    assert "Nothing to do: no pending migrations on " in nothing.stdout


def test_the_review_of_a_file_says_the_same_of_its_transactions(waiting: Project, provider: str) -> None:
    name = "20250103000000_index" if provider == "postgresql" else "20250104000000_compact"
    planned = waiting.run("migrate", "deploy", "--plan").succeeded().stdout
    reviewed = waiting.run("migrate", "review", name).succeeded().stdout
    of_the_file = planned.partition(f"{name} (")[2].partition("\n")[2].partition("\n\n")[0]
    assert of_the_file.startswith("  1. ")
    assert f"How it runs\n{of_the_file}\n" in reviewed
    value = json.loads(waiting.run("migrate", "deploy", "--plan", "--json").succeeded().stdout)
    (same,) = [one["transactions"] for one in value["pending"] if one["name"] == name]
    assert json.loads(waiting.run("migrate", "review", name, "--json").succeeded().stdout)["transactions"] == same


def test_it_needs_no_more_than_the_right_to_read_and_no_lock(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_a", "CREATE TABLE a (id int);\n", provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    project.write_migration("2_b", "CREATE TABLE b (id int);\n")
    sql(postgres_url, "DROP ROLE IF EXISTS reader_of_plans")
    sql(postgres_url, "CREATE ROLE reader_of_plans LOGIN")
    sql(postgres_url, "GRANT SELECT ON _prisma_migrations TO reader_of_plans")
    sql(postgres_url, "ALTER ROLE reader_of_plans SET default_transaction_read_only = on")
    parts = urlsplit(postgres_url)
    reader = urlunsplit(parts._replace(netloc=f"reader_of_plans@{parts.netloc.rpartition('@')[2]}"))
    with closing(psycopg2.connect(postgres_url)) as other, other.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", (LOCK_KEY,))
        planned = project.run("migrate", "deploy", "--plan", "--url", reader).succeeded()
    sql(postgres_url, "DROP OWNED BY reader_of_plans; DROP ROLE reader_of_plans")
    assert planned.stdout.startswith("2_b (1 statement)\n  In one transaction: all of it, or nothing\n")
    assert "1 migration waits to be applied to " in planned.stdout


def test_a_file_that_cannot_be_written_is_planned(project: Project, sqlite_url: str) -> None:
    project.use_database(sqlite_url)
    project.write_schema("", provider="sqlite")
    project.write_migration("1_a", "CREATE TABLE a (id int);\n", provider="sqlite")
    fresh = project.run("migrate", "deploy", "--plan").succeeded()
    file = Path(sqlite_url.removeprefix("file:"))
    assert not file.exists()
    assert "isn't there; a deploy makes it.\n1 migration waits to be applied to " in fresh.stdout
    project.run("migrate", "deploy").succeeded()
    project.write_migration("2_b", "CREATE TABLE b (id int);\n")
    content, beside = file.read_bytes(), sorted(file.parent.iterdir())
    file.chmod(0o444)
    assert project.run("migrate", "deploy", "--plan").succeeded().stdout.startswith("2_b (1 statement)\n")
    assert (file.read_bytes(), sorted(file.parent.iterdir())) == (content, beside)


def test_what_stops_a_deploy_stops_the_plan_with_the_same_words(
    project: Project, provider: str, database_url: str
) -> None:
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration("1_a", "CREATE TABLE a (id int);\n", provider=provider)
    project.run("migrate", "deploy").succeeded()

    def refused(*options: str) -> str:
        planned = project.run("migrate", "deploy", "--plan", *options).exited(1)
        assert planned.stdout == ""
        assert planned.stderr == project.run("migrate", "deploy", *options).exited(1).stderr
        return planned.stderr

    project.write_migration("2_b", "CREATE TABLE b (id int);\nCOMMIT;\n")
    assert refused() == (
        "Error PAR211: migration 2_b: line 2: COMMIT without a BEGIN before it\n"
        "  Why: it would end the transaction that the migration runs in\n"
        "  Next: remove it, or add the BEGIN that belongs to it\n"
    )
    project.write_migration("2_b", "CREATE TABLE b (id int);\n")
    project.write_migration("1_a", "CREATE TABLE a (id int, x int);\n")
    assert "Error PAR502" in refused("--strict")
    told = project.run("migrate", "deploy", "--plan").succeeded()
    assert told.stderr == (
        "Warning: 1_a was edited after it was applied here: its SQL is another one\n"
        "  `parity migrate status` says what can be done about it\n"
    )
    sql(database_url, "UPDATE _prisma_migrations SET finished_at = NULL, logs = NULL")
    assert (
        "Error P3009: migration 1_a failed on this database"
        in project.run("migrate", "deploy", "--plan").exited(1).stderr
    )
    sql(database_url, "DROP TABLE _prisma_migrations")
    assert "Error P3005" in refused()


def test_a_database_that_is_not_there_is_not_made(project: Project, postgres_url: str) -> None:
    missing = f"{postgres_url.rpartition('/')[0]}/nowhere_of_the_plan"
    project.use_database(missing)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_a", "CREATE TABLE a (id int);\n", provider="postgresql")
    assert "Error P1003" in project.run("migrate", "deploy", "--plan").exited(1).stderr
    planned = project.run("migrate", "deploy", "--plan", "--create-database").succeeded()
    assert "isn't there; a deploy makes it." in planned.stdout
    assert sql(postgres_url, "SELECT 1 FROM pg_database WHERE datname = 'nowhere_of_the_plan'") == []
