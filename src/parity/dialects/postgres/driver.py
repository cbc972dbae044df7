"""The live parts of PostgreSQL: connections, locks, what makes two sessions one database. psycopg2 is imported late.

Scratch databases are in `scratch`, emptying a database is in `cleanup`, reading the catalog is in `introspect`.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from parity.dialects.base import LockHolder, Session, Target
from parity.dialects.postgres.session import PostgresSession, open_session, set_up
from parity.errors import ConfigError, StatementFailed

if TYPE_CHECKING:
    from parity.schema.model import Schema
    from parity.schema.steps import MisfitCount

LOCK_KEY = 72707369
"""The key of the advisory lock that Node's prisma takes as well, so that both exclude each other."""

_HOLDER = """\
SELECT l.pid, a.usename, a.application_name, a.client_addr::text,
    pg_catalog.date_trunc('second', coalesce(a.xact_start, a.state_change, a.backend_start))::text, a.state,
    pg_catalog."left"(pg_catalog.regexp_replace(a.query, '\\s+', ' ', 'g'), 80)
FROM pg_catalog.pg_locks AS l LEFT JOIN pg_catalog.pg_stat_activity AS a ON a.pid = l.pid
WHERE l.locktype = 'advisory' AND l.granted AND l.classid = 0 AND l.objid = ? AND l.objsubid = 1
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


def connect(target: Target) -> Session:
    """Connect. Raises ConnectionFailed, and ConfigError where psycopg2 isn't installed."""
    try:
        return open_session(target)
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] != "psycopg2":
            raise
        raise ConfigError(
            "PAR140",
            "the library for PostgreSQL isn't installed",
            why="connecting to a PostgreSQL server needs psycopg2",
            hint="pip install 'parity-db[postgres]'",
        ) from None


def create_database(target: Target) -> None:
    """Make the database that `connect` found missing."""
    from parity.dialects.postgres import scratch

    scratch.create_database(target, connect)


def scratch(target: Target | None) -> AbstractContextManager[Session]:
    """A fresh database on the target's server, dropped at the end."""
    from parity.dialects.postgres import scratch as databases

    return databases.scratch(target, connect)


def empty_scratch(target: Target) -> AbstractContextManager[Session]:
    """The database that the user named, empty at the beginning and at the end."""
    from parity.dialects.postgres import scratch as databases

    return databases.empty_scratch(target, connect)


def introspect(session: Session, namespaces: Sequence[str]) -> Schema:
    """Everything in the namespaces, without the ledger."""
    from parity.dialects.postgres.introspect import introspect as read

    return read(session, namespaces)


def drop_everything(session: Session, namespaces: Sequence[str]) -> None:
    """Remove all objects of the namespaces; the namespaces themselves and extensions stay."""
    from parity.dialects.postgres import cleanup

    cleanup.drop_everything(session, namespaces)


def try_lock(session: Session) -> bool:
    """Try to get the migration lock, without waiting: who waits in the server blocks CREATE INDEX CONCURRENTLY."""
    return session.query("SELECT pg_catalog.pg_try_advisory_lock(?)", (LOCK_KEY,)) == [(True,)]


def unlock(session: Session) -> None:
    """Give the lock back. A script may have given it back already."""
    session.query("SELECT pg_catalog.pg_advisory_unlock(?)", (LOCK_KEY,))


def lock_holder(session: Session) -> LockHolder | None:
    """Who holds the lock, where the server tells."""
    rows = session.query(_HOLDER, (LOCK_KEY,))
    if not rows:
        return None
    pid, user, application, address, since, state, query = rows[0]
    text = f"process {pid}"
    if user:
        text += f" of user {user}"
    if application:
        text += f", application {application}"
    if address:
        text += f", from {address}"
    if since:
        text += f", since {since}"
    if query and state:
        text += f", {state}: {query}"
    return LockHolder(text)


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
    restore_settings(session, "RESET SESSION AUTHORIZATION; RESET ROLE; RESET ALL; ")


def restore_settings(session: Session, resets: str) -> None:
    """Run the statements that reset the session's settings, and put in place what this tool needs."""
    if not isinstance(session, PostgresSession):
        raise TypeError("a PostgreSQL session is wanted")
    set_up(session, resets)


def deferred_constraints_hold(session: Session) -> tuple[str, ...]:
    """Nothing: PostgreSQL checks every constraint itself, at the commit at the latest."""
    return ()


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
