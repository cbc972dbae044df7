"""Text to syntax tree: nothing is lost, and nothing raises."""

from __future__ import annotations

import pytest

from parity.psl import ast
from parity.psl.expressions import MAX_DEPTH
from parity.psl.parser import parse_file

SCHEMA = """\
// shop
datasource db {
  provider = "sqlite" // local
}

/// A customer.
model Customer { // ignored
  id   Int    @id @default(autoincrement())

  /* free
     text */
  name String @map("n") /// shown
  ??

  @@index([name(sort: Desc), id], map: "by_name")
}
stray
enum Colour {
  RED @map("r")
}
"""


def _items(tree: ast.File) -> list[ast.TopItem | ast.BlockItem]:
    found: list[ast.TopItem | ast.BlockItem] = []
    for item in tree.items:
        found.append(item)
        if isinstance(item, ast.Block):
            found.extend(item.items)
    return found


def test_between_the_items_of_a_file_stands_nothing_but_space() -> None:
    tree = parse_file(SCHEMA)
    end = 0
    for item in tree.items:
        assert SCHEMA[end : item.start].strip() == ""
        end = item.end
    assert SCHEMA[end:].strip() == ""


def test_between_the_items_of_a_block_stands_nothing_but_space() -> None:
    for block in parse_file(SCHEMA).items:
        if isinstance(block, ast.Block):
            end = block.body
            for item in block.items:
                assert SCHEMA[end : item.start].strip() == ""
                end = item.end
            assert SCHEMA[end : block.end].strip() == "}"


def test_a_field_can_be_rewritten_and_the_rest_stays() -> None:
    tree = parse_file(SCHEMA)
    (field,) = [i for i in _items(tree) if isinstance(i, ast.FieldNode) and i.name.text == "name"]
    changed = SCHEMA[: field.start] + 'name String? @map("n") /// shown' + SCHEMA[field.end :]
    assert changed == SCHEMA.replace('name String @map("n")', 'name String? @map("n")')


def test_bad_lines_are_items_and_the_lines_after_them_are_read() -> None:
    tree = parse_file(SCHEMA)
    bad = [SCHEMA[i.start : i.end].strip() for i in _items(tree) if isinstance(i, ast.BadLine)]
    assert bad == ["??", "stray"]
    assert [b.name.text for b in tree.items if isinstance(b, ast.Block)] == ["db", "Customer", "Colour"]


def test_attributes_keep_their_arguments() -> None:
    (block,) = [b for b in parse_file(SCHEMA).items if isinstance(b, ast.Block) and b.keyword == "model"]
    (index,) = [i.attribute for i in block.items if isinstance(i, ast.BlockAttributeNode)]
    assert index.arguments is not None
    fields, name = index.arguments.items
    assert isinstance(fields.value, ast.Array)
    assert isinstance(fields.value.items[0], ast.Call)
    assert name.name is not None and name.name.text == "map"
    assert isinstance(name.value, ast.StringLiteral) and name.value.value == "by_name"


@pytest.mark.parametrize("bracket", ["[]", "()", "{}"])
def test_brackets_nested_beyond_reason_are_a_bad_line(bracket: str) -> None:
    opening = {"[": "[", "(": "a(", "{": "{a:"}[bracket[0]]
    line = f"  a = {opening * (MAX_DEPTH + 1)}1{bracket[1] * (MAX_DEPTH + 1)}\n"
    tree = parse_file(f"generator g {{\n{line}}}\n")
    (bad,) = [i for i in _items(tree) if isinstance(i, ast.BadLine)]
    assert bad.too_deep


def test_brackets_nested_within_reason_are_read() -> None:
    depth = MAX_DEPTH - 1
    tree = parse_file(f"generator g {{\n  a = {'[' * depth}1{']' * depth}\n}}\n")
    assert not [i for i in _items(tree) if isinstance(i, ast.BadLine)]


@pytest.mark.parametrize(
    "arguments",
    [
        "(,)",
        "(a,)",
        "(a, b)",
        "(a: 1, b: [])",
        "(a:)",
        '("x")',
        "(f())",
        "(f(a: [1, g(2)]))",
        "(-1.5)",
        "({ a: { b: 1 } })",
    ],
)
def test_argument_lists_that_may_be_written(arguments: str) -> None:
    assert not [i for i in _items(parse_file(f"model A {{\n  x Int @a{arguments}\n}}\n")) if isinstance(i, ast.BadLine)]


@pytest.mark.parametrize(
    "arguments",
    [
        "(",
        "(a",
        "(a b)",
        "(,a)",
        "(a,,b)",
        "(])",
        "([a,])",
        "([,])",
        "(1a)",
        "(1.2.3)",
        "('a')",
        "({a})",
        "({a:1,})",
        '("a)',
        "(a:b:c)",
    ],
)
def test_argument_lists_that_may_not_be_written(arguments: str) -> None:
    assert [i for i in _items(parse_file(f"model A {{\n  x Int @a{arguments}\n}}\n")) if isinstance(i, ast.BadLine)]


@pytest.mark.parametrize(
    "text", ["", "\n", "model", "model A", "model A {", "model A {\n", "}", "/*", '"', "@@", "\x00", "\ufeff", "\ud800"]
)
def test_any_text_has_a_tree(text: str) -> None:
    tree = parse_file(text)
    assert tree.text == text
