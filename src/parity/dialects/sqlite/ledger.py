"""The ledger table on SQLite. Pure.

Its stamps are integers (milliseconds since 1970), as the native engine of Node's prisma writes them; its other engines,
and the column's own default, write text, which is read as well.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from parity.dialects.base import LedgerFacts, Value
from parity.schema.types import ObjectName

_CREATE = """\
CREATE TABLE "_prisma_migrations" (
    "id"                    TEXT PRIMARY KEY NOT NULL,
    "checksum"              TEXT NOT NULL,
    "finished_at"           DATETIME,
    "migration_name"        TEXT NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        DATETIME,
    "started_at"            DATETIME NOT NULL DEFAULT current_timestamp,
    "applied_steps_count"   INTEGER UNSIGNED NOT NULL DEFAULT 0
)"""

_NOW = "(CAST(strftime('%s', 'now') AS INTEGER) * 1000 + CAST(substr(strftime('%f', 'now'), 4) AS INTEGER))"

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def read_stamp(value: object) -> str | None:
    """A stamp as ISO 8601 in UTC; None for NULL. A text that isn't a time comes back as it is."""
    if value is None:
        return None
    text = str(value).strip()
    try:
        if text.lstrip("-").isdigit():
            moment = _EPOCH + timedelta(milliseconds=int(text))
        else:
            moment = datetime.fromisoformat(text)
    except (ValueError, OverflowError):
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return moment.astimezone(UTC).isoformat(timespec="milliseconds")


def _exists(name: ObjectName) -> tuple[str, tuple[Value, ...]]:
    return (
        "SELECT count(*) FROM sqlite_schema WHERE type = 'table' AND lower(name) = lower(?)",
        (name.name,),
    )


LEDGER = LedgerFacts(create=_CREATE, now=_NOW, begun=None, read_stamp=read_stamp, exists=_exists)
"""How the ledger is made and stamped."""
