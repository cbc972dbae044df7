"""Names of a database become names of the schema language."""

import pytest
from msgspec.structs import replace

from lifting import POSTGRES, block, column, enum_column, indexed, pull, referencing, table
from parity.lifting.names import Name, field_name, sanitised, top_level_name, value_name
from parity.psl import parse
from parity.schema.model import Enum
from parity.schema.types import Arity, Literal, LiteralKind, ObjectName


@pytest.mark.parametrize(
    ("text", "expected"),
    [("User", "User"), ("1st user", "st_user"), ("_x", "x"), ("a-b.c", "a_b_c"), ("é", ""), ("x\ny", "x_y")],
)
def test_what_no_identifier_can_hold_is_left_out_or_replaced(text: str, expected: str) -> None:
    assert sanitised(text) == expected


def test_a_name_that_the_language_can_say_is_not_mapped() -> None:
    assert field_name("createdAt") == Name("createdAt")
    assert top_level_name("User", None, is_unique=False) == Name("User")


def test_a_reserved_name_of_a_model_is_prefixed() -> None:
    assert top_level_name("class", None, is_unique=True) == Name("Renamedclass", "class")
    text = block(pull(table("class", column("id"))), "Renamedclass")
    assert text.startswith("/// ") and "'class' is reserved" in text and '@@map("class")' in text


def test_a_model_without_any_letter_gets_a_name_all_the_same() -> None:
    result = pull(table("日本", column("id")))
    assert parse(result.text).diagnostics == ()
    assert '@@map("日本")' in result.text


def test_an_empty_enum_value_has_a_name() -> None:
    assert value_name("") == Name("EMPTY_ENUM_VALUE", "")


def test_a_column_without_a_nameable_letter_is_commented_out_and_told() -> None:
    result = pull(table("t", column("id"), column("45", "String", Arity.NULLABLE)))
    assert '  // 45 String? @map("45")' in result.text
    assert any("t.45" in warning for warning in result.warnings)
    assert parse(result.text).diagnostics == ()


def test_enum_values_are_mapped_and_those_without_a_letter_commented_out() -> None:
    kinds = Enum(ObjectName("kind of"), ("a b", "1", "", "ok"))
    default = Literal(LiteralKind.ENUM, "a b")
    result = pull(table("t", column("id"), enum_column("kind", "kind of", default=default)), enums=(kinds,))
    assert [line.split() for line in block(result, "kind_of").splitlines()[1:]] == [
        ["a_b", '@map("a', 'b")'],
        ["//", "1", '@map("1")'],
        ["EMPTY_ENUM_VALUE", '@map("")'],
        ["ok"],
        [],
        ['@@map("kind', 'of")'],
    ]
    assert "kind_of @default(a_b)" in result.text
    assert any("kind_of.1" in warning for warning in result.warnings)


def test_a_default_that_is_an_unnameable_enum_value_stays_with_the_database() -> None:
    default = Literal(LiteralKind.ENUM, "1")
    kinds = Enum(ObjectName("kind"), ("1", "x"))
    result = pull(table("t", column("id"), enum_column("kind", "kind", default=default)), enums=(kinds,))
    assert '@default(dbgenerated("1"))' in result.text


def test_tables_of_two_namespaces_with_one_name_are_told_apart_by_the_namespace() -> None:
    header = 'datasource db {\n  provider = "postgresql"\n  schemas = ["a", "b"]\n}\n'
    one, other = table("t", column("id"), namespace="a"), table("t", column("id"), column("up"), namespace="b")
    other = referencing(other, "up", "t", namespace="a")
    result = pull(one, other, header=header)
    assert '@@schema("a")' in block(result, "a_t") and '@@map("t")' in block(result, "b_t")
    assert "t  a_t @relation" in block(result, "b_t"), "fields of relations don't carry the namespace"
    assert any("a_t, b_t" in warning for warning in result.warnings)


def test_hostile_names_and_texts_stay_inside_their_strings() -> None:
    hostile = 'x"\n}\nmodel Evil {\n  id Int @id\n'
    default = Literal(LiteralKind.STRING, hostile)
    made = table(hostile, column("id"), column(hostile, "String", default=default))
    result = pull(replace(made, comment=hostile), enums=(Enum(ObjectName(hostile + "e"), (hostile,)),))
    assert parse(result.text).diagnostics == ()
    datamodel = parse(result.text).datamodel
    assert [model.db_name for model in datamodel.models] == [hostile]
    assert [field.db_name for field in datamodel.models[0].scalar_fields] == ["id", hostile]
    assert [value.db_name for value in datamodel.enums[0].values] == [hostile]


def test_names_that_become_equal_get_a_number_and_the_plain_one_keeps_its_own() -> None:
    made = table("a b", column("id"), column("x y"), column("x_y"), column("x-y"))
    result = pull(made, table("a_b", column("id")), enums=(Enum(ObjectName("k"), ("m n", "m_n")),))
    datamodel = parse(result.text).datamodel
    assert parse(result.text).diagnostics == ()
    assert {model.db_name: model.name for model in datamodel.models} == {"a b": "public_a_b", "a_b": "public_a_b_2"}
    fields = {field.db_name: field.name for field in datamodel.models[0].scalar_fields}
    assert fields == {"id": "id", "x y": "x_y_2", "x_y": "x_y", "x-y": "x_y_3"}
    assert [(value.name, value.db_name) for value in datamodel.enums[0].values] == [("m_n_2", "m n"), ("m_n", "m_n")]


def test_a_table_that_is_called_as_a_type_is_renamed() -> None:
    assert '@@map("String")' in block(pull(table("String", column("id"))), "RenamedString")


def test_an_index_on_a_column_that_is_commented_out_is_commented_out_as_well() -> None:
    result = pull(indexed(table("t", column("id"), column("45")), "45 id"))
    assert "  // @@index([45, id]" in result.text
    assert parse(result.text).diagnostics == ()


def test_the_note_on_a_commented_out_field_does_not_become_the_next_ones() -> None:
    made = table("t", column("id"), column("45"), column("x"))
    once = pull(made).text
    assert once.count("///") == 1
    assert pull(made, over=once.removeprefix(POSTGRES)).text == once
