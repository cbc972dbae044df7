"""What a schema file can't say and that goes with what it stands on: asked about, written down, and reviewed."""

from __future__ import annotations

import re
import sys
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

USERS = """model User {
  id   Int     @id @default(autoincrement())
  name String?
  age  Int?
}
"""
BY_HAND = (
    'CREATE VIEW "grown" AS SELECT id, age FROM "User"',
    'CREATE VIEW "grown_up" AS SELECT id FROM "grown" WHERE age > 17',
    'CREATE INDEX "ages" ON "User" (name) WHERE age > 17',
    'CREATE VIEW "named" AS SELECT id, name FROM "User"',
)
GONE = [
    "You are about to drop the view `grown`, which stands on the column `age` of the table `User`.",
    "You are about to drop the index `ages` on the `User` table, which stands on the column `age`.",
    "You are about to drop the view `grown_up`, which stands on the view `grown`.",
]


@pytest.fixture
def users(project: Project, database_url: str, provider: str) -> Project:
    """A database at USERS, with objects made by hand in a migration, and no values in the columns."""
    project.use_database(database_url)
    project.write_schema(USERS, provider=provider)
    project.run("migrate", "dev", "--name", "users").succeeded()
    project.write_migration("29990101000000_by_hand", "".join(f"{statement};\n" for statement in BY_HAND))
    project.run("migrate", "dev").succeeded()
    return project


def without_age(project: Project) -> None:
    project.schema_file.write_text(project.schema_file.read_text().replace("  age  Int?\n", ""))


def sentences(text: str) -> list[str]:
    return sorted({re.sub(r" \(.*", "", s) for s in re.findall(r"You are about to drop the (?:view|index).*?\.", text)})


def test_who_can_not_be_asked_hears_what_goes_and_nothing_is_done(users: Project, database_url: str) -> None:
    without_age(users)
    for command in (("migrate", "dev", "--name", "no_age"), ("db", "push")):
        refused = users.run(*command).exited(3)
        assert "may lose data, and nobody can be asked here" in refused.stderr
        assert sentences(refused.stderr) == sorted(GONE)
        assert sql(database_url, 'SELECT count(*) FROM "grown_up"') == [(0,)]


def test_what_goes_stands_at_the_head_of_the_migration_and_in_its_review(users: Project, database_url: str) -> None:
    without_age(users)
    users.run("migrate", "dev", "--name", "no_age", "--accept-data-loss").succeeded()
    (written,) = list(users.migrations_folder.glob("*no_age/migration.sql"))
    head = written.read_text().partition("*/")[0]
    assert sorted(line.removeprefix("  - ") for line in head.splitlines() if line.startswith("  - ")) == sorted(
        (*GONE, "You are about to drop the column `age` on the `User` table. All the data in the column will be lost.")
    )
    review = users.run("migrate", "review").succeeded()
    assert sentences(" ".join(review.stdout.split())) == sorted(GONE)
    assert sql(database_url, 'SELECT count(*) FROM "named"') == [(0,)]
    with pytest.raises(Exception, match="grown"):
        sql(database_url, 'SELECT count(*) FROM "grown"')


def test_what_stays_is_not_spoken_of(users: Project, database_url: str) -> None:
    users.schema_file.write_text(users.schema_file.read_text().replace("age  Int?", "age  BigInt?"))
    users.run("migrate", "dev", "--name", "big_ages").succeeded()
    (written,) = list(users.migrations_folder.glob("*big_ages/migration.sql"))
    assert sentences(written.read_text()) == []
    assert sql(database_url, 'SELECT count(*) FROM "grown_up"') == [(0,)]


POSTS = """model Post {
  id   Int    @id @default(autoincrement())
  name String
  age  Int?
}
"""
NOTES = """
CREATE VIRTUAL TABLE notes USING fts5(body, post UNINDEXED);
CREATE VIRTUAL TABLE found USING fts5(name, content='Post', content_rowid='id');
CREATE TRIGGER feed AFTER INSERT ON Post BEGIN INSERT INTO found(rowid, name) VALUES (new.id, new.name); END;
"""


@pytest.fixture
def posts(project: Project, sqlite_url: str) -> Project:
    """An SQLite file with virtual tables made by hand in a migration, and rows in all of them."""
    project.use_database(sqlite_url)
    project.write_schema(POSTS, provider="sqlite")
    project.run("migrate", "dev", "--name", "posts").succeeded()
    project.write_migration("29990101000000_by_hand", NOTES)
    project.run("migrate", "dev").succeeded()
    sql(sqlite_url, "INSERT INTO notes VALUES ('hello', 'x')")
    sql(sqlite_url, "INSERT INTO Post (name) VALUES ('one'), ('two')")
    return project


@pytest.mark.parametrize("command", [("migrate", "dev", "--name", "nullable"), ("db", "push")])
def test_virtual_tables_keep_their_rows_and_find_the_same_after_a_rebuild(
    command: tuple[str, ...], posts: Project, sqlite_url: str
) -> None:
    posts.schema_file.write_text(posts.schema_file.read_text().replace("name String", "name String?"))
    posts.run(*command).succeeded()
    assert sql(sqlite_url, "SELECT body FROM notes WHERE notes MATCH 'hello'") == [("hello",)]
    assert sql(sqlite_url, "SELECT rowid, name FROM found WHERE found MATCH 'two'") == [(2, "two")]
    sql(sqlite_url, "INSERT INTO Post (name) VALUES ('three')")
    assert sql(sqlite_url, "SELECT rowid FROM found WHERE found MATCH 'three'") == [(3,)]


def test_a_virtual_table_goes_only_with_the_table_that_it_reads_and_after_its_rows_were_counted(
    posts: Project, sqlite_url: str
) -> None:
    posts.write_schema("model Other {\n  id Int @id\n}\n", provider="sqlite")
    refused = posts.run("migrate", "dev", "--name", "other").exited(3)
    told = [line.removeprefix("  - ") for line in refused.stderr.splitlines() if "You are about" in line]
    assert told == [
        "You are about to drop the trigger `feed` on the `Post` table, which stands on the virtual table `found`.",
        "You are about to drop the virtual table `found`, which stands on the table `Post` and is not empty (2 rows).",
        "You are about to drop the `Post` table, which is not empty (2 rows).",
    ]
    posts.run("migrate", "dev", "--name", "other", "--accept-data-loss").succeeded()
    assert sql(sqlite_url, "SELECT body FROM notes WHERE notes MATCH 'hello'") == [("hello",)]
    with pytest.raises(Exception, match="found"):
        sql(sqlite_url, "SELECT * FROM found")
