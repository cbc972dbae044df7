"""What a person is told of losses and of a proof that fails: each sentence once, with words for one and for many."""

from __future__ import annotations

import pytest

from parity.cli.interaction import Terminal
from parity.counting import counted
from parity.dialects.registry import dialect_for_provider
from parity.errors import LossesRefused, ProofFailed
from parity.schema import hazards
from parity.schema.model import Column, Schema, Table
from parity.schema.steps import Hazard, MisfitCount, ValueCount
from parity.schema.types import Arity, ColumnType, ObjectName, TypeFamily
from parity.workflow.losses import Loss, settle_losses
from parity.workflow.proof import prove

A, KIND = ObjectName("A"), ObjectName("Kind")
X = Column("x", ColumnType(TypeFamily.INT), Arity.NULLABLE)


def refused(*losses: Loss) -> LossesRefused:
    with pytest.raises(LossesRefused) as caught:
        settle_losses(losses, Terminal(quiet=True), what="The push", accepted=True, way_out="run it again")
    return caught.value


def test_a_value_that_several_columns_hold_is_told_once_with_all_rows() -> None:
    def gone(table: str) -> Hazard:
        name = ObjectName(table)
        return hazards.drop_enum_values(KIND, ("OLD",), name, "kind", ValueCount(name, "kind", ("OLD",)))

    error = refused(Loss(gone("A"), 2), Loss(gone("B"), 1), Loss(hazards.required_column(A, "x"), 1))
    assert error.details == (
        "- The values [OLD] on the enum `Kind` will be removed. If these variants are still used in the database, this "
        "will fail. (3 rows)",
        "- Added the required column `x` to the `A` table without a default value. There is 1 row in this table, it is "
        "not possible to execute this step.",
    )


@pytest.mark.parametrize(
    ("hazard", "one", "two"),
    [
        (hazards.drop_table(A), "which is not empty (1 row).", "which is not empty (2 rows)."),
        (hazards.drop_column(A, "x"), "contains 1 non-null value.", "contains 2 non-null values."),
        (hazards.not_null(A, "x"), "there is 1 existing NULL value.", "there are 2 existing NULL values."),
        (
            hazards.value_to_list(A, "x"),
            "There is 1 existing non-null value in",
            "There are 2 existing non-null values",
        ),
        (hazards.cast(A, "x", "Int", "Text"), "contains 1 non-null value. The", "contains 2 non-null values. The"),
        (
            hazards.convert(
                A,
                "x",
                "Text",
                "Int",
                MisfitCount(A, X, X),
            ),
            "contains 1 value that can't be cast",
            "contains 2 values that can't be cast",
        ),
    ],
)
def test_one_row_is_told_as_one(hazard: Hazard, one: str, two: str) -> None:
    assert one in hazard.told_with_rows(1)
    assert two in hazard.told_with_rows(2)


def test_numbers_come_with_the_word_for_one_or_for_many() -> None:
    assert [counted(n, "row") for n in (0, 1, 2, 1204)] == ["0 rows", "1 row", "2 rows", "1,204 rows"]
    assert [counted(n, "index", "indexes") for n in (1, 2)] == ["1 index", "2 indexes"]


def test_a_proof_that_fails_names_what_differs() -> None:
    dialect = dialect_for_provider("sqlite")
    wanted = Schema(tables=(Table(A, (X,)), Table(ObjectName("C"), (X,))))
    with dialect.driver.scratch(None) as session, pytest.raises(ProofFailed) as caught:
        prove('CREATE TABLE "A" ("y" INTEGER)', wanted, session, dialect, ())
    assert caught.value.code == "PAR302"
    assert caught.value.hint == (
        "nothing was written; this is a fault of parity: please report the change of `C`, `A` that shows it"
    )
