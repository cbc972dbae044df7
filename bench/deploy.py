"""`parity migrate deploy`: a thousand small migrations, and none at all, beside bare drivers and other tools.

The bare runs do what a deploy does: a transaction for each migration, in which its script runs and its row in the
ledger is written. Prisma's engine, dbmate and alembic run too; where one isn't there, that is said.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from random import Random
from statistics import median

from databases import Ground, ground, write_project
from measure import Promise, environment, print_table

ROOT = Path(__file__).resolve().parent.parent
MIGRATIONS = 1000
LEDGER = (
    "CREATE TABLE _prisma_migrations (id VARCHAR(36) PRIMARY KEY, checksum VARCHAR(64) NOT NULL, "
    "finished_at TIMESTAMP, migration_name VARCHAR(255) NOT NULL, logs TEXT, rolled_back_at TIMESTAMP, "
    "started_at TIMESTAMP NOT NULL DEFAULT CURRENT_TIMESTAMP, applied_steps_count INTEGER NOT NULL DEFAULT 0)"
)
ROW = (
    "INSERT INTO _prisma_migrations (id, checksum, finished_at, migration_name, started_at, applied_steps_count) "
    "VALUES ({0}, {0}, CURRENT_TIMESTAMP, {0}, CURRENT_TIMESTAMP, 1)"
)
BARE = f"""
import hashlib, pathlib, sys, uuid
folder, url = pathlib.Path(sys.argv[1]), sys.argv[2]
if url.startswith("file:"):
    import sqlite3
    connection = sqlite3.connect(url[5:], isolation_level=None)
    mark, script = "?", lambda text: [connection.execute(part) for part in text.split(";\\n") if part.strip()]
    run = connection.execute
else:
    driver = __import__(sys.argv[3])
    connection = driver.connect(url)
    connection.autocommit = True
    cursor = connection.cursor()
    mark, script, run = "%s", cursor.execute, cursor.execute
run({LEDGER!r})
for place in sorted(folder.glob("prisma/migrations/*/migration.sql")):
    raw = place.read_bytes()
    run("BEGIN")
    script(raw.decode())
    run({ROW!r}.format(mark), (str(uuid.uuid4()), hashlib.sha256(raw).hexdigest(), place.parent.name))
    run("COMMIT")
"""
ALEMBIC_ENV = """
from alembic import context
from sqlalchemy import create_engine
with create_engine(context.get_x_argument(as_dictionary=True)["url"]).connect() as connection:
    context.configure(connection=connection)
    with context.begin_transaction():
        context.run_migrations()
"""

Runner = Callable[[str], None]
"""Runs every migration on the empty database of a URL."""


def bench(rounds: int) -> list[Promise]:
    """The ratios of wall times."""
    turns = max(5, rounds // 3)
    with ground() as here:
        promises = _postgres(here, turns)
        # A disk takes now half as long, now twice as long to sync: it needs more rounds, which are short.
        promises += _sqlite(here, rounds)
        return [*promises, *_nothing_pending(here, rounds)]


def _postgres(here: Ground, rounds: int) -> list[Promise]:
    project = write_project(here.folder / "postgresql", "postgresql", MIGRATIONS)
    drivers = [name for name in ("psycopg2", "psycopg") if find_spec(name) is not None]
    bare = {f"bare {name}": _bare(project, name) for name in drivers}
    runners: dict[str, Runner] = {**bare, "parity migrate deploy": lambda url: _deploy(project, url)}
    peers = _peers(here, project)
    taken: dict[str, list[float]] = {name: [] for name in (*runners, *peers)}
    everyone = list({**runners, **peers}.items())
    for number in range(rounds):
        # Nobody is always the first, nor always behind the same one, whose tables the server may still be tidying.
        for name, runner in _shuffled(everyone, number):
            url = here.new_database("deploy", is_logged=False)
            taken[name].append(_seconds(runner, url))
            here.drop_database("deploy")
    seconds = {name: median(times) for name, times in taken.items()}
    print_table(seconds, "bare psycopg2")
    ours = seconds["parity migrate deploy"]
    return [
        *(Promise(f"deploy: {MIGRATIONS} migrations / {name}", ours / seconds[name], 1.1) for name in bare),
        *(Promise(f"deploy: {MIGRATIONS} migrations / {name}", ours / seconds[name], 1) for name in peers),
    ]


def _sqlite(here: Ground, rounds: int) -> list[Promise]:
    project = write_project(here.folder / "sqlite", "sqlite", MIGRATIONS)
    runners: dict[str, Runner] = {
        "bare sqlite3": lambda url: _run(sys.executable, "-c", BARE, str(project), url),
        "parity migrate deploy, sqlite": lambda url: _deploy(project, url),
    }
    taken: dict[str, list[float]] = {name: [] for name in runners}
    places = dict(zip(runners, range(len(runners)), strict=True))
    for number in range(rounds):
        for name, runner in _shuffled(list(runners.items()), number):
            taken[name].append(_seconds(runner, f"file:{here.folder / f'{number}_{places[name]}.db'}"))
    seconds = {name: median(times) for name, times in taken.items()}
    print_table(seconds, "bare sqlite3")
    ratio = seconds["parity migrate deploy, sqlite"] / seconds["bare sqlite3"]
    _same_tables(here.folder / "0_0.db", here.folder / "0_1.db")
    return [Promise(f"deploy: {MIGRATIONS} migrations / bare sqlite3", ratio, 1.2)]


def _nothing_pending(here: Ground, rounds: int) -> list[Promise]:
    project = here.folder / "postgresql"
    url = here.new_database("pending")
    _deploy(project, url)
    before = here.statements_logged()
    _deploy(project, url)
    sent = here.statements_logged() - before
    seconds = [_seconds(lambda url: _deploy(project, url), url) for _ in range(rounds)]
    print(f"  nothing pending, {MIGRATIONS} applied: {median(seconds):.3f} s, {sent} statements")
    return [
        Promise(f"deploy: statements with nothing pending, {MIGRATIONS} applied", sent, 4),
        Promise(f"deploy: seconds with nothing pending, {MIGRATIONS} applied", median(seconds), 0.25),
    ]


def _bare(project: Path, driver: str) -> Runner:
    return lambda url: _run(sys.executable, "-c", BARE, str(project), url, driver)


def _shuffled(everyone: list[tuple[str, Runner]], number: int) -> list[tuple[str, Runner]]:
    """An order for a round: the same in each run of the bench."""
    return Random(number).sample(everyone, len(everyone))


# --- peers ------------------------------------------------------------------------------------------------------------


def _peers(here: Ground, project: Path) -> dict[str, Runner]:
    found: dict[str, Runner] = {}
    engine = Path(os.environ.get("PARITY_ORACLE", ROOT / ".referee")).resolve()
    node, dbmate = shutil.which("node"), shutil.which("dbmate")
    if node is not None and (engine / "node_modules").is_dir():
        found["Prisma's engine"] = lambda url: _engine(node, engine, project, url)
    if dbmate is not None:
        folder = _dbmate_project(here, project)
        found["dbmate"] = lambda url: _run(
            dbmate, "--url", f"{url}?sslmode=disable", "-d", str(folder), "--no-dump-schema", "up"
        )
    if find_spec("alembic") is not None:
        ini = _alembic_project(here, project)
        found["alembic"] = lambda url: _run(
            sys.executable, "-m", "alembic", "-c", str(ini), "-x", f"url={_for_alembic(url)}", "upgrade", "head"
        )
    for name in {"Prisma's engine", "dbmate", "alembic"} - set(found):
        print(f"  NOT COMPARED with {name}: it isn't there")
    return found


def _engine(node: str, engine: Path, project: Path, url: str) -> None:
    folder = project / "prisma" / "migrations"
    migrations = [(place.parent.name, place.read_text()) for place in sorted(folder.glob("*/migration.sql"))]
    question = json.dumps({"op": "apply", "url": url, "migrations": migrations}) + "\n"
    answer = subprocess.run(
        (node, str(engine / "oracle.mjs")),
        cwd=engine,
        env=environment(),
        input=question,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    if not answer.startswith('{"result"'):
        raise SystemExit(f"Prisma's engine: {answer[:400]}")


def _dbmate_project(here: Ground, project: Path) -> Path:
    folder = here.folder / "dbmate"
    folder.mkdir()
    for place in sorted(project.glob("prisma/migrations/*/migration.sql")):
        text = f"-- migrate:up\n{place.read_text()}\n-- migrate:down\n"
        (folder / f"{place.parent.name}.sql").write_text(text)
    return folder


def _for_alembic(url: str) -> str:
    """With the driver that we use: its own choice is one that takes longer to import."""
    return url.replace("postgresql://", "postgresql+psycopg2://", 1)


def _alembic_project(here: Ground, project: Path) -> Path:
    folder = here.folder / "alembic"
    (folder / "versions").mkdir(parents=True)
    ini = folder / "alembic.ini"
    ini.write_text(f"[alembic]\nscript_location = {folder}\n")
    (folder / "env.py").write_text(ALEMBIC_ENV)
    last = None
    for number, place in enumerate(sorted(project.glob("prisma/migrations/*/migration.sql"))):
        (folder / "versions" / f"r{number}.py").write_text(
            f"from alembic import op\nrevision = 'r{number}'\ndown_revision = {last!r}\n"
            f"def upgrade():\n    op.execute({place.read_text()!r})\n"
        )
        last = f"r{number}"
    return ini


# --- runs -------------------------------------------------------------------------------------------------------------


def _deploy(project: Path, url: str) -> None:
    schema = str(project / "prisma" / "schema.prisma")
    _run(str(Path(sys.executable).parent / "parity"), "migrate", "deploy", "--schema", schema, "--url", url)


def _run(*command: str) -> None:
    ended = subprocess.run(
        command,
        env=environment(),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        text=True,
    )
    if ended.returncode:
        raise SystemExit(f"{command[0]} ended with {ended.returncode}:\n{ended.stderr[-2000:]}")


def _seconds(runner: Runner, url: str) -> float:
    begin = time.perf_counter()
    runner(url)
    return time.perf_counter() - begin


def _same_tables(*files: Path) -> None:
    """Both ways must have done the same, or the comparison says nothing."""
    counts = []
    for file in files:
        connection = sqlite3.connect(file)
        tables = connection.execute("SELECT count(*) FROM sqlite_master WHERE type = 'table'").fetchone()
        rows = connection.execute("SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NOT NULL").fetchone()
        counts.append((tables, rows))
        connection.close()
    if len(set(counts)) != 1:
        raise SystemExit(f"the runs did different things: {counts}")
