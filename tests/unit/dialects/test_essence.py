"""What two scripts have in common when only comments and white space differ between them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.dialects import scan
from parity.dialects.postgres.split import LEXIS as POSTGRES
from parity.dialects.postgres.split import essence_of as postgres
from parity.dialects.sqlite.split import essence_of as sqlite
from parity.errors import ScriptRefused

BOTH = pytest.mark.parametrize("essence_of", [postgres, sqlite])


@BOTH
@pytest.mark.parametrize(
    "other",
    [
        "CREATE TABLE a(x int,y text DEFAULT 'a  b');",
        "-- CreateTable\nCREATE TABLE a (x int, y text DEFAULT 'a  b');\n",
        "CREATE  TABLE\n\ta ( x int , y text DEFAULT 'a  b' ) ;;\n\n",
        "/* Warnings:\n - none; really */ CREATE TABLE a (x int, y/* why */text DEFAULT 'a  b')",
        "CREATE TABLE a (x int, y text -- it's so\r\n DEFAULT 'a  b');\r\n",
    ],
)
def test_comments_and_white_space_leave_it_as_it_is(essence_of, other: str) -> None:  # type: ignore[no-untyped-def]
    assert essence_of(other) == essence_of("CREATE TABLE a (x int, y text DEFAULT 'a  b');")


@BOTH
@pytest.mark.parametrize(
    "other",
    [
        "CREATE TABLE a (x int, y text DEFAULT 'a b');",
        "CREATE TABLE a (x int, y text DEFAULT 'a -- b');",
        "CREATE TABLE a (x int, ytext DEFAULT 'a  b');",
        "CREATE TABLE \"a \" (x int, y text DEFAULT 'a  b');",
        "-- parity:no-transaction\nCREATE TABLE a (x int, y text DEFAULT 'a  b');",
        "CREATE TABLE a (x int, y text DEFAULT 'a  b'); DROP TABLE b;",
        "",
    ],
)
def test_anything_else_changes_it(essence_of, other: str) -> None:  # type: ignore[no-untyped-def]
    assert essence_of(other) != essence_of("CREATE TABLE a (x int, y text DEFAULT 'a  b');")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("SELECT $$a  b$$", "SELECT $$a b$$"),
        ("SELECT $x$a $$ -- b$x$", "SELECT $x$a $$ $x$"),
        (r"SELECT E'\'  --'", r"SELECT E'\' --'"),
        ("SELECT DATE'2020-01-01\\' -- x\n", "SELECT DATE'2020-01-01\\' ; DROP TABLE a"),
        ("SELECT U&'x'", "SELECT U & 'x'"),
        ("SELECT 1 -- a\rFROM b", "SELECT 1 -- a FROM b"),
        ("SELECT a$$b$$c  FROM d", "SELECT a$$b$$c; -- FROM d"),
    ],
)
def test_what_postgresql_reads_as_a_string_is_no_white_space(one: str, other: str) -> None:
    assert postgres(one) != postgres(other)


def test_a_comment_within_a_comment_is_not_judged() -> None:
    assert postgres("/* a /* b */ c */ SELECT 1") is None
    assert sqlite("/* a /* b */ SELECT 1") == sqlite("SELECT 1")


_PIECES = (
    "a",
    "E",
    "'x  y'",
    "'--'",
    '"n /* "',
    "$$ q $$",
    "$1",
    "(",
    ")",
    ",",
    ";",
    "+",
    "U&'x'",
    "e'\\''",
    "::",
    "/",
    "*",
)
_GAPS = (" ", "\n", "\t ", "-- c\n", "/* c */", " -- 'q'\n ")


@given(st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from(_GAPS), st.sampled_from(_GAPS)), max_size=12))
def test_scripts_that_differ_in_gaps_alone_have_one_essence(parts: list[tuple[str, str, str]]) -> None:
    one = "".join(piece + gap for piece, gap, _ in parts)
    other = "".join(gap + piece for piece, _, gap in parts) + " "
    # Not where a string goes on behind a line's end, or a comment holds a piece.
    if (tokens := tokens_of(one)) is not None and tokens == tokens_of(other):
        assert postgres(one) == postgres(other)


@given(st.lists(st.tuples(st.sampled_from(_PIECES), st.sampled_from(("", *_GAPS)), st.sampled_from(("", *_GAPS)))))
def test_scripts_of_one_essence_have_the_same_tokens(parts: list[tuple[str, str, str]]) -> None:
    one = "".join(piece + gap for piece, gap, _ in parts)
    other = "".join(piece + gap for piece, _, gap in parts)
    if postgres(one) is not None and postgres(one) == postgres(other):
        assert tokens_of(one) == tokens_of(other)


def tokens_of(script: str) -> list[str] | None:
    """None where the script can't be cut."""
    try:
        found = [token.text for token in scan.tokens(script, POSTGRES)]
    except ScriptRefused:
        return None
    while found[-1:] == [";"]:
        found.pop()
    while found[:1] == [";"]:
        found.pop(0)
    return found
