"""A copy of production that was restored from a dump is in parity, although its server prints much in other words."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import parity
from commandline import Project
from servers import find_binaries

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

MODELS = """
model Item {
  id    Int     @id @default(autoincrement())
  state String  @db.VarChar(10)
  price Decimal @db.Decimal(10, 2)
  notes String?
}
"""
BY_HAND = """
ALTER TABLE "Item" ADD CONSTRAINT "state_known" CHECK (state IN ('new', 'sold'));
ALTER TABLE "Item" ADD CONSTRAINT "fair" CHECK (price BETWEEN 0 AND 9 AND price <> ALL (ARRAY[3, 7]) OR notes <> '');
ALTER TABLE "Item" ADD COLUMN "cheap" boolean GENERATED ALWAYS AS (state NOT IN ('a', 'b') AND price < 5) STORED;
CREATE INDEX "sold" ON "Item" (price) WHERE state IN ('sold', 'gone') AND price NOT BETWEEN 1 AND 2;
CREATE INDEX "known" ON "Item" ((state IN ('new', 'sold')), (price BETWEEN 1 AND 2 AND notes IS NULL));
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


def restored(url: str, copy: str) -> None:
    """What an administrator does: dump a database, and restore it elsewhere."""
    binaries = find_binaries()
    assert binaries is not None
    dump = subprocess.run([binaries / "pg_dump", "-Fc", url], check=True, capture_output=True)
    subprocess.run([binaries / "pg_restore", "--exit-on-error", "-d", copy], input=dump.stdout, check=True)


def test_a_restored_copy_is_in_parity(project: Project, new_postgres_database: Callable[[], str]) -> None:
    url, copy = new_postgres_database(), new_postgres_database()
    project.use_database(url)
    project.write_schema(MODELS, provider="postgresql")
    project.run("migrate", "dev", "--name", "init").succeeded()
    project.write_migration("30000101000000_by_hand", BY_HAND)
    project.run("migrate", "deploy", "--no-verify").succeeded()
    project.run("db", "pull", "--force").succeeded()
    project.run("migrate", "lock").succeeded()
    restored(url, copy)
    printed = "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname = 'state_known'"
    assert sql(url, printed) != sql(copy, printed)
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
