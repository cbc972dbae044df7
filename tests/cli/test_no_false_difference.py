"""Raw SQL in a schema file: the database prints it back in other words, and that is never taken for a difference."""

from __future__ import annotations

import re
import sys
from pathlib import Path

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

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


GROWN_POSTGRES = """
CREATE EXTENSION IF NOT EXISTS pgcrypto;
CREATE TYPE level AS ENUM ('low', 'high');
CREATE FUNCTION short_code() RETURNS text LANGUAGE sql AS $$ SELECT upper(substr(md5(random()::text), 1, 6)) $$;
CREATE TABLE parts (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  code text NOT NULL DEFAULT short_code(),
  width numeric(10, 2) NOT NULL CHECK (width > 0),
  height numeric(10, 2) NOT NULL DEFAULT 1.50,
  area numeric GENERATED ALWAYS AS (width * height) STORED,
  level level NOT NULL DEFAULT 'low',
  levels level[] NOT NULL DEFAULT '{}',
  hashes bytea[] DEFAULT '{"\\\\x61"}',
  gaps text[] DEFAULT '{a,NULL}',
  name text COLLATE "C",
  made timestamptz NOT NULL DEFAULT now(),
  UNIQUE (code) DEFERRABLE INITIALLY DEFERRED
);
COMMENT ON COLUMN parts.code IS 'printed on the label; never reused';
CREATE INDEX parts_high ON parts (name) WHERE level = 'high';
CREATE INDEX parts_lower ON parts (lower(name) text_pattern_ops) INCLUDE (code);
CREATE TABLE moves (part bigint REFERENCES parts ON DELETE CASCADE DEFERRABLE, at date NOT NULL, PRIMARY KEY (part, at))
  PARTITION BY RANGE (at);
CREATE TABLE moves_2026 PARTITION OF moves FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');
CREATE VIEW wide AS SELECT id, code, area FROM parts WHERE width > 10;
CREATE VIEW wide_codes AS SELECT code FROM wide;
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN NEW.made := now(); RETURN NEW; END $$;
CREATE TRIGGER parts_touch BEFORE UPDATE ON parts FOR EACH ROW EXECUTE FUNCTION touch();
ALTER TABLE parts ENABLE ROW LEVEL SECURITY;
CREATE POLICY everybody ON parts USING (true);
"""

GROWN_SQLITE = """
CREATE TABLE parts (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  code TEXT NOT NULL DEFAULT (lower(hex(randomblob(3)))),
  width REAL NOT NULL CHECK (width > 0),
  height REAL NOT NULL DEFAULT 1.5,
  area REAL GENERATED ALWAYS AS (width * height) STORED,
  name TEXT COLLATE NOCASE,
  CONSTRAINT wide CHECK (width < 1000)
);
CREATE UNIQUE INDEX parts_code ON parts (code);
CREATE INDEX parts_named ON parts (name) WHERE name IS NOT NULL;
CREATE INDEX parts_lower ON parts (lower(name));
CREATE TABLE moves (
  part INTEGER REFERENCES parts (id) ON DELETE CASCADE, at TEXT NOT NULL, PRIMARY KEY (part, at)
) WITHOUT ROWID;
CREATE VIEW wide AS SELECT id, code, area FROM parts WHERE width > 10;
CREATE VIEW wide_codes AS SELECT code FROM wide;
CREATE TRIGGER parts_touch AFTER UPDATE ON parts BEGIN UPDATE parts SET name = name WHERE id = NEW.id; END;
"""


def baselined_pulled_and_in_sync(project: Project, provider: str, url: str) -> None:
    project.run("init", "--provider", provider, "--url", url).succeeded()
    project.run("migrate", "baseline").succeeded()
    project.run("db", "pull", "--force").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    live = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--to-url", url, "--exit-code")
    assert project.run(*live).succeeded().stdout == "No difference detected.\n"


def test_a_postgresql_database_that_grew_by_hand_is_in_sync_after_baseline_and_pull(
    project: Project, postgres_url: str
) -> None:
    sql(postgres_url, GROWN_POSTGRES)
    baselined_pulled_and_in_sync(project, "postgresql", postgres_url)


def test_an_sqlite_database_that_grew_by_hand_is_in_sync_after_baseline_and_pull(
    project: Project, sqlite_url: str
) -> None:
    for statement in GROWN_SQLITE.replace("END;", "END\0").split(";\n"):
        sql(sqlite_url, statement.replace("END\0", "END;"))
    baselined_pulled_and_in_sync(project, "sqlite", sqlite_url)


def test_the_columns_of_a_partitioned_table_change_with_their_partitions(project: Project, postgres_url: str) -> None:
    sql(
        postgres_url,
        "CREATE TABLE part (id int, d date NOT NULL, v text, w text DEFAULT 'x', PRIMARY KEY (id, d))"
        " PARTITION BY RANGE (d);"
        "CREATE TABLE part_2026 PARTITION OF part (v DEFAULT 'own') FOR VALUES FROM ('2026-01-01') TO ('2027-01-01')"
        " PARTITION BY LIST (id);"
        "CREATE TABLE part_2026_1 PARTITION OF part_2026 (v DEFAULT 'deep') FOR VALUES IN (1);"
        "CREATE TABLE part_rest PARTITION OF part DEFAULT;"
        "CREATE INDEX by_hand ON part_2026_1 (v, w); CREATE INDEX without_w ON part_2026_1 (v);"
        "ALTER TABLE part_rest ADD CONSTRAINT by_hand CHECK (w > '');"
        "INSERT INTO part VALUES (1, '2026-05-05', 'kept'), (2, '2020-01-01', 'kept too')",
    )
    baselined_pulled_and_in_sync(project, "postgresql", postgres_url)
    changed = project.schema_file.read_text().replace("model part {\n", "model part {\n  extra Int?\n")
    changed, count = re.subn(r"(\n  v +String\?)", r'\1 @default("new")', changed)
    assert ("extra" in changed, count) == (True, 1)
    project.schema_file.write_text(changed)
    project.run("migrate", "dev", "--name", "extra").succeeded()
    defaults = "SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute"
    assert sql(postgres_url, f"{defaults} ON (attrelid, attnum) = (adrelid, adnum) WHERE attname = 'v' ORDER BY 1") == [
        ("part", "'new'::text"),
        ("part_2026", "'own'::text"),
        ("part_2026_1", "'deep'::text"),
        ("part_rest", "'new'::text"),
    ]
    project.schema_file.write_text(
        "\n".join(line for line in changed.splitlines() if not line.strip().startswith("w "))
    )
    project.run("migrate", "dev", "--name", "less", "--accept-data-loss").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    assert sql(postgres_url, "SELECT v, extra FROM part ORDER BY id") == [("kept", None), ("kept too", None)]
    assert sql(postgres_url, "SELECT 'without_w'::regclass::text, to_regclass('by_hand')") == [("without_w", None)]


def test_partitions_in_two_namespaces_follow_their_own_parents(project: Project, postgres_url: str) -> None:
    for place in ("public", "other"):
        sql(
            postgres_url,
            f"CREATE SCHEMA IF NOT EXISTS {place};"
            f"CREATE TABLE {place}.part (id int PRIMARY KEY, v int DEFAULT 1) PARTITION BY RANGE (id);"
            f"CREATE TABLE {place}.low PARTITION OF {place}.part (v DEFAULT 7) FOR VALUES FROM (MINVALUE) TO (9);",
        )
    sql(
        postgres_url,
        "CREATE TABLE public.high PARTITION OF other.part (v DEFAULT 8) FOR VALUES FROM (9) TO (MAXVALUE);"
        "CREATE INDEX by_hand ON public.high (v)",
    )
    project.use_database(postgres_url)
    models = "".join(
        f"""model {name} {{
  id Int  @id
  v  Int? @default(1)
  @@map("part")
  @@schema("{place}")
}}
"""
        for name, place in (("Here", "public"), ("There", "other"))
    )
    project.write_schema(
        'datasource db {\n  provider = "postgresql"\n  url = env("DATABASE_URL")\n  schemas = ["public", "other"]\n}\n'
        'generator client {\n  provider = "prisma-client-js"\n  previewFeatures = ["multiSchema"]\n}\n' + models
    )
    project.run("migrate", "baseline").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    here, there = project.schema_file.read_text().split("model There")
    project.schema_file.write_text(f"{here}model There{there.replace('Int? @default(1)', 'BigInt? @default(2)')}")
    project.run("migrate", "dev", "--name", "there").succeeded()
    assert sql(postgres_url, "SELECT 'by_hand'::regclass::text") == [("by_hand",)]
    assert sql(
        postgres_url,
        "SELECT adrelid::regclass::text, atttypid::regtype::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef"
        " JOIN pg_attribute ON (attrelid, attnum) = (adrelid, adnum) WHERE attname = 'v' ORDER BY 1",
    ) == [
        ("high", "bigint", "8"),
        ("low", "integer", "7"),
        ("other.low", "bigint", "7"),
        ("other.part", "bigint", "2"),
        ("part", "integer", "1"),
    ]


def test_what_a_pulled_file_can_only_show_in_comments_is_kept(project: Project, postgres_url: str) -> None:
    sql(
        postgres_url,
        "CREATE TYPE mood AS ENUM ('good', '123', '?');"
        'CREATE TABLE odd (id int PRIMARY KEY, "2024" int, "日本" text, mood mood DEFAULT \'good\');'
        'CREATE INDEX odd_2024 ON odd ("2024");'
        "CREATE TABLE no_columns ();"
        "INSERT INTO odd VALUES (1, 2, 'three', '123')",
    )
    baselined_pulled_and_in_sync(project, "postgresql", postgres_url)
    changed = project.schema_file.read_text().replace("model odd {\n", "model odd {\n  extra Int?\n")
    project.schema_file.write_text(changed)
    project.run("migrate", "dev", "--name", "extra").succeeded()
    assert sql(postgres_url, 'SELECT "2024", "日本", mood::text, extra FROM odd') == [(2, "three", "123", None)]
    assert sql(postgres_url, "SELECT count(*) FROM no_columns") == [(0,)]
