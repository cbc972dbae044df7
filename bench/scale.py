"""Many tables on PostgreSQL: pull, the SQL of a whole schema and a diff without a difference, as whole processes.

Beside Prisma's engine where node and the referee's folder are there (`PARITY_ORACLE`, default .referee; see
`make bench-prisma`), which is said where not; beside the bare reads of the catalog always. The cost of a table is
measured at three sizes, and so is memory.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import psycopg2
from databases import Ground, ground
from language import schema
from measure import Command, Promise, environment, print_table

ROOT = Path(__file__).resolve().parent.parent
PARITY = str(Path(sys.executable).parent / "parity")
SIZES = (100, 1000, 5000)
TABLES = 1000
MOST_MEGABYTES = 600
READS = """
import sys, psycopg2
cursor = psycopg2.connect(sys.argv[1]).cursor()
mine = "n.nspname = 'public'"
for query in (
    f"SELECT c.oid, c.relname, c.relkind, obj_description(c.oid) FROM pg_class c "
    f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {mine}",
    f"SELECT c.relname, a.*, format_type(a.atttypid, a.atttypmod), pg_get_expr(d.adbin, d.adrelid), "
    f"col_description(c.oid, a.attnum) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid "
    f"JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_attrdef d ON (d.adrelid, d.adnum) = (c.oid, a.attnum) "
    f"WHERE {mine} AND a.attnum > 0 AND c.relkind IN ('r', 'p', 'v', 'm') ORDER BY c.relname, a.attnum",
    f"SELECT k.*, pg_get_constraintdef(k.oid) FROM pg_constraint k "
    f"JOIN pg_namespace n ON n.oid = k.connamespace WHERE {mine}",
    f"SELECT i.*, pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid "
    f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {mine}",
    f"SELECT t.typname, e.enumlabel FROM pg_enum e JOIN pg_type t ON t.oid = e.enumtypid "
    f"JOIN pg_namespace n ON n.oid = t.typnamespace WHERE {mine} ORDER BY t.typname, e.enumsortorder",
    f"SELECT c.relname, s.* FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid "
    f"JOIN pg_namespace n ON n.oid = c.relnamespace WHERE {mine}",
    f"SELECT v.viewname, v.definition FROM pg_views v WHERE v.schemaname = 'public'",
):
    cursor.execute(query)
    cursor.fetchall()
"""
"""What any tool has to read at the least: tables, columns, constraints, indexes, enums, sequences and views."""


@dataclass(frozen=True, slots=True)
class Place:
    """A database of some size, and the schema file that says what it holds."""

    url: str
    file: Path


@dataclass(frozen=True, slots=True)
class Measured:
    """A process that ended well: wall seconds, and megabytes at its largest."""

    seconds: float
    megabytes: float


def bench(rounds: int) -> list[Promise]:
    """The ratios of wall times, the growth of a table's cost, and the memory."""
    with ground() as here:
        places = {size: _place(here, size) for size in SIZES}
        promises = _sizes(places, max(1, rounds // 10))
        reads = {"bare reads": (sys.executable, "-c", READS, places[TABLES].url), "parity": _pull(places[TABLES])}
        seconds = _in_turns({name: (command, None) for name, command in reads.items()}, max(3, rounds // 4))
        print_table(seconds, "bare reads")
        ratio = seconds["parity"] / seconds["bare reads"]
        promises.append(Promise("scale: db pull --print / the bare catalog reads", ratio, 2))
        return [*promises, *_beside_the_engine(places[TABLES], max(3, rounds // 4))]


def _sizes(places: dict[int, Place], rounds: int) -> list[Promise]:
    start = median(_run((PARITY, "--version"), None).seconds for _ in range(3))
    costs, megabytes = {}, {}
    for size, place in places.items():
        runs = [_run(_pull(place), None) for _ in range(rounds if size > TABLES else rounds + 2)]
        costs[size] = (median(run.seconds for run in runs) - start) / size
        megabytes[size] = max(run.megabytes for run in runs)
        print(f"  {size:5} tables: pull {costs[size] * 1000:.2f} ms a table, {megabytes[size]:.0f} MB")
    largest = max(SIZES)
    return [
        Promise(f"scale: cost of a table, {largest} / {TABLES} tables", costs[largest] / costs[TABLES], 1.25),
        Promise(f"scale: cost of a table, {TABLES} / {min(SIZES)} tables", costs[TABLES] / costs[min(SIZES)], 1.25),
        Promise(f"scale: MB at {largest} tables", megabytes[largest], MOST_MEGABYTES),
    ]


def _beside_the_engine(place: Place, rounds: int) -> list[Promise]:
    folder = Path(os.environ.get("PARITY_ORACLE", ROOT / ".referee")).resolve()
    node = shutil.which("node")
    if node is None or not (folder / "node_modules").is_dir():
        print("  NOT COMPARED with Prisma's engine: node or the referee isn't there (see make bench-prisma)")
        return []
    engine = (node, str(folder / "oracle.mjs"))
    text = "\n".join(line for line in place.file.read_text().splitlines() if not line.strip().startswith("url"))
    header = text[: text.index("}") + 2]
    commands: dict[str, tuple[Command, str | None]] = {
        "engine introspect": (engine, _question(op="introspect", url=place.url, schema=header)),
        "parity db pull": (_pull(place), None),
        "engine diff": (engine, _question(op="diff", url=place.url, to={"schema": text}, **{"from": "empty"})),
        "parity migrate diff": (_diff(place, "--from-empty", "--script"), None),
        "engine push": (engine, _question(op="push", url=place.url, schema=text)),
        "parity no-op diff": (_diff(place, "--from-url", place.url), None),
    }
    seconds = _in_turns(commands, rounds)
    print_table(seconds, "engine introspect")
    return [
        Promise(f"scale: {ours} / {theirs}", seconds[ours] / seconds[theirs], most)
        for ours, theirs, most in (
            ("parity db pull", "engine introspect", 0.5),
            ("parity migrate diff", "engine diff", 0.8),
            ("parity no-op diff", "engine push", 0.8),
        )
    ]


def _place(here: Ground, size: int) -> Place:
    url = here.new_database(f"scale{size}")
    file = here.folder / f"scale{size}" / "schema.prisma"
    file.parent.mkdir()
    file.write_text(schema(size).replace("{\n", f'{{\n  url = "{url}"\n', 1))
    made = subprocess.run(
        _diff(Place(url, file), "--from-empty", "--script"),
        env=environment(),
        check=True,
        capture_output=True,
        text=True,
    )
    connection = psycopg2.connect(url)
    connection.autocommit = True
    try:
        with connection.cursor() as cursor:
            for statement in made.stdout.split(";\n"):
                if statement.strip():
                    cursor.execute(statement)
            cursor.execute("ANALYZE")
    finally:
        connection.close()
    return Place(url, file)


def _pull(place: Place) -> Command:
    """A pull as of an empty file: the datasource alone is there."""
    alone = place.file.with_name("datasource.prisma")
    if not alone.exists():
        text = place.file.read_text()
        alone.write_text(text[: text.index("}") + 2])
    return (PARITY, "db", "pull", "--print", "--schema", str(alone))


def _diff(place: Place, *options: str) -> Command:
    return (PARITY, "migrate", "diff", *options, "--to-schema", str(place.file))


def _question(**request: object) -> str:
    return json.dumps(request) + "\n"


def _in_turns(commands: dict[str, tuple[Command, str | None]], rounds: int) -> dict[str, float]:
    """The median wall time of each command, each run once a round, after one round that isn't counted."""
    taken: dict[str, list[float]] = {name: [] for name in commands}
    for number in range(rounds + 1):
        for name, (command, question) in commands.items():
            run = _run(command, question)
            if number:
                taken[name].append(run.seconds)
    return {name: median(times) for name, times in taken.items()}


def _run(command: Command, question: str | None) -> Measured:
    """One run. Its output is thrown away, but for an engine's answer, which must be one."""
    begin = time.perf_counter()
    cwd = None if question is None else Path(command[1]).parent
    process = subprocess.Popen(
        command,
        cwd=cwd,
        env=environment(),
        stdin=subprocess.PIPE if question else subprocess.DEVNULL,
        stdout=subprocess.PIPE if question else subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    if question and process.stdin is not None and process.stdout is not None:
        process.stdin.write(question.encode())
        process.stdin.close()
        answer = process.stdout.read()
        if not answer.startswith(b'{"result"'):
            raise SystemExit(f"the engine answered {answer[:200].decode(errors='replace')}")
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)[:200]} ended with {process.returncode}")
    return Measured(time.perf_counter() - begin, usage.ru_maxrss / 1024)
