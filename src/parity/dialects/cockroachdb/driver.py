"""The live parts of CockroachDB, over PostgreSQL's session: psycopg2 speaks to it as it does to its parent.

There is no migration lock. The server's advisory locks are empty shells, Node's prisma takes none here either, and a
row of our own in the user's database would be in its way. Scratch databases and emptying one are in `scratch`, reading
the catalog is in `introspect`.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from parity.dialects.base import LockHolder, Session, Target
from parity.dialects.postgres import driver as parent
from parity.errors import ConfigError, StatementFailed

if TYPE_CHECKING:
    from parity.schema.model import Schema

_VERSION = re.compile(r"CockroachDB\b.*?\bv(\d+)\.(\d+)")
_NEW_SETTINGS_SINCE = (22, 2)
_SETTINGS = (
    # A script that is sent whole doesn't become one transaction behind our back.
    "SET enable_implicit_transaction_for_batch_statements = off",
    # The newer way of changing schemas took the names of enum values for words without case. Prisma's engine does this.
    "SET use_declarative_schema_changer = off",
)
_ALONE = "SET autocommit_before_ddl = off"
"""Else newer servers end a transaction before each schema change in it, and what was only tried would stay."""
_IDENTITY = "SELECT crdb_internal.cluster_id()::STRING, pg_catalog.current_database()"


def connect(target: Target) -> Session:
    """Connect. Raises ConnectionFailed, and ConfigError where psycopg2 isn't installed."""
    session = parent.connect(target)
    try:
        _set_up(session)
    except BaseException:
        session.close()
        raise
    return session


def create_database(target: Target) -> None:
    """Make the database that `connect` found missing."""
    from parity.dialects.cockroachdb import scratch

    scratch.create_database(target, connect)


def scratch(target: Target | None) -> AbstractContextManager[Session]:
    """A fresh database on the target's server, dropped at the end."""
    from parity.dialects.cockroachdb import scratch as databases

    return databases.scratch(target, connect)


def empty_scratch(target: Target) -> AbstractContextManager[Session]:
    """The database that the user named, empty at the beginning and at the end."""
    from parity.dialects.cockroachdb import scratch as databases

    return databases.empty_scratch(target, connect)


def printed_by(session: Session) -> str:
    """`CockroachDB v24.1`."""
    ((text,),) = session.query("SELECT version()")
    version = version_of(str(text))
    return "CockroachDB" if version is None else f"CockroachDB v{version[0]}.{version[1]}"


def introspect(session: Session, namespaces: Sequence[str]) -> Schema:
    """Everything in the namespaces, without the ledger."""
    from parity.dialects.cockroachdb.introspect import introspect as read

    return read(session, namespaces)


def drop_everything(session: Session, namespaces: Sequence[str]) -> None:
    """Remove all objects of the namespaces; the namespaces themselves stay."""
    from parity.dialects.cockroachdb import cleanup

    cleanup.drop_everything(session, namespaces)


def try_lock(session: Session) -> bool:
    """Always true: there is no lock to be had."""
    return True


def unlock(session: Session) -> None:
    """Nothing to give back."""


def unlocks_by_closing(session: Session) -> bool:
    """False: giving the lock back takes no round trip here."""
    return False


def lock_holder(session: Session) -> LockHolder | None:
    """Nobody: there is no lock."""
    return None


def refuse_read_only(session: Session) -> None:
    """Nothing to refuse: every node takes writes."""


def is_over(lost: Session, session: Session) -> bool:
    """Never known: without a lock nothing tells it."""
    return False


def same_database(one: Session, other: Session) -> bool:
    """Whether two sessions are on the same database of the same cluster."""
    try:
        return one.query(_IDENTITY) == other.query(_IDENTITY)
    except StatementFailed:
        # A server may keep its internals to itself. What the URLs say is then all there is.
        here, there = one.target, other.target
        return (here.host, here.port, here.database) == (there.host, there.port, there.database)


def restore_session(session: Session) -> None:
    """Put the settings back to what they were after connecting."""
    parent.restore_settings(session, "RESET ALL; ")
    if not session.in_transaction:
        _set_up(session)


def deferred_constraints_hold(session: Session) -> tuple[str, ...]:
    """Nothing: the server checks every constraint itself."""
    return ()


def version_of(text: str) -> tuple[int, int] | None:
    """Major and minor of `CockroachDB CCL v24.1.3 (…)`; None where the server is something else."""
    match = _VERSION.search(text)
    return None if match is None else (int(match[1]), int(match[2]))


def _set_up(session: Session) -> None:
    ((text,),) = session.query("SELECT version()")
    version = version_of(str(text))
    if version is None:
        raise ConfigError(
            "P1013",
            f"the server at {session.target.display} isn't CockroachDB",
            why=f"it says of itself: {text}",
            hint="make the datasource's provider and the URL name the same kind of database",
        )
    if version >= _NEW_SETTINGS_SINCE:
        for setting in _SETTINGS:
            session.execute(setting)
    with contextlib.suppress(StatementFailed):
        session.execute(_ALONE)
