"""What is said of a change on the rows that are there: to the letter what Prisma's engine said when it was asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loss_samples import SAMPLES, dialect_of, make
from pairs import lowered
from parity.diff.compare import diff
from parity.plan.build import build_plan
from parity.schema.steps import HazardLevel
from parity.workflow.losses import ask_losses, verdict

NAMES = sorted(file.parent.name for file in SAMPLES.glob("*/engine.json"))


def test_there_are_samples_of_both_databases() -> None:
    assert {dialect_of(SAMPLES / name).name for name in NAMES} == {"postgresql", "sqlite"}


@pytest.mark.parametrize("name", NAMES)
def test_the_sentences_are_those_of_the_engine(name: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    sample = SAMPLES / name
    dialect = dialect_of(sample)
    new = lowered((sample / "new.prisma").read_text(), dialect)
    assert new is not None
    target = None
    if not dialect.capabilities.scratch_is_file:
        target = dialect.driver.parse_url(request.getfixturevalue("postgres_url"), tmp_path)
    with dialect.driver.scratch(target) as session:
        make(sample, session, dialect)
        live = dialect.driver.introspect(session, ())
        plan = build_plan(diff(live, new, dialect), live, new, dialect)
        said = verdict(ask_losses(session, dialect, plan.hazards))
    recorded = json.loads((sample / "engine.json").read_text())
    assert list(said.warnings) == recorded["warnings"]
    assert list(said.unexecutable) == recorded["unexecutable"]


def test_the_samples_show_the_whole_catalogue() -> None:
    told = set()
    for name in NAMES:
        dialect = dialect_of(SAMPLES / name)
        old, new = (lowered((SAMPLES / name / file).read_text(), dialect) for file in ("old.prisma", "new.prisma"))
        assert old is not None
        assert new is not None
        plan = build_plan(diff(old, new, dialect), old, new, dialect)
        told |= {(hazard.code, hazard.level) for hazard in plan.hazards if not hazard.beyond}
    warned = {"drop_table", "drop_column", "cast", "recreate_column", "primary_key", "unique", "drop_enum_values"}
    stopped = {"required_column", "not_null", "recreate_column"}
    assert told == {(code, HazardLevel.WARNING) for code in warned} | {
        (code, HazardLevel.UNEXECUTABLE) for code in stopped
    }
