"""`parity migrate log`."""

from __future__ import annotations

import click

from parity.cli.options import json_option, make_request, schema_option, url_option
from parity.cli.output import say, say_json
from parity.counting import counted
from parity.execute.journal import Amendment, Proof, RunBy
from parity.migrations.folder import shown
from parity.workflow.log import MigrationLog, Outcome, Run, read_log


@click.command(short_help="Show each run of a migration on a database: when, how long, by whom, how it ended.")
@click.option("--limit", "-n", type=click.IntRange(min=1), metavar="NUMBER", help="Show only the newest ones.")
@schema_option
@url_option
@json_option
def log(limit: int | None, schema: str | None, url: str | None, as_json: bool) -> None:
    """Print the runs of migrations on a database, newest first. Reads only.

    It is read from the ledger: who ran it, where and with what is known of runs of this program. Runs of Node's prisma
    are shown with what it records. What changed the database without a migration is recorded nowhere.
    """
    found = read_log(make_request(schema, url))
    newest = found.runs[:limit]
    if as_json:
        say_json({"database": found.database, "runs": [_value(run) for run in newest]})
        return
    _show(found, newest)


def _show(found: MigrationLog, newest: tuple[Run, ...]) -> None:
    say(f"Database {found.database}")
    if not found.runs:
        say("No migration was ever run or recorded here.")
    for run in newest:
        took = "" if run.seconds is None else f" in {run.seconds:.2f} s"
        say(
            f"{_moment(run.started_at)}  {shown(run.migration)}  {run.outcome.value}{took}",
            color=_COLOR.get(run.outcome),
        )
        say(f"    {_by(run.by)}; checksum {run.checksum[:12]}")
        if run.statements and run.confirmed is not None and run.outcome is not Outcome.APPLIED:
            verb = "was" if run.confirmed == 1 else "were"
            say(f"    {run.confirmed} of its {counted(run.statements, 'statement')} {verb} recorded as done")
        for one in run.amended:
            if one.what == "rollback":
                continue
            say(f"    {_moment(one.at)} {_amended(one)}, {_by(one.by)}", color="yellow")
        if run.rolled_back_at is not None:
            by_whom = [f", {_by(one.by)}" for one in run.amended if one.what == "rollback"]
            say(f"    resolved {_moment(run.rolled_back_at)}{''.join(by_whom)}")
        if run.error is not None:
            say(f"    {run.error.splitlines()[0]}")
    if len(newest) < len(found.runs):
        say(f"… and {len(found.runs) - len(newest)} older")


_COLOR = {Outcome.UNDONE: "red", Outcome.FAILED: "red", Outcome.UNFINISHED: "yellow", Outcome.RESOLVED: "yellow"}


def _moment(stamp: str) -> str:
    return stamp[:19].replace("T", " ")


def _by(by: RunBy | None) -> str:
    if by is None:
        return "by whom isn't recorded: another program ran it"
    who = f"{by.user or 'somebody'}@{by.host}" if by.host else by.user or "somebody"
    return f"by {who} with {by.tool}" + (f", as {by.role}" if by.role else "")


def _amended(one: Amendment) -> str:
    if one.what == "rename":
        return f"recorded under its new name; it was {one.was}"
    try:
        proof = Proof[(one.proof or "").upper()].value
    except KeyError:
        proof = "accepted"
    return f"edit accepted: {proof}; its checksum was {one.was[:12]}"


def _value(run: Run) -> dict[str, object]:
    by = run.by
    return {
        "migration": run.migration,
        "outcome": run.outcome.name.lower(),
        "startedAt": run.started_at,
        "finishedAt": run.finished_at,
        "rolledBackAt": run.rolled_back_at,
        "seconds": run.seconds,
        "checksum": run.checksum,
        "user": None if by is None else by.user,
        "host": None if by is None else by.host,
        "databaseUser": None if by is None else by.role,
        "tool": None if by is None else by.tool,
        "statements": run.statements,
        "confirmed": run.confirmed,
        "error": run.error,
        "amended": [
            {
                "what": one.what,
                "at": one.at,
                "was": one.was,
                "proof": one.proof,
                "user": one.by.user,
                "host": one.by.host,
                "databaseUser": one.by.role,
                "tool": one.by.tool,
            }
            for one in run.amended
        ],
    }
