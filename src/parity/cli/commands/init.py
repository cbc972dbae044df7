"""`parity init`."""

from __future__ import annotations

import click

from parity.cli.options import make_request
from parity.cli.output import say
from parity.workflow.init import Initialised, start_project
from parity.workflow.platforms import NAMES, Added


@click.command(short_help="Make prisma/schema.prisma and .env, and a platform's files.")
@click.option(
    "--provider",
    metavar="NAME",
    help="The kind of database: postgresql or sqlite. A project that is there already has one.",
)
@click.option("--url", metavar="URL", help="What DATABASE_URL in .env is to be, instead of an example.")
@click.option(
    "--platform",
    "platforms",
    multiple=True,
    type=click.Choice(NAMES),
    help="Make or extend the files with which this platform migrates, then deploys. May be given several times, and "
    "for a project that is there already.",
)
def init(provider: str | None, url: str | None, platforms: tuple[str, ...]) -> None:
    """Make prisma/schema.prisma, .env with DATABASE_URL, and the lines that .gitignore needs.

    With --platform, make what the platform needs to migrate at each deployment.

    A file that is there already is never overwritten: it is extended where nothing else in it changes by that, else
    left, and the lines that it lacks are shown.
    """
    done, added = start_project(make_request(), provider, platforms, url=url)
    if done is not None:
        _show_project(done)
    if added is not None:
        _show_platforms(added)
    say()
    if done is not None:
        say("Next: set DATABASE_URL in .env, describe your tables in prisma/schema.prisma, then")
        say("  parity migrate dev --name init      for a new database")
        say("  parity migrate baseline             for one that has tables already")
    if added is not None:
        say("For the platform:" if done is not None else "Next:")
        for note in added.notes:
            say(f"  {note}")
        say("  parity doctor                       looks for what is wrong in these files")


def _show_project(done: Initialised) -> None:
    for path in done.made:
        say(f"Made {path}")
    for path in done.extended:
        say(f"Added lines to {path}")
    for path in done.kept:
        say(f"Left {path} as it is")


def _show_platforms(added: Added) -> None:
    for edit in added.edits:
        if edit.text is not None:
            say(f"Added lines to {edit.path}" if edit.extends else f"Made {edit.path}")
        elif edit.missing:
            say(f"Left {edit.path} as it is, as {edit.why}. It lacks:", color="yellow")
            for line in edit.missing.splitlines():
                say(f"    {line}")
        else:
            say(f"Left {edit.path} as it is")
