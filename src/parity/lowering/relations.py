"""Relations: foreign keys of models, and the join tables that implicit many-to-many relations live in."""

from __future__ import annotations

from collections.abc import Iterator

from parity.lowering.columns import column_type
from parity.lowering.context import Lowering
from parity.psl import constraint_names
from parity.psl import model as psl
from parity.schema.model import (
    Column,
    ForeignKey,
    Index,
    IndexColumn,
    IndexKind,
    PrimaryKey,
    ReferentialAction,
    Table,
)
from parity.schema.types import Arity, ObjectName

_ACTIONS = {
    psl.ReferentialAction.CASCADE: ReferentialAction.CASCADE,
    psl.ReferentialAction.RESTRICT: ReferentialAction.RESTRICT,
    psl.ReferentialAction.NO_ACTION: ReferentialAction.NO_ACTION,
    psl.ReferentialAction.SET_NULL: ReferentialAction.SET_NULL,
    psl.ReferentialAction.SET_DEFAULT: ReferentialAction.SET_DEFAULT,
}
_JOIN_COLUMNS = ("A", "B")


def has_foreign_keys(lowering: Lowering) -> bool:
    """Whether the database holds the relations; with `relationMode = "prisma"` the client does."""
    source = lowering.datamodel.datasource
    return source is None or source.relation_mode != "prisma"


def foreign_keys(model: psl.Model, lowering: Lowering) -> tuple[ForeignKey, ...]:
    """The foreign keys of the model's table, in the order of the relation fields."""
    if not has_foreign_keys(lowering):
        return ()
    held = ((f, _relation(f, model, lowering)) for f in model.fields if isinstance(f, psl.RelationField))
    return tuple(_foreign_key(field, relation, model, lowering) for field, relation in held if relation is not None)


def _relation(field: psl.RelationField, model: psl.Model, lowering: Lowering) -> psl.Relation | None:
    """The relation whose foreign key the field stands for."""
    if field.relation is None:
        return None
    relation = lowering.datamodel.relations[field.relation]
    holds = relation.model_a == model.name and relation.field_a == field.name and relation.fields
    target = lowering.models.get(relation.model_b)
    return relation if holds and target is not None and not target.is_view else None


def _foreign_key(held: psl.RelationField, relation: psl.Relation, model: psl.Model, lowering: Lowering) -> ForeignKey:
    target = lowering.models[relation.model_b]
    fields = [model.scalar(name) for name in relation.fields]
    columns = tuple(field.db_name for field in fields)
    required = psl.Arity.REQUIRED in (held.arity, *(field.arity for field in fields))
    by_arity = psl.ReferentialAction.RESTRICT if required else psl.ReferentialAction.SET_NULL
    return ForeignKey(
        relation.map or constraint_names.foreign_key(model.db_name, columns, lowering.limit),
        columns,
        lowering.table_name(target),
        tuple(target.scalar(name).db_name for name in relation.references),
        on_delete=_ACTIONS[relation.on_delete or by_arity],
        on_update=_ACTIONS[relation.on_update or psl.ReferentialAction.CASCADE],
    )


def join_tables(lowering: Lowering) -> Iterator[Table]:
    """The join tables, in the order of the relation fields of side A."""
    for model in lowering.datamodel.models:
        for field in model.fields:
            if isinstance(field, psl.RelationField) and field.relation is not None:
                relation = lowering.datamodel.relations[field.relation]
                first = relation.model_a == model.name and relation.field_a == field.name
                if relation.kind is psl.RelationKind.MANY_TO_MANY and first:
                    yield _join_table(relation, lowering)


def _join_table(relation: psl.Relation, lowering: Lowering) -> Table:
    model_a, model_b = lowering.models[relation.model_a], lowering.models[relation.model_b]
    limit = lowering.limit
    name = constraint_names.join_table(relation.name, model_a.name, model_b.name, limit)
    ids = (_single_id(model_a), _single_id(model_b))
    columns = tuple(
        Column(letter, column_type(field, lowering), Arity.REQUIRED)
        for letter, field in zip(_JOIN_COLUMNS, ids, strict=True)
    )
    both = tuple(IndexColumn(letter) for letter in _JOIN_COLUMNS)
    on_b = Index(constraint_names.join_index(name, limit), (IndexColumn("B"),))
    primary_key: PrimaryKey | None = None
    indexes: tuple[Index, ...] = (on_b,)
    if lowering.dialect.capabilities.join_table_primary_key:
        primary_key = PrimaryKey(constraint_names.join_primary_key(name, limit), both)
    else:
        indexes = (Index(constraint_names.join_unique(name, limit), both, IndexKind.UNIQUE), on_b)
    keys: tuple[ForeignKey, ...] = ()
    if has_foreign_keys(lowering):
        sides = zip(_JOIN_COLUMNS, (model_a, model_b), ids, strict=True)
        keys = tuple(_join_key(name, letter, model, field, lowering) for letter, model, field in sides)
    table = ObjectName(name, lowering.table_name(model_a).namespace)
    return Table(table, columns, primary_key, indexes, keys)


def _join_key(table: str, letter: str, model: psl.Model, field: psl.ScalarField, lowering: Lowering) -> ForeignKey:
    return ForeignKey(
        constraint_names.join_foreign_key(table, letter, lowering.limit),
        (letter,),
        lowering.table_name(model),
        (field.db_name,),
        on_delete=ReferentialAction.CASCADE,
        on_update=ReferentialAction.CASCADE,
    )


def _single_id(model: psl.Model) -> psl.ScalarField:
    """The one field that names a row: the id, else the first unique field."""
    if model.primary_key is not None and len(model.primary_key.fields) == 1:
        return model.scalar(model.primary_key.fields[0].name)
    uniques = (i for i in model.indexes if i.kind is psl.IndexKind.UNIQUE and len(i.fields) == 1)
    return model.scalar(next(uniques).fields[0].name)
