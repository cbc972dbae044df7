import pytest

from parity.dialects.cockroachdb.types import NATIVES, CockroachTypes, native_from_sql
from parity.psl.providers.cockroachdb import NATIVE_TYPES
from parity.schema.types import ColumnType, NativeType, TypeFamily

TYPES = CockroachTypes()


def column_type(scalar, native=None, *args):
    return TYPES.column_type(scalar, None if native is None else NativeType(native, args))


@pytest.mark.parametrize(
    ("scalar", "native", "args", "sql"),
    [
        ("Int", None, (), "INT4"),
        ("BigInt", None, (), "INT8"),
        ("Float", None, (), "FLOAT8"),
        ("Decimal", None, (), "DECIMAL(65,30)"),
        ("Boolean", None, (), "BOOL"),
        ("String", None, (), "STRING"),
        ("DateTime", None, (), "TIMESTAMP(3)"),
        ("Json", None, (), "JSONB"),
        ("Bytes", None, (), "BYTES"),
        ("Decimal", "Decimal", (), "DECIMAL"),
        ("String", "String", (7,), "STRING(7)"),
        ("String", "Char", (), "CHAR"),
        ("String", "CatalogSingleChar", (), '"char"'),
        ("DateTime", "Timetz", (), "TIMETZ"),
        ("Int", "Int2", (), "INT2"),
    ],
)
def test_a_type_is_rendered_as_its_author_wrote_it(scalar, native, args, sql):
    chosen = column_type(scalar, native, *args)
    assert TYPES.render(chosen, is_list=False) == sql
    assert TYPES.render(chosen, is_list=True) == f"{sql}[]"


def test_the_native_types_are_those_of_the_schema_language():
    assert NATIVES.keys() == NATIVE_TYPES.keys()


@pytest.mark.parametrize("name", sorted(NATIVES))
def test_a_type_that_the_server_prints_is_read_back_under_its_own_name(name):
    arguments = (9, 2) if name == "Decimal" else (4,) if name in ("String", "Char", "Bit", "VarBit", "Time") else ()
    wanted = column_type(NATIVES[name].scalar, name, *arguments)
    assert native_from_sql(TYPES.render(wanted, is_list=False)) == wanted


@pytest.mark.parametrize(
    ("written", "name", "args"),
    [
        ("varchar(20)", "String", (20,)),
        ("TEXT", "String", ()),
        ("character varying", "String", ()),
        ("numeric(5, 1)", "Decimal", (5, 1)),
        ("NUMERIC(5)", "Decimal", (5, 0)),
        ("timestamp(3) with time zone", "Timestamptz", (3,)),
        ("TIMESTAMP", "Timestamp", (6,)),
        ("double  precision", "Float8", ()),
        ("int", "Int8", ()),
        ("BIT", "Bit", (1,)),
    ],
)
def test_other_words_for_a_type_mean_the_same(written, name, args):
    found = native_from_sql(written)
    assert found is not None
    assert found.native == NativeType(name, args)


def test_what_the_language_has_no_name_for_is_compared_without_case_and_spaces():
    assert TYPES.unsupported("GEOMETRY(POINT, 4326)") == TYPES.unsupported("geometry(point,4326)")
    assert TYPES.unsupported("interval") == ColumnType(TypeFamily.UNSUPPORTED, text="interval")
    assert TYPES.unsupported("Varchar(3)").native == NativeType("String", (3,))


def test_a_scalar_is_told_with_its_native_type_where_that_is_not_the_usual_one():
    assert TYPES.scalar_of(column_type("Int")) == ("Int", None)
    assert TYPES.scalar_of(column_type("Int", "Int2")) == ("Int", NativeType("Int2"))
    assert TYPES.scalar_of(column_type("String", "Uuid")) == ("String", NativeType("Uuid"))
