"""One connection to a PostgreSQL server, over psycopg2 in its asynchronous mode with a wait loop of our own.

libpq's own waiting can't be interrupted and knows no deadline; this loop can and does: Ctrl-C cancels the statement on
the server at once, a host that swallows packets is given up, and notices can be read. The connection is always in
autocommit: transactions are begun and ended by `begin`, `commit`, `rollback` or by the script itself.
"""

from __future__ import annotations

import contextlib
import re
import selectors
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from parity.dialects.base import Row, Target, Value
from parity.dialects.postgres import failures
from parity.dialects.postgres.names import DEFAULT_NAMESPACE
from parity.dialects.postgres.url import DEFAULT_CONNECT_TIMEOUT, DEFAULT_PORT, libpq_parameters, seconds
from parity.dialects.sql import quote_identifier, quote_string
from parity.errors import StatementFailed

if TYPE_CHECKING:
    import psycopg2
    from psycopg2.extensions import connection as Connection

_TICK = 0.5
"""Seconds after which a wait looks up, so that a signal is seen on every platform."""
_DRAIN_SECONDS = 5.0
"""How long a cancelled statement may take to stop."""
_CHECK_INTERVAL_VERSION = 140000
_EMPTY = "can't execute an empty query"
"""What psycopg2 says of a script that holds nothing but comments."""
_COMPLAINT = re.compile(r"^(?:[A-Z]+):\s+")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\?|%""")


class PostgresSession:
    """A Session (see `parity.dialects.base`) on one connection."""

    def __init__(self, connection: Connection, target: Target) -> None:
        self._connection = connection
        self._target = target
        self._sent = 0
        self._limit = seconds(target, "socket_timeout")

    @property
    def target(self) -> Target:
        """What it is connected to."""
        return self._target

    @property
    def round_trips(self) -> int:
        """How many statements were sent since connecting."""
        return self._sent

    @property
    def server_version(self) -> int:
        """The server's version as a number: 150004."""
        return int(self._connection.server_version)

    @property
    def notices(self) -> tuple[str, ...]:
        """What the server remarked on the last script, without the level's name."""
        return tuple(_COMPLAINT.sub("", notice.strip()) for notice in self._connection.notices)

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, a failed one included."""
        from psycopg2.extensions import TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_UNKNOWN

        if self._connection.closed:
            return False
        status = self._connection.info.transaction_status
        return status not in (TRANSACTION_STATUS_IDLE, TRANSACTION_STATUS_UNKNOWN)

    def query(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        return self._run(sql, parameters)

    def execute(self, sql: str) -> None:
        """Run SQL text as it is, in one message: several statements are one implicit transaction."""
        self._run(sql, ())

    def begin(self) -> None:
        """Start a transaction that may write."""
        self._run("BEGIN READ WRITE", ())

    def commit(self) -> None:
        """End the transaction."""
        self._run("COMMIT", ())

    def rollback(self) -> None:
        """Abandon the transaction, if there is one."""
        if self.in_transaction:
            self._run("ROLLBACK", ())

    def close(self) -> None:
        """End the connection."""
        self._connection.close()

    def _run(self, sql: str, parameters: Sequence[Value]) -> list[Row]:
        import psycopg2

        if self._connection.closed:
            raise failures.connection_lost("it is closed", self._target)
        self._sent += 1
        self._connection.notices.clear()
        cursor = self._connection.cursor()
        try:
            if parameters:
                cursor.execute(_with_placeholders(sql), tuple(parameters))
            else:
                cursor.execute(sql)
            self._wait(self._limit)
            return [] if cursor.description is None else cursor.fetchall()
        except KeyboardInterrupt:
            self._cancel()
            raise
        except _Deadline:
            self._cancel()
            raise failures.query_timeout(self._target, self._limit or 0) from None
        except psycopg2.Error as error:
            if isinstance(error, psycopg2.ProgrammingError) and str(error) == _EMPTY:
                return []
            raise self._failure(error, sql) from None
        except (UnicodeError, ValueError, OverflowError) as error:
            # psycopg2 can't send the text (a NUL), or can't read what came back.
            raise failures.statement_failure(str(error), sql) from None
        finally:
            with contextlib.suppress(psycopg2.Error):
                cursor.close()

    def _wait(self, limit: float | None) -> None:
        wait(self._connection, None if limit is None else time.monotonic() + limit)

    def _cancel(self) -> None:
        """Stop the statement on the server and take its answer away, so that the connection can be used or closed."""
        import psycopg2

        with contextlib.suppress(psycopg2.Error, _Deadline):
            self._connection.cancel()
            self._wait(_DRAIN_SECONDS)

    def _failure(self, error: psycopg2.Error, sql: str) -> Exception:
        from psycopg2 import extensions

        diagnosis = error.diag
        state = error.pgcode
        if self._connection.closed or (state or "").startswith("57P0"):
            self._connection.close()
            return failures.connection_lost(diagnosis.message_primary or str(error), self._target)
        if self._connection.info.transaction_status == extensions.TRANSACTION_STATUS_ACTIVE:
            # COPY … FROM STDIN waits for rows that won't come: this connection can't be used any more.
            self._connection.close()
            return failures.copy_refused(sql)
        position = diagnosis.statement_position
        return failures.statement_failure(
            diagnosis.message_primary or failures.redacted(str(error), self._target),
            sql,
            detail=diagnosis.message_detail,
            hint=diagnosis.message_hint,
            state=state,
            position=int(position) - 1 if position else None,
        )


def open_session(target: Target) -> PostgresSession:
    """Connect. Raises ConnectionFailed: P1000, P1001, P1002, P1003, P1010, P1011."""
    import psycopg2

    given = seconds(target, "connect_timeout")
    asked = "connect_timeout" in dict(target.parameters)
    limit = given if asked else DEFAULT_CONNECT_TIMEOUT
    deadline = None if limit is None else time.monotonic() + limit
    connection: Connection | None = None
    try:
        connection = psycopg2.connect(async_=True, **_connection_values(target))
        wait(connection, deadline)
        session = PostgresSession(connection, target)
    except _Deadline:
        _close(connection)
        raise failures.connect_timeout(target, limit or 0) from None
    except psycopg2.Error as error:
        _close(connection)
        raise failures.connection_failure(str(error), target) from None
    except BaseException:
        _close(connection)
        raise
    set_up(session)
    return session


def set_up(session: PostgresSession, before: str = "") -> None:
    """Put the connection's settings to what this tool needs. One round trip; works inside a transaction, too.

    `before` are statements that come first. The namespace that the URL names is made where it is missing, as Prisma's
    engine does; a user who may not make it learns so when something is to be put there.
    """
    wanted = session.target.namespace or DEFAULT_NAMESPACE
    settings = _settings(session, wanted)
    missing = f"NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = {quote_string(wanted)})"
    rows = session.query(f"{before}SELECT {missing}, {', '.join(settings)}")
    if session.target.namespace and rows and rows[0][0] is True:
        with contextlib.suppress(StatementFailed):
            session.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(wanted)}")


def wait(connection: Connection, deadline: float | None) -> None:
    """Wait until the connection has nothing to do. Raises `_Deadline`, psycopg2's errors, and KeyboardInterrupt."""
    from psycopg2.extensions import POLL_OK, POLL_READ

    with selectors.DefaultSelector() as selector:
        watched: tuple[int, int] | None = None
        while (state := connection.poll()) != POLL_OK:
            wanted = (connection.fileno(), selectors.EVENT_READ if state == POLL_READ else selectors.EVENT_WRITE)
            if wanted != watched:
                if watched is not None:
                    # libpq tries the host's next address on another socket.
                    with contextlib.suppress(KeyError, ValueError, OSError):
                        selector.unregister(watched[0])
                selector.register(*wanted)
                watched = wanted
            while not selector.select(_tick(deadline)):
                pass


class _Deadline(Exception):
    """The time is up."""


def _tick(deadline: float | None) -> float:
    if deadline is None:
        return _TICK
    left = deadline - time.monotonic()
    if left <= 0:
        raise _Deadline
    return min(_TICK, left)


def _close(connection: Connection | None) -> None:
    if connection is not None:
        connection.close()


def _connection_values(target: Target) -> dict[str, Any]:
    values: dict[str, Any] = {
        "host": target.host,
        "port": target.port or DEFAULT_PORT,
        "dbname": target.database,
        "application_name": "parity",
        "client_encoding": "UTF8",
        # A server that died without a word is noticed after a minute and not after two hours.
        "keepalives_idle": 30,
        "keepalives_interval": 10,
        "keepalives_count": 3,
    }
    if target.user is not None:
        values["user"] = target.user
    if target.password is not None:
        values["password"] = target.password
    values.update(libpq_parameters(target))
    return values


def _settings(session: PostgresSession, namespace: str) -> list[str]:
    """Calls of set_config that put the session's settings in place."""
    values = {"search_path": quote_identifier(namespace), "standard_conforming_strings": "on"}
    if session.server_version >= _CHECK_INTERVAL_VERSION:
        # The server stops a statement whose client is gone, and with it gives its locks back.
        values["client_connection_check_interval"] = "5s"
    return [
        f"pg_catalog.set_config({quote_string(name)}, {quote_string(value)}, false)" for name, value in values.items()
    ]


def _with_placeholders(sql: str) -> str:
    """`?` becomes psycopg2's `%s`, but for those in quotes; `%` is doubled everywhere."""
    return _QUOTED.sub(lambda match: "%s" if match[0] == "?" else match[0].replace("%", "%%"), sql)
