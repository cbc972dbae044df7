"""Whole histories of real products, killed and resumed: the end is that of a run that nobody disturbed.

`make conformance` does it at 20 points of each; PARITY_HISTORY_KILLS is their number.
"""

from __future__ import annotations

import os
import random
import signal
import time
from collections import Counter
from collections.abc import Callable

import pytest

from commandline import Project
from histories import ALL, TAKEN, History, ledger
from killed import Branch, Ended, empty, wait_until_free
from parity.dialects.registry import dialect_for_provider
from parity.execute.runner import plan_script

POINTS = int(os.environ.get("PARITY_HISTORY_KILLS", "20" if ALL else "2"))


@pytest.fixture(params=TAKEN)
def history(request: pytest.FixtureRequest, project: Project) -> History:
    return History(request.param, project)


@pytest.fixture
def urls(history: History, request: pytest.FixtureRequest) -> tuple[str, str]:
    """The database that is disturbed, and one that isn't."""
    if history.provider == "sqlite":
        url: str = request.getfixturevalue("sqlite_url")
        return url, url.replace("database.db", "quiet.db")
    new: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return new(), new()


def run(history: History, *arguments: str, **env: str) -> Ended:
    return Branch(history.project, *arguments, env=env).wait()


def resume(history: History) -> str:
    """What a person does after a kill, by what the program says. The way that it took."""
    ended = run(history, "migrate", "deploy")
    if ended.code == 0:
        return "deploy"
    assert "P3009" in ended.output, ended.output
    assert "doctor" in ended.output, ended.output
    mended = run(history, "migrate", "doctor", "--resume")
    assert mended.code == 0, mended.output
    last = run(history, "migrate", "deploy")
    assert last.code == 0, last.output
    return "doctor --resume"


def deployed_in_peace(history: History, url: str) -> float:
    """Deploy the whole history; the seconds that it takes."""
    history.use(url)
    begun = time.monotonic()
    ended = run(history, "migrate", "deploy", "--create-database")
    assert ended.code == 0, ended.output
    return time.monotonic() - begun


def assert_same(history: History, disturbed: str, quiet: str) -> None:
    assert ledger(disturbed) == ledger(quiet)
    assert history.schema(disturbed) == history.schema(quiet)


def kill_at(history: History, number: int, chance: random.Random) -> None:
    """Deploy all before the migration with this number, then that one, up to a step of it."""
    history.show(number)
    before = run(history, "migrate", "deploy", "--create-database")
    assert before.code == 0, before.output
    history.show(number + 1)
    name, script = history.scripts(number + 1)[-1]
    plan = plan_script(script, dialect_for_provider(history.provider))
    run_ones = [planned.index for segment in plan.segments for planned in segment.statements]
    steps = [] if plan.is_atomic else ["after_started_row"]
    if run_ones:
        steps += [f"mid_script({chance.choice(run_ones)})", "after_script", "after_commit", "before_commit"]
    step = chance.choice([*steps, "before_unlock"])
    killed = run(history, "migrate", "deploy", PARITY_FAILPOINT=f"{step}:kill")
    assert killed.code == -signal.SIGKILL, (name, step, killed.output)


def test_a_kill_at_any_step_of_any_migration_changes_nothing_in_the_end(
    history: History, urls: tuple[str, str]
) -> None:
    disturbed, quiet = urls
    deployed_in_peace(history, quiet)
    history.use(disturbed)
    chance = random.Random(f"steps of {history.names[0]}")
    ways: Counter[str] = Counter()
    while ways.total() < POINTS:
        empty(disturbed)
        for number in sorted(chance.sample(range(len(history.names)), min(POINTS - ways.total(), len(history.names)))):
            kill_at(history, number, chance)
            wait_until_free(disturbed)
            ways[resume(history)] += 1
        history.show(len(history.names))
        assert run(history, "migrate", "deploy").code == 0
        assert_same(history, disturbed, quiet)
    print(f"\n{history.title}: killed at {ways.total()} steps, resumed by {dict(ways)}")


def test_kills_at_any_moment_change_nothing_in_the_end(history: History, urls: tuple[str, str]) -> None:
    disturbed, quiet = urls
    whole = deployed_in_peace(history, quiet)
    history.use(disturbed)
    chance = random.Random(f"moments of {history.names[0]}")
    kills, resumed, runs = 0, 0, 1
    while kills < POINTS:
        branch = Branch(history.project, "migrate", "deploy", "--create-database")
        time.sleep(chance.uniform(0, whole / 3))
        branch.kill()
        ended = branch.wait()
        wait_until_free(disturbed)
        if ended.code == -signal.SIGKILL:
            kills += 1
        elif ended.code == 0:
            assert_same(history, disturbed, quiet)
            empty(disturbed)
            runs += 1
        else:
            resume(history)
            resumed += 1
    resume(history)
    assert_same(history, disturbed, quiet)
    print(f"\n{history.title}: killed {kills} times in {runs} runs of {whole:.1f} s, {resumed} times doctor --resume")
