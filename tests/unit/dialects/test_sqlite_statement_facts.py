"""What running an SQLite statement means is read from its tokens."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.dialects.sqlite.split import split
from parity.dialects.sqlite.statement_facts import facts_of
from parity.dialects.statements import SessionChange, StatementFacts, TransactionControl
from parity.errors import ScriptRefused


def facts(sql: str) -> StatementFacts:
    (statement,) = split(sql)
    return facts_of(statement)


@pytest.mark.parametrize(
    ("sql", "keywords"),
    [
        ("create unique index if not exists i on t (a)", "CREATE UNIQUE INDEX"),
        ("CREATE TEMP TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END", "CREATE TEMP TRIGGER"),
        ("DROP /* x */ TABLE t", "DROP TABLE"),
        ("PRAGMA foreign_keys", "PRAGMA"),
        ("REPLACE INTO t VALUES (1)", "REPLACE INTO"),
        ("DELETE FROM t", "DELETE FROM"),
        ('"create" table', ""),
    ],
)
def test_the_leading_words_are_in_upper_case_and_stop_before_names(sql: str, keywords: str) -> None:
    assert " ".join(facts(sql).keywords) == keywords


@pytest.mark.parametrize(
    "sql",
    [
        "VACUUM",
        "vacuum into 'x'",
        "ATTACH DATABASE 'x' AS y",
        "DETACH y",
        "PRAGMA foreign_keys=OFF",
        "PRAGMA main.Journal_Mode = WAL",
        "PRAGMA foreign_keys(0)",
        "PRAGMA synchronous = 1",
        "PRAGMA wal_checkpoint(FULL)",
        "PRAGMA wal_checkpoint",
    ],
)
def test_statements_that_do_nothing_or_fail_in_a_transaction_are_known(sql: str) -> None:
    assert facts(sql).outside_transaction


@pytest.mark.parametrize(
    "sql",
    [
        "PRAGMA foreign_keys",
        "PRAGMA defer_foreign_keys=ON",
        "PRAGMA foreign_key_check",
        "PRAGMA foreign_key_check(t)",
        "PRAGMA user_version = 5",
        "CREATE TABLE vacuum_log (a)",
        "SELECT 'VACUUM'",
    ],
)
def test_statements_that_may_be_in_a_transaction_stay_there(sql: str) -> None:
    assert facts(sql).outside_transaction is None


@pytest.mark.parametrize(
    ("sql", "control"),
    [
        ("BEGIN IMMEDIATE", TransactionControl.BEGIN),
        ("COMMIT TRANSACTION", TransactionControl.COMMIT),
        ("end", TransactionControl.COMMIT),
        ("ROLLBACK", TransactionControl.ROLLBACK),
        ("ROLLBACK TRANSACTION TO SAVEPOINT x", TransactionControl.ROLLBACK_TO),
        ("ROLLBACK TO x", TransactionControl.ROLLBACK_TO),
        ("SAVEPOINT x", TransactionControl.SAVEPOINT),
        ("RELEASE SAVEPOINT x", TransactionControl.RELEASE),
        ("CREATE TRIGGER x AFTER INSERT ON t BEGIN SELECT 1; END", None),
    ],
)
def test_statements_that_steer_the_transaction_are_known(sql: str, control: TransactionControl | None) -> None:
    assert facts(sql).transaction_control is control


@pytest.mark.parametrize(
    ("sql", "change"),
    [
        ("PRAGMA foreign_keys=OFF", SessionChange("foreign_keys", "OFF")),
        ("PRAGMA [main]. `cache_size` = -2000", SessionChange("cache_size", "-2000")),
        ("pragma busy_timeout('500')", SessionChange("busy_timeout", "500")),
        ("PRAGMA foreign_keys", None),
        ("PRAGMA table_info(t)", None),
        ("PRAGMA", None),
        ("UPDATE t SET a = 1", None),
    ],
)
def test_changed_settings_are_known(sql: str, change: SessionChange | None) -> None:
    assert facts(sql).session_change == change


WORDS = [
    "CREATE",
    "TABLE",
    "PRAGMA",
    "=",
    "(",
    ")",
    ".",
    "'a'",
    '"b"',
    "`c`",
    "[d]",
    "-",
    "1",
    "foreign_keys",
    "ROLLBACK",
    "TO",
    "VACUUM",
    "x",
    "TRIGGER",
    "BEGIN",
    "END",
]


@given(st.lists(st.sampled_from(WORDS), min_size=1, max_size=10).map(" ".join))
def test_no_statement_is_too_odd_to_be_judged(sql: str) -> None:
    try:
        statements = split(sql)
    except ScriptRefused:
        return
    for statement in statements:
        assert isinstance(facts_of(statement), StatementFacts)
