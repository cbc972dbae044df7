"""`parity check`."""

from __future__ import annotations

import os
from pathlib import Path

import click

from parity.cli.check_json import value_of
from parity.cli.check_text import show
from parity.cli.interaction import Terminal
from parity.cli.options import json_option, make_request, schema_option, shadow_url_option, url_option
from parity.cli.output import json_text, say, say_text
from parity.errors import ParityError, UsageError
from parity.workflow.check import CheckOptions, not_made
from parity.workflow.check import check as run_check
from parity.workflow.check_report import CheckReport, Outcome
from parity.workflow.context import Project, open_project
from parity.workflow.files import write_file

_FORMATS = ("text", "junit", "github", "markdown")
_EXIT = {Outcome.SAME: 0, Outcome.DIFFERS: 2, Outcome.FAILED: 1}


@click.command(short_help="Prove that databases equal the repository: schema file, migrations, tables.")
@click.option(
    "--against",
    multiple=True,
    metavar="NAME",
    help="An environment of [tool.parity.environments] in pyproject.toml. May be given several times.",
)
@click.option("--all", "everywhere", is_flag=True, help="Every environment that pyproject.toml names.")
@click.option(
    "--replay",
    is_flag=True,
    help="Replay the migrations on a scratch database instead of believing parity.lock, and check that file, too.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="text",
    show_default=True,
    help="How the report is written: for a terminal, as JUnit XML, as annotations of GitHub Actions, or as a comment "
    "for a pull request.",
)
@click.option(
    "--output",
    metavar="FILE",
    help="Write what --json or --format makes to FILE, and the report for a terminal to standard output.",
)
@click.option("--html", metavar="FILE", help="Write a page with the report and a drawing of the schema to FILE.")
@schema_option
@url_option
@shadow_url_option
@json_option
def check(
    against: tuple[str, ...],
    everywhere: bool,
    replay: bool,
    form: str,
    output: str | None,
    html: str | None,
    schema: str | None,
    url: str | None,
    shadow_url: str | None,
    as_json: bool,
) -> int:
    """Compare the schema file with the migrations, and both with databases: what is applied, and what is there.

    Reads only. With prisma/migrations/parity.lock it needs no scratch database, and no more than the right to read.

    Exit code 0 in parity, 2 differences, 1 something couldn't be checked.
    """
    if (url is not None) + bool(against) + everywhere > 1:
        raise UsageError("PAR164", "--url, --against and --all name the databases in different ways", hint="give one")
    form = _form(form, output, as_json)
    options = CheckOptions(against, everywhere, replay, picture=html is not None)
    try:
        project = open_project(make_request(schema, url, shadow_url), models_later=True)
        report = run_check(project, options, Terminal(quiet=as_json))
    except ParityError as error:
        # What reads a report must not take the last one's for this one's. The terminal gets the whole error as ever.
        _deliver(not_made(error), None, form, output, html, quiet=form in ("text", "json") or output is not None)
        raise
    _deliver(report, project, form, output, html)
    return _EXIT[report.outcome]


def _deliver(
    report: CheckReport,
    project: Project | None,
    form: str,
    output: str | None,
    html: str | None,
    *,
    quiet: bool = False,
) -> None:
    if html is not None:
        from parity.cli.reports.page import page

        write_file(Path.cwd() / html, page(report, None if project is None else project.dialect))
    if output is not None:
        write_file(Path.cwd() / output, _written(report, form))
    if quiet:
        return
    if form == "github":
        _show_to_github(report, project)
    elif form == "text" or output is not None:
        show(report)
    else:
        say_text(_written(report, form))


def _form(form: str, output: str | None, as_json: bool) -> str:
    if as_json and form != "text":
        raise UsageError("PAR178", f"--json and --format {form} say different things", hint="give one")
    form = "json" if as_json else form
    if output is not None and form in ("text", "github"):
        raise UsageError(
            "PAR178",
            f"--output has nothing to write: what --format {form} makes is for the log",
            hint="add --json, --format junit or --format markdown",
        )
    return form


def _written(report: CheckReport, form: str) -> str:
    match form:
        case "junit":
            from parity.cli.reports.junit import junit

            return junit(report)
        case "markdown":
            from parity.cli.reports.markdown import markdown

            return markdown(report)
        case _:
            return json_text(value_of(report)) + "\n"


def _show_to_github(report: CheckReport, project: Project | None) -> None:
    from parity.cli.reports.github import commands, without_commands
    from parity.workflow.check_spots import spots

    workspace = os.environ.get("GITHUB_WORKSPACE")
    for line in commands(report, spots(project, Path(workspace) if workspace else None)):
        say(line)
    without_commands(lambda: show(report), say)
