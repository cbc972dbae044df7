import pytest

from parity.dialects.postgres.casts import cast
from parity.dialects.postgres.columns import TYPES
from parity.dialects.postgres.types import NATIVES
from parity.schema.steps import Cast
from parity.schema.types import ColumnType, NativeType, ObjectName, TypeFamily

SAFE, RISKY, IMPOSSIBLE = Cast.SAFE, Cast.RISKY, Cast.IMPOSSIBLE
ENUM = ColumnType(TypeFamily.ENUM, enum=ObjectName("E"))
OTHER_ENUM = ColumnType(TypeFamily.ENUM, enum=ObjectName("F"))


def of(text):
    name, _, arguments = text.rstrip(")").partition("(")
    args = tuple(int(a) for a in arguments.split(",")) if arguments else ()
    return TYPES.column_type(NATIVES[name].scalar, NativeType(name, args))


# The engine's answers, asked in bulk; the thresholds are the ones beside which it changes its mind.
ANSWERS = [
    ("Integer", "BigInt", SAFE),
    ("BigInt", "Integer", RISKY),
    ("Integer", "Oid", IMPOSSIBLE),
    ("Oid", "Integer", SAFE),
    ("Oid", "SmallInt", IMPOSSIBLE),
    ("Integer", "Text", SAFE),
    ("Integer", "VarChar", SAFE),
    ("Integer", "VarChar(10)", RISKY),
    ("Integer", "VarChar(11)", SAFE),
    ("Integer", "Citext", IMPOSSIBLE),
    ("Integer", "Boolean", IMPOSSIBLE),
    ("Integer", "Decimal(11,2)", RISKY),
    ("Integer", "Decimal(12,2)", SAFE),
    ("Decimal(9,0)", "Integer", SAFE),
    ("Decimal(9,1)", "Integer", RISKY),
    ("Decimal(10,0)", "Integer", RISKY),
    ("Decimal", "Decimal(65,30)", RISKY),
    ("Decimal(4,2)", "Decimal(5,3)", SAFE),
    ("Decimal(4,2)", "Decimal(5,1)", RISKY),
    ("Decimal(4,2)", "VarChar(5)", RISKY),
    ("Decimal(4,2)", "VarChar(6)", SAFE),
    ("Decimal", "VarChar(70)", RISKY),
    ("Real", "DoublePrecision", SAFE),
    ("DoublePrecision", "Real", RISKY),
    ("Real", "VarChar(46)", RISKY),
    ("Real", "VarChar(47)", SAFE),
    ("DoublePrecision", "VarChar(70)", RISKY),
    ("Text", "VarChar(9)", RISKY),
    ("Text", "Citext", SAFE),
    ("Text", "Integer", IMPOSSIBLE),
    ("VarChar", "Citext", IMPOSSIBLE),
    ("VarChar(5)", "VarChar(4)", RISKY),
    ("VarChar(5)", "Char(5)", SAFE),
    ("Citext", "Json", RISKY),
    ("Citext", "Char(9)", RISKY),
    ("Money", "Uuid", RISKY),
    ("Money", "VarChar(1)", SAFE),
    ("Inet", "VarChar(1)", SAFE),
    ("Inet", "Char(70)", IMPOSSIBLE),
    ("Inet", "Citext", SAFE),
    ("Uuid", "VarChar(31)", IMPOSSIBLE),
    ("Uuid", "VarChar(32)", SAFE),
    ("Boolean", "VarChar(1)", SAFE),
    ("Boolean", "Char(3)", IMPOSSIBLE),
    ("Boolean", "Char(4)", RISKY),
    ("Boolean", "Char(5)", SAFE),
    ("Bit(5)", "VarChar(4)", IMPOSSIBLE),
    ("Bit(5)", "VarBit(4)", IMPOSSIBLE),
    ("Bit(5)", "VarBit(5)", SAFE),
    ("Bit(5)", "Bit(7)", IMPOSSIBLE),
    ("VarBit", "Bit(3)", RISKY),
    ("VarBit(5)", "Bit(7)", IMPOSSIBLE),
    ("VarBit", "VarBit(7)", IMPOSSIBLE),
    ("Json", "JsonB", SAFE),
    ("JsonB", "Text", SAFE),
    ("JsonB", "VarChar(9)", RISKY),
    ("ByteA", "Char(1)", IMPOSSIBLE),
    ("ByteA", "Char(2)", RISKY),
    ("Timestamp(3)", "Timestamptz(6)", SAFE),
    ("Timestamp(3)", "Date", SAFE),
    ("Timestamp(3)", "Time(3)", SAFE),
    ("Date", "Time(3)", IMPOSSIBLE),
    ("Time(3)", "Timetz(3)", SAFE),
    ("Time(3)", "Time(6)", IMPOSSIBLE),
    ("Timetz(3)", "Timetz(6)", SAFE),
    ("Timestamptz(3)", "VarChar(27)", IMPOSSIBLE),
    ("Timestamptz(3)", "VarChar(28)", SAFE),
]


@pytest.mark.parametrize(("old", "new", "answer"), ANSWERS, ids=[f"{old} to {new}" for old, new, _ in ANSWERS])
def test_a_cast_is_judged_as_the_engine_does(old, new, answer):
    assert cast(of(old), of(new), False, False) is answer
    assert cast(of(old), of(new), True, True) is answer


def test_a_value_never_becomes_a_list_and_that_of_an_enum_only_where_there_is_none():
    for name in NATIVES:
        assert cast(of(name), of(name), False, True) is IMPOSSIBLE
    assert cast(ENUM, ENUM, False, True) is Cast.BARRED


def test_a_list_becomes_text_and_nothing_else():
    assert cast(of("Integer"), of("Text"), True, False) is SAFE
    assert cast(of("Integer"), of("VarChar(9)"), True, False) is RISKY
    assert cast(of("Integer"), of("Integer"), True, False) is IMPOSSIBLE


def test_enums_are_only_ever_themselves():
    assert cast(ENUM, ENUM, False, False) is SAFE
    assert cast(ENUM, OTHER_ENUM, False, False) is IMPOSSIBLE
    assert cast(of("Text"), ENUM, False, False) is IMPOSSIBLE
    assert cast(ENUM, of("Text"), True, True) is IMPOSSIBLE


def test_an_unsupported_type_is_left_to_the_server():
    assert cast(TYPES.unsupported("circle"), of("Integer"), False, False) is RISKY
    assert cast(of("Integer"), TYPES.unsupported("circle"), False, False) is RISKY


def test_a_type_is_safely_cast_to_itself():
    for name in NATIVES:
        assert cast(of(name), of(name), False, False) is SAFE
