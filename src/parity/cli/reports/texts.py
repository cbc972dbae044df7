"""The texts of a report that all forms share: without passwords, and without characters that could command anything."""

from __future__ import annotations

from msgspec.structs import replace

from parity.cli.concealed import concealed
from parity.cli.printable import printable
from parity.workflow.check_report import Check, CheckReport, Compared, EnvironmentReport, Finding


def showable(report: CheckReport) -> CheckReport:
    """The report with each text as it may be shown. The picture stays as it is."""
    return replace(
        report,
        project=tuple(map(_compared, report.project)),
        environments=tuple(map(_environment, report.environments)),
    )


def sql_heading(finding: Finding) -> str:
    """What the SQL of a finding is."""
    return "The SQL of it:" if finding.check is Check.SCHEMA else "To bring it back:"


def whole_text(finding: Finding) -> str:
    """A finding as plain lines."""
    parts = [f"{finding.code}: {finding.what}", *(f"  {line}" for line in finding.lines)]
    if finding.language:
        parts.append(finding.language)
    if finding.sql:
        parts += [sql_heading(finding), finding.sql.rstrip("\n")]
    return "\n".join([*parts, f"Next: {finding.fix}"])


def _text(text: str) -> str:
    return printable(concealed(text.replace("\r\n", "\n")))


def _line(text: str) -> str:
    return _text(text).replace("\n", "\\n")


def _environment(environment: EnvironmentReport) -> EnvironmentReport:
    return replace(
        environment,
        name=_line(environment.name),
        database=_line(environment.database),
        checks=tuple(map(_compared, environment.checks)),
    )


def _compared(compared: Compared) -> Compared:
    note = None if compared.note is None else _line(compared.note)
    return replace(compared, findings=tuple(map(_finding, compared.findings)), note=note)


def _finding(finding: Finding) -> Finding:
    return replace(
        finding,
        what=_line(finding.what),
        fix=_line(finding.fix),
        lines=tuple(map(_line, finding.lines)),
        language=None if finding.language is None else _text(finding.language),
        sql=None if finding.sql is None else _text(finding.sql),
    )
