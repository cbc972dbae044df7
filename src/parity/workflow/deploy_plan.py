"""`migrate deploy --plan`: what a deploy would run, in which transactions. Runs and writes nothing, takes no lock."""

from __future__ import annotations

from msgspec import Struct

from parity.dialects.base import Session
from parity.errors import ConnectionFailed, HistoryError
from parity.execute.apply import plan_migration
from parity.execute.history import History, MigrationState, MigrationStatus, read_history
from parity.execute.turns import refuse_more_than_one
from parity.review.transactions import Transaction
from parity.workflow.another_past import AnotherPast, another_past, refuse_another_past, refuse_renamed
from parity.workflow.context import Project, connected
from parity.workflow.stand import Stand, read_stand, refuse_failed, refuse_unmanaged
from parity.workflow.transactions import transactions_of


class PlannedMigration(Struct, frozen=True):
    """A migration that a deploy would run. `again`: its last run was taken back by the database."""

    name: str
    statements: int
    transactions: tuple[Transaction, ...]
    again: bool


class DeployPlan(Struct, frozen=True):
    """What a deploy would do. `found` is the number of migrations in the folder; `database` is for showing."""

    database: str
    found: int
    pending: tuple[PlannedMigration, ...]
    past: AnotherPast
    makes_database: bool
    makes_ledger: bool


def plan_deploy(project: Project, *, create_database: bool = False, strict: bool = False) -> DeployPlan:
    """Plan what `deploy` would run with the same options. Raises what it would raise before its first statement."""
    folder = project.migrations()
    target = project.target()
    try:
        with connected(project.dialect, target, by_transaction=True) as session:
            stand = read_stand(project, session, folder)
            _refuse(project, session, stand, strict=strict)
            pending = (status.migration for status in stand.history.pending if status.migration is not None)
            plans = ((migration.name, plan_migration(migration, project.dialect)) for migration in pending)
            refuse_more_than_one(session, project.dialect, plans)
            return _plan(project, session.target.display, stand.history, has_ledger=stand.has_ledger)
    except ConnectionFailed as error:
        if error.code != "P1003":
            raise
        if not (create_database or project.dialect.capabilities.scratch_is_file):
            error.hint = "create it, or run this command with --create-database"
            raise
        return _plan(project, target.display, read_history(folder, ()), has_ledger=False, has_database=False)


def _refuse(project: Project, session: Session, stand: Stand, *, strict: bool) -> None:
    try:
        refuse_failed(stand.history)
    except HistoryError as error:
        # A deploy would have waited for the lock first, and found that run ended.
        holder = project.dialect.driver.lock_holder(session)
        if holder is not None:
            error.why = f"{error.why}; {holder.description} may hold the migration lock, and be at it still"
        raise
    refuse_renamed(stand.history)
    if strict:
        refuse_another_past(stand.history)
    refuse_unmanaged(project, stand)


def _plan(
    project: Project, database: str, history: History, *, has_ledger: bool, has_database: bool = True
) -> DeployPlan:
    return DeployPlan(
        database=database,
        found=sum(status.migration is not None for status in history.statuses),
        pending=tuple(_planned(project, status) for status in history.pending if status.migration is not None),
        past=another_past(history),
        makes_database=not has_database,
        makes_ledger=not has_ledger,
    )


def _planned(project: Project, status: MigrationStatus) -> PlannedMigration:
    assert status.migration is not None, "what is pending is in the folder"
    plan = plan_migration(status.migration, project.dialect)
    again = status.state is MigrationState.UNDONE
    return PlannedMigration(status.name, plan.statements, transactions_of(plan), again)
