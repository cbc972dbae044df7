"""A database that somebody has set traps in (S10): operators that fit our questions better than the server's own, and
would run with the rights of whoever migrates.

The traps are in the namespace that migrations work in, because everybody may make them there up to PostgreSQL 14.
"""

from __future__ import annotations

import shutil
from contextlib import closing
from itertools import product

import psycopg2
import pytest

from commandline import Project

TYPES = (
    "text", "name", "varchar", '"char"', "oid", "int2", "int4", "int8", "numeric", "bool", "regclass", "regproc",
    "regtype", "regnamespace", "timestamptz", "text[]", "name[]", "oid[]", "int2[]", "int2vector", "oidvector", "jsonb",
    "pg_node_tree", "aclitem[]",
)  # fmt: skip
"""Of the catalog's columns, and of constants."""
OPERATORS = ("=", "<>", "<", ">", ">=", "~", "~~", "!~~", "||", "->>")
MODELS = "model t {\n  id Int @id @default(autoincrement())\n  at DateTime @default(now())\n  name String? @unique\n}\n"
VIEW = 'CREATE VIEW "v" AS SELECT "id" FROM "t";\nCREATE INDEX CONCURRENTLY "i" ON "t" ("at") WHERE "id" > 7;\n'


def ask(url: str, sql: str) -> list[tuple[object, ...]]:
    with closing(psycopg2.connect(url)) as connection, connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall() if cursor.description else []


def set_traps(url: str) -> None:
    """For each operator and pair of types that the server has none for; and functions for each type."""
    built_in = set(
        ask(
            url,
            "SELECT o.oprname::text, format_type(o.oprleft, NULL), format_type(o.oprright, NULL) FROM pg_operator AS o "
            "WHERE o.oprleft <> 0",
        )
    )
    names = {spelled: ask(url, f"SELECT format_type('{spelled}'::regtype, NULL)")[0][0] for spelled in TYPES}
    body = "LANGUAGE plpgsql AS $$BEGIN RAISE EXCEPTION 'a trap was sprung: %', '{}'; END$$"
    script = ["CREATE SCHEMA traps"]
    for number, (left, right) in enumerate(product(TYPES, TYPES)):
        free = [name for name in OPERATORS if (name, names[left], names[right]) not in built_in]
        what = f"{left} and {right}".replace('"', "")
        for place, returned in enumerate(sorted({kind_of(name, left, right) for name in free})):
            function = f"traps.t{number}_{place}"
            script.append(f"CREATE FUNCTION {function}({left}, {right}) RETURNS {returned} {body.format(what)}")
            script += [
                f"CREATE OPERATOR public.{name} (LEFTARG = {left}, RIGHTARG = {right}, FUNCTION = {function})"
                for name in free
                if returned == kind_of(name, left, right)
            ]
    ask(url, ";".join(script))


def kind_of(operator: str, left: str, right: str) -> str:
    """What an operator must return to be taken for the server's own."""
    if operator not in ("||", "->>"):
        return "bool"
    return "text[]" if operator == "||" and "[]" in left + right else "text"


@pytest.fixture
def trapped(project: Project, postgres_url: str) -> Project:
    set_traps(postgres_url)
    project.use_database(postgres_url)
    project.write_schema(MODELS, provider="postgresql")
    return project


def test_no_operator_of_the_database_is_used_for_our_questions(trapped: Project, postgres_url: str) -> None:
    with pytest.raises(psycopg2.errors.RaiseException, match="a trap was sprung: oid and int4"):
        ask(postgres_url, "SELECT * FROM pg_catalog.pg_class WHERE oid = 1")
    made = trapped.run("migrate", "dev", "--name", "t").succeeded()
    assert "Proved: replaying the folder gives exactly the schema file." in made.stdout
    trapped.write_migration("99990101000000_v", VIEW)
    trapped.run("migrate", "deploy").succeeded()
    trapped.write_migration("99990102000000_x", "SELECT 1;\nCREATE INDEX CONCURRENTLY nothing ON nowhere (x);\n")
    trapped.run("migrate", "deploy").exited(1)
    assert "1 of 2 statements took effect" in trapped.run("migrate", "doctor").exited(1).stdout
    trapped.run("migrate", "resolve", "--rolled-back", "99990102000000_x").succeeded()
    shutil.rmtree(trapped.migrations_folder / "99990102000000_x")
    for command in (
        ("migrate", "status"),
        ("migrate", "log"),
        ("migrate", "dev"),
        ("migrate", "review"),
        ("db", "pull", "--print"),
        ("db", "push"),
        ("migrate", "diff", "--from-env", "DATABASE_URL", "--to-schema", "prisma/schema.prisma", "--exit-code"),
    ):
        trapped.run(*command).succeeded()
