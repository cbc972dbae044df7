"""`parity migrate deploy`."""

from __future__ import annotations

import click

from parity.cli.interaction import Terminal
from parity.cli.options import (
    json_option,
    lock_timeout_option,
    make_request,
    schema_option,
    statement_lock_timeout_option,
    url_option,
)
from parity.cli.output import say, say_json, tell
from parity.workflow.context import open_project
from parity.workflow.deploy import Deployed
from parity.workflow.deploy import deploy as run_deploy


@click.command(short_help="Apply the pending migrations. Never asks, never resets.")
@click.option("--create-database", is_flag=True, help="Make the database if it isn't there. SQLite files always are.")
@click.option(
    "--strict",
    is_flag=True,
    help="Apply nothing where migrations were edited after they were applied, or come too late.",
)
@schema_option
@url_option
@lock_timeout_option
@statement_lock_timeout_option
@json_option
def deploy(
    create_database: bool,
    strict: bool,
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
    done = run_deploy(
        project,
        Terminal(quiet=as_json),
        lock_timeout=lock_timeout,
        statement_lock_timeout=statement_lock_timeout,
        create_database=create_database,
        strict=strict,
    )
    if as_json:
        say_json(_value(done))
        return
    for name in done.edited:
        tell(f"Warning: {name} was edited after it was applied here", color="yellow")
    for name in done.out_of_order:
        tell(f"Warning: {name} sorts before a migration that was applied earlier", color="yellow")
    for name in done.missing:
        tell(f"Warning: {name} is applied here, but not in the folder", color="yellow")
    for migration in done.applied:
        statements = "1 statement" if migration.statements == 1 else f"{migration.statements} statements"
        say(f"Applied {migration.name} ({statements}, {migration.seconds:.2f} s)")
    count = len(done.applied)
    found = "1 migration" if done.found == 1 else f"{done.found} migrations"
    say(f"{found} found in {project.places.show(project.places.migrations)}")
    if count:
        say(f"{count} {'migration' if count == 1 else 'migrations'} applied to {done.database}.", color="green")
    else:
        say(f"Nothing to do: no pending migrations on {done.database}.", color="green")


def _value(done: Deployed) -> dict[str, object]:
    return {
        "database": done.database,
        "found": done.found,
        "applied": [{"name": m.name, "statements": m.statements, "seconds": round(m.seconds, 3)} for m in done.applied],
        "edited": list(done.edited),
        "outOfOrder": list(done.out_of_order),
        "missing": list(done.missing),
    }
