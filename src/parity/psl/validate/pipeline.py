"""Every rule, in the order in which they are asked.

The rules hold for schemas whose names could all be resolved: a schema with errors of that kind never gets here. Where
relations can't be told apart, nothing behind them is asked, since every answer would follow from that one mistake.
"""

from __future__ import annotations

from collections import Counter

from parity.diagnostics import Sink
from parity.psl.entries import ModelEntry, RelationEntry, Resolution
from parity.psl.model import IndexKind, RelationKind, ScalarField
from parity.psl.providers.registry import facts_of
from parity.psl.validate import (
    composites,
    cycles,
    datasource,
    defaults,
    enums,
    fields,
    indexes,
    many_to_many,
    models,
    native_types,
    operator_classes,
    relation_fields,
    relations,
    views,
)
from parity.psl.validate.context import Context, context_of


def validate(resolution: Resolution, sink: Sink) -> None:
    """Ask every rule about a resolved schema."""
    facts = facts_of(None if resolution.datasource is None else resolution.datasource.provider)
    if not datasource.database_is_supported(resolution, facts, sink):
        return
    context = context_of(resolution, facts, sink)
    composites.composites_need_documents(context)
    datasource.validate_datasource(context)
    models.tables_differ(context)
    groups = relation_fields.group_sides(context)
    entries = resolution.models.values()
    for entry in (*(e for e in entries if not e.is_view), *(e for e in entries if e.is_view)):
        if not _validate_model(entry, groups, context):
            return
    enums.enum_types_differ(context)
    for enum in resolution.enums.values():
        enums.enum_schema_is_listed(enum, context)
    cycles.no_circle_of_actions(context)
    for relation in resolution.relations:
        if relation.relation.kind is RelationKind.MANY_TO_MANY:
            _validate_many_to_many(relation, context)
        else:
            _validate_inline_relation(relation, context)


def _validate_model(entry: ModelEntry, groups: relation_fields.SideGroups, context: Context) -> bool:
    """Everything about one model or view. False where its relations can't be told apart."""
    names = models.client_names(entry)
    if entry.is_view:
        _validate_view_itself(entry, context)
    else:
        _validate_model_itself(entry, names, context)
    native_types.native_type_prefix_is_the_datasource(entry, context)
    _validate_columns(entry, names, context)
    covered = relation_fields.covered_columns(entry) if context.emulated else frozenset()
    for side in entry.sides.values():
        if not relation_fields.relation_is_unambiguous(side, groups, context):
            return False
        relation_fields.ignored_model_is_not_led_to(side, entry, context)
        relation_fields.referential_actions_exist(side, context)
        relation_fields.foreign_key_can_have_its_name(side, context)
        relation_fields.emulated_relation_has_an_index(side, covered, context)
    for relation_field in entry.model.fields if entry.model is not None and names else ():
        if relation_field.name in entry.sides:
            fields.field_name_is_no_client_name(relation_field, entry, names, context)
    if entry.is_view:
        _validate_uniques_of_view(entry, context)
    else:
        _validate_indexes(entry, names, context)
    return True


def _validate_columns(entry: ModelEntry, names: Counter[str], context: Context) -> None:
    likes = context.faultless_likes
    for field, like in zip(entry.fields, entry.likes, strict=True):
        if not isinstance(field, ScalarField):
            continue
        if names and field.name in names:
            fields.field_name_is_no_client_name(field, entry, names, context)
        if like is not None and id(like) in likes:
            continue
        _validate_column(field, entry, context)
        if like is not None and (field.type, field.arity, field.native_type, field.default) in context.faultless:
            likes.add(id(like))


def _validate_column(field: ScalarField, entry: ModelEntry, context: Context) -> None:
    """What a column is. Most columns are like others; where one had no fault, its likes have none."""
    kind = (field.type, field.arity, field.native_type, field.default)
    if kind in context.faultless:
        return
    found = len(context.sink.items)
    fields.column_type_exists(field, entry, context)
    native_types.native_type_fits(field, context)
    defaults.default_has_no_name(field, context)
    defaults.default_is_well_formed(field, context)
    defaults.default_function_exists(field, context)
    native_types.unsupported_type_is_unknown(field, context)
    if len(context.sink.items) == found:
        context.faultless.add(kind)


def _validate_model_itself(entry: ModelEntry, names: Counter[str], context: Context) -> None:
    models.rows_can_be_told_apart(entry, context)
    models.primary_key_name_is_free(entry, context)
    models.primary_key_client_name_is_free(entry, names, context)
    models.primary_key_has_fields(entry, context)
    models.compound_key_is_no_field(entry, context)
    models.primary_key_options_exist(entry, context)
    models.schema_is_listed(entry, context)
    indexes.native_types_can_be_indexed(entry, context)
    indexes.shard_key_is_possible(entry, context)
    defaults.autoincrement_is_possible(entry, context)
    if entry.primary_key is not None:
        indexes.prefix_length_fits(entry.primary_key.fields, None, entry, context)


def _validate_view_itself(entry: ModelEntry, context: Context) -> None:
    views.views_need_their_preview_feature(entry, context)
    models.schema_is_listed(entry, context)
    views.view_has_no_primary_key(entry, context)
    views.view_has_no_indexes(entry, context)


def _validate_uniques_of_view(entry: ModelEntry, context: Context) -> None:
    for index in entry.indexes:
        if index.kind is IndexKind.UNIQUE:
            indexes.index_has_fields(index, entry, context)
            indexes.unique_index_is_no_field(index, entry, context)


def _validate_indexes(entry: ModelEntry, names: Counter[str], context: Context) -> None:
    for index in entry.indexes:
        indexes.index_has_fields(index, entry, context)
        indexes.index_name_is_free(index, entry, context)
        indexes.unique_index_is_no_field(index, entry, context)
        indexes.index_client_name_is_free(index, entry, names, context)
        indexes.index_options_exist(index, entry, context)
        indexes.algorithm_exists(index, entry, context)
        operator_classes.operator_classes_fit(index, entry, context)
        operator_classes.inverted_index_fits(index, entry, context)
        indexes.fulltext_is_possible(index, entry, context)
        indexes.composite_is_not_in_compound_unique(index, entry, context)
        indexes.prefix_length_fits(index.fields, index, entry, context)


def _validate_inline_relation(entry: RelationEntry, context: Context) -> None:
    relations.references_are_unique(entry, context)
    relations.sides_have_equal_length(entry, context)
    relations.required_relation_has_required_columns(entry, context)
    relations.column_types_match(entry, context)
    relations.foreign_key_name_is_free(entry, context)
    relations.set_null_needs_optional_columns(entry, context)
    relations.both_sides_are_there(entry, context)
    if entry.relation.kind is RelationKind.ONE_TO_MANY:
        relations.one_to_many_says_its_columns(entry, context)
        relations.one_to_many_acts_on_its_single_side(entry, context)
        return
    relations.one_to_one_says_its_columns(entry, context)
    relations.one_to_one_acts_on_one_side(entry, context)
    relations.one_to_one_columns_are_unique(entry, context)
    relations.one_to_one_keeps_its_arguments_together(entry, context)
    relations.one_to_one_has_an_optional_side(entry, context)
    relations.one_to_one_has_its_columns_on_the_required_side(entry, context)


def _validate_many_to_many(entry: RelationEntry, context: Context) -> None:
    if entry.is_embedded:
        many_to_many.many_to_many_is_not_embedded(entry, context)
        return
    many_to_many.many_to_many_is_between_models(entry, context)
    many_to_many.many_to_many_leads_to_single_keys(entry, context)
    many_to_many.many_to_many_has_no_actions(entry, context)
    many_to_many.many_to_many_names_no_references(entry, context)
