"""What a database can do: frozen, documented facts, one question a field. Shared code asks these, never a name."""

from __future__ import annotations

from msgspec import Struct


class Capabilities(Struct, frozen=True):
    """The answers of one database."""

    max_identifier_bytes: int | None
    """The longest name in bytes; None where there is no limit."""
    namespaces: bool
    """Are there schemas inside a database (CREATE SCHEMA)?"""
    default_namespace: str | None
    """The namespace that an unqualified name means; None without namespaces."""
    enums: bool
    """Are there enum types that columns can have?"""
    lists: bool
    """Are there array columns?"""
    extensions: bool
    """Can extensions be installed?"""
    comments: bool
    """Do tables and columns hold comments?"""
    native_types: bool
    """Do finer types than the family matter when two columns are compared?"""
    named_primary_keys: bool
    """Is a primary key's name kept and compared?"""
    named_foreign_keys: bool
    """Is a foreign key's name kept and compared?"""
    inline_foreign_keys: bool
    """Are foreign keys written inside CREATE TABLE, with no way to add one later?"""
    alters_columns_in_place: bool
    """Can ALTER TABLE change a column's type, default and nullability? If not, tables are rebuilt."""
    renames_indexes: bool
    """Is there a statement that renames an index?"""
    index_methods: bool
    """Can an index have an access method and operator classes?"""
    transactional_ddl: bool
    """Can DDL be rolled back?"""
    scratch_is_file: bool
    """Is a scratch database a file or memory of our own, so that no right on a server is needed?"""
    case_insensitive_tables: bool = False
    """Do two table names that differ only in case mean the same table?"""
    join_table_primary_key: bool = False
    """Do join tables of implicit many-to-many relations have a primary key (else a unique index) on A and B?"""
    alters_primary_keys: bool = False
    """Is there a statement that gives a table another primary key in place of the one that it has?"""
    drops_enum_values: bool = False
    """Can a value be taken out of an enum type? If not, the type is made anew and its columns move over."""
    tells_expressions: bool = True
    """Does its catalog tell checks and the expressions of indexes, so that a pulled file says that there are some?"""
    sequences: bool = True
    """Does a column that numbers itself draw from a sequence, which is its default? Else it has none."""
