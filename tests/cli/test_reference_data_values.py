"""Any value of any type comes out of a database as it went in from a file, in every form of file."""

from __future__ import annotations

import csv
import io
import json
import sys
from base64 import b64encode
from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

Row = dict[str, object]

MODELS = """
enum Kind {
  ADMIN @map("ad\\"min")
  GUEST @map("gu'est")
  plain
}
model All {
  realm   String
  number  Int
  i       Int
  big     BigInt
  amount  Decimal
  ratio   Float
  is      Boolean
  text    String
  at      DateTime
  made    DateTime
  data    Json
  bytes   Bytes
  kind    Kind
  iN      Int?
  bigN    BigInt?
  amountN Decimal?
  ratioN  Float?
  isN     Boolean?
  textN   String?   @map("te xt\\"N")
  atN     DateTime?
  dataN   Json?
  bytesN  Bytes?
  kindN   Kind?
  more
  @@id([realm, number])
  @@map("all; --")
}
"""
POSTGRES = """
  iL      Int[]
  amountL Decimal[]
  isL     Boolean[]
  textL   String[]
  atL     DateTime[]
  dataL   Json[]
  bytesL  Bytes[]
  kindL   Kind[]
  small   Int      @db.SmallInt
  fixed   Decimal  @db.Decimal(12, 4)
  money   Decimal  @db.Money
  real    Float    @db.Real
  short   String   @db.VarChar(20)
  padded  String   @db.Char(6)
  uuid    String   @db.Uuid
  bits    String   @db.VarBit
  inet    String   @db.Inet
  zoned   DateTime @db.Timestamptz(6)
  whole   DateTime @db.Timestamp(0)
  day     DateTime @db.Date
  clock   DateTime @db.Time(3)
  plain   Json     @db.Json
  uuidL   String[] @db.Uuid
"""
SIGNS = " \t\n\"'\\,;:{}[]#&*!|>%@`-~?é\u2028\x85\x7f\u00a0ß😀aNnull0.1eE$"


def text(random: Random) -> str:
    special = [
        "null",
        "~",
        "true",
        "NO",
        "1",
        "1.0",
        "0x1",
        "2024-01-01",
        "now()",
        "'",
        "{}",
        "- a",
        " ",
        "$$",
        "\\x00",
    ]
    made = "".join(random.choice(SIGNS) for _ in range(random.randint(1, 12)))
    return random.choice(special) if random.random() < 0.3 else made


def number(random: Random) -> object:
    whole = random.choice([0, 1, -1, 7, random.randint(-(10**6), 10**6)])
    return random.choice([whole, f"{whole}.{random.randint(0, 99):02}00", f"{whole}.5", f"{whole}e0", whole + 0.25])


def moment(random: Random) -> str:
    day = f"{random.choice([1, 1969, 1999, 2024, 9998]):04}-{random.randint(2, 12):02}-{random.randint(2, 27):02}"
    clock = f"{random.randint(0, 23):02}:{random.randint(0, 59):02}:{random.randint(0, 59):02}"
    zone = random.choice(["", "Z", "+02:00", "-11:30", "+00:00"])
    return f"{day}{random.choice('T ')}{clock}{random.choice(['', '.5', '.120', '.007'])}{zone}"


def anything(random: Random, depth: int = 0) -> object:
    plain = [None, True, 0, -1.5, 1e22, 12345678901234567890, "", text(random), 0.1, []]
    if depth > 2 or random.random() < 0.5:
        return random.choice(plain)
    if random.random() < 0.5:
        return [anything(random, depth + 1) for _ in range(3)]
    return {text(random): anything(random, depth + 1) for _ in range(3)}


def uuid(random: Random) -> str:
    digits = f"{random.getrandbits(128):032x}"
    return random.choice([digits.upper(), f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"])


VALUES: dict[str, Callable[[Random], object]] = {
    "i": lambda r: r.choice([0, -1, 2**31 - 1, -(2**31)]),
    "big": lambda r: r.choice([str(2**63 - 1), -(2**63), 2**53 + 1]),
    "amount": number,
    "ratio": lambda r: r.choice([0.1, -0.0, 1e300, 5e-324, 1 / 3, "1.50", 3, r.random()]),
    "is": lambda r: r.random() < 0.5,
    "text": text,
    "at": moment,
    "made": lambda r: "2020-02-02",
    "data": lambda r: [anything(r)],
    "bytes": lambda r: b64encode(r.randbytes(r.randint(1, 9))).decode(),
    "kind": lambda r: r.choice(["ADMIN", "GUEST", "plain", "gu'est"]),
    "small": lambda r: r.choice([0, -(2**15)]),
    "fixed": lambda r: r.choice([1, "2.5000", "-3.10"]),
    "money": lambda r: r.choice([1, "2.50", "-3.1", "1234567.89"]),
    "real": lambda r: r.choice([0.1, 1e30, 3, 1 / 3, 16777217]),
    "short": lambda r: text(r)[:20],
    "padded": lambda r: r.choice(["a", "ab c", "sixsix", "it's"]),
    "uuid": uuid,
    "bits": lambda r: r.choice(["0", "101", "0000"]),
    "inet": lambda r: r.choice(["10.0.0.1", "10.0.0.1/32", "10.1.0.0/16", "::1", "FE80::1/64"]),
    "zoned": lambda r: moment(r).replace(".5", ".500001"),
    "whole": lambda r: moment(r).replace(".5", "").replace(".120", "").replace(".007", ""),
    "day": lambda r: r.choice(["2024-02-29", "0002-01-01", "2024-02-29T00:00:00Z", "2024-02-29T02:00:00+02:00"]),
    "clock": lambda r: r.choice(["12:00:01", "23:59:59.5", "00:00:00.120", "2020-01-01T10:11:12"]),
}


def a_row(random: Random, number: int, provider: str) -> Row:
    row: Row = {"realm": text(random), "number": number}
    for name, make in VALUES.items():
        if name in MODELS_OF_ALL or provider != "sqlite":
            row[name] = make(random)
        if f"  {name}N " in MODELS:
            row[f"{name}N"] = None if random.random() < 0.3 else make(random)
        if f"  {name}L " in POSTGRES and provider != "sqlite":
            row[f"{name}L"] = [make(random) for _ in range(random.randint(0, 3))]
    if provider != "sqlite":
        row |= {"plain": {"a": anything(random)}, "uuidL": [uuid(random)]}
    return row


MODELS_OF_ALL = ("i", "big", "amount", "ratio", "is", "text", "at", "made", "data", "bytes", "kind")


def written(rows: list[Row], form: str) -> str:
    if form == "json":
        return json.dumps(rows)
    if form == "yaml":
        return "".join(f"- {json.dumps(row, ensure_ascii=True)}\n" for row in rows).replace("\\ud83d\\ude00", "😀")
    out = io.StringIO()
    lines = csv.writer(out, lineterminator="\n")
    lines.writerow(rows[0])
    lines.writerows([cell(name, value) for name, value in row.items()] for row in rows)
    return out.getvalue()


def cell(name: str, value: object) -> object:
    if name.startswith(("data", "plain")) and not (value is None and name == "dataN"):
        return json.dumps(value)
    return json.dumps(value) if isinstance(value, list | dict | bool) else "" if value is None else value


@pytest.mark.parametrize("seed", range(2))
@pytest.mark.parametrize("form", ["yaml", "json", "csv"])
def test_random_rows_come_back_as_they_were_written(
    project: Project, database_url: str, provider: str, form: str, seed: int
) -> None:
    random = Random(f"{form} {seed}")
    project.use_database(database_url)
    models = MODELS.replace("  more\n", POSTGRES if provider != "sqlite" else "")
    project.write_schema(models, provider=provider)
    rows = [a_row(random, number, provider) for number in range(12)]
    folder = project.migrations_folder.parent / "data"
    folder.mkdir()
    (folder / f"All.{form}").write_bytes(written(rows, form).encode())
    project.run("migrate", "dev", "--name", "init").succeeded()
    assert "reference data  ok" in project.run("check").succeeded().stdout
    found = sql(database_url, 'SELECT "realm", "text", "te xt""N" FROM "all; --" ORDER BY "number"')
    assert found == [(row["realm"], row["text"], row["textN"]) for row in rows]
    in_database = sql(database_url, 'SELECT * FROM "all; --" ORDER BY "number"')
    nothing_is_new(project)
    for other in (form, "json", "yaml", "csv"):
        for file in folder.iterdir():
            if file.suffix != f".{other}":
                file.unlink()
        project.run("data", "export", "All", "--format", other, "--force").succeeded()
        assert "reference data  ok" in project.run("check").succeeded().stdout
        nothing_is_new(project)
    assert sql(database_url, 'SELECT * FROM "all; --" ORDER BY "number"') == in_database
    sql(database_url, 'DELETE FROM "all; --"')
    text = "".join(line for line in project.run("check").exited(2).stdout.splitlines(keepends=True))
    assert text.count("PAR920") == len(rows)


def nothing_is_new(project: Project) -> None:
    project.run("migrate", "dev", "--name", "again").succeeded()
    assert len(project.migrations()) == 1
