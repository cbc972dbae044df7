"""The pytest plugin: each test has a migrated database of its own, and `--parity-check` looks at the folder."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import psycopg2
import pytest

from commandline import Project, clean_environment

TESTS = '''
import sqlite3

import psycopg2
import pytest


def run(url, statement):
    if url.startswith("file:"):
        connection = sqlite3.connect(url.removeprefix("file:"))
    else:
        connection = psycopg2.connect(url)
    with connection:
        cursor = connection.cursor()
        cursor.execute(statement)
        found = cursor.fetchall() if cursor.description else []
    connection.close()
    return found


@pytest.mark.parametrize("number", range(4))
def test_rows_of_others_are_not_here(parity_url, parity_database, number):
    assert parity_database.url == parity_url
    assert run(parity_url, 'SELECT email FROM "User"') == []
    run(parity_url, """INSERT INTO "User" (email) VALUES ('a')""")
    assert run(parity_url, 'SELECT email FROM "User"') == [("a",)]


def test_without_a_database():
    pass
'''
MODELS = "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n}\n"


@pytest.fixture
def made(project: Project, provider: str, database_url: str) -> Project:
    project.use_database(database_url)
    project.write_schema(MODELS, provider=provider)
    project.run("migrate", "dev", "--name", "init").succeeded()
    (project.folder / "test_users.py").write_text(TESTS)
    (project.folder / "pytest.ini").write_text("[pytest]\n")
    return project


def run_pytest(project: Project, *options: str) -> tuple[int, str]:
    environment = {**clean_environment(project.parity.home, project.env), "PATH": os.environ["PATH"]}
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *options]
    done = subprocess.run(
        command, cwd=project.folder, env=environment, capture_output=True, text=True, check=False, timeout=120
    )
    return done.returncode, done.stdout + done.stderr


def left_on(url: str) -> list[str]:
    connection = psycopg2.connect(url)
    with connection, connection.cursor() as cursor:
        cursor.execute("SELECT datname FROM pg_database WHERE datname LIKE 'parity\\_test\\_%'")
        found = [name for (name,) in cursor.fetchall()]
    connection.close()
    return found


def test_each_test_has_a_migrated_database_of_its_own_and_none_is_left(made: Project, provider: str) -> None:
    code, output = run_pytest(made, "-n", "2")
    assert (code, "5 passed" in output) == (0, True), output
    if provider == "postgresql":
        assert left_on(made.env["DATABASE_URL"]) == []


def test_what_a_killed_run_left_is_dropped_by_the_next(made: Project, provider: str, tmp_path: Path) -> None:
    if provider == "sqlite":
        return  # Files are in pytest's own folder for temporary ones, which pytest keeps clean.
    (made.folder / "test_killed.py").write_text(
        "import os, signal\n\n\ndef test_it(parity_url):\n    os.kill(os.getpid(), signal.SIGKILL)\n"
    )
    code, _ = run_pytest(made, "test_killed.py")
    assert code == -9
    assert len(left_on(made.env["DATABASE_URL"])) == 2
    code, output = run_pytest(made, "test_users.py")
    assert (code, "5 passed" in output) == (0, True), output
    assert left_on(made.env["DATABASE_URL"]) == []


def test_the_check_fails_a_run_whose_schema_file_asks_for_more(made: Project, provider: str) -> None:
    code, output = run_pytest(made, "--parity-check")
    assert (code, "6 passed" in output) == (0, True), output
    made.write_schema(MODELS.replace("@unique\n", "@unique\n  name  String?\n"), provider=provider)
    code, output = run_pytest(made, "--parity-check", "-k", "without")
    assert code == 1
    assert "PAR909: table User was changed in the schema file" in output
    assert "To mend it: parity migrate dev" in output


def test_a_project_that_is_none_is_told_without_a_traceback(made: Project) -> None:
    (made.folder / "prisma" / "schema.prisma").unlink()
    code, output = run_pytest(made)
    assert code == 1
    assert "PAR120: no schema.prisma found" in output
    assert "Traceback" not in output
