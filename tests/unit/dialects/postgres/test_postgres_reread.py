"""What a server prints of a condition, in the words in which it prints it once it has read them itself."""

from __future__ import annotations

import pytest

from parity.dialects.postgres.reread import as_reread


@pytest.mark.parametrize(
    ("printed", "reread"),
    [
        (
            "CHECK (((v)::text = ANY ((ARRAY['a'::character varying, 'b'::character varying])::text[])))",
            "CHECK (((v)::text = ANY (ARRAY[('a'::character varying)::text, ('b'::character varying)::text])))",
        ),
        (
            "(n = ANY ((ARRAY[(1)::bigint, f(2, 3)])::numeric[]))",
            "(n = ANY (ARRAY[((1)::bigint)::numeric, (f(2, 3))::numeric]))",
        ),
        (
            "x = ANY (ARRAY['a'::character varying, v, -1, lower(v), a.\"B\"]::text[])",
            "x = ANY (ARRAY['a'::character varying::text, v::text, (-1)::text, (lower(v))::text, a.\"B\"::text])",
        ),
        (
            "((ARRAY[ARRAY[1, 2], ARRAY[3, 4]])::numeric[])",
            "(ARRAY[ARRAY[(1)::numeric, (2)::numeric], ARRAY[(3)::numeric, (4)::numeric]])",
        ),
        ("((ARRAY['a'])::my.\"T\"[])::text[]", "ARRAY[(('a')::my.\"T\")::text]"),
        ("(ARRAY[1])::timestamp(3) without time zone[]", "ARRAY[(1)::timestamp(3) without time zone]"),
        ("(((a >= 1) AND (a <= 2)) AND (b > 3))", "((a >= 1) AND (a <= 2) AND (b > 3))"),
        ("((((a > 1) OR (a > 2)) OR (a > 3)) OR b)", "((a > 1) OR (a > 2) OR (a > 3) OR b)"),
        ("(NOT (((a = 1) AND (b = ')')) AND c))", "(NOT ((a = 1) AND (b = ')') AND c))"),
    ],
)
def test_what_settles_only_when_it_is_read_again(printed: str, reread: str) -> None:
    assert as_reread(printed) == reread
    assert as_reread(reread) == reread


@pytest.mark.parametrize(
    "text",
    [
        "",
        "CHECK ((a > 1))",
        "((a > 1) AND ((b > 1) AND (c > 1)))",
        "(((a > 1) OR (b > 1)) AND c)",
        "(((a > 1) AND b) IS TRUE)",
        "(((a > 1) AND b) = ((c > 1) AND d))",
        "(((a > 1)) AND b)",
        "(x ~ '((a AND b) AND c)'::text)",
        "((x = 'AND'::text) AND ((y = \"OR\") OR z))",
        "(ARRAY[]::integer[])::numeric[]",
        "(va)::text[]",
        "array_agg(ARRAY[1])::text[]",
        "(f(ARRAY[1]))::text[]",
        "f(ARRAY[1])::text[]",
        "(ARRAY[1, 2])[1]",
        "ARRAY(SELECT 1)::text[]",
        "'(ARRAY[1])::text[]'::text",
        "AS $function$ SELECT (ARRAY[1])::text[], ((a AND b) AND c) $function$",
        "(ARRAY[1",
        "((a) AND",
        ")) AND ((",
    ],
)
def test_what_is_settled_stays(text: str) -> None:
    assert as_reread(text) == text
