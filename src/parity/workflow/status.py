"""`migrate status`: the state of each migration on one database. Reads only, in two round trips."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from parity.execute.history import History, MigrationState
from parity.migrations.folder import NAME_WITHOUT_TIME, SAME_NUMBER
from parity.workflow.context import Project, connected
from parity.workflow.stand import read_stand


class Verdict(StrEnum):
    """What the states say together."""

    UP_TO_DATE = "up to date"
    PENDING = "pending"
    FAILED = "failed"
    DIVERGED = "diverged"
    UNMANAGED = "no ledger"


class StatusReport(Struct, frozen=True):
    """The states of all migrations and what they say together; `round_trips` were needed after connecting."""

    database: str
    history: History
    verdict: Verdict
    round_trips: int
    warnings: tuple[str, ...]
    """What is odd in the folder: stray files, byte order marks."""


def status(project: Project) -> StatusReport:
    """Hold the folder against the ledger. Raises ConnectionFailed, MigrationsInvalid."""
    folder = project.migrations()
    with connected(project.dialect, project.target(), by_transaction=True) as session:
        before = session.round_trips
        stand = read_stand(project, session, folder)
        verdict = _verdict(stand.history)
        if not stand.has_ledger and not project.dialect.driver.introspect(session, project.namespaces).is_empty:
            verdict = Verdict.UNMANAGED
        # A name that isn't a time is common, and nothing to be told of at every look.
        # That two have one number matters while one of them is to run.
        warnings = tuple(w.message for w in folder.warnings if w.code not in (NAME_WITHOUT_TIME, SAME_NUMBER))
        return StatusReport(session.target.display, stand.history, verdict, session.round_trips - before, warnings)


def _verdict(history: History) -> Verdict:
    if history.with_state(MigrationState.FAILED, MigrationState.UNDONE):
        return Verdict.FAILED
    if history.missing or history.edited_sql or history.renamed:
        return Verdict.DIVERGED
    return Verdict.PENDING if history.pending else Verdict.UP_TO_DATE
