"""PAR802: App Platform doesn't give the URL to the command that migrates."""

from __future__ import annotations

from collections.abc import Iterator

from parity.platforms.deployment import Command, Role, Variable
from parity.platforms.digitalocean import PATHS
from parity.platforms.findings.finding import Finding, Seen


def find(seen: Seen) -> Iterator[Finding]:
    """Each variable with the URL whose scope leaves out the time at which a command migrates."""
    for run in seen.migrating:
        command = run.command
        if command.file not in PATHS:
            continue
        builds = command.role is Role.BUILD
        lacking, time = ("RUN_TIME", "while it is built") if builds else ("BUILD_TIME", "when it runs")
        for variable in _given(seen, command):
            if variable.scope == lacking:
                yield Finding(
                    "PAR802",
                    variable.file,
                    variable.line,
                    f"{variable.name} has the scope {lacking}, but {command.component} migrates {time}",
                    f"the command in line {command.line} doesn't get the variable, and fails",
                    "give it the scope RUN_AND_BUILD_TIME, or migrate in a job of kind PRE_DEPLOY" if builds
                    else "give it the scope RUN_TIME or RUN_AND_BUILD_TIME",
                )  # fmt: skip


def _given(seen: Seen, command: Command) -> Iterator[Variable]:
    """The variables that count for a component: its own before those of the whole app."""
    for name in seen.url_variables:
        same = [v for v in seen.deployment.variables if v.file == command.file and v.name == name]
        own = [variable for variable in same if variable.component == command.component]
        yield from own or [variable for variable in same if not variable.component]
