"""Looking into a database by hand, as a person or an application does: SQLite's files and PostgreSQL."""

from __future__ import annotations

import sqlite3
from contextlib import closing


def rows(url: str, statement: str) -> list[tuple[object, ...]]:
    """Run a statement; its rows."""
    if url.startswith("file:"):
        with closing(sqlite3.connect(url.removeprefix("file:"))) as connection, connection:
            return connection.execute(statement).fetchall()
    import psycopg2

    with closing(psycopg2.connect(url)) as server:
        server.autocommit = True
        with server.cursor() as cursor:
            cursor.execute(statement)
            return cursor.fetchall() if cursor.description else []
