"""Rules of models: their tables, their keys, their schemas."""

from __future__ import annotations

from collections import Counter

from parity.diagnostics import Span
from parity.psl import ast
from parity.psl.codes import Code
from parity.psl.entries import ModelEntry
from parity.psl.model import Arity, IndexField, IndexKind, UnsupportedType
from parity.psl.providers.facts import ConstraintKind
from parity.psl.reading import did_you_mean
from parity.psl.validate.context import Context
from parity.psl.validate.name_scopes import primary_key_name


def tables_differ(context: Context) -> None:
    """No two models or views have one table."""
    seen: dict[tuple[str | None, str], ModelEntry] = {}
    entries = context.resolution.models.values()
    for entry in (*(e for e in entries if not e.is_view), *(e for e in entries if e.is_view)):
        table = entry.name if entry.database_name is None else entry.database_name
        other = seen.get((entry.schema, table))
        seen[entry.schema, table] = entry
        if other is not None:
            mapped, plain = (entry, other) if entry.database_name is not None else (other, entry)
            message = f"`{mapped.name}` and `{plain.name}` have one table, `{table}`"
            context.error(Code.DUPLICATE_TABLE, message, attribute_span(mapped, "map"))


def attribute_span(entry: ModelEntry, name: str) -> Span:
    """The span of a `@@` attribute of a block, or of the block where it has none."""
    for item in entry.block.items:
        if isinstance(item, ast.BlockAttributeNode) and item.attribute.name.text == name:
            return entry.report.span(item.attribute)
    return entry.span


# --- primary keys and unique criteria -----------------------------------------------------------------------------


def rows_can_be_told_apart(entry: ModelEntry, context: Context) -> None:
    """A model has a primary key or a unique index whose columns are all required."""
    if entry.is_ignored:
        return
    keys = [] if entry.primary_key is None else [entry.primary_key.fields]
    keys += [index.fields for index in entry.indexes if index.kind is IndexKind.UNIQUE]
    if any(_is_strict(entry, key) for key in keys):
        return
    message = f"the model `{entry.name}` has no `@id` and no `@unique` whose fields are all required"
    hint = "mark a field with `@id`, or several with `@@id([…])`"
    if keys:
        hint = "the fields of its keys may be null or have no type of ours: make one of them required"
    context.error(Code.NO_UNIQUE_CRITERION, message, entry.span, hint)


def _is_strict(entry: ModelEntry, columns: tuple[IndexField, ...]) -> bool:
    for column in columns:
        field = entry.scalars.get(column.name)
        if field is not None and (field.arity is Arity.OPTIONAL or isinstance(field.type, UnsupportedType)):
            return False
    return True


def primary_key_has_fields(entry: ModelEntry, context: Context) -> None:
    """`@@id([])` says nothing."""
    if entry.primary_key is not None and not entry.primary_key.fields:
        context.error(Code.INDEX_WITHOUT_FIELDS, "the primary key has no fields", entry.primary_key.span)


def primary_key_name_is_free(entry: ModelEntry, context: Context) -> None:
    """The name of a primary key is no other constraint's, and short enough."""
    key = entry.primary_key
    if key is None or not context.facts.named_primary_keys:
        return
    name = primary_key_name(entry, key, context.facts)
    name_fits(name, key.span, context)
    report_clash(ConstraintKind.PRIMARY_KEY, entry, name, key.span, context)


def report_clash(kind: ConstraintKind, entry: ModelEntry, name: str, span: Span, context: Context) -> None:
    """Report a constraint name that is taken more than once."""
    scope = context.taken.clash(kind, entry, name)
    if scope is not None:
        place = f"in `{entry.name}`" if scope.within_table else "in the database's schema"
        kinds = " and ".join(k.value for k in scope.kinds)
        message = f"the constraint name `{name}` is taken more than once among the {kinds} {place}"
        context.error(Code.CONSTRAINT_NAME_CLASH, message, span, "give one of them another name with `map:`")


def name_fits(name: str | None, span: Span, context: Context) -> None:
    """A constraint name is not longer than the database's identifiers."""
    limit = context.facts.max_identifier_bytes
    if name is None or limit is None or len(name) * 4 <= limit:
        return
    length = len(name.encode("utf-8", "surrogatepass"))
    if length > limit:
        message = f"the name has {length} bytes, but {context.database} keeps {limit}"
        context.error(Code.NAME_TOO_LONG, message, span, "choose a shorter name")


def primary_key_client_name_is_free(entry: ModelEntry, names: Counter[str], context: Context) -> None:
    """No two keys or indexes of a model have one client name."""
    key = entry.primary_key
    if key is not None and key.name is not None and names[key.name] > 1:
        message = f"the client name `{key.name}` is given twice in `{entry.name}`"
        context.error(Code.CLIENT_NAME_TWICE, message, key.span)


def client_names(entry: ModelEntry) -> Counter[str]:
    """The client names of a model's keys and indexes, and how often each is given."""
    names = Counter(index.name for index in entry.indexes if index.name is not None)
    if entry.primary_key is not None and entry.primary_key.name is not None:
        names[entry.primary_key.name] += 1
    return names


def compound_key_is_no_field(entry: ModelEntry, context: Context) -> None:
    """The client name of a key over several fields, `a_b`, is no field's name."""
    key = entry.primary_key
    if key is not None and len(key.fields) > 1:
        name = "_".join(field.name for field in key.fields)
        if name in entry.scalars:
            message = f"clients call this key `{name}`, which is the name of a field"
            context.error(Code.NAME_CLASH, message, key.span, 'give it another name with `name: "…"`')


def primary_key_options_exist(entry: ModelEntry, context: Context) -> None:
    """Names, prefix lengths, directions and clustering of a primary key are things that the database has."""
    key, facts = entry.primary_key, context.facts
    if key is None:
        return
    if key.database_name is not None and not facts.named_primary_keys:
        message = f"a primary key has no name on {context.database}"
        context.error(Code.INDEX_OPTION, message, entry.span, "remove `map:` from the key")
    if not facts.index_length and any(field.length is not None for field in key.fields):
        message = f"a primary key takes whole columns on {context.database}, no `length`"
        context.error(Code.INDEX_OPTION, message, key.span, "remove `length:`")
    if any(field.sort is not None for field in key.fields):
        message = f"a primary key has no direction on {context.database}"
        context.error(Code.INDEX_OPTION, message, key.span, "remove `sort:`")
    if key.clustered is not None:
        message = f"{context.database} knows no clustered keys"
        context.error(Code.INDEX_OPTION, message, key.span, "remove `clustered:`")


# --- database schemas ---------------------------------------------------------------------------------------------


def schema_is_listed(entry: ModelEntry, context: Context) -> None:
    """A block's schema is one that the datasource lists; with a list, every block names one."""
    check_schema(entry.what, entry.name, entry.schema, entry.schema_span, entry.span, context)


def check_schema(what: str, name: str, schema: str | None, span: Span | None, block: Span, context: Context) -> None:
    """The rules of `@@schema` for models, views and enums alike."""
    datasource = context.resolution.datasource
    listed = () if datasource is None else datasource.schemas
    if span is None:
        if listed:
            message = f"the {what} `{name}` doesn't say which schema it is in"
            context.error(Code.SCHEMA_MISSING, message, block, f'add `@@schema("{listed[0]}")`')
        return
    if not context.facts.schemas:
        message = f"there are no schemas on {context.database}"
        context.error(Code.SCHEMAS_UNSUPPORTED, message, span, "remove `@@schema`")
    elif schema is not None and schema not in context.schemas:
        hint = did_you_mean(context.sink, schema, listed) or "add it to `schemas` in the datasource"
        context.error(Code.SCHEMA_UNKNOWN, f"the datasource lists no schema `{schema}`", span, hint)
