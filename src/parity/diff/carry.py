"""What a schema file can't say, taken from the history: `carry_over(history, wanted, dialect)`.

schema.prisma owns tables, columns, plain keys, indexes and enums: what it leaves out of these is dropped. About
everything else it is silent, and silence isn't a wish. So the difference between the history and what this returns
holds only what the author of the file asked for.

Where Prisma's engine drops or forgets, and this doesn't:

- a partial, expression or INCLUDE index that only the history has stays as long as its columns do;
- the condition, INCLUDE columns, NULLS NOT DISTINCT, operator class, NULLS FIRST, collation and storage of an index
  that the file names are kept;
- checks, exclusion constraints, collations, generated columns, identity, NOT NULL of arrays, comments, DEFERRABLE, NOT
  VALID, MATCH FULL, table options and row level security are kept through every change that leaves their columns;
- views, functions, triggers, policies, rules, sequences, domains … are kept as long as what they stand on is;
- partitions go with their parent, not because the file doesn't list them;
- an enum that only such an object uses is kept;
- columns and enum values whose names hold nothing that a field could be called by, and tables without columns, are
  kept: a pulled file has them in comments only;
- extensions and namespaces are never dropped;
- an enum keeps the order of its values, whatever their order in the file.

What goes: everything that stands on a dropped table or column, as the database would have it.
"""

from __future__ import annotations

from msgspec.structs import replace

from parity.dialects.base import Dialect
from parity.diff.carry_opaque import kept_opaques
from parity.diff.carry_tables import carried_table
from parity.diff.partitions import kept_partitions
from parity.lifting.names import is_unnameable, value_name
from parity.schema.model import Enum, Extension, Schema, Table
from parity.schema.types import ObjectName


def carry_over(history: Schema, wanted: Schema, dialect: Dialect, *, says_conditions: bool = False) -> Schema:
    """`wanted` with all that its source couldn't say and that the history holds.

    `says_conditions`: the file has the words for partial indexes (its preview feature is on), so that a condition which
    it leaves out is dropped.
    """
    before = {table.name: table for table in history.tables}
    tables = [
        table
        if (old := before.get(table.name)) is None
        else carried_table(old, table, dialect, says_conditions=says_conditions)
        for table in wanted.tables
    ]
    names = {table.name for table in tables}
    tables += [table for table in history.tables if not table.columns and table.name not in names]
    tables += kept_partitions(history, tables)
    opaques = kept_opaques(history, wanted, tables)
    return replace(
        wanted,
        namespaces=tuple(sorted({*history.namespaces, *wanted.namespaces})),
        tables=tuple(tables),
        enums=_enums(history, wanted, tables, {ref.name for o in opaques for ref in o.depends_on}),
        extensions=_extensions(history.extensions, wanted.extensions),
        opaques=opaques,
    )


def _enums(history: Schema, wanted: Schema, tables: list[Table], named: set[ObjectName]) -> tuple[Enum, ...]:
    """The wanted enums in the order that the database has, and those that a kept object can't do without."""
    before = {enum.name: enum for enum in history.enums}
    asked = {enum.name for enum in wanted.enums}
    used = {column.type.enum for table in tables for column in table.columns} | named
    kept = (enum for enum in history.enums if enum.name not in asked and enum.name in used)
    return (*(_enum(before.get(enum.name), enum) for enum in wanted.enums), *kept)


def _enum(old: Enum | None, new: Enum) -> Enum:
    if old is None:
        return new
    comment = old.comment if new.comment is None else new.comment
    unsayable = tuple(
        value for value in old.values if value not in new.values and is_unnameable(value_name(value).name)
    )
    if unsayable:
        new = replace(new, values=new.values + unsayable)
    if not set(old.values) <= set(new.values):
        return replace(new, comment=comment)  # The type is made anew, in the file's order.
    known = set(old.values)
    added = tuple(value for value in new.values if value not in known)
    return replace(new, values=old.values + added, comment=comment)


def _extensions(old: tuple[Extension, ...], new: tuple[Extension, ...]) -> tuple[Extension, ...]:
    before = {extension.name: extension for extension in old}
    asked = {extension.name for extension in new}
    kept = [extension for extension in old if extension.name not in asked]
    completed = [_extension(before.get(extension.name), extension) for extension in new]
    return tuple(sorted((*kept, *completed), key=lambda extension: extension.name))


def _extension(old: Extension | None, new: Extension) -> Extension:
    if old is None:
        return new
    return Extension(new.name, new.namespace or old.namespace, new.version or old.version)
