"""The live parts of PostgreSQL: connections, locks, what makes two sessions one database. psycopg2 is imported late.

Scratch databases are in `scratch`, emptying a database is in `cleanup`, reading the catalog is in `introspect`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from parity.dialects.base import (
    Furnishing,
    Keeping,
    KeptFiles,
    Leftover,
    LockHolder,
    LockTurns,
    Session,
    StatementLocks,
    Target,
)
from parity.dialects.postgres import failures, pooler
from parity.dialects.postgres.observer import describe
from parity.dialects.postgres.opening import open_session, set_up
from parity.dialects.postgres.pooled_session import RESETS, PooledSession, open_pooled
from parity.dialects.postgres.session import PostgresSession
from parity.errors import ConfigError, ConnectionFailed, DatabaseError, LockTimeout, StatementFailed

if TYPE_CHECKING:
    from parity.schema.model import Schema
    from parity.schema.steps import MisfitCount

LOCK_KEY = 72707369
"""The key of the advisory lock that Node's prisma takes as well, so that both exclude each other."""

_READ_ONLY = "SELECT pg_catalog.pg_is_in_recovery(), pg_catalog.current_setting('transaction_read_only') = 'on'"
_TRY_LOCK = f"""\
{_READ_ONLY},
    CASE WHEN pg_catalog.pg_is_in_recovery() THEN false ELSE pg_catalog.pg_try_advisory_lock(?) END"""
_TRY_TURN = _TRY_LOCK.replace("pg_try_advisory_lock", "pg_try_advisory_xact_lock")
_HELD = """\
SELECT count(*) FROM pg_catalog.pg_locks
WHERE locktype = 'advisory' AND granted AND classid = '0'::oid AND objid = ?::oid AND objsubid = 1
    AND pid = pg_catalog.pg_backend_pid()"""
_IS_GONE = "SELECT NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity WHERE pid = ?)"
_HOLDER = """\
SELECT l.pid, a.usename, a.application_name, pg_catalog.host(a.client_addr), a.state,
    pg_catalog.round(extract(epoch FROM pg_catalog.clock_timestamp() - coalesce(a.xact_start, a.backend_start)))::text,
    pg_catalog."left"(pg_catalog.regexp_replace(a.query, '\\s+', ' ', 'g'), 80)
FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = '0'::oid AND l.objid = ?::oid AND l.objsubid = 1
    AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = pg_catalog.current_database())
    AND l.pid <> pg_catalog.pg_backend_pid()
LIMIT 1"""

_WITH_SYSTEM = """\
SELECT s.system_identifier::text, d.oid::text FROM pg_catalog.pg_control_system() AS s, pg_catalog.pg_database AS d
WHERE d.datname = pg_catalog.current_database()"""
_WITHOUT_SYSTEM = """\
SELECT pg_catalog.pg_postmaster_start_time()::text, pg_catalog.inet_server_port()::text, d.oid::text,
    pg_catalog.current_setting('server_version')
FROM pg_catalog.pg_database AS d WHERE d.datname = pg_catalog.current_database()"""
_DENIED = "42501"
_CONTENTION = frozenset(("55P03", "40P01", "40001"))
"""lock_not_available, deadlock_detected, serialization_failure."""


def connect(target: Target) -> Session:
    """Connect. Raises ConnectionFailed, and ConfigError where psycopg2 isn't installed."""
    try:
        return _connect(target)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "psycopg2":
            raise
        raise ConfigError(
            "PAR140",
            "the library for PostgreSQL isn't installed",
            why="connecting to a PostgreSQL server needs psycopg2",
            hint="pip install 'parity-db[postgres]'",
        ) from None


def _connect(target: Target) -> Session:
    try:
        return open_session(target)
    except ConnectionFailed as error:
        if error.code != pooler.CODE or not target.by_transaction:
            raise
        return open_pooled(target)


def create_database(target: Target) -> None:
    """Make the database that `connect` found missing."""
    from parity.dialects.postgres import scratch

    scratch.create_database(target, connect)


def scratch(target: Target | None) -> AbstractContextManager[Session]:
    """A fresh database on the target's server, dropped at the end."""
    from parity.dialects.postgres import scratch as databases

    return databases.scratch(target, connect)


def kept_scratch(target: Target | None, keeping: Keeping) -> AbstractContextManager[Session]:
    """As `scratch`, but begun as, and kept as, what `keeping` says."""
    from parity.dialects.postgres import scratch as databases

    return databases.scratch(target, connect, keeping)


def surroundings(session: Session | None) -> str:
    """What decides where the same scripts lead on the session's server."""
    from parity.dialects.postgres import kept

    return kept.surroundings(session)


def lasts(session: Session) -> bool:
    """Whether a copy of the session's database would be all of it."""
    from parity.dialects.postgres import kept

    return kept.lasts(session)


def private_scratch(
    target: Target, tell: Callable[[str], None], cause: ConnectionFailed, files: KeptFiles
) -> AbstractContextManager[Session]:
    """A fresh database on a server of our own."""
    from parity.dialects.postgres import private_scratch as private

    return private.private_scratch(target, connect, tell, cause, files)


def furnishings(session: Session, scripts: Sequence[str]) -> tuple[Furnishing, ...]:
    """Extensions and namespaces of the database that no script makes."""
    from parity.dialects.postgres import furnishing

    return furnishing.furnishings(session, scripts)


def find_leftovers(session: Session) -> tuple[Leftover, ...]:
    """Scratch databases that killed runs left behind."""
    from parity.dialects.postgres import leftovers

    return leftovers.find(session)


def drop_leftover(session: Session, name: str) -> bool:
    """Drop one of them."""
    from parity.dialects.postgres import leftovers

    return leftovers.drop(session, name)


def empty_scratch(target: Target) -> AbstractContextManager[Session]:
    """The database that the user named, empty at the beginning and at the end."""
    from parity.dialects.postgres import scratch as databases

    return databases.empty_scratch(target, connect)


def printed_by(session: Session) -> str:
    """`PostgreSQL 15`: each major version may print definitions in its own way."""
    ((number,),) = session.query("SELECT pg_catalog.current_setting('server_version_num')")
    return f"PostgreSQL {int(str(number)) // 10000}"


def introspect(session: Session, namespaces: Sequence[str]) -> Schema:
    """Everything in the namespaces, without the ledger."""
    from parity.dialects.postgres.introspect import introspect as read

    return read(session, namespaces)


def introspect_compared(session: Session, namespaces: Sequence[str]) -> Schema:
    """As `introspect`, without what takes no part in comparison."""
    from parity.dialects.postgres.introspect import introspect_compared as read

    return read(session, namespaces)


def is_bare(session: Session, namespaces: Sequence[str]) -> bool:
    """Whether nothing at all is in the namespaces."""
    from parity.dialects.postgres import bareness

    return bareness.is_bare(session, namespaces)


def drop_everything(session: Session, namespaces: Sequence[str]) -> None:
    """Remove all objects of the namespaces; the namespaces themselves and extensions stay."""
    from parity.dialects.postgres import cleanup

    cleanup.drop_everything(session, namespaces)


def try_lock(session: Session) -> bool:
    """Try to get the migration lock, without waiting: who waits in the server blocks CREATE INDEX CONCURRENTLY.

    Raises ConnectionFailed PAR415 on a replica or in a frozen database, where nothing can be migrated.
    """
    own = _own(session)
    if isinstance(own, PooledSession):
        return own.try_turn(lambda: _try(own, _TRY_TURN))
    own.holds_lock = _try(own, _TRY_LOCK)
    return own.holds_lock


def _try(session: PostgresSession, question: str) -> bool:
    ((replica, read_only, got),) = session.query(question, (LOCK_KEY,))
    if replica is True or read_only is True:
        raise failures.read_only(session.target, replica=replica is True)
    return got is True


def refuse_read_only(session: Session) -> None:
    """Raise ConnectionFailed PAR415 on a replica or in a frozen database."""
    ((replica, read_only),) = session.query(_READ_ONLY)
    if replica is True or read_only is True:
        raise failures.read_only(session.target, replica=replica is True)


def unlock(session: Session) -> None:
    """Give the lock back."""
    own = _own(session)
    own.holds_lock = False
    own.query("SELECT pg_catalog.pg_advisory_unlock(?)", (LOCK_KEY,))


def unlocks_by_closing(session: Session) -> bool:
    """Whether the server's process ends with the session: a pooler keeps it, and the lock with it, for the next one."""
    own = _own(session)
    return own.pooled_process is None and not own.in_transaction


def lock_holder(session: Session) -> LockHolder | None:
    """Who holds the lock, where the server tells."""
    rows = session.query(_HOLDER, (LOCK_KEY,))
    return LockHolder(describe(*rows[0])) if rows else None


def is_over(lost: Session, session: Session) -> bool:
    """Whether the server has ended a session: then the lock that it held can be had, or else its process is gone."""
    own = _own(lost)
    if own.holds_lock or (isinstance(own, PooledSession) and own.wait_for_turn is not None):
        return try_lock(session)
    # Of a process behind a pooler nobody knows whom it works for.
    behind_pooler = isinstance(own, PooledSession) or own.pooled_process is not None
    return not behind_pooler and session.query(_IS_GONE, (own.process,)) == [(True,)]


def limit_lock_waits(session: Session, limit: float | None) -> None:
    """Let no statement wait longer for a lock, so that nobody queues behind it for longer, either."""
    own = _own(session)
    own.lock_limit = limit
    if isinstance(own, PooledSession):
        return  # The next transaction begins with it.
    value = "DEFAULT" if limit is None else f"{max(1, round(limit * 1000))}"
    own.execute(f"SET lock_timeout TO {value}")


def is_contention(error: DatabaseError) -> bool:
    """Whether a lock wasn't to be had in time, or two transactions got into each other's way."""
    return error.database_code in _CONTENTION


def blockers(session: Session) -> tuple[str, ...]:
    """Who stood in the way since this was last asked."""
    return _own(session).take_blockers()


STATEMENT_LOCKS = StatementLocks(limit_lock_waits, is_contention, blockers)
"""Waiting for locks of tables."""


def _has_turns(session: Session) -> bool:
    return isinstance(session, PooledSession)


def _wait_with(session: Session, wait: Callable[[], None] | None) -> None:
    assert isinstance(session, PooledSession), "the others hold it from the beginning to the end"
    session.wait_for_turn = wait


LOCK_TURNS = LockTurns(_has_turns, _wait_with)
"""The migration lock behind a pooler in transaction mode."""


def same_database(one: Session, other: Session) -> bool:
    """Whether two sessions are on the same database, as their servers tell."""
    ways = (_WITH_SYSTEM, _WITHOUT_SYSTEM)
    for way in ways:
        first, second = _identity(one, way), _identity(other, way)
        if first is not None and second is not None:
            return first == second
    return False


def restore_session(session: Session) -> None:
    """Put role and settings back to what they were after connecting. Works inside a transaction, too."""
    own = _own(session)
    if isinstance(own, PooledSession):
        if own.in_transaction:
            own.furnish(RESETS)
        return
    restore_settings(session, RESETS)
    # DISCARD ALL gives it back.
    if own.holds_lock and own.query(_HELD, (LOCK_KEY,)) == [(0,)] and not try_lock(session):
        raise LockTimeout(
            "P1002",
            "a statement of the script gave the migration lock back, and another run has it now",
            hint="run the command again; remove DISCARD ALL and pg_advisory_unlock_all() from the script",
        )


def discard_temporary(session: Session) -> None:
    """Remove what the session has of its own."""
    session.execute("DISCARD TEMP")


def restore_settings(session: Session, resets: str) -> None:
    """Run the statements that reset the session's settings, and put in place what this tool needs."""
    set_up(_own(session), resets)


def deferred_constraints_hold(session: Session) -> tuple[str, ...]:
    """Nothing: PostgreSQL checks every constraint itself, at the commit at the latest."""
    return ()


def _own(session: Session) -> PostgresSession:
    assert isinstance(session, PostgresSession), "sessions of this dialect are made here"
    return session


def _identity(session: Session, sql: str) -> object:
    """What tells the database apart; None where the user may not ask. A refusal mustn't spoil an open transaction."""
    if sql == _WITH_SYSTEM and session.in_transaction:
        return None
    try:
        return session.query(sql)
    except StatementFailed as error:
        if error.database_code != _DENIED:
            raise
        return None


def count_misfits(session: Session, question: MisfitCount) -> int | None:
    """How many values of a column its conversion fails on; None where that can't be tried."""
    from parity.dialects.postgres import misfits

    return misfits.count_misfits(session, question)
