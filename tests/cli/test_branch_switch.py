"""`migrate dev` after a change of branches: the smallest way back, and what it leaves alone."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

COMMON = "model User {\n  id   Int    @id\n  name String\n}\n"
THEIRS = COMMON.replace("}", "  nickname String?\n}") + "\nmodel Invoice {\n  id Int @id\n}\n"
MINE = COMMON + "\nmodel Team {\n  id Int @id\n}\n"


@pytest.fixture
def switched(project: Project, provider: str, database_url: str) -> Project:
    """The database has a migration of the branch that was left; the folder, one of the branch that was gone to."""
    project.use_database(database_url)
    project.write_schema(COMMON, provider=provider)
    project.run("migrate", "dev", "--name", "init", "--create-database").succeeded()
    sql(database_url, "INSERT INTO \"User\" VALUES (1, 'Ada'), (2, 'Bo')")
    project.write_schema(THEIRS, provider=provider)
    project.run("migrate", "dev", "--name", "theirs").succeeded()
    sql(database_url, "UPDATE \"User\" SET nickname = 'A' WHERE id = 1")
    (left,) = project.migrations_folder.glob("*_theirs")
    shutil.rmtree(left)
    key = "PRIMARY KEY" if provider == "sqlite" else 'CONSTRAINT "Team_pkey" PRIMARY KEY'
    project.write_migration("20990101000000_mine", f'CREATE TABLE "Team" ("id" INTEGER NOT NULL {key});\n')
    project.write_schema(MINE, provider=provider)
    return project


def test_the_way_back_is_shown_with_its_cost_and_nothing_is_done_unasked(switched: Project) -> None:
    url = switched.env["DATABASE_URL"]
    before = sql(url, 'SELECT * FROM "User" ORDER BY id')
    refused = switched.run("migrate", "dev").exited(1).stderr
    assert "_theirs is applied here, but not in the folder" in refused
    assert "The way back changes only that; it would cost:" in refused
    assert "You are about to drop the column `nickname` on the `User` table, which still contains 1 non-null" in refused
    assert "--on-drift undo --accept-data-loss" in refused
    assert (
        switched.run("migrate", "dev", "--on-drift", "undo").exited(3).stderr.startswith("Error PAR321: The way back")
    )
    assert sql(url, 'SELECT * FROM "User" ORDER BY id') == before


def test_going_back_takes_what_the_other_branch_did_and_nothing_else(switched: Project) -> None:
    url = switched.env["DATABASE_URL"]
    done = switched.run("migrate", "dev", "--on-drift", "undo", "--accept-data-loss").succeeded()
    assert "_theirs was taken back: it is recorded as rolled back" in done.stderr
    assert "Applied 20990101000000_mine" in done.stdout
    assert sql(url, 'SELECT * FROM "User" ORDER BY id') == [(1, "Ada"), (2, "Bo")]
    assert "up to date" in switched.run("migrate", "status").succeeded().stdout
    assert "failed, resolved as rolled back" not in switched.run("migrate", "log").succeeded().stdout
    assert "applied, later taken back" in switched.run("migrate", "log").succeeded().stdout
    assert "Already in sync" in switched.run("migrate", "dev").succeeded().stdout


def test_a_migration_that_only_moved_rows_is_forgotten(project: Project, provider: str, database_url: str) -> None:
    project.use_database(database_url)
    project.write_schema(COMMON, provider=provider)
    project.run("migrate", "dev", "--name", "init", "--create-database").succeeded()
    project.write_migration("20990101000000_rows", "INSERT INTO \"User\" VALUES (1, 'Ada');\n")
    project.run("migrate", "dev").succeeded()
    shutil.rmtree(project.migrations_folder / "20990101000000_rows")
    named = project.run("migrate", "dev").exited(1).stderr
    assert "20990101000000_rows is applied here, but not in the folder" in named
    project.run("migrate", "dev", "--on-drift", "undo").succeeded()
    assert sql(database_url, 'SELECT * FROM "User"') == [(1, "Ada")]
    assert "up to date" in project.run("migrate", "status").succeeded().stdout


@pytest.mark.parametrize("provider", ["postgresql"])
def test_what_stands_in_the_way_takes_all_of_it_back(switched: Project) -> None:
    url = switched.env["DATABASE_URL"]
    sql(url, 'CREATE SCHEMA other; CREATE VIEW other.v AS SELECT nickname FROM "User"')
    ledger = "SELECT migration_name, rolled_back_at IS NULL FROM _prisma_migrations ORDER BY 1"
    before = sql(url, ledger)
    refused = switched.run("migrate", "dev", "--on-drift", "undo", "--accept-data-loss").exited(1)
    assert "view other.v depends on" in refused.stderr
    assert sql(url, ledger) == before
    assert sql(url, "SELECT to_regclass('\"Invoice\"') IS NOT NULL") == [(True,)]


def test_a_deleted_migration_that_others_need_is_named(switched: Project, provider: str) -> None:
    switched.write_migration("20980101000000_needs_it", 'ALTER TABLE "Invoice" ADD COLUMN total INTEGER;\n')
    switched.run("migrate", "deploy").succeeded()
    (name,) = (str(n) for (n,) in sql(switched.env["DATABASE_URL"], NAMES) if str(n).endswith("_theirs"))
    refused = switched.run("migrate", "dev").exited(1).stderr
    assert refused.startswith("Error P3006: migration 20980101000000_needs_it doesn't apply to an empty database: ")
    assert f"it may need what isn't in the folder, and is applied here: {name}. Restore that" in refused


NAMES = "SELECT migration_name FROM _prisma_migrations"
