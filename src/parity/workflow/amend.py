"""`migrate resolve --accept-edit` and `--accept-rename`: the ledger's row comes to say what the folder says.

Where the checksum and the name fit, Node's prisma is content as well. The row's journal keeps what it said before.
"""

from __future__ import annotations

from msgspec import Struct

from parity.errors import HistoryError
from parity.execute.history import Edit, MigrationState, MigrationStatus
from parity.execute.journal import Amendment, Proof, amended, run_by, with_essence
from parity.execute.ledger import Ledger
from parity.execute.past import open_past
from parity.migrations.names import as_argument
from parity.workflow.context import Project, connected
from parity.workflow.drift import find_drift
from parity.workflow.locking import locked
from parity.workflow.stand import Stand, read_stand


class AcceptedEdit(Struct, frozen=True):
    """An edit that was accepted. `moves_rows`: the file also changes rows, which no schema shows."""

    name: str
    proof: Proof
    moves_rows: bool


def accept_edit(project: Project, name: str, *, without_proof: bool = False) -> AcceptedEdit:
    """Take the file as it is now for the one that was applied.

    Raises HistoryError P3017 (not in the folder), PAR530 (not applied), PAR531 (not edited), PAR532 (not proved).
    """
    with (
        connected(project.dialect, project.target()) as session,
        locked(project, session, project.request.tell),
    ):
        stand = read_stand(project, session, project.migrations())
        status = _applied(project, stand, name)
        if status.edit is None:
            raise HistoryError(
                "PAR531",
                f"migration {name} is the file that was applied: there is no edit to accept",
                hint="`parity migrate status` names those that were edited",
            )
        moves_rows = False
        if status.edit is Edit.COMMENTS:
            proof = Proof.COMMENTS
        else:
            moves_rows = _moves_rows(project, status)
            proof = Proof.NONE if without_proof else _prove(project, stand, name)
        record(stand.ledger, status, proof)
        return AcceptedEdit(name, proof, moves_rows)


def accept_rename(project: Project, name: str) -> str:
    """Give the row of a renamed migration the folder's name; the old name is returned.

    Raises HistoryError P3017 (not in the folder), PAR530 (not applied), PAR533 (not renamed).
    """
    with (
        connected(project.dialect, project.target()) as session,
        locked(project, session, project.request.tell),
    ):
        stand = read_stand(project, session, project.migrations())
        status = _applied(project, stand, name)
        if status.renamed_from is None:
            raise HistoryError(
                "PAR533",
                f"migration {name} was applied under this name",
                hint="`parity migrate status` names those that were renamed",
            )
        record(stand.ledger, status)
        return status.renamed_from


def record(ledger: Ledger, status: MigrationStatus, proof: Proof | None = None) -> None:
    """Make the row say what the folder says, and tell of that in its journal. Under the lock."""
    row, migration = status.row, status.migration
    assert row is not None and migration is not None, "it is applied, and in the folder"
    essence = ledger.dialect.essence_of(migration.sql)
    logs, at, by = row.logs, ledger.now(), run_by(ledger.session.target.user)
    if row.migration_name != status.name:
        logs = amended(logs, Amendment("rename", at, row.migration_name, None, by))
    if status.edit is not None:
        why = (proof or Proof.COMMENTS).name.lower()
        logs = amended(logs, Amendment("edit", at, row.checksum, why, by))
    ledger.amend(row.id, name=status.name, checksum=migration.checksum, logs=with_essence(logs, essence))


def _applied(project: Project, stand: Stand, name: str) -> MigrationStatus:
    found = next((s for s in stand.history.statuses if s.name == name and s.migration is not None), None)
    if found is None:
        raise HistoryError(
            "P3017",
            f"there is no migration {name} in {project.places.show(project.places.migrations)}",
            hint="give the folder's name, as `parity migrate status` prints it",
        )
    if found.state not in (MigrationState.APPLIED, MigrationState.RENAMED):
        raise HistoryError(
            "PAR530",
            f"migration {name} isn't applied here: it is {found.state.value}",
            why="only what was applied can differ from its file",
            hint="`parity migrate status` shows what was applied",
        )
    return found


def _prove(project: Project, stand: Stand, name: str) -> Proof:
    """Replay the files as they are now: they must lead to the schema to which those that were applied have led."""
    session, dialect = stand.ledger.session, project.dialect
    applied = tuple(status.migration for status in stand.history.applied if status.migration is not None)
    with open_past(project.scratch_wish(), project.namespaces, session) as past:
        expected = past.schema(applied)
    live = dialect.driver.introspect(session, project.namespaces)
    drift = find_drift(expected, live, dialect, says_extensions=project.datamodel.says_extensions)
    if drift:
        raise HistoryError(
            "PAR532",
            f"the edit of {name} isn't proved to change nothing: the folder doesn't lead to the database's schema",
            why="these are the differences, from where the folder leads to the database; the edit may have made them, "
            "or somebody who changed the database by hand",
            hint="restore the file from version control, and put the change into a migration of its own; or, if the"
            " difference is known and meant, "
            f"`parity migrate resolve --accept-edit {as_argument(name)} --without-proof`",
            details=drift.lines(dialect),
        )
    return Proof.REPLAY


_MOVING = frozenset(
    ("INSERT", "UPDATE", "DELETE", "MERGE", "COPY", "TRUNCATE", "DO", "CALL", "SELECT", "WITH", "REPLACE")
)


def _moves_rows(project: Project, status: MigrationStatus) -> bool:
    dialect = project.dialect
    assert status.migration is not None
    return any(
        not _MOVING.isdisjoint(dialect.facts_of(statement).keywords[:1])
        for statement in dialect.iter_statements(status.migration.sql)
    )
