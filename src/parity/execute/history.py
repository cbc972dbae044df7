"""The folder and the ledger, held against each other: the state of each migration. Pure."""

from __future__ import annotations

from collections.abc import Callable
from enum import StrEnum

from msgspec import Struct

from parity.execute.journal import read_journal
from parity.execute.ledger import LedgerRow
from parity.execute.renames import find_renames
from parity.migrations.checksum import matches
from parity.migrations.folder import Migration, MigrationsFolder
from parity.migrations.names import byte_order

EssenceOf = Callable[[str], str | None]
"""A script's essence (see `parity.dialects.essence`)."""


class MigrationState(StrEnum):
    """What is known of one migration on one database."""

    APPLIED = "applied"
    PENDING = "pending"
    FAILED = "failed"
    """It started and didn't end; some of it may be in the database."""
    UNDONE = "failed, nothing applied"
    """It started, and the database provably took all of it back: it can simply be run again."""
    MISSING = "applied, but not in the folder"
    RENAMED = "applied, under another name"
    """The row has the old name; the folder, the new one."""


class Edit(StrEnum):
    """What was changed in the file of a migration after it was applied."""

    COMMENTS = "comments"
    """Comments or white space, and nothing else."""
    SQL = "sql"
    UNKNOWN = "unknown"
    """Another program applied it, and recorded no more than that it was a different file."""


class MigrationStatus(Struct, frozen=True):
    """One migration. `migration` is None for MISSING, `row` for what never ran.

    `edit` tells that the file isn't the one that was applied. `out_of_order` tells that it is pending while one that
    sorts after it is applied. `same_number` is another migration whose name begins with the same 14 digits.
    """

    name: str
    state: MigrationState
    migration: Migration | None
    row: LedgerRow | None
    edit: Edit | None = None
    out_of_order: bool = False
    same_number: str | None = None

    @property
    def edited(self) -> bool:
        """Whether the file isn't the one that was applied."""
        return self.edit is not None

    @property
    def waits(self) -> bool:
        """Whether the next deploy runs it."""
        return self.state in (MigrationState.PENDING, MigrationState.UNDONE)

    @property
    def renamed_from(self) -> str | None:
        """The name under which it was applied, where that is another one."""
        return self.row.migration_name if self.state is MigrationState.RENAMED and self.row is not None else None


class History(Struct, frozen=True):
    """The states of all migrations, in byte order of their names."""

    statuses: tuple[MigrationStatus, ...]

    def with_state(self, *states: MigrationState) -> tuple[MigrationStatus, ...]:
        """Those in one of the states."""
        return tuple(status for status in self.statuses if status.state in states)

    @property
    def applied(self) -> tuple[MigrationStatus, ...]:
        """Those that the ledger calls applied and the folder holds, if under another name."""
        return self.with_state(MigrationState.APPLIED, MigrationState.RENAMED)

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
        """Those whose file was changed after it was applied. In a renamed one that is a part of the renaming."""
        return tuple(status for status in self.statuses if status.edited and status.renamed_from is None)

    @property
    def edited_sql(self) -> tuple[MigrationStatus, ...]:
        """Those of which more than comments and white space was changed, or may have been."""
        return tuple(status for status in self.edited if status.edit is not Edit.COMMENTS)

    @property
    def renamed(self) -> tuple[MigrationStatus, ...]:
        """Those that were applied under another name."""
        return self.with_state(MigrationState.RENAMED)

    @property
    def same_number(self) -> tuple[MigrationStatus, ...]:
        """Those that share their number with another one, where one of the two is still to run."""
        waiting = {status.name for status in self.pending}
        return tuple(
            s for s in self.statuses if s.same_number is not None and not waiting.isdisjoint((s.name, s.same_number))
        )

    @property
    def out_of_order(self) -> tuple[MigrationStatus, ...]:
        """Those that are pending though a later one is applied."""
        return tuple(status for status in self.statuses if status.out_of_order)


def read_history(
    folder: MigrationsFolder, rows: tuple[LedgerRow, ...], essence_of: EssenceOf = lambda sql: None
) -> History:
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
    unknown = [row for name, row in current.items() if row.is_applied and name not in in_folder]
    new = [migration for name, migration in in_folder.items() if name not in current]
    for name, row in find_renames(unknown, new, essence_of).items():
        del current[row.migration_name]
        current[name] = row
    names = sorted(in_folder.keys() | current.keys(), key=byte_order)
    newest_applied = max((byte_order(name) for name, row in current.items() if row.is_applied), default=b"")
    twins = folder.same_numbers
    return History(
        tuple(
            _status(name, in_folder.get(name), current.get(name), newest_applied, twins.get(name), essence_of)
            for name in names
        )
    )


def _status(
    name: str,
    migration: Migration | None,
    row: LedgerRow | None,
    newest_applied: bytes,
    twin: str | None,
    essence_of: EssenceOf,
) -> MigrationStatus:
    state = _state(migration, row, name)
    waits = state in (MigrationState.PENDING, MigrationState.UNDONE)
    is_applied = state in (MigrationState.APPLIED, MigrationState.RENAMED)
    return MigrationStatus(
        name=name,
        state=state,
        migration=migration,
        row=row,
        edit=_edit(row, migration, essence_of) if is_applied and migration is not None and row is not None else None,
        out_of_order=waits and byte_order(name) < newest_applied,
        same_number=twin,
    )


def _edit(row: LedgerRow, migration: Migration, essence_of: EssenceOf) -> Edit | None:
    if row.checksum == migration.checksum or matches(row.checksum, migration.raw):
        return None
    journal, _ = read_journal(row.logs)
    was = None if journal is None else journal.essence
    now = None if was is None else essence_of(migration.sql)
    if was is None or now is None:
        return Edit.UNKNOWN
    return Edit.COMMENTS if was == now else Edit.SQL


def _state(migration: Migration | None, row: LedgerRow | None, name: str) -> MigrationState:
    if row is None:
        return MigrationState.PENDING
    if row.is_applied:
        if row.migration_name != name:
            return MigrationState.RENAMED
        return MigrationState.APPLIED if migration is not None else MigrationState.MISSING
    return MigrationState.UNDONE if _left_nothing(row) else MigrationState.FAILED


def _left_nothing(row: LedgerRow) -> bool:
    """Whether a run failed, and provably left nothing behind: all of it was one transaction."""
    journal, _ = read_journal(row.logs)
    return row.is_failed and journal is not None and journal.atomic
