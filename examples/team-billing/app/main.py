"""The application: refuses to start out of sync, then serves the API."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI

import parity
from app.api import invoices, team, uploads
from app.database import Database, database_url
from app.dependencies import InDatabase


@asynccontextmanager
async def _lifespan(application: FastAPI) -> AsyncIterator[None]:
    url = database_url()
    await parity.assert_in_sync_async(url)
    application.state.database = Database(url)
    yield
    application.state.database.close()


app = FastAPI(title="Team billing", lifespan=_lifespan)
app.include_router(team.router)
app.include_router(invoices.router)
app.include_router(uploads.router)


@app.get("/healthz")
def healthz(database: InDatabase) -> dict[str, str]:
    """Whether the database answers."""
    with database.transaction() as transaction:
        transaction.row("SELECT 1")
        return {"status": "ok"}
