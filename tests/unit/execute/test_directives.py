"""`-- parity:no-transaction` and `-- parity:transaction`: what a script asks for, and what is refused."""

from __future__ import annotations

import pytest

from parity.dialects.registry import dialect_for_provider
from parity.errors import ScriptRefused
from parity.execute.runner import plan_script

BOTH = pytest.mark.parametrize("provider", ["postgresql", "sqlite"])
NO, YES = "-- parity:no-transaction\n", "-- parity:transaction\n"


def shown(script: str, provider: str) -> str:
    """A plan as text: a line for each segment, its statements' first words, and why it was cut."""
    plan = plan_script(script, dialect_for_provider(provider))
    return "\n".join(
        f"{segment.kind.value}{' unenforced' if segment.unenforced else ''}{'' if segment.checked else ' unchecked'}: "
        + ", ".join(" ".join(p.statement.text.split()[:3]) for p in segment.statements)
        + (f"  <- {segment.reason}" if segment.reason else "")
        for segment in plan.segments
    )


def refusal(script: str, provider: str = "postgresql") -> str:
    with pytest.raises(ScriptRefused) as caught:
        plan_script(script, dialect_for_provider(provider))
    return f"{caught.value.code} {caught.value.message}" + (
        f" ({caught.value.why})" if "215" in caught.value.code else ""
    )


@BOTH
@pytest.mark.parametrize("head", [NO, "\ufeff-- by hand\n\n--parity:no-transaction\r\n", f"/* head */\n  {NO}{NO}"])
def test_at_the_top_each_statement_runs_by_itself_and_rows_together_with_their_note(head: str, provider: str) -> None:
    line = head.count("\n", 0, head.index("parity")) + 1
    assert shown(f"{head}CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);\nCREATE TABLE b (x int);", provider) == (
        f"alone: CREATE TABLE a  <- -- parity:no-transaction in line {line}\n"
        f"atomic: INSERT INTO a  <- -- parity:no-transaction in line {line}\n"
        f"alone: CREATE TABLE b  <- -- parity:no-transaction in line {line}"
    )


def test_a_transaction_of_the_authors_own_is_kept_in_such_a_file() -> None:
    script = f"{NO}CREATE TABLE a (x int);\nBEGIN;\nDROP TABLE b;\nCOMMIT;\nCREATE TABLE c (x int);"
    assert [line.partition(":")[0] for line in shown(script, "postgresql").splitlines()] == ["alone", "own", "alone"]


def test_before_a_statement_it_holds_for_that_one_alone() -> None:
    script = "CREATE TABLE a (x int);\n-- CallIt\n-- parity:no-transaction\nCALL work();\nCREATE TABLE b (x int);"
    assert shown(script, "postgresql") == (
        "atomic: CREATE TABLE a\n"
        "alone: CALL work()  <- -- parity:no-transaction in line 3\n"
        "atomic: CREATE TABLE b  <- line 4 runs by itself"
    )


def test_a_rebuild_by_single_statements_is_checked_behind_the_last_one() -> None:
    script = (
        f"{NO}PRAGMA foreign_keys=OFF;\nCREATE TABLE new_a (x int);\nINSERT INTO new_a SELECT x FROM a;\n"
        "DROP TABLE a;\nALTER TABLE new_a RENAME TO a;\nPRAGMA foreign_keys=ON;\n"
    )
    why = "  <- -- parity:no-transaction in line 1"
    assert shown(script, "sqlite") == (
        f"alone unenforced unchecked: CREATE TABLE new_a{why}\n"
        f"atomic unenforced unchecked: INSERT INTO new_a{why}\n"
        f"alone unenforced unchecked: DROP TABLE a{why}\n"
        f"alone unenforced: ALTER TABLE new_a{why}"
    )


def test_one_transaction_is_not_cut_where_an_enum_value_may_be_used() -> None:
    enum = "ALTER TYPE role ADD VALUE 'guest';\n{}UPDATE users SET note = 'no guest';\n"
    assert len(shown(enum.format(""), "postgresql").splitlines()) == 2
    assert shown(YES + enum.format(""), "postgresql") == (
        "atomic: ALTER TYPE role, UPDATE users SET  <- -- parity:transaction in line 1"
    )
    assert shown(enum.format(YES), "postgresql") == "atomic: ALTER TYPE role, UPDATE users SET"


def test_schema_changes_of_cockroachdb_can_be_joined() -> None:
    script = "CREATE TABLE a (x int);\nCREATE TABLE b (x int);\n"
    assert len(shown(script, "cockroachdb").splitlines()) == 2
    assert shown(YES + script, "cockroachdb") == (
        "atomic: CREATE TABLE a, CREATE TABLE b  <- -- parity:transaction in line 1"
    )


@pytest.mark.parametrize(
    ("script", "provider", "told"),
    [
        (
            f"{YES}CREATE TABLE a ();\nCREATE INDEX CONCURRENTLY i ON a (x);",
            "postgresql",
            "line 3: -- parity:transaction in line 1 can't be followed"
            " (CREATE INDEX CONCURRENTLY can't run inside a transaction)",
        ),
        (
            f"CREATE TABLE a (x);\n{YES}VACUUM;",
            "sqlite",
            "line 3: -- parity:transaction in line 2 can't be followed (VACUUM can't run inside a transaction)",
        ),
        (
            f"{YES}SELECT 1;\nBEGIN;\nSELECT 2;\nCOMMIT;",
            "postgresql",
            "line 3: -- parity:transaction in line 1 can't be followed"
            " (BEGIN would end the transaction, or begin another)",
        ),
        (
            f"BEGIN;\n{NO}DELETE FROM a;\nCOMMIT;",
            "postgresql",
            "line 3: -- parity:no-transaction in line 2 can't be followed"
            " (it is in a BEGIN … COMMIT of the script's own)",
        ),
        (
            f"{YES}DELETE FROM a;\nPRAGMA foreign_keys=OFF;\nDROP TABLE b;",
            "sqlite",
            "line 4: -- parity:transaction in line 1 can't be followed"
            " (foreign keys are switched here, which takes effect between transactions only)",
        ),
        (
            f"SELECT 1;\n{NO}PRAGMA foreign_keys=OFF;\nDROP TABLE b;",
            "sqlite",
            "line 3: -- parity:no-transaction in line 2 can't be followed"
            " (foreign keys are always switched between transactions)",
        ),
        (
            f"{NO}SELECT 1;\n{YES}SELECT 2;",
            "postgresql",
            "line 3: -- parity:transaction in line 3 contradicts -- parity:no-transaction in line 1"
            " (the one at the top holds for the whole file)",
        ),
    ],
)
def test_what_cannot_be_followed_is_refused_with_line_and_reason(script: str, provider: str, told: str) -> None:
    assert refusal(script, provider) == f"PAR215 {told}"


@BOTH
@pytest.mark.parametrize(
    ("script", "told"),
    [
        ("-- parity:notransaction\nSELECT 1;", "line 1: '-- parity:notransaction' is no directive"),
        ("SELECT 1;\n-- Parity: no transaction\nSELECT 2;", "line 2: '-- Parity: no transaction' is no directive"),
        ("-- parity:no-transaction, please\nSELECT 1;", "line 1: '-- parity:no-transaction, please' is no directive"),
        ("-- PARITY:TRANSACTION\nSELECT 1;", "line 1: '-- PARITY:TRANSACTION' is no directive"),
        ("/* parity:transaction */ SELECT 1;", "line 1: '/* parity:transaction */' is no directive"),
        (f"SELECT 1; {NO}SELECT 2;", "line 1: a directive behind something else"),
        (f"SELECT 1,\n{NO}2;", "line 2: a directive inside a statement"),
        (f"SELECT 1;\n\n{NO}", "line 3: a directive behind the last statement"),
        (NO, "line 1: a directive behind the last statement"),
        (f"SELECT 1;\n{NO};\nSELECT 2;", "line 2: a directive before an empty statement"),
        (f"{NO}{YES}SELECT 1;", "line 2: this directive contradicts the one in line 1"),
    ],
)
def test_a_directive_without_a_meaning_is_refused(script: str, told: str, provider: str) -> None:
    assert refusal(script, provider) == f"PAR214 {told}"


@BOTH
@pytest.mark.parametrize(
    "script",
    [
        "-- parity: even numbers have none\nSELECT 1;",
        "-- disparity:transaction\nSELECT 1;",
        "SELECT '\n-- parity:no-transaction\n';",
        "SELECT '-- parity:nonsense', \"-- parity:nonsense\" FROM a;",
        "-- see -- parity:no-transaction\nSELECT 1;",
    ],
)
def test_what_only_speaks_of_them_is_no_directive(script: str, provider: str) -> None:
    assert plan_script(script, dialect_for_provider(provider)).is_atomic
