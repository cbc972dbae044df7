"""Names and texts that want to be SQL (S1, S2): nothing of them runs, from the schema file to the database and back.

On PostgreSQL with its usual settings, and where the database reads strings as it did before version 9.1, and prints
what it holds in another way.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable
from contextlib import closing

import psycopg2
import pytest

from commandline import Project

HOSTILE = (
    'a"; DROP TABLE canary; --',
    "b'; DROP TABLE canary; --",
    "c\\'; DROP TABLE canary; --",
    "`d`] $$ $tag$ %s ? :x",
    "e\u202eegasseM",
    "f; DROP TABLE canary; --\\",
    "g /* DROP TABLE canary; */",
    "h\nDROP TABLE canary; --",
    "select",
    "ü🦆名前",
)
SETTINGS = {
    "as usual": "",
    "with everything set otherwise": 'ALTER DATABASE "{name}" SET standard_conforming_strings = off; '
    'ALTER DATABASE "{name}" SET backslash_quote = on; ALTER DATABASE "{name}" SET escape_string_warning = off; '
    'ALTER DATABASE "{name}" SET quote_all_identifiers = on; '
    'ALTER DATABASE "{name}" SET DateStyle = "German, DMY"; ALTER DATABASE "{name}" SET TimeZone = "Asia/Tokyo"; '
    'ALTER DATABASE "{name}" SET IntervalStyle = sql_standard; ALTER DATABASE "{name}" SET extra_float_digits = -10; '
    'ALTER DATABASE "{name}" SET bytea_output = escape',
}


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def schema_of(names: tuple[str, ...], *, more: bool = False) -> str:
    """A model and an enum for each name, and in them all that can have a name or a text."""
    blocks = []
    for number, name in enumerate(names):
        foreign_key = json.dumps(name + " fk", ensure_ascii=False)
        word = json.dumps(name, ensure_ascii=False)
        extra = f"  more{number} String @default({word}) @map({json.dumps(name + ' more', ensure_ascii=False)})\n"
        blocks.append(f"""\
enum E{number} {{
  usual
  odd @map({word})
  @@map({json.dumps(name + " e", ensure_ascii=False)})
}}

model M{number} {{
  id    Int      @id(map: {json.dumps(name + " pk", ensure_ascii=False)})
  text  String   @default({word}) @map({word})
  texts String[] @default([{word}])
  kind  E{number} @default(odd)
  json  Json     @default({json.dumps(json.dumps({name: name}, ensure_ascii=False), ensure_ascii=False)})
  upId  Int?
  up    M{number}?  @relation("r{number}", fields: [upId], references: [id], map: {foreign_key})
  ups   M{number}[] @relation("r{number}")
{extra if more else ""}  @@unique([text], map: {json.dumps(name + " u", ensure_ascii=False)})
  @@index([upId], map: {json.dumps(name + " i", ensure_ascii=False)})
  @@map({word})
}}
""")
    return "\n".join(blocks)


TAKEN = SETTINGS if "PARITY_FAULT_KILLS" in os.environ else {name: SETTINGS[name] for name in list(SETTINGS)[1:]}
"""All of them in `make faults`; else the ones that are harder."""


@pytest.fixture(params=TAKEN.values(), ids=TAKEN)
def make(request: pytest.FixtureRequest, new_postgres_database: Callable[[], str]) -> Callable[[], str]:
    """Makes databases, each with a table that wouldn't survive."""

    def database() -> str:
        url = new_postgres_database()
        name = url.rpartition("/")[2]
        if request.param:
            ask(url, request.param.format(name=name))
        return url

    return database


def test_no_name_and_no_text_becomes_sql(project: Project, make: Callable[[], str]) -> None:
    url, other = make(), make()
    canary = "CREATE TABLE canary (id int);\n"
    project.use_database(url)
    project.write_migration("0_canary", canary, provider="postgresql")
    model = "model canary {\n  id Int?\n  @@ignore\n}\n\n"
    project.write_schema(model + schema_of(HOSTILE), provider="postgresql")
    made = project.run("migrate", "dev", "--name", "init").succeeded()
    assert "Proved: replaying the folder gives exactly the schema file." in made.stdout
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    for number, name in enumerate(HOSTILE):
        quoted = '"' + name.replace('"', '""') + '"'
        ask(url, f"INSERT INTO {quoted} (id) VALUES ({number})")
        row = ask(url, f"SELECT {quoted}, texts[1], kind::text, json FROM {quoted}")
        assert row == [(name, name, name, {name: name})]
    # What is read from the database says the same, and makes the same elsewhere.
    project.run("db", "pull", "--force").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    project.run("migrate", "deploy", "--url", other).succeeded()
    same = project.run("migrate", "diff", "--from-url", url, "--to-url", other, "--exit-code")
    assert same.succeeded().stdout.strip() == "No difference detected."
    # Changing, and taking away.
    project.write_schema(model + schema_of(HOSTILE, more=True), provider="postgresql")
    project.run("migrate", "dev", "--name", "more").succeeded()
    project.write_schema(model, provider="postgresql")
    project.run("migrate", "dev", "--name", "none", "--accept-data-loss").succeeded()
    assert ask(url, "SELECT count(*) FROM canary") == ask(other, "SELECT count(*) FROM canary") == [(0,)]
    assert ask(url, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(2,)]


def test_texts_that_only_a_database_holds_are_carried_over(project: Project, make: Callable[[], str]) -> None:
    """Comments, checks, views and functions of a baseline."""
    url, other = make(), make()
    name = "c\\'; DROP TABLE canary; --"
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute("SET standard_conforming_strings = on")
        text = "'" + name.replace("'", "''") + "'"
        cursor.execute(
            f"CREATE TABLE canary (id int PRIMARY KEY, t text DEFAULT {text} CHECK (t <> {text} || 'x'));"
            "CREATE TABLE moments (at timestamptz DEFAULT '2020-01-02 03:04:05+06', d date DEFAULT '2020-01-02',"
            " i interval DEFAULT '1 day 2 hours', f float8 DEFAULT 0.1, b bytea DEFAULT '\\x00ff');"
            f"COMMENT ON TABLE canary IS {text}; COMMENT ON COLUMN canary.t IS {text};"
            f'CREATE VIEW "v{name}" AS SELECT {text}::text AS "t{name}" FROM canary;'
            f'CREATE FUNCTION "f{name}"() RETURNS text LANGUAGE sql AS $x$SELECT {text}::text$x$;'
            f'CREATE INDEX "i{name}" ON canary (id) WHERE t <> {text}'
        )
    project.use_database(url)
    project.write_schema("", provider="postgresql")
    project.run("migrate", "baseline").succeeded()
    project.run("migrate", "deploy", "--url", other).succeeded()
    same = project.run("migrate", "diff", "--from-url", url, "--to-url", other, "--exit-code")
    assert same.succeeded().stdout.strip() == "No difference detected."
    ask(other, "INSERT INTO canary (id) VALUES (1)")
    ((text, said, told),) = ask(
        other, "SELECT t, obj_description('canary'::regclass), col_description('canary'::regclass, 2) FROM canary"
    )
    assert (text, said, told) == (name, name, name)
