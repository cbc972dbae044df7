"""The table `_prisma_migrations`: reading and writing its rows, interchangeable with those of Node's prisma.

Rows are only ever added and stamped, never changed back; but for the checksum or the name of one, where somebody asked
for that, which its journal then tells. The stamps are the database's clock's. `logs` of a row holds
the journal (see `parity.execute.journal`), and the error where the migration failed.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from msgspec import Struct

from parity.dialects.base import Bound, Dialect, Session, Value
from parity.errors import HistoryError, StatementFailed
from parity.execute.failpoints import hit
from parity.execute.journal import Amendment, amended, run_by
from parity.schema.types import ObjectName

TABLE = "_prisma_migrations"


class LedgerRow(Struct, frozen=True):
    """One row. Stamps are ISO 8601 in UTC, or None."""

    id: str
    checksum: str
    migration_name: str
    started_at: str
    finished_at: str | None
    rolled_back_at: str | None
    logs: str | None
    applied_steps_count: int

    @property
    def is_applied(self) -> bool:
        """Whether it says that the migration is in the database."""
        return self.finished_at is not None and self.rolled_back_at is None

    @property
    def is_failed(self) -> bool:
        """Whether it says that the migration started and neither ended nor was rolled back."""
        return self.finished_at is None and self.rolled_back_at is None


class Ledger(Struct, frozen=True):
    """The ledger of one connected database."""

    session: Session
    dialect: Dialect

    @property
    def name(self) -> ObjectName:
        """The table, with the namespace that the connection's URL names."""
        return ObjectName(TABLE, self.session.target.namespace or self.dialect.capabilities.default_namespace)

    @property
    def _table(self) -> str:
        return self.dialect.quote(self.name)

    def exists(self) -> bool:
        """Whether the table is there."""
        sql, parameters = self.dialect.ledger.exists(self.name)
        rows = self.session.query(sql, parameters)
        return bool(rows and rows[0][0])

    def create(self) -> None:
        """Make the table."""
        self.session.execute(self.dialect.ledger.create)

    def rows(self) -> tuple[LedgerRow, ...]:
        """All rows, oldest first. The table must be there."""
        stamps = ", ".join(map(self.dialect.ledger.stamp, ("started_at", "finished_at", "rolled_back_at")))
        question = f"SELECT id, checksum, migration_name, {stamps}, logs, applied_steps_count FROM {self._table}"
        try:
            found = self.session.query(question)
        except StatementFailed as error:
            if error.is_senseless and not error.is_elsewhere:
                raise _not_a_ledger(self.name.name, error) from error
            raise
        stamp = self.dialect.ledger.read_stamp
        rows = (
            LedgerRow(
                id=str(row[0]),
                checksum=str(row[1]),
                migration_name=str(row[2]),
                started_at=stamp(row[3]) or "",
                finished_at=stamp(row[4]),
                rolled_back_at=stamp(row[5]),
                logs=None if row[6] is None else str(row[6]),
                applied_steps_count=_number(row[7]),
            )
            for row in found
        )
        # Not sorted by the database: SQLite tables hold stamps in two forms, which don't sort together there.
        return tuple(sorted(rows, key=lambda row: (row.started_at, row.id)))

    def rows_of(self, name: str) -> tuple[tuple[bool, bool], ...]:
        """Of each run of a migration, whether it is finished and whether it was rolled back."""
        found = self.session.query(
            f"SELECT finished_at IS NOT NULL, rolled_back_at IS NOT NULL FROM {self._table} "
            f"WHERE {self.dialect.ledger.is_name}",
            (name,),
        )
        return tuple((bool(finished), bool(taken_back)) for finished, taken_back in found)

    def check_writable(self) -> None:
        """Raise DatabaseError where a row can't be added: before a script runs that would then be for nothing."""
        self.session.query(f"INSERT INTO {self._table} SELECT * FROM {self._table} WHERE 1 = 0")

    def clock(self) -> int | None:
        """The time as `started_at` holds it, for `finished_row`; None where that finds the transaction's beginning."""
        return None if self.dialect.ledger.begun is not None else time.time_ns() // 1_000_000

    def start(self, row_id: str, name: str, checksum: str, logs: str) -> None:
        """Add the row of a migration that starts now, or that failed and left nothing."""
        self.session.query(
            f"INSERT INTO {self._table} (id, checksum, migration_name, started_at, applied_steps_count, logs) "
            f"VALUES (?, ?, ?, {self.dialect.ledger.now}, 0, ?)",
            (row_id, checksum, name, logs),
        )

    def finished_row(self, row_id: str, name: str, checksum: str, started_at: int | None, logs: str) -> Bound:
        """The statement that adds the row of a migration that is done, for the end of its own transaction.

        `started_at` is what `clock` said then.
        """
        facts = self.dialect.ledger
        values: tuple[Value, ...] = () if facts.begun is not None else (started_at,)
        return self.session.bound(
            f"INSERT INTO {self._table} "
            "(id, checksum, migration_name, started_at, finished_at, applied_steps_count, logs) "
            f"VALUES (?, ?, ?, {facts.begun or '?'}, {facts.now}, 1, ?)",
            (row_id, checksum, name, *values, logs),
        )

    def finish(self, row_id: str, logs: str) -> None:
        """Stamp a row as applied. Inside the migration's own transaction wherever there is one."""
        self._stamp(row_id, "finished_at", ", applied_steps_count = applied_steps_count + 1, logs = ?", logs)

    def log(self, row_id: str, logs: str) -> None:
        """Put a text into a row's logs."""
        self.session.query(f"UPDATE {self._table} SET logs = ? WHERE {self.dialect.ledger.is_id}", (logs, row_id))

    def amend(self, row_id: str, *, name: str, checksum: str, logs: str) -> None:
        """Give a row another name and checksum, with a journal that tells of it."""
        self.session.query(
            f"UPDATE {self._table} SET migration_name = ?, checksum = ?, logs = ? WHERE {self.dialect.ledger.is_id}",
            (name, checksum, logs, row_id),
        )

    def now(self) -> str:
        """The time by the database's clock, ISO 8601 in UTC."""
        ((now,),) = self.session.query(f"SELECT {self.dialect.ledger.now}")
        return self.dialect.ledger.read_stamp(now) or ""

    def roll_back(self, row: LedgerRow) -> None:
        """Stamp a row as rolled back; its journal then tells by whom."""
        by = run_by(self.session.target.user)
        logs = amended(row.logs, Amendment("rollback", self.now(), "", None, by))
        self._stamp(row.id, "rolled_back_at", ", logs = ?", logs)

    def roll_back_failed(self, name: str) -> None:
        """Stamp each failed row of a migration as rolled back: for Node's prisma a single one stops every deploy."""
        for row in self.rows():
            if row.migration_name == name and row.is_failed:
                self.roll_back(row)

    def replace_failed(self, name: str, add: Callable[[], None]) -> None:
        """Stamp the failed rows of a migration as rolled back, and write the row that takes their place: both, or
        neither. In between the ledger would say that nothing of it is there."""
        self.session.begin()
        try:
            self.roll_back_failed(name)
            hit("mid_ledger")
            add()
            self.session.commit()
        except BaseException:
            self.session.rollback()
            raise

    def add_applied(self, name: str, checksum: str, logs: str = "") -> None:
        """Add a row for a migration that is in the database already (baseline, resolve)."""
        now = self.dialect.ledger.now
        values: tuple[Value, ...] = (new_id(), checksum, name, logs)
        self.session.query(
            f"INSERT INTO {self._table} "
            "(id, checksum, migration_name, started_at, finished_at, logs, applied_steps_count) "
            f"VALUES (?, ?, ?, {now}, {now}, ?, 0)",
            values,
        )

    def _stamp(self, row_id: str, column: str, extra: str = "", *values: Value) -> None:
        self.session.query(
            f"UPDATE {self._table} SET {column} = {self.dialect.ledger.now}{extra} WHERE {self.dialect.ledger.is_id}",
            (*values, row_id),
        )


def _not_a_ledger(table: str, error: StatementFailed) -> HistoryError:
    return HistoryError(
        "PAR515",
        f"{table} isn't the table that records migrations",
        why=error.message,
        hint="if another program made it, give it another name; if somebody changed it, restore its columns",
    )


def _number(value: object) -> int:
    """A count; 0 for what is none: SQLite keeps anything in any column."""
    text = str(value)
    return int(text) if text.isdecimal() and text.isascii() and len(text) < 19 else 0


def new_id() -> str:
    """For a row."""
    import uuid

    return str(uuid.uuid4())
