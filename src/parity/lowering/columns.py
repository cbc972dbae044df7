"""Scalar fields as columns. Ignored fields are columns too: the attribute speaks to the client only."""

from __future__ import annotations

from parity.lowering.context import Lowering
from parity.lowering.defaults import default, raw_default
from parity.psl import model as psl
from parity.psl.model import ScalarType
from parity.schema.model import Column
from parity.schema.types import Arity, ColumnType, NativeType, TypeFamily

_ARITIES = {
    psl.Arity.REQUIRED: Arity.REQUIRED,
    psl.Arity.OPTIONAL: Arity.NULLABLE,
    psl.Arity.LIST: Arity.LIST,
}


def column(field: psl.ScalarField, lowering: Lowering) -> Column:
    """The field's column."""
    kind = column_type(field, lowering)
    found = default(field, kind, lowering)
    return Column(
        field.db_name,
        kind,
        _ARITIES[field.arity],
        found,
        client_fills=found is None and field.default is not None,
        default_written=raw_default(field) if found is None else None,
    )


def column_type(field: psl.ScalarField, lowering: Lowering) -> ColumnType:
    """The type of the field's column, without its arity."""
    types = lowering.dialect.types
    match field.type:
        case psl.EnumRef(name):
            enum = lowering.enums.get(name)
            if enum is None or not lowering.dialect.capabilities.enums:
                return types.column_type(ScalarType.STRING.value, None)
            return ColumnType(TypeFamily.ENUM, enum=lowering.enum_name(enum))
        case psl.UnsupportedType(text):
            return types.unsupported(text)
        case psl.CompositeRef():
            return types.column_type(ScalarType.JSON.value, None)
        case scalar:
            return types.column_type(scalar.value, native_type(field.native_type))


def native_type(native: psl.NativeType | None) -> NativeType | None:
    """A `@db.` type with its arguments as numbers."""
    if native is None:
        return None
    return NativeType(native.name, tuple(int(arg) for arg in native.args if arg.strip().isdigit()))
