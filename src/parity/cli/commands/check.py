"""`parity check`."""

from __future__ import annotations

import click

from parity.cli.check_json import value_of
from parity.cli.check_text import show
from parity.cli.interaction import Terminal
from parity.cli.options import json_option, make_request, schema_option, shadow_url_option, url_option
from parity.cli.output import say_json
from parity.errors import UsageError
from parity.workflow.check import CheckOptions
from parity.workflow.check import check as run_check
from parity.workflow.check_report import Outcome
from parity.workflow.context import open_project

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
@schema_option
@url_option
@shadow_url_option
@json_option
def check(
    against: tuple[str, ...],
    everywhere: bool,
    replay: bool,
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
    project = open_project(make_request(schema, url, shadow_url))
    report = run_check(project, CheckOptions(against, everywhere, replay), Terminal(quiet=as_json))
    if as_json:
        say_json(value_of(report))
    else:
        show(report)
    return _EXIT[report.outcome]
