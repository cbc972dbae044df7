"""What a pull reads from: the database's schema, matched with the datamodel of the existing schema file.

Tables, views and enums match by database name (and namespace, where the file says one), columns by their field's
database name. Everything is looked up in dictionaries that are made once, so that a pull takes linear time.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import TypeVar

from msgspec import Struct

from parity.dialects.base import Dialect
from parity.lifting.identifiers import is_usable
from parity.lifting.joins import JoinTable, join_tables
from parity.lifting.names import Name, sanitised
from parity.lifting.naming import block_names, column_names, enum_value_names
from parity.psl import model as psl
from parity.schema.model import Opaque, OpaqueKind, Schema, Table
from parity.schema.types import ObjectName

_FEATURE_VIEWS = "views"

_LEGACY_TABLES: dict[str, frozenset[str]] = {
    "_Migration": frozenset(
        (
            *("revision", "name", "datamodel", "status", "applied", "rolled_back", "datamodel_steps"),
            *("database_migration", "errors", "started_at", "finished_at"),
        )
    ),
    "_RelayId": frozenset(("id", "stablemodelidentifier")),
}
"""Tables of the first generation of Prisma that no schema file shows, with the columns that tell them."""

_INHERITS = "INHERITS "
_QUALIFIED = re.compile(r'(?:("(?:[^"]|"")+"|\w+)\.)?("(?:[^"]|"")+"|\w+)')
"""A name of a table in the list of those that it inherits from."""

_Block = TypeVar("_Block", psl.Model, psl.Enum)


class Source(Struct, frozen=True):
    """A database's schema and an existing datamodel, matched. Keys are the database's names."""

    schema: Schema
    dialect: Dialect
    existing: psl.Datamodel
    tables: tuple[Table, ...]
    """The tables that become models."""
    all_tables: Mapping[ObjectName, Table]
    joins: Mapping[ObjectName, JoinTable]
    """The tables that become implicit many-to-many relations."""
    views: tuple[Opaque, ...]
    models: Mapping[ObjectName, psl.Model]
    view_models: Mapping[ObjectName, psl.Model]
    enums: Mapping[ObjectName, psl.Enum]
    fields: Mapping[tuple[ObjectName, str], psl.ScalarField]
    table_names: Mapping[ObjectName, Name]
    view_names: Mapping[ObjectName, Name]
    enum_names: Mapping[ObjectName, Name]
    column_names: Mapping[tuple[ObjectName, str], Name]
    """The field's name for each column of a table or a view; an empty one is commented out."""
    below_comments: Mapping[ObjectName, frozenset[str]]
    """The columns whose fields stand below one that is commented out."""
    values: Mapping[tuple[ObjectName, str], psl.EnumValue]
    value_names: Mapping[tuple[ObjectName, str], Name]
    usable: frozenset[ObjectName]
    """The tables whose rows the client can tell apart."""
    parents: frozenset[ObjectName]
    """The tables that others inherit from."""
    renamed: frozenset[ObjectName]
    """New tables, views and enums whose names were taken by another one."""

    @property
    def shows_namespaces(self) -> bool:
        """Whether blocks say their namespace."""
        datasource = self.existing.datasource
        return datasource is not None and bool(datasource.schemas)

    @property
    def has_foreign_keys(self) -> bool:
        """Whether relations come from the database; else they are kept from the existing file."""
        datasource = self.existing.datasource
        return datasource is None or datasource.relation_mode != "prisma"

    @property
    def prefix(self) -> str:
        """What native types are written with: `db` in `@db.VarChar(10)`."""
        return "db" if self.existing.datasource is None else self.existing.datasource.name


def make_source(schema: Schema, dialect: Dialect, existing: psl.Datamodel) -> Source:
    """Match `schema` with `existing`."""
    tables = tuple(table for table in schema.tables if not _is_legacy(table) and not _is_partition(table))
    joins = join_tables(tables, primary_key_allowed=dialect.capabilities.join_table_primary_key)
    shown = tuple(table for table in tables if table.name not in joins)
    with_views = _FEATURE_VIEWS in existing.preview_features
    views = tuple(o for o in schema.opaques if o.kind is OpaqueKind.VIEW and o.columns) if with_views else ()
    models = _matched((m for m in existing.models if not m.is_view), [t.name for t in tables])
    view_models = _matched((m for m in existing.models if m.is_view), [v.name for v in views])
    enums = _matched(existing.enums, [e.name for e in schema.enums])
    fields = _fields(models) | _fields(view_models)
    values = {(name, value.db_name): value for name, enum in enums.items() for value in enum.values}
    names = block_names(
        (tuple(t.name for t in shown), models),
        (tuple(v.name for v in views), view_models),
        (tuple(e.name for e in schema.enums), enums),
        _usual_namespace(schema, dialect),
    )
    columns = {table.name: [column.name for column in table.columns] for table in shown}
    columns |= {view.name: [column.name for column in view.columns] for view in views}
    return Source(
        schema=schema,
        dialect=dialect,
        existing=existing,
        tables=shown,
        all_tables={table.name: table for table in tables},
        joins=joins,
        views=views,
        models=models,
        view_models=view_models,
        enums=enums,
        fields=fields,
        values=values,
        table_names=names.tables,
        view_names=names.views,
        enum_names=names.enums,
        column_names=column_names(columns, fields),
        below_comments=_below_comments(columns),
        value_names=enum_value_names({e.name: e.values for e in schema.enums}, values),
        usable=frozenset(table.name for table in tables if is_usable(table)),
        parents=_parents(tables),
        renamed=names.renamed,
    )


def is_ignored(table: Table, source: Source, *, explicit: bool) -> bool:
    """Whether the table's model has `@@ignore`: by its author, or because its rows can't be told apart."""
    return explicit or (bool(table.columns) and table.name not in source.usable)


def _matched(blocks: Iterable[_Block], names: list[ObjectName]) -> dict[ObjectName, _Block]:
    """The block for each name. A block without a namespace means the first object of its name."""
    by_text: dict[str, ObjectName] = {}
    for name in names:
        by_text.setdefault(name.name, name)
    known = frozenset(names)
    found: dict[ObjectName, _Block] = {}
    for block in blocks:
        if block.schema is None:
            target = by_text.get(block.db_name)
        else:
            target = ObjectName(block.db_name, block.schema)
        if target is not None and target in known:
            found[target] = block
    return found


def _fields(models: Mapping[ObjectName, psl.Model]) -> dict[tuple[ObjectName, str], psl.ScalarField]:
    found: dict[tuple[ObjectName, str], psl.ScalarField] = {}
    for name, model in models.items():
        for field in model.scalar_fields:
            found.setdefault((name, field.db_name), field)
    return found


def _usual_namespace(schema: Schema, dialect: Dialect) -> str | None:
    if not dialect.capabilities.namespaces:
        return None
    return schema.namespaces[0] if schema.namespaces else dialect.capabilities.default_namespace


def _is_legacy(table: Table) -> bool:
    columns = _LEGACY_TABLES.get(table.name.name)
    return columns is not None and columns <= {column.name.lower() for column in table.columns}


def _below_comments(columns: Mapping[ObjectName, list[str]]) -> dict[ObjectName, frozenset[str]]:
    below = {
        owner: frozenset(name for above, name in pairwise(names) if sanitised(above) == "")
        for owner, names in columns.items()
    }
    return {owner: names for owner, names in below.items() if names}


def _is_partition(table: Table) -> bool:
    """Whether the table is a part of another one, which is shown in its place."""
    return any(trait.startswith("PARTITION OF ") for trait in table.traits)


def _parents(tables: tuple[Table, ...]) -> frozenset[ObjectName]:
    """The tables that others inherit from."""
    named = {
        (_unquoted(namespace), _unquoted(name))
        for table in tables
        for trait in table.traits
        if trait.startswith(_INHERITS)
        for namespace, name in _QUALIFIED.findall(trait.removeprefix(_INHERITS))
    }
    return frozenset(t.name for t in tables if named & {("", t.name.name), (t.name.namespace, t.name.name)})


def _unquoted(name: str) -> str:
    return name[1:-1].replace('""', '"') if name.startswith('"') else name
