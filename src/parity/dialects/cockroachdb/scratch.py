"""Scratch databases: made on the user's cluster and dropped again, or an empty one that the user named."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from parity.dialects.base import Session, Target
from parity.dialects.cockroachdb import cleanup
from parity.dialects.postgres import scratch as parent
from parity.dialects.postgres.leftovers import fresh_name
from parity.dialects.postgres.names import DEFAULT_NAMESPACE
from parity.dialects.postgres.scratch import Connect
from parity.dialects.postgres.url import display
from parity.dialects.sql import quote_identifier
from parity.errors import Refused, StatementFailed

_MAINTENANCE = ("defaultdb", "postgres")


def create_database(target: Target, connect: Connect) -> None:
    """Make the target's database. One that somebody else makes in the meantime is fine."""
    parent.create_database(target, connect, _MAINTENANCE)


@contextmanager
def scratch(target: Target | None, connect: Connect) -> Iterator[Session]:
    """A fresh, empty database on the target's cluster, dropped at the end whatever happens."""
    if target is None:
        raise parent.no_server()
    with contextlib.closing(parent.maintenance_session(target, connect, (target.database, *_MAINTENANCE))) as admin:
        name = fresh_name()
        try:
            admin.execute(f"CREATE DATABASE {quote_identifier(name)}")
        except StatementFailed as error:
            raise parent.not_allowed(error, target) from None
        shown = display(target.user, target.host or "", target.port, name, target.namespace)
        try:
            with contextlib.closing(connect(replace(target, database=name, display=shown))) as session:
                yield session
        finally:
            admin.execute(f"DROP DATABASE IF EXISTS {quote_identifier(name)} CASCADE")


@contextmanager
def empty_scratch(target: Target, connect: Connect) -> Iterator[Session]:
    """The database that the user named for this: refused if anything is in it, emptied again at the end."""
    with contextlib.closing(connect(target)) as session:
        namespaces = cleanup.user_namespaces(session)
        found = cleanup.first_object(session, namespaces)
        if found is not None:
            raise Refused(
                "PAR411",
                f"the scratch database isn't empty: {target.display}",
                why=f"it holds {found}; everything in it would be dropped",
                hint="name an empty database in shadowDatabaseUrl (or --shadow-url), never one with data",
            )
        try:
            yield session
        finally:
            session.rollback()
            _empty(session, namespaces)


def _empty(session: Session, before: tuple[str, ...]) -> None:
    """Drop what was made, the namespaces that weren't there before included."""
    namespaces = cleanup.user_namespaces(session)
    cleanup.drop_everything(session, namespaces)
    for namespace in namespaces:
        if namespace not in before and namespace != DEFAULT_NAMESPACE:
            session.execute(f"DROP SCHEMA IF EXISTS {quote_identifier(namespace)} CASCADE")
