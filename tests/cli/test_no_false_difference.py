"""Raw SQL in a schema file: the database prints it back in other words, and that is never taken for a difference."""

from __future__ import annotations

from commandline import Project

POSTGRES = """
generator client {
  provider        = "prisma-client-js"
  previewFeatures = ["partialIndexes"]
}

datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
}

enum Role {
  ADMIN
  USER
}

enum state {
  on
  off
}

model User {
  id    Int      @id @default(autoincrement())
  role  Role     @default(dbgenerated("'ADMIN'::\\"Role\\""))
  state state    @default(on)
  email String
  until DateTime @default(dbgenerated("now() + '1 day'"))
  code  String   @default(dbgenerated("upper(substr(md5(random()::text), 1, 6))"))
  meta  Json     @default(dbgenerated("'{ \\"a\\": 1 }'"))
  tags  String[] @default(dbgenerated("array['x','y']"))

  @@unique([email], where: raw("role = 'ADMIN' and state = 'off'"))
}
"""

SQLITE = """
datasource db {
  provider = "sqlite"
  url      = env("DATABASE_URL")
}

model User {
  id    Int      @id @default(autoincrement())
  until DateTime @default(dbgenerated("(datetime('now', '+1 day'))"))
  code  String   @default(dbgenerated("(lower(hex(randomblob(3))))"))
  note  String   @default("it's \\"quoted\\"\\nand more")
  meta  Json     @default("{ \\"a\\" : [1, 2.50] }")
  big   BigInt   @default(9007199254740993)
  rate  Decimal  @default(1.50)
}
"""


def in_sync_at_once_and_again(project: Project, schema: str, url: str) -> None:
    project.use_database(url)
    project.write_schema(schema)
    project.run("migrate", "dev", "--name", "init").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    live = ("migrate", "diff", "--from-env", "DATABASE_URL", "--to-schema", "prisma/schema.prisma", "--exit-code")
    assert project.run(*live).succeeded().stdout == "No difference detected.\n"
    project.run("db", "pull", "--force").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout


def test_postgresql_prints_expressions_conditions_and_enums_in_its_own_words(
    project: Project, postgres_url: str
) -> None:
    in_sync_at_once_and_again(project, POSTGRES, postgres_url)


def test_sqlite_holds_defaults_of_every_kind(project: Project, sqlite_url: str) -> None:
    in_sync_at_once_and_again(project, SQLITE, sqlite_url)
