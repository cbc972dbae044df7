"""What partitions and inheriting tables have of their own on a parent's column stays when that column is made anew."""

from __future__ import annotations

from collections.abc import Callable

from ways import on_a_server

NewDatabase = Callable[[], str]

ENTRY = """
model Entry {
  id    Int  @id
  v     Int?
  twice Int?
}
"""
LARGER = ENTRY.replace("v     Int?", "v     BigInt?")
HEIR = """
model Heir {
  id    Int  @id
  v     Int?
  twice Int?
  more  Int?
}
"""
COMPUTED = "v integer, twice integer GENERATED ALWAYS AS (v * 2) STORED"
DEFAULTS = "SELECT adrelid::regclass::text, pg_get_expr(adbin, adrelid) FROM pg_attrdef ORDER BY 1"


def parted(columns: str, rest: str = "", own: str = "") -> str:
    """SQL that makes the table a partitioned one with the partition `low`."""
    return f"""
    DROP TABLE "Entry";
    CREATE TABLE "Entry" (id integer NOT NULL, {columns}, CONSTRAINT "Entry_pkey" PRIMARY KEY (id))
        PARTITION BY RANGE (id);
    CREATE TABLE low PARTITION OF "Entry" {own} FOR VALUES FROM (0) TO (10);
    {rest}
    """


OF_ITS_OWN = """
CREATE INDEX own_i ON low (twice);
ALTER TABLE low ADD CONSTRAINT own_late UNIQUE (twice) INCLUDE (v) DEFERRABLE;
COMMENT ON CONSTRAINT own_late ON low IS 'one';
ALTER TABLE low ADD CONSTRAINT own_one UNIQUE (twice, id) WITH (fillfactor = 70);
COMMENT ON CONSTRAINT own_one ON low IS 'each';
CREATE INDEX own_included ON low (id) INCLUDE (twice);
CREATE INDEX own_part ON low (id) WHERE twice > 0;
ALTER TABLE low ADD CONSTRAINT own_check CHECK (twice > 0);
ALTER TABLE low ADD CONSTRAINT own_apart EXCLUDE USING btree (twice WITH =);
COMMENT ON CONSTRAINT own_check ON low IS 'why';
COMMENT ON COLUMN low.twice IS 'own words';
COMMENT ON INDEX own_i IS 'fast';
GRANT SELECT (twice) ON low TO PUBLIC;
ALTER TABLE low ALTER COLUMN twice SET STATISTICS 33;
ALTER TABLE low ALTER COLUMN twice SET NOT NULL;
CREATE STATISTICS own_s ON id, twice FROM low;
"""
MADE_AGAIN = """\
-- DropStatistics
DROP STATISTICS "own_s";

-- AlterTable
ALTER TABLE "Entry" DROP COLUMN "twice",
ALTER COLUMN "v" SET DATA TYPE BIGINT,
ADD COLUMN     "twice" INTEGER GENERATED ALWAYS AS ((v * 2)) STORED;

-- AlterTable
ALTER TABLE "low" ALTER COLUMN "twice" SET NOT NULL,
ADD CONSTRAINT "own_apart" EXCLUDE USING btree (twice WITH =),
ADD CONSTRAINT "own_check" CHECK ((twice > 0));
COMMENT ON COLUMN "low"."twice" IS 'own words';
GRANT SELECT (twice) ON low TO PUBLIC;
ALTER TABLE low ALTER COLUMN twice SET STATISTICS 33;
COMMENT ON CONSTRAINT "own_check" ON "low" IS 'why';

-- CreateIndex
CREATE INDEX "own_i" ON "low"("twice");
COMMENT ON INDEX "own_i" IS 'fast';

-- CreateIndex
CREATE INDEX "own_included" ON "low"("id") INCLUDE ("twice");

-- CreateIndex
ALTER TABLE "low" ADD CONSTRAINT "own_late" UNIQUE ("twice") INCLUDE ("v") DEFERRABLE;
COMMENT ON CONSTRAINT "own_late" ON "low" IS 'one';

-- CreateIndex
ALTER TABLE "low" ADD CONSTRAINT "own_one" UNIQUE ("twice", "id") WITH (fillfactor=70);
COMMENT ON CONSTRAINT "own_one" ON "low" IS 'each';

-- CreateIndex
CREATE INDEX "own_part" ON "low"("id") WHERE (twice > 0);

-- CreateStatistics
CREATE STATISTICS own_s ON id, twice FROM low;
"""


def test_a_partition_keeps_what_it_has_on_a_generated_column(new_postgres_database: NewDatabase) -> None:
    way = on_a_server(
        ENTRY,
        parted(COMPUTED, OF_ITS_OWN),
        LARGER,
        new_postgres_database,
        ask=(
            "SELECT attnotnull, attstattarget, col_description(attrelid, attnum), attacl IS NOT NULL FROM pg_attribute "
            "WHERE attrelid = 'low'::regclass AND attname = 'twice'",
            "SELECT conname, obj_description(oid) FROM pg_constraint WHERE conrelid = 'low'::regclass ORDER BY 1",
        ),
    )
    assert way.script == MADE_AGAIN
    assert way.answers == (
        [(True, 33, "own words", True)],
        [
            ("low_pkey", None),
            ("own_apart", None),
            ("own_check", "why"),
            ("own_late", "one"),
            ("own_one", "each"),
        ],
    )


def test_what_is_set_of_a_partitions_column_alone_stays_with_a_new_type(new_postgres_database: NewDatabase) -> None:
    text = ENTRY.replace("v     Int?", "v     String?")
    way = on_a_server(
        text,
        parted(
            "v text, twice integer",
            """
            ALTER TABLE ONLY "Entry" ALTER COLUMN v SET STORAGE MAIN;
            CREATE TABLE high PARTITION OF "Entry" FOR VALUES FROM (10) TO (20);
            ALTER TABLE high ALTER COLUMN v SET STORAGE EXTENDED;
            ALTER TABLE low ALTER COLUMN v SET STORAGE EXTERNAL;
            """,
        ),
        text.replace("String?", "String? @db.VarChar(9)"),
        new_postgres_database,
        ask=("SELECT attrelid::regclass::text, attstorage FROM pg_attribute WHERE attname = 'v' ORDER BY 1",),
    )
    assert way.answers[0] == [('"Entry"', "m"), ("high", "x"), ("low", "e")]


def test_an_inheriting_table_keeps_its_key_and_what_is_generated_of_an_inherited_column(
    new_postgres_database: NewDatabase,
) -> None:
    named = ENTRY.replace("id    Int ", "id    DateTime ")
    way = on_a_server(
        ENTRY + HEIR,
        """
        DROP TABLE "Heir";
        CREATE TABLE "Heir" (more integer GENERATED ALWAYS AS (v + 1) STORED,
            CONSTRAINT "Heir_pkey" PRIMARY KEY (id)) INHERITS ("Entry");
        CREATE INDEX part ON "Heir" (id) WHERE more > 0;
        COMMENT ON CONSTRAINT "Heir_pkey" ON "Heir" IS 'the key';
        """,
        named.replace("v     Int?", "v     BigInt?")
        + HEIR.replace("id    Int ", "id    DateTime ").replace("v     Int?", "v     BigInt?"),
        new_postgres_database,
    )
    assert way.script == (
        '-- AlterTable\nALTER TABLE "Heir" DROP COLUMN "more";\n\n'
        '-- AlterTable\nALTER TABLE "Entry" DROP CONSTRAINT "Entry_pkey",\n'
        'DROP COLUMN "id",\nADD COLUMN     "id" TIMESTAMP(3) NOT NULL,\n'
        'ALTER COLUMN "v" SET DATA TYPE BIGINT,\nADD CONSTRAINT "Entry_pkey" PRIMARY KEY ("id");\n\n'
        '-- AlterTable\nALTER TABLE "Heir" ADD COLUMN     "more" INTEGER GENERATED ALWAYS AS ((v + 1)) STORED,\n'
        'ADD CONSTRAINT "Heir_pkey" PRIMARY KEY ("id");\n'
        'COMMENT ON CONSTRAINT "Heir_pkey" ON "Heir" IS \'the key\';\n\n'
        '-- CreateIndex\nCREATE INDEX "part" ON "Heir"("id") WHERE (more > 0);\n'
    )


def test_a_foreign_key_of_a_partition_steps_aside_and_comes_back(new_postgres_database: NewDatabase) -> None:
    kind = "model Kind {\n  k Int @id\n}\n"
    way = on_a_server(
        ENTRY + kind,
        parted(
            "v integer, twice integer",
            'ALTER TABLE low ADD CONSTRAINT own_key FOREIGN KEY (v) REFERENCES "Kind" (k);'
            "COMMENT ON CONSTRAINT own_key ON low IS 'which';",
        ),
        ENTRY.replace("v     Int?", "v     String?") + kind.replace("Int", "String"),
        new_postgres_database,
    )
    assert way.script == (
        '-- DropForeignKey\nALTER TABLE "low" DROP CONSTRAINT "own_key";\n\n'
        '-- AlterTable\nALTER TABLE "Entry" ALTER COLUMN "v" SET DATA TYPE TEXT;\n\n'
        '-- AlterTable\nALTER TABLE "Kind" DROP CONSTRAINT "Kind_pkey",\nALTER COLUMN "k" SET DATA TYPE TEXT,\n'
        'ADD CONSTRAINT "Kind_pkey" PRIMARY KEY ("k");\n\n'
        '-- AddForeignKey\nALTER TABLE "low" ADD CONSTRAINT "own_key" FOREIGN KEY ("v") REFERENCES "Kind"("k")'
        ' ON DELETE NO ACTION ON UPDATE NO ACTION;\nCOMMENT ON CONSTRAINT "own_key" ON "low" IS \'which\';\n'
    )


def test_a_partitions_own_default_follows_the_type_as_far_as_it_can(new_postgres_database: NewDatabase) -> None:
    found = {}
    for written in ("BigInt?", "Decimal?", "String?", "DateTime? @default(now())"):
        way = on_a_server(
            ENTRY.replace("v     Int?", "v     Int? @default(1)"),
            parted("v integer DEFAULT 1, twice integer", own="(v DEFAULT 5)"),
            ENTRY.replace("v     Int?", f"v     {written}"),
            new_postgres_database,
            ask=(DEFAULTS,),
        )
        found[written] = way.answers[0]
        lost = "You are about to drop the default of the column `v` on the `low` table."
        assert (lost in way.hazards) is written.startswith("DateTime")
    assert found == {
        "BigInt?": [("low", "5")],
        "Decimal?": [("low", "5")],
        "String?": [("low", "'5'::text")],
        "DateTime? @default(now())": [('"Entry"', "CURRENT_TIMESTAMP"), ("low", "CURRENT_TIMESTAMP")],
    }


def test_a_partition_without_a_default_has_none_when_its_parents_column_is_made_anew(
    new_postgres_database: NewDatabase,
) -> None:
    way = on_a_server(
        ENTRY.replace("v     Int?", "v     Int? @default(1)"),
        parted("v integer DEFAULT 1, twice integer", "ALTER TABLE low ALTER COLUMN v DROP DEFAULT;"),
        ENTRY.replace("v     Int?", "v     DateTime? @default(now())"),
        new_postgres_database,
    )
    assert way.script == (
        '-- AlterTable\nALTER TABLE "Entry" DROP COLUMN "v",\n'
        'ADD COLUMN     "v" TIMESTAMP(3) DEFAULT CURRENT_TIMESTAMP;\n\n'
        '-- AlterTable\nALTER TABLE "low" ALTER COLUMN "v" DROP DEFAULT;\n'
    )


_DECLARED = """
DROP TABLE "Heir";
CREATE TABLE "Heir" (v integer, more integer, CONSTRAINT "Heir_pkey" PRIMARY KEY (id)) INHERITS ("Entry");
CREATE TABLE "Last" (v integer, PRIMARY KEY (id)) INHERITS ("Heir");
CREATE INDEX own_i ON "Heir" (id) INCLUDE (v);
"""
LAST = HEIR.replace("Heir", "Last")


def test_a_column_that_heirs_declare_as_well_is_made_anew_in_all_of_them(new_postgres_database: NewDatabase) -> None:
    way = on_a_server(
        ENTRY + HEIR + LAST,
        'DROP TABLE "Last";' + _DECLARED,
        (ENTRY + HEIR + LAST).replace("v     Int?", "v     DateTime?"),
        new_postgres_database,
    )
    assert way.script == (
        '-- AlterTable\nALTER TABLE "Entry" DROP COLUMN "v";\n'
        'ALTER TABLE "Heir" DROP COLUMN IF EXISTS "v";\nALTER TABLE "Last" DROP COLUMN IF EXISTS "v";\n'
        'ALTER TABLE "Entry" ADD COLUMN     "v" TIMESTAMP(3);\n\n'
        '-- CreateIndex\nCREATE INDEX "own_i" ON "Heir"("id") INCLUDE ("v");\n'
    )


def test_a_column_that_an_heir_declares_as_well_stays_there_when_its_parent_loses_it(
    new_postgres_database: NewDatabase,
) -> None:
    alone = ENTRY.replace("  v     Int?\n", "")
    by_hand = _DECLARED.partition('CREATE TABLE "Last"')[0]
    way = on_a_server(ENTRY + HEIR, by_hand, alone + HEIR, new_postgres_database)
    assert way.script == '-- AlterTable\nALTER TABLE "Entry" DROP COLUMN "v";\n'
    way = on_a_server(ENTRY + HEIR, by_hand, alone + HEIR.replace("  v     Int?\n", ""), new_postgres_database)
    assert way.script == (
        '-- AlterTable\nALTER TABLE "Entry" DROP COLUMN "v";\n\n'
        '-- AlterTable\nALTER TABLE "Heir" DROP COLUMN IF EXISTS "v";\n'
    )


def test_a_column_from_two_parents_stays_until_both_have_lost_it(new_postgres_database: NewDatabase) -> None:
    models = ENTRY + HEIR.replace("Heir", "Other") + HEIR
    by_hand = 'DROP TABLE "Heir"; CREATE TABLE "Heir" (PRIMARY KEY (id)) INHERITS ("Entry", "Other");'
    way = on_a_server(models, by_hand, models.replace("  v     Int?\n", "", 1), new_postgres_database)
    assert way.script == '-- AlterTable\nALTER TABLE "Entry" DROP COLUMN "v";\n'
    way = on_a_server(models, by_hand, models.replace("  v     Int?\n", ""), new_postgres_database)
    assert way.script == (
        '-- AlterTable\nALTER TABLE "Entry" DROP COLUMN "v";\n\n-- AlterTable\nALTER TABLE "Other" DROP COLUMN "v";\n'
    )


MOODS = "enum Mood {\n  good\n  bad\n  odd\n}\n"
FEWER = MOODS.replace("  odd\n", "")


def test_what_is_generated_of_an_enum_makes_way_where_that_loses_a_value(new_postgres_database: NewDatabase) -> None:
    day = "model Day {\n  id Int @id\n  mood Mood\n  level Int?\n  best Mood?\n}\n"
    way = on_a_server(
        MOODS + day,
        """
        ALTER TABLE "Day" DROP COLUMN level, DROP COLUMN best;
        ALTER TABLE "Day" ADD COLUMN level integer GENERATED ALWAYS AS (CASE mood WHEN 'good' THEN 1 END) STORED;
        ALTER TABLE "Day" ADD COLUMN best "Mood" GENERATED ALWAYS AS (CASE id WHEN 1 THEN 'good'::"Mood" END) STORED;
        COMMENT ON COLUMN "Day".level IS 'how good';
        CREATE INDEX levels ON "Day" (id) INCLUDE (level);
        ALTER TABLE "Day" ADD CONSTRAINT low CHECK (level < 9 OR mood <> 'bad');
        CREATE VIEW told AS SELECT level FROM "Day";
        """,
        FEWER + day,
        new_postgres_database,
        rows="INSERT INTO \"Day\" VALUES (1, 'good')",
        ask=('SELECT level, best::text FROM "Day"',),
    )
    assert way.script == (
        '-- DropView\nDROP VIEW "told";\n\n'
        '-- AlterTable\nALTER TABLE "Day" DROP CONSTRAINT "low";\n\n'
        '-- AlterTable\nALTER TABLE "Day" DROP COLUMN "level",\nDROP COLUMN "best";\n\n'
        "-- AlterEnum\nBEGIN;\nCREATE TYPE \"Mood_new\" AS ENUM ('good', 'bad');\n"
        'ALTER TABLE "Day" ALTER COLUMN "mood" TYPE "Mood_new" USING ("mood"::text::"Mood_new");\n'
        'ALTER TYPE "Mood" RENAME TO "Mood_old";\nALTER TYPE "Mood_new" RENAME TO "Mood";\nDROP TYPE "Mood_old";\n'
        "COMMIT;\n\n"
        '-- AlterTable\nALTER TABLE "Day" ADD COLUMN     "level" INTEGER GENERATED ALWAYS AS (\n'
        "CASE mood\n    WHEN 'good'::\"Mood\" THEN 1\n    ELSE NULL::integer\nEND) STORED,\n"
        'ADD COLUMN     "best" "Mood" GENERATED ALWAYS AS (\n'
        'CASE id\n    WHEN 1 THEN \'good\'::"Mood"\n    ELSE NULL::"Mood"\nEND) STORED,\n'
        'ADD CONSTRAINT "low" CHECK (((level < 9) OR (mood <> \'bad\'::"Mood")));\n'
        'COMMENT ON COLUMN "Day"."level" IS \'how good\';\n\n'
        '-- CreateIndex\nCREATE INDEX "levels" ON "Day"("id") INCLUDE ("level");\n\n'
        '-- CreateView\nCREATE VIEW "told" AS\n SELECT "Day".level\n   FROM "Day";\n'
    )
    assert way.answers[0] == [(1, "good")]


def test_partitions_move_with_an_enum_that_loses_a_value_and_keep_their_defaults_and_keys(
    new_postgres_database: NewDatabase,
) -> None:
    models = ENTRY.replace("v     Int?", "v     Mood? @default(good)") + "model Kind {\n  mood Mood @id\n}\n"
    way = on_a_server(
        MOODS + models,
        parted(
            "v \"Mood\" DEFAULT 'good', twice integer GENERATED ALWAYS AS (CASE v WHEN 'good' THEN 2 END) STORED",
            """
            CREATE TABLE "Any" PARTITION OF "Entry" (v DEFAULT 'bad') DEFAULT;
            ALTER TABLE low ALTER COLUMN v DROP DEFAULT;
            ALTER TABLE low ADD CONSTRAINT own_key FOREIGN KEY (v) REFERENCES "Kind" (mood);
            ALTER TABLE low ADD CONSTRAINT own_check CHECK (v <> 'bad');
            CREATE INDEX own_i ON low (id) WHERE v = 'good';
            CREATE INDEX own_twice ON low (twice);
            """,
        ),
        FEWER + models,
        new_postgres_database,
        ask=(f"SELECT * FROM ({DEFAULTS}) AS d WHERE pg_get_expr LIKE '''%'",),
    )
    assert way.answers[0] == [('"Any"', "'bad'::\"Mood\""), ('"Entry"', "'good'::\"Mood\"")]
    assert [line for line in way.script.splitlines() if "TYPE" in line or "KEY" in line or "own_" in line] == [
        'ALTER TABLE "low" DROP CONSTRAINT "own_key";',
        'DROP INDEX "own_i";',
        'ALTER TABLE "low" DROP CONSTRAINT "own_check";',
        "CREATE TYPE \"Mood_new\" AS ENUM ('good', 'bad');",
        'ALTER TABLE "Entry" ALTER COLUMN "v" TYPE "Mood_new" USING ("v"::text::"Mood_new");',
        'ALTER TABLE "Kind" ALTER COLUMN "mood" TYPE "Mood_new" USING ("mood"::text::"Mood_new");',
        'ALTER TYPE "Mood" RENAME TO "Mood_old";',
        'ALTER TYPE "Mood_new" RENAME TO "Mood";',
        'DROP TYPE "Mood_old";',
        'ALTER TABLE "low" ADD CONSTRAINT "own_check" CHECK ((v <> \'bad\'::"Mood"));',
        'CREATE INDEX "own_i" ON "low"("id") WHERE (v = \'good\'::"Mood");',
        'CREATE INDEX "own_twice" ON "low"("twice");',
        'ALTER TABLE "low" ADD CONSTRAINT "own_key" FOREIGN KEY ("v") REFERENCES "Kind"("mood")'
        " ON DELETE NO ACTION ON UPDATE NO ACTION;",
    ]
