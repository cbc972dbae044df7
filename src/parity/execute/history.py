"""The folder and the ledger, held against each other: the state of each migration. Pure."""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from parity.execute.journal import read_journal
from parity.execute.ledger import LedgerRow
from parity.migrations.checksum import matches
from parity.migrations.folder import Migration, MigrationsFolder


class MigrationState(StrEnum):
    """What is known of one migration on one database."""

    APPLIED = "applied"
    PENDING = "pending"
    FAILED = "failed"
    """It started and didn't end; some of it may be in the database."""
    UNDONE = "failed, nothing applied"
    """It started, and the database provably took all of it back: it can simply be run again."""
    MISSING = "applied, but not in the folder"


class MigrationStatus(Struct, frozen=True):
    """One migration. `migration` is None for MISSING, `row` for what never ran.

    `edited` tells that the file isn't the one that was applied. `out_of_order` tells that it is pending while one that
    sorts after it is applied.
    """

    name: str
    state: MigrationState
    migration: Migration | None
    row: LedgerRow | None
    edited: bool = False
    out_of_order: bool = False


class History(Struct, frozen=True):
    """The states of all migrations, in byte order of their names."""

    statuses: tuple[MigrationStatus, ...]

    def with_state(self, *states: MigrationState) -> tuple[MigrationStatus, ...]:
        """Those in one of the states."""
        return tuple(status for status in self.statuses if status.state in states)

    @property
    def applied(self) -> tuple[MigrationStatus, ...]:
        """Those that the ledger calls applied and the folder holds."""
        return self.with_state(MigrationState.APPLIED)

    @property
    def pending(self) -> tuple[MigrationStatus, ...]:
        """Those that the next deploy runs: pending ones, and those whose last run left nothing behind."""
        return self.with_state(MigrationState.PENDING, MigrationState.UNDONE)

    @property
    def failed(self) -> tuple[MigrationStatus, ...]:
        """Those that stop a deploy."""
        return self.with_state(MigrationState.FAILED)

    @property
    def missing(self) -> tuple[MigrationStatus, ...]:
        """Those that were applied from a folder that this one isn't."""
        return self.with_state(MigrationState.MISSING)

    @property
    def edited(self) -> tuple[MigrationStatus, ...]:
        """Those whose file was changed after it was applied."""
        return tuple(status for status in self.statuses if status.edited)

    @property
    def out_of_order(self) -> tuple[MigrationStatus, ...]:
        """Those that are pending though a later one is applied."""
        return tuple(status for status in self.statuses if status.out_of_order)


def read_history(folder: MigrationsFolder, rows: tuple[LedgerRow, ...]) -> History:
    """Hold `folder` against the ledger's rows (oldest first). Linear but for the sort."""
    current: dict[str, LedgerRow] = {}
    for row in rows:
        if row.rolled_back_at is None:
            # A name may have many rows; one that says "applied" isn't outdone by a failed attempt.
            known = current.get(row.migration_name)
            if known is None or not known.is_applied or row.is_applied:
                current[row.migration_name] = row
    in_folder = {migration.name: migration for migration in folder.migrations}
    # A run that left nothing behind, of a migration that was then taken out of the folder: nothing is left of either.
    current = {name: row for name, row in current.items() if name in in_folder or not _left_nothing(row)}
    names = sorted(in_folder.keys() | current.keys(), key=lambda name: name.encode("utf-8", "surrogateescape"))
    newest_applied = max(
        (name.encode("utf-8", "surrogateescape") for name, row in current.items() if row.is_applied), default=b""
    )
    return History(tuple(_status(name, in_folder.get(name), current.get(name), newest_applied) for name in names))


def _status(name: str, migration: Migration | None, row: LedgerRow | None, newest_applied: bytes) -> MigrationStatus:
    state = _state(migration, row)
    waits = state in (MigrationState.PENDING, MigrationState.UNDONE)
    return MigrationStatus(
        name=name,
        state=state,
        migration=migration,
        row=row,
        edited=(
            state is MigrationState.APPLIED
            and migration is not None
            and row is not None
            and not matches(row.checksum, migration.raw)
        ),
        out_of_order=waits and name.encode("utf-8", "surrogateescape") < newest_applied,
    )


def _state(migration: Migration | None, row: LedgerRow | None) -> MigrationState:
    if row is None:
        return MigrationState.PENDING
    if row.is_applied:
        return MigrationState.APPLIED if migration is not None else MigrationState.MISSING
    return MigrationState.UNDONE if _left_nothing(row) else MigrationState.FAILED


def _left_nothing(row: LedgerRow) -> bool:
    """Whether a run failed, and provably left nothing behind: all of it was one transaction."""
    journal, _ = read_journal(row.logs)
    return row.is_failed and journal is not None and journal.atomic
