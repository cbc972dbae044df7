"""The ledger table on PostgreSQL. Pure."""

from __future__ import annotations

from datetime import UTC, datetime

from parity.dialects.base import LedgerFacts, Value
from parity.schema.types import ObjectName

_CREATE = """\
CREATE TABLE "_prisma_migrations" (
    "id"                    VARCHAR(36) PRIMARY KEY NOT NULL,
    "checksum"              VARCHAR(64) NOT NULL,
    "finished_at"           TIMESTAMPTZ,
    "migration_name"        VARCHAR(255) NOT NULL,
    "logs"                  TEXT,
    "rolled_back_at"        TIMESTAMPTZ,
    "started_at"            TIMESTAMPTZ NOT NULL DEFAULT now(),
    "applied_steps_count"   INTEGER NOT NULL DEFAULT 0
)"""

_EXISTS = """\
SELECT count(*) > 0 FROM pg_catalog.pg_class AS c JOIN pg_catalog.pg_namespace AS n ON n.oid = c.relnamespace
WHERE c.relname = ? AND n.nspname = coalesce(?, pg_catalog.current_schema()) AND c.relkind IN ('r', 'p', 'v', 'f')"""


def read_stamp(value: object) -> str | None:
    """A stamp as ISO 8601 in UTC; None for NULL. A text that isn't a time comes back as it is."""
    if value is None:
        return None
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
        moment = moment if moment.tzinfo is not None else moment.replace(tzinfo=UTC)
        return moment.astimezone(UTC).isoformat(timespec="milliseconds")
    except (ValueError, OverflowError):
        return str(value)


def _exists(name: ObjectName) -> tuple[str, tuple[Value, ...]]:
    return _EXISTS, (name.name, name.namespace)


def _stamp(column: str) -> str:
    """As text: the driver has no value for what lies before the year 1, behind 9999, or at infinity. JSON's is that of
    ISO 8601 whatever the session's DateStyle is."""
    return f"pg_catalog.to_json({column}) OPERATOR(pg_catalog.#>>) '{{}}'"


# now() stands still inside a transaction, and a migration's end shall not be its beginning.
LEDGER = LedgerFacts(
    create=_CREATE,
    now="clock_timestamp()",
    begun="transaction_timestamp()",
    read_stamp=read_stamp,
    exists=_exists,
    stamp=_stamp,
    # The server has no such operator of this type alone; one that a user makes would be taken.
    is_id="id OPERATOR(pg_catalog.=) ?",
    is_name="migration_name OPERATOR(pg_catalog.=) ?",
)
"""How the ledger is made and stamped."""
