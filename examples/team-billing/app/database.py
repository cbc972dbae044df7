"""Connections to the database, and a transaction for each request."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from psycopg2.extras import RealDictCursor
from psycopg2.pool import ThreadedConnectionPool

_CONNECTIONS = 5
_OF_PRISMA = {"schema", "connection_limit", "pool_timeout", "pgbouncer"}

Row = Mapping[str, Any]


class Database:
    """A few connections that requests take in turns."""

    def __init__(self, url: str) -> None:
        self._pool = ThreadedConnectionPool(1, _CONNECTIONS, _for_driver(url))
        # A pool that is empty raises an error; a request waits instead.
        self._free = BoundedSemaphore(_CONNECTIONS)

    @contextmanager
    def transaction(self) -> Iterator[Transaction]:
        """All statements of it, or none."""
        with self._free:
            connection = self._pool.getconn()
            try:
                with connection, connection.cursor(cursor_factory=RealDictCursor) as cursor:
                    yield Transaction(cursor)
            finally:
                self._pool.putconn(connection)

    def close(self) -> None:
        """End all connections."""
        self._pool.closeall()


class Transaction:
    """Statements in one transaction. Values go to the driver, never into the text."""

    def __init__(self, cursor: RealDictCursor) -> None:
        self._cursor = cursor

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """The rows that a statement gives."""
        self._cursor.execute(sql, values)
        return list(self._cursor.fetchall())

    def row(self, sql: str, values: Sequence[object] = ()) -> Row | None:
        """The first of them, if there is one."""
        return next(iter(self.rows(sql, values)), None)


def database_url() -> str:
    """Where the platform says that the database is."""
    url = os.environ.get("DATABASE_URL")
    if not url:
        raise SystemExit("DATABASE_URL isn't set: it names the PostgreSQL database of this application.")
    return url


def _for_driver(url: str) -> str:
    # Parameters that are for Prisma alone, which the driver would refuse.
    parts = urlsplit(url)
    kept = [(name, value) for name, value in parse_qsl(parts.query) if name not in _OF_PRISMA]
    return urlunsplit(parts._replace(query=urlencode(kept)))
