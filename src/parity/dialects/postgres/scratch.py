"""Scratch databases: made on the user's server and dropped again, or one that the user named and that must be empty."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec.structs import replace

from parity.dialects.base import Keeping, Session, Target
from parity.dialects.postgres import cleanup, kept, leftovers
from parity.dialects.postgres.leftovers import fresh_name
from parity.dialects.postgres.names import DEFAULT_NAMESPACE
from parity.dialects.postgres.url import display
from parity.dialects.sql import quote_identifier
from parity.errors import ConnectionFailed, DatabaseError, Refused, StatementFailed

_LEFT_BEHIND = 24 * 60 * 60.0
"""Seconds after which a leftover is dropped without being asked about."""
_MAINTENANCE = ("postgres", "template1")
_MISSING = "P1003"
_DENIED = "42501"
_EXISTS = "42P04"
_TEMPLATE_BUSY = "55006"
_FORCE_VERSION = 130000

Connect = Callable[[Target], Session]


def create_database(target: Target, connect: Connect, maintenance: tuple[str, ...] = _MAINTENANCE) -> None:
    """Make the target's database. One that somebody else makes in the meantime is fine."""
    with contextlib.closing(maintenance_session(target, connect, maintenance)) as session:
        try:
            _create(session, target.database)
        except StatementFailed as error:
            if error.database_code == _EXISTS:
                return
            denied = error.database_code == _DENIED
            raise ConnectionFailed(
                "P1010" if denied else "P3000",
                f"the database can't be made: {target.display}",
                why=error.message,
                hint="ask for the CREATEDB right, or let somebody make the database" if denied else error.hint,
                database_code=error.database_code,
            ) from None


@contextmanager
def scratch(target: Target | None, connect: Connect, keeping: Keeping | None = None) -> Iterator[Session]:
    """A fresh database on the target's server, empty but for what `keeping` begins it with, and dropped at the end
    whatever happens, unless that says to keep it."""
    if target is None:
        raise no_server()
    admin = maintenance_session(target, connect, (target.database, *_MAINTENANCE))
    name = fresh_name()
    try:
        _drop_left_behind(admin)
        if keeping is not None:
            keeping.begun = kept.begin(admin, name, keeping.keys)
        if keeping is None or keeping.begun is None:
            try:
                _create(admin, name)
            except StatementFailed as error:
                raise not_allowed(error, target) from None
        place = replace(
            target,
            database=name,
            display=display(target.user, target.host or "", target.port, name, target.namespace),
        )
        session: Session | None = None
        try:
            session = connect(place)
            yield session
        finally:
            if session is not None:
                session.close()
            if not _kept(admin, name, keeping):
                _drop(admin, name, target, connect)
    finally:
        admin.close()


def _kept(admin: Session, name: str, keeping: Keeping | None) -> bool:
    if keeping is None or keeping.keep is None:
        return False
    return kept.keep(admin, name, *keeping.keep, replace=keeping.replace)


@contextmanager
def empty_scratch(target: Target, connect: Connect) -> Iterator[Session]:
    """The database that the user named for this: refused if anything is in it, emptied again at the end."""
    session = connect(target)
    try:
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
    finally:
        session.close()


def _empty(session: Session, before: tuple[str, ...]) -> None:
    """Drop what was made, the namespaces that weren't there before included."""
    namespaces = cleanup.user_namespaces(session)
    cleanup.drop_extensions_in(session, namespaces)
    cleanup.drop_everything(session, namespaces)
    for namespace in namespaces:
        if namespace not in before and namespace != DEFAULT_NAMESPACE:
            session.execute(f"DROP SCHEMA IF EXISTS {quote_identifier(namespace)} CASCADE")


def maintenance_session(target: Target, connect: Connect, candidates: tuple[str, ...]) -> Session:
    """A session on the first of the databases that is there."""
    names = tuple(dict.fromkeys(candidates))
    for name in names[:-1]:
        try:
            return connect(replace(target, database=name, namespace=None))
        except ConnectionFailed as error:
            if error.code not in (_MISSING, "P1010"):
                raise
    return connect(replace(target, database=names[-1], namespace=None))


def _create(session: Session, name: str) -> None:
    statement = f"CREATE DATABASE {quote_identifier(name)}"
    try:
        session.execute(statement)
    except StatementFailed as error:
        if error.database_code != _TEMPLATE_BUSY:
            raise
        # Somebody is connected to template1; nobody can be to template0.
        session.execute(f"{statement} TEMPLATE template0")


def _drop(admin: Session, name: str, target: Target, connect: Connect) -> None:
    """Drop a scratch database; over a new connection where the first one was lost."""
    statement = f"DROP DATABASE IF EXISTS {quote_identifier(name)}"
    version = admin_version(admin)
    if version is None or version >= _FORCE_VERSION:
        statement += " WITH (FORCE)"
    try:
        admin.execute(statement)
    except ConnectionFailed:
        candidates = (target.database, *_MAINTENANCE)
        with contextlib.closing(maintenance_session(target, connect, candidates)) as again:
            again.execute(statement)


def admin_version(session: Session) -> int | None:
    """The server's version as a number, where the session knows it."""
    version = getattr(session, "server_version", None)
    return version if isinstance(version, int) else None


def _drop_left_behind(admin: Session) -> None:
    """Drop scratch databases that a killed run left behind a day ago or longer, and that nobody uses."""
    for leftover in leftovers.find(admin):
        if leftover.age > _LEFT_BEHIND:
            leftovers.drop(admin, leftover.name)


def not_allowed(error: StatementFailed, target: Target) -> DatabaseError:
    """What is to be told where the scratch database can't be made."""
    if error.database_code != _DENIED:
        return error
    user = quote_identifier(target.user) if target.user else "the user"
    return ConnectionFailed(
        "P3014",
        "the scratch database that migrations are tried on can't be made",
        why=error.message,
        hint=f"either let an administrator run `ALTER ROLE {user} CREATEDB` (GRANT has no such right),"
        " or name an empty database in shadowDatabaseUrl or --shadow-url",
        database_code=error.database_code,
    )


def no_server() -> ConnectionFailed:
    """Without a URL there is nowhere to make a scratch database."""
    return ConnectionFailed(
        "P1001",
        "there is no server to make a scratch database on",
        why="no database URL is known",
        hint="set DATABASE_URL, or name an empty database with --shadow-url",
    )
