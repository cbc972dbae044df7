"""`db execute`: an SQL script is run on a database, by its transaction plan and without the ledger."""

from __future__ import annotations

import time
from pathlib import Path

from msgspec import Struct

from parity.counting import counted
from parity.dialects.base import Dialect, Session
from parity.errors import DatabaseError, Interrupted, ParityError, ScriptFailed
from parity.execute.patience import DEFAULT_LOCK_LIMIT, Patience
from parity.execute.progress import Progress, line_of, may_be_done, may_leave_something
from parity.execute.runner import plan_script, run_plan
from parity.migrations.folder import LARGEST_SCRIPT
from parity.workflow.context import connected
from parity.workflow.interaction import Interaction
from parity.workflow.request import Request
from parity.workflow.surroundings import surroundings_of


class Executed(Struct, frozen=True):
    """What was run. `segments` is the number of pieces that stood or fell together; `atomic`, whether all of it did."""

    database: str
    statements: int
    segments: int
    atomic: bool
    seconds: float


def execute(
    request: Request,
    sql: str,
    interaction: Interaction,
    *,
    statement_lock_timeout: float = DEFAULT_LOCK_LIMIT,
) -> Executed:
    """Run a script. Raises ScriptFailed PAR401, which tells what of it took effect, and what the splitter refuses.

    A statement waits for a lock for `statement_lock_timeout` seconds at a time; 0 leaves that to the server.
    """
    dialect, target = surroundings_of(request).database()
    progress = Progress(plan_script(sql, dialect))
    plan = progress.plan
    with connected(dialect, target) as session:
        started = time.monotonic()
        patience = Patience(statement_lock_timeout or None, on_retry=interaction.progress)
        _run(session, dialect, progress, patience)
        seconds = time.monotonic() - started
        return Executed(session.target.display, plan.statements, len(plan.segments), plan.is_atomic, seconds)


def read_script(path: Path) -> str:
    """The text of a script's file. Raises ParityError PAR213."""
    try:
        with path.open("rb") as file:
            raw = file.read(LARGEST_SCRIPT + 1)
    except OSError as error:
        raise ParityError("PAR213", f"{path} can't be read", why=error.strerror, hint="check the path") from error
    return decode_script(raw, str(path))


def decode_script(raw: bytes, name: str) -> str:
    """A script's bytes as text, without a byte order mark. Raises ParityError PAR213."""
    if len(raw) > LARGEST_SCRIPT:
        limit = LARGEST_SCRIPT // 1024 // 1024
        raise ParityError("PAR213", f"{name} can't be read", why=f"it is larger than {limit} MB")
    try:
        return raw.decode("utf-8").removeprefix("\ufeff")
    except UnicodeDecodeError as error:
        why = f"0x{raw[error.start]:02x} at byte {error.start} isn't UTF-8"
        raise ParityError("PAR213", f"{name} can't be read", why=why, hint="save it as UTF-8") from error


def _run(session: Session, dialect: Dialect, progress: Progress, patience: Patience) -> None:
    try:
        run_plan(session, dialect, progress, patience=patience)
    except DatabaseError as error:
        session.rollback()
        raise _failed(progress, error) from error
    except KeyboardInterrupt as interrupt:
        session.rollback()
        raise Interrupted("PAR130", f"Interrupted. {_outcome(progress)}") from interrupt


def _failed(progress: Progress, error: DatabaseError) -> ScriptFailed:
    return ScriptFailed(
        "PAR401",
        "the script",
        progress.plan.statements,
        progress.confirmed,
        line_of(progress.at, error),
        error,
        hint=error.hint,
        uncertain=error.code == "P1017" and may_be_done(progress),
        leavings=may_leave_something(progress),
    )


def _outcome(progress: Progress) -> str:
    if progress.confirmed:
        return f"{progress.confirmed} of {counted(progress.plan.statements, 'statement')} took effect."
    return "Nothing of the script was applied."
