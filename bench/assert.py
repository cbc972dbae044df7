"""`parity.assert_in_sync` on databases of 50 tables, beside a process that connects and reads the catalog.

In milliseconds it is what an application's start pays; beside bare introspection, what is Parity's own. The number of
statements is the same for any number of tables.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from databases import Ground, ground
from measure import Promise, environment

TABLES = 50
PARITY = str(Path(sys.executable).parent / "parity")
IN_SYNC = """
import json, sys, time
from pathlib import Path
from statistics import median
import parity
from parity.dialects.registry import dialect_for_provider
provider, url, folder, rounds = sys.argv[1:]
driver = dialect_for_provider(provider).driver
target = driver.parse_url(url, Path(folder))

def connect():
    driver.connect(target).close()

def read():
    session = driver.connect(target)
    driver.introspect(session, ())
    session.close()

def ask():
    parity.assert_in_sync(url, folder=folder)

def seconds(what):
    began = time.perf_counter()
    what()
    return time.perf_counter() - began

first = seconds(ask)
taken = [[seconds(what) for what in (ask, connect, read)] for _ in range(int(rounds))]
print(json.dumps([first, *map(median, zip(*taken))]))
"""


def bench(rounds: int) -> list[Promise]:
    """Ratios and seconds for both databases, and what a larger one costs in statements."""
    with ground() as here:
        projects = {provider: _project(here, provider, TABLES) for provider in ("postgresql", "sqlite")}
        promises = []
        for provider, (folder, url) in projects.items():
            first, whole, connecting, reading = _measured(provider, folder, url, rounds)
            whole_ms, connecting_ms, reading_ms, first_ms = (x * 1000 for x in (whole, connecting, reading, first))
            print(
                f"  {provider:10}  {whole_ms:6.1f} ms, {connecting_ms:.1f} of them connecting; connect and read the "
                f"catalog: {reading_ms:.1f} ms; the first one, with all that is imported: {first_ms:.1f} ms"
            )
            name = f"assert: {TABLES} tables, {provider}"
            promises.append(Promise(f"{name}: seconds behind connecting", whole - connecting, 0.05))
            promises.append(Promise(f"{name}: beside connecting and reading the catalog", whole / reading, 2))
        few, many = (_statements(here, number) for number in (TABLES, 2 * TABLES))
        promises.append(Promise("assert: statements more for twice as many tables", many - few, 0))
        return promises


def _project(here: Ground, provider: str, tables: int, *, is_logged: bool = False) -> tuple[Path, str]:
    """A project made by `migrate dev`, and the URL of a database that is where it leads."""
    name = f"{provider}_{tables}_{is_logged:d}"
    folder = here.folder / name
    prisma = folder / "prisma"
    prisma.mkdir(parents=True)
    models = "\n".join(map(_model, range(tables)))
    schema = prisma / "schema.prisma"
    schema.write_text(f'datasource db {{\n  provider = "{provider}"\n}}\n\n{models}')
    url = here.new_database(name, is_logged=is_logged) if provider == "postgresql" else f"file:{folder / 'local.db'}"
    _run(PARITY, "migrate", "dev", "--name", "init", "--schema", str(schema), "--url", url)
    return folder, url


def _model(number: int) -> str:
    return (
        f"model T{number} {{\n  id        Int      @id @default(autoincrement())\n  code      String   @unique\n"
        '  note      String?  @default("none")\n  createdAt DateTime @default(now())\n  kind      Int\n\n'
        "  @@index([kind])\n}\n"
    )


def _measured(provider: str, folder: Path, url: str, rounds: int) -> list[float]:
    found: list[float] = json.loads(_run(sys.executable, "-c", IN_SYNC, provider, url, str(folder), str(rounds)))
    return found


def _statements(here: Ground, tables: int) -> int:
    folder, url = _project(here, "postgresql", tables, is_logged=True)
    before = here.statements_logged()
    _run(
        sys.executable,
        "-c",
        "import sys, parity; parity.assert_in_sync(sys.argv[1], folder=sys.argv[2])",
        url,
        str(folder),
    )
    return here.statements_logged() - before


def _run(*command: str) -> str:
    ended = subprocess.run(command, env=environment(), stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if ended.returncode:
        raise SystemExit(f"{command[0]} ended with {ended.returncode}:\n{ended.stderr[-2000:]}")
    return ended.stdout
