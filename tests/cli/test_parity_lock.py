"""parity.lock: kept by `migrate dev`, made by `migrate lock`, believed by `deploy` and `check` unless damaged."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from msgspec import Raw
from msgspec.structs import replace

import parity
from commandline import Project
from parity.migrations.parity_lock import read_lock, state_of, write_lock
from parity.schema.fingerprint import to_json

sys.path.insert(0, str(Path(__file__).parent))
from stories import MODELS, MORE, sql

EARLY = "model Early {\n  id Int @id\n}\n"


@pytest.fixture
def made(project: Project, provider: str, database_url: str) -> Project:
    """A project whose first migration was made by `migrate dev`, and is applied."""
    project.use_database(database_url)
    write(project, MODELS)
    project.run("migrate", "dev", "--name", "init").succeeded()
    return project


def write(project: Project, models: str) -> None:
    provider = "sqlite" if project.env["DATABASE_URL"].startswith("file:") else "postgresql"
    project.write_schema(models, provider=provider)


def lock_of(project: Project) -> Path:
    return project.migrations_folder / "parity.lock"


def test_dev_makes_it_with_the_first_migration_and_keeps_it_as_a_replay_would(made: Project) -> None:
    first = json.loads(lock_of(made).read_text())
    assert [entry["name"].partition("_")[2] for entry in first["migrations"]] == ["init"]
    write(made, MORE)
    made.run("migrate", "dev", "--name", "more").succeeded()
    kept = lock_of(made).read_bytes()
    assert json.loads(kept)["migrations"][0] == first["migrations"][0]
    assert "Nothing to change" in made.run("migrate", "lock").succeeded().stdout
    assert lock_of(made).read_bytes() == kept


def test_a_folder_that_had_migrations_without_one_gets_none_unasked(made: Project) -> None:
    lock_of(made).unlink()
    write(made, MORE)
    made.run("migrate", "dev", "--name", "more").succeeded()
    assert not lock_of(made).exists()
    made.run("migrate", "lock").succeeded()
    assert len(json.loads(lock_of(made).read_text())["migrations"]) == 2


def test_an_edited_one_is_refused_by_everything_that_would_believe_it(made: Project) -> None:
    text = lock_of(made).read_text()
    lock_of(made).write_text(text.replace('"email"', '"e_mail"', 1))
    for command in (("migrate", "deploy"), ("check",), ("migrate", "dev")):
        run = made.run(*command).exited(1)
        assert "Error PAR261" in run.stderr
        assert "its seal doesn't fit" in run.stderr
    lock_of(made).write_text(text.replace("\n", "\r\n"))
    made.run("check").succeeded()


def test_one_that_somebody_has_forged_is_found_by_a_replay(made: Project) -> None:
    made.run("check", "--replay").succeeded()
    lock = read_lock(made.migrations_folder)
    assert lock is not None
    entry = replace(lock.migrations[0], fingerprint="0" * 64)
    write_lock(made.migrations_folder, replace(lock, migrations=(entry,)))
    run = made.run("check", "--replay").exited(2)
    assert "PAR908: parity.lock isn't what a replay gives, from 2" in run.stdout


def test_a_migration_that_it_does_not_know_is_deployed_and_told_and_found_by_a_check(made: Project) -> None:
    made.write_migration("20990101000000_by_hand", 'ALTER TABLE "User" ADD COLUMN "age" INTEGER;\n')
    run = made.run("migrate", "deploy").succeeded()
    assert "Not verified: parity.lock doesn't know 20990101000000_by_hand as it is in the folder." in run.stderr
    assert "Verified" not in run.stdout
    found = made.run("check").exited(2).stdout
    assert "PAR540: prisma/migrations/parity.lock isn't that of the migrations beside it" in found
    assert "it doesn't know 20990101000000_by_hand" in found
    assert "Verified" in made.run("migrate", "deploy", "--verify").succeeded().stdout
    made.run("migrate", "lock").succeeded()
    assert "Verified" in made.run("migrate", "deploy").succeeded().stdout


def test_a_deploy_names_drift_and_runs_nothing(made: Project) -> None:
    write(made, MORE)
    made.run("migrate", "dev", "--name", "more", "--create-only").succeeded()
    sql(made.env["DATABASE_URL"], 'ALTER TABLE "User" ADD COLUMN "age" INTEGER')
    run = made.run("migrate", "deploy").exited(3)
    assert "Error PAR541" in run.stderr
    assert "[+] Added column `age`" in run.stderr
    assert "Applying" not in run.stderr
    made.run("migrate", "deploy", "--no-verify").succeeded()
    assert "PAR911: table User differs" in made.run("check").exited(2).stdout


def printed_elsewhere(made: Project) -> None:
    """Make the lock one of another server, which prints the view otherwise."""
    made.write_migration("20990101000000_adults", 'CREATE VIEW adults AS SELECT id FROM "User" WHERE id > 18;\n')
    made.run("migrate", "deploy").succeeded()
    made.run("migrate", "lock").succeeded()
    lock = read_lock(made.migrations_folder)
    assert lock is not None
    schema = lock.schema_after(2)
    view = replace(schema.opaques[0], definition=schema.opaques[0].definition.replace(" WHERE ", "  WHERE ") + " ")
    other = replace(schema, opaques=(view,))
    entries = (lock.migrations[0], replace(lock.migrations[1], fingerprint=state_of(other)))
    text = Raw(to_json(other).strip().encode())
    write_lock(made.migrations_folder, replace(lock, server="PostgreSQL 99", migrations=entries, schema=text))


def test_what_another_version_may_print_in_its_own_way_stops_no_deploy(made: Project) -> None:
    printed_elsewhere(made)
    run = made.run("migrate", "deploy").succeeded()
    assert run.stderr.count("Not verified: parity.lock was made on PostgreSQL 99, and this is ") == 1
    assert "view adults" in run.stderr
    assert "Verified" not in run.stdout
    parity.assert_in_sync(made.env["DATABASE_URL"], folder=made.folder)
    # A replay is printed by the server at hand.
    assert "Verified" in made.run("migrate", "deploy", "--verify").succeeded().stdout
    assert "Note: parity.lock was made on PostgreSQL 99" in made.run("check").exited(2).stdout


def test_what_is_printed_alike_everywhere_stops_it_on_another_version_as_well(made: Project) -> None:
    printed_elsewhere(made)
    sql(made.env["DATABASE_URL"], 'ALTER TABLE "User" ADD COLUMN "age" INTEGER')
    for verify in ((), ("--verify",)):
        refused = made.run("migrate", "deploy", *verify).exited(3).stderr
        assert "Error PAR541" in refused
        assert "[+] Added column `age`" in refused
        assert "adults" not in refused
    with pytest.raises(parity.NotInSync, match="Added column `age`"):
        parity.assert_in_sync(made.env["DATABASE_URL"], folder=made.folder)


@pytest.mark.parametrize(
    ("place", "why"), [("postgresql://a:secret@db/x", "it is a URL"), ("prisma", "it isn't a file")]
)
def test_a_receipt_that_cannot_be_written_is_told_before_anything_runs(made: Project, place: str, why: str) -> None:
    made.write_migration("20990101000000_more", "CREATE TABLE more (id INTEGER PRIMARY KEY);\n")
    refused = made.run("migrate", "deploy", "--receipt", place).exited(1)
    assert ("Error PAR125" in refused.stderr, why in refused.stderr, "secret" in refused.stderr) == (True, True, False)
    assert "20990101000000_more  pending" in made.run("migrate", "status").stdout


def test_what_was_done_is_told_although_the_receipt_cannot_be_written(made: Project) -> None:
    made.write_migration("20990101000000_more", "CREATE TABLE more (id INTEGER PRIMARY KEY);\n")
    (made.folder / "file").touch()
    run = made.run("migrate", "deploy", "--receipt", "file/receipt.json").exited(1)
    assert "Applied 20990101000000_more" in run.stdout
    assert "Error PAR125: can't write" in run.stderr
    again = made.run("migrate", "deploy", "--json", "--receipt", "file/receipt.json").exited(1)
    assert json.loads(again.stdout)["error"]["code"] == "PAR125"


def test_a_deploy_gives_a_receipt(made: Project) -> None:
    write(made, MORE)
    made.run("migrate", "dev", "--name", "more", "--create-only").succeeded()
    entries = json.loads(lock_of(made).read_text())["migrations"]
    run = made.run("migrate", "deploy", "--receipt", "receipt.json").succeeded()
    assert "Verified: the live schema went from" in run.stdout
    receipt = json.loads((made.folder / "receipt.json").read_text())
    assert receipt["verified"] is True
    assert [receipt["fingerprintBefore"], receipt["fingerprintAfter"]] == [e["fingerprint"] for e in entries]
    assert [(m["name"], m["checksum"]) for m in receipt["migrations"]] == [(entries[1]["name"], entries[1]["checksum"])]


def test_two_branches_meet_in_it_and_rebase_puts_one_behind_the_other(made: Project) -> None:
    def git(*arguments: str, code: int = 0) -> None:
        command = ["git", "-c", "user.name=x", "-c", "user.email=x@example.org", *arguments]
        environment = {**os.environ, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull}
        done = subprocess.run(command, cwd=made.folder, env=environment, capture_output=True, check=False)
        assert done.returncode == code, done.stderr

    git("init", "-q", "-b", "main")
    git("add", "-A")
    git("commit", "-qm", "one")
    git("checkout", "-qb", "feature")
    write(made, MODELS + EARLY)
    made.run("migrate", "dev", "--name", "now_early").succeeded()
    git("add", "-A")
    git("commit", "-qm", "early")
    git("checkout", "-q", "main")
    write(made, MORE)
    made.run("migrate", "dev", "--name", "now_late", "--on-drift", "undo").succeeded()
    git("add", "-A")
    git("commit", "-qm", "late")
    git("checkout", "-q", "feature")
    git("merge", "main", code=1)
    assert "Error PAR262" in made.run("migrate", "deploy").exited(1).stderr
    write(made, MORE + EARLY)
    run = made.run("migrate", "rebase").succeeded()
    assert "_now_early to 2" in run.stdout
    names = [entry["name"].partition("_")[2] for entry in json.loads(lock_of(made).read_text())["migrations"]]
    assert names == ["init", "now_late", "now_early"]
    made.run("migrate", "dev", "--on-drift", "undo").succeeded()
    assert "In parity." in made.run("check").succeeded().stdout


def test_a_baseline_begins_it_and_the_database_that_it_was_made_of_is_in_parity(
    project: Project, provider: str, database_url: str
) -> None:
    project.use_database(database_url)
    sql(database_url, "CREATE TABLE old (id INTEGER PRIMARY KEY, n INTEGER CHECK (n > 0))")
    write(project, "")
    project.run("db", "pull").succeeded()
    project.run("migrate", "baseline").succeeded()
    before = lock_of(project).read_bytes()
    assert "In parity." in project.run("check").succeeded().stdout
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    project.run("check", "--replay").succeeded()
    project.run("migrate", "lock", "--check").succeeded()
    assert json.loads(before)["datamodel"] is not None
    assert lock_of(project).read_bytes() == before


def test_a_baseline_whose_tables_the_schema_file_does_not_know_begins_one_that_says_nothing_of_it(
    project: Project, provider: str, database_url: str
) -> None:
    project.use_database(database_url)
    sql(database_url, "CREATE TABLE old (id INTEGER PRIMARY KEY, n INTEGER CHECK (n > 0))")
    write(project, "")
    project.run("migrate", "baseline").succeeded()
    assert json.loads(lock_of(project).read_bytes())["datamodel"] is None
    assert "PAR909: table old isn't in the schema file any more" in project.run("check").exited(2).stdout
    project.run("db", "pull").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    assert json.loads(lock_of(project).read_bytes())["datamodel"] is not None
