"""Statements for reference data as CockroachDB takes them; held against its documentation, not against a server."""

from __future__ import annotations

from parity.data.compare import Difference, query
from parity.data.reading import read_table
from parity.data.shape import Shape
from parity.data.statements import script_of
from parity.data.tables import DataRow
from parity.diagnostics import Sink, SourceFile
from parity.dialects.cockroachdb.facts import DIALECT
from parity.lower import lower
from parity.psl import parse
from parity.schema.types import Literal, LiteralKind

MODELS = """
datasource db {
  provider = "cockroachdb"
  url      = "postgresql://localhost/x"
}
enum Kind {
  A @map("a'")
}
model Plan {
  id     Int      @id @default(sequence())
  big    BigInt   @unique @default(autoincrement())
  code   String   @unique
  tags   String[]
  kinds  Kind[]
  bytes  Bytes
  data   Json
  at     DateTime
  made   DateTime
  amount Decimal
}
"""
ROWS = """
- id: 7
  big: 9007199254740993
  code: it's
  tags: [a, "b\\\\"]
  kinds: []
  bytes: AP8=
  data: {"a": [1.50]}
  at: 2024-01-01T00:00:00+02:00
  made: now()
  amount: 1.50
"""


def plan(text: str):
    schema = lower(parse((SourceFile("schema.prisma", MODELS),)).datamodel, DIALECT)
    (table,) = schema.tables
    sink = Sink()
    read = read_table(SourceFile("Plan.yaml", text), 0, Shape(table, "Plan", {}, {"kinds": {"A": "a'"}}), sink)
    assert read is not None, sink.items
    return read


def test_a_row_is_inserted_with_values_of_every_type():
    table = plan(ROWS)
    assert script_of((Difference(table, table.rows[0], None),), DIALECT).splitlines()[1:] == [
        'INSERT INTO "Plan" ("id", "big", "code", "tags", "kinds", "bytes", "data", "at", "made", "amount") VALUES '
        "(7, 9007199254740993, 'it''s', ARRAY['a', 'b\\']::STRING[], ARRAY[]::\"Kind\"[], "
        "'\\x00ff', '{\"a\": [1.50]}', '2023-12-31 22:00:00 +00:00', CURRENT_TIMESTAMP, 1.50) "
        'ON CONFLICT ("id") DO UPDATE SET "big" = EXCLUDED."big", "code" = EXCLUDED."code", "tags" = EXCLUDED."tags", '
        '"kinds" = EXCLUDED."kinds", "bytes" = EXCLUDED."bytes", "data" = EXCLUDED."data", "at" = EXCLUDED."at", '
        '"amount" = EXCLUDED."amount";',
        """SELECT setval(pg_get_serial_sequence('"Plan"', 'id'), GREATEST(nextval(pg_get_serial_sequence('"Plan"', """
        """'id')), (SELECT MAX("id") FROM "Plan")));""",
    ]


def test_rows_that_swap_a_value_and_rows_that_go():
    rest = "bytes: AA==, data: 1, at: 2024-01-01, made: now(), amount: 1, tags: [], kinds: []"
    table = plan(f"- {{id: 1, big: 1, code: b, {rest}}}\n- {{id: 2, big: 2, code: a, {rest}}}\n")
    one, two = table.rows
    found = [
        DataRow({**one.cells, "code": two.cells["code"]}),
        DataRow({**two.cells, "code": one.cells["code"]}),
        DataRow({"id": Literal(LiteralKind.INT, 3)}),
    ]
    changes = (
        Difference(table, one, found[0], ("code",)),
        Difference(table, two, found[1], ("code",)),
        Difference(table, None, found[2]),
    )
    assert script_of(changes, DIALECT).splitlines()[1:] == [
        'DELETE FROM "Plan" WHERE "id" = 3;',
        """UPDATE "Plan" SET "code" = '~parity~1' WHERE "id" = 2;""",
        """UPDATE "Plan" SET "code" = 'b' WHERE "id" = 1;""",
        """UPDATE "Plan" SET "code" = 'a' WHERE "id" = 2;""",
    ]


def test_rows_are_read_as_texts():
    assert query(plan(ROWS), DIALECT) == (
        'SELECT "id"::text, "big"::text, "code"::text, "tags"::text[], "kinds"::text[], encode("bytes", \'hex\'), '
        '"data"::text, "at"::text, "made"::text, "amount"::text FROM "Plan" WHERE "id" IN (7)'
    )
