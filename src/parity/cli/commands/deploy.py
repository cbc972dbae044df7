"""`parity migrate deploy`."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import click

from parity._version import __version__
from parity.cli.deploying import another_past_value, tell_another_past
from parity.cli.interaction import Terminal
from parity.cli.options import (
    json_option,
    lock_timeout_option,
    make_request,
    schema_option,
    statement_lock_timeout_option,
    url_option,
)
from parity.cli.output import say, say_json
from parity.counting import counted
from parity.workflow.context import Project, open_project
from parity.workflow.deploy import Deployed
from parity.workflow.deploy import deploy as run_deploy
from parity.workflow.files import refuse_unwritable, write_file


@click.command(short_help="Apply the pending migrations. Never asks, never resets.")
@click.option("--create-database", is_flag=True, help="Make the database if it isn't there. SQLite files always are.")
@click.option(
    "--strict",
    is_flag=True,
    help="Apply nothing where the SQL of migrations was edited after they were applied, or they come too late.",
)
@click.option(
    "--plan", "plan_only", is_flag=True, help="Run and write nothing: show the transactions of what is pending."
)
@click.option(
    "--verify/--no-verify",
    default=None,
    help="Hold the live schema against the history before and behind it, and run nothing where it was changed by other "
    "means. By itself where parity.lock is there.",
)
@click.option("--receipt", metavar="FILE", help="Write what was done to FILE, as JSON.")
@schema_option
@url_option
@lock_timeout_option
@statement_lock_timeout_option
@json_option
def deploy(
    create_database: bool,
    strict: bool,
    plan_only: bool,
    verify: bool | None,
    receipt: str | None,
    schema: str | None,
    url: str | None,
    lock_timeout: float,
    statement_lock_timeout: float,
    as_json: bool,
) -> None:
    """Apply what is pending, under a lock, and say what was applied.

    For the build step of a deployment: it never asks, never resets, and needs no scratch database.
    """
    project = open_project(make_request(schema, url), config_only=True)
    if plan_only:
        # What most deploys don't need, they don't wait for.
        from parity.cli.deploy_plan import show
        from parity.workflow.deploy_plan import plan_deploy

        show(project, plan_deploy(project, create_database=create_database, strict=strict), as_json=as_json)
        return
    place = None if receipt is None else Path.cwd() / receipt
    if place is not None:
        refuse_unwritable(place)
    started = datetime.now(UTC)
    done = run_deploy(
        project,
        Terminal(quiet=as_json),
        lock_timeout=lock_timeout,
        statement_lock_timeout=statement_lock_timeout,
        create_database=create_database,
        strict=strict,
        verify=verify,
    )
    if not as_json:
        # Before the receipt: where that can't be written, what was done has been told. JSON is one value, or the error.
        _tell(done, project)
    if place is not None:
        write_file(place, json.dumps(_receipt(done, project, started), indent=2) + "\n")
    if as_json:
        say_json(_value(done))


def _tell(done: Deployed, project: Project) -> None:
    tell_another_past(done.past)
    if done.applied:
        say(
            "\n".join(
                f"Applied {m.name} ({counted(m.statements, 'statement')}, {m.seconds:.2f} s)" for m in done.applied
            )
        )
    if done.after is not None:
        say(_verified(done))
    count = len(done.applied)
    say(f"{counted(done.found, 'migration')} found in {project.places.show(project.places.migrations)}")
    if count:
        say(f"{counted(count, 'migration')} applied to {done.database}.", color="green")
    else:
        say(f"Nothing to do: no pending migrations on {done.database}.", color="green")


def _verified(done: Deployed) -> str:
    after = (done.after or "")[:_SHORT]
    if done.before is None or done.before == done.after:
        return f"Verified: the live schema is the one that the history leads to ({after})"
    return f"Verified: the live schema went from {done.before[:_SHORT]} to {after}, where the history leads to"


_SHORT = 12
"""How many digits of a fingerprint people are shown."""


def _receipt(done: Deployed, project: Project, started: datetime) -> dict[str, object]:
    return {
        "database": done.database,
        "provider": project.dialect.name,
        "parity": __version__,
        "startedAt": started.isoformat(timespec="milliseconds"),
        "finishedAt": datetime.now(UTC).isoformat(timespec="milliseconds"),
        "verified": done.after is not None,
        "fingerprintBefore": done.before,
        "fingerprintAfter": done.after,
        "migrations": [
            {
                "name": m.name,
                "checksum": done.checksums.get(m.name),
                "statements": m.statements,
                "seconds": round(m.seconds, 3),
            }
            for m in done.applied
        ],
    }


def _value(done: Deployed) -> dict[str, object]:
    return {
        "database": done.database,
        "found": done.found,
        "applied": [{"name": m.name, "statements": m.statements, "seconds": round(m.seconds, 3)} for m in done.applied],
        "verified": done.after is not None,
        "fingerprintBefore": done.before,
        "fingerprintAfter": done.after,
        **another_past_value(done.past),
    }
