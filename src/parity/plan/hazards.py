"""The dangers of each step: what is lost, and what fails on the rows that are there.

Here is which step has which hazard; the hazards and their words are in `parity.schema.hazards`. A hazard asks a
question about the data; whether it is real is found out where there is a database to ask.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from parity.diff.gone import GoneKey, key_of_check, key_of_default, key_of_expression, key_of_index, key_of_object
from parity.plan.context import Planning, type_changes
from parity.plan.heirs import all_heirs
from parity.schema import hazards as catalogue
from parity.schema.changes import (
    AddColumn,
    AddForeignKey,
    AddIndex,
    AddPrimaryKey,
    AlterColumn,
    DropCheck,
    DropColumn,
    DropIndex,
    DropPrimaryKey,
)
from parity.schema.model import Column, ForeignKey, Index, PrimaryKey, Table
from parity.schema.steps import (
    AlterEnumStep,
    AlterTable,
    Cast,
    ChangePrimaryKey,
    ConvertColumn,
    CreateForeignKey,
    CreateIndex,
    DataQuestion,
    Hazard,
    MisfitCount,
    NonNullCount,
    NullCount,
    OrphanCount,
    RecreateColumn,
    RedefineTables,
    Redefinition,
    RemoveIndex,
    RemoveOpaque,
    RemoveTable,
    RowCount,
    Step,
    ValueCount,
)
from parity.schema.types import Arity, AutoIncrement


def hazards_of(step: Step, planning: Planning) -> Iterator[Hazard]:
    """The hazards of one step."""
    if planning.gone:
        yield from _gone_with(step, planning)
    yield from _inserts_by_position(step, planning)
    match step:
        case RemoveTable(table):
            yield catalogue.drop_table(table.name)
        case AlterTable():
            yield from _alter_table(step, planning)
        case RedefineTables(tables):
            for redefinition in tables:
                yield from _redefine(redefinition, planning)
        case ChangePrimaryKey(old=table):
            yield catalogue.primary_key(table.name)
        case CreateIndex(table, index) if index.is_unique and table.name in planning.old_places:
            if not _has_twin(table, index, planning):
                yield _unique(table, index, planning)
        case CreateForeignKey(table, key):
            yield from _foreign_key(table, key, planning)
        case AlterEnumStep():
            yield from _enum(step)
        case _:
            pass


def _inserts_by_position(step: Step, planning: Planning) -> Iterator[Hazard]:
    """Triggers that stay and count the columns of a table that gets more of them."""
    growing: list[Table] = []
    match step:
        case AlterTable(new=table, parts=parts) if any(isinstance(part, AddColumn) for part in parts):
            growing.append(table)
        case RedefineTables(tables):
            growing += [
                one.new for one in tables if {c.name for c in one.new.columns} - {c.name for c in one.old.columns}
            ]
        case _:
            pass
    for table in growing:
        for opaque in planning.inserting.get(table.name.name.lower(), ()):
            yield catalogue.insert_by_position(opaque.name.name, table.name)


def _names(table: Table) -> set[str]:
    return {column.name for column in table.columns}


def _gone_with(step: Step, planning: Planning) -> Iterator[Hazard]:
    """What the step takes away of what a schema file can't say, because what that stands on goes."""
    keys: list[GoneKey] = []
    match step:
        case RemoveOpaque(opaque):
            keys.append(key_of_object(opaque))
        case RemoveIndex(table, index):
            keys.append(key_of_index(table.name, index))
        case AlterTable(old=table, parts=parts):
            keys += _gone_parts(table, parts)
            keys += _gone_defaults(table, parts, planning)
        case RedefineTables(tables):
            for redefinition in tables:
                altered = planning.altered.get(redefinition.new.name)
                keys += _gone_parts(redefinition.old, () if altered is None else altered.changes)
        case _:
            pass
    yield from (planning.gone[key] for key in keys if key in planning.gone)


def _gone_parts(table: Table, parts: Sequence[object]) -> Iterator[GoneKey]:
    for part in parts:
        match part:
            case DropCheck(check=check):
                yield key_of_check(table.name, check)
            case DropIndex(index=index):
                yield key_of_index(table.name, index)
            case AlterColumn(old_column=column) | RecreateColumn(old_column=column):
                yield key_of_expression(table.name, column)
            case _:
                pass


def _gone_defaults(table: Table, parts: Sequence[object], planning: Planning) -> Iterator[GoneKey]:
    """Those of the partitions beneath, told with the change of the whole table's column."""
    heirs = all_heirs(planning, table.name)
    for part in parts if heirs else ():
        if isinstance(part, AlterColumn | RecreateColumn | ConvertColumn):
            yield from (key_of_default(heir.name, part.old_column) for heir in heirs)


def _alter_table(step: AlterTable, planning: Planning) -> Iterator[Hazard]:
    for part in step.parts:
        match part:
            case DropColumn(old=table, column=column):
                if not _is_computed_anew(column, step.new):
                    yield catalogue.drop_column(table.name, column.name)
            case AddColumn(old=table, column=column):
                yield from _add_column(table, column, planning)
            case RecreateColumn(old=table, old_column=before, new_column=after):
                if not _is_computed_anew(before, step.new):
                    yield _recreate(table, before, after)
            case ConvertColumn(old=table, old_column=before, new_column=after):
                yield from _convert(table, before, after, planning)
            case AlterColumn(old=table, old_column=before, new_column=after):
                yield from _alter_column(table, before, after, planning.cast(part))
            case DropPrimaryKey(old=table):
                yield catalogue.primary_key(table.name)
            case AddPrimaryKey(old=table, primary_key=key):
                yield from _new_key(table, key, planning, ())
            case _:
                pass


def _redefine(redefinition: Redefinition, planning: Planning) -> Iterator[Hazard]:
    old, new = redefinition.old, redefinition.new
    if old.primary_key is not None and (
        new.primary_key is None or old.primary_key.columns != new.primary_key.columns or _retyped_key(redefinition)
    ):
        yield catalogue.primary_key(old.name)
    if new.primary_key is not None:
        yield from _new_key(old, new.primary_key, planning, redefinition.filled)
    copied = dict(redefinition.copied)
    before = {column.name: column for column in old.columns}
    after = {column.name: column for column in new.columns}
    # In a rebuild the engine goes by name.
    for column in sorted(old.columns, key=lambda column: column.name):
        if column.name not in copied:
            yield catalogue.drop_column(old.name, column.name)
    taken = set(copied.values())
    for column in sorted(new.columns, key=lambda column: column.name):
        if column.name not in taken:
            yield from _add_column(old, column, planning)
    for old_name, new_name in sorted(redefinition.copied):
        first, second = before[old_name], after[new_name]
        change = AlterColumn(old, new, first, second)
        cast = planning.cast(change)
        yield from _alter_column(old, first, second, cast, filled=new_name in redefinition.filled)
    yield from _filled_alike(redefinition)
    altered = planning.altered.get(new.name)
    for made in altered.changes if altered is not None else ():
        match made:
            case AddIndex(index=index) if index.is_unique:
                yield _unique(new, index, planning, redefinition)
            case AddForeignKey(foreign_key=key):
                yield from _foreign_key(new, key, planning, redefinition.filled)
            case _:
                pass


def _filled_alike(redefinition: Redefinition) -> Iterator[Hazard]:
    """Unique keys that stay, over a column whose NULLs, which were no duplicates, all become the default."""
    before = {new: old for old, new in redefinition.copied}
    for index in redefinition.new.indexes:
        filled = next((column.name for column in index.columns if column.name in redefinition.filled), None)
        if filled is not None and index.is_unique and index in redefinition.old.indexes:
            columns = tuple(column.name for column in index.columns if column.name)
            question = NullCount(redefinition.old.name, before[filled])
            yield catalogue.unique(redefinition.old.name, columns, question, beyond=True)


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


def _add_column(table: Table, column: Column, planning: Planning) -> Iterator[Hazard]:
    if not column.is_required or column.generated or column.identity:
        return
    # Where a key has no default but its number, the engine sees none.
    numbered = isinstance(column.default, AutoIncrement) and not planning.dialect.capabilities.sequences
    if column.default is None or numbered:
        yield catalogue.required_column(table.name, column.name, client_fills=column.client_fills, numbered=numbered)


def _recreate(table: Table, before: Column, after: Column) -> Hazard:
    if not after.is_required or after.default is not None or after.generated is not None:
        return catalogue.recreate_column(table.name, after.name)
    if before.arity is Arity.NULLABLE:
        return catalogue.required_column(table.name, after.name)
    return catalogue.recreate_required_column(table.name, after.name)


def _convert(table: Table, before: Column, after: Column, planning: Planning) -> Iterator[Hazard]:
    if after.is_required and not before.is_required:
        yield catalogue.not_null(table.name, after.name, before.name)
    enum = next((enum for enum in planning.new.enums if enum.name == after.type.enum), None)
    question = MisfitCount(table.name, before, after, () if enum is None else enum.values)
    yield catalogue.convert(table.name, after.name, _spelled(before), _spelled(after), question)


def _spelled(column: Column) -> str:
    return catalogue.type_name(column.type) + ("[]" if column.arity is Arity.LIST else "")


def _alter_column(table: Table, before: Column, after: Column, cast: Cast, *, filled: bool = False) -> Iterator[Hazard]:
    if after.is_required and not before.is_required and not filled:
        yield catalogue.not_null(table.name, after.name, before.name)
    if cast is Cast.BARRED:
        yield catalogue.value_to_list(table.name, after.name)
    elif type_changes(before, after) and cast is not Cast.SAFE:
        yield catalogue.cast(
            table.name, after.name, catalogue.type_name(before.type), catalogue.type_name(after.type), before.name
        )


def _unique(table: Table, index: Index, planning: Planning, rebuilt: Redefinition | None = None) -> Hazard:
    columns = tuple(column.name for column in index.columns if column.name)
    filled = () if rebuilt is None else rebuilt.filled
    known = bool(columns) and all(_keeps_values(table, name, planning, filled) for name in columns)
    altered = planning.altered.get(table.name)
    added = altered is not None and any(isinstance(c, AddIndex) and c.index == index for c in altered.changes)
    question = None if known else RowCount(table.name)
    return catalogue.unique(table.name, columns, question, beyond=rebuilt is not None or not added)


def _has_twin(table: Table, index: Index, planning: Planning) -> bool:
    """Whether another index that stays forbids the same duplicates already."""
    old = planning.old_tables.get(table.name)
    kept = () if old is None else tuple(other for other in old.indexes if other.name != index.name)
    return any(
        other in table.indexes and other.is_unique and other.valid and replace(other, name=index.name) == index
        for other in kept
    )


def _new_key(table: Table, key: PrimaryKey, planning: Planning, filled: tuple[str, ...]) -> Iterator[Hazard]:
    columns = tuple(column.name for column in key.columns)
    held = table.primary_key is not None and set(columns) == {column.name for column in table.primary_key.columns}
    if not held and all(_keeps_values(table, name, planning, filled) for name in columns):
        yield catalogue.primary_key_on(table.name, columns)


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
    is_new = False
    if own and kept:
        question = OrphanCount(table.name, key.columns, key.referenced_table, key.referenced_columns)
    elif own and len(key.columns) == 1:
        question = NonNullCount(table.name, key.columns[0])
        is_new = key.referenced_table not in planning.old_tables
    yield catalogue.foreign_key(table.name, key.columns, key.referenced_table, question, is_new=is_new)


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
    if not step.uses:
        yield catalogue.drop_enum_values(step.old.name, gone)
    for use in step.uses:
        if use.new_column.type.enum is None:
            continue
        question = None
        if use.old_column.arity is not Arity.LIST:
            question = ValueCount(use.table.name, use.old_column.name, gone)
        yield catalogue.drop_enum_values(step.old.name, gone, use.table.name, use.old_column.name, question)
