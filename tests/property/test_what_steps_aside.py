"""What stops a change of the columns or types beneath it steps aside, and comes back as it was."""

from __future__ import annotations

from collections.abc import Callable

from ways import on_a_server

NewDatabase = Callable[[], str]

POST = """
model Post {
  id   Int    @id
  name String
  size Int    @default(0)
}
"""
LARGER = POST.replace("size Int    @default(0)", "size BigInt @default(0)")


def test_routines_whose_bodies_were_compiled_step_aside_with_all_that_calls_them(
    new_postgres_database: NewDatabase,
) -> None:
    way = on_a_server(
        POST,
        """
        CREATE FUNCTION size_of(i integer) RETURNS integer LANGUAGE sql
            BEGIN ATOMIC SELECT size FROM "Post" WHERE id = i; END;
        CREATE PROCEDURE grow() LANGUAGE sql BEGIN ATOMIC UPDATE "Post" SET size = size_of(2); END;
        CREATE VIEW sizes AS SELECT size_of(1) AS first;
        CREATE FUNCTION names() RETURNS SETOF "Post" LANGUAGE sql AS 'SELECT * FROM "Post"';
        COMMENT ON FUNCTION size_of(integer) IS 'how large';
        REVOKE ALL ON PROCEDURE grow() FROM PUBLIC;
        """,
        LARGER,
        new_postgres_database,
        since=140000,
        ask=(
            "SELECT obj_description('size_of(integer)'::regprocedure)",
            "SELECT proacl FROM pg_proc WHERE proname = 'grow'",
        ),
    )
    assert way.script == (
        "-- DropProcedure\nDROP PROCEDURE grow();\n\n"
        '-- DropView\nDROP VIEW "sizes";\n\n'
        "-- DropFunction\nDROP FUNCTION size_of(integer);\n\n"
        '-- AlterTable\nALTER TABLE "Post" ALTER COLUMN "size" SET DATA TYPE BIGINT;\n\n'
        "-- CreateFunction\n"
        "CREATE OR REPLACE FUNCTION size_of(i integer)\n RETURNS integer\n LANGUAGE sql\nBEGIN ATOMIC\n"
        ' SELECT "Post".size\n    FROM "Post"\n   WHERE ("Post".id = size_of.i);\nEND;\n'
        "COMMENT ON FUNCTION size_of(integer) IS 'how large';\n\n"
        "-- CreateProcedure\n"
        'CREATE OR REPLACE PROCEDURE grow()\n LANGUAGE sql\nBEGIN ATOMIC\n UPDATE "Post" SET size = size_of(2);\nEND;\n'
        "REVOKE EXECUTE ON PROCEDURE grow() FROM PUBLIC;\n\n"
        '-- CreateView\nCREATE VIEW "sizes" AS\n SELECT size_of(1) AS first;\n'
    )
    assert way.answers[0] == [("how large",)]
    assert way.objects == ["FUNCTION names()", "FUNCTION size_of(integer)", "PROCEDURE grow()", "VIEW sizes"]


def test_a_view_on_a_partition_steps_aside_for_a_change_of_the_whole_table(new_postgres_database: NewDatabase) -> None:
    entry = """
    model Entry {
      id   Int
      at   DateTime
      text String?
      @@id([id, at])
    }
    """
    way = on_a_server(
        entry,
        """
        DROP TABLE "Entry";
        CREATE TABLE "Entry" (id integer NOT NULL, at timestamp(3) NOT NULL, text text,
            CONSTRAINT "Entry_pkey" PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
        CREATE TABLE "Entry, old" PARTITION OF "Entry" FOR VALUES FROM ('2020-01-01') TO ('2021-01-01')
            PARTITION BY RANGE (at);
        CREATE TABLE oldest PARTITION OF "Entry, old" FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
        CREATE VIEW texts AS SELECT text FROM oldest;
        CREATE VIEW ids AS SELECT id FROM oldest;
        """,
        entry.replace("String?", "String? @db.VarChar(30)"),
        new_postgres_database,
    )
    assert way.script == (
        '-- DropView\nDROP VIEW "texts";\n\n'
        '-- AlterTable\nALTER TABLE "Entry" ALTER COLUMN "text" SET DATA TYPE VARCHAR(30);\n\n'
        '-- CreateView\nCREATE VIEW "texts" AS\n SELECT oldest.text\n   FROM oldest;\n'
    )


MOODS = "enum Mood {\n  good\n  bad\n  odd\n}\nmodel Day {\n  id Int @id\n  mood Mood\n}\n"


def test_domains_and_types_over_an_enum_that_loses_a_value_go_and_come_back_in_order(
    new_postgres_database: NewDatabase,
) -> None:
    way = on_a_server(
        MOODS,
        """
        CREATE DOMAIN nice AS "Mood" CHECK (VALUE <> 'bad');
        CREATE DOMAIN nicer AS nice;
        CREATE TYPE pair AS (first "Mood", second nice);
        CREATE TYPE pairs AS (first pair, rest nicer[]);
        CREATE FUNCTION told(day nice, days pairs) RETURNS integer LANGUAGE sql AS 'SELECT 1';
        CREATE VIEW best AS SELECT told(NULL, NULL) AS told;
        """,
        MOODS.replace("  odd\n", ""),
        new_postgres_database,
    )
    assert [line for line in way.script.splitlines() if line.startswith(("DROP", "CREATE"))] == [
        'DROP VIEW "best";',
        "DROP FUNCTION told(nice, pairs);",
        'DROP TYPE "pairs";',
        'DROP DOMAIN "nicer";',
        'DROP TYPE "pair";',
        'DROP DOMAIN "nice";',
        "CREATE TYPE \"Mood_new\" AS ENUM ('good', 'bad');",
        'DROP TYPE "Mood_old";',
        'CREATE DOMAIN "nice" AS "Mood" CONSTRAINT nice_check CHECK ((VALUE <> \'bad\'::"Mood"));',
        'CREATE DOMAIN "nicer" AS nice;',
        'CREATE TYPE "pair" AS (first "Mood", second nice);',
        'CREATE TYPE "pairs" AS (first pair, rest nicer[]);',
        "CREATE OR REPLACE FUNCTION told(day nice, days pairs)",
        'CREATE VIEW "best" AS',
    ]
    assert way.objects == [
        "DOMAIN nice",
        "DOMAIN nicer",
        "FUNCTION told(nice, pairs)",
        "TYPE pair",
        "TYPE pairs",
        "VIEW best",
    ]
    assert way.before.opaques == way.after.opaques


def test_views_come_back_with_their_defaults_indexes_and_without_rows(new_postgres_database: NewDatabase) -> None:
    way = on_a_server(
        POST,
        """
        CREATE VIEW sizes WITH (security_barrier = true) AS SELECT id, size, 'a;' AS text FROM "Post";
        ALTER VIEW sizes ALTER COLUMN size SET DEFAULT 7;
        CREATE MATERIALIZED VIEW kept AS SELECT id, size, 'a;' || chr(10) || 'CREATE INDEX ' AS text FROM "Post";
        CREATE UNIQUE INDEX kept_id ON kept (id);
        CREATE INDEX "kept; size" ON kept (size) WHERE text <> ';';
        COMMENT ON INDEX kept_id IS 'it''s the key';
        CLUSTER kept USING kept_id;
        CREATE MATERIALIZED VIEW empty AS SELECT id, size, ';' AS text FROM "Post" WITH NO DATA;
        CREATE UNIQUE INDEX empty_id ON empty (id);
        CREATE MATERIALIZED VIEW "more; empty" AS SELECT size FROM "Post" WITH NO DATA;
        """,
        LARGER,
        new_postgres_database,
        rows="INSERT INTO \"Post\" VALUES (1, 'a', 2)",
        ask=(
            "SELECT relname, relispopulated FROM pg_class WHERE relkind = 'm' ORDER BY 1",
            "SELECT indexrelid::regclass::text, indisclustered, obj_description(indexrelid) "
            "FROM pg_index JOIN pg_class AS c ON c.oid = indrelid WHERE c.relkind = 'm' ORDER BY 1",
            "SELECT pg_get_expr(adbin, adrelid) FROM pg_attrdef WHERE adrelid = 'sizes'::regclass",
            "SELECT reloptions FROM pg_class WHERE relname = 'sizes'",
        ),
    )
    assert way.answers == (
        [("empty", False), ("kept", True), ("more; empty", False)],
        [('"kept; size"', False, None), ("empty_id", False, None), ("kept_id", True, "it's the key")],
        [("7",)],
        [(["security_barrier=true"],)],
    )
    assert way.before.opaques[0].definition == way.after.opaques[0].definition
    assert way.script.count("WITH NO DATA") == 2
    assert "REFRESH" not in way.script


def test_how_values_are_stored_stays_where_the_new_type_allows_it(new_postgres_database: NewDatabase) -> None:
    stored = """
    model Post {
      id    Int    @id
      long  String
      short String?
      data  Bytes?
      list  Int[]
    }
    """
    changed = stored.replace("long  String", "long  String @db.VarChar(30)").replace("short String?", "short Int?")
    way = on_a_server(
        stored,
        """
        ALTER TABLE "Post" ALTER COLUMN long SET STORAGE EXTERNAL, ALTER COLUMN long SET COMPRESSION pglz,
            ALTER COLUMN short SET STORAGE MAIN, ALTER COLUMN short SET COMPRESSION pglz,
            ALTER COLUMN data SET STORAGE EXTERNAL, ALTER COLUMN list SET STORAGE MAIN;
        """,
        changed.replace("data  Bytes?", "data  String?").replace("list  Int[]", "list  BigInt[]"),
        new_postgres_database,
        since=140000,
        ask=(
            "SELECT attname, attstorage, attcompression FROM pg_attribute "
            "WHERE attrelid = '\"Post\"'::regclass AND attnum > 0 AND NOT attisdropped ORDER BY attname",
        ),
    )
    assert way.answers == (
        [("data", "e", ""), ("id", "p", ""), ("list", "m", ""), ("long", "e", "p"), ("short", "p", "")],
    )


def test_types_over_an_enum_come_back_behind_it_though_it_waits_for_checks_and_indexes(
    new_postgres_database: NewDatabase,
) -> None:
    way = on_a_server(
        MOODS,
        """
        CREATE DOMAIN nice AS "Mood" CHECK (VALUE <> 'bad');
        CREATE TYPE pair AS (first "Mood", second integer);
        CREATE FUNCTION is_good("Mood") RETURNS boolean IMMUTABLE LANGUAGE sql AS 'SELECT true';
        CREATE INDEX good_days ON "Day" (id) WHERE mood = 'good';
        ALTER TABLE "Day" ADD CONSTRAINT usual CHECK (mood <> 'bad' OR id > 0);
        """,
        MOODS.replace("  odd\n", ""),
        new_postgres_database,
    )
    assert [line for line in way.script.splitlines() if line.startswith(("DROP", "CREATE", "ALTER TABLE"))] == [
        'DROP DOMAIN "nice";',
        'DROP FUNCTION is_good("Mood");',
        'DROP TYPE "pair";',
        'DROP INDEX "good_days";',
        'ALTER TABLE "Day" DROP CONSTRAINT "usual";',
        "CREATE TYPE \"Mood_new\" AS ENUM ('good', 'bad');",
        'ALTER TABLE "Day" ALTER COLUMN "mood" TYPE "Mood_new" USING ("mood"::text::"Mood_new");',
        'DROP TYPE "Mood_old";',
        'CREATE DOMAIN "nice" AS "Mood" CONSTRAINT nice_check CHECK ((VALUE <> \'bad\'::"Mood"));',
        'CREATE TYPE "pair" AS (first "Mood", second integer);',
        'ALTER TABLE "Day" ADD CONSTRAINT "usual" CHECK (((mood <> \'bad\'::"Mood") OR (id > 0)));',
        'CREATE INDEX "good_days" ON "Day"("id") WHERE (mood = \'good\'::"Mood");',
        'CREATE OR REPLACE FUNCTION is_good("Mood")',
    ]


def test_a_rule_that_is_switched_off_comes_back_switched_off(new_postgres_database: NewDatabase) -> None:
    way = on_a_server(
        POST,
        """
        CREATE RULE off AS ON UPDATE TO "Post" WHERE new.size > 3 DO INSTEAD NOTHING;
        CREATE RULE always AS ON DELETE TO "Post" WHERE old.size > 3 DO INSTEAD NOTHING;
        ALTER TABLE "Post" DISABLE RULE off;
        ALTER TABLE "Post" ENABLE ALWAYS RULE always;
        """,
        LARGER,
        new_postgres_database,
        ask=("SELECT rulename, ev_enabled FROM pg_rewrite WHERE ev_class = '\"Post\"'::regclass ORDER BY 1",),
    )
    assert way.answers == ([("always", "A"), ("off", "D")],)


def test_settings_of_a_materialized_views_columns_come_back(new_postgres_database: NewDatabase) -> None:
    way = on_a_server(
        POST,
        """
        CREATE MATERIALIZED VIEW kept AS SELECT id, size, name FROM "Post";
        ALTER MATERIALIZED VIEW kept ALTER COLUMN name SET STORAGE EXTERNAL, ALTER COLUMN name SET STATISTICS 44,
            ALTER COLUMN size SET (n_distinct = 5);
        """,
        LARGER,
        new_postgres_database,
        ask=(
            "SELECT attname, attstorage, coalesce(attstattarget, -1), attoptions FROM pg_attribute "
            "WHERE attrelid = 'kept'::regclass AND attnum > 1 ORDER BY attnum",
        ),
    )
    assert way.answers == ([("size", "p", -1, ["n_distinct=5"]), ("name", "e", 44, None)],)


def test_constraints_of_domains_and_columns_of_types_come_back_with_their_comments(
    new_postgres_database: NewDatabase,
) -> None:
    way = on_a_server(
        MOODS,
        """
        CREATE DOMAIN nice AS "Mood" DEFAULT 'good' CONSTRAINT not_bad CHECK (VALUE <> 'bad');
        ALTER DOMAIN nice ADD CONSTRAINT not_good CHECK (VALUE <> 'good') NOT VALID;
        COMMENT ON CONSTRAINT not_bad ON DOMAIN nice IS 'it''s enough';
        CREATE TYPE pair AS (first "Mood", second integer);
        COMMENT ON COLUMN pair.first IS 'the better one';
        """,
        MOODS.replace("  odd\n", ""),
        new_postgres_database,
        ask=(
            "SELECT conname, convalidated, obj_description(oid) FROM pg_constraint "
            "WHERE conname LIKE 'not%' ORDER BY 1",
            "SELECT col_description('pair'::regclass, 1)",
        ),
    )
    assert way.answers == (
        [("not_bad", True, "it's enough"), ("not_good", False, None)],
        [("the better one",)],
    )
