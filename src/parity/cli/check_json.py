"""What `parity check` found, as plain values: for `--json`, and for whatever else is made of it."""

from __future__ import annotations

from parity.cli.concealed import concealed_value
from parity.workflow.check_report import CheckReport, Compared, Finding


def value_of(report: CheckReport) -> object:
    """The report: its outcome, the project's own checks, and those of each database."""
    return concealed_value(
        {
            "outcome": report.outcome.value,
            "replayed": report.replayed,
            "migrations": report.migrations,
            "project": [_compared(item) for item in report.project],
            "environments": [
                {
                    "name": environment.name,
                    "database": environment.database,
                    "fingerprint": environment.fingerprint,
                    "checks": [_compared(item) for item in environment.checks],
                }
                for environment in report.environments
            ],
        }
    )


def _compared(item: Compared) -> dict[str, object]:
    return {
        "check": item.check.value,
        "outcome": item.outcome.value,
        "note": item.note,
        "findings": [_finding(finding) for finding in item.findings],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "code": finding.code,
        "what": finding.what,
        "lines": list(finding.lines),
        "language": finding.language,
        "sql": finding.sql,
        "table": finding.table,
        "schema": finding.namespace,
        "migration": finding.migration,
        "fix": finding.fix,
    }
