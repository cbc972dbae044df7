"""Migrations where the lock ends with each transaction, as behind a pooler: between two of them another run may go on.

So each looks anew whether another one was first, and what needs more than one transaction isn't begun.
"""

from __future__ import annotations

from collections.abc import Iterable

from parity.dialects.base import Dialect, Session
from parity.errors import HistoryError, ScriptRefused
from parity.execute.ledger import Ledger
from parity.execute.segments import SegmentKind, TransactionPlan


class AppliedMeanwhile(Exception):
    """Another run has applied the migration since the ledger was read."""


def takes_turns(session: Session, dialect: Dialect) -> bool:
    """Whether the lock of this session ends with each transaction."""
    turns = dialect.driver.turns
    return turns is not None and turns.needed(session)


def refuse_more_than_one(session: Session, dialect: Dialect, plans: Iterable[tuple[str, TransactionPlan]]) -> None:
    """Raise ScriptRefused PAR416 for the first migration that isn't one transaction of ours."""
    if not takes_turns(session, dialect):
        return
    for name, plan in plans:
        if plan.is_atomic:
            continue
        segment = next((s for s in plan.segments if s.kind is not SegmentKind.ATOMIC), plan.segments[-1])
        first = segment.statements[0].statement
        raise ScriptRefused(
            "PAR416",
            f"migration {name} can't be one transaction, and the database is behind a connection pooler",
            line=first.line,
            why="a pooler in transaction mode may give each statement another session, without its settings and locks",
            hint="name the server itself: put its URL into directUrl, or pass it with --url",
        )


def make_ledger(ledger: Ledger) -> None:
    """Make the table that wasn't there a moment ago."""
    session = ledger.session
    if not takes_turns(session, ledger.dialect):
        ledger.create()
        return
    session.begin()
    try:
        if not ledger.exists():
            ledger.create()
        session.commit()
    except BaseException:
        session.rollback()
        raise


def refuse_done(ledger: Ledger, name: str) -> None:
    """Raise AppliedMeanwhile, or HistoryError P3009 where another run failed. In a transaction that has the lock."""
    runs = ledger.rows_of(name)
    if any(finished and not taken_back for finished, taken_back in runs):
        raise AppliedMeanwhile
    if any(not finished and not taken_back for finished, taken_back in runs):
        raise HistoryError(
            "P3009",
            f"migration {name} failed meanwhile in another run; nothing more is applied until that is resolved",
            hint="run `parity migrate status`",
        )
