"""Whether a pooler gives our server process to others: found out with a second connection through it.

Many may find that out at the same time, and have fewer processes than connections between them. So nobody who holds
one waits for another without an end: having to wait for one's own process says that it isn't one's own.
"""

from __future__ import annotations

from parity.dialects.postgres.pooler import PID
from parity.dialects.postgres.session import PostgresSession
from parity.errors import DatabaseError

_ROUNDS = 6
_PATIENCE = 2.0
"""Seconds in which a pooler that has a process for a connection lets it answer."""
_GRACE = 0.2
"""Seconds that an answer may be on its way."""


def shares_processes(one: PostgresSession, other: PostgresSession) -> bool:
    """Whether two connections through the pooler, both open, may use the same server process. Where that isn't certain,
    they do. Afterwards neither may be used but, if they don't, `one`."""
    try:
        return any(_are_seen_to_share(one, other) for _ in range(_ROUNDS))
    except _HasItsOwn:
        return False
    except DatabaseError:
        return True


class _HasItsOwn(Exception):
    """The process of the first connection is its own, for certain."""


def _are_seen_to_share(one: PostgresSession, other: PostgresSession) -> bool:
    mine = one.query(PID)
    other.ask(f"BEGIN; {PID}")
    theirs = other.answer(_PATIENCE)
    if theirs == mine:
        return True
    one.ask(PID)
    if one.answer(_PATIENCE) != mine:
        return True
    # Poolers serve those who wait in their order: who is answered before the one ahead of it had no need to wait.
    if theirs is None and other.answer(_GRACE) is None:
        raise _HasItsOwn
    # A pooler gives a connection up whose client leaves in the middle of a transaction.
    other.rollback()
    return False
