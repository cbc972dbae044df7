"""The `map:` names of keys and indexes: given only where the database's name isn't the one that goes without saying."""

from __future__ import annotations

from parity.lifting.identifiers import index_columns
from parity.lifting.source import Source
from parity.psl.constraint_names import cut
from parity.schema.model import ForeignKey, Index, PrimaryKey, Table


def primary_key_map(table: Table, key: PrimaryKey, source: Source) -> str | None:
    """The primary key's name, None for the default one."""
    if not source.dialect.capabilities.named_primary_keys or not key.name:
        return None
    default = cut(table.name.name, "_pkey", _limit(source))
    return None if key.name == default else key.name


def index_map(table: Table, index: Index, source: Source) -> str | None:
    """The name of an index or a unique constraint, None for the default one."""
    default = default_index_name(table.name.name, index_columns(index), source, is_unique=index.is_unique)
    return None if index.name == default else index.name


def default_index_name(table: str, columns: tuple[str, ...], source: Source, *, is_unique: bool) -> str:
    """The name that goes without saying."""
    return cut("_".join((table, *columns)), "_key" if is_unique else "_idx", _limit(source))


def foreign_key_map(table: Table, key: ForeignKey, source: Source) -> str | None:
    """The foreign key's name, None for the default one."""
    if not source.dialect.capabilities.named_foreign_keys or not key.name:
        return None
    default = cut("_".join((table.name.name, *key.columns)), "_fkey", _limit(source))
    return None if key.name == default else key.name


def _limit(source: Source) -> int | None:
    return source.dialect.capabilities.max_identifier_bytes
