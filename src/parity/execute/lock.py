"""The migration lock: one at a time, with whoever migrates, Node's prisma included.

It is tried again and again instead of waited for in the database: a session that waits inside the server deadlocks with
CREATE INDEX CONCURRENTLY. Between two tries the time grows, with some chance in it, so that many waiters don't march in
step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from parity.dialects.base import Dialect, Session
from parity.errors import DatabaseError, LockTimeout
from parity.execute.failpoints import hit

DEFAULT_TIMEOUT = 60.0
"""Seconds to wait for the lock."""

_FIRST_PAUSE = 0.05
_LONGEST_PAUSE = 1.0
_TELL_EVERY = 15.0


@contextmanager
def migration_lock(
    session: Session,
    dialect: Dialect,
    timeout: float,
    *,
    on_wait: Callable[[str], None] | None = None,
    closing: bool = False,
) -> Iterator[None]:
    """Hold the lock for the block, or for each transaction in it where a lock can't last longer.

    Raises LockTimeout P1002 after `timeout` seconds, naming the holder.

    Where it isn't got at the first tries, `on_wait` is told what is known of the holder, now and then. With `closing`
    the session ends right behind the block, and the lock with it, where the database is such: a round trip less.
    """
    hit("after_connect")
    turns = dialect.driver.turns
    if turns is not None and turns.needed(session):
        turns.wait_with(session, lambda: _wait_for(session, dialect, timeout, on_wait))
        try:
            hit("after_lock")
            yield
            hit("before_unlock")
        finally:
            turns.wait_with(session, None)
        return
    _wait_for(session, dialect, timeout, on_wait)
    goes_with_session = False
    try:
        hit("after_lock")
        yield
        hit("before_unlock")
        goes_with_session = closing and dialect.driver.unlocks_by_closing(session)
    finally:
        # Where the connection is gone, or a transaction hangs, the lock goes with the session; an error here would only
        # hide the one that matters.
        if not goes_with_session:
            with suppress(DatabaseError):
                dialect.driver.unlock(session)


@contextmanager
def without_lock(session: Session, dialect: Dialect) -> Iterator[None]:
    """The same places on the way as `migration_lock`, for who answers himself for nobody else migrating."""
    hit("after_connect")
    dialect.driver.refuse_read_only(session)
    hit("after_lock")
    yield
    hit("before_unlock")


def _wait_for(session: Session, dialect: Dialect, timeout: float, on_wait: Callable[[str], None] | None) -> None:
    deadline = time.monotonic() + timeout
    pause = _FIRST_PAUSE
    # A run that has just ended may hold it for the moment in which the server notices that.
    tell_at = time.monotonic() + _FIRST_PAUSE
    while not dialect.driver.try_lock(session):
        import random  # used where others hold the lock, and slow to load

        if time.monotonic() >= deadline:
            raise LockTimeout(
                "P1002",
                f"the migration lock wasn't free within {timeout:g} s",
                why=_holder(session, dialect),
                hint="wait until the other run has ended, or give a longer --lock-timeout",
            )
        if on_wait is not None and time.monotonic() >= tell_at:
            on_wait(_holder(session, dialect))
            tell_at = time.monotonic() + _TELL_EVERY
        time.sleep(min(pause * random.uniform(0.5, 1.5), max(0.0, deadline - time.monotonic())))
        pause = min(pause * 2, _LONGEST_PAUSE)


def _holder(session: Session, dialect: Dialect) -> str:
    holder = dialect.driver.lock_holder(session)
    return "another run holds it" if holder is None else f"it is held by {holder.description}"
