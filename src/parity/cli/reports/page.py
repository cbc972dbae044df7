"""A report as one page that needs nothing else: no script, no font, no request. What databases say is escaped by the
serializer; no text of markup is put together by hand."""

from __future__ import annotations

from datetime import UTC, datetime
from importlib.resources import files
from xml.etree.ElementTree import Element, SubElement, tostring

from parity._version import __version__
from parity.cli.check_text import cell_of, conclusion
from parity.cli.reports.drawing import SIGNS, anchor, drawing, full_name
from parity.cli.reports.texts import showable, sql_heading
from parity.counting import counted
from parity.dialects.base import Dialect
from parity.schema.types import ObjectName
from parity.workflow.check_report import (
    Check,
    CheckReport,
    Compared,
    EnvironmentReport,
    Finding,
    Manner,
    Outcome,
    Picture,
)

_POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
_VERDICT = {Outcome.SAME: ("good", "✓"), Outcome.DIFFERS: ("bad", "≠"), Outcome.FAILED: ("bad", "!")}
_MOST_LINKS = 40
_CELL = {"ok": ("good", "✓ ok"), "error": ("bad", "! error"), "-": ("none", "–")}


def page(report: CheckReport, dialect: Dialect | None) -> str:
    """The HTML."""
    marks = _marks(report)
    picture = report.picture
    report = showable(report)
    html = Element("html", {"lang": "en"})
    _head(html)
    body = SubElement(html, "body")
    _add(body, "h1", "Parity check")
    look, sign = _VERDICT[report.outcome]
    _add(body, "div", f"{sign} {conclusion(report)}", f"verdict {look}")
    _matrix(body, report)
    SubElement(SubElement(body, "p"), "a", {"href": "#schema"}).text = "The schema, drawn"
    _differences(body, report)
    SubElement(body, "h2", {"id": "schema"}).text = "The schema"
    if picture is None or dialect is None:
        _add(body, "p", "It can't be drawn: what the migrations lead to couldn't be read.")
    else:
        _legend(body, marks, picture)
        box = _scroll(body, "Drawing of the schema", "scroll drawing")
        box.append(drawing(picture, marks, dialect))
    when = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
    source = "a replay of the migrations" if report.replayed else "parity.lock"
    held = f"{counted(report.migrations, 'migration')}; what should be there comes from {source}."
    _add(body, "p", f"Made {when} by parity {__version__}. {held}", "quiet")
    return f"<!doctype html>\n{tostring(html, encoding='unicode', method='html')}\n"


def _head(html: Element) -> None:
    head = SubElement(html, "head")
    SubElement(head, "meta", {"charset": "utf-8"})
    SubElement(head, "meta", {"http-equiv": "Content-Security-Policy", "content": _POLICY})
    SubElement(head, "meta", {"name": "viewport", "content": "width=device-width, initial-scale=1"})
    SubElement(head, "meta", {"name": "referrer", "content": "no-referrer"})
    SubElement(head, "link", {"rel": "icon", "href": "data:,"})
    _add(head, "title", "Parity check")
    _add(head, "style", files(__package__).joinpath("page.css").read_text(encoding="utf-8"))


def _matrix(body: Element, report: CheckReport) -> None:
    table = SubElement(_scroll(body, "Checks and databases"), "table")
    row = SubElement(SubElement(table, "thead"), "tr")
    _add(row, "td", "")
    for environment in report.environments:
        SubElement(SubElement(row, "th", {"scope": "col"}), "bdi").text = environment.name
    rows = SubElement(table, "tbody")
    for check in Check:
        cells = [cell_of(check, report, environment) for environment in report.environments]
        if all(cell == "-" for cell in cells):
            continue
        row = SubElement(rows, "tr")
        SubElement(row, "th", {"scope": "row"}).text = check.value
        for number, (cell, environment) in enumerate(zip(cells, report.environments, strict=True)):
            look, text = _CELL.get(cell, ("bad", f"≠ {cell}"))
            span = SubElement(SubElement(row, "td"), "span", {"class": look})
            if look == "bad":
                own = any(item.check is check and item.findings for item in environment.checks)
                link = SubElement(span, "a", {"href": f"#{_anchor(number if own else None, check)}"})
                link.text = text
            else:
                span.text = text


def _differences(body: Element, report: CheckReport) -> None:
    _checks(body, report.project, None, None)
    for number, environment in enumerate(report.environments):
        _checks(body, environment.checks, environment, number)


def _checks(
    body: Element, checks: tuple[Compared, ...], environment: EnvironmentReport | None, number: int | None
) -> None:
    shown = [compared for compared in checks if compared.findings or compared.note]
    if not shown:
        return
    head = SubElement(body, "h2")
    if environment is None:
        head.text = "The project"
    else:
        SubElement(head, "bdi").text = environment.name
        _add(body, "p", environment.database, "quiet")
    for compared in shown:
        SubElement(body, "h3", {"id": _anchor(number, compared.check)}).text = compared.check.value
        for finding in compared.findings:
            _finding(body, finding)
        if compared.note is not None:
            _add(body, "p", compared.note, "quiet")


def _finding(body: Element, finding: Finding) -> None:
    article = SubElement(body, "article")
    head = SubElement(article, "h4")
    head.text = f"{finding.code}: "
    SubElement(head, "bdi").text = finding.what
    if finding.lines:
        lines = SubElement(article, "ul")
        for line in finding.lines:
            _add(lines, "li", line)
    if finding.language:
        code = SubElement(_code(article, "Difference in the schema language"), "code")
        for line in finding.language.splitlines():
            SubElement(code, "span", {"class": _shade(line)}).text = line or " "
    if finding.sql:
        _add(article, "p", sql_heading(finding))
        SubElement(_code(article, "SQL"), "code").text = finding.sql.rstrip("\n")
    following = _add(article, "p", "Next: ", "next")
    SubElement(following, "code").text = finding.fix


def _legend(body: Element, marks: dict[ObjectName, Manner], picture: Picture) -> None:
    """The words for what is drawn, and a link to each table that differs: a drawing can be large."""
    legend = _add(body, "p", "", "legend quiet")
    tables = enumerate((*picture.schema.tables, *picture.extra))
    differing = [(number, table.name, marks[table.name]) for number, table in tables if table.name in marks]
    for number, name, manner in differing[:_MOST_LINKS]:
        link = SubElement(legend, "a", {"class": manner.value, "href": f"#{anchor(number)}"})
        link.text = f"{SIGNS[manner]}: {full_name(name)}"
    if len(differing) > _MOST_LINKS:
        _add(legend, "span", f"and {len(differing) - _MOST_LINKS} more")
    words = "PK primary key · FK foreign key · ? may be NULL · a line leads to the table that is referred to"
    _add(body, "p", words, "quiet")


def _marks(report: CheckReport) -> dict[ObjectName, Manner]:
    """What became of each table that a finding is about; of several things, that it is missing or extra."""
    marks: dict[ObjectName, Manner] = {}
    for compared in report.all_checks:
        for finding in compared.findings:
            if finding.table is not None and finding.manner is not None:
                name = ObjectName(finding.table, finding.namespace)
                before = marks.get(name, Manner.CHANGED)
                marks[name] = finding.manner if before is Manner.CHANGED else before
    return marks


def _anchor(number: int | None, check: Check) -> str:
    place = "project" if number is None else f"database-{number}"
    return f"{place}-{check.value.replace(' ', '-')}"


def _shade(line: str) -> str:
    return {"+": "add", "-": "del"}.get(line[:1], "same")


def _scroll(body: Element, label: str, look: str = "scroll") -> Element:
    """A box of its own that scrolls, with the keyboard too, so that the page never does sideways."""
    return SubElement(body, "div", {"class": look, "tabindex": "0", "role": "region", "aria-label": label})


def _code(parent: Element, label: str) -> Element:
    return SubElement(parent, "pre", {"tabindex": "0", "aria-label": label})


def _add(parent: Element, name: str, text: str, look: str | None = None) -> Element:
    element = SubElement(parent, name, {} if look is None else {"class": look})
    element.text = text
    return element
