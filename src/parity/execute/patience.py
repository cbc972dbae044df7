"""Waiting for the locks of tables: never long, so that nobody queues behind us for long, and again and again.

A statement that waits for a table's lock makes everybody wait who comes after it. So it gives up soon, what its
transaction did is taken back, the others pass, and after a pause it is all tried again.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from msgspec import Struct

from parity.dialects.base import Dialect, Session
from parity.errors import DatabaseError

DEFAULT_LOCK_LIMIT = 2.0
"""Seconds that a statement may wait for a lock."""
RETRIES = 10
_FIRST_PAUSE = 0.1
_LONGEST_PAUSE = 5.0


class Patience(Struct, frozen=True):
    """How a run waits for locks. `limit` is in seconds for one statement; None leaves it to the server, and retries
    nothing. `on_retry` is told who is in the way and when it is tried again."""

    limit: float | None = None
    retries: int = RETRIES
    on_retry: Callable[[str], None] | None = None


IMPATIENT = Patience()
"""For scratch databases, where nobody else is."""


@contextmanager
def limited(session: Session, dialect: Dialect, patience: Patience) -> Iterator[None]:
    """Let no statement of the block wait longer for a lock than `patience` says."""
    limit = _limiter(session, dialect, patience)
    limit(patience.limit)
    yield
    # Not after a failure: the session ends with the command, and may be unable to hear anything.
    limit(None)


@contextmanager
def unlimited(session: Session, dialect: Dialect, patience: Patience) -> Iterator[None]:
    """Lift the limit for the block: for statements that can't be taken back, and mustn't stop half-way."""
    limit = _limiter(session, dialect, patience)
    limit(None)
    try:
        yield
    finally:
        if not session.in_transaction:
            # Where the connection is gone, the error that is under way says so.
            with suppress(DatabaseError):
                limit(patience.limit)


def _limiter(session: Session, dialect: Dialect, patience: Patience) -> Callable[[float | None], None]:
    """What sets the limit; nothing where the database has none, or the run doesn't ask for one."""
    locks = dialect.driver.statement_locks
    if locks is None or patience.limit is None:
        return lambda _: None
    set_limit = locks.limit
    return lambda limit: set_limit(session, limit)


def is_contention(dialect: Dialect, error: DatabaseError) -> bool:
    """Whether a statement failed only because of what others did at the same time."""
    locks = dialect.driver.statement_locks
    return locks is not None and locks.is_contention(error)


def persist(
    run: Callable[[], None], session: Session, dialect: Dialect, patience: Patience, where: Callable[[], str]
) -> None:
    """Call `run`, which runs one segment, until others are out of its way. Only what was taken back is tried again.

    Raises the last DatabaseError, which then tells who was in the way. `where` says what was tried, for people.
    """
    locks = dialect.driver.statement_locks
    tried = 0
    while True:
        try:
            run()
            return
        except DatabaseError as error:
            if locks is None or patience.limit is None or not locks.is_contention(error):
                raise
            session.rollback()
            who = "; ".join(locks.blockers(session))
            if tried >= patience.retries or session.in_transaction:
                raise _gave_up(error, tried, who) from error
            tried += 1
            import random  # used here alone, and slow to load

            pause = min(_FIRST_PAUSE * 2**tried, _LONGEST_PAUSE) * random.uniform(0.5, 1.0)
            if patience.on_retry is not None:
                patience.on_retry(
                    f"{where()}: {error.message}{f', held by {who}' if who else ''}; "
                    f"trying again in {pause:.1f} s ({tried} of {patience.retries})"
                )
            time.sleep(pause)


def _gave_up(error: DatabaseError, tried: int, who: str) -> DatabaseError:
    told = f"tried {tried + 1} times" + (f"; in the way: {who}" if who else "")
    error.why = f"{error.why}; {told}" if error.why else told
    error.hint = (
        "run it again when the other transaction has ended; --statement-lock-timeout lets each try wait longer, "
        "and everybody else behind it"
    )
    return error
