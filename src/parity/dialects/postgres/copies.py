"""Databases for tests: copies of one that is migrated once for a run, on the server that a URL names.

Each process of a run keeps one session, which is called as the run is. So it is known which runs live: what others
left behind is found by its name and dropped, and the last process of a run drops all that is the run's.
"""

from __future__ import annotations

import contextlib
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from parity.dialects.base import Session
from parity.dialects.copying import CopyWish
from parity.dialects.postgres.driver import connect
from parity.dialects.postgres.scratch import admin_version, maintenance_session
from parity.dialects.postgres.url import parse_url
from parity.dialects.sql import quote_identifier
from parity.errors import ConnectionFailed, DatabaseError, LockTimeout, StatementFailed

PREFIX = "parity_test_"
_NAME = re.compile(rf"({PREFIX}[0-9a-f]{{8}})_[0-9a-f]{{8}}(_making)?")
_MAINTENANCE = ("postgres", "template1")
_FORCE_VERSION = 130000
_DENIED = "42501"
_PATIENCE = 600.0
"""Seconds that another process of the run may take to migrate the original."""

_OURS = """\
SELECT d.datname::text FROM pg_catalog.pg_database AS d
WHERE pg_catalog.starts_with(d.datname::text, ?) AND pg_catalog.pg_get_userbyid(d.datdba) = current_user"""
_LIVING = (
    "SELECT DISTINCT application_name FROM pg_catalog.pg_stat_activity WHERE application_name LIKE 'parity\\_test\\_%'"
)
_OTHERS = """\
SELECT count(*) FROM pg_catalog.pg_stat_activity WHERE application_name = ? AND pid <> pg_catalog.pg_backend_pid()"""


class ServerCopies:
    """The databases of one run."""

    def __init__(self, wish: CopyWish) -> None:
        self.url = wish.url
        self.target = parse_url(wish.url, wish.folder)
        self.run = f"{PREFIX}{wish.run}"
        self.original = f"{self.run}_{wish.history}"
        self.admin = maintenance_session(self.target, connect, (self.target.database, *_MAINTENANCE))
        self.admin.query("SELECT pg_catalog.set_config('application_name', ?, false)", (self.run,))

    def prepare(self, make: Callable[[str], None]) -> None:
        """Have the original made, unless another process of the run has done so."""
        with _turn(self.admin, self.run):
            self._sweep()
            if self.original in self._databases(self.run):
                return
            making = f"{self.original}_making"
            self._execute(f"CREATE DATABASE {quote_identifier(making)} TEMPLATE template0")
            make(url_beside(self.url, making))
            # Only a whole one has the name: a process that was killed leaves another.
            self._execute(f"ALTER DATABASE {quote_identifier(making)} RENAME TO {quote_identifier(self.original)}")

    def copy(self) -> tuple[str, str]:
        """A fresh copy: its name and URL."""
        name = f"{self.run}_{secrets.token_hex(4)}"
        self._execute(f"CREATE DATABASE {quote_identifier(name)} TEMPLATE {quote_identifier(self.original)}")
        return name, url_beside(self.url, name)

    def drop(self, name: str) -> None:
        """Drop one, whoever is connected to it."""
        force = " WITH (FORCE)" if (admin_version(self.admin) or _FORCE_VERSION) >= _FORCE_VERSION else ""
        self._execute(f"DROP DATABASE IF EXISTS {quote_identifier(name)}{force}")

    def close(self) -> None:
        """Drop what is the run's, if this is its last process."""
        try:
            with _turn(self.admin, self.run):
                ((others,),) = self.admin.query(_OTHERS, (self.run,))
                if not others:
                    for name in self._databases(self.run):
                        self.drop(name)
        finally:
            self.admin.close()

    def _sweep(self) -> None:
        """Drop what runs that live no more left behind, and what killed processes of this one began."""
        living = {str(name) for (name,) in self.admin.query(_LIVING)}
        for name in self._databases(PREFIX):
            match = _NAME.fullmatch(name)
            if match is not None and (match[1] not in living or name == f"{self.original}_making"):
                # Somebody else's sweep may be faster.
                with contextlib.suppress(DatabaseError):
                    self.drop(name)

    def _databases(self, prefix: str) -> list[str]:
        return [str(name) for (name,) in self.admin.query(_OURS, (prefix,))]

    def _execute(self, statement: str) -> None:
        try:
            self.admin.execute(statement)
        except StatementFailed as error:
            if error.database_code != _DENIED:
                raise
            user = quote_identifier(self.target.user) if self.target.user else "the user"
            raise ConnectionFailed(
                "P1010",
                f"the databases for tests can't be made on the server of {self.target.display}",
                why=error.message,
                hint=f"let an administrator run `ALTER ROLE {user} CREATEDB`, or name another server in parity_url",
                database_code=error.database_code,
            ) from None


def url_beside(url: str, name: str) -> str:
    """The URL of another database on the same server, with all that the URL says besides."""
    address, _, query = url.partition("?")
    scheme, _, place = address.partition("://")
    kept = [one for one in query.split("&") if one and not one.startswith("dbname=")]
    return f"{scheme}://{place.partition('/')[0]}/{name}" + (f"?{'&'.join(kept)}" if kept else "")


@contextmanager
def _turn(session: Session, name: str) -> Iterator[None]:
    """One process at a time. The lock is tried, not waited for in the server."""
    deadline = time.monotonic() + _PATIENCE
    while session.query("SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtext(?))", (name,)) != [(True,)]:
        if time.monotonic() > deadline:
            raise LockTimeout("P1002", "another process of the test run is still migrating the tests' database")
        time.sleep(0.05)
    try:
        yield
    finally:
        # A lost connection has given it back.
        with contextlib.suppress(DatabaseError):
            session.query("SELECT pg_catalog.pg_advisory_unlock(pg_catalog.hashtext(?))", (name,))


def copies(wish: CopyWish) -> ServerCopies:
    """The databases of a run on the server that the wish names."""
    return ServerCopies(wish)
