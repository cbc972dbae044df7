"""Indexes whose building beside the application failed: built anew, or dropped, without stopping anybody."""

from __future__ import annotations

import re
from contextlib import suppress

from parity.dialects.base import IndexRepair, Session
from parity.dialects.postgres.names import with_suffix
from parity.dialects.sql import identifier
from parity.errors import DatabaseError
from parity.schema.types import ObjectName

_LEFT_BY_REINDEX = re.compile(r"_cc(?:new|old)\d*\Z")


def drop_index(session: Session, index: ObjectName) -> None:
    """Drop it while others use its table. Outside a transaction."""
    session.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {_quoted(index)}")


def rebuild_index(session: Session, index: ObjectName) -> None:
    """Build it anew while others use its table. Outside a transaction. Raises DatabaseError, and is as before then.

    What a REINDEX that failed left beside the index that it was to replace is dropped: the index itself is there.
    """
    if _LEFT_BY_REINDEX.search(index.name):
        drop_index(session, index)
        return
    try:
        session.execute(f"REINDEX INDEX CONCURRENTLY {_quoted(index)}")
    except DatabaseError:
        with suppress(DatabaseError):
            drop_index(session, ObjectName(with_suffix(index.name, "_ccnew"), index.namespace))
        raise


def _quoted(name: ObjectName) -> str:
    return str(identifier(name))


INDEX_REPAIR = IndexRepair(drop_index, rebuild_index)
"""The bundle."""
