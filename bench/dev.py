"""`parity migrate dev` with many migrations, what was replayed being kept, beside the same schema in few migrations."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from databases import Ground, ground
from measure import Command, Promise, environment, print_table, seconds_in_turns

TABLES, STATEMENTS = 40, 400
FEW, MANY = 10, 400
MOST = 1.5


def bench(rounds: int) -> list[Promise]:
    """The ratio of 400 migrations to 10, both with nothing to write and with a migration to prove, on each database."""
    promises = []
    with ground() as here:
        os.environ["PARITY_CACHE_DIR"] = str(here.folder / "cache")
        for provider in ("postgresql", "sqlite"):
            projects = {count: _project(here, provider, count) for count in (FEW, MANY)}
            commands: dict[str, Command] = {}
            for count, project in projects.items():
                _dev(project)
                commands[f"migrate dev, nothing to write, {count} migrations, {provider}"] = _command(project)
            nothing = seconds_in_turns(commands, rounds)
            proving = seconds_in_turns({_proving(count, provider): _adding(p) for count, p in projects.items()}, rounds)
            for name, seconds in (("nothing to write", nothing), ("one to prove and apply", proving)):
                few, many = seconds.values()
                print_table(seconds, next(iter(seconds)))
                promises.append(
                    Promise(f"migrate dev, {provider}, {name}: {MANY} to {FEW} migrations", many / few, MOST)
                )
    return promises


def _proving(count: int, provider: str) -> str:
    return f"migrate dev, one to prove and apply, {count} migrations, {provider}"


def _project(here: Ground, provider: str, count: int) -> Path:
    """The same statements in `count` migrations, and a schema file that asks for their end."""
    project = here.folder / f"{provider}_{count}"
    url = here.new_database(f"dev_{count}") if provider == "postgresql" else f"file:{project / 'local.db'}"
    statements = list(_statements())
    size = STATEMENTS // count
    for number in range(count):
        folder = project / "prisma" / "migrations" / f"{20250101000000 + number}_m{number}"
        folder.mkdir(parents=True)
        (folder / "migration.sql").write_text("".join(statements[number * size : (number + 1) * size]))
    (project / "prisma" / "migrations" / "migration_lock.toml").write_text(f'provider = "{provider}"\n')
    datasource = f'datasource db {{\n  provider = "{provider}"\n  url      = "{url}"\n}}\n\n'
    (project / "prisma" / "schema.prisma").write_text(datasource + "".join(_models()))
    return project


def _statements() -> Iterator[str]:
    for table in range(TABLES):
        yield f'CREATE TABLE "t{table}" ("id" INTEGER NOT NULL PRIMARY KEY, "name" TEXT NOT NULL);\n'
    for number in range(STATEMENTS - TABLES):
        yield f'ALTER TABLE "t{number % TABLES}" ADD COLUMN "c{number}" INTEGER;\n'


def _models() -> Iterator[str]:
    for table in range(TABLES):
        columns = "".join(f"  c{number} Int?\n" for number in range(table, STATEMENTS - TABLES, TABLES))
        yield f"model t{table} {{\n  id Int @id\n  name String\n{columns}}}\n\n"


def _command(project: Path) -> Command:
    schema = str(project / "prisma" / "schema.prisma")
    return (sys.executable, "-m", "parity", "migrate", "dev", "--schema", schema, "--name", "more", "--json")


def _adding(project: Path) -> Command:
    """Each run finds one more model in the schema file."""
    code = (
        "import pathlib, runpy, sys; p = pathlib.Path(sys.argv[1]); t = p.read_text();"
        "p.write_text(t + f'model n{len(t)} {{\\n  id Int @id\\n}}\\n');"
        "sys.argv[1:] = ['migrate', 'dev', '--schema', str(p), '--name', 'more', '--json'];"
        "runpy.run_module('parity', run_name='__main__', alter_sys=True)"
    )
    return (sys.executable, "-c", code, str(project / "prisma" / "schema.prisma"))


def _dev(project: Path) -> None:
    subprocess.run(
        _command(project), env=environment(), check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
