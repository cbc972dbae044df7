"""`migrate deploy`: apply what is pending. Never asks, never resets, needs no scratch database."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct

from parity.execute.history import MigrationState, MigrationStatus
from parity.execute.ledger import Ledger
from parity.execute.patience import DEFAULT_LOCK_LIMIT, Patience
from parity.migrations.folder import PARITY_LOCK, Migration, MigrationsFolder
from parity.workflow.another_past import AnotherPast, another_past, refuse_another_past, refuse_renamed
from parity.workflow.context import Project, connected_or_created
from parity.workflow.interaction import Interaction
from parity.workflow.locking import locked
from parity.workflow.stand import prepare_ledger, read_stand, refuse_failed

if TYPE_CHECKING:
    from parity.execute.apply import Applied
    from parity.workflow.verify import Gate


class Deployed(Struct, frozen=True):
    """What a deploy did. `found` is the number of migrations in the folder; `database` is for showing.

    `before` and `after` are the fingerprints of the live schema, None where it wasn't verified.
    """

    database: str
    found: int
    applied: tuple[Applied, ...]
    past: AnotherPast
    checksums: dict[str, str]
    before: str | None = None
    after: str | None = None


def deploy(
    project: Project,
    interaction: Interaction,
    *,
    lock_timeout: float,
    statement_lock_timeout: float = DEFAULT_LOCK_LIMIT,
    create_database: bool = False,
    strict: bool = False,
    verify: bool | None = None,
) -> Deployed:
    """Apply the pending migrations, under the lock. Raises HistoryError, LockTimeout, MigrationFailed.

    With `strict`, nothing is applied where a migration was edited after it was applied, or is out of order: PAR502.
    With `verify`, the live schema must be where the ledger says before (PAR541), and where the history leads to behind
    it (PAR542); None verifies where parity.lock is there.
    """
    folder = project.migrations()
    with (
        _gate(project, folder, interaction, verify) as gate,
        connected_or_created(
            project.dialect, project.target(), interaction, create=create_database, ask=False, by_transaction=True
        ) as session,
        locked(project, session, interaction.progress, lock_timeout, closing=True),
    ):
        stand = read_stand(project, session, folder)
        refuse_failed(stand.history)
        refuse_renamed(stand.history)
        if strict:
            refuse_another_past(stand.history)
        if gate is not None and stand.has_ledger:
            gate.check_before(session, stand.history)
        pending = stand.history.pending
        if pending or not stand.has_ledger:
            prepare_ledger(project, stand)
        applied = apply_pending(stand.ledger, pending, interaction, statement_lock_timeout)
        if gate is not None and (applied or not gate.looked):
            gate.check_after(session, stand.history)
        return Deployed(
            database=session.target.display,
            found=len(folder.migrations),
            applied=applied,
            past=another_past(stand.history),
            checksums={migration.name: migration.checksum for migration in folder.migrations},
            before=None if gate is None else gate.before,
            after=None if gate is None else gate.after,
        )


@contextmanager
def _gate(
    project: Project, folder: MigrationsFolder, interaction: Interaction, verify: bool | None
) -> Iterator[Gate | None]:
    """What verifies, if anything does."""
    wanted = (folder.path / PARITY_LOCK).exists() if verify is None else verify
    if not wanted:
        yield None
        return
    from parity.workflow.expected import Expectations
    from parity.workflow.parity_lock import read_fitting_lock
    from parity.workflow.verify import Gate

    expectations = Expectations(project, read_fitting_lock(project, folder), interaction.progress)
    try:
        yield Gate(project, expectations, verify is True, interaction.progress)
    finally:
        expectations.close()


def apply_pending(
    ledger: Ledger,
    pending: tuple[MigrationStatus, ...],
    interaction: Interaction,
    statement_lock_timeout: float = DEFAULT_LOCK_LIMIT,
) -> tuple[Applied, ...]:
    """Apply migrations in their order; the row of a run that left nothing behind is closed first.

    A statement waits for a lock for `statement_lock_timeout` seconds at a time; 0 leaves that to the server.
    """
    if not pending:
        return ()
    # What runs scripts is loaded where there is one to run: most deploys find nothing to do.
    from parity.execute.apply import apply_migrations

    migrations: list[Migration] = []
    for status in pending:
        if status.migration is None:
            continue
        if status.state is MigrationState.UNDONE and status.row is not None:
            interaction.progress(f"The last run of {status.name} left nothing behind; it runs again")
            ledger.roll_back(status.row)
        migrations.append(status.migration)
    return apply_migrations(
        ledger,
        tuple(migrations),
        on_start=lambda name: interaction.progress(f"Applying {name}"),
        on_skip=lambda name: interaction.progress(f"Another run has applied {name} meanwhile"),
        patience=Patience(statement_lock_timeout or None, on_retry=interaction.progress),
    )
