"""What a database should hold: the schema behind the migrations that it has applied, out of parity.lock or a replay."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack

from msgspec import Struct, field

from parity.dialects.base import Session
from parity.execute.history import History
from parity.execute.past import Past, open_past
from parity.migrations.folder import Migration
from parity.migrations.parity_lock import ParityLock, state_of
from parity.schema.model import Schema
from parity.workflow.context import Project
from parity.workflow.drift import Drift, find_drift


class Expected(Struct):
    """The schema behind some migrations. It is read, or replayed, when it is first asked for.

    `state` is its fingerprint (see `state_of`), None where only the schema can tell.
    """

    state: str | None
    source: Callable[[], Schema]
    _schema: Schema | None = None

    @property
    def schema(self) -> Schema:
        """The schema."""
        if self._schema is None:
            self._schema = self.source()
        return self._schema


class Expectations(Struct):
    """What a folder's migrations lead to. A lock that fits the folder answers at once; where it can't (migrations were
    applied in another order, or there is no lock), a scratch database is made."""

    project: Project
    lock: ParityLock | None
    tell: Callable[[str], None]
    main: Session | None = None
    _open: ExitStack = field(default_factory=ExitStack)
    _past: Past | None = None

    def knows(self, migrations: tuple[Migration, ...]) -> bool:
        """Whether the lock tells where these lead."""
        return self.lock is not None and self.lock.known(migrations) == len(migrations)

    def is_printed_alike(self, session: Session) -> bool:
        """Whether the session's server prints definitions as the lock has them: one of another version may not."""
        return self.lock is None or self.lock.server == self.project.dialect.driver.printed_by(session)

    def after(self, migrations: tuple[Migration, ...]) -> Expected:
        """Behind these, run in this order."""
        lock, count = self.lock, len(migrations)
        if lock is not None and self.knows(migrations):
            if count == 0:
                return Expected(None, Schema)
            return Expected(lock.migrations[count - 1].fingerprint, lambda: lock.schema_after(count))
        return Expected(None, lambda: self.past.schema(migrations))

    @property
    def replayed(self) -> bool:
        """Whether anything had to be replayed."""
        return self._past is not None

    @property
    def past(self) -> Past:
        """A replay, for what the lock can't say."""
        if self._past is None:
            self._past = self._open.enter_context(
                open_past(
                    self.project.scratch_wish(self.tell),
                    self.project.namespaces,
                    self.main,
                    on_replay=lambda number: self.tell(f"Replaying {number} migrations on a scratch database"),
                )
            )
        return self._past

    def close(self) -> None:
        """Drop what was made."""
        self._open.close()


def applied_migrations(history: History) -> tuple[Migration, ...]:
    """Those that the ledger calls applied and the folder holds."""
    return tuple(status.migration for status in history.applied if status.migration is not None)


def drift_from(expected: Expected, live: Schema, project: Project) -> Drift | None:
    """What is different in the live schema; None where nothing is, which the fingerprint can often tell alone."""
    if expected.state is not None and state_of(live) == expected.state:
        return None
    found = find_drift(expected.schema, live, project.dialect, says_extensions=project.datamodel.says_extensions)
    return found or None
