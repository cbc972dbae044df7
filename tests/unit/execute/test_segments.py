"""The transaction plan of scripts, on both databases."""

from __future__ import annotations

import pytest

from parity.dialects.base import Dialect
from parity.dialects.registry import dialect_for_provider
from parity.errors import ParityError
from parity.execute.runner import plan_script


def shown(script: str, provider: str) -> str:
    """A plan as text: a line for each segment, its statements' first words, and why it was cut."""
    plan = plan_script(script, _dialect(provider))
    return "\n".join(
        f"{segment.kind.value}{' unenforced' if segment.unenforced else ''}: "
        + ", ".join(" ".join(p.statement.text.split()[:3]) for p in segment.statements)
        + (f"  <- {segment.reason}" if segment.reason else "")
        for segment in plan.segments
    )


def _dialect(provider: str) -> Dialect:
    return dialect_for_provider(provider)


def test_an_ordinary_script_is_one_transaction() -> None:
    assert shown("CREATE TABLE a (x int);\nCREATE INDEX i ON a (x);", "postgresql") == (
        "atomic: CREATE TABLE a, CREATE INDEX i"
    )


def test_a_script_without_statements_has_no_segments() -> None:
    assert plan_script("-- nothing\n", _dialect("postgresql")).segments == ()


def test_a_concurrent_index_stands_alone_between_two_transactions() -> None:
    script = "CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY i ON a (x);\nINSERT INTO a VALUES (1);"
    lines = shown(script, "postgresql").splitlines()
    assert [line.partition(":")[0] for line in lines] == ["atomic", "alone", "atomic"]
    assert lines[2].endswith("<- line 2 runs outside a transaction")
    assert not plan_script(script, _dialect("postgresql")).is_atomic


def test_a_single_statement_that_stands_alone_is_not_called_atomic() -> None:
    assert not plan_script("CREATE INDEX CONCURRENTLY i ON a (x);", _dialect("postgresql")).is_atomic


def test_a_new_enum_value_is_committed_before_the_statement_that_uses_it() -> None:
    script = "ALTER TYPE role ADD VALUE 'guest';\nALTER TABLE a ADD COLUMN b int;\nUPDATE users SET role = 'guest';\n"
    assert shown(script, "postgresql") == (
        "atomic: ALTER TYPE role, ALTER TABLE a\n"
        "atomic: UPDATE users SET  <- a new enum value can be used only after the transaction that adds it"
    )


def test_a_new_enum_value_that_nobody_uses_cuts_nothing() -> None:
    script = "ALTER TYPE role ADD VALUE 'guest';\nALTER TYPE role ADD VALUE 'visitor';\nCREATE TABLE a (x int);"
    assert plan_script(script, _dialect("postgresql")).is_atomic


def test_a_transaction_of_the_scripts_own_is_left_as_it_is() -> None:
    script = "CREATE TABLE a (x int);\nBEGIN;\nDROP TABLE b;\nCOMMIT;\nCREATE TABLE c (x int);"
    assert shown(script, "postgresql") == (
        "atomic: CREATE TABLE a\n"
        "own: BEGIN, DROP TABLE b, COMMIT  <- the script has a transaction of its own\n"
        "atomic: CREATE TABLE c  <- the script's own transaction ends before it"
    )


@pytest.mark.parametrize(
    ("script", "code", "message"),
    [
        ("SELECT 1;\nBEGIN;\nDROP TABLE b;", "PAR210", "line 2: the transaction that begins here is never committed"),
        ("SELECT 1;\n\nCOMMIT;", "PAR211", "line 3: COMMIT without a BEGIN before it"),
    ],
)
@pytest.mark.parametrize("provider", ["postgresql", "sqlite"])
def test_a_transaction_that_is_not_whole_is_refused_with_its_line(
    script: str, code: str, message: str, provider: str
) -> None:
    with pytest.raises(ParityError) as caught:
        plan_script(script, _dialect(provider))
    assert (caught.value.code, caught.value.message) == (code, message)


def test_a_rebuild_on_sqlite_switches_foreign_keys_off_for_the_whole_transaction() -> None:
    script = (
        'ALTER TABLE "b" ADD COLUMN "y" TEXT;\n'
        "PRAGMA defer_foreign_keys=ON;\nPRAGMA foreign_keys=OFF;\n"
        'CREATE TABLE "new_a" ("x" TEXT);\nDROP TABLE "a";\nALTER TABLE "new_a" RENAME TO "a";\n'
        "PRAGMA foreign_keys=ON;\nPRAGMA defer_foreign_keys=OFF;\n"
        'CREATE INDEX "i" ON "a"("x");\n'
    )
    plan = plan_script(script, _dialect("sqlite"))
    assert [(s.kind.value, s.unenforced) for s in plan.segments] == [("atomic", True)]
    assert plan.is_atomic
    assert not any(
        "foreign_keys=O" in p.statement.text and "defer" not in p.statement.text for p in plan.segments[0].statements
    )


def test_a_delete_that_relies_on_cascades_is_kept_apart_from_a_rebuild() -> None:
    script = (
        'DELETE FROM "parent";\nPRAGMA foreign_keys=OFF;\n'
        'DROP TABLE "a";\nPRAGMA foreign_keys=ON;\nDELETE FROM "other";\n'
    )
    plan = plan_script(script, _dialect("sqlite"))
    assert [segment.unenforced for segment in plan.segments] == [False, True, False]


@pytest.mark.parametrize(
    ("script", "only_defines"),
    [
        ("CREATE TABLE a (x int);\nCREATE INDEX i ON a (x);", True),
        ("ALTER TABLE a ADD COLUMN b int;", True),
        ("CREATE TABLE a (x int);\nINSERT INTO a VALUES (1);", False),
        ("SET search_path TO other;\nCREATE TABLE a (x int);", False),
        ("CREATE INDEX CONCURRENTLY i ON a (x);", False),
        ("-- nothing\n", False),
    ],
)
def test_a_script_that_only_defines_things_is_told_from_one_that_may_fail_at_its_end(
    script: str, only_defines: bool
) -> None:
    assert plan_script(script, _dialect("postgresql")).is_definition == only_defines
