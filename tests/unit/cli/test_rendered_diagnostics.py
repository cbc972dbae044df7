"""Diagnostics as a person and as a program read them."""

from __future__ import annotations

from parity.cli.diagnostics import diagnostic_values, render_diagnostics
from parity.diagnostics import Diagnostic, Severity, SourceFile, Span

TEXT = "model User {\n\tid   Intt @id\n  name Str\u0131ng\n}\nmodel Empty {\n}"


def test_each_finding_has_its_place_its_line_and_a_caret() -> None:
    source = SourceFile("prisma/schema.prisma", TEXT)
    found = (
        Diagnostic("PSL900", "unknown type Intt", Span(19, 23), hint="did you mean Int?"),
        Diagnostic("PSL901", "no fields", Span(TEXT.index("Empty"), len(TEXT)), Severity.WARNING),
    )
    assert render_diagnostics(found, (source,), color=False) == (
        "prisma/schema.prisma:2:7: error[PSL900]: unknown type Intt\n"
        "   |\n"
        " 2 | \tid   Intt @id\n"
        "   | \t     ^^^^\n"
        "   help: did you mean Int?\n"
        "\n"
        "prisma/schema.prisma:5:7: warning[PSL901]: no fields\n"
        "   |\n"
        " 5 | model Empty {\n"
        "   |       ^^^^^^^\n"
        "\n"
        "Found 1 error and 1 warning."
    )


def test_a_finding_behind_the_end_of_the_file_points_at_the_end() -> None:
    source = SourceFile("s.prisma", "model A {")
    text = render_diagnostics((Diagnostic("PSL902", "unfinished", Span(400, 500)),), (source,), color=False)
    assert text.startswith("s.prisma:1:10: error[PSL902]: unfinished\n   |\n 1 | model A {\n   |          ^")


def test_a_very_long_line_is_shown_around_the_place() -> None:
    source = SourceFile("s.prisma", "x" * 5000 + "BAD" + "y" * 5000)
    text = render_diagnostics((Diagnostic("PSL903", "bad", Span(5000, 5003)),), (source,), color=False)
    shown = text.splitlines()
    assert all(len(line) < 300 for line in shown)
    start = shown[3].index("^")
    assert shown[2][start : start + 3] == "BAD"
    assert shown[3].strip(" |") == "^^^"


def test_control_characters_never_reach_a_terminal() -> None:
    source = SourceFile("s.prisma", "model \x1b[31mA {")
    text = render_diagnostics((Diagnostic("PSL904", "bad", Span(6, 9)),), (source,), color=False)
    assert "\x1b" not in text


def test_json_has_offsets_and_positions() -> None:
    source = SourceFile("s.prisma", "a\nbc\n")
    assert diagnostic_values((Diagnostic("PSL905", "m", Span(2, 4)),), (source,)) == [
        {
            "code": "PSL905",
            "severity": "error",
            "message": "m",
            "hint": None,
            "file": "s.prisma",
            "start": {"offset": 2, "line": 2, "column": 1},
            "end": {"offset": 4, "line": 2, "column": 3},
        }
    ]
