"""SQLite scripts are cut where SQLite itself would cut them."""

import itertools
import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parity.dialects.sqlite.split import comments_before, iter_statements, split
from parity.errors import ScriptRefused

NASTY = "ab;'\"`[]$\\-/*():=.,é\u00a0😀\n\r\t E"


def texts(script: str) -> list[str]:
    return [statement.text for statement in split(script)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'a;b', 'it''s;', x'3b', ';\\'",
        'SELECT 1 AS "x;""y", 2 AS `x;``y`, 3 AS [x;"\'`], 4 AS "e;\\"',
        "SELECT 1 /* a; /* b; */ + 2 -- ;\n + 3",
        "SELECT 1 -- a lone CR ends no comment;\r ;\n + 2",
        "SELECT 5 - -1, 6 / 2, 2*/* ; */3, /*/ ; */ 4, /**/ 5",
        "CREATE TRIGGER tr AFTER INSERT ON t BEGIN UPDATE t SET a = 1; DELETE FROM t WHERE a = ';'; END",
        "CREATE TEMP TRIGGER tr AFTER INSERT ON t BEGIN SELECT CASE WHEN 1 THEN 2 ELSE 3 END; END",
        "create /* ; */ temporary trigger if not exists tr after insert on t begin select 1 /* ; */; /* ; */ end",
        "CREATE TRIGGER tr AFTER INSERT ON t WHEN new.a BEGIN SELECT 1 AS end; SELECT CASE 1 WHEN 1 THEN 2 END; END",
        "EXPLAIN QUERY PLAN CREATE TRIGGER tr AFTER INSERT ON t BEGIN SELECT 1; END",
        "CREATE TABLE begin_end (a, trigger_x)",
        "SELECT 1 AS ｔ, 2 AS ſ",
    ],
)
def test_a_statement_with_hidden_semicolons_stays_whole(statement: str) -> None:
    assert texts(f"SELECT 0;\n{statement};\n-- tail;\nSELECT 99") == ["SELECT 0", statement, "SELECT 99"]
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a)")
    connection.execute(statement)  # raises where it is more than one statement
    connection.close()


def test_empty_statements_and_comments_alone_are_no_statements() -> None:
    assert split("") == ()
    assert split(" ;;\n; -- only this\n/* and ; this */ ;") == ()


def test_byte_order_marks_are_white_space_between_tokens() -> None:
    assert texts("\ufeffSELECT 1;\ufeff\nSELECT 2\ufeff;") == ["SELECT 1", "SELECT 2"]


def test_lines_and_comments_are_those_of_the_first_token() -> None:
    script = "-- CreateTable\nCREATE TABLE t (a); -- t\r\n-- RedefineTables\r\nSELECT 1"
    first, second = split(script)
    assert (first.line, second.line) == (2, 4)
    assert comments_before(script, first, None) == ("-- CreateTable",)
    assert comments_before(script, second, first) == ("-- RedefineTables\r",)


@pytest.mark.parametrize(
    ("script", "code", "line"),
    [
        ("SELECT 1;\nSELECT 'abc''\n", "PAR204", 2),
        ("SELECT [abc", "PAR204", 1),
        ("SELECT `abc", "PAR204", 1),
        ('SELECT\n\n"abc', "PAR204", 3),
        ("SELECT 1;\n/* SELECT 2;", "PAR205", 2),
        ("SELECT 1;\n\0SELECT 2", "PAR201", 2),
        ("CREATE TRIGGER tr AFTER INSERT ON t\nBEGIN SELECT 1; SELECT 2;", "PAR208", 2),
    ],
)
def test_what_cannot_be_cut_is_refused_with_its_line_and_a_way_out(script: str, code: str, line: int) -> None:
    with pytest.raises(ScriptRefused) as caught:
        split(script)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert caught.value.hint


def test_a_trigger_without_a_body_does_not_swallow_the_next_statement() -> None:
    assert texts("CREATE TRIGGER tr AFTER INSERT ON t; SELECT 1") == ["CREATE TRIGGER tr AFTER INSERT ON t", "SELECT 1"]


@pytest.mark.parametrize("head", ["CREATE", "EXPLAIN", "CREATE TEMP", "CREATE TRIGGER", "EXPLAIN CREATE TEMP TRIGGER"])
@pytest.mark.parametrize("tail", ["", ";", " ;", "; SELECT 1", " -- x"])
def test_a_statement_that_breaks_off_is_one_statement(head: str, tail: str) -> None:
    assert texts(head + tail) == [head, "SELECT 1"][: 1 + tail.count("SELECT")]


def doubled(sign: str, body: str) -> str:
    return sign + body.replace(sign, sign * 2) + sign


BODY = st.text(NASTY, max_size=10)
COMMENT = st.text(NASTY.replace("\n", ""), max_size=8).map(lambda text: f"--{text}\n") | st.text(
    ";'\"$ a/\n", max_size=8
).map(lambda text: f"/*{text}*/")
GAP = st.lists(st.sampled_from([" ", "\n", "\r\n", "\t"]) | COMMENT, max_size=3).map(lambda p: "".join([" ", *p, " "]))
NAME = (
    BODY.map(lambda body: doubled('"', "n" + body))
    | BODY.map(lambda body: doubled("`", "n" + body))
    | BODY.map(lambda body: "[n" + body.replace("]", "") + "]")
    | st.sampled_from(["begin", "end", "été", "b$c$"])
)
VALUE = BODY.map(lambda body: doubled("'", body)) | st.sampled_from(["1", "NULL", "x'3b'", "2.5"])
SELECT = st.tuples(VALUE, NAME).map(lambda pair: ["SELECT", pair[0], "AS", pair[1]])
CASE = VALUE.map(lambda value: ["SELECT", "CASE", "WHEN", value, "THEN", "1", "END"])
UPDATE = VALUE.map(lambda value: ["UPDATE", "t", "SET", "a", "=", value])
TRIGGER = st.tuples(st.lists(SELECT | CASE | UPDATE, min_size=1, max_size=3), st.sampled_from([[], ["TEMP"]])).map(
    lambda parts: (
        ["CREATE", *parts[1], "TRIGGER", "tr", "AFTER", "INSERT", "ON", "t", "BEGIN"]
        + [word for part in parts[0] for word in [*part, ";"]]
        + ["END"]
    )
)


@st.composite
def scripts(draw: st.DrawFn) -> tuple[str, list[str]]:
    gaps = itertools.cycle(draw(st.lists(GAP, min_size=1, max_size=5)))
    script, pieces = next(gaps), []
    for words in draw(st.lists(SELECT | CASE | UPDATE | TRIGGER, max_size=5)):
        text = words[0] + "".join(next(gaps) + word for word in words[1:])
        pieces.append(text)
        script += text + next(gaps) + ";" + next(gaps) + draw(st.sampled_from(["", ";", " ; ;"])) + next(gaps)
    return script, pieces


@settings(max_examples=300, deadline=None)
@given(scripts())
def test_generated_scripts_are_cut_as_they_were_put_together_and_sqlite_takes_each_piece(
    case: tuple[str, list[str]],
) -> None:
    script, pieces = case
    assert texts(script) == pieces
    connection = sqlite3.connect(":memory:")
    connection.execute("CREATE TABLE t (a)")
    for piece in pieces:
        connection.execute(piece)
        connection.execute("DROP TRIGGER IF EXISTS tr")
    connection.close()


SOUP = [*NASTY, " CREATE ", "TRIGGER", "/*", "*/", "--", "''", "1", "\x01", ";", "; ", "select 1", "\ufeff"]


@settings(max_examples=800, deadline=None)
@given(st.lists(st.sampled_from(SOUP), max_size=25).map("".join))
def test_pieces_and_gaps_give_any_text_back(script: str) -> None:
    try:
        statements = split(script)
    except ScriptRefused as refused:
        assert 1 <= refused.line <= script.count("\n") + 1
        return
    at, rebuilt = 0, ""
    for statement in statements:
        gap = script[at : statement.start]
        assert split(gap) == ()
        rebuilt += gap + script[statement.start : statement.end]
        assert statement.line == script.count("\n", 0, statement.start) + 1
        assert is_one_statement(statement.text)
        at = statement.end
    assert split(script[at:]) == ()
    assert rebuilt + script[at:] == script


def is_one_statement(text: str) -> bool:
    """SQLite finds one statement at most in the text: a syntax error or success, but no "one at a time"."""
    connection = sqlite3.connect(":memory:")
    try:
        connection.execute(text)
    except sqlite3.OperationalError:
        return True
    except (sqlite3.ProgrammingError, sqlite3.Warning) as error:
        return "one statement" not in str(error)
    finally:
        connection.close()
    return True


def test_a_script_is_walked_without_holding_its_statements() -> None:
    walk = iter_statements("SELECT 1;" * 1000)
    assert next(walk).text == "SELECT 1"
    assert sum(1 for _ in walk) == 999
