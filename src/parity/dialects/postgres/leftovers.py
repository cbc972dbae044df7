"""Scratch databases that killed runs left on a server: found by name, owner and age, dropped when that is wanted."""

from __future__ import annotations

import re
import secrets
from datetime import UTC, datetime

from parity.dialects.base import Leftover, Session
from parity.dialects.sql import quote_identifier
from parity.errors import DatabaseError

PREFIX = "parity_scratch_"
_STAMP = "%Y%m%d%H%M%S"
_NAME = re.compile(rf"{PREFIX}(\d{{14}})_[0-9a-f]{{8}}")
_YOUNG = 60.0
"""Seconds in which a scratch database may have been made, and not yet been connected to."""

# Whoever works in a scratch database is connected to it. Those of other users are theirs to drop.
_UNUSED = """\
SELECT d.datname::text FROM pg_catalog.pg_database AS d
WHERE pg_catalog.starts_with(d.datname::text, ?) AND pg_catalog.pg_get_userbyid(d.datdba) = current_user
    AND NOT EXISTS (SELECT FROM pg_catalog.pg_stat_activity AS a WHERE a.datid = d.oid)
ORDER BY 1"""


def fresh_name() -> str:
    """A name for a scratch database, with the time in it."""
    return f"{PREFIX}{datetime.now(UTC):{_STAMP}}_{secrets.token_hex(4)}"


def find(session: Session) -> tuple[Leftover, ...]:
    """Those that the session's user made, that nobody uses, and that weren't made just now; the oldest first."""
    now = datetime.now(UTC)
    found = []
    for (name,) in session.query(_UNUSED, (PREFIX,)):
        match = _NAME.fullmatch(str(name))
        made = None if match is None else _made(match[1])
        if made is not None and (age := (now - made).total_seconds()) >= _YOUNG:
            found.append(Leftover(str(name), age))
    return tuple(found)


def drop(session: Session, name: str) -> bool:
    """Drop one that was found. Without force: one that came into use again is left alone."""
    if _NAME.fullmatch(name) is None:
        return False
    try:
        session.execute(f"DROP DATABASE {quote_identifier(name)}")
    except DatabaseError:
        return False
    return True


def _made(stamp: str) -> datetime | None:
    try:
        return datetime.strptime(stamp, _STAMP).replace(tzinfo=UTC)
    except ValueError:
        return None
