"""A pooler between us and the server, such as PgBouncer, and whether it hands one session's server process to others.

A pooler gives its clients a process number of its own, so that one is there is seen at once. In session mode nothing
else changes. In transaction mode a lock of the session, its settings and its role stay with a server process that the
next client gets: two migrators both hold "the" lock, and the application finds itself in another namespace.
"""

from __future__ import annotations

from parity.dialects.base import Target
from parity.errors import ConnectionFailed

CODE = "PAR414"
PID = "SELECT pg_catalog.pg_backend_pid()"


def shared(target: Target) -> ConnectionFailed:
    """The refusal."""
    return ConnectionFailed(
        CODE,
        f"there is a connection pooler in transaction mode between here and the server: {target.display}",
        why="it gives each transaction another session, so that neither locks nor settings last, and what is set here "
        "reaches the application; `migrate deploy`, `status`, `log` and `resolve` can do with that, this command can't",
        hint="name the server itself: put its URL (often port 5432) into directUrl, or pass it with --url",
    )
