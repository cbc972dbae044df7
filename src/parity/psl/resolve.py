"""Syntax trees to the datamodel: names to what they mean, attributes to values, relation fields to relations.

Everything is reported that is wrong whatever the database; what a certain database can't do is for `validate`.
A datamodel comes out of any text: what can't be resolved is left out of it.
"""

from __future__ import annotations

from parity.diagnostics import Sink, Span
from parity.psl import ast
from parity.psl.ast import make
from parity.psl.codes import Code
from parity.psl.configuration import find_datasource, find_generators
from parity.psl.entries import EnumEntry, ModelEntry, RelationEntry, Resolution, Side
from parity.psl.fields import ARITIES, arity_of, field_type, read_composite_field, read_scalar_field
from parity.psl.keys import Composites, read_index, read_model_id, read_shard_key
from parity.psl.model import (
    Arity,
    CompositeType,
    Datamodel,
    Enum,
    EnumValue,
    IndexKind,
    Model,
    RelationField,
    ScalarField,
)
from parity.psl.names import Names, collect_names, documentation_of
from parity.psl.plain_fields import Likenesses, read_plain_fields
from parity.psl.reading import AttributeReader, Attributes, Report, listed, show, string
from parity.psl.relations import pair_relations, read_relation_field
from parity.psl.syntax import report_syntax

MODEL_ATTRIBUTES = ("id", "unique", "index", "fulltext", "map", "schema", "ignore")
ENUM_ATTRIBUTES = ("map", "schema")


def resolve(files: tuple[ast.File, ...], sink: Sink) -> Resolution:
    """Resolve the files of one schema together."""
    for file in files:
        report_syntax(file, sink)
    names = collect_names(files, sink)
    enums = _enums(names)
    composites = _composites(names, enums)
    models = _models(
        names, enums, {c.name: {f.name: f for f in c.fields if isinstance(f, ScalarField)} for _, _, c in composites}
    )
    relations = pair_relations(models)
    is_sound = not sink.has_errors
    datasource, place = find_datasource(names)
    generators = find_generators(names, files, datasource)
    datamodel = Datamodel(
        datasource,
        generators,
        _finish_models(models, relations),
        tuple(entry.enum for entry in enums.values() if entry.enum is not None),
        tuple(entry.relation for entry in relations),
        tuple(composite for _, _, composite in composites),
    )
    return Resolution(files, datamodel, models, enums, composites, relations, datasource, place, generators, is_sound)


# --- enums and types ------------------------------------------------------------------------------------------------


def _enums(names: Names) -> dict[str, EnumEntry]:
    enums: dict[str, EnumEntry] = {}
    for block, report, documentation in names.blocks:
        if block.keyword == "enum":
            entry = EnumEntry(block, report, documentation)
            _read_enum(entry)
            enums[block.name.text] = entry
    return enums


def _read_enum(entry: EnumEntry) -> None:
    comment: ast.CommentBlock | None = None
    for item in entry.block.items:
        if isinstance(item, ast.CommentBlock):
            comment = item
        elif isinstance(item, ast.EnumValueNode):
            entry.values.append(_enum_value(entry.report, item, comment))
            comment = None
    entry.value_names = frozenset(value.name for value in entry.values)
    attributes = _block_attributes(entry.report, entry.block)
    entry.database_name = _one_name(attributes.take("map"), "name")
    schema = attributes.take("schema")
    if schema is not None:
        entry.schema_span = entry.report.span(schema.attribute)
        entry.schema = _one_name(schema, "map")
    attributes.finish(ENUM_ATTRIBUTES, "@@")
    entry.enum = Enum(
        entry.block.name.text,
        tuple(entry.values),
        entry.database_name,
        entry.schema,
        entry.documentation,
        entry.span,
    )


def _enum_value(report: Report, item: ast.EnumValueNode, comment: ast.CommentBlock | None) -> EnumValue:
    database_name = None
    if item.attributes:
        attributes = Attributes(report, item.attributes)
        database_name = _one_name(attributes.take("map"), "name")
        attributes.finish(("map",), "@")
    documentation = documentation_of(comment, item.comment)
    return EnumValue(item.name.text, database_name, documentation, report.span(item))


def _block_attributes(report: Report, block: ast.Block) -> Attributes:
    return Attributes(report, [i.attribute for i in block.items if isinstance(i, ast.BlockAttributeNode)])


def _one_name(reader: AttributeReader | None, argument: str) -> str | None:
    """The only argument of `@map`, `@@map` or `@@schema`."""
    if reader is None:
        return None
    value = reader.default(argument)
    name = None if value is None else string(reader.report, value)
    reader.finish()
    return name


def _composites(names: Names, enums: dict[str, EnumEntry]) -> list[tuple[ast.Block, Report, CompositeType]]:
    found = []
    for block, report, documentation in names.blocks:
        if block.keyword != "type":
            continue
        fields: list[ScalarField] = []
        columns = {item.name.text: item.name.text for item in block.items if isinstance(item, ast.FieldNode)}
        for node, comment in names.fields[id(block)]:
            assert node.type is not None
            resolved = field_type(report, node.type, names)
            if isinstance(resolved, ast.Block):
                message = f"a field of a type can't lead to the {resolved.keyword} `{show(resolved.name.text)}`"
                report.error(Code.RELATION_IN_COMPOSITE, message, node.type)
            elif resolved is not None:
                documentation_text = documentation_of(comment, node.comment)
                plain = ScalarField(
                    node.name.text,
                    resolved,
                    arity_of(node.type),
                    documentation=documentation_text,
                    span=report.span(node),
                )
                fields.append(read_composite_field(report, node, plain, enums, columns))
        found.append((block, report, CompositeType(block.name.text, tuple(fields), documentation, report.span(block))))
    return found


# --- models -------------------------------------------------------------------------------------------------------


def _models(names: Names, enums: dict[str, EnumEntry], composites: Composites) -> dict[str, ModelEntry]:
    models: dict[str, ModelEntry] = {}
    entries: list[ModelEntry] = []
    likes: Likenesses = {}
    for block, report, documentation in names.blocks:
        if block.keyword in ("model", "view"):
            entry = ModelEntry(block, report, block.name.text, documentation)
            if not read_plain_fields(entry, names.fields[id(block)], names, enums, likes):
                _type_fields(entry, names)
            models[entry.name] = entry
            entries.append(entry)
    for entry in entries:
        _read_sides(entry, models)
    for entry in entries:
        _read_model(entry, enums, composites)
    return models


def _type_fields(entry: ModelEntry, names: Names) -> None:
    """First pass: what type each field has, so that attributes can tell columns from relations."""
    report = entry.report
    file = report.file
    for node, comment in names.fields[id(entry.block)]:
        reference = node.type
        assert reference is not None
        resolved = field_type(report, reference, names)
        if resolved is None:
            continue
        name, span = node.name.text, make(Span, (node.start, node.end, file))
        documentation = None
        if comment is not None or node.comment is not None:
            documentation = documentation_of(comment, node.comment)
        arity = ARITIES[reference.suffix]
        entry.nodes.append(node)
        if isinstance(resolved, ast.Block):
            entry.scalars.pop(name, None)
            entry.side_nodes[name] = node
            entry.sides[name] = Side(entry.name, name, reference.text, arity, span)
            entry.fields.append(RelationField(name, reference.text, arity, None, False, documentation, span))
        else:
            field = ScalarField(name, resolved, arity, None, None, None, False, False, documentation, span)
            entry.sides.pop(name, None)
            entry.scalars[name] = field
            if node.said.attributes:
                entry.unread.append(len(entry.fields))
            entry.fields.append(field)
        entry.likes.append(None)


def _read_sides(entry: ModelEntry, models: dict[str, ModelEntry]) -> None:
    if not entry.sides:
        return
    for node, field in zip(entry.nodes, entry.fields, strict=True):
        if not isinstance(field, RelationField) or not node.said.attributes:
            continue
        side = entry.sides.get(field.name)
        # Of several fields with one name the last one counts, but the others are read as well.
        counts = side is not None and entry.side_nodes[field.name] is node
        if side is None or not counts:
            side = Side(entry.name, field.name, field.model, field.arity, field.span)
        side = read_relation_field(side, Attributes(entry.report, node.attributes), entry, models)
        if counts:
            entry.sides[field.name] = side


def _read_model(entry: ModelEntry, enums: dict[str, EnumEntry], composites: Composites) -> None:
    for position in entry.unread:
        field = entry.fields[position]
        assert isinstance(field, ScalarField)
        read = read_scalar_field(entry, entry.nodes[position], field, enums)
        entry.fields[position] = read
        if entry.scalars.get(field.name) is field:
            entry.scalars[field.name] = read
    attributes = _block_attributes(entry.report, entry.block)
    if attributes.by_name:
        _read_block_attributes(entry, attributes, composites)
    _check_id_arity(entry)
    _check_shard_key_arity(entry)


def _read_block_attributes(entry: ModelEntry, attributes: Attributes, composites: Composites) -> None:
    ignore = attributes.take("ignore")
    if ignore is not None:
        _read_model_ignore(entry)
        ignore.finish()
    key = attributes.take("id")
    if key is not None:
        read_model_id(key, entry, composites)
        key.finish()
    entry.database_name = _one_name(attributes.take("map"), "name")
    schema = attributes.take("schema")
    if schema is not None:
        entry.schema_span = entry.report.span(schema.attribute)
        entry.schema = _one_name(schema, "map")
    for name, kind in (("index", IndexKind.NORMAL), ("unique", IndexKind.UNIQUE), ("fulltext", IndexKind.FULLTEXT)):
        for reader in attributes.take_all(name):
            read_index(reader, kind, entry, composites)
            reader.finish()
    shard = attributes.take("shardKey")
    if shard is not None:
        read_shard_key(shard, entry, composites)
        shard.finish()
    attributes.finish(MODEL_ATTRIBUTES, "@@")


def _read_model_ignore(entry: ModelEntry) -> None:
    entry.is_ignored = True
    for field in entry.fields:
        if isinstance(field, ScalarField) and field.is_ignored:
            message = f"the field `{field.name}` is ignored with its {entry.what} anyway"
            entry.report.sink.error(Code.SUPERFLUOUS_IGNORE, message, field.span, "remove its `@ignore`")


def _check_shard_key_arity(entry: ModelEntry) -> None:
    optional = [name for name in entry.shard_key_fields if entry.scalars[name].arity is not Arity.REQUIRED]
    if optional and entry.shard_key is not None and not entry.is_ignored:
        message = f"a shard key can't hold fields that may be null or are lists: {listed(optional)}"
        entry.report.sink.error(Code.SHARD_KEY, message, entry.shard_key)


def _check_id_arity(entry: ModelEntry) -> None:
    key = entry.primary_key
    if key is None or entry.is_ignored or not key.on_field:
        return
    if entry.id_arity is not Arity.REQUIRED:
        message = "a primary key can't be null or a list"
        entry.report.sink.error(Code.ID_OPTIONAL, message, key.span, "make the field required")


def _finish_models(models: dict[str, ModelEntry], relations: tuple[RelationEntry, ...]) -> tuple[Model, ...]:
    """Build the models, once it is known which relation each relation field belongs to."""
    places: dict[tuple[str, str], int] = {}
    for index, relation in enumerate(relations):
        for side in (relation.forward, relation.back):
            if side is not None:
                places.setdefault((side.model, side.field), index)
    for entry in models.values():
        for position, field in enumerate(entry.fields):
            if isinstance(field, RelationField):
                side = entry.sides.get(field.name)
                entry.fields[position] = RelationField(
                    field.name,
                    field.model,
                    field.arity,
                    places.get((entry.name, field.name)),
                    side is not None and side.is_ignored,
                    field.documentation,
                    field.span,
                )
        entry.model = Model(
            entry.name,
            tuple(entry.fields),
            entry.primary_key,
            tuple(entry.indexes),
            entry.database_name,
            entry.schema,
            entry.is_view,
            entry.is_ignored,
            entry.documentation,
            entry.span,
        )
    return tuple(entry.model for entry in models.values() if entry.model is not None)
