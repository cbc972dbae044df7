"""What makes `migrate deploy` refuse and an application not start, beside the ways in tests/cli/test_divergences.py."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from msgspec import Raw
from msgspec.structs import replace

import parity
from commandline import Project
from parity.migrations.parity_lock import read_lock, write_lock
from parity.schema.fingerprint import to_json
from parity.schema.model import Extension

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from stories import sql

PLANS = """
datasource db {{
  provider = "postgresql"
}}
enum Plan {{
  {values}
}}

model Customer {{
  id   Int  @id
  plan Plan
}}
"""
NOTE = 'datasource db {\n  provider = "postgresql"\n}\n\nmodel Note {\n  id Int @id\n}\n'
EXTENSION = "CREATE EXTENSION {name};\nCREATE TABLE note (id INTEGER NOT NULL PRIMARY KEY);\n"


@pytest.fixture
def postgres(project: Project, postgres_url: str) -> Project:
    project.use_database(postgres_url)
    return project


def stops(project: Project, line: str) -> None:
    """Make sure that both refuse the database, and name it."""
    with pytest.raises(parity.NotInSync) as refused:
        parity.assert_in_sync(project.env["DATABASE_URL"], folder=project.folder)
    assert line in refused.value.findings
    assert line in project.run("migrate", "deploy").exited(3).stderr


def passes(project: Project) -> None:
    """Make sure that nobody minds it."""
    parity.assert_in_sync(project.env["DATABASE_URL"], folder=project.folder)
    assert "Verified" in project.run("migrate", "deploy").succeeded().stdout
    project.run("check").succeeded()


def test_values_that_the_history_appended_are_where_they_should_be(postgres: Project) -> None:
    postgres.write_schema(PLANS.format(values="free\n  team"))
    postgres.run("migrate", "dev", "--name", "first").succeeded()
    # The file says another order than the one in which the history came to them.
    postgres.write_schema(PLANS.format(values="trial\n  free\n  team"))
    postgres.write_migration(
        "20990101000000_trial",
        "ALTER TYPE \"Plan\" ADD VALUE 'trial';\nALTER TYPE \"Plan\" ADD VALUE 'guest' BEFORE 'team';\n"
        "ALTER TYPE \"Plan\" RENAME VALUE 'guest' TO 'visitor';\n",
    )
    postgres.write_schema(PLANS.format(values="trial\n  visitor\n  free\n  team"))
    postgres.run("migrate", "lock").succeeded()
    postgres.run("migrate", "deploy").succeeded()
    passes(postgres)


def test_values_in_another_order_than_the_history_makes_are_told_with_both(postgres: Project) -> None:
    postgres.write_schema(PLANS.format(values="free\n  team"))
    postgres.run("migrate", "dev", "--name", "first").succeeded()
    for old, new in (("free", "x"), ("team", "free"), ("x", "team")):
        sql(postgres.env["DATABASE_URL"], f"ALTER TYPE \"Plan\" RENAME VALUE '{old}' TO '{new}'")
    stops(postgres, "enum Plan has its values in another order")
    stops(postgres, "  the migrations make: free, team")
    stops(postgres, "  the database has: team, free")


def test_a_replay_finds_them_as_well_where_there_is_no_lock(postgres: Project) -> None:
    postgres.write_schema(PLANS.format(values="free\n  team"))
    postgres.write_migration("20240101000000_first", "CREATE EXTENSION citext;\n", provider="postgresql")
    postgres.run("migrate", "dev", "--name", "second").succeeded()
    assert not (postgres.migrations_folder / "parity.lock").exists()
    assert "Verified" in postgres.run("migrate", "deploy", "--verify").succeeded().stdout
    sql(postgres.env["DATABASE_URL"], "DROP EXTENSION citext")
    for old, new in (("free", "x"), ("team", "free"), ("x", "team")):
        sql(postgres.env["DATABASE_URL"], f"ALTER TYPE \"Plan\" RENAME VALUE '{old}' TO '{new}'")
    refused = postgres.run("migrate", "deploy", "--verify").exited(3).stderr
    assert "extension citext is missing" in refused
    assert "enum Plan has its values in another order" in refused


def test_an_extension_is_missed_although_the_schema_file_cannot_name_it(postgres: Project) -> None:
    postgres.write_schema("", provider="postgresql")
    postgres.write_migration("20240101000000_first", EXTENSION.format(name="citext"), provider="postgresql")
    postgres.run("migrate", "deploy").succeeded()
    postgres.run("db", "pull", "--force").succeeded()
    postgres.run("migrate", "lock").succeeded()
    passes(postgres)
    sql(postgres.env["DATABASE_URL"], "DROP EXTENSION citext")
    stops(postgres, "extension citext is missing")


def test_an_extension_that_each_new_database_of_a_server_has_is_no_part_of_the_history(postgres: Project) -> None:
    postgres.write_schema(NOTE)
    postgres.run("migrate", "dev", "--name", "first").succeeded()
    lock = read_lock(postgres.migrations_folder)
    assert lock is not None
    # As a replay makes it where template1 has one.
    schema = replace(lock.schema_after(1), extensions=(Extension("timescaledb", "public", "2.14"),))
    write_lock(postgres.migrations_folder, replace(lock, schema=Raw(to_json(schema).strip().encode())))
    passes(postgres)
