"""Pairs of schemas whose way from one to the other was wrong before, in their smallest form: each must go right now."""

from __future__ import annotations

from random import Random

import pytest

from handmade import HandMade
from pairs import Pair, go
from parity.dialects.registry import dialect_for_provider
from parity.schema.types import ObjectName
from sessions import two_sessions

A = ObjectName("A")
GENERATED = HandMade(
    "generated column",
    "hand_made",
    (
        'ALTER TABLE "A" DROP COLUMN "hand_made"',
        'ALTER TABLE "A" ADD COLUMN "hand_made" INTEGER '
        'GENERATED ALWAYS AS (CASE WHEN "hand_source" IS NULL THEN 0 ELSE 1 END) STORED',
    ),
    A,
    frozenset(("hand_source", "hand_made")),
)
VIRTUAL = HandMade(
    "generated column",
    "hand_made",
    tuple(statement.replace("STORED", "VIRTUAL") for statement in GENERATED.statements),
    A,
    GENERATED.columns,
)
VIEW_ON_IT = HandMade("view", "made", ('CREATE VIEW made AS SELECT hand_made FROM "A"',), A, frozenset(("hand_made",)))
TRIGGER = HandMade(
    "trigger", "t", ('CREATE TRIGGER t AFTER UPDATE OF x ON "A" BEGIN SELECT new.x; END',), A, frozenset(("x",))
)
PARTIAL = HandMade("index", "p", ('CREATE INDEX p ON "A" (id) WHERE x IS NOT NULL',), A, frozenset(("id", "x")))
LOOKALIKE = HandMade(
    "check", "c", ("ALTER TABLE \"A\" ADD CONSTRAINT c CHECK (xx <> 'x' OR 1 = 1)",), A, frozenset(("xx",))
)

ID = "  id Int @id @default(autoincrement())\n"
SOURCE_AND_MADE = f"model A {{\n{ID}  hand_source Int @default(1)\n  hand_made Int?\n}}\n"
WITH_X = f"model A {{\n{ID}  x Int?\n}}\n"
WITH_ENUM = (
    'generator g {\n  provider = "prisma-client"\n  previewFeatures = ["partialIndexes"]\n}\n'
    f'enum K {{\n  a\n  b\n}}\nmodel A {{\n{ID}  k K\n  @@unique([id], where: {{ k: "a" }})\n}}\n'
)
MOODS = f"enum K {{\n  a\n  b\n}}\nmodel A {{\n{ID}  k K @default(a)\n}}\n"
NAMED = f"model A {{\n{ID}  name String\n  x Int @default(1)\n}}\n"
_ON_NAME = "(name <> 'z' OR 1 = 1)"
CONDITIONS = (
    HandMade("check", "c", (f'ALTER TABLE "A" ADD CONSTRAINT c CHECK {_ON_NAME}',), A, frozenset(("name",))),
    HandMade("index", "p", (f'CREATE INDEX p ON "A" (x) WHERE {_ON_NAME}',), A, frozenset(("name", "x"))),
    HandMade("index", "l", ('CREATE INDEX l ON "A" (lower(name))',), A, frozenset(("name",))),
    HandMade("view", "v", (f'CREATE VIEW v AS SELECT id FROM "A" WHERE {_ON_NAME}',), A, frozenset(("id", "name"))),
)
PARENT = f"model P {{\n{ID}  children C[]\n%s}}\n"
CHILD = f"model C {{\n{ID}  p P @relation(fields: [pId], references: [id])\n  pId Int\n}}\n"


def changed(text: str, old: str, new: str) -> str:
    assert old in text
    return text.replace(old, new)


CASES = {
    "a condition names a value of an enum that is there": (
        "postgresql",
        changed(WITH_ENUM, "k K", "k K @default(a)"),
        WITH_ENUM,
        (),
    ),
    "values of an enum become lists, which stops on any value": (
        "postgresql",
        changed(MOODS, "k K @default(a)", "k K @default(a)\n  l K?"),
        changed(MOODS, "k K @default(a)", "k K[] @default([b])\n  l K[]"),
        (),
    ),
    "a text with conditions on it gets a length": (
        "postgresql",
        NAMED,
        changed(NAMED, "name String", "name String @db.VarChar(200)"),
        CONDITIONS,
    ),
    "a generated column becomes an oid": (
        "postgresql",
        SOURCE_AND_MADE,
        changed(SOURCE_AND_MADE, "hand_made Int?", "hand_made Int? @db.Oid"),
        (GENERATED, VIEW_ON_IT),
    ),
    "what a generated column reads is dropped": (
        "postgresql",
        SOURCE_AND_MADE,
        changed(SOURCE_AND_MADE, "  hand_source Int @default(1)\n", ""),
        (GENERATED, VIEW_ON_IT),
    ),
    "what a generated column reads is cast": (
        "postgresql",
        SOURCE_AND_MADE,
        changed(SOURCE_AND_MADE, "hand_source Int", "hand_source BigInt"),
        (GENERATED, VIEW_ON_IT),
    ),
    "what a generated column reads is dropped and added again": (
        "postgresql",
        SOURCE_AND_MADE,
        changed(SOURCE_AND_MADE, "hand_source Int @default(1)", "hand_source Boolean @default(true)"),
        (GENERATED,),
    ),
    "a generated column gets a type without a cast": (
        "postgresql",
        SOURCE_AND_MADE,
        changed(SOURCE_AND_MADE, "hand_made Int?", "hand_made DateTime?"),
        (GENERATED,),
    ),
    "a generated column gets a default": (
        "postgresql",
        SOURCE_AND_MADE,
        changed(SOURCE_AND_MADE, "hand_made Int?", "hand_made Int? @default(5)"),
        (GENERATED,),
    ),
    "a generated column is in a table that is rebuilt": (
        "sqlite",
        SOURCE_AND_MADE,
        changed(SOURCE_AND_MADE, "hand_source Int @default(1)", "hand_source BigInt @default(2)"),
        (VIRTUAL, VIEW_ON_IT),
    ),
    "a trigger reads a column that a rebuild retypes": (
        "sqlite",
        WITH_X,
        changed(WITH_X, "x Int?", "x Boolean?"),
        (TRIGGER,),
    ),
    "a new index has the columns of a partial one": (
        "sqlite",
        WITH_X,
        changed(WITH_X, "}\n", "  @@index([id])\n}\n"),
        (PARTIAL,),
    ),
    "a new index has the columns of a partial one on a server": (
        "postgresql",
        WITH_X,
        changed(WITH_X, "}\n", "  @@index([id])\n}\n"),
        (PARTIAL,),
    ),
    "a check names a column like one that is made anew": (
        "postgresql",
        changed(WITH_X, "x Int?\n", "x String?\n  xx String?\n"),
        changed(WITH_X, "x Int?\n", "x Int?\n  xx String?\n"),
        (LOOKALIKE,),
    ),
    "rows refer to a table that is replaced": (
        "sqlite",
        PARENT % "" + CHILD,
        PARENT % '  @@map("parents")\n' + CHILD,
        (),
    ),
    "rows refer to a table that is replaced on a server": (
        "postgresql",
        PARENT % "" + CHILD,
        PARENT % '  @@map("parents")\n' + CHILD,
        (),
    ),
    "a rebuilt table gets a unique column": (
        "sqlite",
        changed(SOURCE_AND_MADE, "Int?", "Int @default(1)"),
        changed(changed(SOURCE_AND_MADE, "Int?", "Int @default(2) @unique"), "hand_source Int", "hand_source BigInt"),
        (),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_a_pair_that_once_went_wrong_goes_right(name: str, request: pytest.FixtureRequest) -> None:
    provider, old, new, by_hand = CASES[name]
    dialect = dialect_for_provider(provider)
    new_database = request.getfixturevalue("new_postgres_database") if provider == "postgresql" else None
    urls = None if new_database is None else (new_database(), new_database())
    head = f'datasource db {{\n  provider = "{provider}"\n}}\n'
    for seed in range(2):
        with two_sessions(dialect, urls) as (main, scratch):
            outcome = go(Pair(head + old, head + new), main, scratch, dialect, Random(seed), by_hand)
        assert outcome.problems == (), outcome.script
