"""`migrate log` on real databases: each run that changed one, whoever made it."""

from __future__ import annotations

import json
import os
import platform
import pwd
import re
import signal
import sys
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from commandline import Project
from parity._version import __version__

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

ME = pwd.getpwuid(os.geteuid()).pw_name


@pytest.fixture
def deployed(project: Project, database_url: str, provider: str) -> Project:
    """A database with one applied migration of two statements."""
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration("1_init", "CREATE TABLE a (x int);\nCREATE TABLE b (y int);\n", provider=provider)
    if provider == "sqlite":
        Path(database_url.removeprefix("file:")).touch()
    project.run("migrate", "deploy").succeeded()
    return project


def runs(project: Project) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(project.run("migrate", "log", "--json").succeeded().stdout)["runs"]
    return found


def test_a_run_is_told_with_when_by_whom_where_and_with_what(deployed: Project) -> None:
    (run,) = runs(deployed)
    assert (run["migration"], run["outcome"]) == ("1_init", "applied")
    assert (run["user"], run["host"], run["tool"]) == (ME, platform.node(), f"parity {__version__}")
    assert (run["statements"], run["confirmed"], run["error"]) == (2, 2, None)
    assert re.fullmatch(r"[0-9a-f]{64}", run["checksum"])
    assert 0 <= run["seconds"] < 60
    assert abs((datetime.now(UTC) - datetime.fromisoformat(run["startedAt"])).total_seconds()) < 300
    shown = deployed.run("migrate", "log").succeeded().stdout
    assert re.search(r"^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d  1_init  applied in \d+\.\d\d s$", shown, re.MULTILINE)
    assert f"by {ME}@{platform.node()} with parity {__version__}" in shown


def test_the_database_user_is_told_where_there_is_one(deployed: Project, provider: str) -> None:
    assert (runs(deployed)[0]["databaseUser"] is None) == (provider == "sqlite")


def test_a_failure_and_its_second_run_are_both_there_newest_first(deployed: Project) -> None:
    file = deployed.write_migration("2_more", "CREATE TABLE c (z int);\nINSERT INTO nowhere VALUES (1);\n")
    deployed.run("migrate", "deploy").exited(1)
    failed = runs(deployed)[0]
    assert (failed["migration"], failed["outcome"], failed["user"]) == ("2_more", "undone", ME)
    assert (failed["statements"], failed["confirmed"]) == (2, 0)
    assert "nowhere" in failed["error"]
    file.write_text("CREATE TABLE c (z int);\n")
    deployed.run("migrate", "deploy").succeeded()
    assert [(run["migration"], run["outcome"]) for run in runs(deployed)] == [
        ("2_more", "applied"),
        ("2_more", "resolved"),
        ("1_init", "applied"),
    ]
    shown = deployed.run("migrate", "log", "-n", "2").succeeded().stdout
    assert "failed, resolved as rolled back" in shown
    assert re.search(rf"^    resolved .*, by {ME}@{platform.node()} with parity", shown, re.MULTILINE)
    assert "0 of its 2 statements were recorded as done" in shown
    assert "nowhere" in shown
    assert "… and 1 older" in shown


def test_what_was_recorded_by_hand_is_told_apart_from_what_ran(deployed: Project) -> None:
    deployed.write_migration("2_by_hand", "CREATE TABLE c (z int);\n")
    deployed.run("migrate", "resolve", "--applied", "2_by_hand").succeeded()
    recorded = runs(deployed)[0]
    assert (recorded["migration"], recorded["outcome"], recorded["user"]) == ("2_by_hand", "recorded", ME)
    assert (recorded["seconds"], recorded["statements"]) == (None, None)
    assert "up to date" in deployed.run("migrate", "status").succeeded().stdout


@pytest.mark.parametrize("logs", ["NULL", "''"])
def test_rows_of_another_program_are_told_with_what_is_known(deployed: Project, database_url: str, logs: str) -> None:
    sql(database_url, f"UPDATE _prisma_migrations SET logs = {logs}")
    (run,) = runs(deployed)
    assert (run["outcome"], run["user"], run["tool"], run["statements"]) == ("applied", None, None, None)
    assert run["seconds"] is not None
    assert "another program ran it" in deployed.run("migrate", "log").succeeded().stdout
    sql(database_url, "UPDATE _prisma_migrations SET finished_at = NULL, logs = 'ERROR: it broke'")
    (run,) = runs(deployed)
    assert (run["outcome"], run["error"]) == ("failed", "ERROR: it broke")


def test_a_killed_run_is_not_finished_and_says_who_began_it(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    # More than one transaction: what is one leaves neither a change nor a row when it is killed.
    alone = "-- parity:no-transaction\n"
    project.write_migration("1_slow", f"{alone}CREATE TABLE a (x int);\nSELECT pg_sleep(60);\n", provider="postgresql")
    running = project.parity.start("migrate", "deploy", cwd=project.folder, env=project.env)
    busy = "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%sleep(60)%' AND pid <> pg_backend_pid()"
    deadline = time.monotonic() + 30
    while sql(postgres_url, busy) == [(0,)]:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    (run,) = runs(project)
    assert (run["outcome"], run["seconds"], run["user"]) == ("unfinished", None, ME)


def test_nothing_but_the_ledger_is_made_for_it(deployed: Project, database_url: str, provider: str) -> None:
    names = (
        "SELECT name FROM sqlite_schema WHERE type = 'table' ORDER BY 1"
        if provider == "sqlite"
        else "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace ORDER BY 1"
    )
    assert sql(database_url, names) == [("_prisma_migrations",), ("a",), ("b",)]


def test_a_hostile_text_in_the_ledger_reaches_the_terminal_with_escapes(deployed: Project, database_url: str) -> None:
    logs = json.dumps({"atomic": True, "statements": 1, "done": 1, "user": "\x1b[2Jeve", "host": "h", "tool": "t"})
    sql(database_url, f"UPDATE _prisma_migrations SET logs = 'parity {logs}'")
    shown = deployed.run("migrate", "log").succeeded().stdout
    assert "eve@h with t" in shown
    assert "\x1b" not in shown


def test_a_database_without_a_ledger_has_no_runs_and_needs_no_schema_file(project: Project, postgres_url: str) -> None:
    shown = project.run("migrate", "log", "--url", postgres_url).succeeded().stdout
    assert "No migration was ever run or recorded here." in shown
    value = json.loads(project.run("migrate", "log", "--url", postgres_url, "--json").succeeded().stdout)
    assert value["runs"] == []
