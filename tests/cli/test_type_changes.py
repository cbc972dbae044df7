"""A type changes without a cast of the database's own: the values are kept where somebody says so, or it stops."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql
from test_questions import ends_with, terminal

ITEMS = """model Item {
  id    Int    @id @default(autoincrement())
  count String
}
"""
CAST = 'ALTER TABLE "Item" ALTER COLUMN "count" SET DATA TYPE INTEGER USING ("count"::INTEGER);'
RECREATE = 'ALTER TABLE "Item" DROP COLUMN "count",\nADD COLUMN     "count" INTEGER NOT NULL;'


@pytest.fixture
def changed(project: Project, postgres_url: str) -> Project:
    """Texts are to become numbers; all of them are numbers."""
    project.use_database(postgres_url)
    project.write_schema(ITEMS, provider="postgresql")
    project.run("migrate", "dev", "--name", "init").succeeded()
    sql(postgres_url, "INSERT INTO \"Item\" (count) VALUES ('7'), ('12')")
    project.schema_file.write_text(project.schema_file.read_text().replace("count String", "count Int"))
    return project


def counts(url: str) -> list[object]:
    return [row[0] for row in sql(url, 'SELECT count FROM "Item" ORDER BY id')]


def newest(project: Project) -> str:
    return list(project.migrations().values())[-1]


def test_dev_stops_where_values_could_be_kept_and_nobody_decides(changed: Project, postgres_url: str) -> None:
    refused = changed.run("migrate", "dev", "--name", "numbers").exited(3)
    assert "PAR322" in refused.stderr
    assert "`count` of `Item`, from Text to Integer: 2 values" in refused.stderr
    assert "--on-type-change cast" in refused.stderr
    assert counts(postgres_url) == ["7", "12"]
    assert len(changed.migrations()) == 1


def test_dev_converts_the_values_where_that_is_asked_for(changed: Project, postgres_url: str) -> None:
    changed.run("migrate", "dev", "--name", "numbers", "--on-type-change", "cast").succeeded()
    assert counts(postgres_url) == [7, 12]
    assert newest(changed).endswith(f"*/\n-- AlterTable\n{CAST}\n")
    assert "will be cast from `Text` to `Integer`. This cast may fail." in newest(changed)
    assert "in sync" in changed.run("migrate", "dev").succeeded().stdout


def test_values_that_cant_be_converted_are_counted_and_stop_it(changed: Project, postgres_url: str) -> None:
    sql(postgres_url, "UPDATE \"Item\" SET count = 'many' WHERE count = '12'")
    refused = changed.run("migrate", "dev", "--name", "numbers", "--on-type-change", "cast").exited(3)
    assert "which contains 1 value that can't be cast from `Text` to `Integer`" in refused.stderr
    assert counts(postgres_url) == ["7", "many"]
    assert "of which 1 can't be converted" in changed.run("db", "push").exited(3).stderr


def test_without_rows_the_engines_own_sql_is_written_and_told(changed: Project, postgres_url: str) -> None:
    sql(postgres_url, 'DELETE FROM "Item"')
    done = changed.run("migrate", "dev", "--name", "numbers").succeeded()
    assert "--on-type-change cast would convert the values" in done.stderr
    assert newest(changed).endswith(f"-- AlterTable\n{RECREATE}\n")


def test_with_create_only_the_engines_own_sql_is_written_and_told(changed: Project, postgres_url: str) -> None:
    done = changed.run("migrate", "dev", "--name", "numbers", "--create-only").succeeded()
    assert "--on-type-change cast would convert the values" in done.stderr
    assert newest(changed).endswith(f"-- AlterTable\n{RECREATE}\n")
    assert counts(postgres_url) == ["7", "12"]


def test_a_diff_stays_that_of_the_engine(changed: Project) -> None:
    diff = changed.run(
        "migrate", "diff", "--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma", "--script"
    )
    assert RECREATE in diff.stdout


def test_on_a_terminal_the_question_is_asked(changed: Project, postgres_url: str) -> None:
    with terminal(changed, "migrate", "dev", "--name", "numbers") as child:
        child.expect("`count` of `Item`, from Text to Integer: 2 values")
        child.expect("What becomes of the values?")
        child.sendline("stop")
        ends_with(child, 3)
    assert counts(postgres_url) == ["7", "12"]
    with terminal(changed, "migrate", "dev", "--name", "numbers") as child:
        child.expect("What becomes of the values?")
        child.sendline("cast")
        ends_with(child, 0)
    assert counts(postgres_url) == [7, 12]


def test_a_push_converts_gives_up_or_stops(changed: Project, postgres_url: str) -> None:
    error = json.loads(changed.run("db", "push", "--json").exited(3).stdout)["error"]
    assert (error["code"], error["warnings"]) == ("PAR322", ["`count` of `Item`, from Text to Integer: 2 values"])
    stopped = changed.run("db", "push", "--on-type-change", "recreate", "--accept-data-loss").exited(3)
    assert "No cast exists" in stopped.stderr
    changed.run("db", "push", "--on-type-change", "cast").succeeded()
    assert counts(postgres_url) == [7, 12]
    changed.schema_file.write_text(changed.schema_file.read_text().replace("count Int", "count DateTime?"))
    changed.run("db", "push", "--accept-data-loss").succeeded()
    assert counts(postgres_url) == [None, None]


def test_a_rebuild_converts_what_it_can_and_loses_nothing(project: Project, sqlite_url: str) -> None:
    project.use_database(sqlite_url)
    project.write_schema(ITEMS, provider="sqlite")
    project.run("db", "push").succeeded()
    sql(sqlite_url, "INSERT INTO Item (count) VALUES ('7'), ('many')")
    project.schema_file.write_text(project.schema_file.read_text().replace("count String", "count Int"))
    assert "will be cast from `String` to `Int`" in project.run("db", "push").exited(3).stderr
    project.run("db", "push", "--accept-data-loss").succeeded()
    assert counts(sqlite_url) == [7, "many"]
