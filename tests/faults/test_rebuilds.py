"""SQLite tables that are made anew under their children, and killed at it: no row is lost, none loses its parent (F33).

Dropping a table deletes its rows first, and with them, by ON DELETE CASCADE, those that refer to them; with SET NULL
they forget whom they refer to. That is why a rebuild runs with foreign keys off; a run that is killed in between leaves
the rows as they were.
"""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import time
from contextlib import closing
from pathlib import Path

import pytest

from commandline import Project
from killed import Branch
from parity.dialects.registry import dialect_for_provider
from parity.execute.runner import plan_script

KILLS = int(os.environ.get("PARITY_FAULT_KILLS", "4"))
ROWS = 400
BEFORE = """\
model Parent {
  id       Int     @id @default(autoincrement())
  name     String
  upId     Int?
  up       Parent?  @relation("Tree", fields: [upId], references: [id], onDelete: Cascade)
  under    Parent[] @relation("Tree")
  owned    Owned[]
  loose    Loose[]
}

model Owned {
  id       Int    @id @default(autoincrement())
  parentId Int
  parent   Parent @relation(fields: [parentId], references: [id], onDelete: Cascade)
  below    Below[]
}

model Below {
  id      Int   @id
  ownedId Int
  owned   Owned @relation(fields: [ownedId], references: [id], onDelete: Cascade)
}

model Loose {
  id       Int     @id
  parentId Int?
  parent   Parent? @relation(fields: [parentId], references: [id], onDelete: SetNull)
}
"""
AFTER = BEFORE.replace("  name     String\n", '  name     String  @default("none")\n  more     Int?\n').replace(
    "  parentId Int\n", "  parentId Int    @default(1)\n"
)
"""Makes `Parent` and `Owned` anew, both of which others refer to."""
FILL = f"""\
WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {ROWS})
INSERT INTO "Parent" ("id", "name", "upId") SELECT x, 'p' || x, nullif(x / 2, 0) FROM n;
WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < {ROWS})
INSERT INTO "Owned" ("id", "parentId") SELECT x, x FROM n;
INSERT INTO "Below" ("id", "ownedId") SELECT "id", "id" FROM "Owned";
INSERT INTO "Loose" ("id", "parentId") SELECT "id", "id" FROM "Parent";
"""
QUESTIONS = (
    'SELECT "id", "name", "upId" FROM "Parent" ORDER BY 1',
    'SELECT "id", "parentId" FROM "Owned" ORDER BY 1',
    'SELECT "id", "ownedId" FROM "Below" ORDER BY 1',
    'SELECT "id", "parentId" FROM "Loose" ORDER BY 1',
)


def rows(path: Path) -> list[list[tuple[object, ...]]]:
    """All rows of all tables, as the application sees them; and that the file is whole."""
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
        return [connection.execute(question).fetchall() for question in QUESTIONS]


def rebuilt(path: Path) -> bool:
    with closing(sqlite3.connect(path)) as connection:
        return "more" in {row[1] for row in connection.execute('PRAGMA table_info("Parent")')}


@pytest.fixture
def waiting(project: Project, sqlite_url: str) -> Project:
    """A filled database, and the migration that makes the parents anew, to be applied."""
    project.use_database(sqlite_url)
    project.write_schema(BEFORE, provider="sqlite")
    project.run("migrate", "dev", "--name", "init").succeeded()
    project.run("db", "execute", "--stdin", input=FILL).succeeded()
    project.write_schema(AFTER, provider="sqlite")
    project.run("migrate", "dev", "--name", "anew", "--create-only").succeeded()
    return project


def test_the_danger_is_real(waiting: Project, tmp_path: Path) -> None:
    path = tmp_path / "database.db"
    before = rows(path)
    script = list(waiting.migrations().values())[-1]
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript("PRAGMA foreign_keys=ON;" + script.replace("PRAGMA foreign_keys=OFF;", ""))
    lost = [len(was) - len(now) for was, now in zip(before, rows(path), strict=True)]
    assert lost == [ROWS - 1, ROWS, ROWS, 0]
    assert rows(path)[3][0] == (1, None)


def test_no_row_is_lost_wherever_a_rebuild_is_killed(waiting: Project, tmp_path: Path) -> None:
    path = tmp_path / "database.db"
    whole, before = path.read_bytes(), rows(path)
    script = list(waiting.migrations().values())[-1]
    assert script.count('DROP TABLE "') == 2
    plan = plan_script(script, dialect_for_provider("sqlite"))
    steps = [f"mid_script({planned.index})" for segment in plan.segments for planned in segment.statements]
    assert len(steps) > 6
    for step in (*steps, "after_script", "before_commit", "after_commit"):
        path.write_bytes(whole)
        killed = Branch(waiting, "migrate", "deploy", env={"PARITY_FAILPOINT": f"{step}:kill"}).wait()
        assert killed.code == -signal.SIGKILL, (step, killed.output)
        assert rows(path) == before, step
        assert rebuilt(path) == (step == "after_commit"), step
        again = Branch(waiting, "migrate", "deploy").wait()
        assert again.code == 0, again.output
        assert rows(path) == before, step
        assert rebuilt(path), step


def test_no_row_is_lost_whenever_a_rebuild_is_killed(waiting: Project, tmp_path: Path) -> None:
    path = tmp_path / "database.db"
    whole, before = path.read_bytes(), rows(path)
    begun = time.monotonic()
    assert Branch(waiting, "migrate", "deploy").wait().code == 0
    took, chance, done = time.monotonic() - begun, random.Random(33), 0
    for number in range(KILLS):
        for leftover in path.parent.glob("database.db*"):
            leftover.unlink()
        path.write_bytes(whole)
        branch = Branch(waiting, "migrate", "deploy")
        time.sleep(chance.uniform(0, took))
        branch.kill()
        branch.wait()
        assert rows(path) == before, number
        done += rebuilt(path)
        assert Branch(waiting, "migrate", "deploy").wait().code == 0
        assert rows(path) == before, number
    print(f"\n{KILLS} kills within {took:.2f} s of a rebuild, {done} of them behind its commit: no row is lost")
