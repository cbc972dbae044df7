"""Any text gives findings: never a traceback, a hang, or time that grows faster than the text."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from parity.psl import parse
from parity.psl.format import format_text

LINES = (
    "model A {", "enum B {", "type C {", "view D {", "datasource db {", "generator g {", "}", "  id Int @id", "  b B?",
    "  a A[] @relation(fields: [id], references: [id])", "  x Strng[]?", '  X @map("y")', '  provider = "postgresql"',
    '  provider = "mysql"', '  relationMode = "prisma"', '  schemas = ["a"]', "  url = env(1)", "  @@id([id, x])",
    '  @@index([id(sort: Desc, ops: raw("x"))], type: Gin)', "  @@unique([a.b])", '  @@map("")', "/// doc", "// c",
    "  d DateTime @default(now()) @updatedAt @db.Timestamp(9)", '  j Json @default("{")', "  c C @default({a: [1]})",
    '  n Decimal @default("1e") @db.Decimal(1)', '  u Unsupported("Text(")', '  previewFeatures = ["views", 1]',
)  # fmt: skip
SIGNS = (*'{}"\\()[]@:,=\x00\ufeff\ud800\r\t\u2028é\n', "/* ", "*/", "@@", "\r\n", "-1", "1.5.6", "}")
FRAGMENTS = (*(f"{line}\n" for line in LINES), *SIGNS)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from(FRAGMENTS), max_size=40).map("".join))
def test_any_arrangement_of_fragments_can_be_parsed_and_formatted(text: str) -> None:
    for finding in parse(text).diagnostics:
        assert 0 <= finding.span.start <= finding.span.end <= len(text)
    assert format_text(text).endswith("\n")


@settings(max_examples=100, deadline=None)
@given(st.text(st.characters(exclude_categories=()), max_size=200))
def test_any_text_can_be_parsed_and_formatted(text: str) -> None:
    parse(text)
    format_text(text)


def _many(line: str) -> Callable[[int], str]:
    return lambda count: "model A {\n  id Int @id\n" + "".join(line.format(i) for i in range(count)) + "}\n"


GROWING: dict[str, tuple[int, Callable[[int], str]]] = {
    "fields": (500, _many("  f{0} String?\n")),
    "unknown types": (500, _many("  f{0} Strng{0}\n")),
    "columns mapped alike": (500, _many('  f{0} Int @map("x")\n')),
    "indexes with client names": (300, _many('  @@unique([id], name: "n{0}", map: "m{0}")\n')),
    "attributes on one field": (500, lambda n: "model A {\n  id Int " + "@a(1) " * n + "\n}\n"),
    "arguments of one attribute": (500, lambda n: "model A {\n  id Int @a(" + "x: 1, " * n + ")\n}\n"),
    "brackets": (500, lambda n: "model A {\n  id Int @a(" + "[" * n + "\n}\n"),
    "blocks that nothing closes": (2000, lambda n: "model A {\n" * n),
    "comments that nothing closes": (2000, lambda n: "/*\n" * n),
    "quotes": (500, lambda n: 'model A {\n  x String @default("' + 'a"' * n + "\n}\n"),
    "unknown blocks": (500, lambda n: "foo { }\n" * n),
    "relations between two models": (
        150,
        lambda n: (
            "model A {\n  id Int @id\n"
            + "".join(f'  b{i} B @relation("{i}", fields: [id], references: [id])\n' for i in range(n))
            + "}\nmodel B {\n  id Int @id\n"
            + "".join(f'  a{i} A? @relation("{i}")\n' for i in range(n))
            + "}\n"
        ),
    ),
    "relations without an opposite": (
        150,
        lambda n: (
            "model A {\n  id Int @id\n"
            + "".join(f'  b{i} B @relation("{i}", fields: [id], references: [id])\n' for i in range(n))
            + "}\nmodel B {\n  id Int @id\n}\n"
        ),
    ),
    "schemas": (
        2000,
        lambda n: (
            'datasource d {\n  provider = "postgresql"\n  schemas = ['
            + ", ".join(f'"s{i}"' for i in range(n))
            + "]\n}\n"
        ),
    ),
    "a chain of emulated relations": (
        150,
        lambda n: (
            'datasource d {\n  provider = "mysql"\n  relationMode = "prisma"\n}\n'
            + "".join(
                f'model A{i} {{\n  id Int @id\n  n A{i + 1} @relation("{i}", fields: [id], references: [id])\n'
                + (f'  p A{i - 1}[] @relation("{i - 1}")\n' if i else "")
                + "}\n"
                for i in range(n)
            )
            + f'model A{n} {{\n  id Int @id\n  p A{n - 1}[] @relation("{n - 1}")\n}}\n'
        ),
    ),
}


def _seconds(text: str) -> float:
    gc.collect()
    best = float("inf")
    for _ in range(2):
        start = time.process_time()
        parse(text)
        format_text(text)
        best = min(best, time.process_time() - start)
    return best


@pytest.mark.parametrize("name", GROWING)
def test_time_grows_with_the_text_and_no_faster(name: str) -> None:
    count, make = GROWING[name]
    small, large = _seconds(make(count)), _seconds(make(count * 8))
    # Eight times the text: 64 times the time would be quadratic. What is below a few milliseconds says nothing.
    assert large < max(small, 0.002) * 24, f"{small:.4f} s became {large:.4f} s"


def test_a_file_that_is_no_schema_is_reported_in_a_thousand_lines_at_most() -> None:
    assert len(parse("lorem ipsum\n" * 5000).diagnostics) == 1001


@pytest.mark.parametrize(
    "text",
    ['model A {\n  id String @default("abc', "model A {\n  id Int @id", "model A {", 'x "', "model A {\n id Int @id @"],
)
def test_a_file_that_ends_in_the_middle_has_findings(text: str) -> None:
    assert parse(text).diagnostics


def _a_hundred_thousand_fields() -> str:
    return "model A {\n  id Int @id\n" + "".join(f"  f{n} String?\n" for n in range(100_000)) + "}\n"


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        pytest.param('model A {\n  id Int @id\n  x String @default("' + "y" * 10_000_000 + '")\n}\n', True, id="10 MB"),
        pytest.param(_a_hundred_thousand_fields(), True, id="100,000 fields"),
        pytest.param(
            "model A {\n  id Int @id @a(" + "[" * 10_000 + "]" * 10_000 + ")\n}\n", False, id="10,000 brackets"
        ),
        pytest.param("\ufeffmodel A {\r\n\tid Int @id\r\n}\r\n", False, id="a mark inside of the text"),
        pytest.param("model A {\n  id Int @id // \ud800\x00\t\n}\n", True, id="half a surrogate, NUL, tab"),
    ],
)
def test_what_is_huge_or_odd_is_read_to_its_end(text: str, is_right: bool) -> None:
    assert (not parse(text).diagnostics) is is_right
