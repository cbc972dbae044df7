"""Roles, which belong to the system, and the members who have them."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import uuid4

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from app.database import Row
from app.dependencies import InDatabase

router = APIRouter(prefix="/api/team")


class Role(BaseModel):
    """A role, and what its members may do."""

    id: str
    name: str
    description: str | None
    permissions: dict[str, Any]
    can_approve_invoices: bool
    approval_limit: Decimal | None
    storage_quota: int


class Member(BaseModel):
    """A member of the team."""

    id: str
    email: str
    name: str
    role_id: str
    joined_at: datetime


class NewMember(BaseModel):
    """What is needed to make one."""

    email: str = Field(pattern=r"^[^@\s]+@[^@\s]+$")
    name: str = Field(min_length=1)
    role_id: str


@router.get("/roles", response_model=list[Role])
def roles(database: InDatabase) -> list[Row]:
    """All roles, by name."""
    with database.transaction() as transaction:
        return transaction.rows("SELECT * FROM team_roles ORDER BY name")


@router.get("/members", response_model=list[Member])
def members(database: InDatabase) -> list[Row]:
    """All members, the first to join first."""
    with database.transaction() as transaction:
        return transaction.rows("SELECT * FROM team_members ORDER BY joined_at, id")


@router.post("/members", response_model=Member, status_code=201)
def add_member(new: NewMember, database: InDatabase) -> Row:
    """Add a member with one of the roles."""
    with database.transaction() as transaction:
        if transaction.row("SELECT 1 FROM team_roles WHERE id = %s", [new.role_id]) is None:
            raise HTTPException(422, f"There is no role {new.role_id}.")
        made = transaction.row(
            """
            INSERT INTO team_members (id, email, name, role_id) VALUES (%s, %s, %s, %s)
            ON CONFLICT (email) DO NOTHING RETURNING *
            """,
            [str(uuid4()), new.email, new.name, new.role_id],
        )
        if made is None:
            raise HTTPException(409, f"{new.email} is a member already.")
        return made
