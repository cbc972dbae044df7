"""A resolved datamodel as the Schema that it asks for, in the form in which introspection finds it again.

Views are left out (their definitions are in migrations); `@@ignore` and `@ignore` make no difference, since they
speak to the client only. What schema.prisma can't say is added by `parity.diff.carry`. Conditions and `dbgenerated`
texts are kept as written: only a server can tell how it prints them back.
"""

from __future__ import annotations

from parity.dialects.base import Dialect
from parity.lowering.columns import column
from parity.lowering.context import Lowering, lowering
from parity.lowering.indexes import indexes, primary_key
from parity.lowering.relations import foreign_keys, join_tables
from parity.psl import model as psl
from parity.schema.model import Enum, Extension, Schema, Table


def lower(datamodel: psl.Datamodel, dialect: Dialect) -> Schema:
    """The schema that a valid datamodel asks `dialect` for. Names carry a namespace where the datasource lists any."""
    context = lowering(datamodel, dialect)
    tables = [_table(model, context) for model in datamodel.models if not model.is_view]
    tables.extend(join_tables(context))
    return Schema(
        namespaces=_namespaces(context),
        tables=tuple(dialect.settle(table) for table in tables),
        enums=_enums(context),
        extensions=_extensions(context),
    )


def _namespaces(context: Lowering) -> tuple[str, ...]:
    """The namespaces that the datasource lists, or the default one."""
    source = context.datamodel.datasource
    if context.namespaced and source is not None:
        return tuple(sorted(source.schemas))
    default = context.dialect.capabilities.default_namespace
    return () if default is None else (default,)


def _table(model: psl.Model, context: Lowering) -> Table:
    return Table(
        context.table_name(model),
        tuple(column(field, context) for field in model.scalar_fields),
        primary_key(model, context),
        indexes(model, context),
        foreign_keys(model, context),
    )


def _enums(context: Lowering) -> tuple[Enum, ...]:
    if not context.dialect.capabilities.enums:
        return ()
    return tuple(
        Enum(context.enum_name(enum), tuple(value.db_name for value in enum.values)) for enum in context.datamodel.enums
    )


def _extensions(context: Lowering) -> tuple[Extension, ...]:
    source = context.datamodel.datasource
    if source is None or not context.dialect.capabilities.extensions:
        return ()
    wanted = (Extension(e.db_name, e.schema, e.version) for e in source.extensions)
    return tuple(sorted(wanted, key=lambda extension: extension.name))
