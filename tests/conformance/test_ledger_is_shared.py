"""The ledger, written by this program and read by the genuine engine, and the reverse: no complaint from either."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from commandline import Project
from referee import Referee, referee, referee_folder

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from stories import sql

SCRIPTS = {
    "1_init": "CREATE TABLE a (x int);\nCREATE TABLE b (y int);\n",
    "2_theirs": "CREATE TABLE c (z int);\n",
    "3_ours": "CREATE TABLE d (w int);\n",
    "4_by_hand": "CREATE TABLE e (v int);\n",
    "5_theirs": "CREATE TABLE f (u int);\n",
}


@pytest.fixture
def engine() -> Iterator[Referee]:
    if referee_folder() is None:
        pytest.skip("the engine isn't installed")
    with referee() as running:
        yield running


def migrations(names: list[str]) -> list[list[str]]:
    return [[name, SCRIPTS[name]] for name in names]


def diagnosed(engine: Referee, url: str, names: list[str]) -> dict[str, Any]:
    answer = engine.ask(op="diagnose", url=url, migrations=migrations(names))
    assert "error" not in answer, answer
    found: dict[str, Any] = answer["result"]
    return found


def test_finished_rows_with_a_journal_are_no_complaint_to_the_engine(
    engine: Referee, project: Project, database_url: str, provider: str
) -> None:
    if provider == "sqlite":
        Path(database_url.removeprefix("file:")).touch()
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    names: list[str] = []
    for name, script in SCRIPTS.items():
        names.append(name)
        project.write_migration(name, script, provider=provider)
        if name.endswith("theirs"):
            answer = engine.ask(op="apply", url=database_url, migrations=migrations(names))
            assert answer.get("result", {}).get("appliedMigrationNames") == [name], answer
        elif name.endswith("by_hand"):
            project.run("migrate", "resolve", "--applied", name).succeeded()
        else:
            project.run("migrate", "deploy").succeeded()
        found = diagnosed(engine, database_url, names)
        assert found["history"] is None
        assert (found["failedMigrationNames"], found["editedMigrationNames"]) == ([], [])
        assert found["hasMigrationsTable"] is True
        assert "up to date" in project.run("migrate", "status").succeeded().stdout
    runs = json.loads(project.run("migrate", "log", "--json").succeeded().stdout)["runs"]
    assert [(run["migration"], run["outcome"], run["tool"] is None) for run in reversed(runs)] == [
        ("1_init", "applied", False),
        ("2_theirs", "applied", True),
        ("3_ours", "applied", False),
        ("4_by_hand", "recorded", False),
        ("5_theirs", "applied", True),
    ]
    assert sql(database_url, "SELECT count(*) FROM _prisma_migrations WHERE logs LIKE 'parity {%'") == [(3,)]


def test_a_failed_run_of_either_is_seen_by_the_other_and_resolved_there(
    engine: Referee, project: Project, database_url: str, provider: str
) -> None:
    if provider == "sqlite":
        Path(database_url.removeprefix("file:")).touch()
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    broken = "INSERT INTO nowhere VALUES (1);\n"
    project.write_migration("1_broken", broken, provider=provider)
    project.run("migrate", "deploy").exited(1)
    given = [["1_broken", broken]]
    found = engine.ask(op="diagnose", url=database_url, migrations=given)["result"]
    assert found["failedMigrationNames"] == ["1_broken"]
    assert "error" not in engine.ask(op="mark_rolled_back", url=database_url, name="1_broken", migrations=given)
    assert "error" in engine.ask(op="apply", url=database_url, migrations=given)
    runs = json.loads(project.run("migrate", "log", "--json").succeeded().stdout)["runs"]
    assert sorted((run["outcome"], run["tool"] is None) for run in runs) == [("failed", True), ("resolved", False)]
    project.run("migrate", "resolve", "--rolled-back", "1_broken").succeeded()
    assert engine.ask(op="diagnose", url=database_url, migrations=given)["result"]["failedMigrationNames"] == []


def test_what_the_engine_left_half_done_is_found_and_finished(
    engine: Referee, project: Project, database_url: str, provider: str
) -> None:
    """It sends a script to PostgreSQL as one message, which is one transaction; to SQLite without any."""
    if provider == "sqlite":
        Path(database_url.removeprefix("file:")).touch()
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    first = SCRIPTS["1_init"]
    second = "CREATE TABLE c (z int);\nCREATE UNIQUE INDEX a_x ON a (x);\nCREATE TABLE d (w int);\n"
    project.write_migration("1_init", first, provider=provider)
    project.write_migration("2_more", second)
    given = [["1_init", first], ["2_more", second]]
    assert "error" not in engine.ask(op="apply", url=database_url, migrations=given[:1])
    sql(database_url, "INSERT INTO a VALUES (1), (1)")
    assert "error" in engine.ask(op="apply", url=database_url, migrations=given)
    said = project.run("migrate", "doctor").exited(1).stdout
    expected = (
        "1 of 3 statements took effect, stopped at line 2" if provider == "sqlite" else "Nothing of it took effect"
    )
    assert expected in said
    sql(database_url, "DELETE FROM a")
    project.run("migrate", "doctor", "--resume").succeeded()
    found = engine.ask(op="diagnose", url=database_url, migrations=given)["result"]
    assert (found["history"], found["failedMigrationNames"], found["editedMigrationNames"]) == (None, [], [])
    assert sql(database_url, "SELECT count(*) FROM d") == [(0,)]


def test_an_accepted_edit_and_an_accepted_name_are_no_complaint_to_the_engine(
    engine: Referee, project: Project, database_url: str, provider: str
) -> None:
    if provider == "sqlite":
        Path(database_url.removeprefix("file:")).touch()
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    given = [["1_init", SCRIPTS["1_init"]], ["2_more", SCRIPTS["3_ours"]]]
    assert "error" not in engine.ask(op="apply", url=database_url, migrations=given[:1])
    for name, script in given:
        project.write_migration(name, script, provider=provider)
    project.run("migrate", "deploy").succeeded()
    now = [["1_init", "-- edited\n" + SCRIPTS["1_init"]], ["3_more", SCRIPTS["3_ours"]]]
    project.write_migration(*now[0])
    (project.migrations_folder / "2_more").rename(project.migrations_folder / "3_more")
    found = engine.ask(op="diagnose", url=database_url, migrations=now)["result"]
    assert (found["history"] is not None, found["editedMigrationNames"]) == (True, ["1_init"])
    project.run("migrate", "resolve", "--accept-edit", "1_init").succeeded()
    project.run("migrate", "resolve", "--accept-rename", "3_more").succeeded()
    found = engine.ask(op="diagnose", url=database_url, migrations=now)["result"]
    assert (found["history"], found["failedMigrationNames"], found["editedMigrationNames"]) == (None, [], [])
    assert engine.ask(op="apply", url=database_url, migrations=now)["result"]["appliedMigrationNames"] == []
