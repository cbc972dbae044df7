"""Scratch databases of killed runs: who says that they are there, and who drops which."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg2
import pytest

from commandline import Project
from servers import PASSWORD, PASSWORD_ROLE, PostgresServer, ServerUnavailable, private_postgres

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

NAMED = "SELECT datname FROM pg_database WHERE datname LIKE 'parity\\_scratch\\_%' ORDER BY 1"


def stamped(seconds_ago: float, ending: str) -> str:
    return f"parity_scratch_{time.strftime('%Y%m%d%H%M%S', time.gmtime(time.time() - seconds_ago))}_{ending}"


@pytest.fixture(scope="module")
def server() -> Iterator[PostgresServer]:
    """One of its own: cleaning takes what other tests have left, too."""
    try:
        with private_postgres() as running:
            yield running
    except ServerUnavailable as error:
        pytest.skip(f"NO POSTGRESQL: {error}")


@pytest.fixture
def started(project: Project, server: PostgresServer) -> Iterator[Project]:
    sql(server.url(), "CREATE DATABASE shop")
    project.use_database(server.url("shop"))
    project.write_schema("", provider="postgresql")
    project.write_migration("1_a", "CREATE TABLE a (id int);\n", provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    yield project
    sql(server.url(), "DROP DATABASE shop WITH (FORCE)")


@pytest.fixture
def made(started: Project, server: PostgresServer) -> Iterator[dict[str, str]]:
    """Databases by such names, of which one alone is a leftover of ours that nobody uses."""
    url = started.env["DATABASE_URL"]
    names = {
        "left": stamped(3 * 3600, "00000001"),
        "in use": stamped(2 * 3600, "00000002"),
        "of another user": stamped(2 * 3600, "00000003"),
        "young": stamped(0, "00000004"),
        "of a person": "parity_scratch_of_mine",
        "no time": "parity_scratch_20259999000000_00000005",
    }
    for what, name in names.items():
        sql(url, f'CREATE DATABASE "{name}"' + (f" OWNER {PASSWORD_ROLE}" if what == "of another user" else ""))
    busy = psycopg2.connect(server.dsn(names["in use"]))
    yield names
    busy.close()
    for name in names.values():
        sql(url, f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def test_the_doctor_names_them_with_their_age_and_drops_them_when_told(started: Project, made: dict[str, str]) -> None:
    url = started.env["DATABASE_URL"]
    told = started.run("migrate", "doctor").succeeded().stdout
    assert told.splitlines()[1:] == [
        "No migration is failed here.",
        f"A killed run left the scratch database {made['left']}, made 3 hours ago.",
        "Next: parity migrate doctor --clean-scratch",
    ]
    ((left),) = json.loads(started.run("migrate", "doctor", "--json").succeeded().stdout)["leftovers"]
    assert (left["name"], 10800 <= left["ageSeconds"] < 11000) == (made["left"], True)
    cleaned = started.run("migrate", "doctor", "--clean-scratch").succeeded().stdout
    assert cleaned.splitlines()[1:] == [
        "No migration is failed here.",
        f"Dropped {made['left']}",
        "No scratch database of a killed run is left here.",
    ]
    there = {str(name) for (name,) in sql(url, NAMED)}
    assert {name for what, name in made.items() if what != "left"} <= there
    assert made["left"] not in there


def test_dev_says_in_one_line_that_they_are_there(started: Project, made: dict[str, str]) -> None:
    started.write_schema("model a {\n  id Int?\n\n  @@ignore\n}\n", provider="postgresql")
    said = started.run("migrate", "dev").succeeded().stderr
    assert said.splitlines() == [
        "Killed runs left 1 scratch database here: parity migrate doctor --clean-scratch drops them"
    ]


def test_another_user_finds_his_own(started: Project, made: dict[str, str], server: PostgresServer) -> None:
    url = started.env["DATABASE_URL"]
    database = url.rpartition("/")[2]
    sql(url, f"GRANT ALL ON SCHEMA public TO {PASSWORD_ROLE}; GRANT ALL ON _prisma_migrations TO {PASSWORD_ROLE}")
    theirs = server.url(database, user=PASSWORD_ROLE, password=PASSWORD)
    told = started.run("migrate", "doctor", "--url", theirs).succeeded().stdout
    assert made["of another user"] in told
    assert made["left"] not in told


def test_what_a_killed_run_leaves_is_found_a_minute_later(started: Project) -> None:
    url = started.env["DATABASE_URL"]
    before = set(sql(url, NAMED))
    started.write_migration("2_slow", "SELECT pg_sleep(60);\n")
    running = started.parity.start("migrate", "dev", cwd=started.folder, env=started.env)
    deadline = time.monotonic() + 60
    while not (new := set(sql(url, NAMED)) - before):
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    ((name,),) = new
    assert str(name) not in started.run("migrate", "doctor").output
    # A minute later it has another name, as far as can be told.
    older = stamped(61, str(name)[-8:])
    sql(url, f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
    sql(url, f'ALTER DATABASE "{name}" RENAME TO "{older}"')
    assert f"{older}, made 1 minute ago" in started.run("migrate", "doctor").output
    assert f"Dropped {older}" in started.run("migrate", "doctor", "--clean-scratch").succeeded().stdout
    assert set(sql(url, NAMED)) == before
