"""`migrate baseline`: the first migration of a database that has tables already, proved and recorded as applied."""

from __future__ import annotations

from pathlib import Path

from msgspec import Struct

from parity.counting import counted
from parity.diff.compare import diff
from parity.errors import HistoryError
from parity.execute.journal import recorded
from parity.execute.ledger import Ledger
from parity.execute.scratch import open_scratch
from parity.migrations.checksum import checksum_of
from parity.migrations.write import write_migration
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.schema.model import EMPTY, Schema
from parity.workflow.context import Project, connected
from parity.workflow.locking import locked
from parity.workflow.parity_lock import begin_lock
from parity.workflow.proof import prove

NAME = "0_init"


class Baselined(Struct, frozen=True):
    """What was written and recorded. `schema` is the live one, for counting."""

    database: str
    written: Path
    schema: Schema


def baseline(project: Project, *, name: str = NAME) -> Baselined:
    """Make migration `name` from the live database. Raises HistoryError PAR511 (folder), PAR512 (ledger), PAR513."""
    folder = project.migrations()
    if folder.migrations:
        raise HistoryError(
            "PAR511",
            f"{project.places.show(folder.path)} holds {counted(len(folder.migrations), 'migration')} already",
            hint="to record them as applied, run `parity migrate resolve --applied NAME` for each",
        )
    dialect = project.dialect
    with (
        connected(dialect, project.target()) as session,
        locked(project, session, project.request.tell),
    ):
        ledger = Ledger(session, dialect)
        if any(row.rolled_back_at is None for row in (ledger.rows() if ledger.exists() else ())):
            raise HistoryError(
                "PAR512",
                f"{session.target.display} has recorded migrations already",
                why="they aren't in the migrations folder",
                hint="get the folder that they came from",
            )
        live = dialect.driver.introspect(session, project.namespaces)
        if live.is_empty:
            raise HistoryError(
                "PAR513",
                f"{session.target.display} is empty: there is nothing to make a baseline from",
                hint="run `parity migrate dev --name init`",
            )
        text = script(build_plan(diff(EMPTY, live, dialect), EMPTY, live, dialect), dialect, warnings=False)
        with open_scratch(project.scratch_wish(), session) as scratch:
            reached = prove(text, live, scratch, dialect, project.namespaces)
            written = _written_and_recorded(project, ledger, name, text)
            begin_lock(project, scratch, reached)
        return Baselined(session.target.display, written, live)


def _written_and_recorded(project: Project, ledger: Ledger, name: str, text: str) -> Path:
    """Write the migration while its row waits to be committed: a ledger that can't be written to leaves no file."""
    session = ledger.session
    session.begin()
    try:
        if not ledger.exists():
            ledger.create()
        logs = recorded(session.target.user, project.dialect.essence_of(text))
        ledger.add_applied(name, checksum_of(text.encode()), logs)
        written = write_migration(project.places.migrations, name, text, project.dialect.name)
        session.commit()
    except BaseException:
        session.rollback()
        raise
    return written
