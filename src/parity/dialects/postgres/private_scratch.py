"""Scratch databases on a private server, where the user may not make one on the real one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.base import KeptFiles, Session, Target
from parity.dialects.postgres.leftovers import fresh_name
from parity.dialects.postgres.scratch import Connect, maintenance_session
from parity.dialects.postgres.url import display
from parity.dialects.sql import quote_identifier
from parity.errors import ConnectionFailed

_MAINTENANCE = ("postgres", "template1")
_ABOUT = """\
SELECT current_user::text, pg_catalog.current_setting('server_version_num')::int4,
    pg_catalog.current_setting('server_version')"""
_ROLES = (
    "SELECT rolname::text FROM pg_catalog.pg_roles WHERE NOT pg_catalog.starts_with(rolname::text, 'pg_') ORDER BY 1"
)


class _About(Struct, frozen=True):
    """The real server, as far as the scratch database has to be like it."""

    user: str
    major: int
    version: str
    roles: tuple[str, ...]


@contextmanager
def private_scratch(
    main: Target, connect: Connect, tell: Callable[[str], None], cause: ConnectionFailed, files: KeptFiles
) -> Iterator[Session]:
    """A fresh database on a server of our own, which has the roles of the real one. Raises `cause` where none is to
    be had, with what is missing."""
    about = _about(main, connect)
    from parity.dialects.postgres.server_binaries import find_binaries, fitting

    found = find_binaries()
    binaries = fitting(found, about.major)
    if binaries is None:
        raise missing(cause, about.major, about.version, tuple(one.version for one in found))
    from parity.dialects.postgres.private_server import PORT, SUPERUSER, Failed, private_server

    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(private_server(binaries, files))
        except Failed as error:
            cause.why = f"{cause.why}; and a private server can't be had: {error}"
            raise cause from None
        differs = (
            ""
            if binaries.major == about.major
            else f" Its version isn't that of the database ({about.version}): what differs between them isn't seen."
        )
        reason = f"{about.user} may not create databases" if cause.code == "P3014" else cause.message
        tell(f"{reason}: migrations are replayed on a private PostgreSQL {binaries.version} server.{differs}")
        place = Target(main.dialect, "", SUPERUSER, host=str(folder), port=PORT, user=SUPERUSER)
        name = fresh_name()
        with contextlib.closing(connect(_shown(place))) as admin:
            admin.execute("; ".join(_role(role, about.user) for role in about.roles if role != SUPERUSER) or "SELECT 1")
            admin.execute(f"CREATE DATABASE {quote_identifier(name)} OWNER {quote_identifier(about.user)}")
        place = replace(place, database=name, user=about.user, namespace=main.namespace)
        yield stack.enter_context(contextlib.closing(connect(_shown(place))))


def _about(main: Target, connect: Connect) -> _About:
    with contextlib.closing(maintenance_session(main, connect, (main.database, *_MAINTENANCE))) as session:
        ((user, number, version),) = session.query(_ABOUT)
        roles = tuple(str(role) for (role,) in session.query(_ROLES))
    return _About(str(user), int(str(number)) // 10000, str(version).partition(" ")[0], roles)


def _role(role: str, user: str) -> str:
    """Everybody's rights are given in migrations; the one who runs them may do all here."""
    return f"CREATE ROLE {quote_identifier(role)} {'LOGIN SUPERUSER' if role == user else 'NOLOGIN'}"


def _shown(target: Target) -> Target:
    return replace(
        target, display=display(target.user, target.host or "", target.port, target.database, target.namespace)
    )


def missing(cause: ConnectionFailed, major: int, version: str, found: tuple[str, ...]) -> ConnectionFailed:
    """The failure, with what is missing for a private server: programs at all, or those of the database's version."""
    if found:
        cause.why = (
            f"{cause.why}; and the PostgreSQL of this machine ({', '.join(found)}) is older than that of the database "
            f"({version}), so that the replay can't be done there"
        )
    cause.hint = (
        f"{cause.hint}, or install the programs of a PostgreSQL {major} server on this machine (Debian, Ubuntu: "
        f"the package postgresql-{major}; else pip install 'parity-db[server]'): the replay is then done on a "
        "private server"
    )
    return cause
