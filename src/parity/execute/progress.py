"""How far a script has come, and what that says of the statement that ran last. Pure."""

from __future__ import annotations

from msgspec import Struct

from parity.errors import DatabaseError, StatementFailed
from parity.execute.enforcement import Unchecked
from parity.execute.planned import PlannedStatement
from parity.execute.segments import SegmentKind, TransactionPlan

LOST = ("P1017", "P1002")
"""Codes of a connection that ended, or doesn't answer, while a statement ran."""


class Progress(Struct):
    """How far a script has come. `confirmed` statements are committed; `at` is the one that runs now."""

    plan: TransactionPlan
    confirmed: int = 0
    at: PlannedStatement | None = None
    ending: bool = False
    """Whether the transaction's end was sent together with `at`."""
    unchecked: Unchecked | None = None
    """The stretch without checks of foreign keys that isn't over yet."""


def line_of(at: PlannedStatement | None, error: DatabaseError) -> int | None:
    """The line of the script where a statement failed, as exactly as the database says it."""
    if at is None:
        return None
    offset = error.position if isinstance(error, StatementFailed) else None
    if offset is None:
        return at.statement.line
    return at.statement.line + at.statement.text.count("\n", 0, offset)


def may_be_done(progress: Progress) -> bool:
    """Whether what ran last may have taken effect although no answer came: a COMMIT, or what ran outside of ours."""
    at = progress.at
    return (
        at is None
        or progress.ending
        or any(at in segment.statements for segment in progress.plan.segments if segment.kind is not SegmentKind.ATOMIC)
    )


def was_taken_back(progress: Progress, error: DatabaseError) -> bool:
    """Whether the database took back all that ran: it failed in the first transaction.

    Where that is one of the script's own, it may be committed, unless the database itself says that it failed.
    """
    own = [segment for segment in progress.plan.segments if segment.kind is SegmentKind.OWN]
    failed_in_own = error.code not in LOST and any(progress.at in segment.statements for segment in own)
    return progress.confirmed == 0 and (progress.plan.is_atomic or not may_be_done(progress) or failed_in_own)


def may_leave_something(progress: Progress) -> bool:
    """Whether the statement that failed ran outside a transaction, where a half of it may stay."""
    return any(
        progress.at in segment.statements
        for segment in progress.plan.segments
        if segment.kind is SegmentKind.ALONE and progress.at is not None and not segment.can_be_tried_again
    )
