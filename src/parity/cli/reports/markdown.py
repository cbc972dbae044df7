"""A report as Markdown, for a comment on a pull request. Names out of databases stand in code or escaped in HTML."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import escape

from parity.cli.check_text import conclusion, matrix_rows
from parity.cli.reports.texts import showable, sql_heading
from parity.counting import counted
from parity.workflow.check_report import CheckReport, Compared, Finding

MARK = "<!-- parity-check -->"
"""The first line: a workflow knows its comment by it, and writes it anew."""
_LONGEST = 60_000
"""A comment may have 65,536 characters."""


def markdown(report: CheckReport) -> str:
    """The comment. What doesn't fit in one is counted."""
    report = showable(report)
    parts = [f"{MARK}\n**{conclusion(report)}**\n", _table(report)]
    length, left_out = sum(map(len, parts)), 0
    for part in _parts(report):
        if length + len(part) > _LONGEST:
            left_out += 1
            continue
        length += len(part)
        parts.append(part)
    if left_out:
        parts.append(f"{counted(left_out, 'more part')} of this report would make the comment too long.\n")
    return "\n".join(parts)


def _table(report: CheckReport) -> str:
    head, *rows = matrix_rows(report)
    if not report.environments:
        return ""
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(map(_cell, line))} |\n" for line in lines)


def _cell(text: str) -> str:
    """Text of a table's cell. A table knows no escape but for the bar, so the rest is written as references."""
    return re.sub(r"[^\w .:-]", lambda found: f"&#{ord(found[0])};", text)


def _parts(report: CheckReport) -> Iterator[str]:
    for compared in report.project:
        yield from _compared(compared, "")
    for environment in report.environments:
        for compared in environment.checks:
            yield from _compared(compared, f" of <code>{escape(environment.name)}</code>")


def _compared(compared: Compared, where: str) -> Iterator[str]:
    for finding in compared.findings:
        yield _details(finding, f"{compared.check.value}{where}")
    if compared.note is not None:
        yield f"<p>{compared.check.value}{where}: <code>{escape(compared.note)}</code></p>\n"


def _details(finding: Finding, where: str) -> str:
    parts = [
        f"<details>\n<summary>{where}: {finding.code} <code>{escape(finding.what)}</code></summary>\n",
        _fenced("\n".join(finding.lines), "text"),
        _fenced(finding.language, "diff"),
        f"{sql_heading(finding)}\n\n{_fenced(finding.sql, 'sql')}" if finding.sql else "",
        f"<p>Next: <code>{escape(finding.fix)}</code></p>\n</details>\n",
    ]
    return "\n".join(filter(None, parts))


def _fenced(text: str | None, language: str) -> str:
    """A block of code, with a fence that nothing in it can close."""
    if not text:
        return ""
    longest = max(map(len, re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    closing = "" if text.endswith("\n") else "\n"
    return f"{fence}{language}\n{text}{closing}{fence}\n"
