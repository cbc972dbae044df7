"""Drift: what is different in a database from what its applied migrations produce."""

from __future__ import annotations

from msgspec import Struct

from parity.dialects.base import Dialect
from parity.diff.compare import diff
from parity.plan.summary import summary
from parity.schema.changes import Change
from parity.schema.model import Schema


class Drift(Struct, frozen=True):
    """The changes that lead from the expected schema to the live one."""

    expected: Schema
    live: Schema
    changes: tuple[Change, ...]

    def __bool__(self) -> bool:
        return bool(self.changes)

    def lines(self, dialect: Dialect) -> tuple[str, ...]:
        """The differences for a person."""
        return tuple(summary(self.changes, self.expected, self.live, dialect).splitlines())


def find_drift(expected: Schema, live: Schema, dialect: Dialect) -> Drift:
    """Compare object by object, opaque objects included."""
    return Drift(expected, live, diff(expected, live, dialect))
