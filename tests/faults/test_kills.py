"""Kills at every step and at any moment (F1, F2, F4): what the ledger says is true, and the next run comes to the end.

`make faults` repeats the kills at random moments; PARITY_FAULT_KILLS is their number for each kind of script.
"""

import os
import random
import signal
import statistics
import time

import pytest

from killed import ATOMIC, KINDS, WORK, Branch, assert_at_the_end, converge, empty, lies, prepare, wait_until_free
from truth import read_truth

KILLS = int(os.environ.get("PARITY_FAULT_KILLS", "4"))
STARTED = "after_started_row"
"""Only where a script is more than one transaction: else its row comes with it."""
COMMIT = "before_commit"
"""Only where the last transaction is ours."""
STEPS = (
    "after_connect",
    "after_lock",
    STARTED,
    "mid_script(1)",
    "mid_script(4)",
    "after_script",
    COMMIT,
    "after_commit",
    "before_unlock",
)


@pytest.fixture(params=KINDS, ids=lambda kind: kind.name)
def kind(request):
    return request.param


@pytest.fixture
def url(kind, request):
    return request.getfixturevalue("sqlite_url" if kind.provider == "sqlite" else "postgres_url")


@pytest.fixture
def run(project):
    return lambda *arguments, **env: Branch(project, *arguments, env=env).wait()


def apply_first(project, run):
    """Apply the first migration alone, which passes the same steps, so that the second one is the one to be killed."""
    (project.migrations_folder / "2_work").rename(project.folder / "kept")
    assert run("migrate", "deploy", "--create-database").code == 0
    (project.folder / "kept").rename(project.migrations_folder / "2_work")


def test_a_kill_at_any_step_leaves_the_truth_and_the_next_run_comes_to_the_end(project, kind, url, run):
    prepare(project, kind, url)
    ways = {}
    for step in [step for step in STEPS if not (kind.atomic and step == STARTED) and not (kind.own and step == COMMIT)]:
        empty(url)
        apply_first(project, run)
        killed = run("migrate", "deploy", "--create-database", PARITY_FAILPOINT=f"{step}:kill")
        assert killed.code == -signal.SIGKILL, (step, killed.output)
        wait_until_free(url)
        truth = read_truth(url)
        assert lies(truth, kind) == [], step
        if kind.atomic:
            assert all(row.finished for row in truth.rows), step
        ways[step] = converge(project, kind, run)
    wants_doctor = {step for step, way in ways.items() if way != "deploy"}
    expected = set() if kind.atomic else {*STEPS[2:8]} - ({COMMIT} if kind.own else set())
    assert wants_doctor == expected


def test_an_error_around_a_commit_is_told_as_it_is(project, kind, url, run):
    prepare(project, kind, url)
    taken_back = {f"mid_script({at})" for at in (1, 4) if at < kind.first} | ({COMMIT} if kind.first else set())
    for step in ("mid_script(1)", "mid_script(4)", *(() if kind.own else (COMMIT,)), "after_commit"):
        empty(url)
        apply_first(project, run)
        failed = run("migrate", "deploy", PARITY_FAILPOINT=f"{step}:error")
        assert failed.code == 1, step
        assert f"the run was failed at {step}" in failed.output
        assert lies(read_truth(url), kind) == [], step
        assert ("took all of it back" in failed.output) == (step in taken_back), failed.output
        converge(project, kind, run)


def test_kills_at_any_moment_leave_the_truth_and_the_next_run_comes_to_the_end(project, kind, url, run):
    prepare(project, kind, url)
    free, ways, chance = [], [], random.Random(20)
    whole, midway = 0.0, 0
    for number in range(KILLS):
        if number % 25 == 0:
            # What else the machine has to do changes in an hour, and with it how long a run takes.
            whole = undisturbed(url, kind, run)
        empty(url)
        branch = Branch(project, "migrate", "deploy", "--create-database")
        # Starting takes most of the time, and the work comes last.
        moment = chance.triangular(0, 1.1 * whole, whole)
        time.sleep(moment)
        branch.kill()
        branch.wait()
        free.append(wait_until_free(url))
        truth = read_truth(url)
        assert lies(truth, kind) == [], (number, moment)
        midway += bool(truth.tables) and WORK not in truth.applied()
        ways.append(converge(project, kind, run))
    assert statistics.median(free) < 1
    told = {way: ways.count(way) for way in sorted(set(ways))}
    print(f"\n{kind.name}: {KILLS} kills within {whole:.2f} s, {midway} of them at work, none left a lie;")
    print(f"brought to the end by {told}; ", end="")
    print(f"sessions gone after {statistics.median(free) * 1000:.0f} ms, at most {max(free) * 1000:.0f} ms")


def undisturbed(url, kind, run):
    """The seconds that a run takes now."""
    empty(url)
    begun = time.monotonic()
    assert run("migrate", "deploy", "--create-database").code == 0
    assert_at_the_end(url, kind)
    return time.monotonic() - begun


def test_a_long_statement_ends_soon_after_its_client_was_killed(project, postgres_url):
    prepare(project, ATOMIC, postgres_url)
    project.write_migration("2_work", 'CREATE TABLE "a" (); SELECT pg_sleep(60); CREATE TABLE "b" ();')
    branch = Branch(project, "migrate", "deploy")
    time.sleep(1.5)
    branch.kill()
    branch.wait()
    assert wait_until_free(postgres_url) < 1.2
    truth = read_truth(postgres_url)
    assert truth.tables == {"base", "_prisma_migrations"}
    assert [row.name for row in truth.rows] == ["1_base"]
