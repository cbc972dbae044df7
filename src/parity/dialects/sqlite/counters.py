"""AUTOINCREMENT counters through rebuilds: numbers of deleted rows are never given again.

A rebuild copies the rows into a new table, whose counter starts at the highest number among them. The script could
carry the counter itself, but then it wouldn't be the one that Prisma's engine writes; so what runs scripts does it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

from parity.dialects.base import Session

_NAME = r'"((?:[^"]|"")*)"'
_PUT_IN_PLACE = re.compile(rf"ALTER TABLE {_NAME} RENAME TO {_NAME}")
_TEMPORARY = "new_"


def hold_counters(session: Session, statements: Iterable[str]) -> Callable[[], None]:
    """Remember the counters of the tables that the statements rebuild; the result puts them back, where they fell."""
    rebuilt = _rebuilt_tables(statements)
    if not rebuilt or not session.query("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_sequence'"):
        return _nothing
    rows = session.query('SELECT "name", "seq" FROM "sqlite_sequence"')
    counters = {str(name): number for name, number in rows if name in rebuilt and isinstance(number, int)}

    def restore() -> None:
        for name, number in counters.items():
            _raise_counter(session, name, number)

    return restore


def _raise_counter(session: Session, name: str, number: int) -> None:
    counting = 'SELECT 1 FROM sqlite_schema WHERE "type" = \'table\' AND "name" = ? AND "sql" LIKE \'%AUTOINCREMENT%\''
    if not session.query(counting, (name,)):
        return
    if session.query('SELECT 1 FROM "sqlite_sequence" WHERE "name" = ?', (name,)):
        session.query('UPDATE "sqlite_sequence" SET "seq" = max("seq", ?) WHERE "name" = ?', (number, name))
    else:
        session.query('INSERT INTO "sqlite_sequence" ("name", "seq") VALUES (?, ?)', (name, number))


def _rebuilt_tables(statements: Iterable[str]) -> frozenset[str]:
    found = (_PUT_IN_PLACE.fullmatch(statement.strip()) for statement in statements)
    pairs = ((_unquoted(match[1]), _unquoted(match[2])) for match in found if match is not None)
    return frozenset(new for temporary, new in pairs if temporary == _TEMPORARY + new)


def _unquoted(name: str) -> str:
    return name.replace('""', '"')


def _nothing() -> None:
    """There is nothing to put back."""
