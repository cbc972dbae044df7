"""A plan as a short text for people: the same lines, in the same order, as Prisma's `migrate diff` prints.

Scripts read this text, so its oddities are kept: a closing parenthesis on a line of its own behind an added primary
key, defaults in the engine's own debugging format, a table that is rebuilt without its details.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import assert_never

from parity.dialects.base import Dialect
from parity.diff.columns import same_default
from parity.plan.build import build_plan
from parity.plan.context import type_changes, values_become_lists
from parity.plan.default_text import default_text
from parity.plan.told_defaults import tells_new_default
from parity.schema.changes import (
    AddCheck,
    AddColumn,
    AddPrimaryKey,
    AlterColumn,
    Change,
    DropCheck,
    DropColumn,
    DropPrimaryKey,
    RenameColumn,
    RenamePrimaryKey,
)
from parity.schema.model import Column, ForeignKey, Index, Opaque, PrimaryKey, Schema
from parity.schema.restated import restates_list
from parity.schema.steps import (
    AlterEnumStep,
    AlterTable,
    AlterTablePart,
    ChangePrimaryKey,
    ChangeSequence,
    ChangeTraits,
    ConvertColumn,
    CreateEnum,
    CreateExtension,
    CreateForeignKey,
    CreateIndex,
    CreateNamespace,
    CreateOpaque,
    CreateTable,
    Plan,
    RecreateColumn,
    RedefineTables,
    RemoveEnum,
    RemoveExtension,
    RemoveForeignKey,
    RemoveIndex,
    RemoveNamespace,
    RemoveOpaque,
    RemoveTable,
    RenameForeignKeyStep,
    RenameIndexStep,
    RenameTableStep,
    RestoreColumn,
    SetComment,
    Step,
    UpdateExtension,
)
from parity.schema.types import Arity, AutoIncrement, Expression, Literal, LiteralKind, UniqueRowid
from parity.schema.types import Sequence as NumberedBy

NO_DIFFERENCE = "No difference detected.\n"
_ARITIES = {Arity.REQUIRED: "Required", Arity.NULLABLE: "Nullable", Arity.LIST: "List"}


def summary(difference: Plan | Sequence[Change], old: Schema, new: Schema, dialect: Dialect) -> str:
    """The text, of a plan or of the changes that one is made of."""
    plan = difference if isinstance(difference, Plan) else build_plan(tuple(difference), old, new, dialect)
    text = _Text(renames_indexes=dialect.capabilities.renames_indexes)
    for planned in plan.steps:
        text.note(planned.step)
    return "".join(f"\n{section}" for section in text.sections()) if plan.steps else NO_DIFFERENCE


class _Text:
    """Collects the lines of each section."""

    __slots__ = ("_changed", "_enums", "_extensions", "_listed", "_rebuilt", "_renames_indexes")

    def __init__(self, *, renames_indexes: bool) -> None:
        self._renames_indexes = renames_indexes
        self._extensions: list[str] = []
        self._listed: dict[str, list[str]] = {title: [] for title in _TITLES}
        self._rebuilt: list[str] = []
        self._enums: list[tuple[str, str]] = []
        self._changed: dict[str, list[str]] = {}

    def sections(self) -> Iterator[str]:
        """All sections that have something to say, in the engine's order."""
        yield from self._extensions
        for title, names in self._listed.items():
            if names:
                yield f"{title}\n" + "".join(f"  - {name}\n" for name in names)
        yield from (f"[*] Redefined table `{name}`\n" for name in sorted(set(self._rebuilt)))
        yield from (text for _, text in sorted(self._enums, key=lambda pair: pair[0]))
        for table, lines in sorted(self._changed.items()):
            yield f"[*] Changed the `{table}` table\n" + "".join(lines)

    def note(self, step: Step) -> None:
        """Add what a step does."""
        match step:
            case CreateExtension(extension):
                self._extensions.append(f"[+] Added extensions\n  - {extension.name}\n")
            case UpdateExtension(new=extension):
                self._extensions.append(f"[*] Changed extensions\n  - {extension.name}\n")
            case RemoveExtension(extension):
                self._extensions.append(f"[-] Removed extensions\n  - {extension.name}\n")
            case CreateNamespace(name):
                self._listed["[+] Added Schemas"].append(name)
            case RemoveNamespace(name):
                self._listed["[-] Removed Schemas"].append(name)
            case CreateEnum(enum):
                self._listed["[+] Added enums"].append(enum.name.name)
            case RemoveEnum(enum):
                self._listed["[-] Removed enums"].append(enum.name.name)
            case CreateTable(table):
                self._listed["[+] Added tables"].append(table.name.name)
            case RemoveTable(table):
                self._listed["[-] Removed tables"].append(table.name.name)
            case RenameTableStep(old, new):
                self._listed["[*] Renamed tables"].append(f"{old.name.name} to {new.name.name}")
            case CreateOpaque(opaque):
                self._listed["[+] Added objects"].append(_object(opaque))
            case RemoveOpaque(opaque):
                self._listed["[-] Removed objects"].append(_object(opaque))
            case RedefineTables(tables):
                self._rebuilt.extend(table.old.name.name for table in tables)
            case AlterEnumStep():
                self._enums.append((step.new.name.name, _enum(step)))
            case ChangeSequence():
                pass  # The engine passes over it.
            case RenameIndexStep(table, index, _) if not self._renames_indexes:
                self._line(table.name.name, f"[*] Redefined index `{index.name}`")
            case AlterTable(old=old, parts=parts):
                for part in parts:
                    self._line(old.name.name, _part(part))
            case _:
                self._line(*_table_line(step))

    def _line(self, table: str, line: str) -> None:
        self._changed.setdefault(table, []).append(f"  {line}\n")


_TITLES = (
    "[+] Added Schemas",
    "[-] Removed Schemas",
    "[+] Added enums",
    "[+] Added tables",
    "[-] Removed enums",
    "[-] Removed tables",
    "[*] Renamed tables",
    "[-] Removed objects",
    "[+] Added objects",
)

_TableStep = (
    RemoveForeignKey
    | CreateForeignKey
    | RenameForeignKeyStep
    | RemoveIndex
    | CreateIndex
    | RenameIndexStep
    | ChangePrimaryKey
    | ChangeTraits
    | SetComment
)


def _table_line(step: _TableStep) -> tuple[str, str]:
    match step:
        case RemoveForeignKey(table, key):
            line = f"[-] Removed foreign key on columns {_key_columns(key)}"
        case CreateForeignKey(table, key):
            line = f"[+] Added foreign key on columns {_key_columns(key)}"
        case RenameForeignKeyStep(table, before, after):
            line = f'[*] Renamed the foreign key "{before.name}" to "{after.name}"'
        case RemoveIndex(table, index):
            line = f"[-] Removed {_index(index)}"
        case CreateIndex(table, index):
            line = f"[+] Added {_index(index)}"
        case RenameIndexStep(table, before, after):
            line = f"[*] Renamed index `{before.name}` to `{after.name}`"
        case ChangePrimaryKey(old=table):
            line = f" [*] Changed the primary key for `{table.name.name}`"
        case ChangeTraits(new=table):
            line = "[*] Changed the options of the table"
        case SetComment(table, column, _):
            line = "[*] Changed the comment" + ("" if column is None else f" of column `{column}`")
        case _:
            assert_never(step)
    return table.name.name, line


def _part(part: AlterTablePart) -> str:
    match part:
        case AddColumn(column=column):
            return f"[+] Added column `{column.name}`"
        case DropColumn(column=column):
            return f"[-] Removed column `{column.name}`"
        case RenameColumn(old_name=before, new_name=after):
            return f"[*] Renamed column `{before}` to `{after}`"
        case AlterColumn(new_column=after) | ConvertColumn(new_column=after):
            return f"[*] Altered column `{after.name}` {_differences(part)}"
        case RecreateColumn(new_column=after):
            return f"[*] Column `{after.name}` would be dropped and recreated {_differences(part)}"
        case RestoreColumn(new_column=after):
            return f"[*] Restored what is set of column `{after.name}`"
        case AddPrimaryKey(primary_key=key):
            return f"[+] Added primary key on columns {_primary_key(key)}\n)"
        case DropPrimaryKey(primary_key=key):
            return f"[-] Dropped the primary key on columns {_primary_key(key)}"
        case RenamePrimaryKey(old_key=key):
            return f"[*] Renamed the primary key on columns {_primary_key(key)}"
        case AddCheck(check=check):
            return f"[+] Added check `{check.name or check.expression}`"
        case DropCheck(check=check):
            return f"[-] Removed check `{check.name or check.expression}`"
        case _:
            assert_never(part)


def _differences(part: AlterColumn | ConvertColumn | RecreateColumn) -> str:
    before, after = part.old_column, part.new_column
    found = []
    counts_before = isinstance(before.default, AutoIncrement)
    counts_after = isinstance(after.default, AutoIncrement)
    if before.arity != after.arity:
        found.append(f"changed from {_ARITIES[before.arity]} to {_ARITIES[after.arity]}")
    silent = counts_after or (counts_before and after.default in (None, Expression(None)))
    # Of a column that comes to be numbered by a sequence, or ceases to be, the engine tells the rest only.
    silent = silent or (_sequence_comes_or_goes(before, after) and (bool(found) or type_changes(before, after)))
    changes = tells_new_default(before, after) if isinstance(part, RecreateColumn) else not _same_default(before, after)
    if not silent and changes:
        was, becomes = default_text(before, part.old.name), default_text(after, part.new.name)
        # What a new type alone makes of the same words is no change to tell.
        if was != becomes or not type_changes(before, after):
            found.append(f"default changed from `{was}` to `{becomes}`")
    if type_changes(before, after) and not (isinstance(part, AlterColumn) and values_become_lists(before, after)):
        found.append("type changed")
    if counts_before != counts_after:
        found.append("column became autoincrementing" if counts_after else "column is no longer autoincrementing")
    found.extend(_beyond_the_engine(before, after))
    return f"({', '.join(found)})"


def _sequence_comes_or_goes(before: Column, after: Column) -> bool:
    if isinstance(after.default, NumberedBy):
        return not isinstance(before.default, UniqueRowid)
    return isinstance(before.default, NumberedBy) and after.default is None


def _same_default(before: Column, after: Column) -> bool:
    """Whether the default stays; to another type, a text is another one even where only its spelling differs."""
    if restates_list(before, after):
        return False
    if isinstance(before.default, Literal) and isinstance(after.default, Literal) and type_changes(before, after):
        return same_default(before.default, after.default) and _spelling(before.default) == _spelling(after.default)
    return same_default(before.default, after.default)


def _spelling(literal: Literal) -> object:
    return literal.value if literal.kind is not LiteralKind.STRING or literal.text is None else literal.text


def _beyond_the_engine(before: Column, after: Column) -> Iterator[str]:
    """Attributes that the engine doesn't know."""
    if before.identity != after.identity:
        yield "identity changed"
    if before.generated != after.generated:
        yield "generation expression changed"
    if before.collation != after.collation:
        yield f"collation changed from `{before.collation}` to `{after.collation}`"
    if before.list_not_null != after.list_not_null:
        yield "list became NOT NULL" if after.list_not_null else "list is no longer NOT NULL"


def _enum(step: AlterEnumStep) -> str:
    old, new = set(step.old.values), set(step.new.values)
    lines = [f"[*] Changed the `{step.new.name.name}` enum\n"]
    lines += [f"  [+] Added variant `{value}`\n" for value in step.new.values if value not in old]
    lines += [f"  [-] Removed variant `{value}`\n" for value in step.old.values if value not in new]
    return "".join(lines)


def _index(index: Index) -> str:
    names = ", ".join(column.name or column.expression or "" for column in index.columns)
    return f"{'unique index' if index.is_unique else 'index'} on columns ({names})"


def _key_columns(key: ForeignKey) -> str:
    return f"({', '.join(key.columns)})"


def _primary_key(key: PrimaryKey) -> str:
    return f"({', '.join(column.name for column in key.columns)})"


def _object(opaque: Opaque) -> str:
    on = "" if opaque.table is None else f" on {opaque.table.name}"
    return f"{opaque.kind.value.lower()} {opaque.name.name}{on}"
