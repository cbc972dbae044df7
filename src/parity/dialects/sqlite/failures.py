"""SQLite's errors, as ours: which code, and what to do. Pure; knows the errors by their names only."""

from __future__ import annotations

from parity.dialects.base import Target
from parity.errors import ConnectionFailed, StatementFailed

# The beginnings of error names, the longer ones first -> why, hint.
_EXPLAINED = (
    (
        "SQLITE_BUSY",
        "another program is writing to the database, or reads while a writer wants to finish",
        "wait until it has ended, or give a longer time: file:./dev.db?socket_timeout=300",
    ),
    (
        "SQLITE_LOCKED",
        "another statement of this program holds the table",
        "run the command again",
    ),
    (
        "SQLITE_READONLY",
        "the file, or the folder that it lies in, is read-only for this user",
        "give the user the right to write to both: SQLite makes its journal beside the file",
    ),
    ("SQLITE_FULL", "the disk is full; SQLite has taken the transaction back", "make room and run the command again"),
    (
        "SQLITE_CORRUPT",
        "the database file is damaged",
        "restore a backup; `sqlite3 FILE .recover` may save rows",
    ),
    (
        "SQLITE_NOTADB",
        "the file isn't an SQLite database, or it is encrypted",
        "check the URL; for an encrypted file, decrypt it first",
    ),
    ("SQLITE_IOERR", "reading or writing the file failed", "check the disk, and that the file lies on a local one"),
    ("SQLITE_CONSTRAINT", "rows that are there stand against it", "mend the rows first, in a migration of their own"),
    ("SQLITE_CANTOPEN", "the file, or the journal beside it, can't be opened", "check the rights on file and folder"),
)

_CONNECTION_CODES = {
    "SQLITE_BUSY": "P1002",
    "SQLITE_LOCKED": "P1002",
    "SQLITE_READONLY": "P1010",
    "SQLITE_PERM": "P1010",
}


def statement_failure(error: Exception, sql: str) -> StatementFailed:
    """The failure of one statement. What Python's driver itself refuses (a NUL, a huge number) has no SQLite code."""
    name = getattr(error, "sqlite_errorname", None)
    why, hint = _explanation(name)
    return StatementFailed(
        "PAR400",
        str(error),
        statement=sql,
        why=why,
        hint=hint,
        database_code=name if isinstance(name, str) else None,
        is_elsewhere=hint is not None and not str(name).startswith("SQLITE_CONSTRAINT"),
    )


def connection_failure(error: Exception, target: Target) -> ConnectionFailed:
    """The failure to open a database."""
    if isinstance(error, ConnectionFailed):
        return error
    name = getattr(error, "sqlite_errorname", None) or getattr(error, "database_code", None)
    why, hint = _explanation(name)
    code = next((code for known, code in _CONNECTION_CODES.items() if str(name).startswith(known)), "P1001")
    return ConnectionFailed(
        code,
        f"the database file {target.display} can't be opened: {error}",
        why=why,
        hint=hint,
        database_code=name if isinstance(name, str) else None,
        is_lasting=str(name).startswith(("SQLITE_NOTADB", "SQLITE_PERM", "SQLITE_READONLY")),
    )


def _explanation(name: object) -> tuple[str | None, str | None]:
    if not isinstance(name, str):
        return None, None
    return next(((why, hint) for known, why, hint in _EXPLAINED if name.startswith(known)), (None, None))
