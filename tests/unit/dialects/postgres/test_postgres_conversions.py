"""Conversions on a real server: what each keeps, what each refuses to keep half of, and how many values that hits."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pairs import lowered
from parity.dialects.base import Session
from parity.dialects.registry import dialect_for_provider
from parity.diff.compare import diff
from parity.errors import DatabaseError
from parity.execute.runner import run_script
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.schema.model import EMPTY, Column, Schema
from parity.schema.steps import MisfitCount
from parity.schema.types import ObjectName
from parity.workflow.losses import ask_losses
from replaying import script_between

DIALECT = dialect_for_provider("postgresql")
HEAD = 'datasource db {\n  provider = "postgresql"\n}\nenum Mood {\n  calm\n  glad\n}\nenum Other {\n  glad\n  sad\n}\n'


@pytest.fixture
def session(postgres_url: str) -> Iterator[Session]:
    opened = DIALECT.driver.connect(DIALECT.driver.parse_url(postgres_url, Path("/")))
    opened.execute("SET TimeZone = 'Asia/Tokyo'")  # What depends on it would be found out.
    yield opened
    opened.close()


def schema(field: str) -> Schema:
    found = lowered(f"{HEAD}model A {{\n  id Int @id @default(autoincrement())\n  x {field}\n}}\n", DIALECT)
    assert found is not None
    return found


def column(of: Schema) -> Column:
    found = of.tables[0].column("x")
    assert found is not None
    return found


def build(session: Session, field: str, *values: str) -> Schema:
    """A table of the field, with a row for each SQL value."""
    run_script(session, DIALECT, script_between(EMPTY, schema(field), DIALECT))
    for value in values:
        session.execute(f'INSERT INTO "A" (x) VALUES ({value})')
    return DIALECT.driver.introspect(session, ())


def converted(session: Session, old: Schema, field: str) -> list[object]:
    """The values after the change, which must have led to the field's schema."""
    new = schema(field)
    using = DIALECT.conversion(column(old), column(new))
    assert using is not None
    plan = build_plan(diff(old, new, DIALECT), old, new, DIALECT, {(ObjectName("A"), "x"): using})
    run_script(session, DIALECT, script(plan, DIALECT, warnings=True))
    assert diff(DIALECT.driver.introspect(session, ()), new, DIALECT) == ()
    return [row[0] for row in session.query('SELECT x::text FROM "A" ORDER BY id')]


def misfits(session: Session, old: Schema, field: str) -> int | None:
    new = schema(field)
    enum = next((enum for enum in new.enums if enum.name == column(new).type.enum), None)
    count = DIALECT.driver.count_misfits
    assert count is not None
    labels = () if enum is None else enum.values
    return count(session, MisfitCount(ObjectName("A"), column(old), column(new), labels))


KEPT = [
    ("String", "Int", ("'1'", "' -7 '"), ["1", "-7"]),
    ("String?", "Int?", ("'1'", "NULL"), ["1", None]),
    ("String @default(\"5\")", "Int @default(7)", ("'1'", "DEFAULT"), ["1", "5"]),
    ("String", "BigInt", ("'9007199254740993'",), ["9007199254740993"]),
    ("String", "Decimal @db.Decimal(10, 2)", ("'1.5'", "'99.90'"), ["1.50", "99.90"]),
    ("String", "Boolean", ("'true'", "'f'", "'1'"), ["true", "false", "true"]),
    ("String", "String @db.Uuid", ("'6F9619FF8B86D011B42D00C04FC964FF'",), ["6f9619ff-8b86-d011-b42d-00c04fc964ff"]),
    ("String", "Json", ("'{\"a\": 1}'", "'[]'"), ['{"a": 1}', "[]"]),
    ("String", "Mood", ("'calm'", "'glad'"), ["calm", "glad"]),
    ("String @default(\"calm\")", "Mood @default(glad)", ("'calm'",), ["calm"]),
    ("String", "DateTime", ("'2020-01-02T03:04:05.678Z'", "'2020-01-02 03:04:05+02:00'", "'2020-01-02'"),
        ["2020-01-02 03:04:05.678", "2020-01-02 01:04:05", "2020-01-02 00:00:00"]),
    ("String", "DateTime @db.Timestamptz(3)", ("'2020-01-02T03:04:05Z'", "'2020-01-02 03:04:05'"),
        ["2020-01-02 12:04:05+09", "2020-01-02 12:04:05+09"]),
    ("String", "DateTime @db.Date", ("'2020-01-02'",), ["2020-01-02"]),
    ("String", "Bytes", ("'aä'", r"'\x41'"), ["\\x61c3a4", "\\x5c783431"]),
    ("Mood", "String", ("'calm'",), ["calm"]),
    ("Mood", "String @db.VarChar(4)", ("'calm'",), ["calm"]),
    ("Mood @default(glad)", "Other @default(sad)", ("'glad'", "DEFAULT"), ["glad", "glad"]),
    ("Mood", "Json", ("'calm'",), ['"calm"']),
    ("Mood", "Mood[]", ("'calm'",), ["{calm}"]),
    ("Mood?", "Mood[]", ("'calm'", "NULL"), ["{calm}", "{}"]),
    ("Mood[]", "Mood?", ("'{calm}'", "'{}'"), ["calm", None]),
    ("Mood[]", "String[]", ("'{calm,glad}'",), ["{calm,glad}"]),
    ("Int", "Int[]", ("1",), ["{1}"]),
    ("String", "Int[]", ("'1'",), ["{1}"]),
    ("String[]", "Int[]", ("'{1,2}'", "'{}'"), ["{1,2}", "{}"]),
    ("Int[]", "Int", ("'{5}'",), ["5"]),
    ("Int[]", "Json", ("'{5,6}'",), ["[5, 6]"]),
    ("Int", "Boolean", ("0", "1"), ["false", "true"]),
    ("Int", "Json", ("42",), ["42"]),
    ("Boolean", "Int", ("true", "false"), ["1", "0"]),
    ("Json", "Int?", ("'42'", "'\"7\"'", "'null'"), ["42", "7", None]),
    ("DateTime", "Json", ("'2020-01-02 03:04:05'",), ['"2020-01-02T03:04:05"']),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "values", "expected"), KEPT, ids=[f"{a} to {b}" for a, b, _, _ in KEPT])
def test_a_conversion_keeps_every_value(
    session: Session, old: str, new: str, values: tuple[str, ...], expected: list[str | None]
) -> None:
    before = build(session, old, *values)
    assert misfits(session, before, new) == 0
    assert converted(session, before, new) == expected


LOST = [
    ("String", "Int", ("'1'", "'1.5'", "'one'", "''"), 3),
    ("String", "Int @db.SmallInt", ("'70000'",), 1),
    ("String", "Decimal @db.Decimal(10, 2)", ("'1.555'", "'1.550'"), 1),
    ("String", "DateTime @db.Date", ("'2020-01-02 03:04'", "'2020-01-02'"), 1),
    ("String", "Mood", ("'calm'", "'bad'"), 1),
    ("String", "Json", ("'plain'", "'{}'"), 1),
    ("String", "String @db.Uuid", ("'6f96'",), 1),
    ("String", "String @db.Bit(3)", ("'101'", "'1011'"), 1),
    ("Mood", "String @db.VarChar(3)", ("'calm'",), 1),
    ("Mood", "String @db.Char(3)", ("'calm'",), 1),
    ("Mood", "Other", ("'calm'", "'glad'"), 1),
    ("Int", "Boolean", ("0", "5"), 1),
    ("Float", "Int[]", ("1.5", "2"), 1),
    ("Int[]", "Int", ("'{1,2}'", "'{3}'", "'{}'"), 2),
    ("Int[]", "Int?", ("'{1,2}'", "'{3}'", "'{}'"), 1),
    ("Mood[]", "Mood", ("'{calm,glad}'", "'{glad}'", "'{}'"), 2),
    ("Json", "Int", ("'{}'", "'1.5'", "'42'"), 2),
]


@pytest.mark.parametrize(("old", "new", "values", "expected"), LOST, ids=[f"{a} to {b}" for a, b, _, _ in LOST])
def test_a_value_that_would_be_cut_is_counted_and_stops_the_conversion(
    session: Session, old: str, new: str, values: tuple[str, ...], expected: int
) -> None:
    before = build(session, old, *values)
    assert misfits(session, before, new) == expected
    held = session.query('SELECT x::text FROM "A" ORDER BY id')
    with pytest.raises(DatabaseError):
        converted(session, before, new)
    assert session.query('SELECT x::text FROM "A" ORDER BY id') == held


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Int", "DateTime"),
        ("Bytes", "Int"),
        ("String", "Int @default(autoincrement())"),
        ("String", "DateTime @db.Time(3)"),
        ("Json", "Int[]"),
        ("String[]", "Bytes"),
        ('Unsupported("point")', "String @db.Uuid"),
    ],
)
def test_what_would_have_to_be_guessed_isnt_offered(old: str, new: str) -> None:
    assert DIALECT.conversion(column(schema(old)), column(schema(new))) is None


def test_indexes_keys_and_relations_stay_around_a_conversion(session: Session) -> None:
    text = (
        'datasource db {\n  provider = "postgresql"\n}\nmodel P {\n  id TYPE @id\n  c C[]\n}\n'
        "model C {\n  id Int @id\n  pId TYPE @unique\n  p P @relation(fields: [pId], references: [id])\n}\n"
    )
    old, new = (lowered(text.replace("TYPE", kind), DIALECT) for kind in ("String", "Int"))
    assert old is not None
    assert new is not None
    run_script(session, DIALECT, script_between(EMPTY, old, DIALECT))
    session.execute("INSERT INTO \"P\" VALUES ('1'), ('2')")
    session.execute("INSERT INTO \"C\" VALUES (10, '2')")
    live = DIALECT.driver.introspect(session, ())
    using = {(ObjectName("P"), "id"): '"id"::INTEGER', (ObjectName("C"), "pId"): '"pId"::INTEGER'}
    plan = build_plan(diff(live, new, DIALECT), live, new, DIALECT, using)
    assert [loss.rows for loss in ask_losses(session, DIALECT, plan.hazards) if loss.hazard.code == "cast"] == [0, 0]
    run_script(session, DIALECT, script(plan, DIALECT, warnings=False))
    assert diff(DIALECT.driver.introspect(session, ()), new, DIALECT) == ()
    assert session.query('SELECT c.id, p.id FROM "C" AS c JOIN "P" AS p ON p.id = c."pId"') == [(10, 2)]
