"""`parity db push`."""

from __future__ import annotations

import click

from parity.cli.interaction import Terminal
from parity.cli.losses import loss_values
from parity.cli.options import (
    json_option,
    lock_timeout_option,
    make_request,
    on_type_change_option,
    schema_option,
    url_option,
)
from parity.cli.output import say, say_json, tell
from parity.counting import counted
from parity.workflow.context import open_project
from parity.workflow.conversions import OnTypeChange
from parity.workflow.losses import verdict
from parity.workflow.push import Pushed, PushOptions
from parity.workflow.push import push as run_push


@click.command(short_help="Bring a database to what the schema file says, without a migration.")
@click.option("--accept-data-loss", is_flag=True, help="Go on where rows or values may be lost, without asking.")
@on_type_change_option
@click.option("--force-reset", is_flag=True, help="Empty the database first, rows and ledger and all, without asking.")
@schema_option
@url_option
@lock_timeout_option
@json_option
def push(
    accept_data_loss: bool,
    on_type_change: str | None,
    force_reset: bool,
    schema: str | None,
    url: str | None,
    lock_timeout: float,
    as_json: bool,
) -> None:
    """Bring the database to what schema.prisma says, and write no migration. For prototypes.

    A missing database is made. What may cost rows or values is listed with their numbers, and asked about; what can't
    succeed on the rows that are there is refused, and nothing is done. Views, triggers and all else that the schema
    file can't say stay. The ledger of migrations isn't touched.
    """
    chosen = OnTypeChange(on_type_change) if on_type_change else None
    options = PushOptions(accept_data_loss, chosen, force_reset, lock_timeout)
    project = open_project(make_request(schema, url))
    done = run_push(project, options, Terminal(quiet=as_json))
    if done.recorded:
        tell(
            f"Note: {done.database} is led by migrations. A push bypasses them, and `parity migrate dev` will tell "
            "what it did as drift.",
            color="yellow",
        )
    if as_json:
        say_json(_value(done))
    else:
        _show(done)


def _value(done: Pushed) -> dict[str, object]:
    said = verdict(done.losses)
    return {
        "database": done.database,
        "executedSteps": done.statements,
        "sql": done.sql,
        "warnings": list(said.warnings),
        "unexecutable": list(said.unexecutable),
        "losses": loss_values(loss for loss in done.losses if loss.is_told),
        "wasReset": done.dropped is not None,
        "hasLedger": done.recorded,
    }


def _show(done: Pushed) -> None:
    if done.dropped is not None:
        say(f"Emptied {done.database} ({counted(done.dropped, 'table')})")
    if not done.sql:
        say(f"The database {done.database} is in sync with the schema already.", color="green")
        return
    say(done.summary.strip("\n"))
    say(f"Ran {counted(done.statements, 'statement')}.")
    say(f"The database {done.database} is in sync with the schema.", color="green")
