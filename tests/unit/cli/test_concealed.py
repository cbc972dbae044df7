"""Passwords of URLs are hidden in what is shown, and nothing else is."""

from __future__ import annotations

import time

import pytest

from parity.cli.concealed import concealed, concealed_at, concealed_value
from parity.cli.diagnostics import diagnostic_values, render_diagnostics
from parity.diagnostics import Diagnostic, SourceFile, Span


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no such option: postgresql://app:pw@db/shop", "no such option: postgresql://app:***@db/shop"),
        ("postgresql://app:p@w:/?# d@db/shop\nnext", "postgresql://app:***@db/shop\nnext"),
        ("/srv/postgresql:/app:pw@db/shop isn't there", "/srv/postgresql:/app:***@db/shop isn't there"),
        ("postgresql://:pw@db", "postgresql://:***@db"),
        ("postgresql://db/shop?user=a&password=pw&x=1", "postgresql://db/shop?user=a&password=***&x=1"),
        ("postgresql://a:pw@db/shop?sslpassword=pw", "postgresql://a:***@db/shop?sslpassword=***"),
        ("host=db PASSWORD=pw user=a", "host=db PASSWORD=*** user=a"),
        ("postgresql://app@db:5432/shop as me@here", "postgresql://app@db:5432/shop as me@here"),
        ("https://db.example:80/ and no more", "https://db.example:80/ and no more"),
        ("say 3:4 @id", "say 3:4 @id"),
    ],
)
def test_a_password_is_hidden_and_nothing_else(text: str, shown: str) -> None:
    assert concealed(text) == shown


def test_every_text_of_a_json_value_is_looked_at() -> None:
    value = {"why": ["a://u:pw@h", 3, None], "more": {"x": ("a://u:pw@h",)}, "n": 1}
    assert concealed_value(value) == {"why": ["a://u:***@h", 3, None], "more": {"x": ["a://u:***@h"]}, "n": 1}


def test_columns_are_where_they_were_in_what_is_left() -> None:
    line = '  url = "a://u:secret@h" wrong'
    assert concealed_at(line, 1, 3, line.index("@") + 1, line.index("wrong") + 1) == (
        '  url = "a://u:***@h" wrong',
        (1, 3, 19, 23),
    )


def test_a_caret_stays_below_what_it_points_at() -> None:
    text = '  url = "a://u:secret@h" wrong'
    found = Diagnostic("PSL900", "what is this", Span(text.index("wrong"), len(text)))
    assert render_diagnostics([found], [SourceFile("a.prisma", text)], color=False) == (
        "a.prisma:1:26: error[PSL900]: what is this\n"
        "   |\n"
        ' 1 |   url = "a://u:***@h" wrong\n'
        "   |                       ^^^^^\n"
        "\n"
        "Found 1 error."
    )


def test_a_long_line_of_half_urls_takes_no_time() -> None:
    begun = time.monotonic()
    concealed("a://b:" * 200_000 + "password=" * 100_000)
    assert time.monotonic() - begun < 2


def test_the_name_of_a_file_is_looked_at_where_an_error_is_shown() -> None:
    source = SourceFile("postgresql:/app:pw@db/shop", "x")
    problem = Diagnostic("PSL001", "what is this", Span(0, 1))
    assert render_diagnostics([problem], [source], color=False).startswith(
        "postgresql:/app:***@db/shop:1:1: error[PSL001]: what is this\n"
    )
    assert diagnostic_values([problem], [source])[0]["file"] == "postgresql:/app:***@db/shop"
