"""Looking at one's own session from a second connection: who stands in its way, and whether the server still has it.

A session that waits can't ask anything itself. And a host that swallows packets while the network goes on confirming
them is found out by no setting of the network: only somebody else can ask the server what became of the statement.
"""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.base import Session, Target
from parity.errors import ConnectionFailed, DatabaseError

_SECONDS = "3"
"""How long the second connection may take, for connecting and for each answer."""
_NO_ROOM = "spare"
_LOOK = """\
SELECT a.state, b.pid, b.usename, b.application_name, pg_catalog.host(b.client_addr), b.state,
    pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp() - b.xact_start))::text,
    pg_catalog."left"(pg_catalog.regexp_replace(b.query, '\\s+', ' ', 'g'), 80)
FROM pg_catalog.pg_stat_activity AS a
LEFT JOIN pg_catalog.pg_stat_activity AS b ON b.pid = ANY (pg_catalog.pg_blocking_pids(a.pid))
WHERE a.pid = ? AND a.usename = current_user
ORDER BY b.xact_start NULLS LAST, b.pid"""
_OWN = "FROM pg_catalog.pg_stat_activity WHERE pid = ? AND usename = current_user"


class Sight(StrEnum):
    """What a look at the session showed."""

    BUSY = "busy"
    IDLE = "idle"
    """The server has answered; the answer didn't arrive."""
    GONE = "gone"
    """The server doesn't have it any more."""
    UNREACHABLE = "unreachable"
    """The server doesn't answer a second connection either."""
    UNKNOWN = "unknown"
    """It couldn't be looked at: the server has no connection to spare."""


class Observer(Struct):
    """Looks at the session with the process number `pid`. The connection is made when it is first needed."""

    connect: Callable[[], Session]
    pid: int
    blockers: tuple[str, ...] = ()
    """Who blocked it when it was last seen blocked: a line for each."""
    _session: Session | None = None

    def look(self) -> Sight:
        """What the session does now."""
        try:
            rows = self._ask().query(_LOOK, (self.pid,))
        except DatabaseError as error:
            self.close()
            return _sight_of(error)
        if not rows:
            return Sight.GONE
        blockers = tuple(_described(row[1:]) for row in rows if row[1] is not None)
        self.blockers = blockers or self.blockers
        return Sight.BUSY if rows[0][0] in ("active", "fastpath function call", "disabled") else Sight.IDLE

    def cancel(self) -> bool:
        """Stop its statement. False where that couldn't be asked for."""
        return self._call("pg_cancel_backend")

    def end(self) -> bool:
        """End the session itself, so that nothing it does comes later. False where that couldn't be asked for."""
        return self._call("pg_terminate_backend")

    def close(self) -> None:
        """End the second connection."""
        if self._session is not None:
            self._session.close()
            self._session = None

    def _call(self, function: str) -> bool:
        try:
            self._ask().query(f"SELECT pg_catalog.{function}(pid) {_OWN}", (self.pid,))
        except DatabaseError:
            self.close()
            return False
        return True

    def _ask(self) -> Session:
        if self._session is None:
            self._session = self.connect()
        return self._session


def hurried(target: Target) -> Target:
    """The same place, for a connection that is given up soon."""
    limits = {"connect_timeout": _SECONDS, "socket_timeout": _SECONDS}
    kept = tuple(pair for pair in target.parameters if pair[0] not in limits)
    return replace(target, parameters=(*kept, *limits.items()))


def describe(
    pid: object,
    user: object,
    application: object,
    address: object,
    state: object,
    seconds: object,
    query: object,
) -> str:
    """A session in words: `process 12 of user app, application web, from 10.0.0.7, in a transaction for 14 s, …`."""
    text = f"process {pid}"
    if user:
        text += f" of user {user}"
    if application:
        text += f", application {application}"
    if address:
        text += f", from {address}"
    if seconds:
        text += f", for {seconds} s"
    if query and state:
        text += f", {state}: {query}"
    return text


def _described(row: tuple[object, ...]) -> str:
    return describe(*row)


def _sight_of(error: DatabaseError) -> Sight:
    unreachable = isinstance(error, ConnectionFailed) and error.code in ("P1001", "P1002", "P1017")
    return Sight.UNREACHABLE if unreachable and _NO_ROOM not in error.message else Sight.UNKNOWN
