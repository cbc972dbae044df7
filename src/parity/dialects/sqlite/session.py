"""One connection to a SQLite file, over Python's own sqlite3.

It is in autocommit: transactions are begun and ended here alone, always as ones that may write (BEGIN IMMEDIATE), so
that two migrators never meet in the middle. Waiting for another process's lock is done here in small steps, and long
statements look up now and then, so that Ctrl-C ends both.
"""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from typing import TYPE_CHECKING, TypeAlias, TypeVar, cast

from msgspec import Struct

from parity.dialects.base import Bound, Row, Session, Target, Value
from parity.dialects.sqlite.failures import statement_failure
from parity.dialects.sqlite.locking import FileLock
from parity.errors import DatabaseError, Interrupted

if TYPE_CHECKING:
    import sqlite3

_T = TypeVar("_T")

_BUSY_STEP_MS = 100
_TICK_INSTRUCTIONS = 20_000
_UPDATE, _FUNCTION = 23, 31
"""SQLite's numbers for what it tells of a statement: SQLITE_UPDATE, SQLITE_FUNCTION."""
_MOST_ACCESSES_AT_ONCE, _MOST_ACCESSES_MEAN, _MOST_ACCESSES = 20_000, 500, 100_000
"""How much one statement may read and write to be watched; one on the average; all beyond that."""
_BUSY_NAMES = frozenset(("SQLITE_BUSY", "SQLITE_BUSY_RECOVERY", "SQLITE_BUSY_TIMEOUT", "SQLITE_LOCKED"))


class Access(Struct, frozen=True):
    """What a statement reads or writes: a table or view, one of its columns ("" or None for none in particular).

    `within` is the view, the trigger or the named part of the statement that does it; None for the statement itself.
    """

    table: str | None
    column: str | None
    within: str | None
    writes: bool = False
    """Whether it is a column that UPDATE sets."""


Watch: TypeAlias = Callable[[str], "tuple[Access, ...] | None"]


class SqliteSession:
    """A Session (see `parity.dialects.base`) on one SQLite connection."""

    def __init__(self, connection: sqlite3.Connection, target: Target, timeout: float) -> None:
        self._connection: sqlite3.Connection | None = connection
        self._target = target
        self._timeout = timeout
        self._sent = 0
        self._interrupt: BaseException | None = None
        self.lock: FileLock | None = None
        connection.text_factory = _text
        connection.set_progress_handler(self._tick, _TICK_INSTRUCTIONS)

    def query(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and return its rows."""
        return self._run(sql, lambda connection: cast("list[Row]", connection.execute(sql, parameters).fetchall()))

    def execute(self, sql: str) -> None:
        """Run SQL text: one statement, or several one after the other."""
        from parity.dialects.sqlite.split import split

        if ";" not in sql.rstrip().removesuffix(";"):
            self.query(sql)  # There is nothing to split.
            return
        statements = split(sql)
        for statement in statements:
            text = statement.text
            try:
                self.query(text)
            except DatabaseError as error:
                if error.position is None and len(statements) > 1:
                    error.position = statement.start
                raise

    def begin(self) -> None:
        """Start a transaction that may write, once no other connection writes."""
        self.query("BEGIN IMMEDIATE")

    commit_with = None
    """There are no round trips to save."""

    def bound(self, sql: str, parameters: Sequence[Value]) -> Bound:
        """The two together."""
        return Bound(sql, tuple(parameters))

    def run_with_next(self, statement: Bound) -> None:
        """Run a statement, now."""
        self.query(statement.sql, statement.parameters)

    def commit(self, meanwhile: Callable[[], None] | None = None) -> None:
        """End the transaction. Where readers are in the way, it waits for them."""
        self.query("COMMIT")
        if meanwhile is not None:
            meanwhile()

    def rollback(self) -> None:
        """Abandon the transaction; SQLite may have done so by itself (a full disk)."""
        if self.in_transaction:
            with contextlib.suppress(DatabaseError):
                self.query("ROLLBACK")

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open."""
        return self._connection is not None and self._connection.in_transaction

    @property
    def round_trips(self) -> int:
        """How many statements were sent."""
        return self._sent

    @property
    def target(self) -> Target:
        """What it is connected to."""
        return self._target

    def close(self) -> None:
        """End the connection, and with it an open transaction and the migration lock."""
        connection, self._connection = self._connection, None
        if connection is not None:
            connection.close()
        if self.lock is not None:
            self.lock.release()
            self.lock = None

    @contextmanager
    def watching(self) -> Iterator[Watch]:
        """See `watching`."""
        found: list[Access] = []
        left = _MOST_ACCESSES

        def note(action: int, one: str | None, two: str | None, place: str | None, within: str | None) -> int:
            try:
                if action != _FUNCTION:
                    found.append(Access(one, two, within, action == _UPDATE))
                # Views and triggers can be nested so that compiling one never ends.
                return 0 if len(found) < min(left, _MOST_ACCESSES_AT_ONCE) else 1
            except (KeyboardInterrupt, Interrupted) as interrupt:
                self._interrupt = interrupt
                return 1

        def watch(statement: str) -> tuple[Access, ...] | None:
            nonlocal left
            found.clear()
            try:
                self.query(f"EXPLAIN {statement}")
            except DatabaseError:
                if self._interrupt is not None:
                    raise self._interrupt from None
                return None
            finally:
                left += _MOST_ACCESSES_MEAN - len(found)
            return tuple(found)

        connection = self._open_connection("EXPLAIN")
        connection.set_authorizer(note)
        try:
            yield watch
        finally:
            connection.set_authorizer(None)

    def _run(self, sql: str, action: Callable[[sqlite3.Connection], _T]) -> _T:
        """Run `action` until no other process's lock is in its way, or the time is up."""
        import sqlite3

        connection = self._open_connection(sql)
        deadline = time.monotonic() + self._timeout
        self._sent += 1
        while True:
            self._interrupt = None
            try:
                return action(connection)
            except sqlite3.OperationalError as error:
                name = getattr(error, "sqlite_errorname", "")
                if name == "SQLITE_INTERRUPT":
                    raise self._interrupt or KeyboardInterrupt() from None
                if name not in _BUSY_NAMES or time.monotonic() >= deadline:
                    raise statement_failure(error, sql) from error
            except (sqlite3.Error, sqlite3.Warning, ValueError, OverflowError) as error:
                raise statement_failure(error, sql) from error

    def _open_connection(self, sql: str) -> sqlite3.Connection:
        if self._connection is None:
            raise statement_failure(ValueError("the connection is closed"), sql)
        return self._connection

    def _tick(self) -> int:
        """Called by SQLite in long statements: signals arrive here. What they raise can't pass through SQLite."""
        try:
            return _nothing()
        except (KeyboardInterrupt, Interrupted) as interrupt:
            self._interrupt = interrupt
            return 1


def set_up(session: SqliteSession) -> None:
    """Put a new connection's settings in place: foreign keys are enforced, as by Node's prisma."""
    session.query(f"PRAGMA busy_timeout={_BUSY_STEP_MS}")
    session.query("PRAGMA schema_version")
    session.query("PRAGMA foreign_keys=ON")


def watching(session: Session) -> AbstractContextManager[Watch]:
    """What tells of a statement, which isn't run, what it would read and write; None for what doesn't compile.

    Nothing else is to be asked meanwhile.
    """
    return own(session).watching()


def own(session: Session) -> SqliteSession:
    """The session as it is, for what only this dialect asks of one."""
    assert isinstance(session, SqliteSession), "sessions of this dialect are made here"
    return session


def _text(data: bytes) -> str:
    """Text as it is in the file, which isn't always UTF-8."""
    return data.decode("utf-8", "replace")


def _nothing() -> int:
    return 0
