"""The formatter: the language's own layout, and nothing lost on the way."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

sys.path.insert(0, str(Path(__file__).parent))

from verdict_cases import read_verdicts

from parity.diagnostics import SourceFile
from parity.psl import parse
from parity.psl.format import format_files, format_text

UNTIDY = """\


// top
generator   client   {
provider="x" // who
   output = "../y"
   a   =   [ 1,2 , f( x : "z" ) ]
}
/// doc
model  Shelf{ // gone
   id Int   @default(autoincrement())    @id
 name    String?   @map( "n" )@unique // the name


   // a comment


   longerFieldName   Unsupported( "x" ) []
   @@index( [ name ] )
   @@map("shelves")  // table
   @@id([ id ,  name( sort:Desc ) ])
 ???  what
}
enum Colour { A
  RED   @map("r") /// like blood
  GREEN


  @@map( "c" )
}
"""

TIDY = """\
// top
generator client {
  provider = "x" // who
  output   = "../y"
  a        = [1, 2, f(x: "z")]
}

/// doc
model Shelf {
  id   Int     @id @default(autoincrement())
  name String? @unique @map("n") // the name

  // a comment

  longerFieldName Unsupported( "x" )[]
  ???  what

  @@id([id, name(sort: Desc)])
  @@index([name])
  @@map("shelves") // table
}

enum Colour {
  RED   @map("r") /// like blood
  GREEN

  @@map("c")
}
"""


def test_an_untidy_schema_is_laid_out() -> None:
    assert format_text(UNTIDY) == TIDY


def test_a_tidy_schema_stays() -> None:
    assert format_text(TIDY) == TIDY


def test_comments_between_signs_get_a_star_on_each_line() -> None:
    text = "/* one\n   two\n* three */\nmodel A {\n  id Int @id\n}\n"
    assert format_text(text) == "/**\n * one\n * two\n * three\n */\nmodel A {\n  id Int @id\n}\n"


def test_a_comment_between_signs_that_is_indented_below_another_comment_shows_its_opening() -> None:
    text = "model A {\n  // one\n  /* two */\n /* three */\n/* four */\n  id Int @id\n}\n"
    assert format_text(text) == (
        "model A {\n"
        "  // one\n"
        "  /**\n   * /* two\n   */\n"
        "  /**\n   * three\n   */\n"
        "  /**\n   * four\n   */\n"
        "  id Int @id\n"
        "}\n"
    )


def test_line_ends_of_windows_become_plain_ones() -> None:
    assert format_text("model A {\r\n id   Int @id\r\n}\r\n") == "model A {\n  id Int @id\n}\n"


def test_an_empty_file_is_one_empty_line() -> None:
    assert format_text("") == "\n"


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("User", "users User[]"),
        ("Category", "categories Category[]"),
        ("Person", "people Person[]"),
        ("HTTPServer", "httpservers HTTPServer[]"),
        ("Test_Model", "testModels Test_Model[]"),
        ("News", "news News[]"),
        ("OAuth2Token", "oauth2Tokens OAuth2Token[]"),
    ],
)
def test_the_missing_side_of_a_relation_is_written_with_a_name_in_the_plural(name: str, field: str) -> None:
    text = (
        f"model {name} {{\n  id Int @id\n  t Target @relation(fields: [tid], references: [id])\n  tid Int\n}}\n"
        "model Target {\n  id Int @id\n}\n"
    )
    assert field in [" ".join(line.split()) for line in format_text(text).splitlines()]


def test_missing_columns_and_arguments_are_written() -> None:
    text = "model Post {\n  id Int @id\n  author User\n}\nmodel User {\n  id String @id @db.Uuid\n  posts Post[]\n}\n"
    assert format_text(text) == (
        "model Post {\n"
        "  id     Int    @id\n"
        "  author User   @relation(fields: [userId], references: [id])\n"
        "  userId String @db.Uuid\n"
        "}\n\n"
        "model User {\n"
        "  id    String @id @db.Uuid\n"
        "  posts Post[]\n"
        "}\n"
    )


def test_missing_fields_go_into_the_file_of_their_model() -> None:
    first, second = format_files(
        (
            SourceFile(
                "a", "model A {\n  id Int @id\n  b B @relation(fields: [bid], references: [id])\n  bid Int\n}\n"
            ),
            SourceFile("b", "model B {\n  id Int @id\n}\n"),
        )
    ).texts
    assert "as A[]" in second
    assert "A[]" not in first


def test_nothing_is_written_into_a_schema_with_errors() -> None:
    text = "model A {\n  id Int @id\n  b B\n  c Nothing\n}\n\nmodel B {\n  id Int @id\n}\n"
    assert format_text(text) == "model A {\n  id Int     @id\n  b  B\n  c  Nothing\n}\n\nmodel B {\n  id Int @id\n}\n"


def test_columns_are_as_wide_as_their_bytes() -> None:
    text = 'model A {\n  id Int @id\n  b Unsupported("é") @map("b")\n}\n'
    assert '  id Int               @id\n  b  Unsupported("é") @map("b")\n' in format_text(text)


def test_formatting_changes_no_meaning() -> None:
    verdicts = [verdict for verdict in read_verdicts() if not verdict.wrong_lines]
    assert verdicts
    # A comment between signs is documentation, and laying it out puts stars into it.
    for verdict in verdicts:
        text = verdict.text.replace("/*", "//").replace("     two lines */\n", "")
        before, after = parse(text), parse(format_text(text))
        assert before.datamodel.models == after.datamodel.models
        assert before.datamodel.relations == after.datamodel.relations


@pytest.mark.parametrize("verdict", read_verdicts(), ids=lambda verdict: verdict.sentence)
def test_formatting_twice_is_formatting_once(verdict: object) -> None:
    once = format_text(verdict.text)  # type: ignore[attr-defined]
    assert format_text(once) == once
