"""Each kind of object that the schema language can't say, made by hand: it survives every later migration, and a change
beneath it, with its comment, its owner and its rights."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from random import Random

import pytest

from pairs import lowered
from parity.dialects.base import Dialect, Session
from parity.dialects.registry import dialect_for_provider
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.execute.runner import run_script
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.schema.model import EMPTY, OpaqueKind, Schema
from parity.workflow.canonical import canonicalise
from rows import fill
from servers import LIMITED_ROLE, PASSWORD_ROLE
from sessions import two_sessions

BEFORE = """
enum Kind {
  a
  b
  c
}
model Thing {
  id    Int    @id @default(autoincrement())
  size  Int
  other Int?
  label String
  kind  Kind?
}
"""
SQLITE_BEFORE = BEFORE[BEFORE.index("model") :].replace("  kind  Kind?\n", "")
CHANGES = {
    "something else changes": ("label String", "label String\n  more Int?"),
    "a column beneath is cast": ("size  Int", "size  BigInt"),
    "a column beneath becomes required": ("other Int?", "other Int"),
    "a column beneath is dropped and added again": ("size  Int", "size  DateTime?"),
    "an enum beneath loses a value": ("  c\n", ""),
}
READER, OWNER = LIMITED_ROLE, PASSWORD_ROLE
RIGHTS = {
    OpaqueKind.VIEW: "ON {0}",
    OpaqueKind.MATERIALIZED_VIEW: "ON {0}",
    OpaqueKind.SEQUENCE: "ON SEQUENCE {0}",
    OpaqueKind.FUNCTION: "ON FUNCTION {0}",
    OpaqueKind.PROCEDURE: "ON PROCEDURE {0}",
    OpaqueKind.AGGREGATE: "ON FUNCTION {0}",
    OpaqueKind.DOMAIN: "ON TYPE {0}",
    OpaqueKind.COMPOSITE_TYPE: "ON TYPE {0}",
    OpaqueKind.RANGE_TYPE: "ON TYPE {0}",
}


@dataclass(frozen=True, slots=True)
class Made:
    """An object: its kind, its name as a statement says it, and the statements that make it."""

    kind: OpaqueKind
    name: str
    statements: tuple[str, ...]

    def all_statements(self) -> tuple[str, ...]:
        """Those, and what hangs on it."""
        words = "TYPE" if self.kind is OpaqueKind.RANGE_TYPE else self.kind.value
        hanging = [f"COMMENT ON {words} {self.name} IS 'it''s made by hand'"]
        if self.kind in RIGHTS:
            target = RIGHTS[self.kind].format(self.name)
            hanging += [f"GRANT ALL {target} TO {READER} WITH GRANT OPTION", f"REVOKE ALL {target} FROM PUBLIC"]
            hanging.append(f"ALTER {words} {self.name} OWNER TO {OWNER}")
        if self.kind is OpaqueKind.VIEW:
            hanging += [
                f"COMMENT ON COLUMN {self.name}.size IS 'how large'",
                f"GRANT SELECT (size) ON {self.name} TO PUBLIC",
            ]
        return (*self.statements, *hanging)


ON_A_SERVER = {
    "a view": Made(
        OpaqueKind.VIEW,
        "seen",
        ('CREATE VIEW seen WITH (security_barrier = true) AS SELECT size, other, kind FROM "Thing"',),
    ),
    "a view on a view": Made(
        OpaqueKind.VIEW,
        "seen_twice",
        ('CREATE VIEW seen AS SELECT size, kind FROM "Thing"', "CREATE VIEW seen_twice AS SELECT size, kind FROM seen"),
    ),
    "a materialized view": Made(
        OpaqueKind.MATERIALIZED_VIEW,
        "kept",
        (
            'CREATE MATERIALIZED VIEW kept AS SELECT size, other, kind FROM "Thing"',
            "CREATE INDEX kept_size ON kept (size)",
        ),
    ),
    "a function": Made(
        OpaqueKind.FUNCTION,
        'is_a("Kind")',
        ("CREATE FUNCTION is_a(\"Kind\") RETURNS boolean LANGUAGE sql SECURITY DEFINER AS 'SELECT $1::text = ''a'''",),
    ),
    "a procedure": Made(
        OpaqueKind.PROCEDURE, 'act("Kind")', ("CREATE PROCEDURE act(\"Kind\") LANGUAGE sql AS 'SELECT 1'",)
    ),
    "an aggregate": Made(
        OpaqueKind.AGGREGATE,
        'first_of("Kind")',
        (
            'CREATE FUNCTION first_of_two("Kind", "Kind") RETURNS "Kind" LANGUAGE sql AS \'SELECT coalesce($1, $2)\'',
            'CREATE AGGREGATE first_of("Kind") (SFUNC = first_of_two, STYPE = "Kind")',
        ),
    ),
    "a trigger": Made(
        OpaqueKind.TRIGGER,
        'watch ON "Thing"',
        (
            "CREATE FUNCTION watched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            'CREATE TRIGGER watch BEFORE UPDATE OF size, other ON "Thing" FOR EACH ROW '
            "WHEN (old.kind IS DISTINCT FROM new.kind) EXECUTE FUNCTION watched()",
            'ALTER TABLE "Thing" ENABLE ALWAYS TRIGGER watch',
        ),
    ),
    "a trigger on a view": Made(
        OpaqueKind.TRIGGER,
        "instead ON seen",
        (
            'CREATE VIEW seen AS SELECT size, other, kind FROM "Thing"',
            "CREATE FUNCTION watched() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'",
            "CREATE TRIGGER instead INSTEAD OF UPDATE ON seen FOR EACH ROW EXECUTE FUNCTION watched()",
        ),
    ),
    "a policy": Made(
        OpaqueKind.POLICY,
        'mine ON "Thing"',
        (
            'ALTER TABLE "Thing" ENABLE ROW LEVEL SECURITY',
            f"CREATE POLICY mine ON \"Thing\" FOR SELECT TO {READER} USING (size IS NULL OR other > 0 OR kind = 'a')",
        ),
    ),
    "a rule": Made(
        OpaqueKind.RULE,
        'quiet ON "Thing"',
        (
            'CREATE RULE quiet AS ON UPDATE TO "Thing" '
            "WHERE new.size IS NULL AND new.other > 0 AND new.kind = 'b' DO ALSO NOTHING",
        ),
    ),
    "a sequence": Made(OpaqueKind.SEQUENCE, "numbers", ("CREATE SEQUENCE numbers AS integer START WITH 7 CACHE 3",)),
    "a domain": Made(OpaqueKind.DOMAIN, "positive", ("CREATE DOMAIN positive AS integer CHECK (VALUE > 0)",)),
    "a domain over an enum": Made(OpaqueKind.DOMAIN, "a_kind", ('CREATE DOMAIN a_kind AS "Kind" NOT NULL',)),
    "a composite type": Made(OpaqueKind.COMPOSITE_TYPE, "pair", ('CREATE TYPE pair AS (size integer, kind "Kind")',)),
    "a range type": Made(OpaqueKind.RANGE_TYPE, "kinds", ('CREATE TYPE kinds AS RANGE (SUBTYPE = "Kind")',)),
    "a collation": Made(
        OpaqueKind.COLLATION,
        "plain_order",
        (
            "CREATE COLLATION plain_order (PROVIDER = libc, LOCALE = 'C')",
            'ALTER TABLE "Thing" ALTER COLUMN label TYPE text COLLATE plain_order',
        ),
    ),
    "statistics": Made(
        OpaqueKind.STATISTICS,
        "together",
        ('CREATE STATISTICS together (dependencies) ON size, other, kind FROM "Thing"',),
    ),
    "an event trigger": Made(
        OpaqueKind.EVENT_TRIGGER,
        "on_ddl",
        (
            "CREATE FUNCTION noted() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN NULL; END'",
            "CREATE EVENT TRIGGER on_ddl ON ddl_command_end EXECUTE FUNCTION noted()",
        ),
    ),
}
IN_A_FILE = {
    "a view": Made(OpaqueKind.VIEW, "seen", ('CREATE VIEW seen AS SELECT size, other FROM "Thing"',)),
    "a view on a view": Made(
        OpaqueKind.VIEW,
        "seen_twice",
        ('CREATE VIEW seen AS SELECT size, other FROM "Thing"', "CREATE VIEW seen_twice AS SELECT size FROM seen"),
    ),
    "a trigger": Made(
        OpaqueKind.TRIGGER,
        "watch",
        ('CREATE TRIGGER watch AFTER UPDATE OF size, other ON "Thing" BEGIN SELECT new.size; END',),
    ),
    "a trigger on a view": Made(
        OpaqueKind.TRIGGER,
        "instead",
        (
            'CREATE VIEW seen AS SELECT size, other FROM "Thing"',
            "CREATE TRIGGER instead INSTEAD OF UPDATE ON seen BEGIN SELECT new.other; END",
        ),
    ),
    "a virtual table": Made(
        OpaqueKind.VIRTUAL_TABLE, "words", ("CREATE VIRTUAL TABLE words USING fts5(label, content='')",)
    ),
}


def changed(text: str, change: str) -> str:
    old, new = CHANGES[change]
    assert old in text
    return text.replace(old, new)


def lower_text(provider: str, text: str, dialect: Dialect) -> Schema:
    found = lowered(f'datasource db {{\n  provider = "{provider}"\n}}\n{text}', dialect)
    assert found is not None
    return found


def told(schema: Schema) -> dict[tuple[str, str], tuple[object, ...]]:
    """What is to be seen of each object, and what hangs on tables, but for what their changes are about."""
    found: dict[tuple[str, str], tuple[object, ...]] = {
        (o.kind.value, o.name.name): (o.definition, o.comment, o.belongings, o.table) for o in schema.opaques
    }
    for table in schema.tables:
        found["traits", table.name.name] = (table.comment, *table.traits)
        if (key := table.primary_key) is not None:
            found["key", key.name or ""] = (key.comment, key.belongings, key.storage, key.include)
        for column in table.columns:
            if column.comment is not None or column.belongings:
                found["column", column.name] = (column.comment, column.belongings)
        for index in table.indexes:
            found["index", index.name] = (index.comment, index.belongings, index.storage, index.columns)
        found |= {("check", check.name or ""): (check.comment, check.expression) for check in table.checks}
    return found | {("enum", enum.name.name): (enum.comment, enum.belongings) for enum in schema.enums}


def go(
    old: Schema,
    new: Schema,
    statements: tuple[str, ...],
    main: Session,
    scratch: Session,
    dialect: Dialect,
    made: Made | None = None,
) -> None:
    """The way from one schema to the other, on a database with rows. Nothing that hangs on anything may be gone."""
    plan = build_plan(diff(EMPTY, old, dialect), EMPTY, old, dialect)
    run_script(main, dialect, script(plan, dialect, warnings=False))
    for statement in statements:
        main.execute(statement)
    history = dialect.driver.introspect(main, ())
    assert made is None or any(
        o.kind is made.kind and (o.belongings or made.kind not in RIGHTS) for o in history.opaques
    )
    fill(main, history, dialect, Random(3))
    wanted = carry_over(history, canonicalise(new, scratch, dialect), dialect)
    text = script(build_plan(diff(history, wanted, dialect), history, wanted, dialect), dialect, warnings=False)
    main.execute('DELETE FROM "Thing" WHERE other IS NULL')
    if dialect.capabilities.enums:
        main.execute("""UPDATE "Thing" SET kind = 'a'""")
    run_script(main, dialect, text)
    reached = dialect.driver.introspect(main, ())
    left = diff(reached, carry_over(reached, wanted, dialect), dialect)
    assert not left, summary(left, reached, wanted, dialect) + text
    assert told(reached) == told(history), text


@pytest.mark.parametrize("name", ON_A_SERVER)
def test_on_a_server_it_survives_with_all_that_hangs_on_it(name: str, new_postgres_database: Callable[[], str]) -> None:
    dialect = dialect_for_provider("postgresql")
    urls = new_postgres_database(), new_postgres_database()
    old = lower_text("postgresql", BEFORE, dialect)
    made = ON_A_SERVER[name]
    for change in CHANGES:
        new = lower_text("postgresql", changed(BEFORE, change), dialect)
        with two_sessions(dialect, urls) as (main, scratch):
            main.execute("DROP EVENT TRIGGER IF EXISTS on_ddl")
            go(old, new, made.all_statements(), main, scratch, dialect, made)


HANGING = (
    f'GRANT SELECT (size), UPDATE (size, label) ON "Thing" TO {READER}',
    'ALTER TABLE "Thing" ALTER COLUMN size SET STATISTICS 77, ALTER COLUMN size SET (n_distinct = 5)',
    'ALTER TABLE "Thing" SET (fillfactor = 70)',
    'ALTER TABLE "Thing" ENABLE ROW LEVEL SECURITY',
    'ALTER TABLE "Thing" FORCE ROW LEVEL SECURITY',
    "COMMENT ON COLUMN \"Thing\".size IS 'how large'",
    'ALTER TABLE "Thing" ADD CONSTRAINT some_size CHECK (size IS NOT NULL OR other > 0)',
    "COMMENT ON CONSTRAINT some_size ON \"Thing\" IS 'not both'",
    'CREATE UNIQUE INDEX by_size ON "Thing" (id, label) INCLUDE (size) WITH (fillfactor = 80)',
    'ALTER TABLE "Thing" CLUSTER ON by_size',
    'ALTER TABLE "Thing" REPLICA IDENTITY USING INDEX by_size',
    "COMMENT ON INDEX by_size IS 'the usual order'",
    'CREATE INDEX by_words ON "Thing" (size, (lower(label)), (size IS NULL))',
    "ALTER INDEX by_words ALTER COLUMN 2 SET STATISTICS 66",
    "ALTER INDEX by_words ALTER COLUMN 3 SET STATISTICS 67",
    'CREATE STATISTICS "By size" (ndistinct) ON size, label FROM "Thing"',
    'ALTER STATISTICS "By size" SET STATISTICS 44',
    f'ALTER STATISTICS "By size" OWNER TO {OWNER}',
    f'GRANT USAGE ON TYPE "Kind" TO {READER} WITH GRANT OPTION',
    'REVOKE USAGE ON TYPE "Kind" FROM PUBLIC',
    f'ALTER TYPE "Kind" OWNER TO {OWNER}',
    "COMMENT ON TYPE \"Kind\" IS 'of things'",
)


@pytest.mark.parametrize("change", CHANGES)
def test_what_hangs_on_tables_and_enums_is_there_after_a_change(
    change: str, new_postgres_database: Callable[[], str]
) -> None:
    dialect = dialect_for_provider("postgresql")
    urls = new_postgres_database(), new_postgres_database()
    old = lower_text("postgresql", BEFORE, dialect)
    new = lower_text("postgresql", changed(BEFORE, change), dialect)
    with two_sessions(dialect, urls) as (main, scratch):
        go(old, new, HANGING, main, scratch, dialect)
        ((storage, identity),) = main.query("SELECT reloptions, relreplident FROM pg_class WHERE relname = 'Thing'")
        assert (storage, identity) == (["fillfactor=70"], "i")


HANGING_ON_A_KEY = (
    'ALTER TABLE "Thing" DROP CONSTRAINT "Thing_pkey"',
    'ALTER TABLE "Thing" ADD CONSTRAINT "Thing_pkey" PRIMARY KEY (id) INCLUDE (label) WITH (fillfactor = 60)',
    'ALTER TABLE "Thing" CLUSTER ON "Thing_pkey"',
    'ALTER TABLE "Thing" REPLICA IDENTITY USING INDEX "Thing_pkey"',
    'COMMENT ON CONSTRAINT "Thing_pkey" ON "Thing" IS \'the number on the lid\'',
    'ALTER TABLE "Thing" ADD COLUMN twice int GENERATED ALWAYS AS (size * 2) STORED',
    f'GRANT SELECT (twice) ON "Thing" TO {READER}',
    'ALTER TABLE "Thing" ALTER COLUMN twice SET STATISTICS 55',
    "COMMENT ON COLUMN \"Thing\".twice IS 'both sides'",
)


@pytest.mark.parametrize(
    "change", [("id    Int ", "id    BigInt "), ("size  Int", "size  BigInt"), ("label String", "label String?")]
)
def test_what_hangs_on_keys_and_generated_columns_is_there_after_a_change(
    change: tuple[str, str], new_postgres_database: Callable[[], str]
) -> None:
    dialect = dialect_for_provider("postgresql")
    urls = new_postgres_database(), new_postgres_database()
    old = lower_text("postgresql", BEFORE, dialect)
    pulled = BEFORE.replace("  kind  Kind?\n", "  kind  Kind?\n  twice Int?\n")
    new = lower_text("postgresql", pulled.replace(*change), dialect)
    with two_sessions(dialect, urls) as (main, scratch):
        go(old, new, HANGING_ON_A_KEY, main, scratch, dialect)
        ((twice, size),) = main.query('SELECT sum(twice), sum(size) FROM "Thing"')
        assert twice == 2 * size


def test_what_hangs_on_a_key_is_there_under_the_keys_new_name(new_postgres_database: Callable[[], str]) -> None:
    dialect = dialect_for_provider("postgresql")
    urls = new_postgres_database(), new_postgres_database()
    old = lower_text("postgresql", BEFORE.replace("@id", '@id(map: "Old Key")'), dialect)
    new = lower_text(
        "postgresql", BEFORE.replace("@id", '@id(map: "new")').replace("Int    @id", "BigInt @id"), dialect
    )
    statements = (
        'ALTER TABLE "Thing" CLUSTER ON "Old Key"',
        'ALTER TABLE "Thing" REPLICA IDENTITY USING INDEX "Old Key"',
    )
    with two_sessions(dialect, urls) as (main, scratch):
        for statement in (
            script(build_plan(diff(EMPTY, old, dialect), EMPTY, old, dialect), dialect, warnings=False),
            *statements,
        ):
            run_script(main, dialect, statement)
        history = dialect.driver.introspect(main, ())
        wanted = carry_over(history, canonicalise(new, scratch, dialect), dialect)
        run_script(
            main,
            dialect,
            script(build_plan(diff(history, wanted, dialect), history, wanted, dialect), dialect, warnings=False),
        )
        found = main.query("SELECT indexrelid::regclass::text FROM pg_index WHERE indisreplident AND indisclustered")
        assert found == [("new",)]


def test_what_is_in_a_tablespace_is_made_again_there(new_postgres_database: Callable[[], str]) -> None:
    dialect = dialect_for_provider("postgresql")
    urls = new_postgres_database(), new_postgres_database()
    old = lower_text("postgresql", BEFORE, dialect)
    new = lower_text("postgresql", changed(BEFORE, "a column beneath is dropped and added again"), dialect)
    with two_sessions(dialect, urls) as (main, scratch):
        ((version,),) = main.query("SELECT current_setting('server_version_num')::int")
        if version < 150000:
            pytest.skip("before PostgreSQL 15 a tablespace needs a folder of its own")
        if not main.query("SELECT FROM pg_tablespace WHERE spcname = 'made_by_hand'"):
            main.execute("SET allow_in_place_tablespaces = true")
            main.execute("CREATE TABLESPACE made_by_hand LOCATION ''")
        statements = (
            'CREATE INDEX by_size ON "Thing" (size, (lower(label))) TABLESPACE made_by_hand',
            'CREATE MATERIALIZED VIEW kept TABLESPACE made_by_hand AS SELECT size FROM "Thing"',
        )
        go(old, new, statements, main, scratch, dialect)
        found = main.query("SELECT relname FROM pg_class WHERE reltablespace <> 0 AND relname IN ('by_size', 'kept')")
        assert sorted(found) == [("by_size",), ("kept",)]


@pytest.mark.parametrize("name", IN_A_FILE)
def test_in_a_file_it_survives(name: str) -> None:
    dialect = dialect_for_provider("sqlite")
    old = lower_text("sqlite", SQLITE_BEFORE, dialect)
    for change in CHANGES:
        if "enum" in change:
            continue
        new = lower_text("sqlite", changed(SQLITE_BEFORE, change), dialect)
        with two_sessions(dialect, None) as (main, scratch):
            go(old, new, IN_A_FILE[name].statements, main, scratch, dialect)


def test_no_kind_is_forgotten() -> None:
    assert {made.kind for made in (*ON_A_SERVER.values(), *IN_A_FILE.values())} == set(OpaqueKind)
