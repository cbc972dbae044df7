import pytest

from parity.dialects.sqlite.defaults import default_of, default_sql, is_constant
from parity.errors import StatementFailed
from parity.schema.literals import bytes_literal, date_time_literal, json_literal, number_literal
from parity.schema.types import ColumnType, Expression, Literal, LiteralKind, Now, TypeFamily

F = TypeFamily
TEXT = "hello, 'world' \\ \"x\"\n--no comment /* ; é 🦆"


def string(value):
    return Literal(LiteralKind.STRING, value)


@pytest.mark.parametrize(
    ("sql", "family", "expected"),
    [
        ("3", F.INT, Literal(LiteralKind.INT, 3)),
        ("-3", F.INT, Literal(LiteralKind.INT, -3)),
        ("('3')", F.BIG_INT, Literal(LiteralKind.INT, 3)),
        ("9007199254740993", F.BIG_INT, Literal(LiteralKind.INT, 9007199254740993)),
        ("1+2", F.INT, Expression("1+2")),
        ("((1)+(2))", F.INT, Expression("(1)+(2)")),
        ("0x10", F.INT, Expression("0x10")),
        ("3.5", F.INT, Expression("3.5")),
        ("1.50", F.FLOAT, number_literal("1.5")),
        ("'1.50'", F.DECIMAL, number_literal("1.5")),
        ("1e3", F.FLOAT, number_literal("1000")),
        ("TRUE", F.BOOLEAN, Literal(LiteralKind.BOOLEAN, True)),
        ("'0'", F.BOOLEAN, Literal(LiteralKind.BOOLEAN, False)),
        ("'true'", F.BOOLEAN, Expression("'true'")),
        ("2", F.BOOLEAN, Expression("2")),
        ("'it''s'", F.STRING, string("it's")),
        ('"a""b"', F.STRING, string('a"b')),
        ("`ab`", F.STRING, string("ab")),
        ("word", F.STRING, string("word")),
        ("3", F.STRING, string("3")),
        ("lower('X')", F.STRING, Expression("lower('X')")),
        ("CURRENT_TIMESTAMP", F.STRING, Expression("CURRENT_TIMESTAMP")),
        ("X'00'", F.STRING, Expression("X'00'")),
        ("current_timestamp", F.DATE_TIME, Now()),
        ("(datetime( 'now' ))", F.DATE_TIME, Now()),
        ("CURRENT_DATE", F.DATE_TIME, Expression("CURRENT_DATE")),
        ("'2020-01-02 03:04:05.600 +00:00'", F.DATE_TIME, date_time_literal("2020-01-02T03:04:05.6Z")),
        ("1577934245678", F.DATE_TIME, Expression("1577934245678")),
        ("x'6A'", F.BINARY, bytes_literal(b"j")),
        ("'6a'", F.BINARY, Expression("'6a'")),
        ('\'{"b": 1, "a": 2}\'', F.JSON, json_literal('{"a":2,"b":1}')),
        ("json('{}')", F.JSON, Expression("json('{}')")),
        ("3", F.UNSUPPORTED, Expression("3")),
        ("'never closed", F.STRING, Expression("'never closed")),
    ],
)
def test_a_default_is_read_into_its_canonical_form(sql, family, expected):
    assert default_of(sql, ColumnType(family)) == expected


@pytest.mark.parametrize("sql", ["NULL", "null", "(NULL)", " ( null ) "])
def test_null_is_no_default(sql):
    assert default_of(sql, ColumnType(F.STRING)) is None


@pytest.mark.parametrize(
    ("literal", "stored"),
    [
        (string(TEXT), TEXT),
        (string(""), ""),
        (string("a\0b"), "a\0b"),
        (Literal(LiteralKind.INT, -3), -3),
        (Literal(LiteralKind.BOOLEAN, True), 1),
        (bytes_literal(b"\x00'\xff"), b"\x00'\xff"),
        (number_literal("1.50"), 1.5),
        (number_literal("1); DROP TABLE t; --"), "1); DROP TABLE t; --"),
        (json_literal('{"it\'s": []}'), '{"it\'s": []}'),
        (date_time_literal("2020-01-02T03:04:05.120Z"), "2020-01-02 03:04:05.120 +00:00"),
        (date_time_literal("2020-01-02T03:04:05+02:00"), "2020-01-02 03:04:05 +02:00"),
        (date_time_literal("2020-01-02"), "2020-01-02 00:00:00 +00:00"),
    ],
)
def test_a_constant_default_puts_exactly_its_value_into_new_rows(session, literal, stored):
    session.execute(f"CREATE TABLE t (id INTEGER, x DEFAULT {default_sql(literal)})")
    session.execute("INSERT INTO t (id) VALUES (1)")
    assert session.query("SELECT x FROM t") == [(stored,)]


@pytest.mark.parametrize(
    "sql", ["lower('X')", "(lower('X'))", "1 + 2 -- sum", "'a' || 'b'", "-5", "'x'", "CURRENT_TIME", "null"]
)
def test_raw_sql_is_put_where_the_grammar_takes_it(session, sql):
    default = Expression(sql, sql=sql)
    session.execute(f"CREATE TABLE t (id INTEGER, x DEFAULT {default_sql(default)})")
    session.execute("INSERT INTO t (id) VALUES (1)")
    assert session.query("SELECT count(*) FROM t") == [(1,)]


def test_two_expressions_side_by_side_are_not_taken_for_one_in_parentheses():
    assert default_sql(Expression("(1)+(2)")) == "((1)+(2))"


@pytest.mark.parametrize(
    ("sql", "constant"),
    [
        ("3", True),
        ("'x'", True),
        ("X'00'", True),
        ("CURRENT_TIMESTAMP", False),
        ("current_date", False),
        ("(1+2)", False),
    ],
)
def test_only_constants_can_be_defaults_of_added_columns(session, sql, constant):
    session.execute("CREATE TABLE t (id INTEGER)")
    session.execute("INSERT INTO t VALUES (1)")
    assert is_constant(sql) is constant
    try:
        session.execute(f"ALTER TABLE t ADD COLUMN x DEFAULT {sql}")
        accepted = True
    except StatementFailed as error:
        assert "non-constant" in str(error)
        accepted = False
    assert accepted is constant
