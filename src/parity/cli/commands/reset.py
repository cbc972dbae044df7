"""`parity migrate reset`."""

from __future__ import annotations

import click

from parity.cli.interaction import Terminal
from parity.cli.options import make_request, schema_option, url_option
from parity.cli.output import say
from parity.cli.seeding import seed_after, skip_seed_option
from parity.counting import counted
from parity.workflow.context import open_project
from parity.workflow.reset import reset as run_reset


@click.command(short_help="Empty a database and apply all migrations anew.")
@click.option("--force", "-f", is_flag=True, help="Don't ask.")
@skip_seed_option
@schema_option
@url_option
def reset(force: bool, skip_seed: bool, schema: str | None, url: str | None) -> None:
    """Drop everything in the database, rows and all, and apply every migration again. For local databases.

    Then the project's seed command runs, if there is one: see `parity db seed`.
    """
    project = open_project(make_request(schema, url))
    done = run_reset(project, Terminal(), force=force)
    say(f"Emptied {done.database} ({counted(done.dropped, 'table')})")
    for migration in done.applied:
        say(f"Applied {migration.name} ({counted(migration.statements, 'statement')}, {migration.seconds:.2f} s)")
    say("The database is where the migrations folder ends.", color="green")
    if not skip_seed:
        seed_after(project.request, as_json=False)
