"""The SQL of each question, and what a real database answers."""

import sqlite3

import psycopg2
import pytest

from parity.dialects.registry import dialect_for_provider
from parity.review.questions import question_sql
from parity.schema.steps import DataQuestion, DuplicateCount, NonNullCount, NullCount, RowCount, ValueCount
from parity.schema.types import ObjectName

NASTY = 'it\'s a "table"'
COLUMN = 'a"; DROP TABLE x; --'
TABLE = ObjectName(NASTY)
ROWS = [(1, "x", None), (2, "x", "y"), (3, "x", "y"), (4, None, "y"), (5, "it's", None)]
ANSWERS: list[tuple[DataQuestion, int]] = [
    (RowCount(TABLE), 5),
    (NonNullCount(TABLE, COLUMN), 4),
    (NullCount(TABLE, COLUMN), 1),
    (DuplicateCount(TABLE, (COLUMN,)), 2),
    (DuplicateCount(TABLE, (COLUMN, "b")), 1),
    (DuplicateCount(TABLE, ("id",)), 0),
    (ValueCount(TABLE, COLUMN, ("x", "it's", "none")), 4),
    (ValueCount(TABLE, "id", ("1",)), 1),
]


@pytest.mark.parametrize("provider", ["sqlite", "postgresql"])
def test_each_question_is_one_select(provider: str) -> None:
    dialect = dialect_for_provider(provider)
    table = ObjectName("t")
    assert [
        question_sql(question, dialect)
        for question in (
            RowCount(table),
            NonNullCount(table, "a"),
            NullCount(table, "a"),
            DuplicateCount(table, ("a", "b")),
            ValueCount(table, "a", ("x", "y'")),
        )
    ] == [
        'SELECT COUNT(*) FROM "t"',
        'SELECT COUNT(*) FROM "t" WHERE "a" IS NOT NULL',
        'SELECT COUNT(*) FROM "t" WHERE "a" IS NULL',
        'SELECT COALESCE(SUM(n - 1), 0) FROM (SELECT COUNT(*) AS n FROM "t" WHERE "a" IS NOT NULL AND "b" IS NOT NULL '
        'GROUP BY "a", "b" HAVING COUNT(*) > 1) AS shared',
        "SELECT COUNT(*) FROM \"t\" WHERE CAST(\"a\" AS TEXT) IN ('x', 'y''')",
    ]


def table_sql(provider: str) -> str:
    dialect = dialect_for_provider(provider)
    return f"CREATE TABLE {dialect.quote(TABLE)} (id INT, {dialect.quote_column(COLUMN)} TEXT, b TEXT)"


def test_sqlite_answers_with_the_rows_that_would_be_hit() -> None:
    dialect = dialect_for_provider("sqlite")
    connection = sqlite3.connect(":memory:")
    connection.execute(table_sql("sqlite"))
    connection.executemany(f"INSERT INTO {dialect.quote(TABLE)} VALUES (?, ?, ?)", ROWS)
    asked = [(question, connection.execute(question_sql(question, dialect)).fetchall()) for question, _ in ANSWERS]
    connection.close()
    assert asked == [(question, [(answer,)]) for question, answer in ANSWERS]


def test_postgresql_answers_with_the_rows_that_would_be_hit(postgres_url: str) -> None:
    dialect = dialect_for_provider("postgresql")
    connection = psycopg2.connect(postgres_url)
    with connection.cursor() as cursor:
        cursor.execute(table_sql("postgresql"))
        cursor.executemany(f"INSERT INTO {dialect.quote(TABLE)} VALUES (%s, %s, %s)", ROWS)
        asked = []
        for question, _ in ANSWERS:
            cursor.execute(question_sql(question, dialect))
            asked.append((question, [(int(number),) for (number,) in cursor.fetchall()]))
    connection.close()
    assert asked == [(question, [(answer,)]) for question, answer in ANSWERS]


def test_a_name_with_a_nul_makes_no_sql() -> None:
    with pytest.raises(ValueError, match="NUL"):
        question_sql(RowCount(ObjectName("a\0b")), dialect_for_provider("sqlite"))
