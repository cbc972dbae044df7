"""What each kind of statement is read as, whole."""

import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.dialects.registry import dialect_for_provider
from parity.errors import ScriptRefused
from parity.review.effects import (
    AddsColumn,
    AddsConstraint,
    AddsTypeValue,
    AltersColumn,
    AltersObject,
    AltersTable,
    ColumnChange,
    ColumnText,
    ConstraintKind,
    CopiedColumn,
    Copy,
    CreatesIndex,
    CreatesObject,
    CreatesTable,
    CreatesType,
    DeletesRows,
    DropsColumn,
    DropsConstraint,
    DropsIndex,
    DropsObject,
    DropsTable,
    DropsType,
    DropsTypeValue,
    Effect,
    InsertsRows,
    NotUnderstood,
    Place,
    RebuildsTable,
    RenamesColumn,
    RenamesConstraint,
    RenamesIndex,
    RenamesTable,
    RenamesType,
    ReplacesType,
    Runs,
    Truncates,
    UpdatesRows,
)
from parity.review.reading import read_effects
from parity.schema.types import ObjectName

AT = Place(0, 1)
SHOP = ObjectName("shop")
ITEM = ObjectName("Item")


def effects_of(sql: str, provider: str) -> tuple[Effect, ...]:
    dialect = dialect_for_provider(provider)
    return read_effects(dialect.split(sql), dialect)


def type_change(column: str, spelled: str, name: str) -> AltersColumn:
    return AltersColumn(AT, SHOP, column, ColumnChange.TYPE, spelled, ObjectName(name))


EVERYWHERE: list[tuple[str, tuple[Effect, ...]]] = [
    (
        'CREATE TABLE IF NOT EXISTS "Item" ("id" TEXT NOT NULL PRIMARY KEY, "size" NUMERIC(8,2) DEFAULT 1.5, '
        'CONSTRAINT "one" UNIQUE ("size", "id"), FOREIGN KEY ("id") REFERENCES "shop" ("id") ON DELETE CASCADE)',
        (
            CreatesTable(
                AT,
                ITEM,
                (
                    ColumnText("id", "TEXT", required=True, unique=True),
                    ColumnText("size", "NUMERIC(8,2)", filled=True),
                ),
                ("id",),
                (("size", "id"),),
                if_missing=True,
            ),
        ),
    ),
    ("CREATE TEMP TABLE shop (a int)", (CreatesTable(AT, SHOP, (ColumnText("a", "int"),), temporary=True),)),
    (
        "CREATE TABLE shop (id int, total int GENERATED ALWAYS AS (id + 1) STORED, PRIMARY KEY (id))",
        (CreatesTable(AT, SHOP, (ColumnText("id", "int"), ColumnText("total", "int", filled=True)), ("id",)),),
    ),
    ("CREATE TABLE shop AS SELECT 1 AS a", (CreatesTable(AT, SHOP),)),
    ('DROP TABLE "Item"', (DropsTable(AT, ITEM),)),
    ("ALTER TABLE shop RENAME TO store", (RenamesTable(AT, SHOP, "store"),)),
    ('ALTER TABLE shop RENAME COLUMN "a" TO "b"', (RenamesColumn(AT, SHOP, "a", "b"),)),
    ("ALTER TABLE shop RENAME a TO b", (RenamesColumn(AT, SHOP, "a", "b"),)),
    (
        "ALTER TABLE shop ADD COLUMN a TEXT NOT NULL DEFAULT 'x, (y'",
        (AddsColumn(AT, SHOP, ColumnText("a", "TEXT", required=True, filled=True)),),
    ),
    ("ALTER TABLE shop ADD a TEXT DEFAULT NULL", (AddsColumn(AT, SHOP, ColumnText("a", "TEXT")),)),
    ("ALTER TABLE shop DROP COLUMN a", (DropsColumn(AT, SHOP, "a"),)),
    (
        'CREATE UNIQUE INDEX "one" ON shop ("a" DESC, "b") WHERE "c" IS NULL',
        (CreatesIndex(AT, SHOP, "one", ("a", "b"), unique=True, partial=True),),
    ),
    ("CREATE INDEX one ON shop (lower(a), b)", (CreatesIndex(AT, SHOP, "one", ("b",), expressions=True),)),
    ("CREATE INDEX one ON shop (a || b)", (CreatesIndex(AT, SHOP, "one", expressions=True),)),
    ("DROP INDEX IF EXISTS one", (DropsIndex(AT, ObjectName("one")),)),
    ("CREATE VIEW v AS SELECT 1", (CreatesObject(AT, "view", ObjectName("v")),)),
    ("DROP VIEW v", (DropsObject(AT, "view", ObjectName("v")),)),
    ("INSERT INTO shop (a, b) VALUES (1, 'x'), (2, '(')", (InsertsRows(AT, SHOP, 2),)),
    ("INSERT INTO shop DEFAULT VALUES", (InsertsRows(AT, SHOP, 1),)),
    (
        'INSERT INTO shop (a, b) SELECT "a", coalesce("b", 0) AS "b" FROM "Item" WHERE "a" > 1',
        (
            InsertsRows(
                AT,
                SHOP,
                None,
                Copy(
                    ITEM,
                    (CopiedColumn("a", ("a",), plain=True), CopiedColumn("b", ("b",), plain=False)),
                    partial=True,
                ),
            ),
        ),
    ),
    (
        "INSERT INTO shop SELECT * FROM old",
        (InsertsRows(AT, SHOP, None, Copy(ObjectName("old"), None, partial=False)),),
    ),
    ("UPDATE shop SET a = 1, b = c", (UpdatesRows(AT, SHOP, ("a", "b"), every=True),)),
    ("UPDATE shop SET a = 1 WHERE a IS NULL", (UpdatesRows(AT, SHOP, ("a",), every=False, nulls_of="a"),)),
    ("UPDATE shop SET a = 1 WHERE b = 2", (UpdatesRows(AT, SHOP, ("a",), every=False),)),
    ("UPDATE shop SET a = o.a FROM old o WHERE o.id = shop.id", (UpdatesRows(AT, SHOP, ("a",), every=False),)),
    ("DELETE FROM shop", (DeletesRows(AT, SHOP, every=True),)),
    ("DELETE FROM shop WHERE 1 = 1", (DeletesRows(AT, SHOP, every=True),)),
    ("DELETE FROM shop WHERE id = 1", (DeletesRows(AT, SHOP, every=False),)),
    ("WITH old AS (SELECT 1) DELETE FROM shop WHERE id IN (SELECT * FROM old)", (DeletesRows(AT, SHOP, every=False),)),
    ("BEGIN", (Runs(AT, "BEGIN"),)),
    ("SELECT 1", (Runs(AT, "SELECT"),)),
    ("FROBNICATE shop", (NotUnderstood(AT, "FROBNICATE"),)),
    ("", ()),
]

POSTGRES: list[tuple[str, tuple[Effect, ...]]] = [
    ("DROP TABLE Shop, public.\"Item\" CASCADE", (
        DropsTable(AT, SHOP, cascade=True), DropsTable(AT, ObjectName("Item", "public"), cascade=True))),
    (
        'ALTER TABLE ONLY shop ALTER COLUMN a TYPE "Size_new" USING (a::text::"Size_new"), ALTER b SET DATA TYPE '
        "varchar(3), ALTER c SET NOT NULL, ALTER c DROP NOT NULL, ALTER c SET DEFAULT 3, ALTER c DROP DEFAULT, "
        "ALTER c ADD GENERATED ALWAYS AS IDENTITY",
        (
            type_change("a", '"Size_new"', "Size_new"),
            type_change("b", "varchar(3)", "varchar"),
            AltersColumn(AT, SHOP, "c", ColumnChange.SET_NOT_NULL),
            AltersColumn(AT, SHOP, "c", ColumnChange.DROP_NOT_NULL),
            AltersColumn(AT, SHOP, "c", ColumnChange.SET_DEFAULT),
            AltersColumn(AT, SHOP, "c", ColumnChange.DROP_DEFAULT),
            AltersColumn(AT, SHOP, "c", ColumnChange.OTHER),
        ),
    ),
    (
        "ALTER TABLE shop ADD COLUMN IF NOT EXISTS a BIGSERIAL, ADD CONSTRAINT k PRIMARY KEY (a, b), ADD UNIQUE (c), "
        "ADD CONSTRAINT x CHECK (a > 0) NOT VALID, ADD FOREIGN KEY (a) REFERENCES b (c), ADD CONSTRAINT u UNIQUE "
        "USING INDEX i, DROP COLUMN IF EXISTS d CASCADE, DROP CONSTRAINT y",
        (
            AddsColumn(AT, SHOP, ColumnText("a", "BIGSERIAL", filled=True, numbered=True), if_missing=True),
            AddsConstraint(AT, SHOP, ConstraintKind.PRIMARY_KEY, "k", ("a", "b")),
            AddsConstraint(AT, SHOP, ConstraintKind.UNIQUE, None, ("c",)),
            AddsConstraint(AT, SHOP, ConstraintKind.CHECK, "x"),
            AddsConstraint(AT, SHOP, ConstraintKind.FOREIGN_KEY, None, ("a",)),
            AddsConstraint(AT, SHOP, ConstraintKind.UNIQUE, "u", (), "i"),
            DropsColumn(AT, SHOP, "d", cascade=True),
            DropsConstraint(AT, SHOP, "y"),
        ),
    ),
    ("ALTER TABLE shop RENAME CONSTRAINT a TO b", (RenamesConstraint(AT, SHOP, "a", "b"),)),
    ("ALTER TABLE shop ENABLE ROW LEVEL SECURITY", (AltersTable(AT, SHOP, "ENABLE ROW LEVEL SECURITY"),)),
    ("ALTER INDEX a RENAME TO b", (RenamesIndex(AT, ObjectName("a"), "b"),)),
    ("DROP INDEX CONCURRENTLY IF EXISTS a, b", (
        DropsIndex(AT, ObjectName("a"), concurrently=True), DropsIndex(AT, ObjectName("b"), concurrently=True))),
    (
        "CREATE INDEX CONCURRENTLY ON shop USING gin (a jsonb_path_ops)",
        (CreatesIndex(AT, SHOP, None, ("a",), concurrently=True),),
    ),
    ("CREATE TYPE size AS ENUM ('S', 'it''s')", (CreatesType(AT, ObjectName("size"), ("S", "it's")),)),
    ("CREATE TYPE pair AS (a int, b int)", (CreatesType(AT, ObjectName("pair")),)),
    ("ALTER TYPE size ADD VALUE IF NOT EXISTS 'XL' BEFORE 'L'", (AddsTypeValue(AT, ObjectName("size"), "XL"),)),
    ("ALTER TYPE size DROP VALUE 'XL'", (DropsTypeValue(AT, ObjectName("size"), "XL"),)),
    (
        "ALTER TABLE shop ALTER PRIMARY KEY USING COLUMNS (a, b) USING HASH",
        (AddsConstraint(AT, SHOP, ConstraintKind.PRIMARY_KEY, None, ("a", "b")),),
    ),
    ("ALTER TYPE size RENAME TO old_size", (RenamesType(AT, ObjectName("size"), "old_size"),)),
    ("ALTER TYPE size RENAME VALUE 'a' TO 'b'", (AltersObject(AT, "type", ObjectName("size")),)),
    ("DROP TYPE size CASCADE", (DropsType(AT, ObjectName("size"), cascade=True),)),
    ("CREATE SCHEMA IF NOT EXISTS x", (CreatesObject(AT, "schema", ObjectName("x")),)),
    ("DROP SCHEMA x CASCADE", (DropsObject(AT, "schema", ObjectName("x"), cascade=True),)),
    ('CREATE EXTENSION IF NOT EXISTS "pgcrypto"', (CreatesObject(AT, "extension", ObjectName("pgcrypto")),)),
    (
        "CREATE OR REPLACE FUNCTION f(a int) RETURNS int AS $$ DELETE FROM shop; $$ LANGUAGE sql",
        (CreatesObject(AT, "function", ObjectName("f")),),
    ),
    ("DROP FUNCTION f(int, text)", (DropsObject(AT, "function", ObjectName("f")),)),
    (
        "CREATE CONSTRAINT TRIGGER t AFTER UPDATE OF a ON shop FOR EACH ROW EXECUTE FUNCTION f()",
        (CreatesObject(AT, "trigger", ObjectName("t"), SHOP),),
    ),
    ("DROP TRIGGER t ON shop", (DropsObject(AT, "trigger", ObjectName("t"), SHOP),)),
    ("CREATE MATERIALIZED VIEW v AS SELECT 1", (CreatesObject(AT, "materialized view", ObjectName("v")),)),
    ("ALTER SEQUENCE s OWNED BY shop.id", (AltersObject(AT, "sequence", ObjectName("s")),)),
    ("TRUNCATE TABLE shop, old CASCADE", (
        Truncates(AT, SHOP, cascade=True), Truncates(AT, ObjectName("old"), cascade=True))),
    ("INSERT INTO shop VALUES (1) ON CONFLICT (id) DO NOTHING", (InsertsRows(AT, SHOP, 1),)),
    ("DELETE FROM shop USING old WHERE old.id = shop.id", (DeletesRows(AT, SHOP, every=False),)),
    ("UPDATE Shop SET (A, b) = (1, 2) WHERE true", (UpdatesRows(AT, SHOP, ("a", "b"), every=True),)),
    (
        "WITH gone AS (DELETE FROM old RETURNING *) INSERT INTO shop SELECT * FROM gone",
        (
            DeletesRows(AT, ObjectName("old"), every=True),
            InsertsRows(AT, SHOP, None, Copy(ObjectName("gone"), None, partial=False)),
        ),
    ),
    (
        "MERGE INTO shop USING old ON shop.id = old.id WHEN MATCHED THEN DELETE "
        "WHEN NOT MATCHED THEN INSERT (id) VALUES (old.id)",
        (DeletesRows(AT, SHOP, every=False), InsertsRows(AT, SHOP, None)),
    ),
    (
        "DO $do$ BEGIN IF b THEN UPDATE shop SET a = CASE WHEN b THEN 1 ELSE 2 END; DROP TABLE old; END IF; END $do$",
        (
            Runs(AT, "DO", opaque=True),
            UpdatesRows(AT, SHOP, ("a",), every=True),
            DropsTable(AT, ObjectName("old")),
        ),
    ),
    ("SET LOCAL lock_timeout = '10s'", (Runs(AT, "SET LOCAL"),)),
]  # fmt: skip

SQLITE: list[tuple[str, tuple[Effect, ...]]] = [
    ("CREATE TABLE [a b] (`c` INT) STRICT", (CreatesTable(AT, ObjectName("a b"), (ColumnText("c", "INT"),)),)),
    ("ALTER TABLE Shop ADD a", (AddsColumn(AT, ObjectName("Shop"), ColumnText("a")),)),
    ("REPLACE INTO shop VALUES (1), (2)", (InsertsRows(AT, SHOP, 2, replaces=True),)),
    ("INSERT OR REPLACE INTO shop VALUES (1)", (InsertsRows(AT, SHOP, 1, replaces=True),)),
    ("UPDATE OR IGNORE shop SET a = 1", (UpdatesRows(AT, SHOP, ("a",), every=True),)),
    ("CREATE VIRTUAL TABLE shop USING fts5(a, b)", (CreatesTable(AT, SHOP),)),
    (
        "CREATE TRIGGER t AFTER INSERT ON shop BEGIN UPDATE old SET a = 1; DELETE FROM old; END",
        (CreatesObject(AT, "trigger", ObjectName("t"), SHOP),),
    ),
    ("PRAGMA foreign_keys=OFF", (Runs(AT, "PRAGMA FOREIGN_KEYS"),)),
    ("VACUUM", (Runs(AT, "VACUUM"),)),
]

CASES = [
    *((provider, *case) for provider in ("postgresql", "sqlite") for case in EVERYWHERE),
    *(("postgresql", *case) for case in POSTGRES),
    *(("sqlite", *case) for case in SQLITE),
]


@pytest.mark.parametrize(("provider", "sql", "expected"), CASES)
def test_a_statement_is_read_as_what_it_does(provider: str, sql: str, expected: tuple[Effect, ...]) -> None:
    assert effects_of(sql, provider) == expected


def test_each_effect_tells_its_statement_and_line() -> None:
    sql = "-- first\nCREATE TABLE a (x int);\n\n/* two\nlines */ DROP TABLE b;\n"
    assert [effect.at for effect in effects_of(sql, "sqlite")] == [Place(0, 2), Place(1, 5)]


REBUILD = """PRAGMA foreign_keys=OFF;
CREATE TABLE "new_Item" ("id" TEXT NOT NULL PRIMARY KEY, "b" TEXT NOT NULL DEFAULT 'x');
INSERT INTO "new_Item" ("id", "b") SELECT "id", coalesce("b", 'x') AS "b" FROM "Item";
DROP TABLE "Item";
ALTER TABLE "new_Item" RENAME TO "Item";
PRAGMA foreign_keys=ON;
"""


@pytest.mark.parametrize("provider", ["sqlite", "postgresql"])
def test_a_rebuilt_table_is_one_change_and_no_drop(provider: str) -> None:
    if provider == "postgresql":
        sql, shift = REBUILD.replace("PRAGMA foreign_keys=OFF;\n", "").replace("PRAGMA foreign_keys=ON;\n", ""), 1
    else:
        sql, shift = REBUILD, 0
    columns = (
        ColumnText("id", "TEXT", required=True, unique=True),
        ColumnText("b", "TEXT", required=True, filled=True),
    )
    copy = Copy(ITEM, (CopiedColumn("id", ("id",), plain=True), CopiedColumn("b", ("b",), plain=False)), partial=False)
    rebuild = RebuildsTable(
        Place(3 - shift, 4 - shift),
        ITEM,
        CreatesTable(Place(1 - shift, 2 - shift), ObjectName("new_Item"), columns, ("id",)),
        copy,
        tuple(range(1 - shift, 5 - shift)),
    )
    pragmas = [Runs(Place(n, n + 1), "PRAGMA FOREIGN_KEYS") for n in (0, 5)]
    expected = (pragmas[0], rebuild, pragmas[1]) if provider == "sqlite" else (rebuild,)
    assert effects_of(sql, provider) == expected


def test_a_table_that_gives_its_name_away_and_is_filled_from_its_old_self_is_rebuilt() -> None:
    sql = "ALTER TABLE a RENAME TO old; CREATE TABLE a (x int); INSERT INTO a SELECT x FROM old; DROP TABLE old"
    (rebuild,) = effects_of(sql, "sqlite")
    assert isinstance(rebuild, RebuildsTable)
    assert (rebuild.table, rebuild.statements) == (ObjectName("a"), (0, 1, 2, 3))
    assert rebuild.copy == Copy(ObjectName("old"), (CopiedColumn("", ("x",), plain=True),), partial=False)


def test_a_table_that_takes_the_name_of_one_dropped_before_it_was_made_is_no_rebuild() -> None:
    kinds = [
        type(effect)
        for effect in effects_of("DROP TABLE a; CREATE TABLE b (x int); ALTER TABLE b RENAME TO a", "sqlite")
    ]
    assert kinds == [DropsTable, CreatesTable, RenamesTable]


@pytest.mark.parametrize(
    "sql",
    [
        """CREATE TYPE "Size_new" AS ENUM ('S', 'M');
ALTER TABLE shop ALTER COLUMN a TYPE "Size_new" USING (a::text::"Size_new");
ALTER TYPE "Size" RENAME TO "Size_old"; ALTER TYPE "Size_new" RENAME TO "Size"; DROP TYPE "public"."Size_old";""",
        """ALTER TYPE "Size" RENAME TO "Size_old"; CREATE TYPE "Size" AS ENUM ('S', 'M');
ALTER TABLE shop ALTER COLUMN a TYPE "Size" USING a::text::"Size"; DROP TYPE "Size_old";""",
        """CREATE TYPE "Size_new" AS ENUM ('S', 'M');
ALTER TABLE shop ALTER COLUMN a TYPE "Size_new" USING (a::text::"Size_new");
DROP TYPE "Size"; ALTER TYPE "Size_new" RENAME TO "Size";""",
    ],
)
def test_an_enum_that_takes_the_place_of_another_is_one_change_and_no_drop(sql: str) -> None:
    replaced = [effect for effect in effects_of(sql, "postgresql") if not isinstance(effect, RenamesType)]
    assert len(replaced) == 1
    assert isinstance(replaced[0], ReplacesType)
    assert (replaced[0].name, replaced[0].values) == (ObjectName("Size"), ("S", "M"))
    assert [(change.table, change.column) for change in replaced[0].columns] == [(SHOP, "a")]


def test_the_rows_of_a_very_long_insert_are_counted_without_parsing_them() -> None:
    rows = ",\n".join(f"({n}, 'it''s (a) text', E'\\'(')" for n in range(5_000))
    sql = f"INSERT INTO shop (a, b, c) VALUES {rows} ON CONFLICT DO NOTHING"
    assert effects_of(sql, "postgresql") == (InsertsRows(AT, SHOP, 5_000),)


WORDS = """CREATE ALTER DROP TABLE INDEX TYPE ADD COLUMN CONSTRAINT UNIQUE ( ) , . ; 'a' "b" c 1 $1 [] :: = AS ENUM
VALUES INSERT INTO SELECT FROM WHERE UPDATE SET DELETE WITH MERGE TRUNCATE RENAME TO DO $$ ON USING * NOT NULL"""


@pytest.mark.parametrize("provider", ["sqlite", "postgresql"])
@given(text=st.lists(st.sampled_from(WORDS.split())).map(" ".join))
def test_no_text_is_an_exception(provider: str, text: str) -> None:
    dialect = dialect_for_provider(provider)
    try:
        statements = dialect.split(text)
    except ScriptRefused:
        return
    numbers = [effect.at.statement for effect in read_effects(statements, dialect)]
    assert set(numbers) <= set(range(len(statements)))


def test_sqlglot_says_nothing_of_its_own(caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]) -> None:
    with caplog.at_level(logging.DEBUG):
        effects_of("UPDATE shop SET; INSERT INTO a FROB; DELETE FROM a WHERE ((; WITH a AS (VACUUM) DELETE", "sqlite")
    assert caplog.records == []
    assert capfd.readouterr() == ("", "")
