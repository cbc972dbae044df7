"""A report as JUnit XML: a suite for each database, a case for each check."""

from __future__ import annotations

import re
from collections.abc import Iterable
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from parity.cli.reports.texts import showable, whole_text
from parity.counting import counted
from parity.workflow.check_report import CheckReport, Compared, Outcome

_IMPOSSIBLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 can't hold, not even escaped."""

_COUNTED = {"failures": Outcome.DIFFERS, "errors": Outcome.FAILED, "skipped": Outcome.NOTHING}


def junit(report: CheckReport) -> str:
    """The XML. What differs is a failure, what couldn't be checked an error."""
    report = showable(report)
    root = Element("testsuites", {"name": "parity check"})
    _count(root, report.all_checks)
    _suite(root, "project", None, report.project)
    for environment in report.environments:
        _suite(root, environment.name, environment.database, environment.checks)
    indent(root)
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{tostring(root, encoding="unicode")}\n'


def _suite(root: Element, name: str, database: str | None, checks: tuple[Compared, ...]) -> None:
    suite = SubElement(root, "testsuite", {"name": _possible(name)})
    _count(suite, checks)
    if database is not None:
        properties = SubElement(suite, "properties")
        SubElement(properties, "property", {"name": "database", "value": _possible(database)})
    for compared in checks:
        case = SubElement(
            suite, "testcase", {"classname": _possible(f"parity.{name}"), "name": compared.check.value, "time": "0"}
        )
        _outcome(case, compared)
        if compared.note is not None and compared.outcome is not Outcome.NOTHING:
            SubElement(case, "system-out").text = _possible(compared.note)


def _outcome(case: Element, compared: Compared) -> None:
    match compared.outcome:
        case Outcome.DIFFERS | Outcome.FAILED:
            found = compared.findings
            message = found[0].what if len(found) == 1 else f"{counted(len(found), 'difference')}: {found[0].what} …"
            kind = "failure" if compared.outcome is Outcome.DIFFERS else "error"
            element = SubElement(case, kind, {"message": _possible(message), "type": found[0].code})
            element.text = _possible("\n\n".join(map(whole_text, found)))
        case Outcome.NOTHING:
            SubElement(case, "skipped", {"message": _possible(compared.note or "there was nothing to compare")})
        case Outcome.SAME:
            pass


def _count(element: Element, checks: Iterable[Compared]) -> None:
    outcomes = [compared.outcome for compared in checks]
    element.set("tests", str(len(outcomes)))
    for name, outcome in _COUNTED.items():
        element.set(name, str(outcomes.count(outcome)))


def _possible(text: str) -> str:
    return _IMPOSSIBLE.sub("", text)
