"""Roles, as far as a replay needs them: which of those that a history makes are there, and stand-ins for the others."""

from __future__ import annotations

from collections.abc import Sequence

from parity.dialects.base import Roles, Session
from parity.dialects.sql import quote_identifier

_THERE = "SELECT rolname::text FROM pg_catalog.pg_roles"


def missing(session: Session, names: Sequence[str]) -> tuple[str, ...]:
    """Those of the names that no role has."""
    there = {name for (name,) in session.query(_THERE)} if names else set()
    return tuple(name for name in dict.fromkeys(names) if name not in there)


def make(session: Session, name: str) -> None:
    """Make a role that may do nothing, not even log in."""
    session.execute(f"CREATE ROLE {quote_identifier(name)} NOLOGIN")


ROLES = Roles(missing, make)
"""The bundle."""
