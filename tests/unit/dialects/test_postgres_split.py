"""PostgreSQL scripts are cut where the server's own parser would cut them."""

import itertools
import time
from collections.abc import Iterator

import pglast
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parity.dialects.postgres.split import comments_before, iter_statements, split
from parity.errors import ScriptRefused

NASTY = "ab;'\"$\\-/*()[]{}:=.,é\u00a0\u3000😀\n\r\t E"


def texts(script: str) -> list[str]:
    return [statement.text for statement in split(script)]


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT 'a;b', 'it''s;', E'\\';', e'\\\\', U&'d\\0061;', U&\"d;\", \"x;\"\"y\", B'1', X'1F', N'a;'",
        "SELECT E'a'\n'b\\';' , E'a' -- ;\n  'b\\';'",
        "SELECT $$a;$b$;$$, $x$ $$;$$ ; $y$ $x$, $été$;$été$ || $$;$$",
        ["SELECT a$b$c", " b$c$"][0],
        "SELECT 1 /* a; /* b; */ c; */ + /*/ ; */ 2 /**/ -- ;\n + 3",
        "SELECT 1 -- ends with a lone CR;\r+ 2",
        "SELECT 5 - -1, 6 / 2, 2*/* ; */3, 'a' ||-- ;\n'b'",
        "DO $do$ BEGIN IF true THEN EXECUTE $q$SELECT ';'$q$; END IF; END $do$",
        "CREATE FUNCTION f() RETURNS int LANGUAGE plpgsql AS $$ BEGIN RETURN 1; END; $$",
        "CREATE OR REPLACE FUNCTION f(a int) RETURNS int BEGIN ATOMIC SELECT 1; SELECT CASE WHEN a > 1 THEN 2 END; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS end; SELECT t.end FROM t; SELECT 1 end; END",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT begin atomic FROM t; END",
        "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC END",
        "CREATE FUNCTION f() RETURNS void BEGIN /* ; */ ATOMIC ; ; SELECT 1; /* ; */ end",
        "CREATE FUNCTION f() RETURNS void BEGIN ATOMIC CREATE FUNCTION g() RETURNS int BEGIN ATOMIC SELECT 1; END; END",
        "create /* x */ procedure p(begin int, atomic int) begin atomic insert into t values (1); delete from t; end",
        "CREATE RULE r AS ON INSERT TO t DO ALSO (INSERT INTO u VALUES (1); DELETE FROM u WHERE (a = ');'); )",
        "CREATE OR REPLACE RULE r AS ON INSERT TO t DO INSTEAD NOTHING",
        "CREATE TABLE begin (atomic int)",
        "COPY t FROM '/tmp/stdin.csv'",
        "COPY (SELECT 'FROM stdin' FROM stdin) TO '/tmp/x'",
        "SET standard_conforming_strings = on",
        "SELECT 1 AS ſelect, 2 AS \u00a0x",
    ],
)
def test_a_statement_with_hidden_semicolons_stays_whole(statement: str) -> None:
    script = f"SELECT 0;\n{statement};\n-- tail;\nSELECT 99"
    assert texts(script) == ["SELECT 0", statement, "SELECT 99"]
    assert [piece.start for piece in split(script)] == [piece.start for piece in pglast.split(script, only_slices=True)]


def test_empty_statements_and_comments_alone_are_no_statements() -> None:
    assert split("") == ()
    assert split(" ;;\n; -- only this\n/* and ; this */ ;") == ()
    assert texts(";; SELECT 1 ;; -- x\n;") == ["SELECT 1"]


@pytest.mark.parametrize("head", ["CREATE", "CREATE OR", "CREATE OR REPLACE", "CREATE OR REPLACE FUNCTION"])
@pytest.mark.parametrize("kind", ["", "FUNCTION", "PROCEDURE", "RULE", "INDEX"])
@pytest.mark.parametrize("tail", ["", ";", " ;", "; SELECT 1", " -- x"])
def test_a_statement_that_breaks_off_is_one_statement(head: str, kind: str, tail: str) -> None:
    text = f"{head} {kind}".strip()
    assert texts(text + tail) == [text, "SELECT 1"][: 1 + tail.count("SELECT")]


def test_trailing_comments_are_not_part_of_a_statement() -> None:
    assert texts("SELECT 1 -- one\n /* two /* nested */ */ ; SELECT 2 /* a */ + 1 -- end") == [
        "SELECT 1",
        "SELECT 2 /* a */ + 1",
    ]


def test_the_line_of_a_statement_is_the_line_of_its_first_token() -> None:
    script = "-- c\r\n\r\nSELECT\r\n1;\r\n/* two\nlines */ SELECT 2; SELECT\n3;\n\nSELECT 4"
    assert [(piece.text[-1], piece.line) for piece in split(script)] == [("1", 3), ("2", 6), ("3", 6), ("4", 9)]


def test_a_byte_order_mark_at_the_start_is_skipped() -> None:
    (statement,) = split("\ufeffSELECT 1")
    assert (statement.text, statement.start, statement.line) == ("SELECT 1", 1, 1)


def test_comments_directly_before_a_statement_can_be_had() -> None:
    script = "-- CreateTable\nSELECT 1; -- of the first\n/* W /* nested */ */\n-- AlterTable\nSELECT 2;SELECT 3"
    first, second, third = split(script)
    assert comments_before(script, first, None) == ("-- CreateTable",)
    assert comments_before(script, second, first) == ("/* W /* nested */ */", "-- AlterTable")
    assert comments_before(script, third, second) == ()


def test_comments_before_an_empty_statement_belong_to_nothing() -> None:
    script = "SELECT 1;\n-- lost\n;\n-- kept\nSELECT 2"
    first, second = split(script)
    assert comments_before(script, second, first) == ("-- kept",)


@pytest.mark.parametrize(
    ("script", "code", "line"),
    [
        ("SELECT 1;\n\\connect other\nSELECT 2", "PAR202", 2),
        ("SELECT 1 \\gexec", "PAR202", 1),
        ("\n\n  \\i file.sql", "PAR202", 3),
        ("SELECT 1;\nCOPY t (a, b) FROM stdin;\n1\t2\n\\.\n", "PAR203", 2),
        ("/* x */\n\ncopy t FROM /* ' */ STDIN WITH (FORMAT csv);\n'", "PAR203", 3),
        ("COPY t TO stdout", "PAR203", 1),
        ("SELECT 1;\nSELECT 'abc''\n", "PAR204", 2),
        ("SELECT E'abc\\'", "PAR204", 1),
        ("SELECT E'a'\n'b\\' ;", "PAR204", 1),
        ('SELECT 1;\n\nSELECT "abc', "PAR204", 3),
        ("SELECT $x$ $y$ $$", "PAR204", 1),
        ("SELECT 1;\nSELECT /* a /* b */ 2", "PAR205", 2),
        ("/*/", "PAR205", 1),
        ("SELECT 1;\n\0SELECT 2", "PAR201", 2),
        ("SELECT '\0'", "PAR201", 1),
        ("SET standard_conforming_strings = off", "PAR207", 1),
        ("SELECT 1;\nSET LOCAL standard_conforming_strings TO 'OFF'", "PAR207", 2),
        ("CREATE FUNCTION f() RETURNS int\nBEGIN ATOMIC SELECT 1; SELECT 2;", "PAR208", 2),
        ("CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2;", "PAR208", 1),
    ],
)
def test_what_cannot_be_cut_is_refused_with_its_line_and_a_way_out(script: str, code: str, line: int) -> None:
    with pytest.raises(ScriptRefused) as caught:
        split(script)
    assert (caught.value.code, caught.value.line) == (code, line)
    assert caught.value.message.startswith(f"line {line}: ")
    assert caught.value.hint
    assert caught.value.why


def test_statements_before_a_refused_place_come_one_by_one() -> None:
    walk = iter_statements("SELECT 1; \\q")
    assert next(walk).text == "SELECT 1"
    with pytest.raises(ScriptRefused):
        next(walk)


def doubled(sign: str, body: str) -> str:
    return sign + body.replace(sign, sign * 2) + sign


@st.composite
def dollar_quoted(draw: st.DrawFn) -> str:
    tag = draw(st.sampled_from(["", "a", "A1", "_x", "été"]))
    sign = f"${tag}$"
    body = draw(st.text(NASTY, max_size=12)).replace("\r", "")
    # The last character may join with the closing sign ("$a" + "$a$"), so a closing one is looked for in the whole.
    return sign + body + sign if (body + sign).find(sign) == len(body) else f"{sign};{sign}"


BODY = st.text(NASTY, max_size=12)
SPACE = st.sampled_from([" ", "\n", "\t", " \r\n", "\f"])
LINE_COMMENT = st.text(NASTY.replace("\n", "").replace("\r", ""), max_size=8).map(lambda text: f"--{text}\n")
FLAT_COMMENT = st.text(";'\"$ a\n", max_size=8).map(lambda text: f"/*{text}*/")
COMMENT = LINE_COMMENT | st.recursive(
    FLAT_COMMENT, lambda inner: st.lists(inner, max_size=3).map(lambda parts: f"/* ' {' ; '.join(parts)} */")
)
GAP = st.lists(SPACE | COMMENT, max_size=3).map(lambda parts: "".join([" ", *parts, " "]))
STRING = (
    BODY.map(lambda body: doubled("'", body))
    | BODY.map(lambda body: "E'" + body.replace("\\", "\\\\").replace("'", "\\'") + "'")
    | BODY.map(lambda body: "U&" + doubled("'", body.replace("\\", "\\\\")))
    | dollar_quoted()
)
NAME = BODY.map(lambda body: doubled('"', "n" + body)) | st.sampled_from(
    ["a", "b$c$", "été", "e", "E", "begin", "atomic"]
)
EXPRESSION = st.recursive(
    STRING | st.sampled_from(["1", "2.5", "1e5", "NULL", "a", "a.b", "- 1", "t.end"]),
    lambda inner: (
        st.tuples(inner, inner).map(lambda pair: ["(", pair[0], "||", pair[1], ")"])
        | inner.map(lambda one: ["CASE", "WHEN", one, "IS", "NULL", "THEN", one, "END"])
    ),
    max_leaves=4,
)


def flat(value: object) -> list[str]:
    return [value] if isinstance(value, str) else [word for part in value for word in flat(part)]  # type: ignore[attr-defined]


SELECT = st.tuples(EXPRESSION, NAME).map(lambda pair: flat(["SELECT", pair[0], "AS", pair[1]]))
INSERT = st.tuples(NAME, EXPRESSION).map(lambda pair: flat(["INSERT", "INTO", pair[0], "VALUES", "(", pair[1], ")"]))
DO = dollar_quoted().map(lambda body: ["DO", body])
PLAIN = SELECT | INSERT | DO
BODY_LIST = st.lists(SELECT | INSERT, max_size=3).map(lambda parts: flat([[part, ";"] for part in parts]))
ROUTINE = st.tuples(st.sampled_from([[], ["OR", "REPLACE"]]), NAME, BODY_LIST).map(
    lambda parts: flat(
        ["CREATE", parts[0], "FUNCTION", parts[1], "(", ")", "RETURNS", "int", "BEGIN", "ATOMIC", parts[2], "END"]
    )
)
QUOTED_ROUTINE = st.tuples(NAME, STRING).map(
    lambda parts: flat(["CREATE", "FUNCTION", parts[0], "(", ")", "RETURNS", "int", "LANGUAGE", "sql", "AS", parts[1]])
)
RULE = st.tuples(NAME, st.lists(SELECT | INSERT, min_size=1, max_size=3)).map(
    lambda parts: flat(
        ["CREATE", "RULE", parts[0], "AS", "ON", "INSERT", "TO", "t", "DO", "("]
        + [[part, ";"] for part in parts[1]]  # type: ignore[list-item]
        + [")"]
    )
)
STATEMENT = PLAIN | ROUTINE | QUOTED_ROUTINE | RULE


@st.composite
def scripts(draw: st.DrawFn) -> tuple[str, list[str]]:
    gaps = itertools.cycle(draw(st.lists(GAP, min_size=1, max_size=5)))
    script, pieces = next(gaps), []
    for words in draw(st.lists(STATEMENT, max_size=5)):
        text = words[0] + "".join(next(gaps) + word for word in words[1:])
        pieces.append(text)
        script += text + next(gaps) + ";" + next(gaps) + draw(st.sampled_from(["", ";", " ; ;"])) + next(gaps)
    return script, pieces


@settings(max_examples=300, deadline=None)
@given(scripts())
def test_generated_scripts_are_cut_as_they_were_put_together_and_as_the_real_parser_cuts(
    case: tuple[str, list[str]],
) -> None:
    script, pieces = case
    ours = split(script)
    assert [statement.text for statement in ours] == pieces
    assert [statement.start for statement in ours] == [piece.start for piece in pglast.split(script, only_slices=True)]


SOUP = [
    *NASTY,
    " CREATE ",
    "FUNCTION",
    "$a$",
    "$$",
    "$",
    "/*",
    "*/",
    "--",
    "''",
    "E'",
    "U&'",
    "1",
    "_",
    "\x01",
    ";",
    "; ",
    "\\'",
    "x",
]


@settings(max_examples=1500, deadline=None)
@given(st.lists(st.sampled_from(SOUP), max_size=25).map("".join))
def test_any_soup_of_signs_is_cut_or_refused_as_the_real_lexer_reads_it(script: str) -> None:
    try:
        tokens = [token for token in pglast.parser.scan(script) if not token.name.endswith("_COMMENT")]
    except pglast.Error:
        tokens = None
    try:
        ours = split(script)
    except ScriptRefused as refused:
        names = {token.name for token in tokens or ()}
        assert tokens is None or (refused.code == "PAR202" and "ASCII_92" in names)
        return
    check_pieces_and_gaps(script, ours)
    if tokens is not None:
        assert [(statement.start, statement.end) for statement in ours] == list(pieces_of(tokens))


def pieces_of(tokens: list) -> Iterator[tuple[int, int]]:
    start = end = None
    for token in tokens:
        if token.name == "ASCII_59":
            if start is not None:
                yield start, end
            start = None
        else:
            start = token.start if start is None else start
            end = token.end + 1
    if start is not None:
        yield start, end


def check_pieces_and_gaps(script: str, statements: tuple) -> None:
    at, rebuilt = 0, ""
    for statement in statements:
        gap = script[at : statement.start]
        assert split(gap) == ()
        rebuilt += gap + statement.text
        assert statement.text == script[statement.start : statement.end]
        assert statement.text == statement.text.strip(" \n\t\r\f\v")
        assert statement.line == script.count("\n", 0, statement.start) + 1
        at = statement.end
    assert split(script[at:]) == ()
    assert rebuilt + script[at:] == script


@given(st.text(max_size=200))
def test_pieces_and_gaps_give_any_text_back(script: str) -> None:
    try:
        statements = split(script)
    except ScriptRefused as refused:
        assert 1 <= refused.line <= script.count("\n") + 1
        return
    check_pieces_and_gaps(script, statements)


@pytest.mark.parametrize(
    "unit",
    [
        "SELECT 1;",
        "/* a */ ",
        "/* /* a */ */ ",
        "/*",
        "'a' ",
        "E'\\''\n",
        "$a$ $b$ $a$ ",
        "$a",
        "(",
        "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1; END;",
        "CREATE ",
        "- ",
        "''",
        ";",
        "\n",
    ],
)
def test_time_grows_with_the_length_of_the_script_and_not_faster(unit: str) -> None:
    def seconds(size: int) -> float:
        script = unit * (size // len(unit))
        best = float("inf")
        for _ in range(3):
            start = time.process_time()
            try:
                for _ in iter_statements(script):
                    pass
            except ScriptRefused:
                pass
            best = min(best, time.process_time() - start)
        return best

    small, large = seconds(40_000), seconds(640_000)
    assert large < 16 * 4 * small + 0.2
