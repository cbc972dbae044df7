"""What `parity check` found, for a person: a matrix, environments across and checks down; then each difference."""

from __future__ import annotations

from parity.cli.output import say, say_difference, say_sql
from parity.counting import counted
from parity.workflow.check_report import Check, CheckReport, Compared, EnvironmentReport, Finding, Outcome

_COLOR = {Outcome.SAME: "green", Outcome.DIFFERS: "red", Outcome.FAILED: "red", Outcome.NOTHING: None}


def show(report: CheckReport) -> None:
    """Print it."""
    for line in matrix(report):
        say(line)
    for compared in report.project:
        show_check(compared, None)
    for environment in report.environments:
        for compared in environment.checks:
            show_check(compared, environment)
    say()
    say(conclusion(report), color=_COLOR[report.outcome])


def conclusion(report: CheckReport) -> str:
    """All of it in one sentence."""
    if report.outcome is Outcome.SAME:
        return "In parity."
    found = sum(len(item.findings) for item in report.all_checks if item.outcome is Outcome.DIFFERS)
    if report.outcome is Outcome.FAILED:
        failed = sum(item.outcome is Outcome.FAILED for item in report.all_checks)
        return f"Not everything could be checked ({counted(failed, 'error')}); {counted(found, 'difference')} found."
    return f"Not in parity: {counted(found, 'difference')}."


def matrix(report: CheckReport) -> list[str]:
    """A line for each check, with a column for each database."""
    rows = matrix_rows(report)
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return ["  ".join(f"{cell:<{width}}" for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows]


def matrix_rows(report: CheckReport) -> list[list[str]]:
    """The cells: the names of the databases first, then each check that was made."""
    rows = [["", *(environment.name for environment in report.environments)]]
    for check in Check:
        cells = [cell_of(check, report, environment) for environment in report.environments]
        if any(cell != "-" for cell in cells):
            rows.append([check.value, *cells])
    return rows


def cell_of(check: Check, report: CheckReport, environment: EnvironmentReport) -> str:
    """What a check found for a database, in a word or two. What is the project's own counts for each of them."""
    found = [item for item in (*report.project, *environment.checks) if item.check is check]
    outcomes = {item.outcome for item in found}
    if Outcome.FAILED in outcomes:
        return "error"
    count = sum(len(item.findings) for item in found)
    if Outcome.DIFFERS in outcomes:
        return counted(count, "difference")
    return "ok" if Outcome.SAME in outcomes else "-"


def show_check(compared: Compared, environment: EnvironmentReport | None) -> None:
    """Print what one check found; nothing where that is nothing."""
    if not compared.findings and compared.note is None:
        return
    say()
    where = "" if environment is None else f" of {environment.name} ({environment.database})"
    say(f"{compared.check.value}{where}", bold=True)
    for finding in compared.findings:
        _show_finding(finding)
    if compared.note is not None:
        say(f"  Note: {compared.note}")


def _show_finding(finding: Finding) -> None:
    say(f"  {finding.code}: {finding.what}", color="red")
    for line in finding.lines:
        say(f"    {line}")
    if finding.language:
        say_difference(_indented(finding.language))
    if finding.sql:
        say("    The SQL of it:" if finding.check is Check.SCHEMA else "    To bring it back:")
        say_sql(_indented(finding.sql.rstrip("\n")))
    say(f"    Next: {finding.fix}")


def _indented(text: str) -> str:
    return "\n".join(f"    {line}" if line else "" for line in text.splitlines())
