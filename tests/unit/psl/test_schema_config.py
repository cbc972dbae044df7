"""The datasource and the generators, read without the rest of the schema."""

from random import Random

import pytest

from parity.psl import ast, parse, parse_config
from parity.psl.configuration import KEYWORDS
from parity.psl.parser import parse_file

DATASOURCE = """
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
  schemas  = ["public", "audit"]
}

generator client {
  provider        = "prisma-client-py"
  previewFeatures = ["views"]
}
"""
MODELS = """
model Invoice {
  id    Int    @id
  owner Nobody
}
"""


def test_models_are_passed_over_with_their_mistakes():
    datamodel, diagnostics = parse_config(DATASOURCE + MODELS)
    whole, mistakes = parse(DATASOURCE + MODELS)
    assert diagnostics == ()
    assert datamodel.models == ()
    assert datamodel.datasource == whole.datasource
    assert datamodel.generators == whole.generators
    assert [mistake.code for mistake in mistakes] != []


def test_mistakes_in_the_datasource_are_found():
    written = DATASOURCE.replace('"postgresql"', '"postgre"') + MODELS
    assert parse_config(written).diagnostics == parse(written).diagnostics


def test_what_hides_the_datasource_is_reported():
    _, diagnostics = parse_config("model A {\n  id Int @id\n" + DATASOURCE)
    assert diagnostics == parse("model A {\n  id Int @id\n" + DATASOURCE).diagnostics
    assert diagnostics != ()


PIECES = (
    *("model A {", "model B {\r\n", "enum E {\n", "view V {\n", "type T {\n", "foo {\n", "type T = Int", "enum F { }"),
    *("datasource db {\n", "generator g {\n", '  provider = "postgresql"', '  a = ["b",\n "c"]', "}", "  }", "\t}\r"),
    *("\n", "\r", "\r\n", " ", "\u2003", "\u2028", "\v", '"', "\\", "{", "[", "model", "generator h {\n}\n"),
    *(
        "// c }",
        "/// d",
        "/*",
        "*/",
        "/* } */",
        "name String @db.Text // /* x",
        "@@index([a, b])",
        "@@x(",
        '@@map("x") }',
    ),
    *(
        "id Int @id",
        "  A",
        'x String @default("a\\\n}")',
        'x String @default("a\\"}")',
        "@default(f(",
        'Unsupported("}")',
    ),
)


@pytest.mark.parametrize("seed", range(40))
def test_blocks_that_are_passed_over_hide_nothing_and_show_nothing(seed):
    random = Random(seed)
    for _ in range(50):
        text = "".join(
            random.choice(PIECES) + random.choice(("", " ", "\n", "\n")) for _ in range(random.randint(1, 25))
        )
        whole = parse_file(text).items
        wanted = tuple(item for item in whole if isinstance(item, ast.Block) and item.keyword in KEYWORDS)
        assert parse_file(text, only=KEYWORDS).items == wanted, text
