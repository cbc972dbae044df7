"""`migrate resolve --accept-edit` and `--accept-rename`: what they need, what they write, and who tells of it later."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from commandline import Project
from parity.migrations.checksum import checksum_of

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

A, B = "20250101000000_a", "20250102000000_b"


@pytest.fixture
def deployed(project: Project, provider: str, database_url: str) -> Project:
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration(A, "CREATE TABLE a (id INTEGER);\n", provider=provider)
    project.write_migration(B, "CREATE TABLE b (id INTEGER);\nINSERT INTO b VALUES (1);\n")
    project.run("migrate", "deploy").succeeded()
    return project


def row(project: Project, name: str) -> tuple[object, ...]:
    columns = "checksum, logs, applied_steps_count"
    url = project.env["DATABASE_URL"]
    ((checksum, logs, steps),) = sql(url, f"SELECT {columns} FROM _prisma_migrations WHERE migration_name = '{name}'")
    return checksum, logs, steps


def test_an_edit_of_comments_is_accepted_without_a_replay_and_told_by_the_log(deployed: Project) -> None:
    before, _, _ = row(deployed, A)
    file = deployed.write_migration(A, "-- the first\nCREATE TABLE a (\n  id INTEGER\n);\n")
    done = deployed.run("migrate", "resolve", "--accept-edit", A).succeeded()
    assert done.stdout == f"Recorded {A} as it is now: only comments or white space differ.\n"
    checksum, _, steps = row(deployed, A)
    assert (checksum, steps) == (checksum_of(file.read_bytes()), 1)
    assert deployed.run("migrate", "status").succeeded().stdout.count("edited") == 0
    assert deployed.run("migrate", "deploy", "--strict").succeeded().stderr == ""
    shown = deployed.run("migrate", "log").succeeded().stdout
    assert f"edit accepted: only comments or white space differ; its checksum was {str(before)[:12]}, by " in shown
    (run,) = (r for r in json.loads(deployed.run("migrate", "log", "--json").stdout)["runs"] if r["migration"] == A)
    ((told),) = run["amended"]
    assert (told["what"], told["was"], told["proof"], run["outcome"]) == ("edit", before, "comments", "applied")
    again = deployed.run("migrate", "resolve", "--accept-edit", A).exited(1)
    assert again.stderr.startswith(f"Error PAR531: migration {A} is the file that was applied")


def test_an_edit_of_sql_is_accepted_where_the_folder_still_leads_to_the_schema(deployed: Project) -> None:
    deployed.write_migration(B, "CREATE TABLE b (id INTEGER);\nINSERT INTO b VALUES (2);\n")
    done = deployed.run("migrate", "resolve", "--accept-edit", B).succeeded()
    assert done.stdout == f"Recorded {B} as it is now: the folder still leads to the schema of the database.\n"
    assert done.stderr == f"Warning: {B} also changes rows; whether the edit changes which isn't compared\n"
    assert "up to date" in deployed.run("migrate", "status").succeeded().stdout


def test_an_edit_that_leads_elsewhere_is_refused_but_where_that_is_said_to_be_meant(deployed: Project) -> None:
    before = row(deployed, A)
    deployed.write_migration(A, "CREATE TABLE a (id INTEGER);\nCREATE TABLE more (id INTEGER);\n")
    refused = deployed.run("migrate", "resolve", "--accept-edit", A).exited(1)
    assert refused.stderr.startswith(f"Error PAR532: the edit of {A} isn't proved to change nothing: ")
    assert "- more" in refused.stderr
    assert row(deployed, A) == before
    forced = deployed.run("migrate", "resolve", "--accept-edit", A, "--without-proof").succeeded()
    assert forced.stdout == f"Recorded {A} as it is now: accepted without proof.\n"
    assert "accepted without proof" in deployed.run("migrate", "log").succeeded().stdout


def test_two_edits_after_one_another_are_both_told(deployed: Project) -> None:
    first = row(deployed, A)[0]
    file = deployed.write_migration(A, "-- one\nCREATE TABLE a (id INTEGER);\n")
    deployed.run("migrate", "resolve", "--accept-edit", A).succeeded()
    second = checksum_of(file.read_bytes())
    deployed.write_migration(A, "-- two\nCREATE TABLE a (id INTEGER);\n")
    assert "only comments or white space" in deployed.run("migrate", "status").succeeded().stdout
    deployed.run("migrate", "resolve", "--accept-edit", A).succeeded()
    runs = json.loads(deployed.run("migrate", "log", "--json").succeeded().stdout)["runs"]
    assert [told["was"] for run in runs if run["migration"] == A for told in run["amended"]] == [first, second]


def test_a_new_name_is_recorded_in_the_same_row(deployed: Project) -> None:
    before = row(deployed, B)
    (deployed.migrations_folder / B).rename(deployed.migrations_folder / "20250105000000_b")
    assert deployed.run("migrate", "deploy").exited(1).stderr.startswith(f"Error PAR503: {B} was renamed to ")
    done = deployed.run("migrate", "resolve", "--accept-rename", "20250105000000_b").succeeded()
    assert done.stdout == f"Recorded {B} under its new name, 20250105000000_b.\n"
    after = row(deployed, "20250105000000_b")
    assert (after[0], after[2]) == (before[0], before[2])
    assert "Nothing to do" in deployed.run("migrate", "deploy", "--strict").succeeded().stdout
    assert f"recorded under its new name; it was {B}" in deployed.run("migrate", "log").succeeded().stdout
    url = deployed.env["DATABASE_URL"]
    assert sql(url, "SELECT count(*) FROM b") == [(1,)]
    again = deployed.run("migrate", "resolve", "--accept-rename", "20250105000000_b").exited(1)
    assert again.stderr.startswith("Error PAR533: migration 20250105000000_b was applied under this name")


def test_of_two_that_were_renamed_each_is_found_by_what_it_holds(deployed: Project) -> None:
    (deployed.migrations_folder / A).rename(deployed.migrations_folder / "20250201000000_one")
    (deployed.migrations_folder / B).rename(deployed.migrations_folder / "20250202000000_two")
    said = deployed.run("migrate", "deploy").exited(1).stderr
    assert said.startswith("Error PAR503: 2 migrations were renamed after they were applied here\n")
    assert f"  {A} was renamed to 20250201000000_one after it was applied here\n" in said
    assert f"  {B} was renamed to 20250202000000_two after it was applied here\n" in said


@pytest.mark.parametrize("flag", ["--accept-edit", "--accept-rename"])
def test_what_was_not_applied_or_is_not_there_is_refused(deployed: Project, flag: str) -> None:
    deployed.write_migration("20250103000000_c", "CREATE TABLE c (id INTEGER);\n")
    waiting = deployed.run("migrate", "resolve", flag, "20250103000000_c").exited(1)
    assert waiting.stderr.startswith("Error PAR530: migration 20250103000000_c isn't applied here: it is pending\n")
    unknown = deployed.run("migrate", "resolve", flag, "nobody").exited(1)
    assert unknown.stderr.startswith("Error P3017: there is no migration nobody in prisma/migrations\n")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("--accept-edit", A, "--applied", A), "Exactly one of --applied, --rolled-back, --accept-edit"),
        (("--applied", A, "--without-proof"), "--without-proof goes with --accept-edit."),
    ],
)
def test_flags_that_do_not_go_together_are_refused(deployed: Project, arguments: tuple[str, ...], said: str) -> None:
    assert said in deployed.run("migrate", "resolve", *arguments).output
