"""The `map:` names of keys and indexes: given only where the database's name isn't the one that goes without saying."""

from __future__ import annotations

from parity.lifting.identifiers import index_columns
from parity.lifting.source import Source
from parity.psl import constraint_names
from parity.schema.model import ForeignKey, Index, PrimaryKey, Table


def primary_key_map(table: Table, key: PrimaryKey, source: Source) -> str | None:
    """The primary key's name, None for the default one."""
    if not source.dialect.capabilities.named_primary_keys or not key.name:
        return None
    default = constraint_names.primary_key(table.name.name, _limit(source))
    return None if key.name == default else key.name


def index_map(table: Table, index: Index, source: Source) -> str | None:
    """The name of an index or a unique constraint, None for the default one."""
    columns = index_columns(index)
    if index.is_unique:
        default = constraint_names.unique(table.name.name, columns, _limit(source))
    else:
        default = constraint_names.index(table.name.name, columns, _limit(source))
    return None if index.name == default else index.name


def foreign_key_map(table: Table, key: ForeignKey, source: Source) -> str | None:
    """The foreign key's name, None for the default one."""
    if not source.dialect.capabilities.named_foreign_keys or not key.name:
        return None
    default = constraint_names.foreign_key(table.name.name, key.columns, _limit(source))
    return None if key.name == default else key.name


def _limit(source: Source) -> int | None:
    return source.dialect.capabilities.max_identifier_bytes
