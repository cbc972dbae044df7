"""Commands that are branched off do what commands do that begin with the interpreter, and see nothing of each other."""

from __future__ import annotations

import os
import sqlite3
from pathlib import Path

import pytest

from commandline import Parity, Project

SCHEMA = "model A {\n  id Int @id\n}\n"
_NEVER = "CREATE TABLE u AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT count(*) FROM n"


@pytest.fixture(params=["branched off", "from scratch"])
def parity(request: pytest.FixtureRequest, run_parity: Parity) -> Parity:
    return Parity(run_parity.folder, run_parity.home, from_scratch=request.param == "from scratch")


@pytest.fixture
def shop(project: Project, parity: Parity) -> Project:
    started = Project(project.folder, parity)
    started.use_database("file:./shop.db")
    started.write_schema(SCHEMA, provider="sqlite")
    started.write_migration("1_a", 'CREATE TABLE "A" ("id" INTEGER NOT NULL PRIMARY KEY);\n', provider="sqlite")
    return started


def test_a_command_has_its_exit_code_and_both_outputs(shop: Project) -> None:
    run = shop.run("migrate", "diff", "--from-empty", "--to-schema", "prisma/schema.prisma", "--script", "--exit-code")
    made = '-- CreateTable\nCREATE TABLE "A" (\n    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT\n);\n'
    assert (run.exit_code, run.stdout, run.stderr) == (2, made, "")
    run = shop.run("nonsense")
    usage = "Usage: parity [OPTIONS] COMMAND [ARGS]...\nTry 'parity --help' for help.\n\n"
    assert (run.exit_code, run.stdout, run.stderr) == (1, "", f"{usage}Error: No such command 'nonsense'.\n")


def test_a_command_reads_all_that_it_is_given(shop: Project) -> None:
    shop.run("migrate", "deploy").succeeded()
    rows = "".join(f'INSERT INTO "A" VALUES ({number}); -- {"ü" * 90}\n' for number in range(1000))
    shop.run("db", "execute", "--stdin", input=rows).succeeded()
    with sqlite3.connect(shop.folder / "prisma" / "shop.db") as connection:
        assert connection.execute('SELECT count(*) FROM "A"').fetchone() == (1000,)
    connection.close()


def test_what_a_command_prints_is_utf_8_and_what_is_none_is_escaped(shop: Project) -> None:
    shop.write_schema("model A {\n  id Int @id\n  b  Überflüssig\n}\n", provider="sqlite")
    assert "Überflüssig" in shop.run("validate").exited(1).output
    assert "no\\udcffname" in shop.run("validate", "--schema", "no\udcffname").exited(1).output


def test_a_command_that_is_killed_has_the_signal_for_an_exit_code(shop: Project) -> None:
    assert shop.run("migrate", "deploy", env={"PARITY_FAILPOINT": "before_commit:kill"}).exit_code == -9
    # The variable went with the command that had it.
    shop.run("migrate", "deploy").succeeded()


def test_a_command_that_takes_too_long_fails_the_test_and_is_gone(shop: Project) -> None:
    shop.run("migrate", "deploy").succeeded()
    with pytest.raises(AssertionError, match="still running after 1 s"):
        shop.run("db", "execute", "--stdin", input=_NEVER, timeout=1)
    shop.run("db", "execute", "--stdin", input="INSERT INTO A VALUES (1)").succeeded()


def test_a_command_leaves_the_folder_the_environment_and_the_files_of_the_tests_alone(shop: Project) -> None:
    def surroundings() -> tuple[object, ...]:
        return Path.cwd(), dict(os.environ), [str(path) for path in sorted(Path("/proc/self/fd").glob("*"))]

    shop.run("validate").succeeded()
    before = surroundings()
    shop.run("migrate", "deploy").succeeded()
    assert surroundings() == before
