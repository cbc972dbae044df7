"""A value is found in a statement however its string is spelled."""

from __future__ import annotations

import psycopg2
import pytest

from parity.dialects.postgres.split import LEXIS, split
from parity.dialects.postgres.strings import joined_string, mentions
from parity.dialects.scan import tokens

SPELLED = [
    "'gu''est'",
    "E'gu\\'est'",
    "E'gu''est'",
    "e'\\x67u\\'e\\163t'",
    "E'\\u0067u\\'est'",
    "E'\\U00000067u\\'e'\n'\\x73t'",
    "U&'g\\0075''est'",
    "U&'g\\+000075''est'",
    "U&'g!0075''est' UESCAPE '!'",
    "u&'gu''\\0065'\n  'st'",
    "'gu'''\n'est'",
    "'gu'''  -- a comment\n 'est'",
    "$$gu'est$$",
    "$x$gu'est$x$",
    "ARRAY['none', E'gu\\'est']",
    "'{none,gu''est}'",
]


@pytest.mark.parametrize("string", SPELLED)
@pytest.mark.parametrize(
    "frame", ["UPDATE users SET role = {}", "ALTER TABLE t ALTER a SET DEFAULT {}, ALTER b SET DEFAULT 'x'"]
)
def test_a_value_is_found_in_every_spelling(frame: str, string: str) -> None:
    (statement,) = split(frame.format(string))
    assert mentions(statement, "gu'est")
    assert not mentions(statement, "guest")


def test_a_value_is_found_in_quotes_within_quotes() -> None:
    for text in (
        "DO $$ BEGIN UPDATE u SET role = E'g\\x75est'; END $$",
        "DO $$ BEGIN EXECUTE 'UPDATE u SET role = E''g\\x75est'''; END $$",
        "DO 'BEGIN EXECUTE ''UPDATE u SET role = U&''''g\\0075est''''''; END'",
    ):
        (statement,) = split(text)
        assert mentions(statement, "guest"), text


@pytest.mark.parametrize("string", [s for s in SPELLED if not s.startswith(("ARRAY", "'{"))])
def test_strings_are_read_as_the_server_reads_them(string: str, postgres_url: str) -> None:
    connection = psycopg2.connect(postgres_url)
    with connection, connection.cursor() as cursor:
        cursor.execute(f"SELECT {string}")
        assert cursor.fetchone() == (joined_string(string, tuple(tokens(string, LEXIS))),)
    connection.close()
