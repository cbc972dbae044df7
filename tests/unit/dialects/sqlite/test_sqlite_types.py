import pytest

from parity.dialects.sqlite.casts import cast
from parity.dialects.sqlite.types import TYPES, declared_type, type_words
from parity.schema.steps import Cast
from parity.schema.types import ColumnType, TypeFamily

SCALARS = ("String", "Int", "BigInt", "Float", "Decimal", "Boolean", "DateTime", "Json", "Bytes")


@pytest.mark.parametrize("scalar", SCALARS)
def test_a_scalar_comes_back_from_the_type_that_is_written_for_it(scalar):
    column_type = TYPES.column_type(scalar, None)
    written = TYPES.render(column_type, is_list=False)
    assert declared_type(written) == column_type
    assert TYPES.scalar_of(declared_type(written)) == (scalar, None)


@pytest.mark.parametrize(
    ("words", "family"),
    [
        ("VARCHAR(255)", TypeFamily.STRING),
        ("native character(70)", TypeFamily.STRING),
        ("TEXT", TypeFamily.STRING),
        ("int", TypeFamily.INT),
        ("serial", TypeFamily.INT),
        ("BigInt", TypeFamily.BIG_INT),
        ("numeric(10,2)", TypeFamily.DECIMAL),
        ("Decimal", TypeFamily.DECIMAL),
        ("double", TypeFamily.FLOAT),
        ("float", TypeFamily.FLOAT),
        ("real", TypeFamily.FLOAT),
        ("boolean", TypeFamily.BOOLEAN),
        ("timestamp", TypeFamily.DATE_TIME),
        ("date", TypeFamily.DATE_TIME),
        ("binary", TypeFamily.BINARY),
        ("jsonb", TypeFamily.JSON),
    ],
)
def test_declared_words_are_read_as_a_family(words, family):
    assert declared_type(words) == ColumnType(family)


@pytest.mark.parametrize("words", ["", "bigint unsigned", "tinyint(1)", "datetime(3)", "json", "bool", "ANY", "clob"])
def test_words_of_no_family_are_told_apart_by_their_lower_case_text(words):
    assert declared_type(words) == ColumnType(TypeFamily.UNSUPPORTED, text=words.lower())


def test_an_unsupported_type_that_sqlite_reads_as_a_family_settles_as_that_family():
    assert TYPES.unsupported("NVARCHAR(10)") == ColumnType(TypeFamily.STRING)


def test_enums_are_text():
    assert TYPES.render(ColumnType(TypeFamily.ENUM), is_list=False) == "TEXT"


@pytest.mark.parametrize("words", ["foo", "FOO BAR(3, 4)", "tinyint(1)", "", "TEXT[]"])
def test_words_that_are_a_type_are_written_as_they_are(words):
    assert type_words(words) == words


@pytest.mark.parametrize(
    "words", ['x); DROP TABLE "canary"; --', "a, b", "int primary key", "x default 3", "a\nb", "/*"]
)
def test_words_that_would_be_more_than_a_type_are_quoted_and_come_back_the_same(session, words):
    session.execute(f"CREATE TABLE t (x {type_words(words)})")
    assert session.query("SELECT type FROM pragma_table_xinfo('t')") == [(words,)]


def test_a_change_to_text_keeps_every_value_and_other_changes_are_told():
    text, number = ColumnType(TypeFamily.STRING), ColumnType(TypeFamily.INT)
    assert cast(number, text, False, False) is Cast.SAFE
    assert cast(number, number, False, False) is Cast.SAFE
    assert cast(text, number, False, False) is Cast.RISKY
