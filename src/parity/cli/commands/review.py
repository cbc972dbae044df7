"""`parity migrate review`."""

from __future__ import annotations

import click

from parity.cli.options import json_option, make_request, schema_option, shadow_url_option, url_option
from parity.cli.output import say, say_json, say_sql
from parity.cli.transactions import transaction_lines
from parity.review.report import Finding, Review, to_json
from parity.workflow.context import open_project
from parity.workflow.review import Reviewed
from parity.workflow.review import review as run_review


@click.command(short_help="Say what a migration does, and which rows it may cost.")
@click.argument("name", required=False)
@click.option(
    "--fail-on",
    type=click.Choice(["loss"]),
    help="Exit with 3 where a statement can lose data, whatever rows are here.",
)
@schema_option
@url_option
@shadow_url_option
@json_option
def review(
    name: str | None, fail_on: str | None, schema: str | None, url: str | None, shadow_url: str | None, as_json: bool
) -> int:
    """Say in plain words what a migration does, then print its SQL. NAME is the newest one by default.

    Statements that may lose data, or fail on the rows that are there, are marked, with the number of rows of the local
    database that they would hit. Works for migrations written by hand as well.
    """
    project = open_project(make_request(schema, url, shadow_url))
    done = run_review(project, name)
    if as_json:
        say_json({**to_json(done.review), "database": done.database, "sql": done.sql})
    else:
        _show(done)
    # The rows of this database don't count here: in a pipeline it is an empty one, and production isn't.
    return 3 if fail_on == "loss" and done.review.findings else 0


def _show(done: Reviewed) -> None:
    found = done.review
    say(f"Migration {found.migration}", bold=True)
    say()
    say("What it does")
    for line in summary_lines(found):
        say(f"  {line}")
    say()
    _show_findings(done)
    say()
    say("How it runs")
    for line in transaction_lines(found.transactions, whole=False):
        say(f"  {line}")
    say()
    say_sql(done.sql)


def summary_lines(found: Review) -> list[str]:
    """What a migration does, by table, with the counts at the end."""
    lines: list[str] = []
    totals: dict[str, int] = {}
    for summary in found.summaries:
        lines += list(summary.sentences)
        for kind in ("creates", "adds", "changes", "drops", "inserts", "updates", "deletes"):
            totals[kind] = totals.get(kind, 0) + int(getattr(summary.counts, kind))
    lines += [f"line {one.line}: {one.words} … (not understood: read it below)" for one in found.unread]
    counts = ", ".join(f"{number} {kind}" for kind, number in totals.items() if number)
    return [*lines, f"In all: {counts}"] if counts else [*lines, "Nothing." if not lines else ""]


def _show_findings(done: Reviewed) -> None:
    found = done.review
    where = f"rows of {done.database}" if done.database else f"no database was asked: {done.unasked}"
    if not found.findings:
        say("What it may cost: nothing is lost.", color="green")
        return
    say(f"What it may cost ({where})")
    for finding in found.findings:
        say(f"  {_finding_line(finding)}", color="red" if finding.is_real else None)
        if finding.is_real and finding.at.hazard.hint:
            say(f"      safer: {finding.at.hazard.hint}")


def _finding_line(finding: Finding) -> str:
    mark = "!" if finding.is_real else "-"
    return f"{mark} line {finding.at.line}: {finding.at.hazard.told_with_rows(finding.rows)}"
