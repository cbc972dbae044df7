"""What a session has of its own on SQLite: its temporary tables, views and triggers."""

from __future__ import annotations

from parity.dialects.base import Session
from parity.dialects.sql import quote_identifier


def discard_temporary(session: Session) -> None:
    """Remove what the session has of its own: tables with what is on them, views, triggers on the database's tables."""
    own = "type <> 'index' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'"
    made = f"SELECT upper(type), name FROM temp.sqlite_master WHERE {own} ORDER BY type = 'table', type"
    for kind, name in session.query(made):
        session.execute(f"DROP {kind} IF EXISTS temp.{quote_identifier(str(name))}")
