"""Drift: what is different in a database from what its applied migrations produce."""

from __future__ import annotations

from msgspec import Struct
from msgspec.structs import replace

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


def find_drift(expected: Schema, live: Schema, dialect: Dialect, *, says_extensions: bool) -> Drift:
    """Compare object by object, opaque objects included. `says_extensions`: the schema file may name extensions."""
    expected, live = with_extensions_that_count(expected, live, says_extensions=says_extensions)
    return Drift(expected, live, diff(expected, live, dialect))


def with_extensions_that_count(history: Schema, live: Schema, *, says_extensions: bool) -> tuple[Schema, Schema]:
    """Both, with the extensions that make a difference between a folder and a database.

    As for Prisma's engine, they do where the schema file may name them; and none ever does that no migration makes:
    those are for an administrator to install.
    """
    known = {extension.name for extension in history.extensions} if says_extensions else set[str]()
    kept = tuple(extension for extension in live.extensions if extension.name in known)
    return (history if says_extensions else replace(history, extensions=())), replace(live, extensions=kept)


def with_missing_extensions(history: Schema, live: Schema) -> Schema:
    """The history's, with those of its extensions that a database lacks, whatever the schema file may say of them."""
    there = {extension.name for extension in live.extensions}
    return replace(history, extensions=tuple(one for one in history.extensions if one.name not in there))
