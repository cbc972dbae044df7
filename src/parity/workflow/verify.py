"""The gate of a deploy: the database must be where its ledger says before, and where the history leads to behind it."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from parity.dialects.base import Session
from parity.errors import HistoryError, Refused
from parity.execute.history import History
from parity.migrations.folder import Migration
from parity.migrations.names import byte_order
from parity.workflow.another_past import missing
from parity.workflow.context import Project
from parity.workflow.drift import Drift
from parity.workflow.expected import Expectations, applied_migrations, look


class Gate(Struct):
    """Holds a database against what it should be, twice. `before` and `after` are fingerprints of what was found.

    What the lock can't tell is replayed where `replays`; else it isn't verified, and `tell` hears of it: a migration
    that was written by hand stops no deploy.
    """

    project: Project
    expectations: Expectations
    replays: bool
    tell: Callable[[str], None]
    before: str | None = None
    after: str | None = None
    looked: bool = False
    """Whether the database was looked at: where nothing ran since, once is enough."""

    def check_before(self, session: Session, history: History) -> None:
        """Raise Refused PAR541 where the live schema isn't what the applied migrations make; nothing has run yet."""
        self.looked = True
        applied = applied_migrations(history)
        if not self._can_tell(applied, history):
            return
        state, drift = self._look(session, applied)
        self.before = self.after = state
        if drift is None:
            return
        refused = Refused(
            "PAR541",
            f"{session.target.display} isn't what its applied migrations make of it; nothing was run",
            why="it was changed by hand, or by another program; these differences were found",
            hint=(
                "`parity check` shows each with the SQL that mends it; to keep a change, put it into a migration "
                "(`parity db pull` tells what the database holds); to deploy all the same, --no-verify"
            ),
        )
        refused.details = drift.lines(self.project.dialect)
        raise refused

    def check_after(self, session: Session, history: History) -> None:
        """Raise HistoryError PAR542 where the live schema isn't what the whole history makes."""
        found = [s.migration for s in (*history.applied, *history.pending) if s.migration is not None]
        done = tuple(sorted(found, key=lambda migration: byte_order(migration.name)))
        self.after = None
        if not self._can_tell(done, history):
            return
        self.after, drift = self._look(session, done)
        if drift is not None:
            raise HistoryError(
                "PAR542",
                f"the migrations were applied to {session.target.display}, and led somewhere else than they should",
                why="a migration does something else on this database than on a replay; these differences were found",
                hint="`parity check` shows each with the SQL that mends it",
                details=drift.lines(self.project.dialect),
            )

    def _can_tell(self, migrations: tuple[Migration, ...], history: History) -> bool:
        if self.replays:
            return True
        if history.missing:
            self.tell(f"Not verified: {missing(history.missing[0])}")
            return False
        if self.expectations.knows(migrations):
            return True
        lock = self.expectations.lock
        known = 0 if lock is None else lock.known(migrations)
        self.tell(
            f"Not verified: parity.lock doesn't know {migrations[known].name} as it is in the folder. "
            "parity migrate lock makes it anew"
        )
        return False

    def _look(self, session: Session, migrations: tuple[Migration, ...]) -> tuple[str | None, Drift | None]:
        """The fingerprint of the live schema, None where it wasn't verified, and the differences that stop a deploy.

        A lock of another server's version can't tell those of expressions and definitions, which may be none: they are
        told, or a replay on this server decides.
        """
        expected = self.expectations
        seen = look(session, expected.after(migrations), self.project)
        lock, drift = expected.lock, seen.drift
        if drift is None or lock is None or expected.is_printed_alike(session):
            return seen.state, drift
        if self.replays:
            seen = look(session, expected.replayed_after(migrations), self.project)
            return seen.state, seen.drift
        if structure := drift.of_structure(self.project.dialect):
            return seen.state, structure
        server = self.project.dialect.driver.printed_by(session)
        self.tell(
            f"Not verified: parity.lock was made on {lock.server}, and this is {server}, which may print definitions "
            "in its own way. These differences were found:"
        )
        for line in filter(None, drift.lines(self.project.dialect)):
            self.tell(f"  {line}")
        return None, None
