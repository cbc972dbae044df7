"""What a database should hold: the schema behind the migrations that it has applied, out of parity.lock or a replay."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING

from msgspec import Struct, field
from msgspec.structs import replace

from parity.dialects.base import Session
from parity.errors import HistoryError
from parity.execute.history import History
from parity.migrations.folder import Migration
from parity.migrations.parity_lock import ParityLock, state_of
from parity.schema.model import Extension, Schema
from parity.workflow.context import Project

if TYPE_CHECKING:
    from parity.execute.past import Past
    from parity.workflow.drift import Drift


class Expected(Struct):
    """The schema behind some migrations. It is read, or replayed, when it is first asked for.

    `state` is its fingerprint (see `state_of`), None where only the schema can tell. `extensions` are its extensions,
    which the fingerprint leaves out.
    """

    migrations: tuple[Migration, ...]
    state: str | None
    source: Callable[[], Schema]
    extensions: tuple[Extension, ...] = ()
    _schema: Schema | None = None

    @property
    def schema(self) -> Schema:
        """The schema."""
        if self._schema is None:
            found = self.source()
            self._schema = replace(found, extensions=tuple(made_by(self.migrations, found.extensions)))
        return self._schema

    def is_all(self, live: Schema, state: str) -> bool:
        """Whether the database is what it should be, as far as this can be told without the schema."""
        if state != self.state:
            return False
        there = {extension.name: extension for extension in live.extensions}
        made = made_by(self.migrations, self.extensions)
        return all(extension.name in there and extension.fits(there[extension.name]) for extension in made)


class Expectations(Struct):
    """What a folder's migrations lead to. A lock that fits the folder answers at once; where it can't (migrations were
    applied in another order, or there is no lock), a scratch database is made."""

    project: Project
    lock: ParityLock | None
    tell: Callable[[str], None]
    main: Session | None = None
    offline: bool = False
    """Whether no server may be asked: then what only a replay there could tell is HistoryError PAR544."""
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
                return Expected((), None, Schema)
            state, extensions = lock.migrations[count - 1].fingerprint, lock.extensions_after(count)
            return Expected(migrations, state, lambda: self._held(lock, count), extensions)
        return self.replayed_after(migrations)

    def _held(self, lock: ParityLock, count: int) -> Schema:
        schema, as_read_now = lock.schema_after(count), self.project.dialect.driver.as_read_now
        return schema if as_read_now is None else as_read_now(schema)

    def replayed_after(self, migrations: tuple[Migration, ...]) -> Expected:
        """As `after`, whatever the lock says: as the server of this program prints it."""
        return Expected(migrations, None, lambda: self.past.schema(migrations))

    @property
    def replayed(self) -> bool:
        """Whether anything had to be replayed."""
        return self._past is not None

    @property
    def past(self) -> Past:
        """A replay, for what the lock can't say."""
        if self._past is None and self.offline and not self.project.dialect.capabilities.scratch_is_file:
            raise HistoryError(
                "PAR544",
                "the schema file isn't the one that parity.lock was made for",
                why="whether its expressions ask for something else, only a database can tell",
                hint="`parity migrate dev` writes what is different; where nothing is, `parity migrate lock`",
            )
        if self._past is None:
            from parity.execute.past import open_past

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


def made_by(migrations: tuple[Migration, ...], extensions: Iterable[Extension]) -> Iterator[Extension]:
    """Those that a script names. A scratch database may begin with others, which its server gives to each new one.

    A version or a schema that no such script names is left open: it is what each server has, and an administrator
    brings it up to date.
    """
    for extension in extensions:
        name = extension.name.lower()
        scripts = [sql for sql in (migration.sql.lower() for migration in migrations) if name in sql]
        if scripts:
            version, namespace = extension.version, extension.namespace
            yield Extension(
                extension.name,
                namespace if _is_said(scripts, "schema", namespace) else None,
                version if _is_said(scripts, r"version|update\s+to", version) else None,
            )


def _is_said(scripts: Iterable[str], behind: str, word: str | None) -> bool:
    """Whether a script has the word behind one of the others."""
    if word is None:
        return False
    pattern = re.compile(rf"\b(?:{behind})\s+['\"]?{re.escape(word.lower())}(?![\w.])")
    return any(pattern.search(sql) for sql in scripts)


def applied_migrations(history: History) -> tuple[Migration, ...]:
    """Those that the ledger calls applied and the folder holds."""
    return tuple(status.migration for status in history.applied if status.migration is not None)


class Sight(Struct, frozen=True):
    """What a look at a database told. `live` may lack what takes no part in comparison."""

    live: Schema
    state: str
    """Its fingerprint."""
    drift: Drift | None = None
    """What `parity check` tells of it; None where nothing differs."""


class Read(Struct, frozen=True):
    """A live schema, and whether it is what was expected: then it may lack what takes no part in comparison."""

    live: Schema
    state: str
    """Its fingerprint."""
    is_expected: bool


def read_live(session: Session, expected: Expected, project: Project) -> Read:
    """The live schema, read as far as it takes to see whether it is what is expected; where it isn't, all of it."""
    driver = project.dialect.driver
    if expected.state is not None and driver.introspect_compared is not None:
        live = driver.introspect_compared(session, project.namespaces)
        state = state_of(live)
        if expected.is_all(live, state):
            return Read(live, state, is_expected=True)
    live = driver.introspect(session, project.namespaces)
    state = state_of(live)
    return Read(live, state, is_expected=expected.is_all(live, state))


def look(session: Session, expected: Expected, project: Project) -> Sight:
    """Hold the live schema against what is expected."""
    read = read_live(session, expected, project)
    live, state = read.live, read.state
    if read.is_expected:
        return Sight(live, state)
    # What tells differences apart is loaded where there are some: an application waits for this at its start.
    from parity.workflow.drift import find_divergence

    says = project.datamodel.says_extensions
    return Sight(live, state, find_divergence(expected.schema, live, project.dialect, says_extensions=says) or None)
