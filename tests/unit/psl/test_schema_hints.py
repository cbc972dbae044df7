"""Findings say how to mend what is wrong, where that is known."""

from __future__ import annotations

import pytest

from parity.diagnostics import Diagnostic
from parity.psl import parse

HEADER = 'datasource db {\n  provider = "postgresql"\n}\n'


def _only(text: str) -> Diagnostic:
    (finding,) = parse(HEADER + text).diagnostics
    return finding


@pytest.mark.parametrize(
    ("line", "hint"),
    [
        ("x Strng", "did you mean `String`?"),
        ("x Colur", "did you mean `Colour`?"),
        ("x Int @uniqe", "did you mean `unique`?"),
        ("x String @db.Varchar(3)", "did you mean `VarChar`?"),
        ("x Colour @default(GREN)", "did you mean `GREEN`?"),
        ('x Colour @default("GREEN")', "write `GREEN` without quotes"),
        ("x String @default(hello)", 'put it into quotes: `"hello"`'),
        ('x Int @default("1")', "write it without quotes"),
        ("x: Int", "remove the colon"),
        ("x Int[]?", "write `Int[]`"),
        ('x Unsupported("Text")', "write `String @db.Text`"),
    ],
)
def test_a_slip_in_a_field_is_answered_with_what_was_meant(line: str, hint: str) -> None:
    finding = _only(f"model A {{\n  id Int @id\n  {line}\n}}\nenum Colour {{\n  GREEN\n}}\n")
    assert finding.hint == hint


def test_a_field_that_an_index_misspells_is_named() -> None:
    assert _only("model A {\n  id Int @id\n  room Int\n  @@index([rooms])\n}\n").hint == "did you mean `room`?"


def test_the_missing_opposite_field_is_written_out() -> None:
    finding = _only(
        "model BlogPost {\n  id Int @id\n  userId Int\n  user User @relation(fields: [userId], references: [id])\n}\n"
        "model User {\n  id Int @id\n}\n"
    )
    assert finding.hint == "add `blogPosts BlogPost[]` to `User`, or let `format` write it"


def test_the_missing_opposite_field_is_written_out_with_its_columns() -> None:
    finding = _only(
        "model BlogPost {\n  id Int @id\n}\n"
        'model User {\n  id String @id @db.Uuid\n  blogPosts BlogPost[] @relation("Author")\n}\n'
    )
    assert finding.hint == (
        'add `user User? @relation("Author", fields: [userId], references: [id])` and `userId String? @db.Uuid` '
        "to `BlogPost`, or let `format` write it"
    )


def test_a_misspelled_keyword_is_answered_with_the_right_one() -> None:
    first, *_ = parse("modle A {\n  id Int @id\n}\n").diagnostics
    assert first.hint == "did you mean `model`?"


def test_the_message_shows_what_is_written_and_is_cut_where_that_is_long() -> None:
    finding = _only(f"model A {{\n  id Int @id\n  x {'y' * 500}\n}}\n")
    assert len(finding.message) < 150


def test_close_names_are_looked_for_in_the_first_findings_only() -> None:
    fields = "".join(f"  f{number} Strng\n" for number in range(500))
    findings = parse(f"{HEADER}model A {{\n  id Int @id\n{fields}}}\n").diagnostics
    assert [f.hint is not None for f in findings[:100]] == [True] * 100
    assert findings[-1].hint is None
