"""`parity migrate lock`."""

from __future__ import annotations

import click

from parity.cli.check_json import value_of
from parity.cli.check_text import show_check
from parity.cli.interaction import Terminal
from parity.cli.options import json_option, make_request, schema_option, shadow_url_option, url_option
from parity.cli.output import say, say_json
from parity.counting import counted
from parity.workflow.check import check_folder
from parity.workflow.check_report import CheckReport, Outcome
from parity.workflow.context import Project, open_project
from parity.workflow.parity_lock import lock as make_lock


@click.command(short_help="Make parity.lock anew: replay the folder, and write where each migration leads.")
@schema_option
@url_option
@shadow_url_option
@click.option(
    "--check",
    "only_check",
    is_flag=True,
    help="Write nothing, and ask no database: exit code 2 where the file isn't that of the migrations, or the schema "
    "file asks for something else than they make.",
)
@json_option
def lock(schema: str | None, url: str | None, shadow_url: str | None, only_check: bool, as_json: bool) -> int:
    """Replay the migrations on a scratch database, one at a time, and write where each of them leads.

    With prisma/migrations/parity.lock, `parity check` and `parity migrate deploy` hold a database against its history
    without a scratch database, with the right to read. `parity migrate dev` keeps the file up to date.
    """
    project = open_project(make_request(schema, url, shadow_url), models_later=only_check)
    if only_check:
        return _check(project, as_json=as_json)
    done = make_lock(project, Terminal(quiet=as_json))
    shown = project.places.show(done.path)
    if as_json:
        say_json(
            {"path": shown, "migrations": done.migrations, "changed": done.changed, "saysSchema": done.says_schema}
        )
        return 0
    verb = "Wrote" if done.changed else "Nothing to change in"
    say(f"{verb} {shown}: {counted(done.migrations, 'migration')}", color="green")
    if not done.says_schema:
        say(
            "The schema file asks for something else than the migrations make: parity migrate dev writes the difference"
        )
    return 0


def _check(project: Project, *, as_json: bool) -> int:
    report = CheckReport(check_folder(project, offline=True), (), replayed=False)
    if as_json:
        say_json(value_of(report))
    elif report.outcome is Outcome.SAME:
        say("parity.lock is that of the migrations, and the schema file asks for what they make.", color="green")
    else:
        for compared in report.project:
            show_check(compared, None)
    return 0 if report.outcome is Outcome.SAME else 2
