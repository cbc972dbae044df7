"""Where a history leads: its schema, and a scratch database that stands there, without replaying it each time.

A long replay is kept in two ways, both under a key that stands for every byte of its scripts and for the server: the
schema that it led to, as a file; and the scratch database itself, of which the next one is an exact copy (see
`parity.dialects.base.Shelf`). So no edit can be overlooked, and each new migration still runs on a database that the
history itself has made. A copy is read back before it is believed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress

from msgspec import Struct, field

from parity._version import __version__
from parity.dialects.base import Furnishing, Keeping, Session, Target
from parity.errors import ConnectionFailed, DatabaseError, HistoryError, ParityError
from parity.execute.cache import DATABASE, SCHEMA, Cache
from parity.execute.missing_roles import MissingRoles, missing_roles
from parity.execute.scratch import ScratchWish, open_scratch, replay
from parity.migrations.chain import chain
from parity.migrations.folder import Migration
from parity.schema.fingerprint import fingerprint, from_json, to_exact_json
from parity.schema.model import Schema

_READING = 3
"""Raised where the same database is read as another schema than before: what was kept until then is worthless."""
FEW = 20
"""So many migrations are replayed each time: keeping something of them wouldn't save a moment."""


@contextmanager
def open_past(
    wish: ScratchWish,
    namespaces: tuple[str, ...],
    main: Session | None = None,
    *,
    on_replay: Callable[[int], None] = lambda number: None,
) -> Iterator[Past]:
    """The past of the database of `main`, if one is at hand. `on_replay` is told of replays that may take a while.

    What is replayed raises HistoryError P3006, naming the migration that doesn't apply; what opens the scratch database
    raises what `open_scratch` does.
    """
    past = Past(wish, namespaces, main, on_replay)
    try:
        yield past
    finally:
        past.close()


class Past(Struct):
    """The states of a history. The scratch database is made when it is first needed."""

    wish: ScratchWish
    namespaces: tuple[str, ...]
    main: Session | None
    on_replay: Callable[[int], None]
    _open: ExitStack = field(default_factory=ExitStack)
    _session: Session | None = None
    _keeping: Keeping | None = None
    _at: tuple[Migration, ...] | None = None
    """What the scratch database stands behind; None where that isn't known."""
    _schema: Schema | None = None
    """The schema there, where it was read."""
    _surroundings: str | None = None
    _elsewhere: bool = False
    """The scratch database is on another server than the keys tell of, and nothing of it is kept."""
    _given: tuple[Furnishing, ...] = ()
    """What no migration makes, and scratch databases are given; then nothing of them is kept."""
    _missing: MissingRoles | None = None
    """Roles that the history makes and the real server lacks: scratch databases are on a server of our own then."""

    def schema(self, migrations: Sequence[Migration]) -> Schema:
        """The schema behind the migrations, in this order."""
        migrations = tuple(migrations)
        if self._at == migrations and self._schema is not None:
            return self._schema
        name = self._key(migrations)
        if name is not None and not self._given and (known := self._load(name)) is not None:
            return known
        self.session(migrations)
        return self._read()

    def session(self, migrations: Sequence[Migration]) -> Session:
        """The scratch database behind the migrations, to be left as it is."""
        migrations = tuple(migrations)
        if not self._is_near(migrations):
            self._begin(migrations)
        if self._replay_rest(migrations) > FEW and self._lasts:
            # What comes next may spoil it: the long way is kept at once, and the next one is a copy.
            self._begin(migrations)
            self._replay_rest(migrations)  # Nothing, unless somebody has dropped what was kept in this moment.
        assert self._session is not None and self._at == migrations
        return self._session

    def lend(self, migrations: Sequence[Migration]) -> Session:
        """As `session`, to be changed. Where it then stands is unknown until `advanced` says it."""
        session = self.session(migrations)
        self._at, self._schema = None, None
        return session

    def advanced(self, migrations: Sequence[Migration], reached: Schema) -> None:
        """Say what the database that was lent stands behind now."""
        self._at, self._schema = tuple(migrations), reached
        self._store()

    def each(self, migrations: Sequence[Migration], behind: int = 0) -> Iterator[tuple[Migration, Schema]]:
        """The schema behind each of the migrations, by running them one at a time; the first `behind` are left out."""
        migrations = tuple(migrations)
        self.session(migrations[:behind])
        for count in range(behind + 1, len(migrations) + 1):
            self._replay_rest(migrations[:count])
            assert self._session is not None
            self._schema = self.wish.dialect.driver.introspect(self._session, self.namespaces)
            yield migrations[count - 1], self._schema

    @property
    def server(self) -> str:
        """The program that the scratch database is on, by what prints definitions: see `Driver.printed_by`."""
        if self._session is None:
            self._enter()
        assert self._session is not None
        return self.wish.dialect.driver.printed_by(self._session)

    def furnish(self, migrations: tuple[Migration, ...]) -> bool:
        """Begin again with what the real database has and no migration makes; whether there is such a thing.

        Only for what doesn't run without: what isn't needed isn't there, as on a new database.
        """
        find = self.wish.dialect.driver.furnishings
        if self._given or self.main is None or find is None:
            return False
        self._given = find(self.main, [migration.sql for migration in migrations])
        if not self._given:
            return False
        self.close()
        self._enter()
        names = ", ".join(one.name for one in self._given)
        self.wish.tell(f"The history needs what none of its migrations makes. The scratch database was given: {names}")
        return True

    def _move_for_roles(self, migrations: tuple[Migration, ...], error: HistoryError) -> bool:
        """Begin again on a server of our own, where the replay failed for roles that the history makes; whether it did.

        Raises HistoryError P3006 where no such server is to be had.
        """
        assert self._session is not None
        found = missing_roles(self._session, self.wish.dialect, migrations, error)
        if found is None or self._missing is not None:
            return False
        self._missing = found
        self.close()
        try:
            self._enter()
        except ConnectionFailed as failed:
            raise found.told(error, failed) from None
        return True

    def close(self) -> None:
        """Drop the scratch database, or keep it for the next run."""
        self._shelve()
        self._open.close()
        self._session = None

    def _is_near(self, migrations: tuple[Migration, ...]) -> bool:
        """Whether a few scripts, or none, lead from the open scratch database to the state behind `migrations`."""
        at = self._at
        return (
            self._session is not None
            and at is not None
            and migrations[: len(at)] == at
            and len(migrations) - len(at) <= FEW
        )

    def _begin(self, migrations: tuple[Migration, ...]) -> None:
        """A scratch database as far along as one was kept."""
        self.close()
        keys = self._keys(migrations)
        self._enter(keys)
        if self._keeping is None or self._keeping.begun is None:
            return
        key, note = self._keeping.begun
        self._at = migrations[: keys.index(key)]
        if fingerprint(self._read()) != note:
            # Somebody has been at it. It isn't kept, and what is kept in the end takes its place.
            self._open.close()
            self._enter(keys, anew=True)

    def _enter(self, keys: tuple[str, ...] = (), *, anew: bool = False) -> None:
        """Open a scratch database. Without keys nothing is kept of it; with `anew` nothing that was kept is used."""
        cache, self._keeping = self._cache, None
        if keys and self.wish.shadow is None:
            self._keeping = Keeping(
                () if anew else keys[:FEW:-1],
                lambda key: cache.load(key + DATABASE),
                lambda key, body: cache.store(key + DATABASE, body),
                replace=anew,
            )
        self._open = ExitStack()
        missing = self._missing
        cause = None if missing is None else missing.cause
        self._session = self._open.enter_context(open_scratch(self.wish, self.main, self._keeping, private_for=cause))
        roles = self.wish.dialect.driver.roles
        if missing is not None and roles is not None:
            for name in roles.missing(self._session, missing.made):
                roles.make(self._session, name)
        self._at, self._schema = (), None
        self._elsewhere = self.wish.shadow is None and _is_elsewhere(self._session.target, self.wish.main)
        for one in self._given:
            _give(self._session, one)
        if self._elsewhere or self._given:
            self._keeping = None

    def _replay_rest(self, migrations: tuple[Migration, ...]) -> int:
        """Run what is missing of `migrations`; how many those were."""
        assert self._session is not None and self._at is not None
        rest = migrations[len(self._at) :]
        if not rest:
            return 0
        self._at, self._schema = None, None
        if len(rest) > FEW:
            self.on_replay(len(rest))
        self._replay(migrations, rest)
        self._at = migrations
        return len(rest)

    def _replay(self, migrations: tuple[Migration, ...], rest: tuple[Migration, ...]) -> None:
        """Run `rest`; where that lacks what can be had, all of `migrations` with it."""
        assert self._session is not None
        try:
            replay(self._session, self.wish.dialect, rest)
        except HistoryError as error:
            if not (self._move_for_roles(migrations, error) or self.furnish(migrations)):
                raise
            error.__suppress_context__ = True
            self._replay(migrations, migrations)

    def _read(self) -> Schema:
        assert self._session is not None
        if self._schema is None:
            self._schema = self.wish.dialect.driver.introspect(self._session, self.namespaces)
            self._store()
        return self._schema

    # --- what is kept ---------------------------------------------------------------------------------------------

    def _shelve(self) -> None:
        """Have the database kept when it is closed, if it stands where a long history leads and none was kept yet."""
        keeping, at = self._keeping, self._at
        key = None if keeping is None or at is None else self._key(at)
        if keeping is None or key is None or (keeping.begun is not None and keeping.begun[0] == key):
            return
        # The connection may be lost.
        with suppress(ParityError):
            if self._lasts:
                keeping.keep = key, fingerprint(self._read())

    def _load(self, key: str) -> Schema | None:
        body = self._cache.load(key + SCHEMA)
        try:
            return None if body is None else from_json(body.decode())
        except ValueError:
            return None

    def _store(self) -> None:
        key = None if self._at is None or self._elsewhere or self._given else self._key(self._at)
        if key is not None and self._schema is not None and self._cache.load(key + SCHEMA) is None:
            self._cache.store(key + SCHEMA, to_exact_json(self._schema).encode())

    @property
    def _cache(self) -> Cache:
        return Cache(self.wish.cache)

    @property
    def _lasts(self) -> bool:
        """Whether the open scratch database can be kept."""
        shelf = self.wish.dialect.driver.shelf
        return (
            self._keeping is not None and self._session is not None and shelf is not None and shelf.lasts(self._session)
        )

    def _key(self, migrations: tuple[Migration, ...]) -> str | None:
        """The key of a state, None where nothing is kept of it."""
        keys = self._keys(migrations)
        return keys[-1] if keys else None

    def _keys(self, migrations: tuple[Migration, ...]) -> tuple[str, ...]:
        """The keys of all states on the way; () where it is short, or nothing can be kept."""
        if len(migrations) <= FEW or not self._cache.is_usable:
            return ()
        if self._surroundings is None:
            self._surroundings = self._find_surroundings()
        return chain(self._surroundings, migrations) if self._surroundings else ()

    def _find_surroundings(self) -> str:
        """What decides where the scripts lead, beside themselves; "" where that isn't known."""
        dialect, shelf = self.wish.dialect, self.wish.dialect.driver.shelf
        if shelf is None:
            return ""
        if self.wish.shadow is not None:
            if self._session is None:
                self._enter()
            server = shelf.surroundings(self._session)
        elif self.main is not None or dialect.capabilities.scratch_is_file:
            server = shelf.surroundings(self.main)
        elif self.wish.main is not None:
            try:
                with closing(dialect.driver.connect(self.wish.main)) as session:
                    server = shelf.surroundings(session)
            except ParityError:
                return ""  # The database need not be there for a scratch database beside it.
        else:
            return ""
        return repr((__version__, _READING, dialect.name, self.namespaces, server))


def _give(session: Session, one: Furnishing) -> None:
    """What can't be made may not be needed; else the replay says it."""
    for sql in (one.sql, one.instead):
        if sql is not None:
            with suppress(DatabaseError):
                session.execute(sql)
                return


def _is_elsewhere(scratch: Target, main: Target | None) -> bool:
    return main is not None and (scratch.host, scratch.port) != (main.host, main.port)
