"""Stretches of a script in which foreign keys aren't checked: what is to be remembered before, and checked behind."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from msgspec import Struct

from parity.dialects.base import Dialect, Session
from parity.errors import DatabaseError


class Unchecked(Struct, frozen=True):
    """A stretch that has begun: the references that were broken before it, and what puts counters back."""

    broken_before: frozenset[str]
    restore: Callable[[], None] | None

    def check(self, session: Session, dialect: Dialect) -> None:
        """Put the counters back. Raises DatabaseError PAR212 where the stretch broke a reference."""
        if self.restore is not None:
            self.restore()
        broken = [v for v in dialect.driver.deferred_constraints_hold(session) if v not in self.broken_before]
        if broken:
            raise DatabaseError(
                "PAR212",
                "foreign keys would be violated",
                why="; ".join(broken[:5]),
                hint="mend the rows that point nowhere, or the statement that leaves them so",
            )


def begin_unchecked(session: Session, dialect: Dialect, statements: Iterable[str]) -> Unchecked:
    """Remember how things are before a stretch with these statements."""
    broken_before = frozenset(dialect.driver.deferred_constraints_hold(session))
    hold = dialect.driver.hold_counters
    return Unchecked(broken_before, None if hold is None else hold(session, statements))
