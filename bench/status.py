"""`parity migrate status` with nothing pending: what the start of each container waits for."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from databases import Ground, ground, write_project
from measure import Command, Promise, environment, print_table, seconds_in_turns

MIGRATIONS = 100


def bench(rounds: int) -> list[Promise]:
    """Round trips after connecting, by the program's own count and by the server's log."""
    with ground() as here:
        postgres = write_project(here.folder / "postgresql", "postgresql", MIGRATIONS)
        sqlite = write_project(here.folder / "sqlite", "sqlite", MIGRATIONS)
        urls = {postgres: here.new_database("status"), sqlite: f"file:{sqlite / 'local.db'}"}
        for project, url in urls.items():
            _parity(project, url, "migrate", "deploy")
        promises = [
            Promise(f"status: round trips, {MIGRATIONS} applied, {project.name}", _counted(project, url), 4)
            for project, url in urls.items()
        ]
        sent = _logged(here, postgres, urls[postgres])
        promises.append(Promise("status: statements in the log of the server, set-up included", sent, 4))
        _print_times(postgres, urls, rounds)
        return promises


def _parity(project: Path, url: str, *arguments: str) -> str:
    command = [sys.executable, "-m", "parity", *arguments]
    given = {**environment(), "DATABASE_URL": url}
    ended = subprocess.run(command, cwd=project, env=given, capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(f"{' '.join(command)} ended with {ended.returncode}:\n{ended.stdout}{ended.stderr}")
    return ended.stdout


def _counted(project: Path, url: str) -> int:
    trips: int = json.loads(_parity(project, url, "migrate", "status", "--json"))["roundTrips"]
    return trips


def _logged(here: Ground, project: Path, url: str) -> int:
    before = here.statements_logged()
    _parity(project, url, "migrate", "status")
    return here.statements_logged() - before


def _print_times(base: Path, urls: dict[Path, str], rounds: int) -> None:
    bare = "python -c pass"
    commands: dict[str, Command] = {bare: (sys.executable, "-c", "pass")}
    for project, url in urls.items():
        schema = str(project / "prisma" / "schema.prisma")
        status = (sys.executable, "-m", "parity", "migrate", "status", "--schema", schema, "--url", url)
        commands[f"migrate status, {project.name}"] = status
    print_table(seconds_in_turns(commands, rounds), bare)
