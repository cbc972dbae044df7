"""What two scripts do to a real database: each is run on one of its own that is at the old schema, and read back."""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

from parity.dialects.base import Dialect, Session, Target
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.errors import ParityError
from parity.execute.runner import run_script
from parity.plan.summary import summary
from parity.schema.model import Schema
from parity.workflow.canonical import canonicalise
from rows import fill


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a script led: the schema behind it, or why the database refused it."""

    schema: Schema | None
    why: str = ""

    def lacks(self, wanted: Schema, dialect: Dialect) -> str:
        """What is still to be done for the wanted schema, as a summary; "" where nothing is."""
        if self.schema is None:
            return self.why
        target = carry_over(self.schema, wanted, dialect)
        return _told(self.schema, target, dialect)


@dataclass(frozen=True, slots=True)
class Effects:
    """What came of both scripts, in one word and in full."""

    verdict: str
    """`equal`, `engine refused`, `engine refused on rows`, `engine astray`, `unusable` (no database takes the old
    schema), `both refused`; all others speak against us: `refused`, `refused on rows`, `astray`."""
    told: str = ""

    @property
    def is_settled(self) -> bool:
        """Whether ours does what it should: the same as the engine's, or what the engine's script fails to do."""
        return self.verdict in ("equal", "engine refused", "engine refused on rows", "engine astray")


class NoOldSide(Exception):
    """The database doesn't take the old schema."""


@dataclass(frozen=True, slots=True)
class Replaying:
    """The way from an old schema to a new one. `server` is a session where databases are made; None for files."""

    history: str
    old: Schema
    new: Schema
    dialect: Dialect
    server: Session | None

    def effects(self, theirs: str, ours: str) -> Effects:
        """Run both scripts; first on empty tables and, where that gives the same, on rows."""
        with self.dialect.driver.scratch(self._target) as session:
            wanted = canonicalise(self.new, session, self.dialect)
        try:
            found = _verdict(self._reached(theirs, rows=False), self._reached(ours, rows=False), wanted, self.dialect)
            if found.verdict != "equal":
                return found
            return _on_rows(self._reached(theirs, rows=True), self._reached(ours, rows=True))
        except NoOldSide as error:
            return Effects("unusable", str(error))

    def _reached(self, text: str, *, rows: bool) -> Reached:
        namespaces = namespaces_of(self.old, self.new)
        with self.dialect.driver.scratch(self._target) as session:
            try:
                run_script(session, self.dialect, self.history)
            except ParityError as error:
                raise NoOldSide(error.message) from error
            if rows:
                fill(session, self.dialect.driver.introspect(session, namespaces), self.dialect, Random(1))
            try:
                run_script(session, self.dialect, text)
            except ParityError as error:
                session.rollback()
                return Reached(None, error.message)
            return Reached(self.dialect.driver.introspect(session, namespaces))

    @property
    def _target(self) -> Target | None:
        return None if self.server is None else self.server.target


def namespaces_of(*schemas: Schema) -> tuple[str, ...]:
    """What to read: all that the schemas list, where their names say where they are."""
    names = [item.name for schema in schemas for item in (*schema.tables, *schema.enums)]
    if all(name.namespace is None for name in names):
        return ()
    return tuple(dict.fromkeys(namespace for schema in schemas for namespace in schema.namespaces))


def _verdict(theirs: Reached, ours: Reached, wanted: Schema, dialect: Dialect) -> Effects:
    if ours.schema is None:
        return Effects("both refused" if theirs.schema is None else "refused", ours.why)
    if theirs.schema is None:
        left = ours.lacks(wanted, dialect)
        return Effects("astray", left) if left else Effects("engine refused", theirs.why)
    if not _told(theirs.schema, ours.schema, dialect):
        return Effects("equal")
    left = ours.lacks(wanted, dialect)
    if left:
        return Effects("astray", left)
    left = theirs.lacks(wanted, dialect)
    # Where neither lacks anything, they differ in what a schema file can't say: in whether a list is NOT NULL, say.
    return Effects("engine astray", left) if left else Effects("equal")


def _on_rows(theirs: Reached, ours: Reached) -> Effects:
    """Both led to the same schema without rows; a refusal now is one for the sake of the rows."""
    if (theirs.schema is None) == (ours.schema is None):
        return Effects("equal")
    if theirs.schema is None:
        return Effects("engine refused on rows", theirs.why)
    return Effects("refused on rows", ours.why)


def _told(old: Schema, new: Schema, dialect: Dialect) -> str:
    changes = diff(old, new, dialect)
    return summary(changes, old, new, dialect) if changes else ""
