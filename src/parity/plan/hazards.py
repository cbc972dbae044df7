"""The dangers of each step: what is lost, and what fails on the rows that are there.

The catalogue is that of Prisma's engine, the words are ours. A hazard asks a question about the data; whether it is
real is found out where there is a database to ask.
"""

from __future__ import annotations

from collections.abc import Iterator

from parity.plan.context import Planning, type_changes
from parity.schema.changes import AddColumn, AddForeignKey, AddIndex, AlterColumn, DropColumn, DropPrimaryKey
from parity.schema.model import Column, ForeignKey, Index, Table
from parity.schema.steps import (
    AlterEnumStep,
    AlterTable,
    Cast,
    ChangePrimaryKey,
    CreateForeignKey,
    CreateIndex,
    DataQuestion,
    DuplicateCount,
    Hazard,
    HazardLevel,
    NonNullCount,
    NullCount,
    OrphanCount,
    RecreateColumn,
    RedefineTables,
    Redefinition,
    RemoveTable,
    RowCount,
    Step,
    ValueCount,
)
from parity.schema.types import Arity

_W, _U = HazardLevel.WARNING, HazardLevel.UNEXECUTABLE


def hazards_of(step: Step, planning: Planning) -> Iterator[Hazard]:
    """The hazards of one step."""
    match step:
        case RemoveTable(table):
            yield _drop_table(table)
        case AlterTable():
            yield from _alter_table(step, planning)
        case RedefineTables(tables):
            for redefinition in tables:
                yield from _redefine(redefinition, planning)
        case ChangePrimaryKey(old=table):
            yield _primary_key(table)
        case CreateIndex(table, index) if index.is_unique and table.name in planning.old_places:
            yield _unique(table, index, planning)
        case CreateForeignKey(table, key):
            yield from _foreign_key(table, key, planning)
        case AlterEnumStep():
            yield from _enum(step)
        case _:
            pass


def _drop_table(table: Table) -> Hazard:
    return Hazard(
        "drop_table",
        _W,
        f"The table `{table.name.name}` is dropped, with all rows that it holds.",
        table.name,
        question=RowCount(table.name),
        hint="rename it, or move the rows elsewhere in the same migration",
    )


def _alter_table(step: AlterTable, planning: Planning) -> Iterator[Hazard]:
    for part in step.parts:
        match part:
            case DropColumn(old=table, column=column):
                if not _is_computed_anew(column, step.new):
                    yield _drop_column(table, column)
            case AddColumn(old=table, column=column):
                yield from _add_column(table, column)
            case RecreateColumn(old=table, old_column=before, new_column=after):
                yield _recreate(table, before, after)
            case AlterColumn(old=table, old_column=before, new_column=after):
                yield from _alter_column(table, before, after, planning.cast(part))
            case DropPrimaryKey(old=table):
                yield _primary_key(table)
            case _:
                pass


def _redefine(redefinition: Redefinition, planning: Planning) -> Iterator[Hazard]:
    old, new = redefinition.old, redefinition.new
    if old.primary_key is not None and (
        new.primary_key is None or old.primary_key.columns != new.primary_key.columns or _retyped_key(redefinition)
    ):
        yield _primary_key(old)
    copied = dict(redefinition.copied)
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    for column in old.columns:
        if column.name not in copied:
            yield _drop_column(old, column)
    taken = set(copied.values())
    for column in new.columns:
        if column.name not in taken:
            yield from _add_column(old, column)
    for old_name, new_name in redefinition.copied:
        first, second = before[old_name], after[new_name]
        change = AlterColumn(old, new, first, second)
        cast = planning.cast(change)
        yield from _alter_column(old, first, second, cast, filled=new_name in redefinition.filled)
    altered = planning.altered.get(new.name)
    for made in altered.changes if altered is not None else ():
        match made:
            case AddIndex(index=index) if index.is_unique:
                yield _unique(new, index, planning, redefinition.filled)
            case AddForeignKey(foreign_key=key):
                yield from _foreign_key(new, key, planning, redefinition.filled)
            case _:
                pass


def _retyped_key(redefinition: Redefinition) -> bool:
    key = redefinition.old.primary_key
    names = {column.name for column in key.columns} if key is not None else set()
    after = {column.name: column for column in redefinition.new.columns}
    return any(
        column.name in after and type_changes(column, after[column.name])
        for column in redefinition.old.columns
        if column.name in names
    )


def _is_computed_anew(column: Column, table: Table) -> bool:
    """Whether a generated column is dropped only to be added again."""
    after = table.column(column.name)
    return column.generated is not None and after is not None and after.generated is not None


def _drop_column(table: Table, column: Column) -> Hazard:
    return Hazard(
        "drop_column",
        _W,
        f"The column `{column.name}` of the table `{table.name.name}` is dropped, with all its values.",
        table.name,
        column.name,
        NonNullCount(table.name, column.name),
        hint="rename it, or copy the values in the same migration",
    )


def _add_column(table: Table, column: Column) -> Iterator[Hazard]:
    if not column.is_required or column.default is not None or column.generated or column.identity:
        return
    yield Hazard(
        "required_column",
        _U,
        f"The required column `{column.name}` without a default is added to the table `{table.name.name}`: "
        "that fails if the table has rows.",
        table.name,
        column.name,
        RowCount(table.name),
        hint="give it a default, or add it as optional, fill it, and make it required",
    )


def _recreate(table: Table, before: Column, after: Column) -> Hazard:
    if after.is_required and after.default is None and after.generated is None:
        return Hazard(
            "recreate_column",
            _U,
            f"The column `{after.name}` of the table `{table.name.name}` is dropped and added anew with another type. "
            "It is required and has no default: that fails if the table has rows.",
            table.name,
            after.name,
            RowCount(table.name),
            hint="write the conversion by hand: ALTER COLUMN … TYPE … USING …",
        )
    return Hazard(
        "recreate_column",
        _W,
        f"The column `{after.name}` of the table `{table.name.name}` is dropped and added anew with another type, "
        "and loses all its values.",
        table.name,
        after.name,
        NonNullCount(table.name, before.name),
        hint="write the conversion by hand: ALTER COLUMN … TYPE … USING …",
    )


def _alter_column(table: Table, before: Column, after: Column, cast: Cast, *, filled: bool = False) -> Iterator[Hazard]:
    if after.is_required and not before.is_required and not filled:
        yield Hazard(
            "not_null",
            _U,
            f"The column `{after.name}` of the table `{table.name.name}` becomes required: "
            "that fails if a row holds NULL in it.",
            table.name,
            after.name,
            NullCount(table.name, before.name),
            hint="fill the column in the same migration, before this statement",
        )
    if type_changes(before, after) and cast is not Cast.SAFE:
        yield Hazard(
            "cast",
            _W,
            f"The column `{after.name}` of the table `{table.name.name}` changes its type, "
            "and some of its values may not fit the new one.",
            table.name,
            after.name,
            NonNullCount(table.name, before.name),
            hint="look at the values first",
        )


def _primary_key(table: Table) -> Hazard:
    return Hazard(
        "primary_key",
        _W,
        f"The primary key of the table `{table.name.name}` changes: that fails where the new one isn't unique.",
        table.name,
        question=RowCount(table.name),
    )


def _unique(table: Table, index: Index, planning: Planning, filled: tuple[str, ...] = ()) -> Hazard:
    columns = tuple(column.name for column in index.columns if column.name)
    shown = ", ".join(f"`{name}`" for name in columns)
    known = bool(columns) and all(_keeps_values(table, name, planning, filled) for name in columns)
    return Hazard(
        "unique",
        _W,
        f"The columns {shown} of the table `{table.name.name}` become unique: that fails if there are duplicates.",
        table.name,
        question=DuplicateCount(table.name, columns) if known else RowCount(table.name),
        hint="look for duplicates first",
    )


def _keeps_values(table: Table, column: str, planning: Planning, filled: tuple[str, ...]) -> bool:
    """Whether the rows hold in the column what they held before, so that asking them now tells of later."""
    old = planning.old_tables.get(table.name)
    if old is None or old.column(column) is None:
        return False
    return column not in planning.recreated_columns(table.name) and column not in filled


def _foreign_key(table: Table, key: ForeignKey, planning: Planning, filled: tuple[str, ...] = ()) -> Iterator[Hazard]:
    old = planning.old_tables.get(table.name)
    if old is None or not key.validated:
        return
    own = all(_keeps_values(table, name, planning, filled) for name in key.columns)
    other = planning.new_tables.get(key.referenced_table)
    kept = other is not None and all(_keeps_values(other, name, planning, ()) for name in key.referenced_columns)
    held = any((k.columns, k.referenced_table, k.referenced_columns) == _ends(key) for k in old.foreign_keys)
    if (held and own and kept) or (not own and _starts_empty(table, key, planning, filled)):
        return
    question: DataQuestion = RowCount(table.name)
    if own and kept:
        question = OrphanCount(table.name, key.columns, key.referenced_table, key.referenced_columns)
    elif own and len(key.columns) == 1:
        question = NonNullCount(table.name, key.columns[0])
    shown = ", ".join(f"`{name}`" for name in key.columns)
    yield Hazard(
        "foreign_key",
        _W,
        f"The columns {shown} of the table `{table.name.name}` come to refer to `{key.referenced_table.name}`: "
        "that fails if a row refers to nothing there.",
        table.name,
        question=question,
        hint="look for such rows first, and mend or empty them in the same migration",
    )


def _ends(key: ForeignKey) -> tuple[object, ...]:
    return key.columns, key.referenced_table, key.referenced_columns


def _starts_empty(table: Table, key: ForeignKey, planning: Planning, filled: tuple[str, ...]) -> bool:
    """Whether a column of the key is made anew without a value, so that no row refers to anything yet."""
    columns = {column.name: column for column in table.columns}
    return any(
        name not in filled and not _keeps_values(table, name, planning, filled) and columns[name].default is None
        for name in key.columns
    )


def _enum(step: AlterEnumStep) -> Iterator[Hazard]:
    gone = tuple(value for value in step.old.values if value not in step.new.values)
    if not gone:
        return
    shown = ", ".join(f"`{value}`" for value in gone)
    reason = f"The enum `{step.old.name.name}` loses the values {shown}: that fails if a row still holds one."
    if not step.uses:
        yield Hazard("drop_enum_values", _W, reason)
    for use in step.uses:
        if use.new_column.type.enum is None:
            continue
        question = None
        if use.old_column.arity is not Arity.LIST:
            question = ValueCount(use.table.name, use.old_column.name, gone)
        yield Hazard("drop_enum_values", _W, reason, use.table.name, use.old_column.name, question)
