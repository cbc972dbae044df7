"""PAR804: the deployment runs a command that is for a developer's own database."""

from __future__ import annotations

from collections.abc import Iterator

from parity.platforms.commands import Invocation
from parity.platforms.deployment import Role
from parity.platforms.findings.finding import Finding, Seen

_WHY = {
    "db push": "it changes the schema without a migration: nobody reviewed what it drops, and nothing records it",
    "migrate dev": "it writes migrations, asks, and on another history wants to empty the database",
    "migrate reset": "it empties the database",
}
_FLAGS = {
    "--accept-data-loss": "it goes on where rows are lost, and nobody is asked",
    "--force-reset": "it empties the database",
}


def find(seen: Seen) -> Iterator[Finding]:
    """Each such command, where it isn't one of a trial on a database of its own."""
    for run in seen.runs:
        danger = None if run.command.role is Role.TRIAL else _danger(run.invocation)
        if danger is not None:
            what, why = danger
            via = "" if not run.called else f", called from {run.command.file}:{run.command.line}"
            yield Finding(
                "PAR804",
                run.file,
                run.line,
                f"the deployment runs {what} ({run.command.role.value}{via})",
                why,
                "run `parity migrate deploy` in its place; it applies the migrations that are committed, and no more",
            )


def _danger(invocation: Invocation) -> tuple[str, str] | None:
    words = " ".join(invocation.words[:2])
    for flag, why in _FLAGS.items():
        if flag in invocation.arguments:
            return f"{invocation.program} {words} {flag}", why
    known = _WHY.get(words)
    return None if known is None else (f"{invocation.program} {words}", known)
