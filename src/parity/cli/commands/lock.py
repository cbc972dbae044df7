"""`parity migrate lock`."""

from __future__ import annotations

import click

from parity.cli.interaction import Terminal
from parity.cli.options import json_option, make_request, schema_option, shadow_url_option, url_option
from parity.cli.output import say, say_json
from parity.counting import counted
from parity.workflow.context import open_project
from parity.workflow.parity_lock import lock as make_lock


@click.command(short_help="Make parity.lock anew: replay the folder, and write where each migration leads.")
@schema_option
@url_option
@shadow_url_option
@json_option
def lock(schema: str | None, url: str | None, shadow_url: str | None, as_json: bool) -> None:
    """Replay the migrations on a scratch database, one at a time, and write where each of them leads.

    With prisma/migrations/parity.lock, `parity check` and `parity migrate deploy` hold a database against its history
    without a scratch database, with the right to read. `parity migrate dev` keeps the file up to date.
    """
    project = open_project(make_request(schema, url, shadow_url))
    done = make_lock(project, Terminal(quiet=as_json))
    shown = project.places.show(done.path)
    if as_json:
        say_json(
            {"path": shown, "migrations": done.migrations, "changed": done.changed, "saysSchema": done.says_schema}
        )
        return
    verb = "Wrote" if done.changed else "Nothing to change in"
    say(f"{verb} {shown}: {counted(done.migrations, 'migration')}", color="green")
    if not done.says_schema:
        say(
            "The schema file asks for something else than the migrations make: parity migrate dev writes the difference"
        )
