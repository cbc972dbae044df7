"""What a migration sets on its connection holds to its end, and never for the ledger or for the next migration."""

import sys
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

MODEL = "model T {\n  id Int @id\n}\n"


def ask(url, sql):
    with closing(psycopg2.connect(url)) as connection, connection.cursor() as cursor:
        cursor.execute(sql)
        return cursor.fetchall()


def test_settings_hold_across_the_transactions_of_one_file(project, postgres_url):
    project.use_database(postgres_url)
    project.write_schema(MODEL, provider="postgresql")
    project.write_migration(
        "1_two_parts",
        'CREATE SCHEMA "side";\n'
        'SET search_path TO "side";\n'
        'CREATE TABLE "t" ("id" INTEGER);\n'
        'CREATE INDEX CONCURRENTLY "i" ON "t" ("id");\n'
        'CREATE TABLE "u" ("id" INTEGER);\n',
        provider="postgresql",
    )
    project.write_migration("2_next", 'CREATE TABLE "v" ("id" INTEGER);', provider="postgresql")

    project.run("migrate", "deploy").succeeded()

    found = ask(
        postgres_url, "SELECT schemaname, tablename FROM pg_tables WHERE tablename IN ('t', 'u', 'v') ORDER BY 2"
    )
    assert found == [("side", "t"), ("side", "u"), ("public", "v")]
    rows = ask(postgres_url, "SELECT migration_name, finished_at IS NOT NULL FROM public._prisma_migrations ORDER BY 1")
    assert rows == [("1_two_parts", True), ("2_next", True)]


def test_what_is_put_back_stays_put_back(project, postgres_url):
    project.use_database(postgres_url)
    project.write_schema(MODEL, provider="postgresql")
    project.write_migration(
        "1_back",
        'CREATE SCHEMA "side";\n'
        'SET search_path TO "side";\n'
        'CREATE TABLE "t" ("id" INTEGER);\n'
        "RESET ALL;\n"
        'CREATE INDEX CONCURRENTLY "i" ON "side"."t" ("id");\n'
        'CREATE TABLE "public"."u" ("id" INTEGER);\n'
        'CREATE TABLE "public"."said" AS SELECT current_setting(\'search_path\') AS path;\n',
        provider="postgresql",
    )
    project.run("migrate", "deploy").succeeded()
    assert ask(postgres_url, 'SELECT path FROM "said"') != [("side",)]


def test_a_role_for_one_transaction_is_not_the_role_that_writes_the_ledger(project, postgres_url):
    project.use_database(postgres_url)
    project.write_schema(MODEL, provider="postgresql")
    project.write_migration("1_whole", "SET LOCAL ROLE pg_monitor; SELECT 1;", provider="postgresql")
    project.write_migration(
        "2_parts",
        'CREATE TABLE "t" ("id" INTEGER); SET LOCAL ROLE pg_monitor; SELECT 1;\n'
        'CREATE INDEX CONCURRENTLY "i" ON "t" ("id");\n',
    )
    project.run("migrate", "deploy").succeeded()
    rows = ask(postgres_url, "SELECT migration_name, finished_at IS NOT NULL FROM _prisma_migrations ORDER BY 1")
    assert rows == [("1_whole", True), ("2_parts", True)]


@pytest.mark.parametrize("provider", ["postgresql", "sqlite"])
@pytest.mark.parametrize("cut", ["", "-- parity:no-transaction\n"], ids=["whole", "in_pieces"])
def test_a_temporary_table_hides_no_table_from_the_next_migration(project, request, provider, cut):
    url = request.getfixturevalue("postgres_url" if provider == "postgresql" else "sqlite_url")
    project.use_database(url)
    project.write_schema(MODEL, provider=provider)
    project.write_migration("1_users", 'CREATE TABLE "users" ("id" INTEGER);', provider=provider)
    project.write_migration(
        "2_moved",
        f'{cut}CREATE TEMPORARY TABLE "users" AS SELECT 1 AS "id";\n'
        'CREATE TEMP VIEW "seen" AS SELECT * FROM "users";\n'
        'CREATE TABLE "kept" AS SELECT "id" FROM "seen";\n',
    )
    project.write_migration("3_more", 'ALTER TABLE "users" ADD COLUMN "x" INTEGER;')

    project.run("migrate", "deploy").succeeded()

    assert sql(url, 'SELECT "x" FROM "users"') == []
    assert sql(url, 'SELECT "id" FROM "kept"') == [(1,)]
