"""Opening a connection to a PostgreSQL server: the settings that this tool needs, and whether a pooler is between."""

from __future__ import annotations

import contextlib

from parity.dialects.base import Target
from parity.dialects.postgres import pooler
from parity.dialects.postgres.names import DEFAULT_NAMESPACE
from parity.dialects.postgres.provider import PROVIDER
from parity.dialects.postgres.session import PostgresSession, hurry, open_bare
from parity.dialects.sql import quote_identifier, quote_string
from parity.errors import StatementFailed

_CHECK_INTERVAL_VERSION = 140000
_CHECK_INTERVAL = "500ms"


def open_session(target: Target) -> PostgresSession:
    """Connect. Raises ConnectionFailed: P1000, P1001, P1002, P1003, P1010, P1011."""
    session = open_bare(target)
    try:
        set_up(session)
    except BaseException:
        session.close()
        raise
    return session


def set_up(session: PostgresSession, before: str = "") -> None:
    """Put the connection's settings to what this tool needs. One round trip; works inside a transaction, too.

    `before` are statements that come first. The namespace that the URL names is made where it is missing, as Prisma's
    engine does; a user who may not make it learns so when something is to be put there.
    """
    wanted = session.target.namespace or DEFAULT_NAMESPACE
    settings = settings_calls(session)
    missing = f"NOT EXISTS (SELECT 1 FROM pg_catalog.pg_namespace WHERE nspname = {quote_string(wanted)})"
    direct = _directly(session)
    # Behind a pooler nothing is set before it is known that the session stays ours.
    chosen = [f"CASE WHEN {direct} THEN {setting} END" for setting in settings] if direct else settings
    rows = session.query(f"{before}SELECT {missing}, {direct or 'true'}, {', '.join(chosen)}")
    if rows and rows[0][1] is False:
        _take_process(session)
        session.query(f"SELECT {', '.join(settings)}")
    if session.target.namespace and rows and rows[0][0] is True:
        with contextlib.suppress(StatementFailed):
            session.execute(f"CREATE SCHEMA IF NOT EXISTS {quote_identifier(wanted)}")


def settings_calls(session: PostgresSession, *, for_transaction: bool = False) -> list[str]:
    """Calls of set_config that put the session's settings in place, or those of its transaction."""
    namespace = session.target.namespace or DEFAULT_NAMESPACE
    values = {"search_path": quote_identifier(namespace), "standard_conforming_strings": "on"}
    if session.server_version >= _CHECK_INTERVAL_VERSION:
        # The server stops a statement whose client is gone, and with it gives its locks back.
        values["client_connection_check_interval"] = _CHECK_INTERVAL
    if session.lock_limit is not None:
        values["lock_timeout"] = f"{max(1, round(session.lock_limit * 1000))}ms"
    return [
        f"pg_catalog.set_config({quote_string(name)}, {quote_string(value)}, {str(for_transaction).lower()})"
        for name, value in values.items()
    ]


def _directly(session: PostgresSession) -> str | None:
    """The condition that no pooler is between; None where that is known, or can't be asked."""
    if session.pooled_process is not None or session.target.dialect != PROVIDER.name:
        return None
    return f"pg_catalog.pg_backend_pid() = {session.process}"


def _take_process(session: PostgresSession) -> None:
    """A pooler is between: note which server process it gave us. Raises ConnectionFailed PAR414 if it gives it away."""
    from parity.dialects.postgres.sharing import shares_processes

    ((process,),) = session.query(pooler.PID)
    other = hurry(session.target)
    try:
        if shares_processes(session, other):
            raise pooler.shared(session.target)
    finally:
        other.close()
    session.pooled_process = int(str(process))
