"""Primary keys and indexes of models, with the names they get where the schema file gives none."""

from __future__ import annotations

import re

from parity.dialects.sql import quote_string
from parity.lowering.context import Lowering
from parity.psl import constraint_names
from parity.psl import model as psl
from parity.schema.model import Index, IndexColumn, IndexKind, PrimaryKey, SortOrder

_KINDS = {
    psl.IndexKind.NORMAL: IndexKind.NORMAL,
    psl.IndexKind.UNIQUE: IndexKind.UNIQUE,
    psl.IndexKind.FULLTEXT: IndexKind.FULLTEXT,
}
_DEFAULT_METHOD = "btree"
_RUNS_TOGETHER = (("MinMax", "Minmax"), ("TimestampTz", "Timestamptz"), ("TimeTz", "Timetz"), ("VarBit", "Varbit"))
"""Words of the language that the database's names of operator classes don't part."""


def primary_key(model: psl.Model, lowering: Lowering) -> PrimaryKey | None:
    """The model's primary key."""
    key = model.primary_key
    if key is None:
        return None
    name = None
    if lowering.dialect.capabilities.named_primary_keys:
        name = key.database_name or constraint_names.primary_key(model.db_name, lowering.limit)
    return PrimaryKey(name, tuple(_column(field, model) for field in key.fields))


def indexes(model: psl.Model, lowering: Lowering) -> tuple[Index, ...]:
    """The model's indexes: those on fields first, then by kind, each in the order of the file."""
    return tuple(_index(index, model, lowering) for index in sorted(model.indexes, key=_place))


def _place(index: psl.Index) -> int:
    if index.on_field:
        return 0
    return {psl.IndexKind.NORMAL: 1, psl.IndexKind.UNIQUE: 2, psl.IndexKind.FULLTEXT: 3}[index.kind]


def _index(index: psl.Index, model: psl.Model, lowering: Lowering) -> Index:
    columns = tuple(_column(field, model) for field in index.fields)
    names = [column.name for column in columns]
    named = constraint_names.unique if index.kind is psl.IndexKind.UNIQUE else constraint_names.index
    method = index.algorithm.lower() if index.algorithm is not None else None
    predicate = _predicate(index, model, lowering)
    return Index(
        index.database_name or named(model.db_name, names, lowering.limit),
        columns,
        _KINDS[index.kind],
        method=None if method == _DEFAULT_METHOD else method,
        predicate=predicate,
        predicate_sql=predicate,
    )


def _column(field: psl.IndexField, model: psl.Model) -> IndexColumn:
    return IndexColumn(
        model.scalar(field.name).db_name,
        SortOrder.DESC if field.sort is psl.SortOrder.DESC else SortOrder.ASC,
        length=field.length,
        opclass=_operator_class(field),
        sort_written=field.sort is not None,
    )


def _operator_class(field: psl.IndexField) -> str | None:
    """`JsonbPathOps` is the language's word for `jsonb_path_ops`."""
    if field.ops is None or field.ops_is_raw:
        return field.ops
    word = field.ops
    for apart, together in _RUNS_TOGETHER:
        word = word.replace(apart, together)
    return re.sub(r"(?<!^)(?=[A-Z])", "_", word).lower()


def _predicate(index: psl.Index, model: psl.Model, lowering: Lowering) -> str | None:
    """A partial index's condition: the author's text, or the conditions of its object form."""
    if index.where is not None or not index.where_object:
        return index.where
    return " AND ".join(
        _condition(model.scalar(name).db_name, value, negated, lowering) for name, value, negated in index.where_object
    )


def _condition(column: str, value: psl.DefaultValue | None, negated: bool, lowering: Lowering) -> str:
    quoted = lowering.dialect.quote_column(column)
    if value is None:
        return f"{quoted} IS {'NOT ' if negated else ''}NULL"
    return f"{quoted} {'!=' if negated else '='} {_constant(value)}"


def _constant(value: psl.DefaultValue) -> str:
    match value:
        case psl.BooleanValue(flag):
            return "true" if flag else "false"
        case psl.NumberValue(number):
            return number
        case psl.StringValue(string):
            return quote_string(string)
        case psl.EnumValueRef(name):
            return quote_string(name)
        case psl.ListValue() | psl.FunctionValue():
            raise ValueError("a condition compares with a constant")
