"""The part of `parity check` that holds the rows of a database against the files of reference data."""

from __future__ import annotations

from collections.abc import Iterator

from parity.data.compare import Difference
from parity.data.statements import column_lines, script_of, sentence
from parity.data.tables import DataTable
from parity.dialects.base import Session
from parity.errors import DataInvalid, ParityError
from parity.lower import lower
from parity.project.settings import EnvironmentSetting
from parity.schema.model import Schema
from parity.workflow.check_findings import without_ignored
from parity.workflow.check_report import Check, Compared, Finding, Manner, Outcome
from parity.workflow.context import Project
from parity.workflow.data_folder import has_reference_data
from parity.workflow.reference_data import differences, reference_data

_FIX = (
    "run the SQL with parity db execute, once it is reviewed; or, where the file is newer than the migrations, "
    "parity migrate dev"
)


def data_check(
    project: Project, session: Session, live: Schema, setting: EnvironmentSetting | None, *, pending: bool
) -> Compared | None:
    """What rows are missing or differ; None for a project without such files. One query a table."""
    try:
        return compare_data(project, session, live, setting, pending=pending)
    except ParityError as error:
        why = error.lines if isinstance(error, DataInvalid) else tuple(filter(None, [error.why]))
        finding = Finding(Check.DATA, error.code, error.message, error.hint or "see why, and run it again", why)
        return Compared(Check.DATA, Outcome.FAILED, (finding,))


def compare_data(
    project: Project,
    session: Session,
    live: Schema,
    setting: EnvironmentSetting | None = None,
    *,
    pending: bool = False,
) -> Compared | None:
    """As `data_check`. Raises ConfigError for files that can't be read, DatabaseError."""
    if not has_reference_data(project):
        return None
    tables = reference_data(project, lower(project.datamodel, project.dialect))
    if setting is not None:
        tables = tuple(_of_environment(tables, setting))
    if not tables:
        return None
    ready = tuple(table for table in tables if _is_there(table, live))
    found = tuple(_finding(one, project) for one in differences(session, ready, project.dialect))
    outcome = Outcome.DIFFERS if found else Outcome.SAME if ready else Outcome.NOTHING
    return Compared(Check.DATA, outcome, found, note=_note(tables, ready, pending=pending))


def _of_environment(tables: tuple[DataTable, ...], setting: EnvironmentSetting) -> Iterator[DataTable]:
    counts = without_ignored(Schema(tables=tuple(t.shape.table for t in tables)), setting.ignore, setting.schemas)
    names = {table.name for table in counts.tables}
    return (table for table in tables if table.shape.table.name in names)


def _is_there(table: DataTable, live: Schema) -> bool:
    """Whether the database has all that the file names. What it lacks is a finding about the schema."""
    name = table.shape.table.name
    for other in live.tables:
        if other.name.name == name.name and (name.namespace is None or other.name.namespace in (None, name.namespace)):
            return all(other.column(column.name) is not None for column in table.columns)
    return False


def _note(tables: tuple[DataTable, ...], ready: tuple[DataTable, ...], *, pending: bool) -> str | None:
    notes = []
    if pending:
        notes.append("migrations are pending here; the rows were compared with the files all the same")
    left = [table.shape.shown for table in tables if table not in ready]
    if left:
        notes.append(f"not compared, because the table or one of its columns isn't there: {', '.join(left)}")
    return "; ".join(notes) or None


def _finding(difference: Difference, project: Project) -> Finding:
    missing, unlisted = difference.found is None, difference.wanted is None
    return Finding(
        Check.DATA,
        "PAR920" if missing else "PAR922" if unlisted else "PAR921",
        sentence(difference),
        _FIX,
        lines=column_lines(difference),
        sql=script_of((difference,), project.dialect),
        table=difference.table.shape.table.name.name,
        manner=Manner.CHANGED,
    )
