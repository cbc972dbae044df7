"""Roles that a history makes and a replay lacks: no replay makes one on somebody's server."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from parity.dialects.base import Dialect, Session
from parity.errors import ConnectionFailed, DatabaseError, HistoryError
from parity.migrations.folder import Migration


class MissingRoles(Struct, frozen=True):
    """Why a replay failed: `lacking` aren't there. `made` are all that the history makes."""

    lacking: tuple[str, ...]
    made: tuple[str, ...]

    @property
    def cause(self) -> ConnectionFailed:
        """It as the reason for a server of our own."""
        one = len(self.lacking) == 1
        named = f"the role {self.lacking[0]}" if one else f"the roles {', '.join(self.lacking)}"
        return ConnectionFailed(
            "P3006",
            f"The history makes {named}, which no replay makes on your server",
            why=f"a replay makes no roles on your server, and {named} of the history {'is' if one else 'are'}n't there",
            hint="run `parity migrate deploy`, which makes what the history makes; where nothing is deployed, make "
            f"{'it' if one else 'them'} by hand (CREATE ROLE)",
        )

    def told(self, error: HistoryError, cause: ConnectionFailed) -> HistoryError:
        """The replay's failure, with why it can't be had, and what to do."""
        return HistoryError(error.code, error.message, why=cause.why, hint=cause.hint)


def missing_roles(
    session: Session, dialect: Dialect, migrations: Iterable[Migration], error: HistoryError
) -> MissingRoles | None:
    """Whether the replay on `session` failed for roles that the history makes; None where it didn't."""
    roles = dialect.driver.roles
    if roles is None:
        return None
    made = tuple(
        name
        for migration in migrations
        for statement in dialect.iter_statements(migration.sql)
        for name in dialect.facts_of(statement).makes_roles
    )
    try:
        session.rollback()
        lacking = roles.missing(session, made)
    except DatabaseError:
        return None
    if not any(name in error.message for name in lacking):
        return None
    return MissingRoles(lacking, made)
