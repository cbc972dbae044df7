"""Trees to the datamodel: what the values say."""

from __future__ import annotations

import pytest

from parity.diagnostics import SourceFile
from parity.psl import parse
from parity.psl.model import (
    Arity,
    BooleanValue,
    CompositeRef,
    EnumRef,
    EnumValueRef,
    EnvVar,
    FunctionValue,
    IndexField,
    IndexKind,
    ListValue,
    Model,
    NumberValue,
    RelationField,
    RelationKind,
    ScalarType,
    SortOrder,
    StringValue,
    UnsupportedType,
)

HEADER = 'datasource db {\n  provider = "postgresql"\n}\n'


def _model(text: str, name: str = "A") -> Model:
    parsed = parse(HEADER + text)
    assert parsed.diagnostics == ()
    (model,) = [m for m in parsed.datamodel.models if m.name == name]
    return model


def test_the_old_form_of_a_datasource_gives_its_urls() -> None:
    datamodel, diagnostics = parse(
        'datasource db {\n  provider = "postgres"\n  url = env("DB")\n  directUrl = "postgresql://a"\n'
        '  shadowDatabaseUrl = env("SHADOW")\n}\n'
    )
    assert diagnostics == ()
    source = datamodel.datasource
    assert source is not None
    assert (source.provider, source.url, source.direct_url) == ("postgres", EnvVar("DB"), "postgresql://a")
    assert source.shadow_database_url == EnvVar("SHADOW")


def test_a_generator_keeps_what_it_says() -> None:
    datamodel, _ = parse('generator mine {\n  provider = "python gen.py"\n  output = "../x"\n  flags = ["a", "b"]\n}\n')
    (generator,) = datamodel.generators
    assert generator.provider == "python gen.py"
    assert generator.properties == (("output", '"../x"'), ("flags", '["a", "b"]'))


def test_preview_features_are_found_however_they_are_spelled() -> None:
    datamodel, _ = parse('generator a {\n  provider = "x"\n  previewFeatures = ["Views", "typedSql"]\n}\n')
    assert datamodel.preview_features == {"views", "typedSql"}


def test_fields_have_types_arities_and_columns() -> None:
    model = _model(
        'model A {\n  id Int @id\n  b String? @map("bee") @db.VarChar(9)\n  c Float[]\n  d Unsupported("circle")?\n}\n'
    )
    b, c, d = (model.scalar(name) for name in "bcd")
    assert (b.type, b.arity, b.db_name) == (ScalarType.STRING, Arity.OPTIONAL, "bee")
    assert b.native_type is not None and (b.native_type.name, b.native_type.args) == ("VarChar", ("9",))
    assert (c.type, c.arity) == (ScalarType.FLOAT, Arity.LIST)
    assert (d.type, d.arity) == (UnsupportedType("circle"), Arity.OPTIONAL)


@pytest.mark.parametrize(
    ("type_", "written", "value"),
    [
        ("Int", "-7", NumberValue("-7")),
        ("Float", "1.50", NumberValue("1.50")),
        ("Boolean", "true", BooleanValue(True)),
        ("String", '"a\\n\\u00e9\\"b"', StringValue('a\né"b')),
        ("String", "uuid(7)", FunctionValue("uuid", ((None, NumberValue("7")),))),
        ("DateTime", "now()", FunctionValue("now")),
        ("Int[]", "[1, 2]", ListValue((NumberValue("1"), NumberValue("2")))),
        ("Colour", "RED", EnumValueRef("RED")),
        ("Colour[]", "[RED, RED]", ListValue((EnumValueRef("RED"), EnumValueRef("RED")))),
        ("Decimal", '"1.5"', StringValue("1.5")),
    ],
)
def test_defaults_are_values(type_: str, written: str, value: object) -> None:
    model = _model(f"model A {{\n  id Int @id\n  x {type_} @default({written})\n}}\nenum Colour {{\n  RED\n}}\n")
    default = model.scalar("x").default
    assert default is not None and default.value == value


def test_an_enum_value_called_like_a_boolean_is_an_enum_value() -> None:
    model = _model("model A {\n  id Int @id\n  x Truth @default(maybe)\n}\nenum Truth {\n  maybe\n}\n")
    assert model.scalar("x").type == EnumRef("Truth")


def test_keys_and_indexes_keep_their_arguments() -> None:
    model = _model(
        'model A {\n  a Int\n  b String\n  c Json\n  u Int @unique(map: "uu", sort: Desc)\n'
        '  @@id([a, b], name: "ab", map: "pk")\n  @@unique([b, a], name: "ba")\n'
        '  @@index([c(ops: JsonbPathOps)], type: Gin, map: "g")\n  @@index([b(ops: raw("x_ops"))], name: "old")\n}\n'
    )
    key = model.primary_key
    assert key is not None
    assert (key.fields, key.name, key.database_name) == ((IndexField("a"), IndexField("b")), "ab", "pk")
    by_kind = [(index.kind, index.database_name, index.name, index.algorithm) for index in model.indexes]
    assert by_kind == [
        (IndexKind.UNIQUE, "uu", None, None),
        (IndexKind.NORMAL, "g", None, "Gin"),
        (IndexKind.NORMAL, "old", None, None),
        (IndexKind.UNIQUE, None, "ba", None),
    ]
    assert model.indexes[0].fields == (IndexField("u", SortOrder.DESC),)
    assert model.indexes[1].fields == (IndexField("c", ops="JsonbPathOps"),)
    assert model.indexes[2].fields == (IndexField("b", ops="x_ops", ops_is_raw=True),)


def test_conditions_of_partial_indexes_are_text_or_pairs() -> None:
    text = (
        'generator g {\n  provider = "x"\n  previewFeatures = ["partialIndexes"]\n}\n'
        "model A {\n  id Int @id\n  b Int?\n  c Boolean\n"
        '  @@index([b], where: raw("b > 1"), map: "x")\n'
        '  @@index([b], where: { c: true, b: { not: null }, id: { not: 3 } }, map: "y")\n}\n'
    )
    first, second = _model(text).indexes
    assert first.where == "b > 1"
    assert second.where_object == (("c", BooleanValue(True), False), ("b", None, True), ("id", NumberValue("3"), True))


def test_documentation_is_what_stands_before_and_behind() -> None:
    model = _model("/// First\n/// second\nmodel A {\n  // no\n  /// why\n  id Int @id /// and how\n}\n")
    assert model.documentation == "First\nsecond"
    assert model.scalar("id").documentation == "why\nand how"


def test_a_blank_line_parts_a_comment_from_its_model() -> None:
    assert _model("/// First\n\nmodel A {\n  id Int @id\n}\n").documentation is None


def test_the_side_with_the_columns_comes_first_in_a_relation() -> None:
    parsed = parse(
        HEADER + "model A {\n  id Int @id\n  bs B[]\n}\nmodel B {\n  id Int @id\n  aId Int\n"
        '  a A @relation(fields: [aId], references: [id], onDelete: Cascade, map: "fk")\n}\n'
    )
    (relation,) = parsed.datamodel.relations
    assert (relation.kind, relation.model_a, relation.field_a) == (RelationKind.ONE_TO_MANY, "B", "a")
    assert (relation.fields, relation.references, relation.map) == (("aId",), ("id",), "fk")
    assert relation.on_delete is not None and relation.on_delete.value == "Cascade"
    assert relation.on_update is None


@pytest.mark.parametrize(("first", "second"), [("Zoo", "Ant"), ("Ant", "Zoo")])
def test_a_many_to_many_relation_starts_with_the_model_that_sorts_first(first: str, second: str) -> None:
    parsed = parse(
        HEADER + f"model {first} {{\n  id Int @id\n  others {second}[]\n}}\n"
        f"model {second} {{\n  id Int @id\n  others {first}[]\n}}\n"
    )
    (relation,) = parsed.datamodel.relations
    assert (relation.kind, relation.model_a, relation.model_b) == (RelationKind.MANY_TO_MANY, "Ant", "Zoo")


def test_a_many_to_many_relation_of_one_model_starts_with_the_field_that_sorts_first() -> None:
    parsed = parse(HEADER + 'model A {\n  id Int @id\n  z A[] @relation("r")\n  b A[] @relation("r")\n}\n')
    (relation,) = parsed.datamodel.relations
    assert (relation.field_a, relation.field_b, relation.name) == ("b", "z", "r")


def test_relation_fields_know_their_relation() -> None:
    model = _model(
        'model A {\n  id Int @id\n  upId Int?\n  up A? @relation("t", fields: [upId], references: [id])\n'
        '  down A[] @relation("t")\n}\n'
    )
    numbers = {f.name: f.relation for f in model.fields if isinstance(f, RelationField)}
    assert numbers == {"up": 0, "down": 0}


def test_files_make_one_schema_and_findings_know_their_file() -> None:
    files = [
        SourceFile("a.prisma", HEADER + "model A {\n  id Int @id\n  b B\n}\n"),
        SourceFile("b.prisma", "model B {\n  id Int @id\n  x Strng\n}\n"),
    ]
    (finding,) = parse(files).diagnostics
    assert finding.span.file == 1
    assert files[1].text[finding.span.start : finding.span.end] == "Strng"


def test_types_are_kept_for_document_databases() -> None:
    datamodel, diagnostics = parse(
        'datasource db {\n  provider = "mongodb"\n}\ntype Place {\n  city String\n}\n'
        'model A {\n  id String @id @map("_id") @db.ObjectId\n  place Place\n}\n'
    )
    assert [d.code for d in diagnostics] == ["PSL062"]
    assert [c.name for c in datamodel.composite_types] == ["Place"]
    assert datamodel.models[0].scalar("place").type == CompositeRef("Place")


def test_a_datamodel_comes_out_of_a_wrong_schema_too() -> None:
    datamodel, diagnostics = parse("model A {\n  id Int @id\n  b Nothing\n  c Int @default(oops())\n}\n")
    assert diagnostics
    assert [f.name for f in datamodel.models[0].fields] == ["id", "c"]
