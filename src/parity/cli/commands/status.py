"""`parity migrate status`."""

from __future__ import annotations

import click

from parity.cli.options import json_option, make_request, schema_option, url_option
from parity.cli.output import say, say_json, tell
from parity.counting import counted
from parity.execute.history import Edit, MigrationState, MigrationStatus
from parity.execute.journal import read_journal
from parity.migrations.folder import shown
from parity.workflow.another_past import same_number, ways_out
from parity.workflow.context import open_project
from parity.workflow.stand import resolve_hint
from parity.workflow.status import StatusReport, Verdict
from parity.workflow.status import status as read_status

_EXIT = {
    Verdict.UP_TO_DATE: 0,
    Verdict.PENDING: 2,
    Verdict.FAILED: 1,
    Verdict.DIVERGED: 1,
    Verdict.UNMANAGED: 1,
}


@click.command(short_help="Show each migration's state on a database.")
@schema_option
@url_option
@json_option
def status(schema: str | None, url: str | None, as_json: bool) -> int:
    """Print each migration and its state on the database. Reads only.

    Exit code 0 up to date, 2 pending, 1 failed or diverged.
    """
    project = open_project(make_request(schema, url), config_only=True)
    report = read_status(project)
    if as_json:
        say_json(_value(report))
    else:
        for warning in report.warnings:
            tell(f"Warning: {warning}", color="yellow")
        _show(report)
    return _EXIT[report.verdict]


def _show(report: StatusReport) -> None:
    say(f"Database {report.database}")
    if not report.history.statuses:
        say("No migrations yet.")
    names = [shown(item.name) for item in report.history.statuses]
    width = max(map(len, names), default=0)
    for name, item in zip(names, report.history.statuses, strict=True):
        say(f"  {name:<{width}}  {_state(item)}", color=_COLOR.get(item.state))
    say()
    for item in report.history.same_number:
        say(f"{same_number(item)}.")
    match report.verdict:
        case Verdict.UP_TO_DATE:
            say("Database schema is up to date!", color="green")
        case Verdict.PENDING:
            count = len(report.history.pending)
            say(f"{counted(count, 'migration has', 'migrations have')} not been applied yet.")
            say("Next: parity migrate deploy")
        case Verdict.FAILED:
            _show_failed(report)
        case Verdict.DIVERGED:
            say("The database and the migrations folder have different pasts.")
        case Verdict.UNMANAGED:
            say("The database has tables, and no migration was ever recorded there.")
            say("Next: parity migrate baseline")
    if report.verdict is not Verdict.FAILED:
        label = "Next" if report.verdict is Verdict.DIVERGED else "To record the edit, which Node's prisma minds"
        for way in ways_out(report.history):
            say(f"{label}: {way}")


_COLOR = {
    MigrationState.APPLIED: None,
    MigrationState.PENDING: "yellow",
    MigrationState.FAILED: "red",
    MigrationState.UNDONE: "red",
    MigrationState.MISSING: "red",
    MigrationState.RENAMED: "red",
}


def _state(item: MigrationStatus) -> str:
    text = item.state.value
    if item.state is MigrationState.APPLIED and item.row is not None and item.row.finished_at:
        text += f" {item.row.finished_at[:19].replace('T', ' ')}"
    if item.renamed_from is not None:
        text += f": renamed from {shown(item.renamed_from)}"
    if item.edit is not None:
        text += _EDITED[item.edit]
    if item.out_of_order:
        text += ", though a later one is applied"
    return text


_EDITED = {
    Edit.COMMENTS: ", edited since: only comments or white space",
    Edit.SQL: ", edited since: other SQL",
    Edit.UNKNOWN: ", edited since",
}


def _show_failed(report: StatusReport) -> None:
    for item in report.history.with_state(MigrationState.FAILED, MigrationState.UNDONE):
        _, error = read_journal(None if item.row is None else item.row.logs)
        name = shown(item.name)
        say(f"{name} failed: {error.splitlines()[0]}" if error else f"{name} was interrupted, or still runs.")
        if item.state is MigrationState.UNDONE:
            say("Nothing of it was applied: the database took all of it back.")
            say(f"Next: {'mend its migration.sql, then ' if error else ''}parity migrate deploy")
        else:
            say(f"Next: {resolve_hint(item)}")


def _value(report: StatusReport) -> dict[str, object]:
    return {
        "database": report.database,
        "verdict": report.verdict.value,
        "roundTrips": report.round_trips,
        "warnings": list(report.warnings),
        "migrations": [
            {
                "name": item.name,
                "state": item.state.value,
                "edited": item.edited,
                "edit": None if item.edit is None else item.edit.value,
                "renamedFrom": item.renamed_from,
                "sameNumberAs": item.same_number,
                "outOfOrder": item.out_of_order,
                "startedAt": None if item.row is None else item.row.started_at,
                "finishedAt": None if item.row is None else item.row.finished_at,
            }
            for item in report.history.statuses
        ],
    }
