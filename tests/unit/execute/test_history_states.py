"""The states of migrations, from a folder and from rows."""

from __future__ import annotations

from pathlib import Path

from parity.execute.history import MigrationState, read_history
from parity.execute.journal import Journal, read_journal, write_journal
from parity.execute.ledger import LedgerRow
from parity.migrations.checksum import checksum_of
from parity.migrations.folder import Migration, MigrationsFolder


def migration(name: str, sql: str = "SELECT 1;") -> Migration:
    return Migration(name, Path(name), sql.encode(), sql, checksum_of(sql.encode()))


def folder(*names: str) -> MigrationsFolder:
    return MigrationsFolder(Path("migrations"), tuple(migration(name) for name in names))


def row(
    name: str,
    *,
    finished: bool = True,
    rolled_back: bool = False,
    logs: str | None = None,
    sql: str = "SELECT 1;",
    started: str = "2026-01-01T00:00:00Z",
) -> LedgerRow:
    return LedgerRow(
        id=f"{name}-{started}",
        checksum=checksum_of(sql.encode()),
        migration_name=name,
        started_at=started,
        finished_at="2026-01-01T00:00:01Z" if finished else None,
        rolled_back_at="2026-01-01T00:00:02Z" if rolled_back else None,
        logs=logs,
        applied_steps_count=1,
    )


def states(found: MigrationsFolder, *rows: LedgerRow) -> list[tuple[str, MigrationState]]:
    return [(status.name, status.state) for status in read_history(found, rows).statuses]


def test_what_the_ledger_does_not_know_is_pending() -> None:
    assert states(folder("1_a", "2_b"), row("1_a")) == [
        ("1_a", MigrationState.APPLIED),
        ("2_b", MigrationState.PENDING),
    ]


def test_a_row_that_neither_finished_nor_was_rolled_back_is_failed() -> None:
    assert states(folder("1_a"), row("1_a", finished=False)) == [("1_a", MigrationState.FAILED)]


def test_a_failed_row_whose_journal_says_one_transaction_left_nothing_behind() -> None:
    logs = write_journal(Journal(atomic=True, statements=3), "division by zero")
    assert states(folder("1_a"), row("1_a", finished=False, logs=logs)) == [("1_a", MigrationState.UNDONE)]


def test_a_failed_run_that_left_nothing_behind_is_forgotten_with_its_folder() -> None:
    atomic = write_journal(Journal(atomic=True, statements=3), "division by zero")
    several = write_journal(Journal(atomic=False, statements=3, done=1))
    assert states(folder(), row("1_a", finished=False, logs=atomic)) == []
    assert states(folder(), row("1_a", finished=False, logs=several)) == [("1_a", MigrationState.FAILED)]
    assert states(folder(), row("1_a", logs=atomic)) == [("1_a", MigrationState.MISSING)]


def test_a_failed_row_whose_journal_says_several_transactions_stays_failed() -> None:
    logs = write_journal(Journal(atomic=False, statements=3, done=1))
    assert states(folder("1_a"), row("1_a", finished=False, logs=logs)) == [("1_a", MigrationState.FAILED)]


def test_a_rolled_back_row_counts_as_never_run() -> None:
    assert states(folder("1_a"), row("1_a", finished=False, rolled_back=True)) == [("1_a", MigrationState.PENDING)]


def test_a_row_that_was_run_again_after_a_roll_back_is_applied_and_compared_with_its_own_checksum() -> None:
    history = read_history(
        folder("1_a"),
        (
            row("1_a", finished=False, rolled_back=True, sql="SELECT broken;"),
            row("1_a", started="2026-01-02T00:00:00Z"),
        ),
    )
    assert [(s.state, s.edited) for s in history.statuses] == [(MigrationState.APPLIED, False)]


def test_an_applied_migration_whose_file_changed_is_edited() -> None:
    history = read_history(folder("1_a"), (row("1_a", sql="SELECT 2;"),))
    assert [s.name for s in history.edited] == ["1_a"]


def test_an_applied_migration_that_the_folder_lacks_is_missing() -> None:
    assert states(folder(), row("1_a")) == [("1_a", MigrationState.MISSING)]


def test_a_pending_migration_before_an_applied_one_is_out_of_order() -> None:
    history = read_history(folder("1_a", "2_b"), (row("2_b"),))
    assert [s.name for s in history.out_of_order] == ["1_a"]


def test_order_is_that_of_the_names_bytes() -> None:
    assert [name for name, _ in states(folder("10_x", "9_y", "0_init"))] == ["0_init", "10_x", "9_y"]


def test_a_journal_comes_back_as_it_was_written_and_foreign_logs_are_left_alone() -> None:
    journal = Journal(atomic=False, statements=7, done=3)
    assert read_journal(write_journal(journal, "first\nsecond")) == (journal, "first\nsecond")
    assert read_journal("some other tool's error") == (None, "some other tool's error")
    assert read_journal('parity {"atomic": 1') == (None, 'parity {"atomic": 1')
    assert read_journal(None) == (None, "")
