"""Running migrations on a database: each with its row in the ledger, atomic wherever the database allows it.

A migration that is one transaction commits together with its row, so after a kill at any moment both are there, or
neither. Where it is more than one, its row says "started" before the first statement runs and how far it came after
each; the finished mark joins the last transaction.
"""

from __future__ import annotations

import re
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.base import Bound, Dialect
from parity.dialects.statements import SqlStatement
from parity.errors import DatabaseError, Fate, MigrationFailed, ParityError, StatementFailed
from parity.execute.failpoints import hit, is_armed
from parity.execute.fate import find_fate
from parity.execute.journal import Journal, run_by, write_journal
from parity.execute.ledger import Ledger, new_id
from parity.execute.patience import IMPATIENT, Patience, is_contention, limited
from parity.execute.progress import LOST, Progress, line_of, may_be_done, may_leave_something, was_taken_back
from parity.execute.runner import Run, plan_script, run_segment
from parity.execute.segments import TransactionPlan
from parity.execute.turns import AppliedMeanwhile, refuse_done, refuse_more_than_one, takes_turns
from parity.migrations.folder import Migration
from parity.migrations.names import as_argument

_TEMPORARY = re.compile(r"(?:\b|_)temp", re.IGNORECASE)
"""What a script holds that makes temporary tables (`pg_temp.t` as well): found too often rather than too rarely."""


class Applied(Struct, frozen=True):
    """A migration that was applied, and the seconds that it took."""

    name: str
    statements: int
    seconds: float


def apply_migrations(
    ledger: Ledger,
    migrations: tuple[Migration, ...],
    *,
    on_start: Callable[[str], None] | None = None,
    on_skip: Callable[[str], None] | None = None,
    patience: Patience = IMPATIENT,
) -> tuple[Applied, ...]:
    """Apply each in turn. Raises MigrationFailed at the first that fails; those before it stay applied.

    All scripts are split and planned before the first one runs, so that one that can't be run stops everything. One
    that another run has applied meanwhile is left out; `on_skip` hears its name.
    """
    if not migrations:
        return ()
    plans = [plan_migration(migration, ledger.dialect) for migration in migrations]
    names = [migration.name for migration in migrations]
    refuse_more_than_one(ledger.session, ledger.dialect, zip(names, plans, strict=True))
    ledger.check_writable()
    done: list[Applied] = []
    queue = _Queue(ledger, list(zip(migrations, plans, strict=True)))
    if ledger.session.commit_with is None:
        # There is no waiting in which to write them, and all at once takes less than half the time.
        for _ in migrations:
            queue.prepare()
    with limited(ledger.session, ledger.dialect, patience):
        for name, plan in zip(names, plans, strict=True):
            if on_start is not None:
                on_start(name)
            started = time.monotonic()
            try:
                _apply(queue.take(), Progress(plan), patience, queue.prepare)
            except AppliedMeanwhile:
                if on_skip is not None:
                    on_skip(name)
                continue
            done.append(Applied(name, plan.statements, time.monotonic() - started))
    return tuple(done)


def plan_migration(migration: Migration, dialect: Dialect) -> TransactionPlan:
    """The transaction plan of a migration, which errors name. Raises ParityError."""
    try:
        return plan_script(migration.sql, dialect)
    except ParityError as error:
        error.message = f"migration {migration.name}: {error.message}"
        raise


def apply_rest(
    ledger: Ledger, migration: Migration, plan: TransactionPlan, confirmed: int, patience: Patience = IMPATIENT
) -> None:
    """Apply what is left of a failed migration of which `confirmed` statements took effect. Raises MigrationFailed.

    Its new row takes the place of the failed ones.
    """
    entry = _Entry.of(ledger, migration, plan, confirmed, again=True)
    with limited(ledger.session, ledger.dialect, patience):
        _apply(entry, Progress(plan, confirmed), patience)


def _apply(entry: _Entry, progress: Progress, patience: Patience, meanwhile: Callable[[], None] | None = None) -> None:
    """Run a migration. `meanwhile` may be called while the database is at work."""
    ledger, name = entry.ledger, entry.migration.name
    opening = partial(refuse_done, ledger, name) if takes_turns(ledger.session, ledger.dialect) else None
    row = entry.row if entry.joins and not is_armed() else None
    run = Run(ledger.session, ledger.dialect, progress, patience, opening, meanwhile, row)
    try:
        if entry.journal.atomic:
            if entry.again:
                ledger.roll_back_failed(name)  # Nothing of it is there until its row is.
            _apply_whole(run, entry)
        else:
            _apply_by_segments(run, entry)
    except DatabaseError as error:
        raise _failed(entry, progress, error) from error
    hit("after_commit")


class _Entry(Struct, frozen=True):
    """What the ledger is told of a migration that runs."""

    ledger: Ledger
    migration: Migration
    row_id: str
    journal: Journal
    again: bool
    """Whether there are failed rows of it."""
    finished: str
    """Its journal at its end."""
    row: Bound | None
    """What adds its row where it is one transaction; None where the time has to be known for that."""
    joins: bool
    """Whether the row may travel with the last statement."""

    @classmethod
    def of(
        cls, ledger: Ledger, migration: Migration, plan: TransactionPlan, confirmed: int = 0, *, again: bool = False
    ) -> _Entry:
        """For a migration of which `confirmed` statements took effect before."""
        is_whole = plan.is_atomic and not confirmed
        essence = ledger.dialect.essence_of(migration.sql)
        journal = Journal(is_whole, plan.statements, confirmed, run_by(ledger.session.target.user), essence)
        finished = write_journal(replace(journal, done=plan.statements))
        row_id, row = new_id(), None
        if is_whole and ledger.dialect.ledger.begun is not None:
            row = ledger.finished_row(row_id, migration.name, migration.checksum, None, finished)
        can_join = row is not None and ledger.session.commit_with is not None
        joins = can_join and plan.is_definition and not _makes_temporary(migration)
        return cls(ledger, migration, row_id, journal, again, finished, row, joins)

    def logs(self, done: int) -> str:
        """The journal after `done` statements."""
        return write_journal(replace(self.journal, done=done))


class _Queue:
    """The migrations that are to be run. While the database is at work on one, the next one's entry is written."""

    def __init__(self, ledger: Ledger, waiting: list[tuple[Migration, TransactionPlan]]) -> None:
        self._ledger = ledger
        self._waiting = waiting
        self._prepared: deque[_Entry] = deque()
        self._begun = 0

    def prepare(self) -> None:
        """Write one entry more, if there is one to write."""
        if self._begun + len(self._prepared) == len(self._waiting):
            return
        # What is wrong with it is told when it is its turn: the transaction that ends now is another one's.
        with suppress(ParityError):
            self._prepared.append(_Entry.of(self._ledger, *self._waiting[self._begun + len(self._prepared)]))

    def take(self) -> _Entry:
        """The next one."""
        entry = self._prepared.popleft() if self._prepared else _Entry.of(self._ledger, *self._waiting[self._begun])
        self._begun += 1
        return entry


def _apply_whole(run: Run, entry: _Entry) -> None:
    """Its row comes with it: half the commits, and a killed run leaves no row that somebody has to look at."""
    ledger, plan, migration = entry.ledger, run.progress.plan, entry.migration
    row, started_at = entry.row, ledger.clock()

    def finish() -> None:
        if plan.changes_session:
            run.dialect.driver.restore_session(run.session)
        _discard_temporary(run, migration)
        ledger.session.run_with_next(
            row or ledger.finished_row(entry.row_id, migration.name, migration.checksum, started_at, entry.finished)
        )

    for segment in plan.segments:
        run_segment(run, segment, finish)
    if not plan.segments:
        finish()


def _apply_by_segments(run: Run, entry: _Entry) -> None:
    """Its row is there before it, and says how far it came with each transaction."""
    session, driver, ledger = run.session, run.dialect.driver, entry.ledger
    progress, plan, migration = run.progress, run.progress.plan, entry.migration
    name = migration.name
    start = partial(ledger.start, entry.row_id, name, migration.checksum, entry.logs(progress.confirmed))
    if entry.again:
        ledger.replace_failed(name, start)
    else:
        start()
    hit("after_started_row")
    last = len(plan.segments) - 1
    changes_session = plan.changes_session
    settings: list[SqlStatement] = []

    def note(done: int) -> None:
        if changes_session:
            driver.restore_session(session)
        ledger.log(entry.row_id, entry.logs(done))

    def finish() -> None:
        if changes_session:
            driver.restore_session(session)
        _discard_temporary(run, migration)
        ledger.finish(entry.row_id, entry.finished)

    for number, segment in enumerate(plan.segments):
        done = progress.confirmed + len(segment.statements)
        run_segment(run, segment, finish if number == last else partial(note, done))
        if number != last:
            hit("after_commit")
            # The ledger is written with the settings of our own: those of the script have to be made again.
            segment.add_settings(settings)
            for statement in settings:
                session.execute(statement.text)
    if not plan.segments:
        finish()


def _discard_temporary(run: Run, migration: Migration) -> None:
    """What a migration made for its session is gone for the next one, as it is where that is deployed another day."""
    discard = run.dialect.driver.discard_temporary
    if discard is not None and _makes_temporary(migration):
        discard(run.session)


def _makes_temporary(migration: Migration) -> bool:
    return _TEMPORARY.search(migration.sql) is not None


def _failed(entry: _Entry, progress: Progress, error: DatabaseError) -> MigrationFailed:
    """Write the error into the ledger, as far as the connection still lets us, and make the exception."""
    ledger, migration, row_id = entry.ledger, entry.migration, entry.row_id
    plan = progress.plan
    failure = MigrationFailed(
        migration.name,
        plan.statements,
        progress.confirmed,
        line_of(progress.at, error),
        error,
        hint=_next_command(ledger.dialect, migration.name, progress, error),
        leavings=may_leave_something(progress),
    )
    if error.code in LOST:
        # Where it is alive for the server, its end is the end of its transaction.
        ledger.session.close()
        if may_be_done(progress):
            failure.fate = find_fate(ledger, row_id)
            unfinished = failure.fate is Fate.UNFINISHED
            failure.uncertain = failure.fate is Fate.UNKNOWN or (unfinished and not plan.is_atomic)
        return failure
    journal = Journal(
        was_taken_back(progress, error), plan.statements, progress.confirmed, run_by(ledger.session.target.user)
    )
    try:
        ledger.session.rollback()
        ledger.dialect.driver.restore_session(ledger.session)
        logs = write_journal(journal, f"{failure.message}\n{failure.outcome}")
        if entry.journal.atomic:
            ledger.start(row_id, migration.name, migration.checksum, logs)
        else:
            ledger.log(row_id, logs)
    except DatabaseError:
        # The connection is gone with the error. What the ledger says is true without it.
        pass
    return failure


def _next_command(dialect: Dialect, name: str, progress: Progress, error: DatabaseError) -> str:
    if was_taken_back(progress, error):
        if error.code in LOST:
            return "when the server is there again, run `parity migrate deploy` again: it goes by what is true there"
        is_elsewhere = isinstance(error, StatementFailed) and error.is_elsewhere
        if error.hint and (is_elsewhere or is_contention(dialect, error)):
            return error.hint
        return "mend migration.sql, then run `parity migrate deploy` again"
    return (
        "run `parity migrate doctor`, which can go on from there, or take it back; or mend the database by hand, then "
        f"`parity migrate resolve --applied {as_argument(name)}` if all of it is there, or "
        f"`parity migrate resolve --rolled-back {as_argument(name)}` if none of it is"
    )
