"""`parity migrate rebase`."""

from __future__ import annotations

import click

from parity.cli.interaction import Terminal
from parity.cli.options import json_option, make_request, schema_option, shadow_url_option, url_option
from parity.cli.output import say, say_json
from parity.counting import counted
from parity.workflow.context import open_project
from parity.workflow.rebase import rebase as run_rebase


@click.command(short_help="After a merge: put this branch's migrations behind the other's, and prove it.")
@click.argument("names", nargs=-1, metavar="[MIGRATION]...")
@click.option(
    "--onto", metavar="BRANCH", help="The branch that was there first, instead of what git tells of the merge."
)
@schema_option
@url_option
@shadow_url_option
@json_option
def rebase(
    names: tuple[str, ...], onto: str | None, schema: str | None, url: str | None, shadow_url: str | None, as_json: bool
) -> None:
    """Give the migrations that come later new numbers, replay the folder, and make parity.lock anew.

    Two branches that both added a migration meet in a conflict in prisma/migrations/parity.lock. The migrations that
    the other branch doesn't have, or those that are named, go behind all others, where they aren't already. In a merge
    the other branch is the one that is merged; on the main branch, it is the main branch itself.
    """
    project = open_project(make_request(schema, url, shadow_url))
    done = run_rebase(project, names, onto, Terminal(quiet=as_json))
    if as_json:
        renamed = [{"from": old, "to": new} for old, new in done.renamed]
        say_json({"renamed": renamed, "migrations": done.lock.migrations, "saysSchema": done.lock.says_schema})
        return
    for old, new in done.renamed:
        say(f"Renamed {old} to {new}")
    if not done.renamed:
        say("Nothing had to be renamed: the later ones sort behind all others already.")
    say(f"Proved by a replay of {counted(done.lock.migrations, 'migration')}, and wrote parity.lock.", color="green")
    if not done.lock.says_schema:
        say(
            "The schema file asks for something else than the migrations make: parity migrate dev writes the difference"
        )
