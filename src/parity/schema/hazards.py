"""The catalogue of hazards that come with a change of a schema, each with its words.

It is the catalogue of Prisma's engine, and so are its sentences, to the letter: they stand at the head of the
migrations that both tools write, and a team that uses both must not see two wordings of one danger. A sentence has a
second form for a database whose rows were counted. What the engine doesn't foresee is `beyond` it: told, and written
only where something is lost for good.
"""

from __future__ import annotations

from collections.abc import Sequence

from parity.schema.steps import (
    DataQuestion,
    DuplicateCount,
    Hazard,
    HazardLevel,
    MisfitCount,
    NonNullCount,
    NullCount,
    RowCount,
)
from parity.schema.types import ColumnType, ObjectName, TypeFamily

_WARNING, _UNEXECUTABLE = HazardLevel.WARNING, HazardLevel.UNEXECUTABLE
_CONVERT = "write the conversion by hand: ALTER COLUMN … TYPE … USING …"


def drop_table(table: ObjectName) -> Hazard:
    """A table goes."""
    start = f"You are about to drop the `{table.name}` table"
    return Hazard(
        "drop_table",
        _WARNING,
        f"{start}. If the table is not empty, all the data it contains will be lost.",
        table,
        question=RowCount(table),
        hint="copy what is still needed elsewhere first, or drop the table in a later release, when nothing reads it",
        counted=(f"{start}, which is not empty (", " rows)."),
    )


def drop_column(table: ObjectName, column: str) -> Hazard:
    """A column goes."""
    start = f"You are about to drop the column `{column}` on the `{table.name}` table"
    return Hazard(
        "drop_column",
        _WARNING,
        f"{start}. All the data in the column will be lost.",
        table,
        column,
        NonNullCount(table, column),
        "copy the values into another column first, or drop the column in a later release, when nothing reads it",
        (f"{start}, which still contains ", " non-null values."),
    )


def required_column(table: ObjectName, column: str, *, client_fills: bool = False, numbered: bool = False) -> Hazard:
    """A column without a default is added as required; or a client would fill it, which fills no row that is there.

    Where the database numbers the rows, it can be done.
    """
    how = " with a prisma-level default value." if client_fills else " without a default value."
    start = f"Added the required column `{column}` to the `{table.name}` table{how}"
    end = ""
    if client_fills:
        start = f"The required column `{column}` was added to the `{table.name}` table{how}"
        end = " Please add this column as optional, then populate it before making it required."
    return Hazard(
        "required_column",
        _UNEXECUTABLE,
        f"{start} This is not possible if the table is not empty.{end}",
        table,
        column,
        RowCount(table),
        "the rows get new numbers, in the order in which they lie in the table"
        if numbered
        else "give it a default, or add it as optional, fill it, and make it required",
        (f"{start} There are ", f" rows in this table, it is not possible to execute this step.{end}"),
        feasible=numbered,
    )


def not_null(table: ObjectName, column: str, before: str | None = None) -> Hazard:
    """A column becomes required. `before` is its old name where it had another."""
    start = f"Made the column `{column}` on table `{table.name}` required"
    return Hazard(
        "not_null",
        _UNEXECUTABLE,
        f"{start}. This step will fail if there are existing NULL values in that column.",
        table,
        column,
        NullCount(table, before or column),
        "give those rows a value with an UPDATE before this statement",
        (f"{start}, but there are ", " existing NULL values."),
    )


def cast(table: ObjectName, column: str, old_type: str | None, new_type: str, before: str | None = None) -> Hazard:
    """A type changes in place, and values may be cut or stop it. `old_type` is None where it isn't known."""
    start = f"You are about to alter the column `{column}` on the `{table.name}` table"
    origin = f" from `{old_type}`" if old_type else ""
    end = f"The data in that column will be cast{origin} to `{new_type}`."
    return Hazard(
        "cast",
        _WARNING,
        f"{start}. The data in that column could be lost. {end}",
        table,
        column,
        NonNullCount(table, before or column),
        "add a column of the new type, copy the values with a checked conversion, and drop the old one later",
        (f"{start}, which contains ", f" non-null values. {end}"),
    )


def convert(table: ObjectName, column: str, old_type: str, new_type: str, question: MisfitCount) -> Hazard:
    """A type changes in place by an expression, which fails on values that it can't convert, and loses none."""
    start = f"You are about to alter the column `{column}` on the `{table.name}` table"
    end = f"cast from `{old_type}` to `{new_type}`."
    return Hazard(
        "cast",
        _WARNING,
        f"{start}. The data in that column will be {end} This cast may fail. Please make sure the data in the column "
        "can be cast.",
        table,
        column,
        question,
        "mend or empty those values first; or let the column be made anew, without them: --on-type-change recreate",
        (f"{start}, which contains ", f" values that can't be {end}"),
    )


def recreate_column(table: ObjectName, column: str) -> Hazard:
    """A column is dropped and added anew, because no cast leads from its old type to its new one."""
    start = f"The `{column}` column on the `{table.name}` table would be dropped and recreated."
    return Hazard(
        "recreate_column",
        _WARNING,
        f"{start} This will lead to data loss if there is data in the column.",
        table,
        column,
        NonNullCount(table, column),
        _CONVERT,
        (f"{start} This will lead to data loss.",),
    )


def recreate_required_column(table: ObjectName, column: str) -> Hazard:
    """The same for a column that is required before and after, and has no default to be filled with."""
    start = f"Changed the type of `{column}` on the `{table.name}` table. No cast exists, the column would be dropped "
    start += "and recreated, which cannot be done "
    return Hazard(
        "recreate_column",
        _UNEXECUTABLE,
        f"{start}if there is data, since the column is required.",
        table,
        column,
        RowCount(table),
        _CONVERT,
        (f"{start}since the column is required and there is data in the table.",),
    )


def value_to_list(table: ObjectName, column: str) -> Hazard:
    """A column of single values becomes one of lists. That is done only where there is none."""
    start = f"Changed the column `{column}` on the `{table.name}` table from a scalar field to a list field."
    return Hazard(
        "recreate_column",
        _UNEXECUTABLE,
        f"{start} If there are non-null values in that column, this step will fail.",
        table,
        column,
        NonNullCount(table, column),
        _CONVERT,
        (f"{start} There are ", " existing non-null values in that column, this step cannot be executed."),
    )


def primary_key(table: ObjectName) -> Hazard:
    """A primary key changes."""
    return Hazard(
        "primary_key",
        _WARNING,
        f"The primary key for the `{table.name}` table will be changed. If it partially fails, the table could be left "
        "without primary key constraint.",
        table,
        question=RowCount(table),
    )


def primary_key_on(table: ObjectName, columns: Sequence[str]) -> Hazard:
    """A primary key comes on columns that hold values. Beyond the engine's catalogue."""
    return Hazard(
        "primary_key",
        _WARNING,
        f"A primary key on the columns `[{','.join(columns)}]` of the table `{table.name}` will be added: "
        "that fails if there are duplicate values.",
        table,
        columns[0] if len(columns) == 1 else None,
        DuplicateCount(table, tuple(columns)),
        "find the duplicates and merge or remove them before this statement",
        beyond=True,
    )


def unique(
    table: ObjectName, columns: Sequence[str], question: DataQuestion | None = None, *, beyond: bool = False
) -> Hazard:
    """A unique key comes. `question` is None where the duplicates can be counted in the columns themselves.

    It is beyond the engine where the key comes with something else that is made anew.
    """
    return Hazard(
        "unique",
        _WARNING,
        f"A unique constraint covering the columns `[{','.join(columns)}]` on the table `{table.name}` will be added. "
        "If there are existing duplicate values, this will fail.",
        table,
        columns[0] if len(columns) == 1 else None,
        question or DuplicateCount(table, tuple(columns)),
        "find the duplicates and merge or remove them before this statement",
        always_told=not beyond,
        beyond=beyond,
    )


def drop_enum_values(
    enum: ObjectName,
    values: Sequence[str],
    table: ObjectName | None = None,
    column: str | None = None,
    question: DataQuestion | None = None,
) -> Hazard:
    """An enum loses values, which a column (if it is used at all) may hold."""
    return Hazard(
        "drop_enum_values",
        _WARNING,
        f"The values [{','.join(values)}] on the enum `{enum.name}` will be removed. If these variants are still used "
        "in the database, this will fail.",
        table,
        column,
        question,
        "give those rows another value before this statement",
        always_told=True,
    )


def foreign_key(
    table: ObjectName, columns: Sequence[str], referenced: ObjectName, question: DataQuestion, *, is_new: bool = False
) -> Hazard:
    """Columns with values come to refer to another table. Beyond the engine's catalogue.

    Where that table is new, nothing is in it yet, and any value fails.
    """
    shown = ", ".join(f"`{name}`" for name in columns)
    return Hazard(
        "foreign_key",
        _UNEXECUTABLE if is_new else _WARNING,
        f"The columns {shown} of the table `{table.name}` come to refer to `{referenced.name}`: "
        f"that fails if a row refers to {'anything: the table is new' if is_new else 'nothing there'}.",
        table,
        question=question,
        hint="look for such rows first, and mend or empty them in the same migration",
        beyond=True,
    )


def drop_object(
    kind: str,
    name: str,
    table: ObjectName | None = None,
    beneath: Sequence[str] = (),
    rows: RowCount | None = None,
) -> Hazard:
    """An object that the schema language can't say goes; `beneath` is what it stands on and what goes, in words.

    `rows` counts its own rows, where it holds some. Beyond the engine's catalogue, which knows of no such object.
    """
    start = f"You are about to drop the {kind} `{name}`"
    if table is not None:
        start += f" on the `{table.name}` table"
    if beneath:
        start += f", which stands on {' and '.join(beneath)}"
    reason = f"{start}."
    counted: tuple[str, ...] = ()
    if rows is not None:
        reason += " If it is not empty, all the rows it contains will be lost."
        counted = (f"{start}{' and' if beneath else ', which'} is not empty (", " rows).")
    return Hazard(
        "drop_object",
        _WARNING,
        reason,
        table if rows is None else rows.table,
        question=rows,
        hint="make it anew on what is left, in the same migration, which --create-only leaves to be edited",
        counted=counted,
        beyond=True,
        lasting=True,
    )


def insert_by_position(trigger: str, table: ObjectName) -> Hazard:
    """A table gets columns, and a trigger inserts rows into it without naming any. Beyond the engine's catalogue."""
    return Hazard(
        "insert_by_position",
        _WARNING,
        f"The trigger `{trigger}` inserts rows into the `{table.name}` table without naming its columns: it will fail "
        "with the new ones.",
        table,
        hint="make the trigger anew in the same migration, with the names of the columns behind INSERT INTO; "
        "--create-only leaves it to be edited",
        beyond=True,
        lasting=True,
    )


_FAMILIES = {
    TypeFamily.INT: "Int",
    TypeFamily.BIG_INT: "BigInt",
    TypeFamily.FLOAT: "Float",
    TypeFamily.DECIMAL: "Decimal",
    TypeFamily.BOOLEAN: "Boolean",
    TypeFamily.STRING: "String",
    TypeFamily.DATE_TIME: "DateTime",
    TypeFamily.BINARY: "Binary",
    TypeFamily.JSON: "Json",
    TypeFamily.UUID: "Uuid",
}


def type_name(column_type: ColumnType) -> str:
    """A type as the schema language calls it; its family's name where finer types don't matter to the database."""
    native = column_type.native
    if native is not None:
        return native.name + (f"({','.join(map(str, native.args))})" if native.args else "")
    if column_type.enum is not None:
        return column_type.enum.name
    return _FAMILIES.get(column_type.family) or f'Unsupported("{column_type.declared or column_type.text}")'
