"""Why a database refuses a planned statement: what stands in the way, or doesn't fit, and what a person can do."""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct

from parity.dialects.base import Dialect
from parity.diff.mentions import check_reads, index_reads
from parity.errors import DatabaseError, StatementFailed
from parity.plan.context import type_changes
from parity.schema.changes import AddCheck, AddPrimaryKey, AlterColumn, DropCheck
from parity.schema.model import Check, Index, Table
from parity.schema.steps import (
    AlterEnumStep,
    AlterTable,
    ConvertColumn,
    CreateIndex,
    CreateOpaque,
    Plan,
    RecreateColumn,
    RemoveEnum,
    RemoveExtension,
    RemoveIndex,
    RemoveOpaque,
    RemoveTable,
    Step,
)


class Obstacle(Struct, frozen=True):
    """What a person has to know: the reason, None where the database gave it, and what has to be done first."""

    why: str | None
    first: str


def obstacle(error: DatabaseError, plan: Plan, dialect: Dialect) -> Obstacle | None:
    """What makes the database refuse a statement of the plan; None where it is something else.

    Either an object that can't step aside by itself (a cast, a publication, a column of a view's type), which the
    database names; or one that stands on a column that gets another type, and can't be evaluated on that.
    """
    if not isinstance(error, StatementFailed):
        return None
    step = next((planned.step for planned in plan.steps if error.statement in _statements(planned.step, dialect)), None)
    if step is None:
        return None
    if error.is_in_the_way and _takes_away(step):
        return Obstacle(error.why, "drop that")
    found = dict(_unfit(step, plan, dialect)) if error.is_senseless else {}
    if not found:
        return None
    names = ", ".join(found)
    drops = " ".join(f"{statement};" for statement in found.values())
    if len(found) == 1:
        return Obstacle(f"{names} can't stand on the new type of what it reads", f"drop it ({drops})")
    return Obstacle(
        f"one of these can't stand on the new type of what it reads: {names}", f"drop what doesn't fit ({drops})"
    )


def _statements(step: Step, dialect: Dialect) -> tuple[str, ...]:
    return dialect.render(step).statements


def _takes_away(step: Step) -> bool:
    """Whether the step drops something, or gives a column another type: all that a dependent object can forbid."""
    match step:
        case AlterTable(parts=parts):
            # A key on a partitioned table is refused with the same code, for what it lacks.
            return any(_retyped(step)) or not any(isinstance(part, AddPrimaryKey) for part in parts)
        case AlterEnumStep() | RemoveOpaque() | RemoveIndex() | RemoveTable() | RemoveEnum() | RemoveExtension():
            return True
        case _:
            return False


def _unfit(step: Step, plan: Plan, dialect: Dialect) -> Iterator[tuple[str, str]]:
    """What the step makes again or leaves on other types: its name for a person, and the statement that drops it."""
    match step:
        case CreateOpaque(opaque):
            before = (planned.step for planned in plan.steps)
            if any(isinstance(other, RemoveOpaque) and other.opaque == opaque for other in before):
                place = "" if opaque.table is None else f" on the `{opaque.table.name}` table"
                yield (
                    f"the {opaque.kind.value.lower()} `{opaque.name.name}`{place}",
                    _drop(RemoveOpaque(opaque), dialect),
                )
        case CreateIndex(table, index) if _was_there(index, table, plan):
            yield _index(table, index), _drop(RemoveIndex(table, index), dialect)
        case AlterTable(old, new):
            columns = frozenset(_retyped(step))
            added = [part.check for part in step.parts if isinstance(part, AddCheck)]
            for check in old.checks:
                if check in new.checks and (check in added or check_reads(check, columns)):
                    drop = AlterTable(old, new, (DropCheck(old, new, check),))
                    yield _check(old, check), _drop(drop, dialect)
            for index in old.indexes:
                if index_reads(index, columns) and any(other.name == index.name for other in new.indexes):
                    yield _index(old, index), _drop(RemoveIndex(old, index), dialect)
        case _:
            pass


def _was_there(index: Index, table: Table, plan: Plan) -> bool:
    """Whether the index went with a column of the altered table, and isn't asked for anew."""
    return any(
        isinstance(planned.step, AlterTable)
        and planned.step.new.name == table.name
        and index in planned.step.old.indexes
        for planned in plan.steps
    )


def _retyped(step: AlterTable) -> Iterator[str]:
    for part in step.parts:
        match part:
            case AlterColumn(old_column=old, new_column=new) if type_changes(old, new):
                yield new.name
            case RecreateColumn(new_column=new) | ConvertColumn(new_column=new):
                yield new.name
            case _:
                pass


def _check(table: Table, check: Check) -> str:
    return f"the check `{check.name or check.expression}` on the `{table.name.name}` table"


def _index(table: Table, index: Index) -> str:
    return f"the index `{index.name}` on the `{table.name.name}` table"


def _drop(step: Step, dialect: Dialect) -> str:
    return dialect.render(step).statements[0]
