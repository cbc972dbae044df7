"""Running a script by its transaction plan: each segment as its kind wants it, again where a lock was in the way."""

from __future__ import annotations

from collections.abc import Callable
from typing import assert_never

from msgspec import Struct

from parity.dialects.base import Bound, Dialect, Session
from parity.execute.directives import read_directives
from parity.execute.enforcement import begin_unchecked
from parity.execute.failpoints import hit
from parity.execute.patience import IMPATIENT, Patience, limited, persist, unlimited
from parity.execute.progress import Progress
from parity.execute.segments import Segment, SegmentKind, TransactionPlan, plan_transactions


def plan_script(sql: str, dialect: Dialect) -> TransactionPlan:
    """The transaction plan of a script. Raises ParityError for what can't be run as a migration."""
    directives = read_directives(sql, dialect)
    return plan_transactions(sql, dialect.iter_statements(sql), dialect, directives)


def run_script(
    session: Session,
    dialect: Dialect,
    sql: str,
    *,
    before_commit: Callable[[], None] | None = None,
    patience: Patience = IMPATIENT,
) -> None:
    """Run a script by its transaction plan, without a ledger. Raises DatabaseError.

    `before_commit` joins the last transaction: what it raises takes that back.
    """
    run_plan(session, dialect, Progress(plan_script(sql, dialect)), before_commit=before_commit, patience=patience)


def run_plan(
    session: Session,
    dialect: Dialect,
    progress: Progress,
    *,
    before_commit: Callable[[], None] | None = None,
    patience: Patience = IMPATIENT,
) -> None:
    """Run the plan of `progress`, which tells how far it came if this raises. Otherwise as `run_script`."""
    plan = progress.plan
    run = Run(session, dialect, progress, patience)
    with limited(session, dialect, patience):
        for segment in plan.segments:
            last = segment is plan.segments[-1]
            run_segment(run, segment, before_commit if last else None)
        if plan.changes_session:
            dialect.driver.restore_session(session)


class Run(Struct, frozen=True):
    """A script that runs."""

    session: Session
    dialect: Dialect
    progress: Progress
    patience: Patience
    opening: Callable[[], None] | None = None
    """What each transaction begins with."""
    meanwhile: Callable[[], None] | None = None
    """What can be done while a transaction of ours ends. It may be called more than once."""
    row: Bound | None = None
    """What goes with the end of the only transaction, together with its last statement; None where that runs alone."""


def run_segment(run: Run, segment: Segment, before_commit: Callable[[], None] | None) -> None:
    """Run one segment, and count it. `before_commit` (the ledger's note) joins its transaction, or follows where it has
    none of ours."""
    session, dialect, patience = run.session, run.dialect, run.patience

    def where() -> str:
        at = run.progress.at
        return "at the end" if at is None else f"line {at.statement.line}"

    match segment.kind:
        case _ if segment.unenforced:
            persist(lambda: _run_unenforced(run, segment, before_commit), session, dialect, patience, where)
        case SegmentKind.ATOMIC:
            persist(lambda: _run_atomic(run, segment, before_commit), session, dialect, patience, where)
        case SegmentKind.OWN:
            persist(lambda: _run_plainly(run, segment), session, dialect, patience, where)
        case SegmentKind.ALONE if segment.can_be_tried_again:
            persist(lambda: _run_plainly(run, segment), session, dialect, patience, where)
        case SegmentKind.ALONE:
            # It can't be taken back: to stop it half-way would leave an invalid index, for instance.
            with unlimited(session, dialect, patience):
                _run_plainly(run, segment)
        case _ as never:
            assert_never(never)
    if segment.kind is not SegmentKind.ATOMIC:
        run.progress.confirmed += len(segment.statements)
        if before_commit is not None:
            hit("after_commit")
            before_commit()


def _run_plainly(run: Run, segment: Segment) -> None:
    for planned in segment.statements:
        run.progress.at = planned
        hit("mid_script", planned.index)
        run.session.execute(planned.statement.text)
    run.progress.at = None
    hit("after_script")


def _run_to_the_end(run: Run, segment: Segment, row: Bound) -> None:
    """Run a segment, and commit it with a row of the ledger. The last statement travels together with these two."""
    session, progress = run.session, run.progress
    *before, last = segment.statements
    progress.ending = False
    for planned in before:
        progress.at = planned
        session.execute(planned.statement.text)
    progress.at, progress.ending = last, True
    assert session.commit_with is not None, "a row goes along where the session can send it so"
    session.commit_with(last.statement.text, row, run.meanwhile)
    progress.at, progress.ending = None, False


def _run_unenforced(run: Run, segment: Segment, before_commit: Callable[[], None] | None) -> None:
    """Run a segment while foreign keys aren't checked; all of them are, behind the last segment of the stretch."""
    session, dialect, progress = run.session, run.dialect, run.progress
    enforce = dialect.driver.enforce_foreign_keys
    unchecked = progress.unchecked
    if unchecked is None:
        texts = (planned.statement.text for planned in progress.plan.unenforced_from(segment))
        unchecked = progress.unchecked = begin_unchecked(session, dialect, texts)

    def finish() -> None:
        if segment.checked:
            unchecked.check(session, dialect)
        if before_commit is not None and segment.kind is SegmentKind.ATOMIC:
            before_commit()

    if enforce is not None:
        enforce(session, False)
    try:
        if segment.kind is SegmentKind.ATOMIC:
            _run_atomic(run, segment, finish)
        else:
            _run_plainly(run, segment)
            finish()
    finally:
        if enforce is not None:
            enforce(session, True)
    if segment.checked:
        progress.unchecked = None


def _run_atomic(run: Run, segment: Segment, before_commit: Callable[[], None] | None) -> None:
    session = run.session
    session.begin()
    try:
        if run.opening is not None:
            run.opening()
        if run.row is not None:
            _run_to_the_end(run, segment, run.row)
        else:
            _run_plainly(run, segment)
            if before_commit is not None:
                before_commit()
            hit("before_commit")
            session.commit(run.meanwhile)
        run.progress.confirmed += len(segment.statements)
    except BaseException:
        # Ctrl-C included: nothing of the segment may stay, and the lock and the ledger need a clean connection.
        session.rollback()
        raise
