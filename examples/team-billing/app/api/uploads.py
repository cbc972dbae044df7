"""Uploads: what a member stores, up to the quota of the role."""

from __future__ import annotations

from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from app.database import Row
from app.dependencies import Asking, InDatabase, member_with_role

router = APIRouter(prefix="/api/uploads")


class Upload(BaseModel):
    """A file that is stored."""

    id: str
    member_id: str
    path: str
    bytes: int


class NewUpload(BaseModel):
    """What is needed to make one."""

    path: str = Field(min_length=1)
    bytes: Annotated[int, Field(gt=0, lt=2**63)]


@router.post("", response_model=Upload, status_code=201)
def add_upload(new: NewUpload, asking: Asking, database: InDatabase) -> Row:
    """Note a file, unless it would go past the quota."""
    with database.transaction() as transaction:
        member = member_with_role(transaction, asking)
        # Locked, so that two uploads at once don't both find the room that is there for one.
        transaction.row("SELECT 1 FROM team_members WHERE id = %s FOR UPDATE", [member["id"]])
        found = transaction.row(
            "SELECT coalesce(sum(bytes), 0)::bigint AS used FROM storage_uploads WHERE member_id = %s", [member["id"]]
        )
        used: int = found["used"] if found else 0
        quota: int = member["storage_quota"]
        if used + new.bytes > quota:
            raise HTTPException(403, f"{new.bytes} bytes are too many: {used} of {quota} are used.")
        made = transaction.row(
            """
            INSERT INTO storage_uploads (id, member_id, path, bytes) VALUES (%s, %s, %s, %s)
            ON CONFLICT (path) DO NOTHING RETURNING *
            """,
            [str(uuid4()), member["id"], new.path, new.bytes],
        )
        if made is None:
            raise HTTPException(409, f"There is a file {new.path} already.")
        return made
