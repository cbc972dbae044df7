"""Which statements are marked, with which code and which question; and which are left alone."""

import pytest
from msgspec.structs import replace

from parity.dialects.registry import dialect_for_provider
from parity.review.losses import find_hazards
from parity.review.reading import read_effects
from parity.schema.model import Column, Enum, Index, IndexColumn, IndexKind, PrimaryKey, Schema, Table
from parity.schema.steps import (
    DataQuestion,
    DuplicateCount,
    HazardLevel,
    NonNullCount,
    NullCount,
    RowCount,
    ValueCount,
)
from parity.schema.types import Arity, ColumnType, NativeType, ObjectName, TypeFamily

SHOP = ObjectName("shop")
ITEM = ObjectName("Item")
INTEGER = ColumnType(TypeFamily.INT, NativeType("Integer"))
BIG = ColumnType(TypeFamily.BIG_INT, NativeType("BigInt"))
TEXT = ColumnType(TypeFamily.STRING, NativeType("Text"))
SIZE = ObjectName("size", "public")

Marked = list[tuple[int, str, DataQuestion | None]]


def found(sql: str, provider: str = "postgresql", before: Schema | None = None, after: Schema | None = None) -> Marked:
    dialect = dialect_for_provider(provider)
    marked = find_hazards(read_effects(dialect.split(sql), dialect), before, dialect, after)
    return [(one.statement, one.hazard.code, one.hazard.question) for one in marked]


def shop(*columns: Column, key: str = "id", unique: tuple[str, ...] = ()) -> Schema:
    index = Index("shop_key", tuple(map(IndexColumn, unique)), IndexKind.UNIQUE)
    table = Table(
        ObjectName("shop", "public"),
        (Column("id", INTEGER, Arity.REQUIRED), *columns),
        PrimaryKey(None, (IndexColumn(key),)),
        (index,) if unique else (),
    )
    return Schema(tables=(table,), enums=(Enum(SIZE, ("S", "M", "L")),))


PUBLIC_SHOP = ObjectName("shop", "public")


@pytest.mark.parametrize("provider", ["sqlite", "postgresql"])
@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("DROP TABLE shop", [(0, "drop_table", RowCount(SHOP))]),
        ("ALTER TABLE shop DROP COLUMN a", [(0, "drop_column", NonNullCount(SHOP, "a"))]),
        (
            "ALTER TABLE shop RENAME TO store; ALTER TABLE store DROP COLUMN a",
            [(1, "drop_column", NonNullCount(SHOP, "a"))],
        ),
        (
            "ALTER TABLE shop RENAME COLUMN a TO b; ALTER TABLE shop DROP COLUMN b",
            [(1, "drop_column", NonNullCount(SHOP, "a"))],
        ),
        ("DELETE FROM shop", [(0, "delete_all", RowCount(SHOP))]),
        ("UPDATE shop SET a = 1", [(0, "update_all", RowCount(SHOP))]),
        ("CREATE UNIQUE INDEX i ON shop (a, b)", [(0, "unique", DuplicateCount(SHOP, ("a", "b")))]),
        ("CREATE UNIQUE INDEX i ON shop (lower(a))", [(0, "unique", RowCount(SHOP))]),
        ("ALTER TABLE shop ADD COLUMN a int NOT NULL", [(0, "required_column", RowCount(SHOP))]),
        (
            "ALTER TABLE shop ADD COLUMN a int DEFAULT 1; CREATE UNIQUE INDEX i ON shop (a)",
            [(1, "unique", RowCount(SHOP))],
        ),
    ],
)
def test_a_statement_that_can_lose_data_is_marked(sql: str, expected: Marked, provider: str) -> None:
    assert found(sql, provider) == expected


def test_a_column_that_is_dropped_and_added_anew_is_marked_as_such() -> None:
    required, optional = (shop(Column("a", TEXT, arity)) for arity in (Arity.REQUIRED, Arity.NULLABLE))
    anew = "ALTER TABLE shop DROP COLUMN a, ADD COLUMN a int"
    for before in (required, optional):
        assert found(anew, before=before) == [(0, "recreate_column", NonNullCount(PUBLIC_SHOP, "a"))]
        assert found(f"{anew} NOT NULL DEFAULT 1", before=before) == found(anew, before=before)
    assert found(f"{anew} NOT NULL", before=required) == [(0, "recreate_column", RowCount(PUBLIC_SHOP))]
    assert found(f"{anew} NOT NULL", before=optional) == [(0, "required_column", RowCount(PUBLIC_SHOP))]
    assert found("ALTER TABLE shop ADD COLUMN b int; ALTER TABLE shop DROP COLUMN b", before=optional) == []


def test_a_primary_key_that_goes_is_marked() -> None:
    (table,) = shop().tables
    before = Schema(tables=(replace(table, primary_key=PrimaryKey("shop_pkey", (IndexColumn("id"),))),))
    assert found("ALTER TABLE shop DROP CONSTRAINT shop_pkey", before=before) == [
        (0, "primary_key", RowCount(PUBLIC_SHOP))
    ]
    assert found("ALTER TABLE shop DROP CONSTRAINT other", before=before) == []


@pytest.mark.parametrize("provider", ["sqlite", "postgresql"])
@pytest.mark.parametrize(
    "sql",
    [
        "CREATE TABLE shop (id int, a int); CREATE UNIQUE INDEX i ON shop (a); DELETE FROM shop; DROP TABLE shop",
        "CREATE TABLE shop (id int); ALTER TABLE shop RENAME TO store; ALTER TABLE store ADD COLUMN a int NOT NULL",
        "ALTER TABLE shop ADD COLUMN a int; UPDATE shop SET a = 1; ALTER TABLE shop DROP COLUMN a",
        "ALTER TABLE shop ADD COLUMN a int NOT NULL DEFAULT 0",
        "ALTER TABLE shop ADD COLUMN a int; CREATE UNIQUE INDEX i ON shop (a)",
        "DELETE FROM shop WHERE id = 1; UPDATE shop SET a = 2 WHERE id = 1; INSERT INTO shop VALUES (1)",
        "CREATE INDEX i ON shop (a); DROP INDEX i; CREATE VIEW v AS SELECT 1; DROP VIEW v",
    ],
)
def test_what_hits_no_row_that_was_there_before_is_left_alone(sql: str, provider: str) -> None:
    assert found(sql, provider) == []


def test_a_table_that_is_emptied_is_marked_once() -> None:
    sql = "DELETE FROM shop; ALTER TABLE shop ADD COLUMN a int NOT NULL; ALTER TABLE shop DROP COLUMN b"
    assert found(sql) == [(0, "delete_all", RowCount(SHOP))]


@pytest.mark.parametrize(
    ("sql", "expected"),
    [
        ("TRUNCATE shop, \"Item\"", [(0, "truncate", RowCount(SHOP)), (0, "truncate", RowCount(ITEM))]),
        ("ALTER TABLE shop ALTER a TYPE bigint", [(0, "cast", NonNullCount(SHOP, "a"))]),
        ("ALTER TABLE shop ALTER a SET NOT NULL", [(0, "not_null", NullCount(SHOP, "a"))]),
        ("ALTER TABLE shop ADD a int, ALTER a SET NOT NULL", [(0, "not_null", RowCount(SHOP))]),
        ("UPDATE shop SET a = 1 WHERE a IS NULL; ALTER TABLE shop ALTER a SET NOT NULL", []),
        ("ALTER TABLE shop ADD PRIMARY KEY (a)", [(0, "primary_key", DuplicateCount(SHOP, ("a",)))]),
        ("ALTER TABLE shop ADD id serial; ALTER TABLE shop ADD PRIMARY KEY (id)", []),
        ("ALTER TABLE shop ADD CONSTRAINT u UNIQUE (a)", [(0, "unique", DuplicateCount(SHOP, ("a",)))]),
        ("ALTER TABLE shop ADD CONSTRAINT u UNIQUE USING INDEX i", []),
        ("DROP TYPE size", [(0, "drop_type", None)]),
        ("DROP TYPE size CASCADE", [(0, "drop_type", None)]),
        ("CREATE TYPE size AS ENUM ('a'); DROP TYPE size", []),
        ("DROP SCHEMA x", []),
        ("DROP SCHEMA x CASCADE", [(0, "drop_cascade", None)]),
        ("DROP EXTENSION citext CASCADE", [(0, "drop_cascade", None)]),
        ("DROP OWNED BY joe", [(0, "drop_cascade", None)]),
        ("DO $$ BEGIN DELETE FROM shop; END $$", [(0, "delete_all", RowCount(SHOP))]),
        ("WITH gone AS (DELETE FROM shop RETURNING *) SELECT 1", [(0, "delete_all", RowCount(SHOP))]),
    ],
)  # fmt: skip
def test_what_only_some_databases_can_do_is_marked_as_well(sql: str, expected: Marked) -> None:
    assert found(sql) == expected


def test_a_column_filled_by_an_update_that_may_leave_rows_out_is_a_warning_only() -> None:
    dialect = dialect_for_provider("postgresql")
    sql = """ALTER TABLE shop ADD COLUMN a int;
UPDATE shop SET a = o.a FROM old o WHERE o.id = shop.id; ALTER TABLE shop ALTER a SET NOT NULL"""
    (one,) = find_hazards(read_effects(dialect.split(sql), dialect), None, dialect)
    assert (one.line, one.hazard.level, one.hazard.question) == (2, HazardLevel.WARNING, RowCount(SHOP))


def test_with_the_schemas_known_a_wider_type_is_left_alone_and_a_narrower_one_marked() -> None:
    small, big = shop(Column("a", INTEGER, Arity.NULLABLE)), shop(Column("a", BIG, Arity.NULLABLE))
    assert found("ALTER TABLE shop ALTER a TYPE bigint", before=small, after=big) == []
    assert found("ALTER TABLE shop ALTER a TYPE integer", before=big, after=small) == [
        (0, "cast", NonNullCount(PUBLIC_SHOP, "a"))
    ]
    assert found("ALTER TABLE shop ALTER a TYPE BIGINT", before=big) == []


def test_with_the_schema_known_what_holds_already_is_left_alone() -> None:
    before = shop(Column("a", TEXT, Arity.REQUIRED), unique=("a",))
    sql = "ALTER TABLE shop ALTER a SET NOT NULL; CREATE UNIQUE INDEX i ON shop (a, id)"
    assert found(sql, before=before) == []
    assert found("ALTER TABLE shop ADD PRIMARY KEY (a)", before=before) == []
    assert found("ALTER TABLE shop ADD COLUMN IF NOT EXISTS a text NOT NULL", before=before) == []


def test_a_primary_key_on_an_optional_column_asks_for_nulls_and_duplicates() -> None:
    before = shop(Column("a", TEXT, Arity.NULLABLE))
    assert found("ALTER TABLE shop DROP CONSTRAINT k, ADD PRIMARY KEY (a)", before=before) == [
        (0, "not_null", NullCount(PUBLIC_SHOP, "a")),
        (0, "primary_key", DuplicateCount(PUBLIC_SHOP, ("a",))),
    ]


ENUM_SQL = """CREATE TYPE "size_new" AS ENUM ({values});
ALTER TABLE "shop" ALTER COLUMN "a" TYPE "size_new" USING ("a"::text::"size_new");
ALTER TYPE "size" RENAME TO "size_old";
ALTER TYPE "size_new" RENAME TO "size";
DROP TYPE "public"."size_old";
"""


def test_values_that_go_from_an_enum_are_asked_for_in_its_columns() -> None:
    before = shop(Column("a", ColumnType(TypeFamily.ENUM, enum=SIZE), Arity.NULLABLE))
    assert found(ENUM_SQL.format(values="'M'"), before=before) == [
        (1, "drop_enum_values", ValueCount(PUBLIC_SHOP, "a", ("S", "L")))
    ]
    assert found(ENUM_SQL.format(values="'S', 'M', 'L', 'XL'"), before=before) == []
    assert found(ENUM_SQL.format(values="'M'")) == [(1, "drop_enum_values", NonNullCount(SHOP, "a"))]


def test_values_of_a_list_of_enums_cant_be_compared_so_all_lists_are_counted() -> None:
    before = shop(Column("a", ColumnType(TypeFamily.ENUM, enum=SIZE), Arity.LIST))
    assert found(ENUM_SQL.format(values="'M'"), before=before) == [
        (1, "drop_enum_values", NonNullCount(PUBLIC_SHOP, "a"))
    ]


def test_a_type_that_no_column_uses_any_more_is_dropped_without_a_mark() -> None:
    before = shop(Column("a", ColumnType(TypeFamily.ENUM, enum=SIZE), Arity.NULLABLE))
    assert found("DROP TYPE size", before=shop()) == []
    assert found("DROP TYPE size CASCADE", before=before) == [(0, "drop_type", NonNullCount(PUBLIC_SHOP, "a"))]
    assert found("ALTER TABLE shop DROP COLUMN a; DROP TYPE size CASCADE", before=before) == [
        (0, "drop_column", NonNullCount(PUBLIC_SHOP, "a"))
    ]


def test_a_schema_that_goes_with_its_tables_is_counted_table_by_table() -> None:
    assert found("DROP SCHEMA public CASCADE", before=shop()) == [(0, "drop_table", RowCount(PUBLIC_SHOP))]


def sqlite_shop(*columns: Column, unique: tuple[str, ...] = ()) -> Schema:
    (table,) = shop(*columns, unique=unique).tables
    return Schema(tables=(Table(SHOP, table.columns, table.primary_key, table.indexes),))


def rebuild(create: str, into: str, select: str, where: str = "") -> str:
    return f"""CREATE TABLE "new_shop" ({create});
INSERT INTO "new_shop" ({into}) SELECT {select} FROM "shop"{where};
DROP TABLE "shop";
ALTER TABLE "new_shop" RENAME TO "shop";
"""


INT_FAMILY, STRING_FAMILY = ColumnType(TypeFamily.INT), ColumnType(TypeFamily.STRING)
A = Column("a", STRING_FAMILY, Arity.NULLABLE)
B = Column("b", STRING_FAMILY, Arity.NULLABLE)


@pytest.mark.parametrize(
    ("before", "sql", "expected"),
    [
        (sqlite_shop(A), rebuild('"id" INTEGER NOT NULL PRIMARY KEY, "a" TEXT', '"id", "a"', '"id", "a"'), []),
        (sqlite_shop(A), rebuild('"id" INTEGER NOT NULL PRIMARY KEY, "z" TEXT', '"id", "z"', '"id", "A"'), []),
        (
            sqlite_shop(A, B),
            rebuild('"id" INTEGER NOT NULL PRIMARY KEY, "a" TEXT', '"id", "a"', '"id", "a"'),
            [(2, "drop_column", NonNullCount(SHOP, "b"))],
        ),
        (
            sqlite_shop(A),
            rebuild('"id" INTEGER NOT NULL PRIMARY KEY, "a" TEXT NOT NULL', '"id", "a"', '"id", "a"'),
            [(2, "not_null", NullCount(SHOP, "a"))],
        ),
        (
            sqlite_shop(A),
            rebuild('"id" INTEGER PRIMARY KEY, "a" TEXT NOT NULL', '"id", "a"', '"id", coalesce("a", \'\')'),
            [],
        ),
        (
            sqlite_shop(A),
            rebuild('"id" INTEGER PRIMARY KEY, "a" TEXT, "c" TEXT NOT NULL', '"id", "a"', '"id", "a"'),
            [(2, "required_column", RowCount(SHOP))],
        ),
        (
            sqlite_shop(A),
            rebuild('"id" INTEGER PRIMARY KEY, "a" TEXT UNIQUE', '"id", "a"', '"id", "a"'),
            [(2, "unique", DuplicateCount(SHOP, ("a",)))],
        ),
        (
            sqlite_shop(A),
            rebuild('"id" INTEGER NOT NULL, "a" TEXT PRIMARY KEY', '"id", "a"', '"id", "a"'),
            [
                (2, "primary_key", RowCount(SHOP)),
                (2, "not_null", NullCount(SHOP, "a")),
                (2, "primary_key", DuplicateCount(SHOP, ("a",))),
            ],
        ),
        (
            sqlite_shop(A),
            rebuild('"id" INTEGER PRIMARY KEY, "a" TEXT', '"id", "a"', '"id", "a"', " WHERE a > 1"),
            [(2, "recreate_table", RowCount(SHOP))],
        ),
        (
            sqlite_shop(A),
            'CREATE TABLE "new_shop" ("id" INT); DROP TABLE "shop"; ALTER TABLE "new_shop" RENAME TO "shop"',
            [(1, "recreate_table", RowCount(SHOP))],
        ),
        (
            None,
            rebuild('"id" INTEGER PRIMARY KEY, "a" TEXT', '"id", "a"', '"id", "a"'),
            [(2, "recreate_table", RowCount(SHOP))],
        ),
        (
            sqlite_shop(A),
            rebuild('"id" INTEGER PRIMARY KEY, "a" TEXT, "c" TEXT', '"id", "a", "c"', '"id", "a", "a" || 1')
            + 'CREATE UNIQUE INDEX "i" ON "shop" ("c");',
            [(4, "unique", RowCount(SHOP))],
        ),
        (
            sqlite_shop(A),
            rebuild('"id" INTEGER PRIMARY KEY, "c" TEXT', '"id", "c"', '"id", "a"')
            + 'CREATE UNIQUE INDEX "i" ON "shop" ("c");',
            [(4, "unique", DuplicateCount(SHOP, ("a",)))],
        ),
        (
            sqlite_shop(A, unique=("a",)),
            rebuild('"id" INTEGER PRIMARY KEY, "a" TEXT', '"id", "a"', '"id", "a"')
            + 'CREATE UNIQUE INDEX "i" ON "shop" ("a");',
            [],
        ),
    ],
)
def test_a_rebuild_is_marked_for_what_it_leaves_behind(before: Schema | None, sql: str, expected: Marked) -> None:
    assert found(sql, "sqlite", before) == expected


def test_a_rebuild_that_changes_a_type_is_judged_by_the_schemas_on_both_sides() -> None:
    sql = rebuild('"id" INTEGER PRIMARY KEY, "a" INTEGER', '"id", "a"', '"id", "a"')
    after = sqlite_shop(Column("a", INT_FAMILY, Arity.NULLABLE))
    assert found(sql, "sqlite", sqlite_shop(A), after) == [(2, "cast", NonNullCount(SHOP, "a"))]
    assert found(sql, "sqlite", after, after) == []


def test_each_mark_says_what_happens_and_the_safe_way() -> None:
    dialect = dialect_for_provider("postgresql")
    sql = "\n".join(
        (
            'DROP TABLE "Item";',
            "ALTER TABLE shop DROP a, ALTER b TYPE int, ALTER c SET NOT NULL, ADD d int NOT NULL;",
            "CREATE UNIQUE INDEX i ON shop (e);",
            "UPDATE shop SET f = 1;",
            "DROP TYPE size CASCADE;",
            "TRUNCATE shop;",
        )
    )
    marked = find_hazards(read_effects(dialect.split(sql), dialect), None, dialect)
    assert [(one.line, one.hazard.level.value, one.hazard.reason) for one in marked] == [
        (
            1,
            "warning",
            "You are about to drop the `Item` table. If the table is not empty, all the data it contains will be lost.",
        ),
        (
            2,
            "warning",
            "You are about to drop the column `a` on the `shop` table. All the data in the column will be lost.",
        ),
        (
            2,
            "warning",
            "You are about to alter the column `b` on the `shop` table. The data in that column could be lost. "
            "The data in that column will be cast to `int`.",
        ),
        (
            2,
            "unexecutable",
            "Made the column `c` on table `shop` required. "
            "This step will fail if there are existing NULL values in that column.",
        ),
        (
            2,
            "unexecutable",
            "Added the required column `d` to the `shop` table without a default value. "
            "This is not possible if the table is not empty.",
        ),
        (
            3,
            "warning",
            "A unique constraint covering the columns `[e]` on the table `shop` will be added. "
            "If there are existing duplicate values, this will fail.",
        ),
        (4, "warning", "UPDATE without WHERE overwrites f in all rows of shop"),
        (5, "warning", "the type size goes, with the columns that use it"),
        (6, "warning", "TRUNCATE removes all rows of shop"),
    ]
    assert all(one.hazard.hint for one in marked)


def test_a_value_that_an_enum_loses_in_place_is_counted_where_it_may_be_held():
    size = ColumnType(TypeFamily.ENUM, enum=SIZE)
    before = shop(Column("a", size, Arity.REQUIRED), Column("b", size, Arity.LIST))
    dropping = "ALTER TYPE size DROP VALUE 'S'"
    assert found(dropping, "cockroachdb", before) == [
        (0, "drop_enum_values", ValueCount(PUBLIC_SHOP, "a", ("S",))),
        (0, "drop_enum_values", None),
    ]
    assert found(dropping, "cockroachdb") == [(0, "drop_enum_values", None)]
    assert found(dropping, "cockroachdb", shop()) == []
    assert found(f"CREATE TYPE size AS ENUM ('S', 'M'); {dropping}", "cockroachdb") == []


def test_a_key_that_gives_way_to_another_is_looked_at_for_duplicates():
    altered = "ALTER TABLE shop ALTER PRIMARY KEY USING COLUMNS (a)"
    integer = Column("a", INTEGER, Arity.REQUIRED)
    assert found(altered, "cockroachdb", shop(integer)) == [(0, "primary_key", DuplicateCount(PUBLIC_SHOP, ("a",)))]
    assert found(altered, "cockroachdb", shop(integer, unique=("a",))) == []
