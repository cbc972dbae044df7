"""The schemas of `verdicts` have errors in exactly the lines that are marked."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from verdict_cases import Verdict, read_verdicts

from parity.diagnostics import Severity
from parity.psl import parse
from parity.psl.codes import Code

VERDICTS = read_verdicts()


def test_there_are_verdicts_of_every_kind() -> None:
    assert len(VERDICTS) > 50
    assert sum(not verdict.wrong_lines for verdict in VERDICTS) > 3


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.sentence)
def test_the_marked_lines_are_wrong_and_no_others(verdict: Verdict) -> None:
    errors = [d for d in parse(verdict.text).diagnostics if d.severity is Severity.ERROR]
    assert {verdict.text.count("\n", 0, d.span.start) + 1 for d in errors} == verdict.wrong_lines


@pytest.mark.parametrize("verdict", VERDICTS, ids=lambda verdict: verdict.sentence)
def test_every_finding_has_a_code_of_the_table_and_a_place_in_the_text(verdict: Verdict) -> None:
    for finding in parse(verdict.text).diagnostics:
        assert finding.code in set(Code)
        assert 0 <= finding.span.start < finding.span.end <= len(verdict.text)
        assert finding.message == finding.message.strip()
        assert not finding.message.endswith(".")


def test_findings_come_in_the_order_of_the_text() -> None:
    for verdict in VERDICTS:
        starts = [d.span.start for d in parse(verdict.text).diagnostics]
        assert starts == sorted(starts)
