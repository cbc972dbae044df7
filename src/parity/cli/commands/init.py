"""`parity init`."""

from __future__ import annotations

from pathlib import Path

import click

from parity.cli.output import say
from parity.workflow.init import initialise


@click.command(short_help="Make prisma/schema.prisma and .env.")
@click.option(
    "--provider",
    required=True,
    metavar="NAME",
    help="The kind of database: postgresql or sqlite.",
)
@click.option("--url", metavar="URL", help="What DATABASE_URL in .env is to be, instead of an example.")
def init(provider: str, url: str | None) -> None:
    """Make prisma/schema.prisma, .env with DATABASE_URL, and the lines that .gitignore needs.

    A file that is there already is never overwritten.
    """
    done = initialise(Path.cwd(), provider, url=url)
    for path in done.made:
        say(f"Made {path}")
    for path in done.extended:
        say(f"Added lines to {path}")
    for path in done.kept:
        say(f"Left {path} as it is")
    say()
    say("Next: set DATABASE_URL in .env, describe your tables in prisma/schema.prisma, then")
    say("  parity migrate dev --name init      for a new database")
    say("  parity migrate baseline             for one that has tables already")
