"""One connection to a PostgreSQL server, over psycopg2 in its asynchronous mode with a wait loop of our own.

libpq's own waiting can't be interrupted and knows no deadline; this loop can and does: Ctrl-C cancels the statement on
the server at once, a host that swallows packets is given up, and notices can be read. The connection is always in
autocommit: transactions are begun and ended by `begin`, `commit`, `rollback` or by the script itself.
"""

from __future__ import annotations

import contextlib
import re
import time
from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache
from itertools import zip_longest
from typing import TYPE_CHECKING

from parity.dialects.base import Bound, CommitWith, Row, Session, Target, Value
from parity.dialects.postgres import failures, pooler
from parity.dialects.postgres.ahead import BEGIN, Ahead
from parity.dialects.postgres.observer import Observer, Sight, hurried
from parity.dialects.postgres.provider import PROVIDER
from parity.dialects.postgres.url import DEFAULT_CONNECT_TIMEOUT, connection_values, seconds
from parity.dialects.postgres.waiting import Deadline, Silence, Watch, is_ready, tick

if TYPE_CHECKING:
    import psycopg2
    from psycopg2.extensions import connection as Connection
    from psycopg2.extensions import cursor as Cursor

_DRAIN_SECONDS = 5.0
"""How long a cancelled statement may take to stop."""
_SILENCE = 10.0
"""Seconds without an answer after which the server is asked, over a second connection, what became of the statement."""
_AFTER_A_BAD_SIGHT = 2.0
_BAD_SIGHTS = 3
"""How often in a row such a question must end badly before the connection is given up."""
_WHAT_SILENCE_MEANS = {
    Sight.IDLE: "the server has answered, and the answer didn't arrive: something in the network swallows it",
    Sight.GONE: "the server doesn't have this session any more, and nobody told us",
    Sight.UNREACHABLE: "there is no answer, and a second connection gets none either",
}
_EMPTY = "can't execute an empty query"
"""What psycopg2 says of a script that holds nothing but comments."""
_COMPLAINT = re.compile(r"^(?:[A-Z]+):\s+")
_QUOTED = re.compile(r"""'(?:[^']|'')*'|"(?:[^"]|"")*"|\?|%""")


class PostgresSession:
    """A Session (see `parity.dialects.base`) on one connection."""

    def __init__(self, connection: Connection, target: Target, *, watched: bool = True) -> None:
        self._connection = connection
        self._target = target
        self._sent = 0
        self._limit = seconds(target, "socket_timeout")
        self._watched = watched
        self._observer: Observer | None = None
        self._removing = ""
        """Statements that remove what the transaction leaves in the session, where that isn't ours to keep."""
        self._bad_sights = 0
        self._ahead = Ahead()
        self._asked: Cursor | None = None
        self._shift = 0
        """How many characters stand before the statement in the message that was sent."""
        self.process = int(connection.get_backend_pid())
        """The number of the process that we talk to, by its own account: the server's, or a pooler's."""
        self.lock_limit: float | None = None
        """The longest that a statement may wait for a lock, in seconds; None for the server's own setting."""
        self.holds_lock = False
        """Whether it holds the migration lock, as far as was asked."""
        self.pooled_process: int | None = None
        """The server process, where a pooler is between; None where there is none, or it wasn't looked for."""

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
        return bool(self._ahead) or self._is_in_transaction()

    def _is_in_transaction(self) -> bool:
        """Whether one is open on the server."""
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
        """Start a transaction that may write. Raises ConnectionFailed where a pooler gave us another session."""
        if self.joins and not self.in_transaction:
            self._ahead.add(BEGIN)
            return
        self._run(BEGIN, ())
        if self.pooled_process is not None and self._run(pooler.PID, ()) != [(self.pooled_process,)]:
            self.rollback()
            raise pooler.shared(self._target)

    def begin_reading(self) -> None:
        """Start a transaction that sees one moment of the database, with settings as they are."""
        self._run("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY", ())

    def bound(self, sql: str, parameters: Sequence[Value]) -> Bound:
        """With the parameters in the text: nothing is asked of the server for that."""
        with self._translated(sql):
            return Bound(self._connection.cursor().mogrify(_with_placeholders(sql), tuple(parameters)).decode())

    def run_with_next(self, statement: Bound) -> None:
        """Run a statement: in a transaction together with the one that comes next, which then raises its errors."""
        if self.joins and self.in_transaction:
            self._ahead.add(statement.sql)
        else:
            self.query(statement.sql)

    @property
    def commit_with(self) -> CommitWith | None:
        """What ends a transaction in one message, where that is possible."""
        return self._commit_with if self.joins else None

    def _commit_with(self, sql: str, statement: Bound, meanwhile: Callable[[], None] | None) -> None:
        self._receive(self._send(f"{sql};\n{statement.sql};\nCOMMIT", ()), sql, meanwhile)

    @property
    def joins(self) -> bool:
        """Whether statements can be sent together: a pooler is asked, after each BEGIN, which session it gave us."""
        return self._watched and self.pooled_process is None and self._target.dialect == PROVIDER.name

    def commit(self, meanwhile: Callable[[], None] | None = None) -> None:
        """End the transaction."""
        if self._ahead.is_begin_alone:
            self._ahead.clear()
        else:
            self._run("COMMIT", (), meanwhile)

    def rollback(self) -> None:
        """Abandon the transaction, if there is one; with the connection, where the answer of a statement is due."""
        if self._is_at_work():
            # Interrupted between the two: nobody is left who could take the answer.
            self._cancel()
            self._connection.close()
        self._ahead.clear()
        if self._is_in_transaction():
            self._run(f"ROLLBACK; {self._removing}", ())

    def take_blockers(self) -> tuple[str, ...]:
        """Who stood in the way since this was last asked, as far as was seen."""
        if self._observer is None:
            return ()
        seen, self._observer.blockers = self._observer.blockers, ()
        return seen

    def close(self) -> None:
        """End the connection."""
        self._connection.close()
        if self._observer is not None:
            self._observer.close()

    def query_ahead(self, statements: Sequence[tuple[str, Sequence[Value]]]) -> Iterator[list[Row]]:
        """The rows of each statement in turn. While the caller looks at those of one, the server works on the next.

        What the caller doesn't ask for any more isn't sent; what is under way is waited for.
        """
        waiting: Cursor | None = None
        try:
            for (sql, parameters), following in zip_longest(statements, statements[1:]):
                cursor, waiting = waiting or self._send(sql, parameters), None
                rows = self._receive(cursor, sql)
                waiting = None if following is None else self._send(*following)
                yield rows
        finally:
            if waiting is not None:
                self._receive(waiting, "")

    def ask(self, sql: str) -> None:
        """Send a statement, and go on. Nothing else may be sent before `answer` has brought its rows."""
        self._asked = self._send(sql, ())

    def answer(self, seconds: float) -> list[Row] | None:
        """The rows of what was asked; None where they aren't there in this time, and may be waited for again."""
        with self._translated(""):
            try:
                wait(self._connection, time.monotonic() + seconds)
            except Deadline:
                return None
        return self._receive(self._asked, "")

    def _run(self, sql: str, parameters: Sequence[Value], meanwhile: Callable[[], None] | None = None) -> list[Row]:
        return self._receive(self._send(sql, parameters), sql, meanwhile)

    def _send(self, sql: str, parameters: Sequence[Value]) -> Cursor | None:
        """Send a statement; None where there is nothing in it. Its answer must be received before the next is sent."""
        import psycopg2

        if self._connection.closed:
            raise failures.connection_lost("it is closed", self._target)
        self._sent += 1
        self._connection.notices.clear()
        cursor = self._connection.cursor()
        before = self._ahead.take()
        self._shift = len(before)
        with self._translated(sql):
            try:
                if parameters:
                    cursor.execute(before.replace("%", "%%") + _with_placeholders(sql), tuple(parameters))
                else:
                    cursor.execute(before + sql)
            except psycopg2.ProgrammingError as error:
                if str(error) != _EMPTY:
                    raise
                return None
        return cursor

    def _receive(self, cursor: Cursor | None, sql: str, meanwhile: Callable[[], None] | None = None) -> list[Row]:
        """Wait for the answer to what was sent, and return its rows. `meanwhile` is called before the wait."""
        import psycopg2

        if cursor is None:
            return []
        try:
            with self._translated(sql):
                if meanwhile is not None:
                    meanwhile()
                try:
                    self._wait(self._limit)
                except psycopg2.ProgrammingError as error:
                    if str(error) != _EMPTY:
                        raise
                    return []
                return [] if cursor.description is None else cursor.fetchall()
        finally:
            with contextlib.suppress(psycopg2.Error):
                cursor.close()

    @contextlib.contextmanager
    def _translated(self, sql: str) -> Iterator[None]:
        """Make the driver's errors ours; stop on the server what is given up here."""
        import psycopg2

        try:
            yield
        except KeyboardInterrupt:
            self._cancel()
            raise
        except Deadline:
            self._cancel()
            raise failures.query_timeout(self._target, self._limit or 0) from None
        except Silence as silence:
            self._connection.close()
            raise failures.connection_lost(str(silence), self._target) from None
        except psycopg2.Error as error:
            raise self._failure(error, sql) from None
        except (UnicodeError, ValueError, OverflowError) as error:
            # psycopg2 can't send the text (a NUL), or can't read what came back.
            raise failures.statement_failure(str(error), sql) from None

    def _wait(self, limit: float | None) -> None:
        wait(self._connection, None if limit is None else time.monotonic() + limit, self._watch())

    def _watch(self) -> Watch | None:
        """When to look after the statement that begins now, and how."""
        if not self._watched or self.pooled_process is not None or self._target.dialect != PROVIDER.name:
            return None
        self._bad_sights = 0
        if self._observer is None:
            self._observer = Observer(lambda: hurry(self._target), self.process)
        first = _SILENCE if self.lock_limit is None else min(self.lock_limit / 2, _SILENCE)
        return Watch(time.monotonic() + first, self._look)

    def _look(self) -> float:
        """Ask the server what this session does. Seconds until the next look. Raises `Silence`."""
        assert self._observer is not None
        sight = self._observer.look()
        if sight in (Sight.BUSY, Sight.UNKNOWN):
            self._bad_sights = 0
            return _SILENCE
        self._bad_sights += 1
        if self._bad_sights < _BAD_SIGHTS:
            return _AFTER_A_BAD_SIGHT
        self._observer.end()
        raise Silence(_WHAT_SILENCE_MEANS[sight])

    def _cancel(self) -> None:
        """Stop the statement on the server and take its answer away, so that the connection can be used or closed."""
        import psycopg2

        if not self._watched:
            self._connection.close()
            return
        with contextlib.suppress(psycopg2.Error, Deadline, Silence):
            # libpq's own way waits without a deadline for a host that swallows packets.
            if self._observer is None:
                self._connection.cancel()
            elif not self._observer.cancel():
                self._connection.close()
                return
            self._wait(_DRAIN_SECONDS)
        if self._is_at_work():
            # Nothing that comes now may wait for it; the server stops it when it sees that nobody listens.
            self._connection.close()

    def _is_at_work(self) -> bool:
        """Whether a statement was sent whose answer isn't there."""
        from psycopg2.extensions import TRANSACTION_STATUS_ACTIVE

        return not self._connection.closed and self._connection.info.transaction_status == TRANSACTION_STATUS_ACTIVE

    def _failure(self, error: psycopg2.Error, sql: str) -> Exception:
        diagnosis = error.diag
        state = error.pgcode
        if self._connection.closed or (state or "").startswith("57P0"):
            self._connection.close()
            return failures.connection_lost(diagnosis.message_primary or str(error), self._target)
        if self._is_at_work():
            # COPY … FROM STDIN waits for rows that won't come: this connection can't be used any more.
            self._connection.close()
            return failures.copy_refused(sql)
        found = diagnosis.statement_position
        position = None if found is None else int(found) - 1 - self._shift
        return failures.statement_failure(
            diagnosis.message_primary or failures.redacted(str(error), self._target),
            sql,
            detail=diagnosis.message_detail,
            hint=diagnosis.message_hint,
            state=state,
            position=position if position is not None and 0 <= position < len(sql) else None,
            user=self._target.user,
        )


def begin_reading(session: Session) -> None:
    """As `PostgresSession.begin_reading`, for a session as the driver hands it out."""
    assert isinstance(session, PostgresSession), "sessions of this dialect are made here"
    session.begin_reading()


def query_ahead(session: Session, statements: Sequence[tuple[str, Sequence[Value]]]) -> Iterator[list[Row]]:
    """As `PostgresSession.query_ahead`, for a session as the driver hands it out."""
    assert isinstance(session, PostgresSession), "sessions of this dialect are made here"
    return session.query_ahead(statements)


def open_bare(target: Target, kind: type[PostgresSession] | None = None, *, watched: bool = True) -> PostgresSession:
    """Connect, and leave all settings as they are.

    Raises ConnectionFailed: P1000, P1001, P1002, P1003, P1010, P1011.
    """
    import psycopg2

    given = seconds(target, "connect_timeout")
    asked = "connect_timeout" in dict(target.parameters)
    limit = given if asked else DEFAULT_CONNECT_TIMEOUT
    deadline = None if limit is None else time.monotonic() + limit
    connection: Connection | None = None
    try:
        connection = psycopg2.connect(async_=True, **connection_values(target))
        wait(connection, deadline)
        return (kind or PostgresSession)(connection, target, watched=watched)
    except Deadline:
        _close(connection)
        raise failures.connect_timeout(target, limit or 0) from None
    except psycopg2.Error as error:
        _close(connection)
        raise failures.connection_failure(str(error), target) from None
    except BaseException:
        _close(connection)
        raise


def hurry(target: Target) -> PostgresSession:
    """A connection beside the one that does the work, with settings untouched and short deadlines."""
    return open_bare(hurried(target), watched=False)


def wait(connection: Connection, deadline: float | None, watch: Watch | None = None) -> None:
    """Wait until the connection has nothing to do, with a look at it from outside now and then.

    Raises Deadline, Silence, psycopg2's errors, and KeyboardInterrupt.
    """
    from psycopg2.extensions import POLL_OK, POLL_READ

    while (state := connection.poll()) != POLL_OK:
        # libpq may try the host's next address, on another socket.
        while not is_ready(connection.fileno(), writing=state != POLL_READ, seconds=tick(deadline, watch)):
            if watch is not None:
                watch.look_if_due()


def _close(connection: Connection | None) -> None:
    if connection is not None:
        connection.close()


@lru_cache(maxsize=64)
def _with_placeholders(sql: str) -> str:
    """`?` becomes psycopg2's `%s`, but for those in quotes; `%` is doubled everywhere."""
    return _QUOTED.sub(lambda match: "%s" if match[0] == "?" else match[0].replace("%", "%%"), sql)
