"""A change that the database refuses for something made by hand: the error names that, and says what to do."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

POST = """enum Mood {
  good
  bad
  odd
}
model Post {
  id   Int  @id @default(autoincrement())
  size Int  @default(0)
  last Int?
  mood Mood
}
"""
IN_THE_WAY = {
    "a cast": (
        "CREATE FUNCTION number(\"Mood\") RETURNS integer LANGUAGE sql AS 'SELECT 1';\n"
        'CREATE CAST ("Mood" AS integer) WITH FUNCTION number("Mood");\n',
        ("  odd\n", ""),
        'cast from "Mood" to integer depends on function number("Mood")',
        "drop that",
    ),
    "an operator": (
        'CREATE FUNCTION same("Mood", "Mood") RETURNS boolean LANGUAGE sql AS \'SELECT true\';\n'
        'CREATE OPERATOR === (LEFTARG = "Mood", RIGHTARG = "Mood", FUNCTION = same);\n',
        ("  odd\n", ""),
        'operator ===("Mood","Mood") depends on function same("Mood","Mood")',
        "drop that",
    ),
    "a publication": (
        'CREATE PUBLICATION %s FOR TABLE "Post" (id, size);\n',
        ("  size Int  @default(0)\n", ""),
        'publication of table "Post" in publication %s depends on column size of table "Post"',
        "drop that",
    ),
    "a view's row type": (
        'CREATE VIEW seen AS SELECT size FROM "Post";\nCREATE TABLE "Seen" (id integer PRIMARY KEY, row seen);\n',
        ("size Int ", "size BigInt "),
        'column row of table "Seen" depends on type seen',
        "drop that",
    ),
    "a default of another table": (
        'CREATE TABLE "Seen" (id integer PRIMARY KEY DEFAULT nextval(\'"Post_id_seq"\'));\n',
        (" @default(autoincrement())\n  size", "\n  size"),
        'default value for column id of table "Seen" depends on sequence "Post_id_seq"',
        "drop that",
    ),
    "a check": (
        'ALTER TABLE "Post" ADD CONSTRAINT sized CHECK (last >= 0);\n',
        ("last Int?", "last DateTime?"),
        "the check `sized` on the `Post` table can't stand on the new type of what it reads",
        'drop it (ALTER TABLE "Post" DROP CONSTRAINT "sized";)',
    ),
    "an index": (
        'CREATE INDEX sized ON "Post" (id) WHERE last >= 0;\n',
        ("last Int?", "last DateTime?"),
        "the index `sized` on the `Post` table can't stand on the new type of what it reads",
        'drop it (DROP INDEX "sized";)',
    ),
    "a view": (
        'CREATE VIEW seen AS SELECT last + 1 AS next FROM "Post";\n',
        ("last Int?", "last String?"),
        "the view `seen` can't stand on the new type of what it reads",
        'drop it (DROP VIEW "seen";)',
    ),
}
PARTITIONED = """
DROP TABLE "Post";
CREATE TABLE "Post" (
    id serial CONSTRAINT "Post_pkey" PRIMARY KEY, size integer NOT NULL DEFAULT 0, last integer, mood "Mood" NOT NULL
) PARTITION BY RANGE (id);
"""
ALSO = {
    "a view's row type": 'model Seen {\n  id  Int @id\n  row Unsupported("seen")?\n}\n',
    "a default of another table": "model Seen {\n  id Int @id @default(autoincrement())\n}\n",
}


@pytest.mark.parametrize("name", IN_THE_WAY)
def test_what_stands_in_the_way_of_a_change_is_named_with_the_way_out(
    name: str, project: Project, postgres_url: str
) -> None:
    ((version,),) = sql(postgres_url, "SELECT current_setting('server_version_num')::integer")
    if name == "a publication" and int(str(version)) < 150000:
        pytest.skip("before PostgreSQL 15 a publication lists no columns")
    publication = f"of_{postgres_url.rpartition('/')[2].partition('?')[0]}"
    statements, (old, new), why, first = IN_THE_WAY[name]
    statements, why = statements.replace("%s", publication), why.replace("%s", publication)
    project.use_database(postgres_url)
    project.write_schema(POST, provider="postgresql")
    project.run("migrate", "dev", "--name", "posts").succeeded()
    project.write_migration("29990101000000_by_hand", statements)
    project.schema_file.write_text(project.schema_file.read_text() + ALSO.get(name, ""))
    project.run("migrate", "dev").succeeded()
    text = project.schema_file.read_text()
    assert old in text
    project.schema_file.write_text(text.replace(old, new))
    flags = ("--accept-data-loss", "--on-type-change", "recreate")

    stopped = project.run("migrate", "dev", "--name", "change", *flags).exited(1)
    told = " ".join(stopped.stderr.split())
    assert f"Why: {why}" in told
    assert (
        f"Next: nothing was written; {first} in a migration of its own, and make it anew in one behind this change"
        in told
    )
    assert not list(project.migrations_folder.glob("*change*"))

    stopped = project.run("db", "push", *flags).exited(1)
    told = " ".join(stopped.stderr.split())
    assert f"Why: {why}" in told
    assert f"Next: nothing was changed; {first} by hand, and make it anew afterwards" in told
    assert sql(postgres_url, 'SELECT count(*) FROM "Post"') == [(0,)]


def test_a_key_that_a_partitioned_table_can_not_have_is_not_taken_for_something_in_the_way(
    project: Project, postgres_url: str
) -> None:
    project.use_database(postgres_url)
    project.write_schema(POST, provider="postgresql")
    project.run("migrate", "dev", "--name", "posts").succeeded()
    project.write_migration("29990101000000_by_hand", PARTITIONED)
    project.run("migrate", "dev").succeeded()
    project.schema_file.write_text(project.schema_file.read_text().replace("last Int?", "last Int? @unique"))
    stopped = project.run("migrate", "dev", "--name", "change", "--accept-data-loss").exited(1)
    assert "which is part of the partition key" in stopped.stderr
    assert "Next: nothing was written; change the schema in smaller steps" in stopped.stderr


def test_a_publication_of_a_whole_table_stays_through_its_changes(project: Project, postgres_url: str) -> None:
    publication = f"all_{postgres_url.rpartition('/')[2].partition('?')[0]}"
    project.use_database(postgres_url)
    project.write_schema(POST, provider="postgresql")
    project.run("migrate", "dev", "--name", "posts").succeeded()
    project.write_migration("29990101000000_by_hand", f'CREATE PUBLICATION {publication} FOR TABLE "Post";\n')
    project.run("migrate", "dev").succeeded()
    text = project.schema_file.read_text().replace("id   Int ", "id   BigInt ").replace("last Int?", "last DateTime?")
    project.schema_file.write_text(text.replace("  odd\n", "").replace("size Int ", "more Int "))
    project.run("migrate", "dev", "--name", "change", "--accept-data-loss", "--on-type-change", "recreate").succeeded()
    assert sql(postgres_url, f"SELECT tablename FROM pg_publication_tables WHERE pubname = '{publication}'") == [
        ("Post",)
    ]
