"""`db push` on real databases: what it does, what it keeps, what it refuses, and that a refusal changes nothing."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql
from test_questions import ends_with, terminal

USERS = """model User {
  id    Int     @id @default(autoincrement())
  email String  @unique
  name  String?
}
"""
ROWS = "INSERT INTO \"User\" (email, name) VALUES ('ada@example.com', 'Ada'), ('bob@example.com', NULL)"


@pytest.fixture
def pushed(project: Project, database_url: str, provider: str) -> Project:
    """A database at USERS, with two rows."""
    project.use_database(database_url)
    project.write_schema(USERS, provider=provider)
    project.run("db", "push").succeeded()
    sql(database_url, ROWS)
    return project


def change(project: Project, old: str, new: str) -> None:
    text = project.schema_file.read_text()
    assert old in text
    project.schema_file.write_text(text.replace(old, new))


def names(url: str) -> list[tuple[object, ...]]:
    return sql(url, 'SELECT email, name FROM "User" ORDER BY email')


BOTH = [("ada@example.com", "Ada"), ("bob@example.com", None)]


def test_a_push_makes_what_is_missing_and_then_finds_nothing(pushed: Project, database_url: str) -> None:
    again = pushed.run("db", "push").succeeded()
    assert "is in sync with the schema already" in again.stdout
    change(pushed, "name  String?", "name  String?\n  age   Int     @default(7)")
    done = pushed.run("db", "push").succeeded()
    assert "`User` table" in done.stdout or "Redefined table `User`" in done.stdout
    assert re.search(r"^Ran \d+ statements?\.$", done.stdout, re.MULTILINE)
    assert names(database_url) == BOTH
    assert sql(database_url, 'SELECT DISTINCT age FROM "User"') == [(7,)]
    assert not pushed.migrations_folder.exists()
    with pytest.raises(Exception, match="_prisma_migrations"):
        sql(database_url, "SELECT * FROM _prisma_migrations")


def test_a_missing_database_is_made(project: Project, postgres_url: str) -> None:
    project.use_database(f"{postgres_url}_new")
    project.write_schema(USERS, provider="postgresql")
    try:
        assert "Created the database" in project.run("db", "push").succeeded().stderr
        assert names(f"{postgres_url}_new") == []
    finally:
        sql(postgres_url, f'DROP DATABASE "{postgres_url.rpartition("/")[2]}_new"')


def test_what_loses_values_is_listed_and_refused_until_it_is_accepted(pushed: Project, database_url: str) -> None:
    change(pushed, "  name  String?\n", "")
    sentence = "You are about to drop the column `name` on the `User` table, which still contains 1 non-null value."
    refused = pushed.run("db", "push").exited(3)
    assert f"- {sentence}" in refused.stderr
    assert "--accept-data-loss" in refused.stderr
    error = json.loads(pushed.run("db", "push", "--json").exited(3).stdout)["error"]
    assert (error["code"], error["warnings"], error["unexecutable"]) == ("PAR321", [sentence], [])
    assert names(database_url) == BOTH

    done = json.loads(pushed.run("db", "push", "--accept-data-loss", "--json").succeeded().stdout)
    in_the_engines_words = sentence.replace("1 non-null value.", "1 non-null values.")
    assert (done["warnings"], done["unexecutable"]) == ([in_the_engines_words], [])
    assert (done["wasReset"], done["hasLedger"]) == (False, False)
    assert done["losses"][0]["rows"] == 1
    assert sql(database_url, 'SELECT count(*) FROM "User"') == [(2,)]


def test_what_cant_succeed_is_refused_whatever_is_accepted(pushed: Project, database_url: str) -> None:
    change(pushed, "name  String?", "name  String\n  age   Int")
    refused = pushed.run("db", "push", "--accept-data-loss", "--json").exited(3)
    error = json.loads(refused.stdout)["error"]
    assert error["code"] == "PAR310"
    assert sorted(error["unexecutable"]) == [
        "Added the required column `age` to the `User` table without a default value. "
        "There are 2 rows in this table, it is not possible to execute this step.",
        "Made the column `name` on table `User` required, but there is 1 existing NULL value.",
    ]
    assert names(database_url) == BOTH

    done = pushed.run("db", "push", "--force-reset").succeeded()
    assert "Emptied" in done.stdout
    assert sql(database_url, 'SELECT count(age) FROM "User"') == [(0,)]


def test_duplicates_stop_a_unique_key_and_their_absence_lets_it_pass(pushed: Project, database_url: str) -> None:
    change(pushed, "name  String?", "name  String? @unique")
    done = json.loads(pushed.run("db", "push", "--json").succeeded().stdout)
    assert ["`[name]`" in warning for warning in done["warnings"]] == [True]
    change(pushed, "name  String? @unique", "name  String?")
    pushed.run("db", "push").succeeded()
    sql(database_url, "UPDATE \"User\" SET name = 'Ada'")
    change(pushed, "name  String?", "name  String? @unique")
    assert "existing duplicate values" in pushed.run("db", "push", "--accept-data-loss").exited(3).stderr


def test_rows_that_refer_to_nothing_stop_a_relation(pushed: Project, database_url: str) -> None:
    change(pushed, "name  String?", "name  String?\n  boss  Int?")
    pushed.run("db", "push").succeeded()
    sql(database_url, 'UPDATE "User" SET boss = 77')
    change(
        pushed,
        "boss  Int?",
        'boss  Int?\n  b User? @relation("x", fields: [boss], references: [id])\n  c User[] @relation("x")',
    )
    assert "refers to nothing" in pushed.run("db", "push", "--accept-data-loss").exited(3).stderr
    sql(database_url, 'UPDATE "User" SET boss = 1')
    pushed.run("db", "push").succeeded()
    assert sql(database_url, 'SELECT count(*) FROM "User" WHERE boss = 1') == [(2,)]


def test_what_the_schema_file_cant_say_stays(pushed: Project, database_url: str) -> None:
    sql(database_url, 'CREATE VIEW names AS SELECT name FROM "User"')
    sql(database_url, "CREATE UNIQUE INDEX short ON \"User\" (email) WHERE name = 'x'")
    assert "in sync with the schema already" in pushed.run("db", "push").succeeded().stdout
    change(pushed, "name  String?", 'name  String? @default("nobody")')
    pushed.run("db", "push").succeeded()
    assert sorted(map(str, sql(database_url, "SELECT name FROM names"))) == ["('Ada',)", "(None,)"]
    sql(database_url, "DROP INDEX short")


def test_a_database_that_migrations_lead_keeps_its_ledger_and_is_told_to_be_one(
    pushed: Project, database_url: str
) -> None:
    pushed.run("db", "push", "--force-reset").succeeded()
    pushed.run("migrate", "baseline").succeeded()
    ledger = "SELECT id, checksum, migration_name, finished_at, logs FROM _prisma_migrations"
    before = sql(database_url, ledger)
    assert len(before) == 1
    change(pushed, "name  String?", "name  String?\n  age   Int?")
    done = pushed.run("db", "push").succeeded()
    assert "is led by migrations. A push bypasses them" in done.stderr
    assert sql(database_url, ledger) == before
    assert len(pushed.migrations()) == 1


def test_a_push_that_fails_on_the_way_leaves_nothing_of_it(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_schema(USERS, provider="postgresql")
    project.run("db", "push").succeeded()
    sql(postgres_url, ROWS)
    change(project, "name  String?", "name  String? @db.VarChar(2)\n  age   Int?")
    failed = project.run("db", "push", "--accept-data-loss").exited(1)
    assert "nothing was changed" in failed.stderr
    assert names(postgres_url) == BOTH
    with pytest.raises(Exception, match="age"):
        sql(postgres_url, 'SELECT age FROM "User"')


def test_an_enum_that_loses_a_value_is_part_of_the_one_transaction(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    mood = "enum Mood {\n  calm\n  glad\n}\n\n"
    text = USERS.replace("name  String?", "name  String?\n  mood  Mood    @default(calm)")
    project.write_schema(mood + text, provider="postgresql")
    project.run("db", "push").succeeded()
    sql(postgres_url, ROWS)
    labels = "SELECT enumlabel FROM pg_enum ORDER BY enumsortorder"

    change(project, "  glad\n", "")
    change(project, "name  String?", "name  String? @db.VarChar(2)")
    failed = project.run("db", "push", "--accept-data-loss").exited(1)
    assert "nothing was changed" in failed.stderr
    assert sql(postgres_url, labels) == [("calm",), ("glad",)]

    sql(postgres_url, "UPDATE \"User\" SET name = NULL, mood = 'glad' WHERE name = 'Ada'")
    refused = project.run("db", "push", "--accept-data-loss").exited(3)
    assert "The values [glad] on the enum `Mood` will be removed" in refused.stderr
    sql(postgres_url, "UPDATE \"User\" SET mood = 'calm'")
    project.run("db", "push").succeeded()
    assert sql(postgres_url, labels) == [("calm",)]


def test_on_a_terminal_a_push_asks(pushed: Project, database_url: str) -> None:
    change(pushed, "  name  String?\n", "")
    with terminal(pushed, "db", "push") as child:
        child.expect("which still contains 1 non-null value")
        child.expect("Go on?")
        child.sendline("n")
        assert "nothing was changed" in ends_with(child, 130)
    assert names(database_url) == BOTH
    with terminal(pushed, "db", "push") as child:
        child.expect("Go on?")
        child.sendline("y")
        assert "in sync" in ends_with(child, 0)
    assert sql(database_url, 'SELECT count(*) FROM "User"') == [(2,)]
