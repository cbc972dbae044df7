"""The whole histories of real products, deployed untouched: `parity check` finds nothing, half-way and at the end.

What a history and its schema file differ in is what the genuine engine reports, too: it is named here.
"""

from __future__ import annotations

import json

import pytest

from commandline import Project
from histories import TAKEN, History

SCHEMA_FILE = {"umami": ["session_replay"], "litellm": ["LiteLLM_SpendLogs"]}


@pytest.fixture(params=TAKEN)
def history(request: pytest.FixtureRequest, project: Project) -> History:
    history = History(request.param, project)
    url: str = request.getfixturevalue("sqlite_url" if history.provider == "sqlite" else "postgres_url")
    history.use(url)
    return history


def checked(history: History, *options: str) -> dict[str, object]:
    """What a check says of the lock, the schema file (the tables it differs in), the ledger and the live schema."""
    expected = SCHEMA_FILE.get(history.title, [])
    run = history.project.run("check", "--json", *options, timeout=300)
    report = json.loads(run.stdout)
    [environment] = report["environments"]
    found = {
        (place, compared["check"]): [(finding["code"], finding["table"]) for finding in compared["findings"]]
        for place, checks in (("project", report["project"]), ("database", environment["checks"]))
        for compared in checks
    }
    assert found.pop(("project", "schema file")) == [("PAR909", table) for table in expected]
    assert run.exit_code == (2 if expected or any(found.values()) else 0), run.output
    return {f"{place}: {check}": said for (place, check), said in found.items()}


def test_a_history_that_was_deployed_untouched_has_no_difference(history: History) -> None:
    half = len(history.names) // 2
    history.show(half)
    history.project.run("migrate", "deploy", timeout=300).succeeded()
    history.show(len(history.names))
    assert history.project.run("migrate", "lock", timeout=300).succeeded()
    pending = [("PAR901", None)] * (len(history.names) - half)
    assert checked(history) == {"database: migrations": pending, "database: database": []}
    history.project.run("migrate", "deploy", timeout=300).succeeded()
    assert checked(history) == {"database: migrations": [], "database: database": []}
    assert checked(history, "--replay") == {
        "project: migrations": [],
        "database: migrations": [],
        "database: database": [],
    }
    (history.project.migrations_folder / "parity.lock").unlink()
    assert checked(history) == {"database: migrations": [], "database: database": []}
