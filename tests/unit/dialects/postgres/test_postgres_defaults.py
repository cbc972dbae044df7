import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.dialects.postgres.columns import TYPES, default_sql
from parity.dialects.postgres.normalize import canonical_expression
from parity.dialects.sql import quote_string
from parity.schema.literals import bytes_literal, date_time_literal, json_literal, number_literal
from parity.schema.types import (
    AutoIncrement,
    ColumnType,
    Expression,
    ListLiteral,
    Literal,
    LiteralKind,
    NativeType,
    Now,
    ObjectName,
    TypeFamily,
)

ENUM = ColumnType(TypeFamily.ENUM, enum=ObjectName("Mood"))


def native(scalar, name=None, *args):
    return TYPES.column_type(scalar, None if name is None else NativeType(name, args))


def string(value):
    return Literal(LiteralKind.STRING, value)


def integer(value):
    return Literal(LiteralKind.INT, value)


# What the catalog prints, the column's type, and the default that a schema file would ask for.
PRINTED = [
    ("'x'::text", native("String"), string("x")),
    ("'it''s'::character varying(9)", native("String", "VarChar", 9), string("it's")),
    (r"E'a\\b'::text", native("String"), string("a\\b")),
    ("'x'::bpchar", native("String", "Char", 3), string("x")),
    ("'sad'::\"Mood\"", ENUM, Literal(LiteralKind.ENUM, "sad")),
    ("'sad'::other.mood", ENUM, Literal(LiteralKind.ENUM, "sad")),
    ("'-3'::integer", native("Int"), integer(-3)),
    ("(-3)", native("Int"), integer(-3)),
    ("'9007199254740993'::bigint", native("BigInt"), integer(9007199254740993)),
    ("1.50", native("Decimal"), number_literal("1.5")),
    ("'15000000000'::bigint", native("Float"), number_literal("1.5e10")),
    ("true", native("Boolean"), Literal(LiteralKind.BOOLEAN, True)),
    ("'f'::boolean", native("Boolean"), Literal(LiteralKind.BOOLEAN, False)),
    ('\'{"b": 1, "a": [1.50]}\'::jsonb', native("Json"), json_literal('{"a":[1.5],"b":1}')),
    ("'2020-01-01 00:00:00'::timestamp without time zone", native("DateTime"), date_time_literal("2020-01-01")),
    ("'2020-01-01 02:00:00+02'::timestamp with time zone", native("DateTime"), date_time_literal("2020-01-01")),
    ("'10:00:00'::time without time zone", native("DateTime", "Time"), date_time_literal("1970-01-01T10:00:00Z")),
    (r"'\x68656c6c6f'::bytea", native("Bytes"), bytes_literal(b"hello")),
    (r"'a\\000b'::bytea", native("Bytes"), bytes_literal(b"a\\000b")),
    ("B'101'::\"bit\"", native("String", "Bit", 3), string("101")),
    ("CURRENT_TIMESTAMP", native("DateTime"), Now()),
    ("now()", native("DateTime", "Timestamptz"), Now()),
    ("nextval('\"A_id_seq\"'::regclass)", native("Int"), AutoIncrement()),
    ("gen_random_uuid()", native("String", "Uuid"), Expression("gen_random_uuid()")),
]


@pytest.mark.parametrize(("printed", "column_type", "wanted"), PRINTED, ids=[p for p, _, _ in PRINTED])
def test_a_printed_default_equals_the_one_in_a_schema_file(printed, column_type, wanted):
    found = TYPES.default_of(printed, column_type, is_list=False)
    assert found == wanted
    assert found.sql == printed


@pytest.mark.parametrize(
    "printed",
    ["ARRAY['a'::text, 'b,\"c'::text]", '\'{a,"b,\\"c"}\'::text[]', "(ARRAY['a', 'b,\"c'])::text[]"],
)
def test_spellings_of_one_array_are_equal(printed):
    wanted = ListLiteral((string("a"), string('b,"c')))
    assert TYPES.default_of(printed, native("String"), is_list=True) == wanted


@pytest.mark.parametrize("printed", ["ARRAY[]::integer[]", "'{}'::integer[]", "'{ }'"])
def test_spellings_of_the_empty_array_are_equal(printed):
    assert TYPES.default_of(printed, native("Int"), is_list=True) == ListLiteral(())


@pytest.mark.parametrize(
    ("sql", "column_type"),
    [
        ("'now'::timestamp", native("DateTime")),
        ("'NaN'::double precision", native("Float")),
        ("'not a number'", native("Int")),
        ("'a' || 'b'", native("String")),
        ("CURRENT_TIMESTAMP(3)", native("DateTime")),
        ("now()", native("String")),
        ("ARRAY[1]", native("Int")),
        ("'(0,0)'::point", TYPES.unsupported("point")),
        ("", native("Int")),
        ("'unclosed", native("String")),
        ("((((", native("Int")),
        ("(" * 100_000, native("Int")),
    ],
)
def test_what_is_not_a_plain_constant_stays_an_expression(sql, column_type):
    found = TYPES.default_of(sql, column_type, is_list=False)
    assert isinstance(found, Expression)
    assert found.sql == sql


def test_null_is_no_default():
    assert TYPES.default_of("NULL::character varying", native("String"), is_list=False) is None


def test_the_sequence_of_a_numbered_column_is_known():
    found = TYPES.default_of("nextval('other.\"My seq\"'::regclass)", native("Int"), is_list=False)
    assert isinstance(found, AutoIncrement)
    assert found.sequence == ObjectName("My seq", "other")


@pytest.mark.parametrize(
    ("written", "printed"),
    [
        ("now() + interval '1 day'", "(now() + '1 day'::interval)"),
        ("GEN_RANDOM_UUID( )", "gen_random_uuid()"),
        ("lpad('x', 3, '0')", "lpad('x'::text, 3, '0'::text)"),
        ("pg_catalog.gen_random_uuid()", "gen_random_uuid()"),
        ('"my_function"()', "my_function()"),
        ("f( 1,\n 2 ) -- remark", "f(1, 2)"),
    ],
)
def test_what_the_server_adds_to_an_expression_makes_no_difference(written, printed):
    assert canonical_expression(written) == canonical_expression(printed)


@pytest.mark.parametrize(
    ("one", "other"),
    [("f('a')", "f('A')"), ("(a + b) * c", "a + b * c"), ('"F"()', "f()"), ("f(1)", "f(2)"), ("f('x y')", "f('x  y')")],
)
def test_different_expressions_stay_different(one, other):
    assert canonical_expression(one) != canonical_expression(other)


@given(st.text(alphabet=st.characters(blacklist_characters="\0", blacklist_categories=("Cs",))))
def test_any_string_survives_rendering_and_reading(value):
    sql = default_sql(string(value), native("String"))
    assert sql == quote_string(value)
    assert TYPES.default_of(sql, native("String"), is_list=False) == string(value)


@given(st.text(max_size=200))
def test_no_text_breaks_the_reading_of_defaults(text):
    for column_type in (native("Int"), native("DateTime"), native("Bytes"), ENUM):
        for is_list in (False, True):
            TYPES.default_of(text, column_type, is_list=is_list)
