"""Killing deploys: scripts of each kind, runs that end by SIGKILL, and what a database must look like afterwards."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from pathlib import Path

import psycopg2

from commandline import Project, clean_environment
from truth import Truth, read_truth
from warm import begin

LOCK_KEY = 72707369
FIRST, WORK = "1_base", "2_work"
_BASE = 'CREATE TABLE "base" ("id" INTEGER NOT NULL);\nINSERT INTO "base" VALUES (1);\n'


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of script. `makes` has, for each of its statements, the table or index that it makes, else None."""

    name: str
    provider: str
    statements: tuple[tuple[str, str | None], ...]
    atomic: bool
    first: int
    """How many statements are in its first transaction."""
    head: str = ""
    own: bool = False
    """Whether its last transaction is one that its author wrote."""

    @property
    def script(self) -> str:
        """The text of its migration.sql."""
        return self.head + "".join(f"{sql};\n" for sql, _ in self.statements)

    @property
    def makes(self) -> dict[str, tuple[str | None, ...]]:
        """What both migrations make, statement by statement."""
        return {FIRST: ("base", None), WORK: tuple(made for _, made in self.statements)}

    @property
    def rows(self) -> int:
        """How many rows the table `base` holds in the end."""
        return 1 + sum(sql.startswith('INSERT INTO "base" VALUES') for sql, _ in self.statements)


_ALIKE = (
    ('CREATE TABLE "a" ("id" INTEGER NOT NULL)', "a"),
    ('INSERT INTO "base" VALUES (2)', None),
    ('CREATE INDEX "a_i" ON "a" ("id")', "a_i"),
    ('CREATE TABLE "b" ("id" INTEGER NOT NULL)', "b"),
    ('INSERT INTO "base" VALUES (3)', None),
)
_PAUSE = ("SELECT pg_sleep(0.01)", None)
_MANY = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 40000) "

ATOMIC = Kind("PostgreSQL, in one transaction", "postgresql", tuple(s for a in _ALIKE for s in (a, _PAUSE)), True, 10)
DEFINITIONS = Kind(
    # Its last statement, its row and its end are one message.
    "PostgreSQL, definitions alone",
    "postgresql",
    (
        ('CREATE TABLE "a" AS SELECT pg_catalog.generate_series(1, 20000) AS "id"', "a"),
        ('CREATE INDEX "a_i" ON "a" ("id")', "a_i"),
        ('CREATE TABLE "b" AS SELECT "id" FROM "a"', "b"),
        ('CREATE INDEX "b_i" ON "b" ("id")', "b_i"),
        ('CREATE TABLE "c" AS SELECT "id" FROM "b"', "c"),
        ('CREATE INDEX "c_i" ON "c" ("id")', "c_i"),
    ),
    True,
    6,
)
SEGMENTS = Kind(
    "PostgreSQL, in segments",
    "postgresql",
    (
        *_ALIKE[:2],
        _PAUSE,
        ('CREATE INDEX CONCURRENTLY "base_i" ON "base" ("id")', "base_i"),
        *_ALIKE[2:],
        _PAUSE,
        ('CREATE INDEX CONCURRENTLY "b_i" ON "b" ("id")', "b_i"),
        ('CREATE TABLE "c" ("id" INTEGER NOT NULL)', "c"),
        ('INSERT INTO "base" VALUES (4)', None),
    ),
    False,
    3,
)
FILE = Kind(
    "SQLite, in one transaction",
    "sqlite",
    (
        *_ALIKE,
        # More than the page cache holds: what isn't committed is in the file, and only its journal can take it back.
        (f'INSERT INTO "b" {_MANY}SELECT x FROM n', None),
        ('CREATE TABLE "c" ("id" INTEGER NOT NULL)', "c"),
    ),
    True,
    7,
)
_ALONE = (*_ALIKE, ('CREATE TABLE "c" ("id" INTEGER NOT NULL)', "c"), ('INSERT INTO "base" VALUES (4)', None))
ONE_BY_ONE = Kind(
    "PostgreSQL, statement by statement", "postgresql", _ALONE, False, 0, head="-- parity:no-transaction\n"
)
FILE_ONE_BY_ONE = Kind("SQLite, statement by statement", "sqlite", _ALONE, False, 0, head="-- parity:no-transaction\n")
_OWN = (("BEGIN", None), *_ALIKE, ("COMMIT", None))
OWN = Kind("PostgreSQL, in a transaction of its own", "postgresql", (*_OWN[:3], _PAUSE, *_OWN[3:]), False, 8, own=True)
OWN_IN_THE_MIDDLE = Kind(
    "PostgreSQL, with a transaction of its own in the middle",
    "postgresql",
    (
        ('CREATE TABLE "c" ("id" INTEGER NOT NULL)', "c"),
        *_OWN[:3],
        _PAUSE,
        *_OWN[3:],
        ('CREATE TABLE "d" ("id" INTEGER NOT NULL)', "d"),
        ('INSERT INTO "base" VALUES (4)', None),
    ),
    False,
    1,
)
FILE_OWN = Kind("SQLite, in a transaction of its own", "sqlite", _OWN, False, 7, own=True)
ALL = "PARITY_FAULT_KILLS" in os.environ
"""Whether every kind of script is run, as `make faults` does."""
KINDS = (
    ATOMIC,
    DEFINITIONS,
    SEGMENTS,
    FILE,
    ONE_BY_ONE,
    FILE_ONE_BY_ONE,
    OWN,
    FILE_OWN,
    *((OWN_IN_THE_MIDDLE,) if ALL else ()),
)


def prepare(project: Project, kind: Kind, url: str) -> None:
    """The project's folder, with a first migration and one of the kind."""
    project.use_database(url)
    project.write_schema("", provider=kind.provider)
    project.write_migration(FIRST, _BASE, provider=kind.provider)
    project.write_migration(WORK, kind.script)


def empty(url: str) -> None:
    """Take everything out of the database."""
    if url.startswith("file:"):
        path = Path(url.removeprefix("file:"))
        for found in path.parent.glob(f"{path.name}*"):
            found.unlink()
        return
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SET client_min_messages = warning; DROP SCHEMA public CASCADE; CREATE SCHEMA public")


def wait_until_free(url: str, seconds: float = 10) -> float:
    """Wait until no session of a killed run is left. The seconds that it took."""
    begun = time.monotonic()
    if url.startswith("file:"):
        return 0.0
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        connection.autocommit = True
        while True:
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone() == (0,):
                return time.monotonic() - begun
            assert time.monotonic() - begun < seconds, "the server still works for a client that is gone"
            time.sleep(0.01)


def lies(truth: Truth, kind: Kind) -> list[str]:
    """Where the ledger says something else than the catalog."""
    found = []
    for name, made in kind.makes.items():
        there = [number for number, thing in enumerate(made) if thing in truth.objects]
        wanted = [number for number, thing in enumerate(made) if thing is not None]
        current = [row for row in truth.rows if row.name == name and not row.rolled_back]
        if [row.finished for row in current].count(True) > 1:
            found.append(f"{name} is applied more than once")
        if any(row.finished for row in current):
            if there != wanted:
                found.append(f"{name} is called applied, and only the statements {there} took effect")
        elif there and not current:
            found.append(f"the ledger knows nothing of {name}, and the statements {there} took effect")
        for row in current:
            if row.finished:
                continue
            if row.atomic is not False and there:
                found.append(f"{name} is said to have left nothing, and the statements {there} took effect")
            if there != wanted[: len(there)] or [n for n in wanted if n < row.done and n not in there]:
                found.append(f"{name} is said to have come to {row.done}, and the statements {there} took effect")
    return found


def assert_at_the_end(url: str, kind: Kind) -> None:
    """Each migration is applied once, each object is there and each row, once."""
    truth = read_truth(url)
    assert not lies(truth, kind)
    assert truth.applied() == [FIRST, WORK]
    assert truth.invalid == frozenset()
    assert truth.count("base") == kind.rows


def converge(project: Project, kind: Kind, run: Callable[..., Ended]) -> str:
    """Bring the database to the end, as a person would who knows nothing of the kill. What had to be done for it."""
    again = run("migrate", "deploy")
    way = "deploy"
    if again.code != 0:
        assert "P3009" in again.output, again.output
        assert not kind.atomic, again.output
        resumed = run("migrate", "doctor", "--resume")
        assert resumed.code == 0, resumed.output
        assert run("migrate", "deploy").code == 0
        way = "doctor --resume"
    assert_at_the_end(project.env["DATABASE_URL"], kind)
    return way


# --- runs -------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Ended:
    """How a run ended: its exit code, minus the signal that ended it, and all it said."""

    code: int
    output: str


class Branch:
    """A command in a process that is branched off a loaded one: it starts in no time."""

    def __init__(self, project: Project, *arguments: str, env: dict[str, str] | None = None) -> None:
        self.log = project.folder.parent / f"run-{time.monotonic_ns()}.log"
        environment = clean_environment(project.parity.home, {**project.env, **(env or {})})
        with self.log.open("wb") as out, Path(os.devnull).open("rb") as nothing:
            streams = (nothing.fileno(), out.fileno(), out.fileno())
            self.begun = begin(arguments, project.folder, environment, streams)

    def kill(self) -> None:
        """SIGKILL, unless it has ended by itself."""
        with suppress(ProcessLookupError):
            os.kill(self.begun.pid, signal.SIGKILL)

    def wait(self) -> Ended:
        """Wait for its end."""
        code = self.begun.wait()
        said = self.log.read_text(errors="replace")
        self.log.unlink()
        assert "Traceback" not in said, said
        return Ended(code, said)
