"""`assert_in_sync` and `wait_until_in_sync`: for the start of an application and its health checks.

The ledger is held against the migrations folder, and with parity.lock the live schema against what they lead to. No
scratch database is made and nothing is written; the right to read is enough. Without parity.lock the ledger is all that
can be compared. The schema file itself is read for its datasource only, but where the rows of the reference data are
asked for.
"""

from __future__ import annotations

import os
import time
import warnings
from collections.abc import Iterator
from pathlib import Path

from parity.dialects.base import Session
from parity.errors import ConfigError, ConnectionFailed, MigrationsInvalid, NotInSync
from parity.migrations.folder import MigrationsFolder
from parity.migrations.parity_lock import read_lock
from parity.schema.model import Schema
from parity.workflow.check_history import findings_of_history
from parity.workflow.context import Project, connected, open_project
from parity.workflow.expected import Expectations, applied_migrations, look
from parity.workflow.parity_lock import fits
from parity.workflow.request import Request
from parity.workflow.stand import read_stand

_FIRST_PAUSE, _LONGEST_PAUSE = 0.1, 5.0
"""Seconds between two looks: twice as many each time."""


def assert_in_sync(
    url: str | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    schema: str | None = None,
    data: bool = False,
) -> None:
    """Raise NotInSync unless every migration is applied, and the live schema is what they lead to.

    `url` is the database's; None means the one that the commands would use: the settings', the datasource's,
    DATABASE_URL. `folder` is where the project is (the working folder), `schema` its schema file where that isn't in a
    usual place. With `data` the rows of the reference data must be there, too, which takes a query for each of its
    tables; that there are none is an error. Raises ConnectionFailed where the database can't be reached, ConfigError,
    SchemaInvalid and MigrationsInvalid where the project can't be read. No message holds a password.
    """
    _Question(url, folder, schema, data=data).ask()


def wait_until_in_sync(
    url: str | None = None,
    *,
    timeout: float = 60.0,
    folder: str | os.PathLike[str] | None = None,
    schema: str | None = None,
    data: bool = False,
) -> None:
    """As `assert_in_sync`, while another process still migrates: look again until it is so, for `timeout` seconds.

    At the end it raises what the last look found: NotInSync, or ConnectionFailed. A database that isn't there yet, or
    a host that nobody knows yet, is waited for; what waiting can't change, such as a wrong password, is raised at once.
    """
    question = _Question(url, folder, schema, data=data)
    waiting = _Waiting(timeout)
    while True:
        try:
            question.ask()
            return
        except (NotInSync, ConnectionFailed) as error:
            pause = waiting.pause_after(error)
        time.sleep(pause)


async def assert_in_sync_async(
    url: str | None = None,
    *,
    folder: str | os.PathLike[str] | None = None,
    schema: str | None = None,
    data: bool = False,
) -> None:
    """`assert_in_sync` in a thread of its own, so that the event loop goes on."""
    import asyncio

    await asyncio.to_thread(assert_in_sync, url, folder=folder, schema=schema, data=data)


async def wait_until_in_sync_async(
    url: str | None = None,
    *,
    timeout: float = 60.0,
    folder: str | os.PathLike[str] | None = None,
    schema: str | None = None,
    data: bool = False,
) -> None:
    """`wait_until_in_sync` while the event loop goes on. When it is cancelled, the last look ends by itself."""
    import asyncio

    question = await asyncio.to_thread(_Question, url, folder, schema, data=data)
    waiting = _Waiting(timeout)
    while True:
        try:
            await asyncio.to_thread(question.ask)
            return
        except (NotInSync, ConnectionFailed) as error:
            pause = waiting.pause_after(error)
        await asyncio.sleep(pause)


class _Question:
    """What was asked for: the project is read once, and may be asked again and again."""

    def __init__(
        self, url: str | None, folder: str | os.PathLike[str] | None, schema: str | None, *, data: bool
    ) -> None:
        place = Path.cwd() if folder is None else Path(folder).resolve()
        try:
            self._project = open_project(Request(place, os.environ, schema=schema, url=url), config_only=not data)
            self._target = self._project.target()
        except ConfigError as error:
            raise _in_words_of_a_call(error) from None
        self._data = data

    def ask(self) -> None:
        """Raise NotInSync, or what stands in the way of an answer."""
        project = self._project
        folder = project.migrations()
        if not folder.path.is_dir():
            raise MigrationsInvalid(
                "PAR933",
                f"there is no migrations folder {project.places.show(folder.path)}",
                why="nothing else tells where the database should be",
                hint="ship it with the application, beside the schema file",
            )
        lock = read_lock(folder.path)
        if lock is not None and not fits(lock, project):
            _warn("parity.lock isn't that of this provider and these schemas")
            lock = None
        expectations = Expectations(project, lock, lambda line: None)
        with connected(project.dialect, self._target, by_transaction=True) as session:
            live = _refuse(project, session, folder, expectations)
            if self._data and (findings := tuple(_findings_of_data(project, session, live))):
                raise _not_in_sync(session, findings)


def _in_words_of_a_call(error: ConfigError) -> ConfigError:
    """What was said to people at a command line, for those who write the call."""
    if error.code == "PAR120":
        hint = "ship schema.prisma and its migrations with the application, and name their folder: folder=…"
        return ConfigError(error.code, error.message, why=error.why, hint=hint)
    return ConfigError(
        error.code,
        _called(error.message),
        why=error.why and _called(error.why),
        hint=error.hint and _called(error.hint),
    )


def _called(text: str) -> str:
    return text.replace("--schema ", "schema=").replace("--schema", "schema=…").replace("--url", "url=…")


class _Waiting:
    """Looking again and again."""

    def __init__(self, timeout: float) -> None:
        self._deadline = time.monotonic() + timeout
        self._pause = _FIRST_PAUSE

    def pause_after(self, error: NotInSync | ConnectionFailed) -> float:
        """How long to wait for the next look; raises `error` where there is none."""
        left = self._deadline - time.monotonic()
        if left <= 0 or (isinstance(error, ConnectionFailed) and error.is_lasting):
            raise error
        pause, self._pause = min(self._pause, left), min(self._pause * 2, _LONGEST_PAUSE)
        return pause


def _refuse(project: Project, session: Session, folder: MigrationsFolder, expectations: Expectations) -> Schema | None:
    """The live schema, where it was read; raises NotInSync."""
    stand = read_stand(project, session, folder)
    if findings := tuple(finding.what for finding in findings_of_history(stand.history, "")):
        if not stand.has_ledger:
            findings = ("no migration was ever recorded there", *findings)
        raise _not_in_sync(session, findings)
    applied = applied_migrations(stand.history)
    if not expectations.knows(applied):
        if expectations.lock is not None:
            # Written by hand, or by another tool: no reason to stop an application, and none to be silent either.
            _warn("parity.lock isn't that of the migrations beside it")
        return None
    seen = look(session, expectations.after(applied), project)
    drift = seen.drift
    if drift is not None and not expectations.is_printed_alike(session):
        # The server may print definitions in its own way: that mustn't keep an application from starting.
        drift = drift.of_structure(project.dialect)
    if drift:
        raise _not_in_sync(session, tuple(filter(None, drift.lines(project.dialect))))
    return seen.live


def _warn(what: str) -> None:
    text = f"{what}, so the live schema isn't compared; `parity migrate lock` makes it anew"
    warnings.warn(text, RuntimeWarning, stacklevel=3)


def _findings_of_data(project: Project, session: Session, live: Schema | None) -> Iterator[str]:
    # Only who asks for it has the readers of such files loaded.
    from parity.workflow.check_data import compare_data
    from parity.workflow.data_folder import data_folder

    there = project.dialect.driver.introspect(session, project.namespaces) if live is None else live
    compared = compare_data(project, session, there, None, pending=False)
    if compared is None:
        raise MigrationsInvalid(
            "PAR934",
            f"there is no reference data in {project.places.show(data_folder(project))}",
            why="its rows are asked for, and nothing else tells what they should be",
            hint="ship the folder with the application, beside the migrations; without any, leave data=True out",
        )
    if compared.note is not None:
        yield compared.note
    for finding in compared.findings:
        yield finding.what
        yield from (f"  {line}" for line in finding.lines)


def _not_in_sync(session: Session, findings: tuple[str, ...]) -> NotInSync:
    return NotInSync(
        "PAR930",
        f"the database {session.target.display} isn't where this application expects it to be",
        findings=findings,
        hint="`parity check` shows each difference with what mends it",
    )
