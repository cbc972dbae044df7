"""`migrate log`: every run of a migration on one database, as its ledger tells it. Reads only."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from msgspec import Struct

from parity.execute.journal import Amendment, Journal, RunBy, read_journal
from parity.execute.ledger import Ledger, LedgerRow
from parity.workflow.context import connected
from parity.workflow.request import Request
from parity.workflow.surroundings import surroundings_of


class Outcome(StrEnum):
    """How a run ended."""

    APPLIED = "applied"
    RECORDED = "recorded as applied, not run"
    """By `migrate resolve --applied` or `migrate baseline`, of this program or of Node's prisma."""
    UNDONE = "failed, nothing applied"
    """The database took all of it back."""
    FAILED = "failed"
    UNFINISHED = "not finished"
    """Its end was never recorded: it was killed, or it still runs."""
    RESOLVED = "failed, resolved as rolled back"
    """Somebody, or the next deploy, recorded that nothing of it is left."""
    TAKEN_BACK = "applied, later taken back"
    """By `migrate dev`, on the way back from another branch."""


class Run(Struct, frozen=True):
    """One run. Stamps are ISO 8601 in UTC. What other programs don't record is None."""

    migration: str
    outcome: Outcome
    started_at: str
    finished_at: str | None
    rolled_back_at: str | None
    seconds: float | None
    checksum: str
    by: RunBy | None
    statements: int | None
    confirmed: int | None
    error: str | None
    amended: tuple[Amendment, ...] = ()
    """What was changed in its row since, and by whom."""


class MigrationLog(Struct, frozen=True):
    """The runs on a database, newest first."""

    database: str
    runs: tuple[Run, ...]


def read_log(request: Request) -> MigrationLog:
    """Read the ledger. Raises ConnectionFailed. No schema file is needed."""
    dialect, target = surroundings_of(request).database()
    with connected(dialect, target, by_transaction=True) as session:
        ledger = Ledger(session, dialect)
        rows = ledger.rows() if ledger.exists() else ()
        return MigrationLog(session.target.display, tuple(_run(row) for row in reversed(rows)))


def _run(row: LedgerRow) -> Run:
    journal, error = read_journal(row.logs)
    outcome = _outcome(row, journal, error)
    ran = outcome is not Outcome.RECORDED
    counted = journal if ran and journal is not None and journal.by is not None else None
    return Run(
        migration=row.migration_name,
        outcome=outcome,
        started_at=row.started_at,
        finished_at=row.finished_at,
        rolled_back_at=row.rolled_back_at,
        seconds=_seconds(row.started_at, row.finished_at) if ran else None,
        checksum=row.checksum,
        by=None if journal is None else journal.by,
        statements=None if counted is None else counted.statements,
        confirmed=None if counted is None else counted.done,
        error=error.strip() or None,
        amended=() if journal is None else journal.amended,
    )


def _outcome(row: LedgerRow, journal: Journal | None, error: str) -> Outcome:
    if row.rolled_back_at is not None:
        return Outcome.RESOLVED if row.finished_at is None else Outcome.TAKEN_BACK
    if row.is_applied:
        # Both programs count the step of a run, and none where the row was only recorded.
        return Outcome.APPLIED if row.applied_steps_count else Outcome.RECORDED
    if not error.strip():
        return Outcome.UNFINISHED
    return Outcome.UNDONE if journal is not None and journal.atomic else Outcome.FAILED


def _seconds(start: str, end: str | None) -> float | None:
    if end is None:
        return None
    try:
        return max(0.0, (datetime.fromisoformat(end) - datetime.fromisoformat(start)).total_seconds())
    except (ValueError, TypeError):
        return None
