"""How two schemas differ: a closed union. Each change holds both sides, so that it can be read, linted and reversed.

`diff` makes them, in a stable order; `plan` turns them into steps.
"""

from __future__ import annotations

from msgspec import Struct

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


class AddNamespace(Struct, frozen=True):
    """A namespace is made."""

    name: str


class DropNamespace(Struct, frozen=True):
    """A namespace goes, with what is in it."""

    name: str


class AddExtension(Struct, frozen=True):
    """An extension is installed."""

    extension: Extension


class AlterExtension(Struct, frozen=True):
    """An installed extension gets another version or namespace."""

    old: Extension
    new: Extension


class DropExtension(Struct, frozen=True):
    """An extension goes."""

    extension: Extension


class AddEnum(Struct, frozen=True):
    """An enum type is made."""

    enum: Enum


class AlterEnum(Struct, frozen=True):
    """An enum's values change."""

    old: Enum
    new: Enum


class DropEnum(Struct, frozen=True):
    """An enum type goes."""

    enum: Enum


class AddTable(Struct, frozen=True):
    """A table is made, with its columns, key, indexes and foreign keys."""

    table: Table


class DropTable(Struct, frozen=True):
    """A table goes, with its rows."""

    table: Table


class RenameTable(Struct, frozen=True):
    """A table gets another name and keeps its rows."""

    old: Table
    new: Table


class AddColumn(Struct, frozen=True):
    """A column is added. `old` and `new` are the table before and after all changes.

    `before` is set for a generated column that goes for a moment, while what it reads changes: as it was.
    """

    old: Table
    new: Table
    column: Column
    before: Column | None = None


class DropColumn(Struct, frozen=True):
    """A column goes, with its values."""

    old: Table
    new: Table
    column: Column


class AlterColumn(Struct, frozen=True):
    """A column changes its type, arity, default or another attribute."""

    old: Table
    new: Table
    old_column: Column
    new_column: Column


class RenameColumn(Struct, frozen=True):
    """A column gets another name and keeps its values."""

    old: Table
    new: Table
    old_name: str
    new_name: str


class AddPrimaryKey(Struct, frozen=True):
    """A table that had none gets a primary key."""

    old: Table
    new: Table
    primary_key: PrimaryKey


class DropPrimaryKey(Struct, frozen=True):
    """A table loses its primary key."""

    old: Table
    new: Table
    primary_key: PrimaryKey


class AlterPrimaryKey(Struct, frozen=True):
    """A primary key gets other columns."""

    old: Table
    new: Table
    old_key: PrimaryKey
    new_key: PrimaryKey


class RenamePrimaryKey(Struct, frozen=True):
    """A primary key gets another name only."""

    old: Table
    new: Table
    old_key: PrimaryKey
    new_key: PrimaryKey


class AddIndex(Struct, frozen=True):
    """An index is made on a table that stays."""

    old: Table
    new: Table
    index: Index


class DropIndex(Struct, frozen=True):
    """An index of a table that stays goes."""

    old: Table
    new: Table
    index: Index


class RenameIndex(Struct, frozen=True):
    """An index gets another name only."""

    old: Table
    new: Table
    old_index: Index
    new_index: Index


class AddForeignKey(Struct, frozen=True):
    """A foreign key is added to a table that stays."""

    old: Table
    new: Table
    foreign_key: ForeignKey


class DropForeignKey(Struct, frozen=True):
    """A foreign key of a table that stays goes."""

    old: Table
    new: Table
    foreign_key: ForeignKey


class RenameForeignKey(Struct, frozen=True):
    """A foreign key gets another name only."""

    old: Table
    new: Table
    old_key: ForeignKey
    new_key: ForeignKey


class AddCheck(Struct, frozen=True):
    """A check is added to a table that stays."""

    old: Table
    new: Table
    check: Check


class DropCheck(Struct, frozen=True):
    """A check of a table that stays goes."""

    old: Table
    new: Table
    check: Check


class AlterTraits(Struct, frozen=True):
    """Clauses of the whole table change (`STRICT`, row level security, partitioning …)."""

    old: Table
    new: Table


class AlterComment(Struct, frozen=True):
    """A comment changes. `old` and `new` are the texts; `target` names the object as the summary shows it."""

    table: Table
    column: str | None
    old: str | None
    new: str | None


class AddOpaque(Struct, frozen=True):
    """An object that the schema language can't say is made."""

    opaque: Opaque


class DropOpaque(Struct, frozen=True):
    """An object that the schema language can't say goes."""

    opaque: Opaque


class ReplaceOpaque(Struct, frozen=True):
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
