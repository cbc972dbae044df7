"""`parity migrate resolve`."""

from __future__ import annotations

import click

from parity.cli.options import make_request, schema_option, url_option
from parity.cli.output import say
from parity.workflow.context import open_project
from parity.workflow.resolve import mark_applied, mark_rolled_back


@click.command(short_help="Record what became of a failed migration.")
@click.option("--applied", metavar="NAME", help="All of this migration is in the database.")
@click.option("--rolled-back", metavar="NAME", help="Nothing of this failed migration is left in the database.")
@schema_option
@url_option
def resolve(applied: str | None, rolled_back: str | None, schema: str | None, url: str | None) -> None:
    """Write into the ledger what you have made sure of. Only the ledger changes, never the schema."""
    if (applied is None) == (rolled_back is None):
        raise click.UsageError("Exactly one of --applied and --rolled-back is needed.")
    project = open_project(make_request(schema, url), config_only=True)
    if applied is not None:
        mark_applied(project, applied)
        say(f"Recorded {applied} as applied.")
    elif rolled_back is not None:
        mark_rolled_back(project, rolled_back)
        say(f"Recorded {rolled_back} as rolled back. The next deploy runs it again.")
