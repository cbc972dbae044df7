"""Relation fields: one on each side of a foreign key or of a join table, or kept from the existing schema file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from msgspec import Struct

from parity.lifting.blocks import FieldLine, Line, make_line
from parity.lifting.constraints import foreign_key_map
from parity.lifting.identifiers import keys_of
from parity.lifting.joins import JoinTable
from parity.lifting.names import sanitised
from parity.lifting.relation_names import (
    RelationName,
    RelationNames,
    foreign_key_name,
    join_name,
    relation_names,
)
from parity.lifting.source import Source, is_ignored
from parity.lifting.text import array, attribute, named
from parity.psl import model as psl
from parity.psl.strings import quote
from parity.schema.model import ForeignKey, ReferentialAction, Table
from parity.schema.types import ObjectName

_ACTIONS = {
    ReferentialAction.CASCADE: "Cascade",
    ReferentialAction.RESTRICT: "Restrict",
    ReferentialAction.NO_ACTION: "NoAction",
    ReferentialAction.SET_NULL: "SetNull",
    ReferentialAction.SET_DEFAULT: "SetDefault",
}


class _Side(Struct, frozen=True):
    """One end of a foreign key's relation."""

    table: Table
    key: ForeignKey
    is_forward: bool


class _Taken(Struct, frozen=True):
    """The names that fields of one model have. Those of `relations` grow with each field."""

    scalars: set[str]
    relations: set[str]


class Relations(Struct, frozen=True):
    """All relations of a schema, found once."""

    sides: Mapping[ObjectName, list[_Side]]
    joins: Mapping[ObjectName, list[tuple[JoinTable, bool]]]
    """By table: the join table, and whether the table is its A."""
    names: RelationNames
    existing: Mapping[tuple[str, tuple[str, ...]], psl.Relation]
    """By the model's name and the key's columns."""
    existing_joins: Mapping[str, psl.Relation]
    by_field: Mapping[tuple[str, str], psl.Relation]
    present: Mapping[str, psl.Model]
    """The existing file's models and views that the database still has, by name."""


def find_relations(source: Source) -> Relations:
    """The relations that the models of `source` have."""
    sides: defaultdict[ObjectName, list[_Side]] = defaultdict(list)
    for table in source.tables:
        for key in _distinct(table):
            if key.referenced_table in source.all_tables and key.referenced_table not in source.joins:
                sides[table.name].append(_Side(table, key, True))
                sides[key.referenced_table].append(_Side(table, key, False))
    joins: defaultdict[ObjectName, list[tuple[JoinTable, bool]]] = defaultdict(list)
    for join in source.joins.values():
        joins[join.to_a.referenced_table].append((join, True))
        joins[join.to_b.referenced_table].append((join, False))
    existing, existing_joins = _existing(source.existing)
    return Relations(
        sides,
        joins,
        relation_names(source),
        existing,
        existing_joins,
        {
            (model, field): relation
            for relation in source.existing.relations
            for model, field in ((relation.model_a, relation.field_a), (relation.model_b, relation.field_b))
            if field is not None
        },
        {model.name: model for model in (*source.models.values(), *source.view_models.values())},
    )


def relation_fields(table: Table, relations: Relations, source: Source) -> Iterator[Line]:
    """The relation fields of a table's model, as lines."""
    model = source.models.get(table.name)
    if not source.has_foreign_keys:
        yield from kept_relation_fields(model, relations, views_only=False)
        return
    taken = _Taken(
        {source.column_names[table.name, column.name].name for column in table.columns},
        set() if model is None else {f.name for f in model.fields if isinstance(f, psl.RelationField)},
    )
    for side in relations.sides.get(table.name, ()):
        line = (_forward if side.is_forward else _back)(side, taken, relations, source)
        yield line if _is_nameable(side, source) else f"// {line}"
    for join, is_a in relations.joins.get(table.name, ()):
        yield _join_side(join, is_a, taken, relations, source)
    yield from kept_relation_fields(model, relations, views_only=True)


def kept_relation_fields(model: psl.Model | None, relations: Relations, *, views_only: bool) -> Iterator[FieldLine]:
    """The relation fields that a model of the existing file has, where no foreign key says them.

    With `views_only` those that lead to or from a view; no field leads to a block that is gone.
    """
    if model is None:
        return
    for field in model.fields:
        if isinstance(field, psl.RelationField) and field.model in relations.present:
            is_view = model.is_view or relations.present[field.model].is_view
            if is_view or not views_only:
                yield _kept(model, field, relations)


def _forward(side: _Side, taken: _Taken, relations: Relations, source: Source) -> FieldLine:
    table, key = side.table, side.key
    existing = _existing_relation(side, relations, source)
    names = _names(side, existing, relations)
    required = [column.is_required for name in key.columns if (column := table.column(name)) is not None]
    mapped = existing.map if existing is not None and existing.map is not None else foreign_key_map(table, key, source)
    arguments = (
        quote(names.name) if names.name else None,
        f"fields: {array(source.column_names[table.name, c].name for c in key.columns)}",
        f"references: {array(source.column_names[key.referenced_table, c].name for c in key.referenced_columns)}",
        _on_delete(key.on_delete, any_required=any(required)),
        None if key.on_update is ReferentialAction.CASCADE else f"onUpdate: {_ACTIONS[key.on_update]}",
        named("map", mapped),
    )
    model = source.models.get(table.name)
    ignored = is_ignored(table, source, explicit=existing is not None and model is not None and model.is_ignored)
    return make_line(
        _free(names.forward, side.key.columns, taken, is_kept=existing is not None),
        source.table_names[key.referenced_table].name + ("" if all(required) else "?"),
        attribute("@relation", *arguments),
        "@ignore" if _lacks_identifier(side, source) and not ignored else None,
    )


def _back(side: _Side, taken: _Taken, relations: Relations, source: Source) -> FieldLine:
    existing = _existing_relation(side, relations, source)
    names = _names(side, existing, relations)
    unique = any(set(columns) <= set(side.key.columns) for columns in keys_of(side.table))
    referencing = source.models.get(side.table.name)
    ignored = is_ignored(
        source.all_tables[side.key.referenced_table],
        source,
        explicit=existing is not None and referencing is not None and referencing.is_ignored,
    )
    return make_line(
        _free(names.back, side.key.columns, taken, is_kept=existing is not None),
        source.table_names[side.table.name].name + ("?" if unique else "[]"),
        attribute("@relation", quote(names.name)) if names.name else None,
        "@ignore" if _lacks_identifier(side, source) and not ignored else None,
    )


def _join_side(join: JoinTable, is_a: bool, taken: _Taken, relations: Relations, source: Source) -> FieldLine:
    names = join_name(join, relations.names)
    name, forward, back = names.name, names.forward, names.back
    existing = relations.existing_joins.get(join.name.name[1:])
    if existing is not None:
        name = existing.name if existing.name is not None else join.name.name[1:]
        forward, back = existing.field_a or forward, existing.field_b or back
    other = join.to_b if is_a else join.to_a
    return make_line(
        _free(forward if is_a else back, (join.name.name,), taken, is_kept=existing is not None),
        f"{source.table_names[other.referenced_table].name}[]",
        attribute("@relation", quote(name)) if name else None,
    )


def _kept(model: psl.Model, field: psl.RelationField, relations: Relations) -> FieldLine:
    relation = relations.by_field.get((model.name, field.name))
    arguments: tuple[str | None, ...] = ()
    if relation is not None:
        arguments = (None if relation.name is None else quote(relation.name),)
        holds_key = bool(relation.fields) and (relation.model_a, relation.field_a) == (model.name, field.name)
        if holds_key:
            arguments += (
                f"fields: {array(relation.fields)}",
                f"references: {array(relation.references)}",
                None if relation.on_delete is None else f"onDelete: {relation.on_delete.value}",
                None if relation.on_update is None else f"onUpdate: {relation.on_update.value}",
                named("map", relation.map),
            )
    arity = {psl.Arity.REQUIRED: "", psl.Arity.OPTIONAL: "?", psl.Arity.LIST: "[]"}[field.arity]
    return make_line(
        field.name,
        f"{field.model}{arity}",
        attribute("@relation", *arguments) if any(arguments) else None,
        "@ignore" if field.is_ignored else None,
    )


def _free(name: str, columns: tuple[str, ...], taken: _Taken, *, is_kept: bool) -> str:
    """A name that no other field of the model has: a column may be called as the relation's field would be."""
    while name in taken.scalars or (not is_kept and name in taken.relations):
        name = "_".join((name, *map(sanitised, columns)))
    taken.relations.add(name)
    return name


def _on_delete(action: ReferentialAction, *, any_required: bool) -> str | None:
    default = ReferentialAction.RESTRICT if any_required else ReferentialAction.SET_NULL
    return None if action is default else f"onDelete: {_ACTIONS[action]}"


def _names(side: _Side, existing: psl.Relation | None, relations: Relations) -> RelationName:
    if existing is not None and existing.field_a is not None and existing.field_b is not None:
        return RelationName(existing.name or "", existing.field_a, existing.field_b)
    return foreign_key_name(side.table, side.key, relations.names)


def _existing_relation(side: _Side, relations: Relations, source: Source) -> psl.Relation | None:
    model = source.models.get(side.table.name)
    return None if model is None else relations.existing.get((model.name, side.key.columns))


def _lacks_identifier(side: _Side, source: Source) -> bool:
    return side.table.name not in source.usable or side.key.referenced_table not in source.usable


def _is_nameable(side: _Side, source: Source) -> bool:
    """Whether no field of the relation's key is commented out."""
    return all(source.column_names[side.table.name, c].name for c in side.key.columns) and all(
        source.column_names[side.key.referenced_table, c].name for c in side.key.referenced_columns
    )


def _distinct(table: Table) -> Iterator[ForeignKey]:
    """The table's foreign keys without those that say the same as an earlier one."""
    seen: set[tuple[object, ...]] = set()
    for key in table.foreign_keys:
        said = (key.columns, key.referenced_table, key.referenced_columns)
        if said not in seen:
            seen.add(said)
            yield key


def _existing(
    existing: psl.Datamodel,
) -> tuple[dict[tuple[str, tuple[str, ...]], psl.Relation], dict[str, psl.Relation]]:
    models = {model.name: model for model in existing.models}
    keys: dict[tuple[str, tuple[str, ...]], psl.Relation] = {}
    joins: dict[str, psl.Relation] = {}
    for relation in existing.relations:
        if relation.kind is psl.RelationKind.MANY_TO_MANY:
            joins.setdefault(relation.name or f"{relation.model_a}To{relation.model_b}", relation)
        elif relation.model_a in models:
            columns = {field.name: field.db_name for field in models[relation.model_a].scalar_fields}
            key = tuple(columns.get(field, field) for field in relation.fields)
            keys.setdefault((relation.model_a, key), relation)
    return keys, joins
