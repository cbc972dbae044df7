"""`@@id`, `@@unique`, `@@index`, `@@fulltext`, and `@id` and `@unique` on a field: arguments to keys and indexes.

Checked is what holds on every database: that the fields exist, that the values are of the right kind.
"""

from __future__ import annotations

from functools import lru_cache

from parity.psl import ast
from parity.psl.codes import Code
from parity.psl.conditions import read_where
from parity.psl.entries import ModelEntry
from parity.psl.model import (
    Arity,
    CompositeRef,
    DefaultValue,
    Index,
    IndexField,
    IndexKind,
    PrimaryKey,
    ScalarField,
    SortOrder,
)
from parity.psl.reading import (
    AttributeReader,
    Report,
    constant,
    did_you_mean,
    elements,
    integer,
    listed,
    mismatch,
    show,
)
from parity.psl.strings import unescape

INDEX_TYPES = ("BTree", "Hash", "Gist", "Gin", "SpGist", "Brin")

OPERATOR_CLASSES = frozenset(
    """
    InetOps JsonbOps JsonbPathOps ArrayOps TextOps BitMinMaxOps VarBitMinMaxOps BpcharBloomOps
    BpcharMinMaxOps ByteaBloomOps ByteaMinMaxOps DateBloomOps DateMinMaxOps DateMinMaxMultiOps
    Float4BloomOps Float4MinMaxOps Float4MinMaxMultiOps Float8BloomOps Float8MinMaxOps
    Float8MinMaxMultiOps InetInclusionOps InetBloomOps InetMinMaxOps InetMinMaxMultiOps Int2BloomOps
    Int2MinMaxOps Int2MinMaxMultiOps Int4BloomOps Int4MinMaxOps Int4MinMaxMultiOps Int8BloomOps
    Int8MinMaxOps Int8MinMaxMultiOps NumericBloomOps NumericMinMaxOps NumericMinMaxMultiOps OidBloomOps
    OidMinMaxOps OidMinMaxMultiOps TextBloomOps TextMinMaxOps TimestampBloomOps TimestampMinMaxOps
    TimestampMinMaxMultiOps TimestampTzBloomOps TimestampTzMinMaxOps TimestampTzMinMaxMultiOps
    TimeBloomOps TimeMinMaxOps TimeMinMaxMultiOps TimeTzBloomOps TimeTzMinMaxOps TimeTzMinMaxMultiOps
    UuidBloomOps UuidMinMaxOps UuidMinMaxMultiOps
    """.split()  # noqa: SIM905
)
"""Every operator class that has a name in the language; others are written `raw("…")`."""

Composites = dict[str, dict[str, ScalarField]]
"""The fields of each embedded type."""


# --- on a field ---------------------------------------------------------------------------------------------------


def read_field_id(reader: AttributeReader, name: str) -> PrimaryKey:
    """`@id`."""
    database_name = reader.text("map")
    column = _single_column(reader, name)
    span = reader.report.span(reader.attribute)
    return PrimaryKey((column,), None, database_name, reader.flag("clustered"), True, span)


def read_field_unique(reader: AttributeReader, name: str, entry: ModelEntry) -> Index:
    """`@unique`."""
    database_name = reader.text("map")
    column = _single_column(reader, name)
    clustered = reader.flag("clustered")
    where, where_object = read_where(reader, entry)
    return Index(
        IndexKind.UNIQUE,
        (column,),
        database_name=database_name,
        clustered=clustered,
        where=where,
        where_object=where_object,
        on_field=True,
        span=reader.report.span(reader.attribute),
    )


def _single_column(reader: AttributeReader, name: str) -> IndexField:
    if not reader.named:
        return plain_column(name)
    length_value = reader.optional("length")
    length = None if length_value is None else integer(reader.report, length_value)
    sort_value = reader.optional("sort")
    word = None if sort_value is None else constant(reader.report, sort_value)
    sort = None
    if word is not None:
        sort = _sort(word)
        if sort is None:
            reader.error(Code.WRONG_VALUE, f"`sort` is `Asc` or `Desc`, not `{show(word)}`")
    return IndexField(name, sort, length)


def _sort(word: str) -> SortOrder | None:
    return SortOrder(word) if word in ("Asc", "Desc") else None


# --- on a model ---------------------------------------------------------------------------------------------------


def read_model_id(reader: AttributeReader, entry: ModelEntry, composites: Composites) -> None:
    """`@@id`: puts the primary key into the entry."""
    columns = _columns(reader, entry, composites, paths=False)
    if columns is None:
        reader.named.clear()
        return
    optional = [c.name for c in columns if _is_optional(entry.scalars.get(c.name))]
    if optional and not entry.is_ignored:
        message = f"a primary key can't hold fields that may be null or are lists: {listed(optional)}"
        reader.error(Code.ID_OPTIONAL, message)
    if entry.primary_key is not None:
        message = f"the {entry.what} `{entry.name}` has an `@id` field and an `@@id`"
        entry.report.error(Code.ID_TWICE, message, entry.block, "keep one of them")
    database_name = reader.text("map")
    name = _client_name(reader)
    clustered = reader.flag("clustered")
    span = reader.report.span(reader.attribute)
    entry.primary_key = PrimaryKey(columns, name, database_name, clustered, False, span)


def _is_optional(field: ScalarField | None) -> bool:
    return field is not None and field.arity is not Arity.REQUIRED


def read_index(reader: AttributeReader, kind: IndexKind, entry: ModelEntry, composites: Composites) -> None:
    """`@@index`, `@@unique` or `@@fulltext`: adds an index to the entry."""
    columns = _columns(reader, entry, composites, paths=True)
    name = algorithm = clustered = where = None
    where_object: tuple[tuple[str, DefaultValue | None, bool], ...] = ()
    if kind is IndexKind.UNIQUE:
        name = _client_name(reader)
    elif kind is IndexKind.NORMAL:
        name = reader.text("name")
    database_name = reader.text("map")
    if kind is IndexKind.NORMAL:
        if name is not None and database_name is not None:
            hint = "keep `map`: it names the index in the database"
            reader.error(Code.INDEX_NAME_AND_MAP, "`name` and `map` of an index mean the same", hint)
        database_name, name = database_name or name, None
        algorithm = _algorithm(reader)
    if kind is not IndexKind.FULLTEXT:
        clustered = reader.flag("clustered")
        where, where_object = read_where(reader, entry)
    entry.indexes.append(
        Index(
            kind,
            columns or (),
            name,
            database_name,
            algorithm,
            clustered,
            where,
            where_object,
            False,
            reader.report.span(reader.attribute),
        )
    )


def _algorithm(reader: AttributeReader) -> str | None:
    value = reader.optional("type")
    word = None if value is None else constant(reader.report, value)
    if word is None or word in INDEX_TYPES:
        return word
    hint = did_you_mean(reader.report.sink, word, INDEX_TYPES)
    reader.error(Code.WRONG_VALUE, f"`{show(word)}` is no index type", hint)
    return None


def _client_name(reader: AttributeReader) -> str | None:
    name = reader.text("name")
    if name is not None and not (name.isascii() and name.replace("_", "a").isalnum()):
        message = f"`{show(name)}` can't be used as a client's name"
        reader.error(Code.CLIENT_NAME_CHARACTERS, message, "use letters, digits and underscores, or `map:`")
    return name


def read_shard_key(reader: AttributeReader, entry: ModelEntry, composites: Composites) -> None:
    """`@@shardKey` and `@shardKey`: noted so that validation can say where it may stand."""
    given = reader.named.get("fields") or reader.unnamed
    items = () if given is None or given.value is None else elements(given.value)
    for item in items:
        if isinstance(item, ast.Call):
            mismatch(reader.report, "the name of a field", item)
    if entry.shard_key is not None:
        message = f"the {entry.what} `{entry.name}` has a `@shardKey` field and a `@@shardKey`"
        entry.report.error(Code.SHARD_KEY, message, entry.block, "keep one of them")
    columns = _columns(reader, entry, composites, paths=False) or ()
    entry.shard_key = reader.report.span(reader.attribute)
    entry.shard_key_fields.extend(column.name for column in columns)


# --- columns ------------------------------------------------------------------------------------------------------


def _columns(
    reader: AttributeReader, entry: ModelEntry, composites: Composites, paths: bool
) -> tuple[IndexField, ...] | None:
    """The `fields` argument, None where it is not given or one of the fields can't be in an index."""
    value = reader.default("fields")
    if value is None:
        return None
    items = elements(value)
    plain = _plain_columns(items, entry)
    if plain is not None:
        return plain
    columns = [_column(reader.report, item) for item in items]
    if any(column is None for column in columns):
        return None
    found = tuple(column for column in columns if column is not None)
    unknown: list[str] = []
    relations: list[str] = []
    seen: set[str] = set()
    for column in found:
        root = column.name.split(".", 1)[0]
        if root in entry.sides:
            relations.append(column.name)
        elif root not in entry.scalars or (
            "." in column.name and not (paths and _path_exists(column.name, entry, composites))
        ):
            unknown.append(column.name)
        elif column.name in seen:
            reader.error(Code.INDEX_REPEATED_FIELD, f"the field `{column.name}` is named twice")
            return None
        seen.add(column.name)
    if unknown:
        _report_unknown(reader, unknown, entry)
    if relations:
        _report_relations(reader, relations, entry)
    return None if unknown or relations else found


def _plain_columns(items: tuple[ast.Expression, ...], entry: ModelEntry) -> tuple[IndexField, ...] | None:
    """The columns, where each is a column of the model, named once and without options; None where one isn't."""
    columns: list[IndexField] = []
    names: set[str] = set()
    for item in items:
        if not isinstance(item, ast.Constant) or item.text not in entry.scalars or item.text in names:
            return None
        names.add(item.text)
        columns.append(plain_column(item.text))
    return tuple(columns)


@lru_cache(maxsize=4096)
def plain_column(name: str) -> IndexField:
    """A column without options. There are few names for the many columns of keys and indexes."""
    return IndexField(name)


def _report_unknown(reader: AttributeReader, unknown: list[str], entry: ModelEntry) -> None:
    hint = did_you_mean(reader.report.sink, unknown[0], entry.scalars) if len(unknown) == 1 else None
    message = f"{reader.title} names fields that `{entry.name}` doesn't have: {listed(unknown)}"
    reader.error(Code.INDEX_UNKNOWN_FIELD, message, hint)


def _report_relations(reader: AttributeReader, relations: list[str], entry: ModelEntry) -> None:
    columns = [c for name in relations for c in (entry.sides[name.split(".")[0]].fields or ())]
    hint = f"name its columns: `{', '.join(columns)}`" if columns else None
    reader.error(Code.INDEX_RELATION_FIELD, f"{reader.title} names relation fields: {listed(relations)}", hint)


def _path_exists(path: str, entry: ModelEntry, composites: Composites) -> bool:
    """Whether `a.b.c` leads through fields of embedded types."""
    root, *rest = path.split(".")
    field: object = entry.scalars.get(root)
    for step in rest:
        if not isinstance(field, ScalarField) or not isinstance(field.type, CompositeRef):
            return False
        composite = composites.get(field.type.name)
        field = None if composite is None else composite.get(step)
    return isinstance(field, ScalarField)


def _column(report: Report, value: ast.Expression) -> IndexField | None:
    if isinstance(value, ast.Constant):
        return IndexField(value.text)
    if not isinstance(value, ast.Call):
        mismatch(report, "the name of a field", value)
        return None
    arguments: dict[str, ast.Argument] = {}
    for argument in value.arguments.items:
        if argument.name is not None and argument.value is not None:
            arguments.setdefault(argument.name.text, argument)
    ops, raw = _operator_class(report, arguments.get("ops"))
    return IndexField(
        value.name.text, _column_sort(report, arguments.get("sort")), _length(report, arguments), ops, raw
    )


def _column_sort(report: Report, argument: ast.Argument | None) -> SortOrder | None:
    if argument is None or argument.value is None:
        return None
    word = constant(report, argument.value)
    if word is None:
        return None
    if _sort(word) is None:
        report.error(Code.WRONG_VALUE, f"`sort` is `Asc` or `Desc`, not `{show(word)}`", argument)
    return _sort(word)


def _length(report: Report, arguments: dict[str, ast.Argument]) -> int | None:
    argument = arguments.get("length")
    if argument is None or argument.value is None:
        return None
    length = integer(report, argument.value)
    return None if length is None or length < 0 else length


def _operator_class(report: Report, argument: ast.Argument | None) -> tuple[str | None, bool]:
    if argument is None:
        return None, False
    value = argument.value
    match value:
        case ast.Constant():
            if value.text in OPERATOR_CLASSES:
                return value.text, False
            hint = did_you_mean(report.sink, value.text, OPERATOR_CLASSES) or 'write others as `ops: raw("…")`'
            report.error(Code.OPERATOR_CLASS, f"`{show(value.text)}` is no operator class of the language", value, hint)
        case ast.Call() if value.name.text == "raw":
            items = value.arguments.items
            if len(items) == 1 and isinstance(items[0].value, ast.StringLiteral):
                return unescape(items[0].value.value), True
            report.error(Code.OPERATOR_CLASS, "`raw` takes the operator class as one string", value)
        case _:
            report.error(Code.OPERATOR_CLASS, 'an operator class is a name or `raw("…")`', argument)
    return None, False
