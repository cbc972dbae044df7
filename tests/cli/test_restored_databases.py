"""A database that was dumped and restored, or whose history was read from it, prints conditions in other words."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace

import parity
from commandline import Project
from parity.migrations.folder import read_folder
from parity.migrations.parity_lock import Reached, make_lock, read_lock, write_lock
from parity.schema.model import Schema, Table
from servers import find_binaries

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

GROWN = """
CREATE DOMAIN grade AS varchar(10) CHECK (VALUE IN ('a', 'b'));
CREATE TABLE orders (
    id serial PRIMARY KEY, state varchar(20) NOT NULL, old_state varchar(20), kind char(3), tier text, grade grade,
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
"""
ITEMS = """
model Item {
  id    Int     @id @default(autoincrement())
  state String  @db.VarChar(10)
  price Decimal @db.Decimal(10, 2)
  notes String?
}
"""
EVERY_KIND = """
ALTER TABLE "Item" ADD CONSTRAINT "known" CHECK (state IN ('new', 'sold'));
ALTER TABLE "Item" ADD CONSTRAINT "fair" CHECK (price BETWEEN 0 AND 9 AND price <> ALL (ARRAY[3, 7]) OR notes <> '');
ALTER TABLE "Item" ADD COLUMN "cheap" boolean GENERATED ALWAYS AS (state NOT IN ('a', 'b') AND price < 5) STORED;
CREATE INDEX "sold" ON "Item" (price) WHERE state IN ('sold', 'gone') AND price NOT BETWEEN 1 AND 2;
CREATE INDEX "both" ON "Item" ((state IN ('new', 'sold')), (price BETWEEN 1 AND 2 AND notes IS NULL));
CREATE VIEW fair AS SELECT id, state IN ('new', 'sold') AS known FROM "Item" WHERE price BETWEEN 1 AND 2 AND id > 0;
CREATE MATERIALIZED VIEW counts AS SELECT state, count(*) FROM "Item" WHERE state IN ('new', 'sold') GROUP BY state;
CREATE POLICY seen ON "Item" USING (state IN ('new', 'sold')) WITH CHECK (price BETWEEN 1 AND 2 AND notes <> '');
CREATE DOMAIN grade AS varchar(2) CHECK (VALUE IN ('A', 'B')) CHECK (length(VALUE) BETWEEN 1 AND 2 AND VALUE <> '');
CREATE FUNCTION cheapest() RETURNS SETOF "Item" BEGIN ATOMIC SELECT * FROM "Item" WHERE state IN ('new', 'sold'); END;
CREATE FUNCTION kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.state = ANY ((ARRAY['a'::varchar, 'b'::varchar])::text[]) THEN RETURN NULL; END IF;
  RETURN NEW;
END $$;
CREATE TRIGGER kept BEFORE UPDATE ON "Item" FOR EACH ROW
  WHEN (OLD.state IN ('new', 'sold') AND NEW.price BETWEEN 1 AND 2 AND OLD.id > 0) EXECUTE FUNCTION kept();
CREATE RULE gone AS ON DELETE TO "Item" WHERE OLD.state IN ('new', 'sold') DO INSTEAD NOTHING;
CREATE STATISTICS seen (ndistinct) ON (state IN ('new', 'sold')), price FROM "Item";
CREATE TABLE parts (state varchar(10) CHECK (state IN ('new', 'sold')), n int) PARTITION BY LIST (state);
CREATE TABLE parts_new PARTITION OF parts FOR VALUES IN ('new');
CREATE TABLE plain (state varchar(10) CHECK (state IN ('new', 'sold')), n int);
CREATE TABLE heirs (CHECK (n BETWEEN 1 AND 2 AND state IN ('new', 'sold'))) INHERITS (plain);
"""
IN_PARITY = "schema file  ok\nmigrations   ok\ndatabase     ok\n\nIn parity."


def restored(url: str, copy: str) -> None:
    """What an administrator does: dump a database, and restore it elsewhere."""
    binaries = find_binaries()
    assert binaries is not None
    dump = subprocess.run([binaries / "pg_dump", "-Fc", url], check=True, capture_output=True)
    subprocess.run([binaries / "pg_restore", "--exit-on-error", "-d", copy], input=dump.stdout, check=True)


def unlike(url: str, copy: str) -> None:
    printed = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'known'"
    assert sql(url, printed) != sql(copy, printed)


def deployed_pulled_and_locked(project: Project, url: str) -> None:
    project.use_database(url)
    project.write_schema("", provider="postgresql")
    project.write_migration("20260101000000_init", GROWN, provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    project.run("db", "pull", "--force").succeeded()
    project.run("migrate", "lock").succeeded()


def test_a_restored_database_is_in_parity_and_is_deployed_to(
    project: Project, new_postgres_database: Callable[[], str]
) -> None:
    production, copy = new_postgres_database(), new_postgres_database()
    deployed_pulled_and_locked(project, production)
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


def test_a_condition_of_every_kind_of_object_is_read_alike(
    project: Project, new_postgres_database: Callable[[], str]
) -> None:
    url, copy = new_postgres_database(), new_postgres_database()
    project.use_database(url)
    project.write_schema(ITEMS, provider="postgresql")
    project.run("migrate", "dev", "--name", "init").succeeded()
    project.write_migration("30000101000000_by_hand", EVERY_KIND)
    project.run("migrate", "deploy", "--no-verify").succeeded()
    project.run("db", "pull", "--force").succeeded()
    project.run("migrate", "lock").succeeded()
    restored(url, copy)
    unlike(url, copy)
    same = project.run("migrate", "diff", "--from-url", url, "--to-url", copy, "--exit-code").succeeded()
    assert same.stdout == "No difference detected.\n"
    for place in (url, copy):
        project.run("check", "--url", place).succeeded()
        parity.assert_in_sync(place, folder=project.folder)
    project.write_migration("30000101000001_more", 'ALTER TABLE "Item" ADD COLUMN more int;')
    project.run("migrate", "lock").succeeded()
    assert "Verified" in project.run("migrate", "deploy", "--url", copy).succeeded().output


def test_another_cast_or_another_grouping_is_a_difference(
    project: Project, new_postgres_database: Callable[[], str]
) -> None:
    url, other = new_postgres_database(), new_postgres_database()
    table = "CREATE TABLE t (v varchar(10), n numeric, a int, b boolean, CHECK ({}))"
    for one, two in (
        ("v IN ('a', 'b')", "v::char(1) IN ('a', 'b')"),
        ("v IN ('a', 'b')", "v IN ('a', 'c')"),
        ("n IN (1, 2)", "n::int IN (1, 2)"),
        ("a > 1 AND b OR n > 1", "a > 1 AND (b OR n > 1)"),
        ("(a > 1 AND b) = (n > 1)", "a > 1 AND b = (n > 1)"),
    ):
        for place, condition in ((url, one), (other, two)):
            sql(place, "DROP TABLE IF EXISTS t")
            sql(place, table.format(condition))
        run = project.run("migrate", "diff", "--from-url", url, "--to-url", other, "--exit-code").exited(2)
        assert run.stdout.count("check `t_") == 2, run.stdout


def test_a_generated_column_stays_that_was_pulled_where_it_is_printed_otherwise(
    project: Project, new_postgres_database: Callable[[], str]
) -> None:
    url, copy = new_postgres_database(), new_postgres_database()
    sql(url, GROWN)
    restored(url, copy)
    project.use_database(copy)
    project.run("init", "--provider", "postgresql").succeeded()
    project.run("migrate", "baseline").succeeded()
    project.run("db", "pull", "--force").succeeded()
    printed = (
        "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef JOIN pg_attribute ON (attrelid, attnum) = (adrelid, adnum)"
    )
    [[(there,)], [(here,)]] = [sql(place, f"{printed} WHERE attname = 'shown'") for place in (url, copy)]
    pulled = project.schema_file.read_text()
    written = json.dumps(here, ensure_ascii=False)
    assert (there != here, written in pulled) == (True, True)
    project.schema_file.write_text(pulled.replace(written, json.dumps(there, ensure_ascii=False)))
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout


def test_a_lock_with_conditions_in_the_server_s_own_words_stays_valid(project: Project, postgres_url: str) -> None:
    deployed_pulled_and_locked(project, postgres_url)
    lock, (migration,) = read_lock(project.migrations_folder), read_folder(project.migrations_folder).migrations
    assert lock is not None
    steps = iter([Reached(migration, _in_the_server_s_words(lock.schema_after(1), postgres_url))])
    old = make_lock(lock.provider, lock.server, lock.schemas, lock.datamodel, steps)
    assert old.migrations[0].fingerprint != lock.migrations[0].fingerprint
    write_lock(project.migrations_folder, old)
    assert IN_PARITY in project.run("check").succeeded().stdout
    project.run("migrate", "deploy", "--verify").succeeded()
    parity.assert_in_sync(postgres_url, folder=project.folder)
    sql(postgres_url, "ALTER TABLE orders DROP CONSTRAINT known")
    project.run("check").exited(2)


def _in_the_server_s_words(schema: Schema, url: str) -> Schema:
    """The schema as it was read before: its checks as the server prints them, and domains told by spelling alone."""
    printed = dict(sql(url, "SELECT conname, pg_get_constraintdef(oid) FROM pg_constraint WHERE contype IN ('c', 'x')"))

    def as_before(table: Table) -> Table:
        checks = tuple(replace(check, expression=str(printed[check.name])) for check in table.checks)
        columns = tuple(replace(column, type=replace(column.type, domain=None)) for column in table.columns)
        return replace(table, checks=checks, columns=columns)

    return replace(schema, tables=tuple(map(as_before, schema.tables)))
