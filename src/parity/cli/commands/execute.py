"""`parity db execute`."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from parity.cli.interaction import Terminal
from parity.cli.options import (
    json_option,
    make_request,
    schema_option,
    statement_lock_timeout_option,
    url_option,
)
from parity.cli.output import say, say_json
from parity.counting import counted
from parity.migrations.folder import LARGEST_SCRIPT
from parity.workflow.execute import Executed, decode_script, read_script
from parity.workflow.execute import execute as run_execute


@click.command(short_help="Run an SQL script on a database.")
@click.option("--file", metavar="PATH", help="The file that holds the script.")
@click.option("--stdin", is_flag=True, help="Read the script from standard input.")
@schema_option
@url_option
@statement_lock_timeout_option
@json_option
def execute(
    file: str | None, stdin: bool, schema: str | None, url: str | None, statement_lock_timeout: float, as_json: bool
) -> None:
    """Run an SQL script on a database, without a migration and without the ledger.

    The script runs as a migration would: in one transaction, cut only around what can't be in one. When a statement
    fails, its line is named, and how many statements took effect. Rows that a SELECT returns aren't shown.

    With --url no schema file is needed.
    """
    if (file is None) == (not stdin):
        raise click.UsageError("Exactly one of --file and --stdin is needed.")
    sql = _read_stream() if file is None else read_script(Path.cwd() / file)
    done = run_execute(
        make_request(schema, url), sql, Terminal(quiet=as_json), statement_lock_timeout=statement_lock_timeout
    )
    if as_json:
        say_json(_value(done))
    elif done.statements:
        count = counted(done.statements, "statement")
        how = "in one transaction" if done.atomic else f"in {done.segments} segments, not in one transaction"
        say(f"Ran {count} on {done.database}, {how} ({done.seconds:.2f} s).", color="green")
    else:
        say("The script holds no statement: nothing was done.")


def _read_stream() -> str:
    raw = b"" if sys.stdin is None else sys.stdin.buffer.read(LARGEST_SCRIPT + 1)
    return decode_script(raw, "the standard input")


def _value(done: Executed) -> dict[str, object]:
    return {
        "database": done.database,
        "statements": done.statements,
        "segments": done.segments,
        "atomic": done.atomic,
        "seconds": round(done.seconds, 3),
    }
