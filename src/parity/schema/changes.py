"""How two schemas differ: a closed union. Each change holds both sides, so that it can be read, linted and reversed.

`diff` makes them, in a stable order; `plan` turns them into steps.
"""

from __future__ import annotations

from dataclasses import dataclass

from parity.schema.model import (
    Check,
    Column,
    Enum,
    Extension,
    ForeignKey,
    Index,
    Opaque,
    PrimaryKey,
    Table,
)


@dataclass(frozen=True, slots=True)
class AddNamespace:
    """A namespace is made."""

    name: str


@dataclass(frozen=True, slots=True)
class DropNamespace:
    """A namespace goes, with what is in it."""

    name: str


@dataclass(frozen=True, slots=True)
class AddExtension:
    """An extension is installed."""

    extension: Extension


@dataclass(frozen=True, slots=True)
class AlterExtension:
    """An installed extension gets another version or namespace."""

    old: Extension
    new: Extension


@dataclass(frozen=True, slots=True)
class DropExtension:
    """An extension goes."""

    extension: Extension


@dataclass(frozen=True, slots=True)
class AddEnum:
    """An enum type is made."""

    enum: Enum


@dataclass(frozen=True, slots=True)
class AlterEnum:
    """An enum's values change."""

    old: Enum
    new: Enum


@dataclass(frozen=True, slots=True)
class DropEnum:
    """An enum type goes."""

    enum: Enum


@dataclass(frozen=True, slots=True)
class AddTable:
    """A table is made, with its columns, key, indexes and foreign keys."""

    table: Table


@dataclass(frozen=True, slots=True)
class DropTable:
    """A table goes, with its rows."""

    table: Table


@dataclass(frozen=True, slots=True)
class RenameTable:
    """A table gets another name and keeps its rows."""

    old: Table
    new: Table


@dataclass(frozen=True, slots=True)
class AddColumn:
    """A column is added. `old` and `new` are the table before and after all changes."""

    old: Table
    new: Table
    column: Column


@dataclass(frozen=True, slots=True)
class DropColumn:
    """A column goes, with its values."""

    old: Table
    new: Table
    column: Column


@dataclass(frozen=True, slots=True)
class AlterColumn:
    """A column changes its type, arity, default or another attribute."""

    old: Table
    new: Table
    old_column: Column
    new_column: Column


@dataclass(frozen=True, slots=True)
class RenameColumn:
    """A column gets another name and keeps its values."""

    old: Table
    new: Table
    old_name: str
    new_name: str


@dataclass(frozen=True, slots=True)
class AddPrimaryKey:
    """A table that had none gets a primary key."""

    old: Table
    new: Table
    primary_key: PrimaryKey


@dataclass(frozen=True, slots=True)
class DropPrimaryKey:
    """A table loses its primary key."""

    old: Table
    new: Table
    primary_key: PrimaryKey


@dataclass(frozen=True, slots=True)
class AlterPrimaryKey:
    """A primary key gets other columns."""

    old: Table
    new: Table
    old_key: PrimaryKey
    new_key: PrimaryKey


@dataclass(frozen=True, slots=True)
class RenamePrimaryKey:
    """A primary key gets another name only."""

    old: Table
    new: Table
    old_key: PrimaryKey
    new_key: PrimaryKey


@dataclass(frozen=True, slots=True)
class AddIndex:
    """An index is made on a table that stays."""

    old: Table
    new: Table
    index: Index


@dataclass(frozen=True, slots=True)
class DropIndex:
    """An index of a table that stays goes."""

    old: Table
    new: Table
    index: Index


@dataclass(frozen=True, slots=True)
class RenameIndex:
    """An index gets another name only."""

    old: Table
    new: Table
    old_index: Index
    new_index: Index


@dataclass(frozen=True, slots=True)
class AddForeignKey:
    """A foreign key is added to a table that stays."""

    old: Table
    new: Table
    foreign_key: ForeignKey


@dataclass(frozen=True, slots=True)
class DropForeignKey:
    """A foreign key of a table that stays goes."""

    old: Table
    new: Table
    foreign_key: ForeignKey


@dataclass(frozen=True, slots=True)
class RenameForeignKey:
    """A foreign key gets another name only."""

    old: Table
    new: Table
    old_key: ForeignKey
    new_key: ForeignKey


@dataclass(frozen=True, slots=True)
class AddCheck:
    """A check is added to a table that stays."""

    old: Table
    new: Table
    check: Check


@dataclass(frozen=True, slots=True)
class DropCheck:
    """A check of a table that stays goes."""

    old: Table
    new: Table
    check: Check


@dataclass(frozen=True, slots=True)
class AlterTraits:
    """Clauses of the whole table change (`STRICT`, row level security, partitioning …)."""

    old: Table
    new: Table


@dataclass(frozen=True, slots=True)
class AlterComment:
    """A comment changes. `old` and `new` are the texts; `target` names the object as the summary shows it."""

    table: Table
    column: str | None
    old: str | None
    new: str | None


@dataclass(frozen=True, slots=True)
class AddOpaque:
    """An object that the schema language can't say is made."""

    opaque: Opaque


@dataclass(frozen=True, slots=True)
class DropOpaque:
    """An object that the schema language can't say goes."""

    opaque: Opaque


@dataclass(frozen=True, slots=True)
class ReplaceOpaque:
    """An object that the schema language can't say gets another definition."""

    old: Opaque
    new: Opaque


TableChange = (
    AddColumn
    | DropColumn
    | AlterColumn
    | RenameColumn
    | AddPrimaryKey
    | DropPrimaryKey
    | AlterPrimaryKey
    | RenamePrimaryKey
    | AddIndex
    | DropIndex
    | RenameIndex
    | AddForeignKey
    | DropForeignKey
    | RenameForeignKey
    | AddCheck
    | DropCheck
    | AlterTraits
)
"""A change inside a table that is there before and after."""

Change = (
    AddNamespace
    | DropNamespace
    | AddExtension
    | AlterExtension
    | DropExtension
    | AddEnum
    | AlterEnum
    | DropEnum
    | AddTable
    | DropTable
    | RenameTable
    | TableChange
    | AlterComment
    | AddOpaque
    | DropOpaque
    | ReplaceOpaque
)
