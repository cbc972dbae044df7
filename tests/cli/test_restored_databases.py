"""A database that was dumped and restored, or whose history was read from it, prints conditions in other words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

from servers import find_binaries

GROWN = """
CREATE TABLE orders (
    id serial PRIMARY KEY, state varchar(20) NOT NULL, old_state varchar(20), kind char(3), tier text,
    CONSTRAINT known CHECK (state IN ('new', 'it''s', '(ARRAY[x])')),
    CONSTRAINT others CHECK (state NOT IN (old_state, 'z') AND kind IN ('a', 'b') AND tier IN ('c', 'd')),
    CONSTRAINT lengths CHECK (id BETWEEN 1 AND 5 AND NOT (id BETWEEN 7 AND 9 AND tier = 'x')
        AND (tier = 'a' OR tier IN (kind, 'b'))),
    shown varchar(20) GENERATED ALWAYS AS (CASE WHEN state IN ('new', 'old') THEN state ELSE '-' END) STORED,
    EXCLUDE USING hash (kind WITH =) WHERE (state IN ('a', 'b'))
);
CREATE INDEX active ON orders (id) WHERE state IN ('new', 'old');
CREATE INDEX by_kind ON orders ((state IN ('new', 'old')));
CREATE VIEW active_orders AS SELECT id, state IN ('x', 'y') AS odd FROM orders WHERE state IN ('new', 'old');
CREATE FUNCTION touch() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NEW; END $$;
CREATE TRIGGER touched BEFORE UPDATE ON orders FOR EACH ROW WHEN (NEW.state IN ('a', 'b')) EXECUTE FUNCTION touch();
CREATE POLICY mine ON orders USING (state IN ('a', 'b')) WITH CHECK (state NOT IN ('q', 'r'));
CREATE DOMAIN grade AS varchar(10) CHECK (VALUE IN ('a', 'b'));
"""
IN_PARITY = "schema file  ok\nmigrations   ok\ndatabase     ok\n\nIn parity."


def restored(url: str, copy: str) -> None:
    binaries = find_binaries()
    if binaries is None or not (binaries / "pg_dump").exists():
        pytest.skip("pg_dump is missing")
    dump = subprocess.run([binaries / "pg_dump", "--inserts", url], capture_output=True, check=True, text=True).stdout
    lines = [line for line in dump.splitlines() if not line.startswith(("\\", "SET transaction_timeout"))]
    sql(copy, "\n".join(lines))


def unlike(url: str, copy: str) -> None:
    printed = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'known'"
    assert sql(url, printed) != sql(copy, printed)


def test_a_restored_database_is_in_parity_and_is_deployed_to(
    project: Project, new_postgres_database: Callable[[], str]
) -> None:
    production, copy = new_postgres_database(), new_postgres_database()
    project.use_database(production)
    project.write_schema("", provider="postgresql")
    project.write_migration("20260101000000_init", GROWN, provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    project.run("db", "pull", "--force").succeeded()
    project.run("migrate", "lock").succeeded()
    restored(production, copy)
    unlike(production, copy)
    for option in ((), ("--replay",)):
        assert IN_PARITY in project.run("check", "--url", copy, *option).succeeded().stdout
    project.run("migrate", "deploy", "--verify", "--url", copy).succeeded()
    project.use_database(copy)
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout


def test_what_really_became_another_condition_is_told_of_a_restored_database(
    project: Project, new_postgres_database: Callable[[], str]
) -> None:
    production, copy = new_postgres_database(), new_postgres_database()
    sql(production, GROWN)
    restored(production, copy)
    changed = (
        "ALTER TABLE orders DROP CONSTRAINT known, ADD CONSTRAINT known CHECK (state IN ('new', 'its', '(ARRAY[x])'))",
        "ALTER TABLE orders DROP CONSTRAINT others, ADD CONSTRAINT others CHECK"
        " (state NOT IN (old_state, 'z') AND (kind IN ('a', 'b') OR tier IN ('c', 'd')))",
        "ALTER POLICY mine ON orders USING (state IN ('a'))",
        "DROP INDEX active; CREATE INDEX active ON orders (id) WHERE state NOT IN ('new', 'old')",
    )
    difference = ("migrate", "diff", "--from-url", production, "--to-url", copy, "--exit-code")
    assert project.run(*difference).succeeded().stdout == "No difference detected.\n"
    for statement, name in zip(
        changed, ("`known`", "`others`", "policy mine on orders", "index on columns (id)"), strict=True
    ):
        sql(copy, statement)
        assert name in project.run(*difference).exited(2).stdout


def test_a_database_with_lists_of_values_is_adopted(project: Project, postgres_url: str) -> None:
    sql(postgres_url, GROWN)
    project.use_database(postgres_url)
    project.run("init", "--provider", "postgresql").succeeded()
    project.run("migrate", "baseline").succeeded()
    project.run("db", "pull", "--force").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    for option in ((), ("--replay",)):
        assert IN_PARITY in project.run("check", *option).succeeded().stdout
    project.run("migrate", "deploy").succeeded()
