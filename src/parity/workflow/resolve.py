"""`migrate resolve`: a person says what became of a migration. Only the ledger changes."""

from __future__ import annotations

from parity.errors import HistoryError
from parity.execute.journal import recorded
from parity.execute.ledger import Ledger, LedgerRow
from parity.execute.turns import make_ledger
from parity.migrations.folder import Migration
from parity.workflow.context import Project, connected
from parity.workflow.locking import locked


def mark_applied(project: Project, name: str) -> None:
    """Record `name` as applied. Raises HistoryError P3017 (not in the folder), P3008 (applied already)."""
    migration = _in_folder(project, name)
    with (
        connected(project.dialect, project.target(), by_transaction=True) as session,
        locked(project, session, project.request.tell),
    ):
        ledger = Ledger(session, project.dialect)
        if not ledger.exists():
            make_ledger(ledger)
        rows = _rows_of(ledger, name)
        if any(row.is_applied for row in rows):
            raise HistoryError("P3008", f"migration {name} is recorded as applied already")
        logs = recorded(session.target.user, project.dialect.essence_of(migration.sql))
        ledger.replace_failed(name, lambda: ledger.add_applied(name, migration.checksum, logs))


def mark_rolled_back(project: Project, name: str) -> bool:
    """Record that nothing of `name` is left; whether it is in the folder still.

    Raises HistoryError P3011 (never ran), P3012 (not failed). It need not be in the folder any more: taking a failed
    migration out of it is one way of mending it.
    """
    with (
        connected(project.dialect, project.target(), by_transaction=True) as session,
        locked(project, session, project.request.tell),
    ):
        ledger = Ledger(session, project.dialect)
        rows = _rows_of(ledger, name)
        if not rows:
            raise HistoryError("P3011", f"migration {name} never ran on this database")
        if not any(row.is_failed for row in rows):
            raise HistoryError(
                "P3012",
                f"migration {name} isn't failed, so it can't be rolled back",
                hint="write a new migration that undoes it",
            )
        ledger.roll_back_failed(name)
    try:
        return name in {path.name for path in project.places.migrations.iterdir()}
    except OSError:
        return False


def _rows_of(ledger: Ledger, name: str) -> tuple[LedgerRow, ...]:
    rows = ledger.rows() if ledger.exists() else ()
    return tuple(row for row in rows if row.migration_name == name)


def _in_folder(project: Project, name: str) -> Migration:
    folder = project.migrations()
    for migration in folder.migrations:
        if migration.name == name:
            return migration
    raise HistoryError(
        "P3017",
        f"there is no migration {name} in {project.places.show(project.places.migrations)}",
        hint="give the folder's name, as `parity migrate status` prints it",
    )
