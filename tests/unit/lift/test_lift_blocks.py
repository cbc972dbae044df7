"""What a block says of a table that the language can't: notes, `@@ignore`, indexes, namespaces, views."""

import pytest
from msgspec.structs import replace

from lifting import POSTGRES, block, column, indexed, postgres, pull, table
from parity.lifting.lift import lift
from parity.psl import parse
from parity.schema.model import (
    Check,
    Enum,
    Index,
    IndexColumn,
    IndexKind,
    Opaque,
    OpaqueKind,
    Schema,
    SortOrder,
    Table,
)
from parity.schema.types import Arity, ColumnType, ObjectName, TypeFamily

T = table("t", column("id"), column("b"))


def index(*columns: IndexColumn, **more: object) -> Table:
    return replace(T, indexes=(Index("t_i", columns, **more),))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("made", "word"),
    [
        (replace(T, comment="x"), "database-comments"),
        (replace(T, columns=(*T.columns, replace(column("c"), comment="x"))), "database-comments"),
        (replace(T, checks=(Check("c", "CHECK ((b > 0))"),)), "check-constraints"),
        (replace(T, checks=(Check("c", "EXCLUDE USING gist (b WITH =)"),)), "exclusion-constraints"),
        (replace(T, traits=("ROW LEVEL SECURITY",)), "row-level-security"),
        (replace(T, traits=("PARTITION BY RANGE (b)",)), "partition-tables"),
        (index(IndexColumn("b", nulls_first=True)), "default-index-null-ordering"),
        (index(IndexColumn("", expression="lower(b)")), "expression-indexes"),
        (index(IndexColumn("b"), kind=IndexKind.UNIQUE, deferrable="DEFERRABLE"), "constraint-deferring"),
    ],
)
def test_each_thing_that_the_language_cannot_say_is_noted_once_and_told(made: Table, word: str) -> None:
    result = pull(made)
    notes = [line for line in block(result, "t").splitlines() if line.startswith("///")]
    assert len(notes) == 1 and word in notes[0]
    assert len(result.warnings) == 1
    assert pull(T).warnings == () and "///" not in pull(T).text


def test_a_parent_of_other_tables_is_noted_and_a_partition_is_not_shown() -> None:
    parent = table('par"ent', column("id"))
    child = replace(table("child", column("id")), traits=('INHERITS ("par""ent")',))
    part = replace(table("part", column("id")), traits=('PARTITION OF "whole" FOR VALUES IN (1)',))
    result = pull(parent, child, part)
    assert "table-inheritance" in block(result, "par_ent") and "///" not in block(result, "child")
    assert "part {" not in result.text


def test_a_table_without_columns_is_commented_out() -> None:
    result = pull(Table(ObjectName("empty"), ()))
    assert "// model empty {\n// }" in result.text
    assert parse(result.text).datamodel.models == ()


@pytest.mark.parametrize(
    "made",
    [
        table("t", column("x"), key=()),
        indexed(table("t", column("x", arity=Arity.NULLABLE), key=()), "x", unique=True),
        table("t", replace(column("id"), type=ColumnType(TypeFamily.UNSUPPORTED, text="geometry"))),
    ],
)
def test_a_table_whose_rows_cannot_be_told_apart_is_ignored(made: Table) -> None:
    text = block(pull(made), "t")
    assert text.startswith("/// ") and text.endswith("@@ignore")


def test_a_required_unique_column_tells_rows_apart() -> None:
    assert "@@ignore" not in pull(indexed(table("t", column("x"), key=()), "x", unique=True)).text


GENERATOR = 'generator a {\n  provider = "x"\n}\n'


@pytest.mark.parametrize(
    ("made", "line"),
    [
        (index(IndexColumn("b"), IndexColumn("id", SortOrder.DESC)), '@@index([b, id(sort: Desc)], map: "t_i")'),
        (index(IndexColumn("b"), IndexColumn("id"), kind=IndexKind.UNIQUE), '@@unique([b, id], map: "t_i")'),
        (index(IndexColumn("b"), method="spgist"), '@@index([b], map: "t_i", type: SpGist)'),
        (
            index(IndexColumn("b", opclass="jsonb_path_ops"), method="gin"),
            '@@index([b(ops: JsonbPathOps)], map: "t_i", type: Gin)',
        ),
        (
            index(IndexColumn("b", opclass="gin_trgm_ops"), method="gin"),
            '@@index([b(ops: raw("gin_trgm_ops"))], map: "t_i", type: Gin)',
        ),
        (index(IndexColumn("b", opclass="int4_ops")), '@@index([b], map: "t_i")'),
        (index(IndexColumn("b"), include=("id",)), '@@index([b, id], map: "t_i")'),
        (
            index(IndexColumn("b"), predicate="id > 1", definition="CREATE INDEX t_i ON t (b) WHERE (id > 1)"),
            '@@index([b], map: "t_i", where: raw("(id > 1)"))',
        ),
    ],
)
def test_an_index_is_written_with_its_direction_method_classes_and_condition(made: Table, line: str) -> None:
    assert block(pull(made, header=POSTGRES + GENERATOR), "t").splitlines()[-1].strip() == line


def test_a_partial_index_is_left_out_and_told_where_no_generator_can_switch_its_words_on() -> None:
    pulled = pull(index(IndexColumn("b"), predicate="id > 1"))
    assert "where" not in pulled.text
    assert parse(pulled.text).diagnostics == ()
    assert pulled.warnings[-1].startswith("partial indexes left out (the database keeps them): t.t_i;")


def test_an_index_on_an_expression_is_left_out() -> None:
    made = index(IndexColumn("", expression="lower(b)"), IndexColumn("b"), kind=IndexKind.UNIQUE)
    assert "t_i" not in pull(made).text


def test_a_partial_index_switches_its_preview_feature_on() -> None:
    header = POSTGRES + 'generator a {\n  provider = "x"\n  output = "y"\n}\n'
    made = index(IndexColumn("b"), predicate="id > 1")
    result = pull(made, header=header)
    assert parse(result.text).datamodel.preview_features == {"partialIndexes"}
    header = header.replace("output", 'previewFeatures = ["views"]\n  output')
    assert parse(pull(made, header=header).text).datamodel.preview_features == {"views", "partialIndexes"}
    assert pull(made, header=result.text.split("model")[0]).text == result.text
    assert "partialIndexes" not in pull(T, header=header).text


def test_the_header_stays_as_it_is() -> None:
    header = '// mine\ndatasource base {\n  provider = "postgresql" // here\n  url      = env("X")\n}\n'
    assert pull(T, header=header).text.startswith(header + "\nmodel t {")


def test_native_types_are_written_with_the_name_of_the_datasource() -> None:
    header = 'datasource base {\n  provider = "postgresql"\n}\n'
    made = replace(T, columns=(column("id"), replace(column("b"), type=postgres().types.column_type("BigInt", None))))
    assert "BigInt" in pull(made, header=header).text
    small = column("b", native=column("b").type.native and replace(column("b").type.native, name="SmallInt"))
    assert "@base.SmallInt" in pull(replace(T, columns=(column("id"), small)), header=header).text


def test_views_are_shown_to_files_that_switch_them_on_and_keep_their_keys() -> None:
    header = POSTGRES + 'generator a {\n  provider = "x"\n  previewFeatures = ["views"]\n}\n'
    view = Opaque(OpaqueKind.VIEW, ObjectName("v 1"), "…", columns=(column("id", arity=Arity.NULLABLE),))
    schema = Schema((), (T,), (), (), (view,))
    fresh = lift(schema, postgres(), existing=parse(header).datamodel, header=header).text
    assert 'view v_1 {\n  id Int?\n\n  @@map("v 1")\n}' in fresh
    over = '/// Seen\nview Seen {\n  ident Int @unique @map("id")\n\n  @@map("v 1")\n}\n'
    again = lift(schema, postgres(), existing=parse(header + over).datamodel, header=header).text
    assert over in again
    assert "view" not in lift(schema, postgres(), existing=parse(POSTGRES).datamodel, header=POSTGRES).text


def test_a_comment_on_an_enum_is_noted() -> None:
    result = pull(T, enums=(Enum(ObjectName("e"), ("a",), comment="x"),))
    assert block(result, "e").startswith("/// ") and any(w.endswith(": e") for w in result.warnings)


def test_a_schema_without_a_file_has_blocks_alone() -> None:
    text = lift(Schema((), (T,)), postgres(), existing=None, header="").text
    assert text == "model t {\n  id Int @id\n  b  Int\n}\n"


def test_tables_of_the_first_generation_are_not_shown() -> None:
    assert pull(table("_RelayId", column("id"), column("stableModelIdentifier"))).text == POSTGRES
