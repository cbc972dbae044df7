"""The rows of a new migration: found on a scratch database that holds its schema, and proved by a replay of it all."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from parity.data.statements import column_lines, script_of, sentence, warnings_of
from parity.data.tables import DataTable
from parity.dialects.base import Session
from parity.errors import ProofFailed
from parity.plan.script import script
from parity.schema.model import Schema
from parity.schema.steps import Plan
from parity.workflow.context import Project
from parity.workflow.proof import prove
from parity.workflow.reference_data import differences


class Added(Struct, frozen=True):
    """The migration with its rows, and the schema that it leads to."""

    text: str
    reached: Schema
    warnings: tuple[str, ...]


def add_rows(
    project: Project,
    scratch: Session,
    anew: Callable[[], Session],
    tables: tuple[DataTable, ...],
    plan: Plan,
    wanted: Schema,
) -> Added | None:
    """The whole migration, where the schema alone leaves rows to be written; else None.

    `scratch` holds the new schema already, `anew` gives one that holds the history alone. Raises ProofFailed PAR306.
    """
    dialect = project.dialect
    missing = differences(scratch, tables, dialect)
    if not missing:
        return None
    warnings = warnings_of(missing)
    schema = script(plan, dialect, warnings=True, beyond=warnings)
    text = f"{schema}\n{script_of(missing, dialect)}" if plan.steps else schema + script_of(missing, dialect)
    again = anew()
    reached = prove(text, wanted, again, dialect, project.namespaces, plan)
    left = differences(again, tables, dialect)
    if left:
        raise ProofFailed(
            "PAR306",
            "the migration doesn't lead to the rows of the reference data",
            differences=tuple(line for one in left for line in (sentence(one), *column_lines(one))),
            why="after a replay of the history and of this migration these rows aren't those of the files",
            hint="nothing was written; see which values the database keeps otherwise, and write them so",
        )
    return Added(text, reached, warnings)
