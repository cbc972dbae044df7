"""The drawing of a schema: each table a box that no other touches, each foreign key a line, whatever is to be drawn."""

from __future__ import annotations

import random
import time
from itertools import combinations
from xml.etree.ElementTree import Element

import pytest

from parity.cli.reports.drawing import drawing
from parity.cli.reports.layout import Box, Placed, place
from parity.dialects.registry import dialect_for_provider
from parity.lower import lower
from parity.psl import parse
from parity.psl.sources import SourceFile
from parity.schema.model import Schema
from parity.schema.types import ObjectName
from parity.workflow.check_report import Manner, Picture

LINKS = {
    "nothing": lambda number, count, chance: [],
    "a chain": lambda number, count, chance: [number - 1] if number else [],
    "a ring": lambda number, count, chance: [(number + 1) % count],
    "a star": lambda number, count, chance: [0],
    "a thicket": lambda number, count, chance: [chance.randrange(count) for _ in range(3)],
}


def touch(one: Placed, other: Placed) -> bool:
    apart_across = one.x + one.width < other.x or other.x + other.width < one.x
    apart_down = one.y + one.height < other.y or other.y + other.height < one.y
    return not (apart_across or apart_down)


@pytest.mark.parametrize("links", LINKS)
@pytest.mark.parametrize("count", [1, 2, 50, 300])
def test_no_two_boxes_touch(count: int, links: str) -> None:
    chance = random.Random(count)
    boxes = {number: Box(chance.randrange(80, 400), chance.randrange(40, 800)) for number in range(count)}
    linked = [(number, target) for number in boxes for target in LINKS[links](number, count, chance)]
    began = time.perf_counter()
    places = place(boxes, linked)
    assert time.perf_counter() - began < 1
    assert list(places) != [] and sorted(places) == list(boxes)
    assert {number: (at.width, at.height) for number, at in places.items()} == {
        number: (box.width, box.height) for number, box in boxes.items()
    }
    assert [pair for pair in combinations(places.values(), 2) if touch(*pair)] == []
    width = max(at.x + at.width for at in places.values())
    height = max(at.y + at.height for at in places.values())
    assert count < 50 or 0.2 < width / height < 5


def test_what_is_referred_to_stands_left_of_what_refers_to_it() -> None:
    places = place({number: Box(100, 100) for number in range(3)}, [(0, 1), (1, 2)])
    assert [number for number, _ in sorted(places.items(), key=lambda item: item[1].x)] == [2, 1, 0]


MODELS = """
model User {
  id    Int     @id
  email String?
  posts Post[]

  @@map("<script>alert(1)</script>")
}

model Post {
  id       Int    @id
  title    String @map("ti\\"tle&<b>")
  authorId Int
  author   User   @relation(fields: [authorId], references: [id])
}
"""


def schema(models: str) -> Schema:
    datasource = 'datasource db {\n  provider = "sqlite"\n  url = "file:x"\n}\n'
    datamodel, diagnostics = parse([SourceFile("schema.prisma", datasource + models)])
    assert diagnostics == ()
    return lower(datamodel, dialect_for_provider("sqlite"))


def texts(svg: Element, kind: str) -> list[str | None]:
    return [element.text for element in svg.iter("text") if element.get("class") == kind]


def test_a_table_is_a_box_with_its_columns_and_types_and_a_sign_where_it_differs() -> None:
    marks = {ObjectName("Post"): Manner.CHANGED}
    svg = drawing(Picture(schema(MODELS)), marks, dialect_for_provider("sqlite"))
    assert texts(svg, "name") == ["<script>alert(1)</script>", "Post"]
    assert texts(svg, "column") == ["id", "email", "id", 'ti"tle&<b>', "authorId"]
    assert texts(svg, "type") == ["INTEGER", "TEXT?", "INTEGER", "TEXT", "INTEGER"]
    assert texts(svg, "tag") == ["PK", "PK", "FK"]
    assert texts(svg, "sign") == ["≠ changed"]
    assert [group.get("class") for group in svg.iter("g")] == ["key", "table", "table changed"]
    assert svg.get("aria-label") == "2 tables and 1 foreign keys"


def test_a_table_that_no_migration_makes_is_drawn_as_well() -> None:
    extra = schema("model Quick {\n  id Int @id\n}\n").tables
    svg = drawing(Picture(schema(""), extra), {ObjectName("Quick"): Manner.EXTRA}, dialect_for_provider("sqlite"))
    assert (texts(svg, "name"), texts(svg, "sign")) == (["Quick"], ["+ of no migration"])


def test_a_table_of_very_many_columns_is_cut_and_says_so() -> None:
    columns = "".join(f"  c{number} Int\n" for number in range(100))
    svg = drawing(Picture(schema(f"model Wide {{\n  id Int @id\n{columns}}}\n")), {}, dialect_for_provider("sqlite"))
    assert texts(svg, "column")[-2:] == ["c37", "… 62 more columns"]


def test_an_empty_schema_is_drawn_too() -> None:
    assert list(drawing(Picture(Schema()), {}, dialect_for_provider("sqlite"))) == []
