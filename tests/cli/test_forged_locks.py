"""A parity.lock whose seal fits and that doesn't say the truth all the same: what it can't hide, and what finds it."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import msgspec
import pytest
from msgspec.structs import replace

from commandline import Project
from parity.migrations.parity_lock import ParityLock, read_lock, state_of, write_lock
from parity.schema.fingerprint import from_json, to_json
from parity.schema.model import Schema
from parity.schema.types import ObjectName

sys.path.insert(0, str(Path(__file__).parent))
from stories import MODELS, MORE, sql


@pytest.fixture
def made(project: Project, provider: str, database_url: str) -> Project:
    """A project whose two migrations were made by `migrate dev`, and are applied."""
    project.use_database(database_url)
    for name, models in (("init", MODELS), ("more", MORE)):
        project.write_schema(models, provider=provider)
        project.run("migrate", "dev", "--name", name).succeeded()
    return project


def forge(project: Project, change: Callable[[ParityLock], ParityLock]) -> None:
    lock = read_lock(project.migrations_folder)
    assert lock is not None
    write_lock(project.migrations_folder, change(lock))


def renamed(schema: Schema) -> Schema:
    """A schema in which every table has another name."""
    return replace(schema, tables=tuple(replace(table, name=ObjectName("Forged")) for table in schema.tables))


def with_head(lock: ParityLock, change: Callable[[Schema], Schema]) -> ParityLock:
    return replace(lock, schema=raw(change(from_json(bytes(lock.schema)))))


def raw(schema: Schema) -> msgspec.Raw:
    return msgspec.Raw(to_json(schema).strip().encode())


def with_another_head(lock: ParityLock) -> ParityLock:
    """Another last schema, with a fingerprint that fits it."""
    forged = renamed(from_json(bytes(lock.schema)))
    first, second = lock.migrations
    return replace(lock, schema=raw(forged), migrations=(first, replace(second, fingerprint=state_of(forged))))


def test_a_schema_that_is_not_its_fingerprints_is_not_believed_where_a_database_differs(made: Project) -> None:
    url = made.env["DATABASE_URL"]
    forge(made, lambda lock: with_head(lock, renamed))
    # The database is what the fingerprint says, and nothing else is asked.
    made.run("check").succeeded()
    sql(url, 'ALTER TABLE "User" RENAME TO "Forged"')
    run = made.run("check").exited(1)
    assert "PAR261: parity.lock can't be trusted" in run.stdout
    assert "isn't that of its fingerprint" in run.stdout
    assert "PAR261" in made.run("migrate", "deploy").exited(1).stderr


def test_a_replay_finds_a_schema_that_is_not_its_fingerprints(made: Project) -> None:
    forge(made, lambda lock: with_head(lock, renamed))
    assert "PAR908: parity.lock isn't what a replay gives, from 2" in made.run("check", "--replay").exited(2).stdout


def test_a_replay_finds_a_way_back_that_leads_somewhere_else(made: Project) -> None:
    def change(lock: ParityLock) -> ParityLock:
        first, second = lock.migrations
        return replace(lock, migrations=(first, replace(second, before=raw(renamed(second.back.before)))))

    forge(made, change)
    assert "PAR908: parity.lock isn't what a replay gives, from 2" in made.run("check", "--replay").exited(2).stdout


def test_a_replay_finds_fingerprints_that_fit_the_schema_and_not_the_migrations(made: Project) -> None:
    forge(made, with_another_head)
    sql(made.env["DATABASE_URL"], 'ALTER TABLE "User" RENAME TO "Forged"')
    found = made.run("check", "--replay").exited(2).stdout
    assert "PAR908: parity.lock isn't what a replay gives, from 2" in found
    assert "PAR911: table Forged" in found


def test_a_replay_finds_extensions_that_a_lock_keeps_quiet_about(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_words", "CREATE EXTENSION citext;\n", provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    project.run("migrate", "lock").succeeded()
    project.run("check", "--replay").succeeded()
    forge(project, lambda lock: with_head(lock, lambda schema: replace(schema, extensions=())))
    sql(postgres_url, "DROP EXTENSION citext")
    found = project.run("check", "--replay").exited(2).stdout
    assert "PAR908: parity.lock isn't what a replay gives, from 1_words on" in found
    assert "extension citext" in found


def test_another_servers_name_hides_nothing_but_how_definitions_are_printed(made: Project) -> None:
    def of_another(lock: ParityLock) -> ParityLock:
        return replace(lock, server="Another 99")

    forge(made, of_another)
    run = made.run("check", "--replay").succeeded()
    assert (
        "Note: parity.lock was made on Another 99: its expressions and definitions aren't compared with " in run.stdout
    )

    forge(made, with_another_head)
    assert "PAR908: parity.lock isn't what a replay gives, from 2" in made.run("check", "--replay").exited(2).stdout


def test_on_another_server_a_definition_may_be_printed_in_another_way(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_schema("model User {\n  id Int @id\n}\n", provider="postgresql")
    script = (
        'CREATE TABLE "User" ("id" INTEGER PRIMARY KEY CHECK ("id" > 0));\nCREATE VIEW v AS SELECT id FROM "User";\n'
    )
    project.write_migration("1_init", script, provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    project.run("migrate", "lock").succeeded()

    def print_otherwise(lock: ParityLock) -> ParityLock:
        text = bytes(lock.schema).decode()
        printed = text.replace("(id > 0)", "((id > 0))").replace("SELECT", "select")
        assert printed.count("((id > 0))") + printed.count("select") > 1
        schema = from_json(printed)
        [entry] = lock.migrations
        return replace(lock, schema=raw(schema), migrations=(replace(entry, fingerprint=state_of(schema)),))

    forge(project, print_otherwise)
    assert "PAR908" in project.run("check", "--replay").exited(2).stdout
    forge(project, lambda lock: replace(lock, server="PostgreSQL 99"))
    project.run("check", "--replay").succeeded()
