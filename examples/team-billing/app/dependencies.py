"""What endpoints ask for: the database, and who asks."""

from __future__ import annotations

from typing import Annotated

from fastapi import Depends, Header, HTTPException, Request

from app.database import Database, Row, Transaction


def _database(request: Request) -> Database:
    database: Database = request.app.state.database
    return database


# An endpoint opens its transaction itself. One that were open around the endpoint would be waited for by requests that
# hold all threads, while the requests that have one wait for a thread.
InDatabase = Annotated[Database, Depends(_database)]

Asking = Annotated[str, Header(alias="X-Member")]
"""The id of the member who asks: this header stands for the login of a real application."""


def member_with_role(transaction: Transaction, member: str) -> Row:
    """The member, with what the role allows."""
    found = transaction.row(
        """
        SELECT m.id, m.name, r.name AS role, r.can_approve_invoices, r.approval_limit, r.storage_quota
        FROM team_members m JOIN team_roles r ON r.id = m.role_id
        WHERE m.id = %s
        """,
        [member],
    )
    if found is None:
        raise HTTPException(401, f"There is no member {member}.")
    return found
