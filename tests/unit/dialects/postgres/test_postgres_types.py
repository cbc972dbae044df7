import pytest

from parity.dialects.postgres.columns import TYPES
from parity.dialects.postgres.opclasses import default_opclass
from parity.dialects.postgres.types import NATIVES, native_from_catalog
from parity.schema.model import Column
from parity.schema.types import Arity, ColumnType, NativeType, ObjectName, TypeFamily


def column_type(scalar, native=None, *args):
    return TYPES.column_type(scalar, None if native is None else NativeType(native, args))


@pytest.mark.parametrize(
    ("scalar", "native", "args", "sql"),
    [
        ("Int", None, (), "INTEGER"),
        ("BigInt", None, (), "BIGINT"),
        ("Float", None, (), "DOUBLE PRECISION"),
        ("Decimal", None, (), "DECIMAL(65,30)"),
        ("Boolean", None, (), "BOOLEAN"),
        ("String", None, (), "TEXT"),
        ("DateTime", None, (), "TIMESTAMP(3)"),
        ("Json", None, (), "JSONB"),
        ("Bytes", None, (), "BYTEA"),
        ("Decimal", "Decimal", (), "DECIMAL"),
        ("Decimal", "Decimal", (10, 2), "DECIMAL(10,2)"),
        ("String", "Char", (), "CHAR"),
        ("String", "Char", (7,), "CHAR(7)"),
        ("String", "Bit", (), "BIT"),
        ("DateTime", "Timetz", (), "TIMETZ"),
        ("DateTime", "Timestamptz", (6,), "TIMESTAMPTZ(6)"),
        ("Int", "Oid", (), "OID"),
    ],
)
def test_a_type_is_rendered_as_its_author_wrote_it(scalar, native, args, sql):
    chosen = column_type(scalar, native, *args)
    assert TYPES.render(chosen, is_list=False) == sql
    assert TYPES.render(chosen, is_list=True) == f"{sql}[]"


@pytest.mark.parametrize(
    ("native", "written"), [("Char", (1,)), ("Bit", (1,)), ("Timestamp", (6,)), ("Time", (6,)), ("Timetz", (6,))]
)
def test_arguments_that_the_server_fills_in_make_no_difference(native, written):
    scalar = NATIVES[native].scalar
    assert column_type(scalar, native) == column_type(scalar, native, *written)


def test_a_decimal_without_precision_is_not_one_with_the_default_precision():
    assert column_type("Decimal", "Decimal") != column_type("Decimal")


def test_every_native_type_is_read_back_under_its_own_name():
    for name, entry in NATIVES.items():
        found = native_from_catalog(entry.catalog, 5 if name == "Char" else -1)
        assert found is not None
        assert found.native is not None
        assert found.native.name == name
        assert found.family is entry.family


@pytest.mark.parametrize(
    ("catalog", "modifier", "native"),
    [
        ("varchar", 259, NativeType("VarChar", (255,))),
        ("bpchar", 11, NativeType("Char", (7,))),
        ("numeric", (65 << 16 | 30) + 4, NativeType("Decimal", (65, 30))),
        ("numeric", (5 << 16 | (-2 & 0x7FF)) + 4, NativeType("Decimal", (5, -2))),
        ("timestamp", 3, NativeType("Timestamp", (3,))),
        ("timestamp", -1, NativeType("Timestamp", (6,))),
        ("bit", 5, NativeType("Bit", (5,))),
        ("int4", -1, NativeType("Integer")),
    ],
)
def test_type_modifiers_of_the_catalog_become_arguments(catalog, modifier, native):
    found = native_from_catalog(catalog, modifier)
    assert found is not None
    assert found.native == native


def test_the_default_native_type_of_a_scalar_is_left_out_when_it_is_read_back():
    assert TYPES.scalar_of(column_type("String")) == ("String", None)
    assert TYPES.scalar_of(column_type("String", "VarChar", 9)) == ("String", NativeType("VarChar", (9,)))
    assert TYPES.scalar_of(column_type("Decimal")) == ("Decimal", None)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("TSVECTOR", "tsvector"),
        ("geometry(Point, 4326)", "geometry(Point,4326)"),
        ("int4range", '"int4range"'),
        ("INTERVAL", "pg_catalog.interval"),
    ],
)
def test_spellings_of_one_unsupported_type_are_equal(one, other):
    assert TYPES.unsupported(one) == TYPES.unsupported(other)
    assert TYPES.render(TYPES.unsupported(one), is_list=False) == one


@pytest.mark.parametrize(
    ("text", "scalar", "native", "args"),
    [
        ("int4", "Int", "Integer", ()),
        ("character varying(20)", "String", "VarChar", (20,)),
        ("timestamp (3) with time zone", "DateTime", "Timestamptz", (3,)),
        ("numeric(10, 2)", "Decimal", "Decimal", (10, 2)),
    ],
)
def test_unsupported_of_a_type_that_the_language_knows_is_that_type(text, scalar, native, args):
    assert TYPES.unsupported(text) == column_type(scalar, native, *args)


@pytest.mark.parametrize(
    ("method", "type_", "arity", "opclass"),
    [
        (None, column_type("Int"), Arity.REQUIRED, "int4_ops"),
        (None, column_type("String", "VarChar", 9), Arity.REQUIRED, "text_ops"),
        ("gin", column_type("Json"), Arity.REQUIRED, "jsonb_ops"),
        ("gin", column_type("Int"), Arity.LIST, "array_ops"),
        ("gin", column_type("String"), Arity.REQUIRED, None),
        ("brin", column_type("DateTime"), Arity.REQUIRED, "timestamp_minmax_ops"),
        ("brin", column_type("String", "Inet"), Arity.REQUIRED, "inet_inclusion_ops"),
        ("hash", ColumnType(TypeFamily.ENUM, enum=ObjectName("E")), Arity.REQUIRED, "enum_ops"),
        ("spgist", TYPES.unsupported("box"), Arity.REQUIRED, "box_ops"),
    ],
)
def test_the_default_operator_class_follows_method_and_type(method, type_, arity, opclass):
    assert default_opclass(method, Column("c", type_, arity)) == opclass
