"""What a database's folder supplies: the typed bundle `Dialect`, and the live `Session` of its driver.

A bundle is assembled in `dialects/<name>/facts.py` (`DIALECT`) from pure parts (types, casts, rewrite, render, split)
and live ones (driver, introspect). Live parts are reached through functions that import the driver when called.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeAlias

from msgspec import Struct

from parity.dialects.capabilities import Capabilities
from parity.records import compared_without, shown_without

if TYPE_CHECKING:
    # Half of the vocabulary isn't needed to say where a database stands, and loading it takes a while.
    from parity.dialects.copying import Copies, CopyWish
    from parity.dialects.statements import SqlStatement, StatementFacts
    from parity.errors import ConnectionFailed, DatabaseError
    from parity.schema.changes import AlterColumn, TableChange
    from parity.schema.model import Column, Opaque, Schema, Table
    from parity.schema.steps import Cast, MisfitCount, Step
    from parity.schema.types import ColumnType, Default, ListLiteral, Literal, NativeType, Now, ObjectName

Value = str | int | float | bool | bytes | None
"""What a query's parameter can be, and what a row can hold (drivers may add datetime, Decimal, list, dict)."""

Row = tuple[object, ...]


class Hosting(Struct, frozen=True):
    """What platforms and container images call a server of this kind."""

    image: str
    """A container image of it, with its version."""
    port: int
    ready: str
    """The command in that image that says whether the server answers."""
    settings: tuple[tuple[str, str], ...]
    """The variables that the image can't do without."""
    url: str
    """Where it is then, for one on this machine that is thrown away."""
    engine: str
    """DigitalOcean's name of it."""


@compared_without("source")
@shown_without("password", "parameters")
class Target(Struct, frozen=True):
    """Where a database is. The password is kept out of `repr` and of every text; show `display`.

    `parameters` are the URL's query parameters. `path` is set for databases that are files.
    """

    dialect: str
    display: str
    """For people: `postgresql://app@db.example:5432/shop`, `file:./dev.db`; never a password."""
    database: str
    host: str | None = None
    port: int | None = None
    user: str | None = None
    password: str | None = None
    namespace: str | None = None
    """The schema that the URL's `schema` parameter names."""
    parameters: tuple[tuple[str, str], ...] = ()
    path: Path | None = None
    source: str | None = None
    """Where the URL came from: `--url`, `DATABASE_URL from .env`."""
    by_transaction: bool = False
    """Whether the command can do without all that would have to last from one transaction to the next."""


class Bound(Struct, frozen=True):
    """A statement that a session has made ready, to be run there: see `Session.bound`."""

    sql: str
    parameters: tuple[Value, ...] = ()


CommitWith: TypeAlias = Callable[[str, Bound, "Callable[[], None] | None"], None]
"""(statement, another one, `meanwhile` as in `Session.commit`). What fails is told as an error of the first."""


class Session(Protocol):
    """One connection. Errors are `parity.errors.DatabaseError`s, never the driver's own.

    Placeholders in `sql` are `?`; without parameters the text is sent as it is. Outside a transaction each statement
    commits by itself.
    """

    def query(self, sql: str, parameters: Sequence[Value] = ()) -> list[Row]:
        """Run one statement and return its rows ([] if it has none). Counts as one round trip."""
        ...

    def execute(self, sql: str) -> None:
        """Run SQL text as it is, without parameters. Raises StatementFailed with the position where known."""
        ...

    def begin(self) -> None:
        """Start a transaction that may write: at the latest with the first statement in it."""
        ...

    def bound(self, sql: str, parameters: Sequence[Value]) -> Bound:
        """Make a statement ready, whose rows nobody wants. May be called while the session is at work."""
        ...

    def run_with_next(self, statement: Bound) -> None:
        """Run a statement; in a transaction at the latest with the one that comes next, which then raises its
        errors."""
        ...

    @property
    def commit_with(self) -> CommitWith | None:
        """What runs the last two statements of a transaction and ends it, in one message; None where none is saved."""
        ...

    def commit(self, meanwhile: Callable[[], None] | None = None) -> None:
        """End the transaction. `meanwhile` is called while the database is at it, where that is possible, or behind it;
        where the transaction can't end, perhaps not at all. It mustn't use the session."""
        ...

    def rollback(self) -> None:
        """Abandon the transaction. Does nothing where there is none, or where the connection is gone."""
        ...

    @property
    def in_transaction(self) -> bool:
        """Whether a transaction is open, a failed one included."""
        ...

    @property
    def round_trips(self) -> int:
        """How many statements were sent since connecting (set-up included)."""
        ...

    @property
    def target(self) -> Target:
        """What it is connected to."""
        ...

    def close(self) -> None:
        """End the connection. May be called twice."""
        ...


class TypeSystem(Protocol):
    """The types of one database, in both directions. Pure."""

    def column_type(self, scalar: str, native: NativeType | None) -> ColumnType:
        """The canonical type of a schema-language scalar (`Int`), with its `@db.` type where one is written."""
        ...

    def scalar_of(self, column_type: ColumnType) -> tuple[str, NativeType | None]:
        """The scalar that reads a column type back, and its `@db.` type where it isn't the scalar's default one.

        Not for ENUM and UNSUPPORTED, which the caller handles.
        """
        ...

    def render(self, column_type: ColumnType, *, is_list: bool) -> str:
        """The type's SQL."""
        ...

    def unsupported(self, text: str) -> ColumnType:
        """The canonical type of `Unsupported("text")`: family UNSUPPORTED, its text as the database prints it."""
        ...

    def default_of(self, sql: str, column_type: ColumnType, *, is_list: bool) -> Default | None:
        """A default's SQL, as its author (`dbgenerated`) or the catalog spells it, in canonical form.

        A plain constant becomes a Literal, whatever casts stand around it; what only the database can evaluate becomes
        an Expression. `sql` of the result is the text that was given. None for NULL.
        """
        ...


class RenderedStep(Struct, frozen=True):
    """A step as SQL. `header` is the migration file's comment for it (`CreateTable`); statements have no semicolon."""

    header: str
    statements: tuple[str, ...]


class LedgerFacts(Struct, frozen=True):
    """How the table `_prisma_migrations` is made and stamped here."""

    create: str
    """The CREATE TABLE statement, exactly as Node's prisma makes it."""
    now: str
    """An SQL expression for the database's own clock, in the form that the ledger's columns hold."""
    read_stamp: Callable[[object], str | None]
    """A stamp as the driver returns it -> ISO 8601 in UTC, or None."""
    begun: str | None
    """The same for the beginning of the transaction; None where the clock is this machine's, in milliseconds."""
    exists: Callable[[ObjectName], tuple[str, tuple[Value, ...]]]
    """(name of the table) -> a query and its parameters; its only value is true where the table is there."""
    stamp: Callable[[str], str] = str
    """(a column with a stamp) -> the expression that gives it to `read_stamp`, whatever it holds."""
    is_id: str = "id = ?"
    """The condition that finds one row."""
    is_name: str = "migration_name = ?"
    """The condition that finds the rows of a migration."""


class LockHolder(Struct, frozen=True):
    """Who holds the migration lock, as far as the database tells."""

    description: str


class StatementLocks(Struct, frozen=True):
    """How waiting for the locks of tables is kept short, where statements wait for them in the server."""

    limit: Callable[[Session, float | None], None]
    """Let no statement of the session wait longer for a lock; None gives the server's own setting back."""
    is_contention: Callable[[DatabaseError], bool]
    """Whether a statement failed only because of what others did at the same time: tried again, it may succeed."""
    blockers: Callable[[Session], tuple[str, ...]]
    """Who stood in the session's way since this was last asked, as far as was seen: a line for each."""


class Keeping(Struct):
    """What a scratch database begins as, and what it is kept as for the next run.

    A key is lower-case hex, and stands for everything that made the database what it is; a note goes with each.
    """

    keys: tuple[str, ...]
    """The first of these that was kept is what to begin with."""
    load: Callable[[str], bytes | None]
    """What `store` was given under a key, for databases that are files; None where it isn't there, or isn't whole."""
    store: Callable[[str, bytes], None]
    begun: tuple[str, str] | None = None
    """Set by the driver: key and note of what it began with; None where it was empty."""
    keep: tuple[str, str] | None = None
    """Set by the user within the block: key and note to keep it under when the block ends. None: it is dropped."""
    replace: bool = False
    """Put it in the place of one that is there."""


class Shelf(Struct, frozen=True):
    """Scratch databases that are kept: exact copies of what a long replay led to, few, and dropped when they are old.

    Nothing is missed but time when they are gone.
    """

    scratch: Callable[[Target | None, Keeping], AbstractContextManager[Session]]
    """As `Driver.scratch`, but with a Keeping."""
    surroundings: Callable[[Session | None], str]
    """What else decides where the same scripts lead: the server and its version, the user, the namespace. Of the
    session's server (None where databases are files)."""
    lasts: Callable[[Session], bool]
    """Whether a copy of the session's database would be all of it."""


class Leftover(Struct, frozen=True):
    """A scratch database that a killed run left behind. `age` is in seconds, by its name."""

    name: str
    age: float


class Leftovers(Struct, frozen=True):
    """What killed runs left behind on a server: made here by its name and its owner, and used by nobody."""

    find: Callable[[Session], tuple[Leftover, ...]]
    """The oldest first; not those that may just have been made."""
    drop: Callable[[Session, str], bool]
    """Drop one of those that `find` gave; False where it is in use, or gone."""


class Furnishing(Struct, frozen=True):
    """Something that a history needs of a database and doesn't make: its name for people, and what makes it."""

    name: str
    sql: str
    instead: str | None = None
    """What to try where that fails."""


class Roles(Struct, frozen=True):
    """Roles are the server's. No replay makes one on somebody's server; on one of our own those of the history are."""

    missing: Callable[[Session, Sequence[str]], tuple[str, ...]]
    """Those of the names that no role of the session's server has."""
    make: Callable[[Session, str], None]
    """Make a role that may do nothing, not even log in."""


class IndexRepair(Struct, frozen=True):
    """Mending indexes whose building failed, while others use the table. Both work outside a transaction."""

    drop: Callable[[Session, ObjectName], None]
    rebuild: Callable[[Session, ObjectName], None]
    """Raises DatabaseError where it fails again; then the index is as it was."""


class KeptFiles(Protocol):
    """Where bytes are kept under a name, for as long as that pleases whoever owns the place."""

    def load(self, name: str) -> bytes | None:
        """What was kept, whole and unchanged; None where there is none."""
        ...

    def store(self, name: str, body: bytes) -> None:
        """Keep `body`, where that is possible."""
        ...


class PrivateScratch(Protocol):
    """A scratch database on a server that is started for it on this machine."""

    def __call__(
        self, target: Target, tell: Callable[[str], None], cause: ConnectionFailed, files: KeptFiles, /
    ) -> AbstractContextManager[Session]:
        """As fits the server of `target`, on which a replay isn't possible for `cause`. `tell` hears what is done, and
        `cause.message` as the reason of it; what the next one begins with is kept among `files`.

        Raises `cause`, with what is missing for it.
        """
        ...


class LockTurns(Struct, frozen=True):
    """The migration lock where it can't outlive a transaction, as behind a pooler: each transaction takes it anew."""

    needed: Callable[[Session], bool]
    """Whether it is so for this session."""
    wait_with: Callable[[Session, Callable[[], None] | None], None]
    """(session, what each transaction calls to begin: it returns when `try_lock` has got the lock; None for no lock)"""


class RowValues(Struct, frozen=True):
    """Values of rows, as SQL and as text."""

    sql: Callable[[Column, Literal | ListLiteral | Now], str]
    """A constant of the column's type."""
    as_text: Callable[[Column], str]
    """The expression to select, which reads the same whatever the session's settings are."""
    text_of: Callable[[Column, object], str | tuple[str, ...] | None]
    """(column, what the query gave) -> its text, bytes as hex; the texts of a list's items."""
    numbering: Callable[[Table, Column], str | None]
    """The statement that lets a column number behind rows that were inserted with a number; None where none is
    needed."""


class Driver(Struct, frozen=True):
    """The live parts. Each function imports the driver when it is called."""

    parse_url: Callable[[str, Path], Target]
    """(url, folder that relative file paths start from) -> Target. Raises ConfigError P1013, without the password."""
    connect: Callable[[Target], Session]
    """Raises ConnectionFailed: P1000 authentication, P1001 unreachable, P1003 no such database, P1010 denied."""
    create_database: Callable[[Target], None]
    """Makes the database that `connect` found missing (for files: the file and its folders)."""
    scratch: Callable[[Target | None], AbstractContextManager[Session]]
    """A fresh, empty database of our own, dropped at the end. The target says on which server (None: a local file or
    memory, where `capabilities.scratch_is_file`). Raises ConnectionFailed P3014 without the right to make one."""
    empty_scratch: Callable[[Target], AbstractContextManager[Session]]
    """Use the database that `shadowDatabaseUrl` names: refused if it isn't empty; emptied again at the end."""
    introspect: Callable[[Session, Sequence[str]], Schema]
    """(session, namespaces: () for the default one) -> Schema, without the ledger. A constant number of queries."""
    printed_by: Callable[[Session], str]
    """The name of the program that prints definitions, up to the version that may print them otherwise."""
    drop_everything: Callable[[Session, Sequence[str]], None]
    """Removes all objects of the namespaces: `migrate reset`."""
    try_lock: Callable[[Session], bool]
    """Try to get the migration lock, without waiting. The lock ends with the session at the latest."""
    unlock: Callable[[Session], None]
    """Give the lock back."""
    unlocks_by_closing: Callable[[Session], bool]
    """Whether closing the session gives the lock back to the next one at once, so that `unlock` can be left out."""
    lock_holder: Callable[[Session], LockHolder | None]
    """Who holds it, where the database tells."""
    refuse_read_only: Callable[[Session], None]
    """Raise ConnectionFailed PAR415 where nothing can be written. `try_lock` does so by itself."""
    is_over: Callable[[Session, Session], bool]
    """(session whose connection was lost, another) -> whether the database does nothing for the first one any more."""
    same_database: Callable[[Session, Session], bool]
    """Whether two sessions are on the same database, asked of the server, not of the URLs."""
    restore_session: Callable[[Session], None]
    """Put the connection's settings (role, search_path …) back to what they were after connecting: what a script does
    to its session must not reach the bookkeeping. Works inside a transaction, too."""
    enforce_foreign_keys: Callable[[Session, bool], None] | None
    """Switch the checking of foreign keys off or on, outside a transaction, and verify that it took effect. None where
    a rebuild of tables never needs it."""
    deferred_constraints_hold: Callable[[Session], tuple[str, ...]]
    """Checks that the database left to us (SQLite's foreign_key_check): a line for each violation; () where none."""
    discard_temporary: Callable[[Session], None] | None = None
    """Remove the session's temporary tables and the like: the next migration must not find them in place of its own.
    Works inside a transaction. None where there are none."""
    is_bare: Callable[[Session, Sequence[str]], bool] | None = None
    """(session, namespaces) -> whether nothing at all is in them. None where only introspection can tell."""
    turns: LockTurns | None = None
    """None where the lock always lasts as long as the session."""
    statement_locks: StatementLocks | None = None
    """None where statements don't wait for each other in the server."""
    index_repair: IndexRepair | None = None
    """None where building an index leaves nothing behind when it fails."""
    count_misfits: Callable[[Session, MisfitCount], int | None] | None = None
    """How many values of a column its conversion fails on; None where that can't be found out."""
    hold_counters: Callable[[Session, Iterable[str]], Callable[[], None]] | None = None
    """(session, statements that are about to run with foreign keys off) -> what to call behind them, in their
    transaction, so that tables which they rebuild go on numbering where they were. None where nothing is lost."""
    shelf: Shelf | None = None
    """None where no scratch database can be kept."""
    furnishings: Callable[[Session, Sequence[str]], tuple[Furnishing, ...]] | None = None
    """(session on the real database, scripts) -> what it has and no script makes, such as extensions that only an
    administrator may install. None where there is nothing of that kind."""
    roles: Roles | None = None
    """None where there are none."""
    private_scratch: PrivateScratch | None = None
    """None where no server can be started."""
    leftovers: Leftovers | None = None
    """None where a killed run's scratch database goes with it."""
    introspect_compared: Callable[[Session, Sequence[str]], Schema] | None = None
    """As `introspect`, without what takes no part in comparison. None where that saves nothing."""
    as_read_now: Callable[[Schema], Schema] | None = None
    """A schema that was kept, as `introspect` reads it in this version. None where all versions read alike."""
    copies: Callable[[CopyWish], Copies] | None = None
    """None where databases can't be copied."""


def _as_it_is(table: Table) -> Table:
    return table


def _never(change: AlterColumn) -> bool:
    return False


def _no_conversion(old: Column, new: Column) -> str | None:
    return None


def _nowhere(opaque: Opaque) -> frozenset[str]:
    return frozenset()


def _mentions_as_it_is(statement: SqlStatement, value: str) -> bool:
    return value in statement.text


class Dialect(Struct, frozen=True):
    """One database. Everything that the rest of the project may ask it."""

    name: str
    """The provider's name in schema.prisma and migration_lock.toml."""
    aliases: tuple[str, ...]
    url_schemes: tuple[str, ...]
    title: str
    """For people: `PostgreSQL`."""
    capabilities: Capabilities
    types: TypeSystem
    cast: Callable[[ColumnType, ColumnType, bool, bool], Cast]
    """(old type, new type, old is a list, new is a list) -> what happens to the values."""
    rebuilds: Callable[[TableChange], bool]
    """Whether the change needs the whole table to be made anew (never, where columns are altered in place)."""
    render: Callable[[Step], RenderedStep]
    quote: Callable[[ObjectName], str]
    """A qualified name, quoted."""
    quote_column: Callable[[str], str]
    split: Callable[[str], tuple[SqlStatement, ...]]
    iter_statements: Callable[[str], Iterator[SqlStatement]]
    comments: Callable[[str, int, int], Iterator[tuple[int, str]]]
    """(script, start, stop) -> the comments and semicolons between two offsets, each with its own."""
    essence_of: Callable[[str], str | None]
    """A script -> a hash of it without comments and white space; None where it can't be had."""
    facts_of: Callable[[SqlStatement], StatementFacts]
    enforcement_switch: Callable[[StatementFacts], bool | None]
    """Whether a statement switches the checking of foreign keys on (True) or off (False), with an effect only outside a
    transaction; None for all others."""
    sqlglot_dialect: str
    """The name under which sqlglot knows it, for reading hand-written SQL in reviews."""
    ledger: LedgerFacts
    driver: Driver
    default_url: str
    """What `init` writes into .env, with the placeholder values that a person replaces."""
    settle: Callable[[Table], Table] = _as_it_is
    """The table that introspection finds after a wanted one was made: what the database can't hold is put as it holds
    it (enum columns as text, raw SQL defaults as it prints them, keys that number themselves). `lower` ends with it."""
    bars_cast: Callable[[AlterColumn], bool] = _never
    """Whether something on the column keeps its type from being changed in place, although the values can be cast."""
    conversion: Callable[[Column, Column], str | None] = _no_conversion
    """(old column, new column) -> the expression that keeps the values where `cast` is IMPOSSIBLE; None where there is
    none to be trusted."""
    mentions: Callable[[SqlStatement, str], bool] = _mentions_as_it_is
    """Whether a statement may use a value: it is in one of its strings, however that is spelled."""
    inserts_by_position: Callable[[Opaque], frozenset[str]] = _nowhere
    """The tables, in lower case, into which an object inserts as many values as they have columns, naming none."""
    row_values: RowValues | None = None
    """None where rows can't be kept in files."""
    extra: str | None = None
    """The extra that brings the driver: `pip install 'parity-db[postgres]'`; None where none is needed."""
    hosting: Hosting | None = None
    """What platforms call it; None for files, and where nothing of it was tried."""
