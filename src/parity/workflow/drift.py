"""Drift: what is different in a database from what its applied migrations produce."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.base import Dialect
from parity.diff.compare import diff
from parity.diff.texts import with_texts_of
from parity.plan.summary import summary
from parity.schema.changes import Change
from parity.schema.model import Schema
from parity.schema.subjects import Subject, subject_of
from parity.schema.types import ObjectName


class Reordered(Struct, frozen=True):
    """An enum whose values are in another order, by which a database sorts and compares. No change mends that."""

    name: ObjectName
    wanted: tuple[str, ...]
    found: tuple[str, ...]

    @property
    def sentence(self) -> str:
        """What differs."""
        name = self.name.name if self.name.namespace is None else f"{self.name.namespace}.{self.name.name}"
        return f"enum {name} has its values in another order"

    @property
    def lines(self) -> tuple[str, str]:
        """Both orders."""
        return f"the migrations make: {', '.join(self.wanted)}", f"the database has: {', '.join(self.found)}"


class Drift(Struct, frozen=True):
    """The changes that lead from the expected schema to the live one, and what no change says."""

    expected: Schema
    live: Schema
    changes: tuple[Change, ...]
    lacking: tuple[Subject, ...] = ()
    """What only leads back: no change ever removes an extension, but one that is missing is added."""
    reordered: tuple[Reordered, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.changes or self.lacking or self.reordered)

    def of_structure(self, dialect: Dialect) -> Drift:
        """What is left of it where the other server may print each expression and definition in its own way."""
        return _divergence(self.expected, with_texts_of(self.live, self.expected), dialect)

    def lines(self, dialect: Dialect) -> tuple[str, ...]:
        """The differences for a person."""
        told = summary(self.changes, self.expected, self.live, dialect) if self.changes else ""
        lines = [*told.splitlines(), *(sentence(subject, self.expected, self.live) for subject in self.lacking)]
        for enum in self.reordered:
            lines += [enum.sentence, *(f"  {line}" for line in enum.lines)]
        return tuple(lines)


def find_divergence(history: Schema, live: Schema, dialect: Dialect, *, says_extensions: bool) -> Drift:
    """All that `parity check` tells of a database: as `find_drift`, and what no migration could mend, too."""
    return _divergence(*sides(history, live, says_extensions=says_extensions), dialect)


def _divergence(expected: Schema, live: Schema, dialect: Dialect) -> Drift:
    changes = diff(expected, live, dialect)
    told = {subject_of(change) for change in changes}
    back = dict.fromkeys(subject_of(change) for change in diff(live, expected, dialect))
    lacking = tuple(subject for subject in back if subject not in told)
    return Drift(expected, live, changes, lacking, tuple(reordered(expected, live)))


def sides(history: Schema, live: Schema, *, says_extensions: bool) -> tuple[Schema, Schema]:
    """Both, to be compared in both directions: an extension that the history makes must be there in any case."""
    should, there = with_extensions_that_count(history, live, says_extensions=says_extensions)
    return (should if says_extensions else with_missing_extensions(history, live)), there


def reordered(should: Schema, there: Schema) -> Iterator[Reordered]:
    """The enums whose values are in another order, as far as both have them."""
    live = {enum.name: enum for enum in there.enums}
    for enum in should.enums:
        other = live.get(enum.name)
        if other is None:
            continue
        wanted = tuple(value for value in enum.values if value in other.values)
        found = tuple(value for value in other.values if value in enum.values)
        if wanted != found:
            yield Reordered(enum.name, wanted, found)


def sentence(subject: Subject, old: Schema, new: Schema) -> str:
    """What became of an object of the migrations in a database."""
    before, now = subject.is_in(old), subject.is_in(new)
    if before and not now:
        return f"{subject} is missing"
    return f"{subject} differs" if before else f"{subject} isn't of any migration"


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
