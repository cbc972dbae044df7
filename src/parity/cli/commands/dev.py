"""`parity migrate dev`."""

from __future__ import annotations

import click

from parity.cli.interaction import Terminal
from parity.cli.losses import loss_values
from parity.cli.options import (
    json_option,
    lock_timeout_option,
    make_request,
    on_type_change_option,
    schema_option,
    shadow_url_option,
    url_option,
)
from parity.cli.output import say, say_json
from parity.cli.seeding import seed_after, seed_value, skip_seed_option
from parity.counting import counted
from parity.workflow.context import open_project
from parity.workflow.conversions import OnTypeChange
from parity.workflow.dev import Developed, DevOptions, OnDrift, develop


@click.command(short_help="Write the migration that the schema file asks for, prove it, apply it locally.")
@click.option("--name", "-n", metavar="NAME", help="What the migration does, in a few words: add_team_roles.")
@click.option("--create-only", is_flag=True, help="Write the migration, and don't apply it.")
@click.option("--accept-data-loss", is_flag=True, help="Go on where rows or values may be lost, without asking.")
@click.option(
    "--on-drift",
    type=click.Choice([answer.value for answer in OnDrift]),
    help="What to do where the local database isn't where its migrations end. Without it: ask, or stop.",
)
@on_type_change_option
@click.option("--reset", is_flag=True, help="The same as --on-drift reset: empty the database where it has drifted.")
@click.option("--create-database", is_flag=True, help="Make the database if it isn't there, without asking.")
@skip_seed_option
@schema_option
@url_option
@shadow_url_option
@lock_timeout_option
@json_option
def dev(
    name: str | None,
    create_only: bool,
    accept_data_loss: bool,
    on_drift: str | None,
    on_type_change: str | None,
    reset: bool,
    create_database: bool,
    skip_seed: bool,
    schema: str | None,
    url: str | None,
    shadow_url: str | None,
    lock_timeout: float,
    as_json: bool,
) -> None:
    """Bring the migrations folder and the local database to what schema.prisma says.

    The folder is replayed on a scratch database and compared with the schema file. The difference becomes a migration,
    which is proved there, written to the folder, and applied. Pending migrations of others are applied first.

    A database that was made, or emptied, is filled by the project's seed command, if there is one: `parity db seed`.
    """
    if reset and on_drift not in (None, OnDrift.RESET.value):
        raise click.UsageError("--reset and --on-drift say different things.")
    answer = OnDrift.RESET if reset else OnDrift(on_drift) if on_drift else None
    chosen = OnTypeChange(on_type_change) if on_type_change else None
    options = DevOptions(name, create_only, accept_data_loss, answer, chosen, create_database, lock_timeout)
    project = open_project(make_request(schema, url, shadow_url))
    done = develop(project, options, Terminal(quiet=as_json))
    if not as_json:
        _show(done, "" if done.written is None else project.places.show(done.written))
    seeded = seed_after(project.request, as_json=as_json) if done.is_new and not skip_seed else None
    if as_json:
        say_json({**_value(done), "seed": seed_value(seeded)})


def _value(done: Developed) -> dict[str, object]:
    return {
        "database": done.database,
        "written": None if done.written is None else str(done.written),
        "sql": done.sql,
        "applied": [{"name": m.name, "statements": m.statements, "seconds": round(m.seconds, 3)} for m in done.applied],
        "losses": loss_values(done.losses),
        "wasReset": done.was_reset,
    }


def _show(done: Developed, written: str) -> None:
    for migration in done.applied:
        say(f"Applied {migration.name} ({counted(migration.statements, 'statement')}, {migration.seconds:.2f} s)")
    if done.written is None:
        if not done.applied:
            say("Already in sync: no schema change, and no pending migration.")
        say(f"The database {done.database} is in sync with the schema.", color="green")
        return
    say(f"Wrote {written}")
    say("Proved: replaying the folder gives exactly the schema file.")
    if done.created_only:
        say("Not applied. Review it with `parity migrate review`, apply it with `parity migrate dev`.")
    else:
        say(f"The database {done.database} is in sync with the schema.", color="green")
