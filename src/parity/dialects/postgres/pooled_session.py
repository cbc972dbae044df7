"""A session through a pooler in transaction mode, where nothing lasts from one transaction to the next.

So every transaction gets the settings, and the migration lock, anew; both end with it. Nothing runs outside of one: the
application that gets the same server process next must find nothing of ours in it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import TypeVar

from parity.dialects.base import Row, Session, Target, Value
from parity.dialects.postgres.opening import settings_calls
from parity.dialects.postgres.session import PostgresSession, open_bare
from parity.dialects.postgres.waiting import Watch
from parity.dialects.sql import quote_identifier
from parity.errors import StatementFailed

RESETS = "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; "
_BEGIN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE"
"""Whatever the role's default is: what is looked up behind the lock must be what is there then, and not what was there
when the transaction began."""
_KEPT = {
    "SELECT FROM pg_catalog.pg_class WHERE relnamespace = pg_catalog.pg_my_temp_schema()": "DISCARD TEMP",
    "SELECT FROM pg_catalog.pg_cursors WHERE is_holdable": "CLOSE ALL",
    "SELECT FROM pg_catalog.pg_listening_channels()": "UNLISTEN *",
    "SELECT FROM pg_catalog.pg_prepared_statements": "DEALLOCATE ALL",
    "SELECT FROM pg_catalog.pg_locks WHERE locktype = 'advisory' AND pid = pg_catalog.pg_backend_pid()": (
        "SELECT pg_catalog.pg_advisory_unlock_all()"
    ),
}
"""What else of a transaction a server process keeps for the next client: a temporary table would hide the application's
own. Each kind, and what removes all of that kind."""
_Result = TypeVar("_Result")


class PooledSession(PostgresSession):
    """As PostgresSession; a statement outside a transaction gets one of its own."""

    wait_for_turn: Callable[[], None] | None = None
    """What each transaction begins with while the migration lock is asked for: it calls `try_turn` until it is got."""

    def query(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        return self._inside(lambda: self._run(sql, parameters))

    def execute(self, sql: str) -> None:
        """Run SQL text as it is, in one message."""
        self._inside(lambda: self._run(sql, ()))

    def begin(self) -> None:
        """Start a transaction that may write, with the lock where it is asked for. Raises LockTimeout."""
        wait = self.wait_for_turn
        if wait is None:
            self._begin()
            return
        # Asking who has the lock needs no lock.
        self.wait_for_turn = None
        try:
            wait()
        finally:
            self.wait_for_turn = wait

    def try_turn(self, try_lock: Callable[[], bool]) -> bool:
        """Start a transaction that holds the lock; False, and none is open, where another one has it."""
        self._begin()
        try:
            got = try_lock()
        except BaseException:
            self.rollback()
            raise
        self.holds_lock = got
        if not got:
            self.rollback()
        return got

    def commit(self, meanwhile: Callable[[], None] | None = None) -> None:
        """End the transaction. What a script left in its session would reach the next client: it goes before."""
        self._run(f"{RESETS}{self._removing}COMMIT", (), meanwhile)

    def furnish(self, before: str = "") -> None:
        """Put the transaction's settings to what this tool needs, behind the statements in `before`."""
        self._run(f"{before}SELECT {', '.join(settings_calls(self, for_transaction=True))}", ())

    @property
    def joins(self) -> bool:
        """Never: each transaction begins with more than BEGIN, and ends with more than COMMIT."""
        return False

    def _begin(self) -> None:
        self._removing = ""
        self.holds_lock = False
        self._run(_BEGIN, ())
        try:
            self.furnish()
            (none_of,) = self._run(f"SELECT {', '.join(f'NOT EXISTS ({kind})' for kind in _KEPT)}", ())
            self._removing = "".join(
                f"{removal}; " for removal, none in zip(_KEPT.values(), none_of, strict=True) if none
            )
        except BaseException:
            self.rollback()
            raise

    def _inside(self, run: Callable[[], _Result]) -> _Result:
        if self.in_transaction:
            return run()
        self.begin()
        try:
            result = run()
            self.commit()
        except BaseException:
            self.rollback()
            raise
        return result

    def _watch(self) -> Watch | None:
        """Never: nobody else knows which server process is ours."""
        return None


def open_pooled(target: Target) -> Session:
    """Connect through a pooler in transaction mode. The namespace that the URL names is made where it is missing.

    Raises ConnectionFailed.
    """
    session = open_bare(target, PooledSession)
    if target.namespace:
        with suppress(StatementFailed):
            session.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(target.namespace)}")
    return session
