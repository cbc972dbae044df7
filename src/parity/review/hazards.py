"""The hazards that only a review of SQL can find, with what it says about each; the others are in the shared catalogue.

Values only: `parity.review.losses` finds them.
"""

from __future__ import annotations

from parity.review.names import shown
from parity.schema.steps import (
    Hazard,
    HazardLevel,
    NonNullCount,
    RowCount,
)
from parity.schema.types import ObjectName

_WARNING, _UNEXECUTABLE = HazardLevel.WARNING, HazardLevel.UNEXECUTABLE


def empty_table(table: ObjectName, how: str, code: str) -> Hazard:
    """All rows go, the table stays: TRUNCATE, DELETE."""
    return Hazard(
        code,
        _WARNING,
        f"{how} removes all rows of {shown(table)}",
        table,
        question=RowCount(table),
        hint="choose the rows with a WHERE clause, or keep a copy of them",
    )


def overwrite_rows(table: ObjectName, columns: tuple[str, ...]) -> Hazard:
    """UPDATE without WHERE."""
    return Hazard(
        "update_all",
        _WARNING,
        f"UPDATE without WHERE overwrites {', '.join(columns) or 'columns'} in all rows of {shown(table)}",
        table,
        columns[0] if len(columns) == 1 else None,
        RowCount(table),
        "choose the rows with a WHERE clause, or write into a new column",
    )


def recreate_table(table: ObjectName, why: str) -> Hazard:
    """A rebuild that leaves rows or columns behind."""
    return Hazard(
        "recreate_table",
        _WARNING,
        f"the table {shown(table)} is made anew, and {why}",
        table,
        question=RowCount(table),
        hint="compare the columns and rows that INSERT … SELECT copies with those of the old table",
    )


def not_null_on_new_column(table: ObjectName, column: str, *, updated: bool) -> Hazard:
    """SET NOT NULL on a column that the same migration adds, and fills in some rows (`updated`) or in none."""
    why = "must get a value in every row from the UPDATE before it" if updated else "has no value in the rows there are"
    return Hazard(
        "not_null",
        _WARNING if updated else _UNEXECUTABLE,
        f"the new column {column} of {shown(table)} becomes required, and {why}",
        table,
        column,
        RowCount(table),
        "give all rows a value with an UPDATE before this statement",
    )


def unique_on_unknown(table: ObjectName, what: str, *, key: bool = False) -> Hazard:
    """A unique key whose values can't be looked at before the migration: new columns, expressions."""
    return Hazard(
        "primary_key" if key else "unique",
        _WARNING,
        f"{shown(table)} gets a unique key on {what}: rows with the same values stop the migration",
        table,
        question=RowCount(table),
        hint="make sure that the values differ from row to row before this statement",
    )


def replace_enum(table: ObjectName, column: str, enum: ObjectName) -> Hazard:
    """An enum is made anew, and which values it had isn't known (or can't be counted in a list)."""
    return Hazard(
        "drop_enum_values",
        _WARNING,
        f"{shown(enum)} is made anew: rows of {shown(table)} with a value in {column} that it no longer has stop the "
        "migration",
        table,
        column,
        NonNullCount(table, column),
        "compare the values of the old type with those of the new one",
    )


def drop_type(name: ObjectName, *, cascade: bool) -> Hazard:
    """DROP TYPE of a type whose columns aren't known."""
    how = "with the columns that use it" if cascade else "and fails while a column uses it"
    return Hazard(
        "drop_type",
        _WARNING,
        f"the type {shown(name)} goes, {how}",
        hint="change the columns that use it to another type first",
    )


def drop_type_with_column(name: ObjectName, table: ObjectName, column: str) -> Hazard:
    """DROP TYPE … CASCADE takes a column along."""
    return Hazard(
        "drop_type",
        _WARNING,
        f"the type {shown(name)} goes, and with it the column {column} of {shown(table)}",
        table,
        column,
        NonNullCount(table, column),
        "change the column to another type first",
    )


def drop_cascade(kind: str, name: ObjectName) -> Hazard:
    """DROP … CASCADE of something that tables or columns may stand on."""
    return Hazard(
        "drop_cascade",
        _WARNING,
        f"the {kind} {shown(name)} goes, with everything that stands on it",
        hint="drop what stands on it by name, so that a review can tell what is lost",
    )


def drop_container(kind: str, name: ObjectName) -> Hazard:
    """DROP DATABASE, DROP OWNED BY."""
    return Hazard(
        "drop_cascade",
        _WARNING,
        f"all objects of the {kind} {shown(name)} go",
        hint="drop what isn't needed by name",
    )
