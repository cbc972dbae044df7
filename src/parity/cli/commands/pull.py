"""`parity db pull`."""

from __future__ import annotations

import click

from parity.cli.interaction import Terminal
from parity.cli.options import make_request, schema_option, url_option
from parity.cli.output import say, say_text, tell
from parity.workflow.context import open_project
from parity.workflow.pull import pull as read_database
from parity.workflow.pull import write_pulled


@click.command(short_help="Write the schema file that says what a database holds.")
@click.option("--print", "print_only", is_flag=True, help="Print the schema file instead of writing it.")
@click.option("--force", is_flag=True, help="Overwrite the schema file without asking.")
@schema_option
@url_option
def pull(print_only: bool, force: bool, schema: str | None, url: str | None) -> None:
    """Read the database, and write the schema.prisma that says the same.

    Names, comments and order of the existing file are kept. Warnings go to standard error.
    """
    project = open_project(make_request(schema, url))
    pulled = read_database(project)
    for warning in pulled.warnings:
        tell(f"Warning: {warning}", color="yellow")
    if print_only:
        say_text(pulled.text)
        return
    write_pulled(pulled, Terminal(), force=force)
    name = project.places.show(pulled.path)
    say(f"Wrote {name} from {pulled.database}" if pulled.changed else f"{name} says the same as {pulled.database}")
