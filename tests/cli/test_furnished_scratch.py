"""Histories that need an extension or a schema which an administrator has made, and no migration."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

TABLE = (
    'CREATE TABLE "A" ("id" INTEGER NOT NULL, "name" CITEXT NOT NULL, CONSTRAINT "A_pkey" PRIMARY KEY ("id"));\n'
    "CREATE FUNCTION ext.one() RETURNS int LANGUAGE sql AS $$SELECT 1$$;\n"
)
FOLDER_TO_DATABASE = ("--from-migrations", "prisma/migrations", "--to-env", "DATABASE_URL", "--exit-code")
GIVEN = "The history needs what none of its migrations makes. The scratch database was given: "


@pytest.fixture
def furnished(project: Project, postgres_url: str) -> Project:
    sql(postgres_url, "CREATE EXTENSION citext; CREATE SCHEMA ext; CREATE EXTENSION hstore SCHEMA ext")
    project.use_database(postgres_url)
    project.write_schema("model A {\n  id Int @id\n  name String @db.Citext\n}\n", provider="postgresql")
    project.write_migration("1_a", TABLE, provider="postgresql")
    return project


def test_the_scratch_database_is_given_what_the_history_needs_and_does_not_make(furnished: Project) -> None:
    furnished.run("migrate", "deploy").succeeded()
    said = furnished.run("migrate", "dev").succeeded()
    assert said.stderr == f"{GIVEN}schema ext, extension citext, extension hstore\n"
    assert "Already in sync" in said.stdout


def test_what_a_migration_makes_is_not_given(furnished: Project) -> None:
    furnished.run("migrate", "deploy").succeeded()
    furnished.write_migration("0_first", 'CREATE EXTENSION "citext";\nCREATE SCHEMA ext;\n')
    furnished.run("migrate", "resolve", "--applied", "0_first").succeeded()
    said = furnished.run("migrate", "dev", "--on-drift", "ignore").succeeded()
    assert GIVEN not in said.stderr


def test_what_is_not_needed_is_not_given_and_is_no_drift(furnished: Project) -> None:
    furnished.write_migration("1_a", 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\n')
    furnished.run("migrate", "deploy").succeeded()
    furnished.write_schema("model A {\n  id Int @id\n}\n", provider="postgresql")
    said = furnished.run("migrate", "dev").succeeded()
    assert GIVEN not in said.stderr
    assert "Already in sync" in said.stdout
    compared = furnished.run("migrate", "diff", *FOLDER_TO_DATABASE).succeeded()
    assert "No difference" in compared.stdout


def test_another_version_is_drift_only_where_the_schema_file_speaks_of_extensions(
    project: Project, postgres_url: str
) -> None:
    ((newest,),) = sql(postgres_url, "SELECT default_version FROM pg_available_extensions WHERE name = 'hstore'")
    sql(postgres_url, "CREATE EXTENSION hstore VERSION '1.4'")
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_a", "CREATE EXTENSION IF NOT EXISTS hstore;\n", provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    project.run("migrate", "diff", *FOLDER_TO_DATABASE).succeeded()
    project.write_schema(
        'generator client {\n  provider = "x"\n  previewFeatures = ["postgresqlExtensions"]\n}\n', provider="postgresql"
    )
    assert "[*] Changed extensions\n    - hstore" in project.run("migrate", "dev").exited(1).stderr
    assert "- hstore" in project.run("migrate", "diff", *FOLDER_TO_DATABASE).exited(2).stdout
    sql(postgres_url, f"ALTER EXTENSION hstore UPDATE TO '{newest}'; CREATE EXTENSION citext")
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout


@pytest.mark.parametrize("preview", ["", 'previewFeatures = ["postgresqlExtensions"]'])
def test_a_check_minds_the_version_that_a_migration_names_and_no_other(
    project: Project, postgres_url: str, preview: str
) -> None:
    sql(postgres_url, "CREATE EXTENSION hstore VERSION '1.4'")
    project.use_database(postgres_url)
    project.write_schema(f'generator client {{\n  provider = "x"\n  {preview}\n}}\n', provider="postgresql")
    project.write_migration("1_a", "CREATE EXTENSION IF NOT EXISTS hstore;\n", provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    project.run("check").succeeded()
    project.run("migrate", "lock").succeeded()
    for replay in ((), ("--replay",)):
        project.run("check", *replay).succeeded()
    ((newest,),) = sql(postgres_url, "SELECT default_version FROM pg_available_extensions WHERE name = 'hstore'")
    project.write_migration("2_b", f"ALTER EXTENSION hstore UPDATE TO '{newest}';\n")
    project.run("migrate", "lock").succeeded()
    project.run("migrate", "deploy").succeeded()
    sql(postgres_url, "DROP EXTENSION hstore; CREATE EXTENSION hstore VERSION '1.4'")
    for replay in ((), ("--replay",)):
        found = project.run("check", *replay)
        assert ("extension hstore differs" in found.stdout, found.exit_code) == ((True, 2) if preview else (False, 0))


def test_a_history_that_does_not_run_all_the_same_is_told_as_ever(furnished: Project) -> None:
    furnished.run("migrate", "deploy").succeeded()
    furnished.write_migration("2_b", "SELECT * FROM nowhere;\n")
    told = furnished.run("migrate", "dev").exited(1).stderr
    assert 'Error P3006: migration 2_b doesn\'t apply to an empty database: relation "nowhere" does not exist' in told


def test_the_first_migration_may_need_it_as_well(project: Project, postgres_url: str) -> None:
    sql(postgres_url, "CREATE EXTENSION citext")
    project.use_database(postgres_url)
    project.write_schema("model A {\n  id Int @id\n  name String @db.Citext\n}\n", provider="postgresql")
    made = project.run("migrate", "dev", "--name", "init").succeeded()
    assert f"{GIVEN}extension citext\n" in made.stderr
    assert "Proved: replaying the folder gives exactly the schema file." in made.stdout
    (script,) = project.migrations().values()
    assert "EXTENSION" not in script
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout


def test_a_proof_that_fails_all_the_same_says_why_and_writes_nothing(project: Project, postgres_url: str) -> None:
    sql(postgres_url, "CREATE EXTENSION citext")
    project.use_database(postgres_url)
    project.write_schema('model A {\n  id Int @id\n  at Unsupported("nothing")\n}\n', provider="postgresql")
    refused = project.run("migrate", "dev", "--name", "init").exited(1).stderr
    assert (
        'Error PAR301: the migration doesn\'t run on a replay of the history: type "nothing" does not exist' in refused
    )
    assert project.migrations() == {}
