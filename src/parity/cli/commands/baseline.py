"""`parity migrate baseline`."""

from __future__ import annotations

import click

from parity.cli.options import json_option, make_request, schema_option, shadow_url_option, url_option
from parity.cli.output import say, say_json
from parity.counting import counted
from parity.workflow.baseline import NAME
from parity.workflow.baseline import baseline as make_baseline
from parity.workflow.context import open_project


@click.command(short_help="Make the first migration from a database that has tables already.")
@click.option("--name", default=NAME, show_default=True, metavar="NAME", help="The migration's folder.")
@schema_option
@url_option
@shadow_url_option
@json_option
def baseline(name: str, schema: str | None, url: str | None, shadow_url: str | None, as_json: bool) -> None:
    """Make the first migration from the live database, prove that it reproduces it, and record it as applied.

    The database itself isn't changed, but for the ledger.
    """
    project = open_project(make_request(schema, url, shadow_url))
    done = make_baseline(project, name=name)
    if as_json:
        say_json({"database": done.database, "written": str(done.written), "tables": len(done.schema.tables)})
        return
    counts = [counted(len(done.schema.tables), "table"), counted(len(done.schema.enums), "enum")]
    counts += [f"{len(done.schema.opaques)} views, functions, triggers and the like"] if done.schema.opaques else []
    say(f"Read {done.database}: {', '.join(counts)}")
    say(f"Wrote {project.places.show(done.written)}")
    say("Proved: on an empty database it gives exactly the live schema.")
    say(f"Recorded {name} as applied.", color="green")
    say("Next: parity db pull, to have the same in the schema file")
