"""A report as annotations of GitHub Actions, and the summary for the job's log."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator

from parity.cli.diagnostics import github_annotation
from parity.cli.reports.texts import showable
from parity.workflow.check_report import CheckReport, Compared, Finding
from parity.workflow.check_spots import Spot


def commands(report: CheckReport, spot_of: Callable[[Finding], Spot | None]) -> Iterator[str]:
    """A command to the runner for each finding. `spot_of` tells the line of a file that it is shown at."""
    report = showable(report)
    yield from _annotations(report.project, "", spot_of)
    for environment in report.environments:
        yield from _annotations(environment.checks, f"{environment.name}: ", spot_of)


def without_commands(print_summary: Callable[[], None], say: Callable[[str], None]) -> None:
    """Print something of which no line may be a command to the runner: it may hold names out of databases."""
    end = secrets.token_hex(16)
    say(f"::stop-commands::{end}")
    print_summary()
    say(f"::{end}::")


def _annotations(checks: tuple[Compared, ...], where: str, spot_of: Callable[[Finding], Spot | None]) -> Iterator[str]:
    for compared in checks:
        for finding in compared.findings:
            spot = spot_of(finding)
            text = "\n".join([finding.what, *finding.lines, f"Next: {finding.fix}"])
            place: dict[str, object] = {} if spot is None else {"file": spot.file, "line": spot.line}
            yield github_annotation("error", f"{where}{text}", place | {"title": f"{where}{finding.code}"})
