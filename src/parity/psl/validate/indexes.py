"""Rules of indexes: names, options that the database has, and columns that it can index."""

from __future__ import annotations

from collections import Counter

from parity.psl.codes import Code
from parity.psl.entries import ModelEntry
from parity.psl.model import CompositeRef, Index, IndexField, IndexKind, ScalarType, UnsupportedType
from parity.psl.providers.facts import ConstraintKind
from parity.psl.validate.context import Context
from parity.psl.validate.models import name_fits, report_clash

_WITH_LENGTH = (ScalarType.STRING, ScalarType.BYTES)


def index_has_fields(index: Index, entry: ModelEntry, context: Context) -> None:
    """`@@index([])` says nothing."""
    if not index.fields:
        context.error(Code.INDEX_WITHOUT_FIELDS, f"the index of `{entry.name}` has no fields", index.span)


def index_name_is_free(index: Index, entry: ModelEntry, context: Context) -> None:
    """The name of an index is no other constraint's, and short enough."""
    name = context.taken.index_name(entry, index)
    report_clash(ConstraintKind.INDEX, entry, name, index.span, context)
    name_fits(index.database_name, index.span, context)


def unique_index_is_no_field(index: Index, entry: ModelEntry, context: Context) -> None:
    """The client name of a unique index over several fields, `a_b`, is no field's name."""
    if index.kind is IndexKind.UNIQUE and len(index.fields) > 1:
        name = "_".join(field.name.replace(".", "_") for field in index.fields)
        if name in entry.scalars:
            message = f"clients call this index `{name}`, which is the name of a field"
            context.error(Code.NAME_CLASH, message, index.span, 'give it another name with `name: "…"`')


def index_client_name_is_free(index: Index, entry: ModelEntry, names: Counter[str], context: Context) -> None:
    """No two keys or indexes of a model have one client name."""
    if index.name is not None and names[index.name] > 1:
        message = f"the client name `{index.name}` is given twice in `{entry.name}`"
        context.error(Code.CLIENT_NAME_TWICE, message, index.span)


def index_options_exist(index: Index, entry: ModelEntry, context: Context) -> None:
    """Prefix lengths, clustering, conditions and operator classes are things that the database has."""
    facts = context.facts
    if not facts.index_length and any(field.length is not None for field in index.fields):
        message = f"an index takes whole columns on {context.database}, no `length`"
        context.error(Code.INDEX_OPTION, message, index.span, "remove `length:`")
    if index.clustered is not None:
        context.error(Code.INDEX_OPTION, f"{context.database} knows no clustered indexes", index.span)
    if index.kind is not IndexKind.NORMAL and any(field.ops is not None for field in index.fields):
        context.error(Code.INDEX_OPTION, "only `@@index` takes operator classes", index.span, "remove `ops:`")
    _check_where(index, context)


def _check_where(index: Index, context: Context) -> None:
    if index.where is None and not index.where_object:
        return
    if "partialIndexes" not in context.features:
        hint = 'add `previewFeatures = ["partialIndexes"]` to a generator'
        context.error(Code.NEEDS_PREVIEW_FEATURE, "partial indexes need a preview feature", index.span, hint)
    elif not context.facts.partial_indexes:
        context.error(Code.INDEX_OPTION, f"{context.database} has no partial indexes", index.span, "remove `where:`")


def prefix_length_fits(
    fields: tuple[IndexField, ...], index: Index | None, entry: ModelEntry, context: Context
) -> None:
    """Only text and bytes have a prefix."""
    if not context.facts.index_length:
        return
    span = index.span if index is not None else entry.primary_key.span if entry.primary_key is not None else entry.span
    for column in fields:
        field = entry.scalars.get(column.name)
        if column.length is None or field is None or isinstance(field.type, UnsupportedType):
            continue
        if field.type not in _WITH_LENGTH:
            message = f"`{column.name}` has no prefix: `length` is for String and Bytes"
            context.error(Code.INDEX_OPTION, message, span, "remove `length:`")


def algorithm_exists(index: Index, entry: ModelEntry, context: Context) -> None:
    """The database has the index type, and it can be sorted where a direction is given."""
    if index.algorithm is None:
        return
    facts = context.facts.algorithms.get(index.algorithm)
    if facts is None:
        message = f"{context.database} has no index type `{index.algorithm}`"
        hint = f"it has {', '.join(context.facts.algorithms)}"
        context.error(Code.INDEX_ALGORITHM, message, index.span, hint)
        return
    if not facts.sortable and any(field.sort is not None for field in index.fields):
        message = f"an index of type `{index.algorithm}` has no direction"
        context.error(Code.INDEX_ALGORITHM, message, index.span, "remove `sort:`")
    if facts.single_column and len(index.fields) != 1:
        message = f"an index of type `{index.algorithm}` has one column"
        context.error(Code.INDEX_ALGORITHM, message, index.span)


def fulltext_is_possible(index: Index, entry: ModelEntry, context: Context) -> None:
    """The database has full text indexes, and their columns take no options."""
    if index.kind is not IndexKind.FULLTEXT:
        return
    if not context.facts.fulltext:
        message = f"{context.database} has no full text indexes in the language"
        context.error(Code.FULLTEXT, message, index.span)
        return
    if any(field.length is not None for field in index.fields):
        context.error(Code.FULLTEXT, "a full text index takes whole columns, no `length`", index.span)
    if any(field.sort is not None for field in index.fields):
        context.error(Code.FULLTEXT, "a full text index has no direction", index.span)


def composite_is_not_in_compound_unique(index: Index, entry: ModelEntry, context: Context) -> None:
    """A unique index over several fields can't hold an embedded type."""
    if index.kind is not IndexKind.UNIQUE or len(index.fields) < 2:
        return
    for column in index.fields:
        field = entry.scalars.get(column.name)
        if field is not None and isinstance(field.type, CompositeRef):
            context.error(Code.INDEX_OPTION, f"`{column.name}` is of a type that no such index holds", index.span)
            return


def native_types_can_be_indexed(entry: ModelEntry, context: Context) -> None:
    """The columns of keys and indexes have native types that can be in one."""
    if not any(field.native_type is not None for field in entry.scalars.values()) or not context.facts.native_types:
        return
    for index in entry.indexes:
        for column in index.fields:
            field = entry.scalars.get(column.name)
            if _cannot_hold(column, entry, context) and field is not None:
                if not _needs_length(column, entry, context):
                    message = f"a column of type `{_native(column, entry)}` can't be in an index"
                    context.error(Code.NATIVE_TYPE_INDEX, message, field.span)
                    break
                if index.kind is not IndexKind.FULLTEXT:
                    message = f"a column of type `{_native(column, entry)}` can be in an index only with a length"
                    hint = f"write `{column.name}(length: 100)`, for instance"
                    context.error(Code.NATIVE_TYPE_INDEX, message, index.span, hint)
                    break
    key = entry.primary_key
    for column in () if key is None else key.fields:
        if key is not None and _cannot_hold(column, entry, context) and _needs_length(column, entry, context):
            message = f"a column of type `{_native(column, entry)}` can be in a primary key only with a length"
            hint = f"write `{column.name}(length: 100)`, for instance"
            context.error(Code.NATIVE_TYPE_INDEX, message, key.span, hint)
            break


def _native(column: IndexField, entry: ModelEntry) -> str | None:
    field = entry.scalars.get(column.name)
    return None if field is None or field.native_type is None else field.native_type.name


def _needs_length(column: IndexField, entry: ModelEntry, context: Context) -> bool:
    facts = context.facts.native_types.get(_native(column, entry) or "")
    return facts is not None and facts.needs_length_in_index


def _cannot_hold(column: IndexField, entry: ModelEntry, context: Context) -> bool:
    facts = context.facts.native_types.get(_native(column, entry) or "")
    if facts is None:
        return False
    return facts.no_index or (facts.needs_length_in_index and column.length is None)


def shard_key_is_possible(entry: ModelEntry, context: Context) -> None:
    """Shard keys need a preview feature, a database that has them, and fields."""
    if entry.shard_key is None:
        return
    if not entry.shard_key_fields:
        context.error(Code.SHARD_KEY, "the shard key has no fields", entry.shard_key)
    if "shardKeys" not in context.features:
        hint = 'add `previewFeatures = ["shardKeys"]` to a generator'
        context.error(Code.NEEDS_PREVIEW_FEATURE, "shard keys need a preview feature", entry.shard_key, hint)
    elif not context.facts.shard_keys:
        context.error(Code.SHARD_KEY, f"{context.database} has no shard keys", entry.shard_key)
