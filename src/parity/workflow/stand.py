"""Where a database stands: its ledger against the folder, and the refusals that follow for commands that write."""

from __future__ import annotations

from msgspec import Struct

from parity.counting import counted
from parity.dialects.base import Session
from parity.errors import HistoryError
from parity.execute.history import History, MigrationStatus, read_history
from parity.execute.journal import read_journal
from parity.execute.ledger import Ledger
from parity.execute.turns import make_ledger
from parity.migrations.folder import MigrationsFolder
from parity.migrations.names import as_argument
from parity.workflow.context import Project


class Stand(Struct, frozen=True):
    """The ledger of a connected database, and the state of each migration there."""

    ledger: Ledger
    folder: MigrationsFolder
    history: History
    has_ledger: bool


def read_stand(project: Project, session: Session, folder: MigrationsFolder) -> Stand:
    """Read the ledger: two round trips."""
    ledger = Ledger(session, project.dialect)
    has_ledger = ledger.exists()
    rows = ledger.rows() if has_ledger else ()
    return Stand(ledger, folder, read_history(folder, rows, project.dialect.essence_of), has_ledger)


def prepare_ledger(project: Project, stand: Stand) -> None:
    """Make the ledger where it isn't there. Raises HistoryError P3005 for a database that has tables already."""
    if not stand.has_ledger:
        refuse_unmanaged(project, stand)
        make_ledger(stand.ledger)


def refuse_unmanaged(project: Project, stand: Stand) -> None:
    """Raise HistoryError P3005 for a database without a ledger that has tables already. Reads only."""
    if stand.has_ledger:
        return
    is_bare = project.dialect.driver.is_bare
    if is_bare is not None and is_bare(stand.ledger.session, project.namespaces):
        return
    live = project.dialect.driver.introspect(stand.ledger.session, project.namespaces)
    # Where the lock ends with each transaction, another run may have made the ledger since it was looked for.
    if not live.is_empty and not stand.ledger.exists():
        raise HistoryError(
            "P3005",
            f"the database {stand.ledger.session.target.display} isn't empty, and no migration was ever recorded there",
            why=f"it has {counted(len(live.tables), 'table')} that didn't come from this migrations folder",
            hint="run `parity migrate baseline` once: it makes the first migration from the live database",
        )


def refuse_failed(history: History) -> None:
    """Raise HistoryError P3009 where a migration is failed: the database must be looked at first."""
    for status in history.failed:
        _, error = read_journal(status.row.logs if status.row is not None else None)
        started = status.row.started_at if status.row is not None else ""
        raise HistoryError(
            "P3009",
            f"migration {status.name} failed on this database; nothing is applied until that is resolved",
            why=f"it started at {started} and didn't end" + (f": {error.strip()}" if error.strip() else ""),
            hint=resolve_hint(status),
        )


def resolve_hint(status: MigrationStatus) -> str:
    """The next command for a failed migration."""
    return (
        "`parity migrate doctor` finds out how much of it is there, and can go on from there; or look yourself, then "
        f"`parity migrate resolve --rolled-back {as_argument(status.name)}` if none of it is there, "
        f"or `parity migrate resolve --applied {as_argument(status.name)}` if all of it is"
    )
