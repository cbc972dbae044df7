"""Columns whose values would go with a change of type, and could be kept: which of the two is wanted.

Prisma's engine drops such a column and makes it anew. Where a conversion is known, a person chooses; the values of the
database at hand are tried first. Where nobody can be asked, nothing is lost that wasn't given up.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from enum import StrEnum

from msgspec import Struct

from parity.counting import counted
from parity.dialects.base import Dialect, Session
from parity.errors import LossesRefused
from parity.plan.context import Conversions, values_become_lists
from parity.schema.changes import AlterColumn
from parity.schema.hazards import type_name
from parity.schema.model import Column, Schema
from parity.schema.steps import AlterTable, MisfitCount, NonNullCount, Plan, RecreateColumn
from parity.schema.types import Arity
from parity.workflow.interaction import Interaction
from parity.workflow.losses import count_rows


class OnTypeChange(StrEnum):
    """What becomes of the values where a column's type changes and the database has no cast of its own."""

    CAST = "cast"
    """They are converted, in place."""
    RECREATE = "recreate"
    """They go with the column, which is made anew: what Prisma's engine does."""


class Convertible(Struct, frozen=True):
    """A column that could be converted by `using`. `values` of its rows hold one; on `misfits` of them that fails."""

    column: RecreateColumn | AlterColumn
    using: str
    values: int | None
    misfits: int | None

    @property
    def sentence(self) -> str:
        """For the person who chooses."""
        before, after, table = self.column.old_column, self.column.new_column, self.column.old.name.name
        held = "an unknown number of values" if self.values is None else counted(self.values, "value")
        fits = "" if not self.misfits else f", of which {self.misfits} can't be converted"
        return f"`{after.name}` of `{table}`, from {_shown(before)} to {_shown(after)}: {held}{fits}"


def convertible(plan: Plan, new: Schema, session: Session, dialect: Dialect) -> tuple[Convertible, ...]:
    """The columns of a plan that are made anew and could be converted, with what the database holds in them."""
    found = []
    for part in _losing(plan):
        before, after, table = part.old_column, part.new_column, part.old.name
        using = dialect.conversion(before, after)
        if using is None:
            continue
        enum = next((enum for enum in new.enums if enum.name == after.type.enum), None)
        trial = MisfitCount(table, before, after, () if enum is None else enum.values)
        values = count_rows(session, dialect, NonNullCount(table, before.name))
        found.append(Convertible(part, using, values, count_rows(session, dialect, trial) if values else values))
    return tuple(found)


def choose_conversions(
    columns: tuple[Convertible, ...],
    interaction: Interaction,
    answer: OnTypeChange | None,
    *,
    accepted: bool,
    only_here: bool,
) -> Conversions:
    """What is to be converted. Raises LossesRefused where values are at stake and nobody decides.

    `accepted` says that losses were agreed to; `only_here` that no other database will ever run the change.
    """
    if answer is None:
        columns = tuple(column for column in columns if column.values != 0 or not only_here)
        answer = _asked(columns, interaction, accepted=accepted)
    if answer is OnTypeChange.RECREATE:
        return {}
    return {(one.column.new.name, one.column.new_column.name): one.using for one in columns}


def _asked(columns: tuple[Convertible, ...], interaction: Interaction, *, accepted: bool) -> OnTypeChange:
    if not columns:
        return OnTypeChange.RECREATE
    told = ("The type of columns changes without a cast of the database's own:", *_lines(columns))
    if not accepted:
        chosen = interaction.choose("What becomes of the values?", _CHOICES, told=told)
        if chosen is not None:
            return OnTypeChange(chosen)
        if any(column.values != 0 for column in columns):
            raise LossesRefused(
                "PAR322",
                "values would be lost that could be kept",
                tuple(column.sentence for column in columns),
                (),
                hint="keep them with --on-type-change cast, or give them up with --on-type-change recreate and "
                "--accept-data-loss",
            )
    for line in (*told, "They are made anew, as Prisma does it; --on-type-change cast would convert the values"):
        interaction.progress(line)
    return OnTypeChange.RECREATE


_CHOICES = (
    (OnTypeChange.CAST.value, "convert the values in place"),
    (OnTypeChange.RECREATE.value, "drop the columns and make them anew, without their values"),
)


def _lines(columns: Iterable[Convertible]) -> tuple[str, ...]:
    return tuple(f"  - {column.sentence}" for column in columns)


def _losing(plan: Plan) -> Iterator[RecreateColumn | AlterColumn]:
    """What keeps no value."""
    steps = (planned.step for planned in plan.steps)
    for part in (part for step in steps if isinstance(step, AlterTable) for part in step.parts):
        match part:
            case RecreateColumn():
                yield part
            case AlterColumn(old_column=before, new_column=after) if values_become_lists(before, after):
                yield part
            case _:
                pass


def _shown(column: Column) -> str:
    return type_name(column.type) + ("[]" if column.arity is Arity.LIST else "")
