"""`assert_in_sync` and `wait_until_in_sync`: for the start of an application and its health checks.

The ledger is held against the migrations folder, and with parity.lock the live schema against what they lead to. No
scratch database is made and nothing is written; the right to read is enough. Without parity.lock the ledger is all that
can be compared. The schema file itself is read for its datasource only.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Callable
from pathlib import Path

from parity.dialects.base import Session
from parity.errors import ConnectionFailed, NotInSync
from parity.migrations.folder import MigrationsFolder
from parity.workflow.check_history import findings_of_history
from parity.workflow.context import Project, connected, open_project
from parity.workflow.expected import Expectations, applied_migrations, look
from parity.workflow.parity_lock import read_fitting_lock
from parity.workflow.request import Request
from parity.workflow.stand import read_stand

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two looks: twice as many each time."""


def assert_in_sync(
    url: str | None = None, *, folder: str | os.PathLike[str] | None = None, schema: str | None = None
) -> None:
    """Raise NotInSync unless every migration is applied, and the live schema is what they lead to.

    `url` is the database's; None means the one that the commands would use: the settings', the datasource's,
    DATABASE_URL. `folder` is where the project is (the working folder), `schema` its schema file where that isn't in a
    usual place. Raises ConnectionFailed where the database can't be reached, ConfigError and MigrationsInvalid where
    the project can't be read. No message holds a password.
    """
    _compare(_project(url, folder, schema))


def wait_until_in_sync(
    url: str | None = None,
    *,
    timeout: float = 60.0,
    folder: str | os.PathLike[str] | None = None,
    schema: str | None = None,
) -> None:
    """As `assert_in_sync`, while another process still migrates: look again until it is so, for `timeout` seconds.

    At the end it raises what the last look found: NotInSync, or ConnectionFailed.
    """
    project = _project(url, folder, schema)
    _until(lambda: _compare(project), timeout)


async def assert_in_sync_async(
    url: str | None = None, *, folder: str | os.PathLike[str] | None = None, schema: str | None = None
) -> None:
    """`assert_in_sync` in a thread of its own, so that the event loop goes on."""
    import asyncio

    await asyncio.to_thread(assert_in_sync, url, folder=folder, schema=schema)


async def wait_until_in_sync_async(
    url: str | None = None,
    *,
    timeout: float = 60.0,
    folder: str | os.PathLike[str] | None = None,
    schema: str | None = None,
) -> None:
    """`wait_until_in_sync` while the event loop goes on. When it is cancelled, the last look ends by itself."""
    import asyncio

    deadline, pause = time.monotonic() + timeout, _FIRST_PAUSE
    while True:
        try:
            await asyncio.to_thread(assert_in_sync, url, folder=folder, schema=schema)
            return
        except (NotInSync, ConnectionFailed):
            left = deadline - time.monotonic()
            if left <= 0:
                raise
        await asyncio.sleep(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE)


def _until(look: Callable[[], None], timeout: float) -> None:
    deadline, pause = time.monotonic() + timeout, _FIRST_PAUSE
    while True:
        try:
            look()
            return
        except (NotInSync, ConnectionFailed):
            left = deadline - time.monotonic()
            if left <= 0:
                raise
        time.sleep(min(pause, left))
        pause = min(pause * 2, _LONGEST_PAUSE)


def _project(url: str | None, folder: str | os.PathLike[str] | None, schema: str | None) -> Project:
    place = Path.cwd() if folder is None else Path(folder).resolve()
    return open_project(Request(place, os.environ, schema=schema, url=url), config_only=True)


def _compare(project: Project) -> None:
    folder = project.migrations()
    expectations = Expectations(project, read_fitting_lock(project, folder), lambda line: None)
    with connected(project.dialect, project.target(), by_transaction=True) as session:
        _refuse(project, session, folder, expectations)


def _refuse(project: Project, session: Session, folder: MigrationsFolder, expectations: Expectations) -> None:
    stand = read_stand(project, session, folder)
    if findings := tuple(finding.what for finding in findings_of_history(stand.history, "")):
        raise _not_in_sync(session, findings)
    applied = applied_migrations(stand.history)
    if not expectations.knows(applied):
        if expectations.lock is not None:
            # Written by hand, or by another tool: no reason to stop an application, and none to be silent either.
            warnings.warn(
                "parity.lock isn't that of the migrations beside it, so the live schema isn't compared; "
                "`parity migrate lock` makes it anew",
                RuntimeWarning,
                stacklevel=2,
            )
        return
    _, drift = look(session, expectations.after(applied), project)
    # A server of another version may print definitions in its own way: that mustn't keep an application from starting.
    if drift is not None and expectations.is_printed_alike(session):
        raise _not_in_sync(session, tuple(filter(None, drift.lines(project.dialect))))


def _not_in_sync(session: Session, findings: tuple[str, ...]) -> NotInSync:
    return NotInSync(
        "PAR930",
        f"the database {session.target.display} isn't where this application expects it to be",
        findings=findings,
        hint="`parity check` shows each difference with what mends it",
    )
