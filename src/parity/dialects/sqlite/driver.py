"""The live parts of SQLite: connecting, scratch databases, the migration lock, pragmas.

A file is never made by connecting to it. Nothing here opens the database file but SQLite: closing any other handle
to it would drop SQLite's locks in this process.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from types import ModuleType

from parity.counting import counted
from parity.dialects.base import Keeping, LockHolder, Session, Target
from parity.dialects.sql import quote_identifier
from parity.dialects.sqlite import kept
from parity.dialects.sqlite.failures import connection_failure
from parity.dialects.sqlite.locking import holder_pid, try_file_lock
from parity.dialects.sqlite.provider import PROVIDER
from parity.dialects.sqlite.session import SqliteSession, own, set_up
from parity.dialects.sqlite.url import busy_timeout
from parity.errors import ConnectionFailed, DatabaseError, Refused

BUSY_TIMEOUT = 60.0
"""Seconds to wait for another process's transaction on the file."""

_SCRATCH = Target(dialect=PROVIDER.name, display="a scratch database in memory", database=":memory:")
_OLDEST = (3, 35, 0)
_OF_USERS = "name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"

# What a script may have switched, and how it stands in a new connection. (foreign_keys is the runner's: see
# `enforce_foreign_keys`; inside a transaction it can't be switched anyway.)
_DEFAULTS = (
    "PRAGMA legacy_alter_table=OFF",
    "PRAGMA ignore_check_constraints=OFF",
    "PRAGMA writable_schema=OFF",
    "PRAGMA recursive_triggers=OFF",
    "PRAGMA case_sensitive_like=OFF",
    "PRAGMA query_only=OFF",
    "PRAGMA defer_foreign_keys=OFF",
)


def connect(target: Target) -> Session:
    """Open a database that is there. Raises ConnectionFailed P1003, P1010, P1001, P1002."""
    sqlite3 = _library()

    path = _path(target)
    _check_file(target, path)
    timeout = busy_timeout(target, BUSY_TIMEOUT)
    try:
        connection = sqlite3.connect(f"{path.resolve().as_uri()}?mode=rw", uri=True, isolation_level=None)
    except sqlite3.Error as error:
        raise connection_failure(error, target) from error
    session = SqliteSession(connection, target, timeout)
    try:
        set_up(session)
    except DatabaseError as error:
        session.close()
        raise connection_failure(error, target) from error
    return session


def create_database(target: Target) -> None:
    """Make the file, empty, and the folders that it lies in. Does nothing where it is there."""
    path = _path(target)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o666))
    except OSError as error:
        raise ConnectionFailed(
            "P3000",
            f"the database file {target.display} can't be made",
            why=error.strerror or str(error),
            hint=f"give the user that migrates the right to write in {path.parent}",
        ) from error


def scratch(target: Target | None) -> AbstractContextManager[Session]:
    """An empty database in memory; gone at the end."""
    return kept_scratch(target, None)


@contextmanager
def kept_scratch(target: Target | None, keeping: Keeping | None) -> Iterator[Session]:
    """A database in memory, empty but for what `keeping` begins it with; gone at the end, but for what that keeps."""
    connection = _library().connect(":memory:", isolation_level=None)
    session = SqliteSession(connection, _SCRATCH, BUSY_TIMEOUT)
    try:
        if keeping is not None and lasts(session) and (image := kept.image_to_begin_with(keeping)):
            connection.deserialize(image)
        set_up(session)
        yield session
    finally:
        if keeping is not None and keeping.keep is not None and not session.in_transaction:
            kept.keep(connection.serialize(), *keeping.keep, keeping)
        session.close()


def surroundings(session: Session | None) -> str:
    """What decides where the same scripts lead: the library's version, and what is built into it."""
    with contextlib.closing(_library().connect(":memory:")) as connection:
        return repr(connection.execute("SELECT sqlite_version(), * FROM pragma_compile_options").fetchall())


def lasts(session: Session) -> bool:
    """Whether the library can make an image of a database."""
    return hasattr(_library().Connection, "serialize")


@contextmanager
def empty_scratch(target: Target) -> Iterator[Session]:
    """The database that the user names for scratch work, made if missing. Raises Refused where it isn't empty."""
    create_database(target)
    session = connect(target)
    try:
        count, first = session.query(f"SELECT count(*), min(name) FROM sqlite_schema WHERE {_OF_USERS}")[0]
        if count:
            held = counted(int(str(count)), "object")
            raise Refused(
                "PAR411",
                f"the scratch database {target.display} isn't empty",
                why=f"it holds {held}, {first} among them; everything in it would be dropped",
                hint="name a file of its own for it, or leave it out: a database in memory is used then",
            )
        try:
            yield session
        finally:
            session.rollback()
            drop_everything(session, ())
    finally:
        session.close()


def is_bare(session: Session, namespaces: Sequence[str]) -> bool:
    """Whether nothing at all is in the file."""
    return not session.query("SELECT 1 FROM sqlite_schema LIMIT 1")


def drop_everything(session: Session, namespaces: Sequence[str]) -> None:
    """Drop all views, triggers and tables, the ledger as well, and forget the counters, in one transaction."""
    enforce_foreign_keys(session, False)
    try:
        session.begin()
        try:
            _drop_objects(session)
            session.commit()
        except BaseException:
            session.rollback()
            raise
    finally:
        enforce_foreign_keys(session, True)


def try_lock(session: Session) -> bool:
    """Take the migration lock, without waiting. A database in memory has no rivals."""
    ours = own(session)
    if ours.target.path is None or ours.lock is not None:
        return True
    ours.lock = try_file_lock(ours.target.path)
    return ours.lock is not None


def unlock(session: Session) -> None:
    """Give the migration lock back."""
    ours = own(session)
    if ours.lock is not None:
        ours.lock.release()
        ours.lock = None


def unlocks_by_closing(session: Session) -> bool:
    """False: giving the lock back takes no round trip here."""
    return False


def refuse_read_only(session: Session) -> None:
    """Nothing to refuse: the first write tells."""


def is_over(lost: Session, session: Session) -> bool:
    """Always true: what a connection didn't commit ends with it."""
    return True


def lock_holder(session: Session) -> LockHolder | None:
    """Who holds the migration lock: the process wrote its number into the lock file."""
    path = session.target.path
    pid = None if path is None else holder_pid(path)
    return None if pid is None else LockHolder(f"process {pid}")


def same_database(one: Session, other: Session) -> bool:
    """Whether two sessions are on one file, by whatever names it was opened."""
    here, there = one.target.path, other.target.path
    if here is None or there is None:
        return one is other
    try:
        return here.samefile(there)
    except OSError:
        return here.resolve() == there.resolve()


def restore_session(session: Session) -> None:
    """Put back what pragmas of a script may have switched."""
    for pragma in _DEFAULTS:
        session.query(pragma)
    if not session.in_transaction:
        enforce_foreign_keys(session, True)


def enforce_foreign_keys(session: Session, on: bool) -> None:
    """Switch the checking of foreign keys, and verify that SQLite did it: inside a transaction it wouldn't."""
    session.query(f"PRAGMA foreign_keys={'ON' if on else 'OFF'}")
    state = session.query("PRAGMA foreign_keys")
    if state != [(1 if on else 0,)]:
        raise DatabaseError(
            "PAR412",
            f"the checking of foreign keys couldn't be switched {'on' if on else 'off'}",
            why="SQLite switches it between transactions only, or was built without it",
            hint="this is a bug unless your SQLite was built without foreign keys: please report it",
        )


def deferred_constraints_hold(session: Session) -> tuple[str, ...]:
    """A line for each row whose foreign key points nowhere. (SQLite's foreign_key_check looks at every table.)"""
    broken = session.query("PRAGMA foreign_key_check")
    return tuple(
        f"table {table}: {'a row' if rowid is None else f'row {rowid}'} refers to a row of {parent} that isn't there"
        for table, rowid, parent, _ in broken
    )


def _library() -> ModuleType:
    """Python's sqlite3. Raises ConnectionFailed PAR413 where it is missing or too old."""
    try:
        import sqlite3
    except ImportError as error:
        raise ConnectionFailed(
            "PAR413",
            "this Python was built without SQLite",
            why=str(error),
            hint="install the development files of SQLite and build Python again, or use another Python",
            is_lasting=True,
        ) from error
    if sqlite3.sqlite_version_info < _OLDEST:
        raise ConnectionFailed(
            "PAR413",
            f"SQLite {sqlite3.sqlite_version} is too old",
            why="introspection needs what SQLite 3.35 (2021) brought",
            hint="use a Python that was built with a newer SQLite",
            is_lasting=True,
        )
    return sqlite3


def _drop_objects(session: Session) -> None:
    objects = session.query(
        "SELECT type, name, sql LIKE 'create virtual%' FROM sqlite_schema "
        f"WHERE type IN ('view', 'table', 'trigger') AND {_OF_USERS} "
        "ORDER BY CASE type WHEN 'trigger' THEN 0 WHEN 'view' THEN 1 ELSE 2 END, sql LIKE 'create virtual%' DESC, name"
    )
    for kind, name, _ in objects:
        # IF EXISTS: the tables beneath a virtual one go with it.
        session.query(f"DROP {str(kind).upper()} IF EXISTS {quote_identifier(str(name))}")
    if session.query("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'"):
        session.query('DELETE FROM "sqlite_sequence"')


def _check_file(target: Target, path: Path) -> None:
    try:
        is_folder = path.is_dir()
        exists = path.exists()
    except OSError as error:
        why = error.strerror or str(error)
        message = f"the database file {target.display} can't be reached"
        raise ConnectionFailed("P1010", message, why=why, is_lasting=True) from error
    if is_folder:
        raise ConnectionFailed(
            "P1001",
            f"{target.display} is a folder, not a database file",
            hint='name a file in it: "file:./dev.db"',
            is_lasting=True,
        )
    if not exists:
        raise ConnectionFailed(
            "P1003",
            f"there is no database file {target.display}",
            why=f"looked for {path}",
            hint="check the URL; `parity migrate dev` and `parity migrate deploy` make the file",
        )


def _path(target: Target) -> Path:
    assert target.path is not None, "a target that parse_url made has a path"
    return target.path
