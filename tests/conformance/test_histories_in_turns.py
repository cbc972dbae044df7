"""Whole histories of real products, applied by the genuine engine and by us in turns: no complaint from either."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from commandline import Project
from histories import TAKEN, History, ledger
from killed import Branch
from referee import Referee, referee, referee_folder


@pytest.fixture
def engine() -> Iterator[Referee]:
    if referee_folder() is None:
        pytest.skip("NOT RUN: the engine isn't installed")
    with referee() as running:
        yield running


# The engine's SQLite takes no string in double quotes, as a script of pingvin-share has one.
@pytest.fixture(params=[name for name in TAKEN if name != "pingvin-share"])
def history(request: pytest.FixtureRequest, project: Project) -> History:
    return History(request.param, project)


@pytest.fixture
def urls(history: History, request: pytest.FixtureRequest) -> tuple[str, str]:
    """The database that both work on, and one of ours alone."""
    if history.provider == "sqlite":
        url: str = request.getfixturevalue("sqlite_url")
        for path in (url, url.replace("database.db", "ours.db")):
            Path(path.removeprefix("file:")).touch()
        return url, url.replace("database.db", "ours.db")
    new: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return new(), new()


def ours(history: History, url: str, count: int) -> int:
    """Deploy up to `count` migrations. How many were new."""
    history.use(url)
    history.show(count)
    ended = Branch(history.project, "migrate", "deploy", "--json", "--strict").wait()
    assert ended.code == 0, ended.output
    return len(json.loads(ended.output[ended.output.index("{") :])["applied"])


def theirs(engine: Referee, history: History, url: str, count: int) -> int:
    answer = engine.ask(op="apply", url=url, migrations=history.scripts(count))
    assert "error" not in answer, answer
    return len(answer["result"]["appliedMigrationNames"])


def neither_complains(engine: Referee, history: History, url: str, count: int) -> None:
    found = engine.ask(op="diagnose", url=url, migrations=history.scripts(count))["result"]
    assert (found["history"], found["failedMigrationNames"], found["editedMigrationNames"]) == (None, [], [])
    assert found["hasMigrationsTable"] is True
    history.show(count)
    status = Branch(history.project, "migrate", "status", "--json").wait()
    assert (status.code, json.loads(status.output)["verdict"]) == (0, "up to date"), status.output


@pytest.mark.parametrize("first", ["theirs", "ours"])
def test_turns_on_one_database_are_no_complaint_to_either(
    first: str, engine: Referee, history: History, urls: tuple[str, str]
) -> None:
    both, alone = urls
    total, turns, done = len(history.names), 7, 0
    for turn in range(turns):
        count = total * (turn + 1) // turns
        is_theirs = (turn % 2 == 0) == (first == "theirs")
        new = theirs(engine, history, both, count) if is_theirs else ours(history, both, count)
        history.use(both)
        assert new == count - done
        done = count
        neither_complains(engine, history, both, count)
    assert ours(history, alone, total) == total
    assert history.schema(both) == history.schema(alone)
    assert [row[:3] for row in ledger(both)] == [row[:3] for row in ledger(alone)]
    print(f"\n{history.title}: {total} migrations in {turns} turns, {first} first")
