"""`parity migrate resolve`."""

from __future__ import annotations

import click

from parity.cli.options import make_request, schema_option, shadow_url_option, url_option
from parity.cli.output import say, tell
from parity.execute.journal import Proof
from parity.workflow.amend import accept_edit as record_edit
from parity.workflow.amend import accept_rename as record_rename
from parity.workflow.context import Project, open_project
from parity.workflow.resolve import mark_applied, mark_rolled_back


@click.command(short_help="Record what became of a migration: failed, edited or renamed.")
@click.option("--applied", metavar="NAME", help="All of this migration is in the database.")
@click.option("--rolled-back", metavar="NAME", help="Nothing of this failed migration is left in the database.")
@click.option(
    "--accept-edit",
    metavar="NAME",
    help="This migration's file was edited after it was applied, which makes no difference: take it as it is now.",
)
@click.option(
    "--accept-rename", metavar="NAME", help="This migration was applied under another name: record it under this one."
)
@click.option(
    "--without-proof", is_flag=True, help="With --accept-edit: don't replay the folder to see that nothing differs."
)
@schema_option
@url_option
@shadow_url_option
def resolve(
    applied: str | None,
    rolled_back: str | None,
    accept_edit: str | None,
    accept_rename: str | None,
    without_proof: bool,
    schema: str | None,
    url: str | None,
    shadow_url: str | None,
) -> None:
    """Write into the ledger what you have made sure of. Only the ledger changes, never the schema.

    An edit that changes more than comments and white space is accepted if a replay of the folder on a scratch database
    still leads to the database's schema. The row then has the checksum of the file, for Node's prisma, too; what was
    changed, when and by whom is told by `parity migrate log`.
    """
    given = [name for name in (applied, rolled_back, accept_edit, accept_rename) if name is not None]
    if len(given) != 1:
        raise click.UsageError("Exactly one of --applied, --rolled-back, --accept-edit and --accept-rename is needed.")
    if without_proof and accept_edit is None:
        raise click.UsageError("--without-proof goes with --accept-edit.")
    project = open_project(make_request(schema, url, shadow_url), config_only=True)
    if applied is not None:
        mark_applied(project, applied)
        say(f"Recorded {applied} as applied.")
    elif rolled_back is not None:
        again = " The next deploy runs it again." if mark_rolled_back(project, rolled_back) else ""
        say(f"Recorded {rolled_back} as rolled back.{again}")
    elif accept_edit is not None:
        _accept_edit(project, accept_edit, without_proof=without_proof)
    elif accept_rename is not None:
        say(f"Recorded {record_rename(project, accept_rename)} under its new name, {accept_rename}.")


def _accept_edit(project: Project, name: str, *, without_proof: bool) -> None:
    done = record_edit(project, name, without_proof=without_proof)
    if done.moves_rows and done.proof is Proof.REPLAY:
        tell(f"Warning: {name} also changes rows; whether the edit changes which isn't compared", color="yellow")
    say(f"Recorded {name} as it is now: {done.proof.value}.")
