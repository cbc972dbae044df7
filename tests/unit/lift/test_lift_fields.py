"""Columns become fields: types, arities, keys and defaults."""

import pytest
from msgspec.structs import replace

from lifting import block, column, enum_column, indexed, pull, table
from parity.schema.literals import bytes_literal, date_time_literal, json_literal, number_literal
from parity.schema.model import Column, Enum, Generated, Identity, IndexColumn, PrimaryKey, SortOrder
from parity.schema.types import (
    Arity,
    AutoIncrement,
    ColumnType,
    Default,
    Expression,
    ListLiteral,
    Literal,
    LiteralKind,
    NativeType,
    Now,
    ObjectName,
    TypeFamily,
)


def field_line(made: Column, *, over: str = "", enums: tuple[Enum, ...] = ()) -> str:
    """The line of a column, with single spaces."""
    result = pull(table("t", column("id"), made), over=over, enums=enums)
    lines = [line.split() for line in block(result, "t").splitlines()]
    return " ".join(next(words for words in lines if words and words[0] == made.name))


@pytest.mark.parametrize(
    ("made", "expected"),
    [
        (column("x"), "x Int"),
        (column("x", "String", Arity.NULLABLE), "x String?"),
        (column("x", "Json", Arity.LIST), "x Json[]"),
        (column("x", "String", native=NativeType("VarChar", (10,))), "x String @db.VarChar(10)"),
        (column("x", "Decimal", native=NativeType("Decimal", (10, 2))), "x Decimal @db.Decimal(10, 2)"),
        (column("x", "DateTime", native=NativeType("Timestamp", (3,))), "x DateTime"),
        (
            Column("x", ColumnType(TypeFamily.UNSUPPORTED, text='a"b'), Arity.NULLABLE),
            'x Unsupported("a\\"b")?',
        ),
    ],
)
def test_a_type_is_written_with_its_native_one_where_that_is_not_the_usual(made: Column, expected: str) -> None:
    assert field_line(made) == expected


@pytest.mark.parametrize(
    ("scalar", "default", "expected"),
    [
        ("String", Literal(LiteralKind.STRING, 'a "b"\n'), '"a \\"b\\"\\n"'),
        ("Int", Literal(LiteralKind.INT, -5), "-5"),
        ("Float", number_literal("1.50"), "1.50"),
        ("Float", number_literal("1e3"), "1000"),
        ("Float", number_literal(".5"), "0.5"),
        ("Boolean", Literal(LiteralKind.BOOLEAN, True), "true"),
        ("Json", json_literal('{"b": 1,  "a": 2}'), '"{\\"b\\": 1,  \\"a\\": 2}"'),
        ("Bytes", bytes_literal(b"\x01\xff"), '"Af8="'),
        ("DateTime", Now(), "now()"),
        (
            "DateTime",
            replace(date_time_literal("2020-01-01"), sql="'2020-01-01'::date"),
            "dbgenerated(\"'2020-01-01'::date\")",
        ),
        ("Int", AutoIncrement(), "autoincrement()"),
        ("String", Expression("upper('x'::text)"), "dbgenerated(\"upper('x'::text)\")"),
        ("String", Expression(None), "dbgenerated()"),
    ],
)
def test_a_default_is_written_in_the_language_where_it_can_be(scalar: str, default: Default, expected: str) -> None:
    assert field_line(column("x", scalar, default=default)) == f"x {scalar} @default({' '.join(expected.split())})"


def test_a_list_has_a_list_as_its_default() -> None:
    items = (Literal(LiteralKind.STRING, "a"), Literal(LiteralKind.STRING, 'b"'))
    assert field_line(column("x", "String", Arity.LIST, ListLiteral(items))) == 'x String[] @default(["a", "b\\""])'
    assert field_line(column("x", "Int", Arity.LIST, ListLiteral(()))) == "x Int[] @default([])"


def test_an_identity_counts_by_itself() -> None:
    assert field_line(replace(column("x"), identity=Identity(always=True))) == "x Int @default(autoincrement())"


def test_a_key_that_the_database_does_not_number_has_no_default() -> None:
    assert field_line(column("x", default=AutoIncrement(in_name_only=True))) == "x Int"


def test_a_generated_column_shows_its_expression_and_is_told() -> None:
    made = replace(column("x"), generated=Generated("(id * 2)"))
    assert field_line(made) == 'x Int @default(dbgenerated("(id * 2)"))'
    assert any("t.x" in warning for warning in pull(table("t", column("id"), made)).warnings)


def test_lists_of_enums_have_the_names_of_the_values() -> None:
    items = ListLiteral((Literal(LiteralKind.ENUM, "a b"), Literal(LiteralKind.ENUM, "c")))
    enums = (Enum(ObjectName("kind"), ("a b", "c")),)
    assert field_line(enum_column("x", "kind", Arity.LIST, items), enums=enums) == "x kind[] @default([a_b, c])"


def test_keys_of_one_column_stand_at_the_field_and_say_an_unusual_name() -> None:
    made = indexed(table("t", column("id"), column("a"), column("b")), "a", unique=True)
    made = indexed(made, "b", unique=True, name="odd")
    lines = [" ".join(line.split()) for line in block(pull(made), "t").splitlines()]
    assert lines[1:] == ["id Int @id", "a Int @unique", 'b Int @unique(map: "odd")']
    named = replace(made, primary_key=PrimaryKey("pk", (IndexColumn("id", SortOrder.DESC),)))
    assert '@id(sort: Desc, map: "pk")' in pull(named).text


def test_what_only_the_client_makes_is_kept_from_the_existing_file() -> None:
    over = "model t {\n  id Int @id\n  x String @default(cuid()) @ignore\n}\n"
    assert field_line(column("x", "String"), over=over) == "x String @default(cuid()) @ignore"
    over = over.replace("cuid()", "uuid(7)")
    kept = field_line(column("x", "String", native=NativeType("Uuid")), over=over)
    assert kept == "x String @default(uuid(7)) @ignore @db.Uuid"
    assert field_line(column("x"), over=over) == "x Int @ignore", "an Int can't have a uuid"


def test_updated_at_is_kept() -> None:
    over = "model t {\n  id Int @id\n  x DateTime @updatedAt\n}\n"
    assert field_line(column("x", "DateTime", default=Now()), over=over) == "x DateTime @default(now()) @updatedAt"


def test_a_default_of_the_database_wins_over_one_of_the_client() -> None:
    over = "model t {\n  id Int @id\n  x String @default(cuid())\n}\n"
    default = Literal(LiteralKind.STRING, "db")
    assert field_line(column("x", "String", default=default), over=over) == 'x String @default("db")'


def test_the_items_of_an_array_show_a_precision_only_where_one_was_given() -> None:
    plain = replace(column("x").type, family=TypeFamily.DATE_TIME, native=NativeType("Time", (6,)), declared="TIME")
    assert field_line(Column("x", plain, Arity.LIST)) == "x DateTime[] @db.Time"
    assert field_line(Column("x", plain, Arity.NULLABLE)) == "x DateTime? @db.Time(6)"
