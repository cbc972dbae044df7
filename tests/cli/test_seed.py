"""The seed command: where it is named, what it runs with, when it runs by itself, and how it ends."""

from __future__ import annotations

import json
import shlex
import signal
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql
from test_questions import ends_with, terminal

PYTHON = shlex.quote(sys.executable)
USERS = "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n}\n"
# Through the program itself: it works on every database, and reads DATABASE_URL as any seed does.
FILL = """import subprocess, sys
rows = sys.argv[1:] or ["ada"]
values = ", ".join(f"('{name}@example.com')" for name in rows)
sys.exit(subprocess.run(
    [sys.executable, "-m", "parity", "db", "execute", "--stdin", "--schema", "other.prisma"],
    input=f'INSERT INTO "User" (email) VALUES {values}', text=True).returncode)
"""


@pytest.fixture
def seeded(project: Project, database_url: str, provider: str) -> Project:
    """A project whose seed command makes users; the database is empty, or not there."""
    project.use_database(database_url)
    project.write_schema(USERS, provider=provider)
    (project.folder / "other.prisma").write_text(f'datasource db {{\n  provider = "{provider}"\n}}\n')
    (project.folder / "fill.py").write_text(FILL, encoding="utf-8")
    (project.folder / "pyproject.toml").write_text(f'[tool.parity]\nseed = "{PYTHON} fill.py"\n')
    return project


def says(project: Project, code: str) -> None:
    """Make the seed command a piece of Python."""
    (project.folder / "says.py").write_text(code, encoding="utf-8")
    (project.folder / "pyproject.toml").write_text(f'[tool.parity]\nseed = ["{sys.executable}", "says.py"]\n')


def emails(url: str) -> list[tuple[object, ...]]:
    return sql(url, 'SELECT email FROM "User" ORDER BY email')


def test_a_new_database_is_seeded_once(seeded: Project, database_url: str) -> None:
    first = seeded.run("migrate", "dev", "--name", "init").succeeded()
    assert "Ran 1 statement on" in first.stdout
    assert first.stdout.index("is in sync") < first.stdout.index("Ran 1 statement") < first.stdout.index("ended well")
    assert emails(database_url) == [("ada@example.com",)]
    seeded.schema_file.write_text(seeded.schema_file.read_text().replace("@unique", "@unique\n  name String?"))
    again = seeded.run("migrate", "dev", "--name", "names").succeeded()
    assert "seed command" not in again.output
    assert emails(database_url) == [("ada@example.com",)]


def test_dev_seeds_nothing_when_told_so_or_when_nothing_was_applied(seeded: Project, database_url: str) -> None:
    assert "seed command" not in seeded.run("migrate", "dev", "--name", "init", "--create-only").succeeded().output
    done = json.loads(seeded.run("migrate", "dev", "--skip-seed", "--json").succeeded().stdout)
    assert done["seed"] is None
    assert emails(database_url) == []


def test_with_json_the_output_of_the_seed_goes_to_standard_error(seeded: Project, database_url: str) -> None:
    done = seeded.run("migrate", "dev", "--name", "init", "--json").succeeded()
    assert json.loads(done.stdout)["seed"]["exitCode"] == 0
    assert "Ran 1 statement" in done.stderr
    assert emails(database_url) == [("ada@example.com",)]


def test_a_reset_seeds_again_unless_told_not_to(seeded: Project, database_url: str) -> None:
    seeded.run("migrate", "dev", "--name", "init").succeeded()
    seeded.run("migrate", "reset", "--force", "--skip-seed").succeeded()
    assert emails(database_url) == []
    assert "ended well" in seeded.run("migrate", "reset", "--force").succeeded().stdout
    assert emails(database_url) == [("ada@example.com",)]


def test_arguments_behind_two_dashes_are_passed_on(seeded: Project, database_url: str) -> None:
    seeded.run("migrate", "dev", "--name", "init", "--skip-seed").succeeded()
    seeded.run("db", "seed", "--", "bob", "eve").succeeded()
    assert emails(database_url) == [("bob@example.com",), ("eve@example.com",)]
    says(seeded, "import sys; print(sys.argv[1:])")
    assert "['--json', '-x y']" in seeded.run("db", "seed", "--", "--json", "-x y").succeeded().stdout


def test_the_database_of_the_option_is_seeded_and_no_other(seeded: Project, database_url: str) -> None:
    seeded.run("migrate", "dev", "--name", "init", "--skip-seed").succeeded()
    seeded.use_database("postgresql://nobody@127.0.0.1:1/none")
    seeded.run("db", "seed", "--url", database_url).succeeded()
    assert emails(database_url) == [("ada@example.com",)]


def test_variables_of_dot_env_are_there_and_a_file_has_its_whole_path(project: Project) -> None:
    project.write_schema(USERS, provider="sqlite")
    (project.folder / "prisma" / ".env").write_text('DATABASE_URL="file:./my dev.db?socket_timeout=9"\nCITY=Ulm\n')
    says(project, "import os; print(os.environ['CITY'], os.environ['DATABASE_URL'])")
    whole = str((project.folder / "prisma").resolve()) + "/my%20dev.db?socket_timeout=9"
    assert f"Ulm file:{whole}" in project.run("db", "seed").succeeded().stdout


@pytest.mark.parametrize(
    ("url", "expected"),
    [('env("SHOP_DB")', "postgresql://app@db/shop"), ('"postgresql://x@y/z"', "postgresql://x@y/z")],
)
def test_database_url_is_set_where_the_schema_names_it_otherwise(project: Project, url: str, expected: str) -> None:
    project.write_schema(f'datasource db {{\n  provider = "postgresql"\n  url = {url}\n}}\n')
    says(project, "import os; print(os.environ['DATABASE_URL'], os.environ.get('SHOP_DB'))")
    done = project.run("db", "seed", env={"SHOP_DB": "postgresql://app@db/shop"}).succeeded()
    assert done.stdout.startswith(f"{expected} postgresql://app@db/shop\n")
    meant = "postgresql://c@d/e"
    done = project.run("db", "seed", "--url", meant, env={"SHOP_DB": "postgresql://app@db/shop"}).succeeded()
    assert done.stdout.startswith(f"{meant} {meant if 'SHOP_DB' in url else 'postgresql://app@db/shop'}\n")


def local_program(project: Project) -> None:
    folder = project.folder / "node_modules" / ".bin"
    folder.mkdir(parents=True)
    (folder / "tsx").write_text('#!/bin/sh\necho "tsx got $1"\n')
    (folder / "tsx").chmod(0o755)


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("package.json", json.dumps({"prisma": {"seed": 'tsx {"module":"CommonJS"} prisma/seed.ts'}})),
        ("prisma.config.ts", 'export default { migrations: { seed: \'tsx {"module":"CommonJS"} a.ts\' } }'),
        (
            "prisma.config.ts",
            'export default { migrations: { path: "m",\n seed: "tsx {\\"module\\":\\"CommonJS\\"}" } }',
        ),
        ("pyproject.toml", "[tool.parity]\nseed = '''tsx '{\"module\":\"CommonJS\"}' a'''\n"),
        ("pyproject.toml", '[tool.parity]\nseed = ["tsx", \'{"module":"CommonJS"}\']\n'),
    ],
)
def test_the_files_that_may_name_the_command(project: Project, file: str, text: str) -> None:
    local_program(project)
    (project.folder / file).write_text(text)
    assert 'tsx got {"module":"CommonJS"}' in project.run("db", "seed").succeeded().stdout


def test_without_a_command_it_is_said_where_to_put_it(seeded: Project) -> None:
    (seeded.folder / "pyproject.toml").unlink()
    missing = seeded.run("db", "seed").exited(1)
    assert "PAR150" in missing.stderr
    assert "[tool.parity]" in missing.stderr
    assert "seed command" not in seeded.run("migrate", "dev", "--name", "init").succeeded().output


@pytest.mark.parametrize("value", ["7", '["a", 1]', "'\"open'"])
def test_what_cant_be_a_command_is_refused(project: Project, value: str) -> None:
    (project.folder / "pyproject.toml").write_text(f"[tool.parity]\nseed = {value}\n")
    assert "PAR112" in project.run("db", "seed").exited(1).stderr


def test_a_program_that_isnt_there_is_told(project: Project) -> None:
    (project.folder / "pyproject.toml").write_text('[tool.parity]\nseed = "no-such-program now"\n')
    failed = project.run("db", "seed").exited(1)
    assert "PAR151" in failed.stderr
    assert "[tool.parity] in pyproject.toml" in failed.stderr


def test_an_exit_code_is_reported_and_what_was_migrated_stays(seeded: Project, database_url: str) -> None:
    says(seeded, "import sys; print('half way'); sys.exit(7)")
    failed = seeded.run("migrate", "dev", "--name", "init").exited(1)
    assert "half way" in failed.stdout
    assert "Error PAR152: the seed command ended with exit code 7" in failed.stderr
    assert emails(database_url) == []
    error = json.loads(seeded.run("db", "seed", "--json").exited(1).stdout)["error"]
    assert error["seed"]["exitCode"] == 7
    says(seeded, "import os, signal; os.kill(os.getpid(), signal.SIGKILL)")
    assert "was ended by SIGKILL" in seeded.run("db", "seed").exited(1).stderr


WAITS = """import pathlib, signal, sys, time
def leave(number, frame):
    pathlib.Path("ended").write_text(signal.Signals(number).name)
    sys.exit(0)
signal.signal(signal.SIGINT, leave)
signal.signal(signal.SIGTERM, leave)
print("waiting", flush=True)
time.sleep(60)
"""


def until(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_reaches_the_command_and_its_end_is_waited_for(project: Project, number: signal.Signals) -> None:
    says(project, WAITS)
    running = project.parity.start("db", "seed", cwd=project.folder)
    assert running.stdout is not None
    assert running.stdout.readline() == "waiting\n"
    running.send_signal(number)
    _, errors = running.communicate(timeout=30)
    assert running.returncode == 130
    assert "Interrupted" in errors
    assert (project.folder / "ended").read_text() == number.name


def test_ctrl_c_on_a_terminal_reaches_the_command_once(project: Project) -> None:
    says(project, WAITS.replace("sys.exit(0)", "time.sleep(0.5); open('count', 'a').write('x'); sys.exit(0)"))
    with terminal(project, "db", "seed") as child:
        child.expect("waiting")
        child.sendintr()
        ends_with(child, 130)
    assert (project.folder / "ended").read_text() == "SIGINT"
    assert (project.folder / "count").read_text() == "x"


def test_the_password_is_not_shown(project: Project) -> None:
    project.write_schema(USERS, provider="postgresql")
    project.use_database("postgresql://app:canary-7@db/shop")
    says(project, "import sys; sys.exit(1)")
    assert "canary-7" not in project.run("db", "seed").exited(1).output
