"""Invoices: made and approved within the limit of the member's role."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated
from uuid import uuid4

from fastapi import APIRouter, HTTPException
from pydantic import BaseModel, Field

from app.database import Row
from app.dependencies import Asking, InDatabase, member_with_role

router = APIRouter(prefix="/api/invoices")


class Invoice(BaseModel):
    """An invoice, and who approved it."""

    id: str
    number: str
    member_id: str
    amount: Decimal
    status: str
    approver_id: str | None


class NewInvoice(BaseModel):
    """What is needed to make one."""

    number: str = Field(min_length=1)
    amount: Annotated[Decimal, Field(gt=0, max_digits=12, decimal_places=2)]


@router.post("", response_model=Invoice, status_code=201)
def add_invoice(new: NewInvoice, asking: Asking, database: InDatabase) -> Row:
    """Make an invoice that somebody else has to approve."""
    with database.transaction() as transaction:
        member = member_with_role(transaction, asking)
        _within_limit(member, new.amount)
        made = transaction.row(
            """
            INSERT INTO invoices (id, number, member_id, amount) VALUES (%s, %s, %s, %s)
            ON CONFLICT (number) DO NOTHING RETURNING *
            """,
            [str(uuid4()), new.number, member["id"], new.amount],
        )
        if made is None:
            raise HTTPException(409, f"There is an invoice {new.number} already.")
        return made


@router.post("/{invoice_id}/approve", response_model=Invoice)
def approve(invoice_id: str, asking: Asking, database: InDatabase) -> Row:
    """Approve an invoice of somebody else."""
    with database.transaction() as transaction:
        member = member_with_role(transaction, asking)
        # Locked, so that of two who approve at once the second one is told.
        invoice = transaction.row("SELECT * FROM invoices WHERE id = %s FOR UPDATE", [invoice_id])
        if invoice is None:
            raise HTTPException(404, f"There is no invoice {invoice_id}.")
        if not member["can_approve_invoices"]:
            raise HTTPException(403, f"The role {member['role']} approves no invoices.")
        if invoice["member_id"] == member["id"]:
            raise HTTPException(403, "Nobody approves an invoice of their own.")
        _within_limit(member, invoice["amount"])
        if invoice["status"] != "pending":
            raise HTTPException(409, f"Invoice {invoice['number']} is {invoice['status']} already.")
        approved = transaction.row(
            "UPDATE invoices SET status = 'approved', approver_id = %s, approved_at = now() WHERE id = %s RETURNING *",
            [member["id"], invoice_id],
        )
        assert approved is not None, "the row is locked"
        return approved


def _within_limit(member: Row, amount: Decimal) -> None:
    limit: Decimal | None = member["approval_limit"]
    if limit is not None and amount > limit:
        raise HTTPException(403, f"{amount} is above the limit of the role {member['role']}, which is {limit}.")
