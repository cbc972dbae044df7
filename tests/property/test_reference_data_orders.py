"""From any rows to any others, whatever keys and references a schema has: SQLite takes each statement in its order."""

from __future__ import annotations

import json
import sqlite3
from random import Random

from hypothesis import assume, given
from hypothesis import strategies as st

from parity.data.compare import Difference, matched, query, rows_of
from parity.data.ordering import Circle
from parity.data.reading import read_table
from parity.data.references import stranded
from parity.data.rules import constrained
from parity.data.shape import Shape
from parity.data.statements import statements_of
from parity.data.tables import DataTable
from parity.diagnostics import Sink, SourceFile
from parity.dialects.sqlite.facts import DIALECT
from parity.diff.compare import diff
from parity.lower import lower
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.psl import parse
from parity.schema.model import Schema

Rows = dict[str, list[dict[str, object]]]

# What an update of a key does to rows that refer to it is the database's own doing: onUpdate is none of it here.
MODELS = """
datasource db {{
  provider = "sqlite"
  url      = "file:x"
}}
model A {{
  id     Int    @id
  code   String @unique
  a      Int
  b      Int?
  up     {type}?
  parent A?     @relation("self", fields: [up], references: [{key}], onDelete: {deletion}, onUpdate: NoAction)
  kids   A[]    @relation("self")
  bs     B[]    @relation("ba")
  bId    Int?
  toB    B?     @relation("ab", fields: [bId], references: [id], onDelete: {deletion}, onUpdate: NoAction)
  @@unique([a, b])
}}
model B {{
  id   Int @id
  n    Int @unique
  aRef {type}{open}
  toA  A{open} @relation("ba", fields: [aRef], references: [{key}], onDelete: {deletion}, onUpdate: NoAction)
  as   A[] @relation("ab")
}}
"""


def state(random: Random, key: str, is_open: bool) -> Rows:
    ids, codes = random.sample(range(1, 6), random.randint(1, 4)), random.sample("abcde", 4)
    others = random.sample(range(1, 6), random.randint(0, 4))
    pairs = random.sample([(a, b) for a in (1, 2, 3) for b in (1, 2)], len(ids))
    keys = [*(ids if key == "id" else codes[: len(ids)])]
    rows: Rows = {"A": [], "B": []}
    for number, code, (a, b) in zip(ids, codes, pairs, strict=False):
        own = {"up": random.choice([None, *keys]), "bId": random.choice([None, *others])}
        rows["A"].append({"id": number, "code": code, "a": a, "b": b, **own})
    for number, n in zip(others, random.sample(range(1, 8), len(others)), strict=True):
        rows["B"].append({"id": number, "n": n, "aRef": random.choice(keys + [None] * is_open)})
    return rows


def tables(schema: Schema, rows: Rows) -> list[DataTable]:
    found = []
    for table in schema.tables:
        name = table.name.name
        referring = tuple(
            (other.name.name, key)
            for other in schema.tables
            for key in other.foreign_keys
            if key.referenced_table == table.name
        )
        sink = Sink()
        text = json.dumps({"owned": "all", "rows": rows[name]})
        read = read_table(SourceFile(f"{name}.json", text), 0, Shape(table, name, {}, {}, referring), sink)
        assert read is not None and not sink.items
        found.append(read)
    return found


def compared(database: sqlite3.Connection, wanted: list[DataTable]) -> list[Difference]:
    found: list[Difference] = []
    for table in wanted:
        beyond = constrained(table)
        rows = database.execute(query(table, DIALECT, beyond)).fetchall()
        found += matched(table, rows_of(table, rows, DIALECT, beyond))
    return found


@given(st.integers(0, 10**6).map(Random), st.sampled_from(["id", "code"]), st.booleans())
def test_rows_come_from_any_state_to_any_other_one(random: Random, key: str, is_open: bool) -> None:
    choices = ["NoAction", "Restrict", *["SetNull"] * is_open]
    words = {"key": key, "type": {"id": "Int", "code": "String"}[key], "open": "?" * is_open}
    models = MODELS.format(**words, deletion=random.choice(choices))
    parsed = parse((SourceFile("schema.prisma", models),))
    assert not parsed.has_errors, parsed.diagnostics
    schema = lower(parsed.datamodel, DIALECT)
    database = sqlite3.connect(":memory:", isolation_level=None)
    database.executescript(
        script(build_plan(diff(Schema(), schema, DIALECT), Schema(), schema, DIALECT), DIALECT, warnings=False)
    )
    for name, rows in state(random, key, is_open).items():
        for row in rows:
            marks = ", ".join("?" * len(row))
            database.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", list(row.values()))
    database.execute("PRAGMA foreign_keys=ON")
    wanted = tables(schema, state(random, key, is_open))
    rows_there = compared(database, wanted)
    assume(not any(stranded(rows_there)))
    try:
        statements = statements_of(tuple(one for one in rows_there if one.differs), DIALECT)
    except Circle as circle:
        # Only where rows swap a value by which others may refer to them, or a reference can't be NULL.
        assert key == "code" or not is_open, circle.acts
        return
    for statement in statements:
        database.execute(statement.sql)
    assert [one for one in compared(database, wanted) if one.differs] == []
