"""The rows of a new migration: found on a scratch database that holds its schema, and proved by a replay of it all."""

from __future__ import annotations

from collections.abc import Callable

from msgspec import Struct

from parity.data.compare import Difference
from parity.data.statements import Statement, column_lines, sentence, text_of, warnings_of
from parity.data.tables import DataTable
from parity.dialects.base import Session
from parity.errors import ProofFailed
from parity.plan.script import script
from parity.schema.model import Schema
from parity.schema.steps import Plan
from parity.workflow.context import Project
from parity.workflow.proof import prove
from parity.workflow.reference_data import all_rows
from parity.workflow.reference_overwrites import warnings_of_numbers
from parity.workflow.reference_refusals import in_order, named, refuse_stranded

_ROUNDS = 2
"""What the database changed by itself, such as a reference that followed its row, is set right once."""


class Added(Struct, frozen=True):
    """The migration with its rows, and the schema that it leads to."""

    text: str
    reached: Schema
    warnings: tuple[str, ...]
    missing: tuple[Difference, ...]
    """What the migration writes: the differences that the schema alone leaves."""


def add_rows(
    project: Project,
    scratch: Session,
    anew: Callable[[], Session],
    tables: tuple[DataTable, ...],
    plan: Plan,
    wanted: Schema,
) -> Added | None:
    """The whole migration, where the schema alone leaves rows to be written; else None.

    `scratch` holds the new schema already, `anew` gives one that holds the history alone. Raises ProofFailed PAR301 and
    PAR306, ConfigError PAR179 and PAR180.
    """
    dialect = project.dialect
    rows = all_rows(scratch, tables, dialect)
    missing = tuple(one for one in rows if one.differs)
    if not missing:
        return None
    refuse_stranded(rows)
    warnings = (*warnings_of(missing), *warnings_of_numbers(missing, plan))
    first = missing
    schema = script(plan, dialect, warnings=True, beyond=warnings)
    statements: tuple[Statement, ...] = ()
    for _ in range(_ROUNDS):
        statements += in_order(missing, dialect)
        text = f"{schema}\n{text_of(statements)}" if plan.steps else schema + text_of(statements)
        again = anew()
        try:
            reached = prove(text, wanted, again, dialect, project.namespaces, plan)
        except ProofFailed as error:
            raise named(error, statements) from error
        left = tuple(one for one in all_rows(again, tables, dialect) if one.differs)
        if not left:
            return Added(text, reached, warnings, first)
        if not all(one.wanted is not None and one.found is not None for one in left):
            break
        missing = left
    raise ProofFailed(
        "PAR306",
        "the migration doesn't lead to the rows of the reference data",
        differences=tuple(line for one in left for line in (sentence(one), *column_lines(one))),
        why="after a replay of the history and of this migration these rows aren't those of the files",
        hint="nothing was written; see which values the database keeps otherwise, and write them so",
    )
