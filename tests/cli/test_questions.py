"""Questions on a real terminal: what is asked, what each answer does, and Ctrl-C at the prompt."""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pexpect
import pytest

from commandline import Project, clean_environment

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql, text


@contextmanager
def terminal(project: Project, *arguments: str) -> Iterator[pexpect.spawn]:
    """The program on a pseudo-terminal, as a person has it."""
    child = pexpect.spawn(
        sys.executable,
        ["-m", "parity", *arguments],
        cwd=str(project.folder),
        env={**clean_environment(project.parity.home, project.env), "TERM": "xterm"},
        encoding="utf-8",
        timeout=30,
        dimensions=(40, 160),
    )
    try:
        yield child
    finally:
        child.close(force=True)


def ends_with(child: pexpect.spawn, exit_code: int) -> str:
    child.expect(pexpect.EOF)
    child.wait()
    assert child.exitstatus == exit_code, child.before
    return re.sub(r"\x1b\[[0-9;]*m", "", child.before)


@pytest.fixture
def started(project: Project, sqlite_url: str) -> Project:
    project.run("init", "--provider", "sqlite", "--url", sqlite_url).succeeded()
    project.schema_file.write_text(text("sqlite", "1_users.prisma"), encoding="utf-8")
    return project


@pytest.fixture
def drifted(started: Project, sqlite_url: str) -> Project:
    started.run("migrate", "dev", "--name", "init").succeeded()
    sql(sqlite_url, "INSERT INTO users (id, email) VALUES ('u1', 'ada@example.com')")
    sql(sqlite_url, "ALTER TABLE users ADD COLUMN nickname text")
    sql(sqlite_url, "UPDATE users SET nickname = 'countess'")
    return started


def test_dev_asks_for_the_name_of_the_migration(started: Project) -> None:
    with terminal(started, "migrate", "dev") as child:
        child.expect("A name for the new migration")
        child.sendline("first tables")
        ends_with(child, 0)
    assert next(iter(started.migrations())).endswith("_first_tables")


def test_dev_shows_the_drift_and_undoes_it_when_told(drifted: Project, sqlite_url: str) -> None:
    with terminal(drifted, "migrate", "dev") as child:
        child.expect("nickname")
        child.expect("What is to be done")
        child.sendline("undo")
        child.expect("Go on")
        child.sendline("y")
        assert "The drift was undone" in ends_with(child, 0)
    assert sql(sqlite_url, "SELECT * FROM users LIMIT 0") == []
    assert sql(sqlite_url, "SELECT count(*) FROM pragma_table_info('users') WHERE name = 'nickname'") == [(0,)]
    assert sql(sqlite_url, "SELECT count(*) FROM users") == [(1,)]


def test_dev_shows_the_way_back_from_another_branch_with_its_cost_and_takes_it(
    drifted: Project, sqlite_url: str
) -> None:
    drifted.run("migrate", "dev", "--on-drift", "undo", "--accept-data-loss").succeeded()
    script = 'CREATE TABLE "invoices" ("id" INTEGER);\nINSERT INTO "invoices" VALUES (1), (2);\n'
    drifted.write_migration("20990101000000_theirs", script)
    drifted.run("migrate", "deploy").succeeded()
    (drifted.migrations_folder / "20990101000000_theirs" / "migration.sql").unlink()
    (drifted.migrations_folder / "20990101000000_theirs").rmdir()
    with terminal(drifted, "migrate", "dev") as child:
        child.expect("20990101000000_theirs is applied here, but not in the folder")
        child.expect("The way back changes only that; it would cost:")
        child.expect("`invoices` table, which is not empty \\(2 rows\\)")
        child.expect("What is to be done")
        child.sendline("undo")
        child.expect("Go on")
        child.sendline("y")
        assert "20990101000000_theirs was taken back" in ends_with(child, 0)
    assert sql(sqlite_url, "SELECT id FROM users") == [("u1",)]
    assert "up to date" in drifted.run("migrate", "status").succeeded().stdout


def test_stopping_at_the_question_changes_nothing(drifted: Project, sqlite_url: str) -> None:
    with terminal(drifted, "migrate", "dev") as child:
        child.expect("What is to be done")
        child.sendline("")
        assert "PAR501" in ends_with(child, 1)
    assert sql(sqlite_url, "SELECT count(*) FROM pragma_table_info('users') WHERE name = 'nickname'") == [(1,)]


def test_ctrl_c_at_a_question_ends_with_130(drifted: Project, sqlite_url: str) -> None:
    with terminal(drifted, "migrate", "dev") as child:
        child.expect("What is to be done")
        child.sendintr()
        ends_with(child, 130)
    assert sql(sqlite_url, "SELECT count(*) FROM users") == [(1,)]


def test_reset_asks_names_the_database_and_takes_no_for_an_answer(drifted: Project, sqlite_url: str) -> None:
    with terminal(drifted, "migrate", "reset") as child:
        child.expect(re.escape(sqlite_url))
        child.expect("Go on")
        child.sendline("n")
        assert "nothing was changed" in ends_with(child, 130)
    assert sql(sqlite_url, "SELECT count(*) FROM users") == [(1,)]


def test_a_reset_on_another_machine_wants_the_name_typed(project: Project, postgres_url: str) -> None:
    # An address of this machine that doesn't look like one.
    project.use_database(postgres_url.replace("127.0.0.1", "0.0.0.0"))
    project.write_schema("", provider="postgresql")
    project.write_migration("1_a", "CREATE TABLE a (id int);", provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    name = postgres_url.rpartition("/")[2]
    for answer, exit_code in (("y", 130), (name, 0)):
        with terminal(project, "migrate", "reset") as child:
            child.expect(f"Go on\\? If so, type {name}: ")
            child.sendline(answer)
            ends_with(child, exit_code)


def test_the_review_is_coloured_on_a_terminal(drifted: Project) -> None:
    with terminal(drifted, "migrate", "review") as child:
        child.expect(pexpect.EOF)
        assert "\x1b[" in child.before
        plain = re.sub(r"\x1b\[[0-9;]*m", "", child.before).replace("\r\n", "\n")
    assert "creates table users" in plain
    assert 'CREATE TABLE "users"' in plain
