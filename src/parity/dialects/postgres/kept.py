"""Scratch databases that are kept on the server: nobody connects to them, new ones are copied from them.

The name is the key; the database's comment holds when it was last of use, and the note.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

from parity.dialects.base import Session
from parity.dialects.sql import quote_identifier, quote_string
from parity.errors import DatabaseError

PREFIX = "parity_kept_"
_KEY_LENGTH = 40
_NAME = re.compile(rf"{PREFIX}[0-9a-f]{{{_KEY_LENGTH}}}")
_MARK = "kept by parity"
_MOST = 4
"""How many are kept on one server, for each user."""
_UNUSED = timedelta(days=30)
_RENEWED = timedelta(days=1)

_KEPT = """\
SELECT d.datname::text, pg_catalog.shobj_description(d.oid, 'pg_database')
FROM pg_catalog.pg_database AS d JOIN pg_catalog.pg_roles AS r ON r.oid = d.datdba
WHERE pg_catalog.starts_with(d.datname::text, ?) AND r.rolname = current_user AND NOT d.datallowconn"""

_SURROUNDINGS = """\
SELECT pg_catalog.version(), current_user::text, pg_catalog.inet_server_addr()::text,
    pg_catalog.inet_server_port()::text, pg_catalog.current_setting('search_path'),
    (SELECT d.oid::text || d.datcollate || d.datctype || d.encoding::text
        FROM pg_catalog.pg_database AS d WHERE d.datname = 'template1'),
    (SELECT pg_catalog.md5(pg_catalog.string_agg(e.name::text || ' ' || e.default_version, ',' ORDER BY e.name))
        FROM pg_catalog.pg_available_extensions AS e)"""

_SHARED = """\
SELECT 1 FROM pg_catalog.pg_database AS d
WHERE d.datname = pg_catalog.current_database() AND (
    EXISTS (SELECT FROM pg_catalog.pg_db_role_setting AS s WHERE s.setdatabase = d.oid)
    OR EXISTS (
        SELECT FROM pg_catalog.pg_shdepend AS r
        WHERE r.dbid = d.oid AND r.refclassid = 'pg_catalog.pg_authid'::pg_catalog.regclass::oid
            AND r.refobjid <> (SELECT u.oid FROM pg_catalog.pg_roles AS u WHERE u.rolname = current_user)
    )
)"""


def surroundings(session: Session | None) -> str:
    """What decides where the same scripts lead: version, user, namespace, the pattern of new databases, extensions."""
    assert session is not None, "a server's databases are asked for over a session"
    return repr(session.query(_SURROUNDINGS))


def lasts(session: Session) -> bool:
    """Whether a copy of the database is all of it, and in nobody's way.

    What ALTER DATABASE … SET says isn't copied. A role that owns something in the copy, or has a right there, couldn't
    be dropped.
    """
    return not session.query(_SHARED)


def begin(admin: Session, name: str, keys: Sequence[str]) -> tuple[str, str] | None:
    """Make the database `name` as a copy of the first that is kept; its key and note. None: none was to be had."""
    kept = {found: (used, note) for found, used, note in _kept(admin)}
    for key in keys:
        found = kept.get(_name(key))
        if found is None:
            continue
        try:
            admin.execute(f"CREATE DATABASE {quote_identifier(name)} TEMPLATE {quote_identifier(_name(key))}")
        except DatabaseError:
            # Dropped by somebody in this moment, or in use: what it saves is time alone.
            return None
        used, note = found
        if datetime.now(UTC) - used > _RENEWED:
            with contextlib.suppress(DatabaseError):
                _write_comment(admin, _name(key), note)
        return key, note
    return None


def keep(admin: Session, name: str, key: str, note: str, *, replace: bool) -> bool:
    """Keep the database `name`, which nobody is connected to, under the key. False where it isn't kept.

    One that is there stays, unless it is one of ours and to be replaced.
    """
    place = _name(key)
    if not replace and admin.query("SELECT 1 FROM pg_catalog.pg_database WHERE datname = ?", (place,)):
        return False
    try:
        if replace and any(there == place for there, _, _ in _kept(admin)):
            admin.execute(f"DROP DATABASE IF EXISTS {quote_identifier(place)}")
        # Not to be connected to, and said what it is, before it can be found.
        admin.execute(f"ALTER DATABASE {quote_identifier(name)} WITH ALLOW_CONNECTIONS false")
        _write_comment(admin, name, note)
        admin.execute(f"ALTER DATABASE {quote_identifier(name)} RENAME TO {quote_identifier(place)}")
    except DatabaseError:
        return False
    _drop_old(admin)
    return True


def _kept(admin: Session) -> list[tuple[str, datetime, str]]:
    """Name, last use and note of each that we have kept; others by such a name aren't ours."""
    found = []
    for name, comment in admin.query(_KEPT, (PREFIX,)):
        parts = str(comment).split(" | ", 2)
        if _NAME.fullmatch(str(name)) and len(parts) == 3 and parts[0] == _MARK:
            with contextlib.suppress(ValueError):
                found.append((str(name), datetime.fromisoformat(parts[1]), parts[2]))
    return found


def _drop_old(admin: Session) -> None:
    newest = sorted(_kept(admin), key=lambda one: one[1], reverse=True)
    oldest = datetime.now(UTC) - _UNUSED
    for place, (name, used, _) in enumerate(newest):
        if place >= _MOST or used < oldest:
            with contextlib.suppress(DatabaseError):
                admin.execute(f"DROP DATABASE IF EXISTS {quote_identifier(name)}")


def _name(key: str) -> str:
    return PREFIX + key[:_KEY_LENGTH]


def _write_comment(admin: Session, name: str, note: str) -> None:
    text = f"{_MARK} | {datetime.now(UTC).isoformat(timespec='seconds')} | {note}"
    admin.execute(f"COMMENT ON DATABASE {quote_identifier(name)} IS {quote_string(text)}")
