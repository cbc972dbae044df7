"""`parity check` of a production with 1,000 tables out of parity.lock, beside a process that only reads the catalog."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from databases import Ground, ground
from measure import Command, Promise, environment, print_table, seconds_in_turns

TABLES = 1000
PARITY = str(Path(sys.executable).parent / "parity")
INTROSPECT = """
import sys
from pathlib import Path
from parity.dialects.registry import dialect_for_provider
driver = dialect_for_provider("postgresql").driver
session = driver.connect(driver.parse_url(sys.argv[1], Path.cwd()))
assert len(driver.introspect(session, ()).tables) == int(sys.argv[2])
session.close()
"""


def bench(rounds: int) -> list[Promise]:
    """The ratio of the wall times."""
    with ground() as here:
        return [_check(here, max(5, rounds // 2))]


def _check(here: Ground, rounds: int) -> Promise:
    schema, url = _production(here, "many", TABLES)
    commands: dict[str, Command] = {
        "connect and introspect": (sys.executable, "-c", INTROSPECT, url, str(TABLES)),
        "parity check": (PARITY, "check", "--schema", str(schema), "--url", url),
    }
    seconds = seconds_in_turns(commands, rounds)
    print_table(seconds, "connect and introspect")
    ratio = seconds["parity check"] / seconds["connect and introspect"]
    return Promise(f"check: {TABLES} tables / bare introspection", ratio, 1.3)


def _production(here: Ground, name: str, tables: int) -> tuple[Path, str]:
    """A project made by `migrate dev`, and a database that it was deployed to: the schema file and the URL."""
    prisma = here.folder / name / "prisma"
    prisma.mkdir(parents=True)
    schema = prisma / "schema.prisma"
    schema.write_text('datasource db {\n  provider = "postgresql"\n}\n\n' + "\n".join(map(_model, range(tables))))
    url = here.new_database(name, is_logged=False)
    _run(PARITY, "migrate", "dev", "--name", "init", "--schema", str(schema), "--url", url)
    if not (prisma / "migrations" / "parity.lock").exists():
        raise SystemExit("migrate dev made no parity.lock")
    return schema, url


def _model(number: int) -> str:
    return (
        f"model T{number} {{\n  id        Int      @id @default(autoincrement())\n  code      String   @unique\n"
        '  amount    Decimal  @db.Decimal(10, 2)\n  note      String?  @default("none")\n'
        "  createdAt DateTime @default(now())\n  kind      Int\n\n  @@index([kind])\n}\n"
    )


def _run(*command: str) -> str:
    ended = subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(f"{command[0]} ended with {ended.returncode}:\n{ended.stderr[-2000:]}")
    return ended.stdout
