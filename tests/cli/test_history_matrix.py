"""Each way in which a folder and a database can have different pasts: all that status, dev and deploy say of it.

The whole outputs are in tests/golden/history. On PostgreSQL the states are run in which its words may be others.
"""

from __future__ import annotations

import re
import shutil
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import Project, Run

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

A, B, C = "20250101000000_a", "20250102000000_b", "20250103000000_c"
Past = Callable[[Project], None]
"""Brings a project whose three migrations are applied into a state."""


def table(name: str, columns: str = "") -> str:
    key = f'CONSTRAINT "{name}_pkey" PRIMARY KEY ("id")'
    return f'-- CreateTable\nCREATE TABLE "{name}" (\n    "id" INTEGER NOT NULL,{columns}\n\n    {key}\n);\n'


def models(*names: str) -> str:
    return "\n".join(f"model {name} {{\n  id Int @id\n}}\n" for name in names)


def ledger(project: Project, statement: str) -> None:
    sql(project.env["DATABASE_URL"], f"UPDATE _prisma_migrations SET {statement}")


def remove(project: Project, name: str) -> None:
    shutil.rmtree(project.migrations_folder / name)


def rename(project: Project, old: str, new: str) -> None:
    (project.migrations_folder / old).rename(project.migrations_folder / new)


def up_to_date(project: Project) -> None:
    pass


def pending(project: Project) -> None:
    project.write_migration("20250104000000_d", table("D"))


def failed_under_another_program(project: Project) -> None:
    ledger(project, f"finished_at = NULL, logs = 'ERROR: it broke' WHERE migration_name = '{C}'")


def failed_and_taken_back(project: Project) -> None:
    project.write_migration("20250104000000_d", table("D") + "INSERT INTO nowhere VALUES (1);\n")
    project.run("migrate", "deploy").exited(1)


def edited(project: Project) -> None:
    project.write_migration(B, table("B", '\n    "x" INTEGER,'))


def edited_without_effect_on_the_schema(project: Project) -> None:
    project.write_migration(B, table("B").replace("CREATE TABLE", "create table"))


def edited_in_comments(project: Project) -> None:
    project.write_migration(B, "-- why B is needed\n" + table("B").replace("    ", "  "))


def edited_after_another_program_applied_it(project: Project) -> None:
    ledger(project, f"logs = NULL WHERE migration_name = '{B}'")
    edited_in_comments(project)


def deleted(project: Project) -> None:
    remove(project, B)


def renamed(project: Project) -> None:
    rename(project, C, "20250105000000_c")


def renamed_in_case_alone(project: Project) -> None:
    rename(project, C, "20250103000000_C")


def renamed_and_edited_in_comments(project: Project) -> None:
    rename(project, C, "20250105000000_c")
    project.write_migration("20250105000000_c", "-- later\n" + table("C"))


def out_of_order(project: Project) -> None:
    project.write_migration("20250102120000_d", table("D"))


def of_another_branch(project: Project) -> None:
    sql(project.env["DATABASE_URL"], 'INSERT INTO "C" VALUES (7)')
    remove(project, C)
    project.write_migration("20250103120000_d", table("D"))


def of_the_same_number(project: Project) -> None:
    project.write_migration("20250103000000_d", table("D"))


STATES: dict[Past, tuple[str, ...]] = {
    up_to_date: ("A", "B", "C"),
    pending: ("A", "B", "C", "D"),
    failed_under_another_program: ("A", "B", "C"),
    failed_and_taken_back: ("A", "B", "C", "D"),
    edited: ("A", "B", "C"),
    edited_without_effect_on_the_schema: ("A", "B", "C"),
    edited_in_comments: ("A", "B", "C"),
    edited_after_another_program_applied_it: ("A", "B", "C"),
    deleted: ("A", "B", "C"),
    renamed: ("A", "B", "C"),
    renamed_in_case_alone: ("A", "B", "C"),
    renamed_and_edited_in_comments: ("A", "B", "C"),
    out_of_order: ("A", "B", "C", "D"),
    of_another_branch: ("A", "B", "D"),
    of_the_same_number: ("A", "B", "C", "D"),
}
"""Each state, and the models of the schema file there."""


@pytest.fixture
def applied(project: Project, provider: str, database_url: str) -> Project:
    project.use_database(database_url)
    for name, text in ((A, table("A")), (B, table("B")), (C, table("C"))):
        project.write_migration(name, text, provider=provider)
    project.write_schema(models("A", "B", "C"), provider=provider)
    project.run("migrate", "deploy").succeeded()
    return project


def shown(run: Run) -> str:
    """A command with all that it said, without what differs from run to run."""
    text = f"$ parity {' '.join(run.arguments)}\n{run.stdout}"
    text += "".join(f"! {line}\n" for line in run.stderr.splitlines()) + f"exit {run.exit_code}\n"
    text = re.sub(r"postgresql://\S+?/test_\d+_\d+|file:\S+?\.db", "<database>", text)
    text = re.sub(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?(Z|\+00:00)?", "<time>", text)
    return re.sub(r"\d+\.\d\d s", "<n> s", text)


CASES = [("sqlite", state) for state in STATES] + [
    ("postgresql", state)
    for state in (failed_and_taken_back, edited, renamed_in_case_alone, of_another_branch, of_the_same_number)
]


@pytest.mark.parametrize(("provider", "state"), CASES, ids=lambda part: getattr(part, "__name__", part))
def test_all_that_is_said_of_a_state(
    applied: Project, state: Past, provider: str, golden: Callable[[str, str], None]
) -> None:
    applied.write_schema(models(*STATES[state]), provider=provider)
    state(applied)
    said = [
        shown(applied.run("migrate", *command))
        # The last deploy finds a database that `dev` hasn't touched, or mended.
        for command in (("status",), ("deploy", "--plan", "--strict"), ("dev", "--name", "new"), ("deploy",))
    ]
    golden(f"history/{provider}/{state.__name__}.txt", "\n".join(said))
