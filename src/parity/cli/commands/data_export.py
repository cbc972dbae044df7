"""`parity data export`."""

from __future__ import annotations

import click

from parity.cli.options import json_option, make_request, schema_option, url_option
from parity.cli.output import say, say_json, tell
from parity.counting import counted
from parity.data.write import FORMATS
from parity.workflow.context import open_project
from parity.workflow.data_export import export as write_rows


@click.command(short_help="Write rows of a table into a file of reference data.")
@click.argument("table")
@click.option("--where", metavar="CONDITION", help="Only the rows for which this SQL condition holds.")
@click.option(
    "--format", "form", type=click.Choice(FORMATS), default="yaml", show_default=True, help="The file's form."
)
@click.option("--force", is_flag=True, help="Write the file anew, where it is there already.")
@schema_option
@url_option
@json_option
def export(
    table: str, where: str | None, form: str, force: bool, schema: str | None, url: str | None, as_json: bool
) -> None:
    """Write rows of TABLE (a model or a table) into prisma/data.

    `parity migrate dev` then writes what the migrations lack of them, and `parity check` finds databases in which they
    are missing or differ. The file is read back before it is written. With --force, what a file that is there says of
    its key, of who owns its rows and of its columns stays, and in YAML the comments.
    """
    project = open_project(make_request(schema, url))
    done = write_rows(project, table, where=where, form=form, force=force)
    shown = project.places.show(done.path)
    if as_json:
        say_json({"path": shown, "rows": done.rows, "lostComments": list(done.lost)})
        return
    say(f"Wrote {shown}: {counted(done.rows, 'row')}", color="green")
    if done.lost:
        tell(f"{counted(len(done.lost), 'comment')} went with rows that aren't there any more:")
        for comment in done.lost:
            tell(f"  {comment}")
