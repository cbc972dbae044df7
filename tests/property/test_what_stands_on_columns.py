"""What stands on a column goes with it, and nothing else does: by what the server knows, not by words."""

from __future__ import annotations

from collections.abc import Callable

from ways import on_a_server

NewDatabase = Callable[[], str]

POST = """
model Post {
  id   Int     @id
  name String
  age  Int?
  year Int?
}
"""
WITHOUT_AGE = POST.replace("  age  Int?\n", "")


def test_a_check_and_an_index_stay_whose_functions_are_called_like_a_dropped_column(
    new_postgres_database: NewDatabase,
) -> None:
    way = on_a_server(
        POST,
        """
        CREATE FUNCTION age(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i';
        ALTER TABLE "Post" ADD CONSTRAINT named CHECK (extract(hour FROM age(now(), now())) = 0 OR name <> '');
        ALTER TABLE "Post" ADD CONSTRAINT apart EXCLUDE USING btree (name WITH =) WHERE (age(id) > 0);
        CREATE INDEX called ON "Post" (age(id));
        CREATE INDEX partly ON "Post" (name) WHERE age(id) > 0;
        """,
        WITHOUT_AGE,
        new_postgres_database,
    )
    assert way.script == '-- AlterTable\nALTER TABLE "Post" DROP COLUMN "age";\n'
    (table,) = way.after.tables
    assert [check.name for check in table.checks] == ["apart", "named"]
    assert [index.name for index in table.indexes] == ["called", "partly"]


def test_what_reads_a_dropped_column_goes_with_it(new_postgres_database: NewDatabase) -> None:
    way = on_a_server(
        POST,
        """
        ALTER TABLE "Post" ADD CONSTRAINT grown CHECK (age > 17 OR name <> '');
        ALTER TABLE "Post" ADD CONSTRAINT apart EXCLUDE USING btree (name WITH =, (coalesce(age, 0)) WITH =);
        CREATE INDEX called ON "Post" ((age + id));
        CREATE INDEX partly ON "Post" (name) WHERE age > 0;
        CREATE INDEX besides ON "Post" (name) INCLUDE (age);
        """,
        WITHOUT_AGE,
        new_postgres_database,
    )
    assert (way.after.tables[0].checks, way.after.tables[0].indexes) == ((), ())


def test_what_calls_a_function_named_like_a_column_that_is_made_anew_isnt_made_anew(
    new_postgres_database: NewDatabase,
) -> None:
    numbered = POST.replace("year Int?", "year Int?\n  twice Int?")
    way = on_a_server(
        numbered,
        """
        CREATE FUNCTION year(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i';
        ALTER TABLE "Post" ADD CONSTRAINT named CHECK (year(id) > 0);
        CREATE INDEX called ON "Post" (year(id));
        ALTER TABLE "Post" DROP COLUMN twice;
        ALTER TABLE "Post" ADD COLUMN twice integer GENERATED ALWAYS AS (year(id) + age) STORED;
        """,
        numbered.replace("year Int?", "year DateTime?"),
        new_postgres_database,
    )
    assert way.script == (
        '-- AlterTable\nALTER TABLE "Post" DROP COLUMN "year",\nADD COLUMN     "year" TIMESTAMP(3);\n'
    )
    twice = way.after.tables[0].column("twice")
    assert twice is not None
    assert twice.generated is not None


def test_each_object_that_goes_with_a_dropped_column_is_named_and_no_other(new_postgres_database: NewDatabase) -> None:
    way = on_a_server(
        POST + "model Other {\n  id Int @id\n}\n",
        """
        CREATE FUNCTION age(i integer) RETURNS integer IMMUTABLE LANGUAGE sql AS 'SELECT i';
        CREATE VIEW v AS SELECT id, age FROM "Post";
        CREATE VIEW w AS SELECT id FROM v;
        CREATE VIEW z AS SELECT id, age(id) FROM "Post";
        ALTER TABLE "Post" ENABLE ROW LEVEL SECURITY;
        CREATE POLICY grown ON "Post" AS RESTRICTIVE USING (age > 1);
        CREATE POLICY named ON "Post" USING (age(id) > 1);
        CREATE POLICY elsewhere ON "Other" USING (EXISTS (SELECT FROM "Post" WHERE age > 1));
        CREATE FUNCTION oldest() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT max(age) FROM "Post"; END;
        CREATE PROCEDURE forget() LANGUAGE sql BEGIN ATOMIC DELETE FROM "Post" WHERE age > 1; END;
        CREATE FUNCTION first() RETURNS integer LANGUAGE sql BEGIN ATOMIC SELECT min(age(id)) FROM "Post"; END;
        ALTER TABLE "Post" ADD CONSTRAINT grown CHECK (age > 17 OR name <> '');
        ALTER TABLE "Post" ADD CONSTRAINT called CHECK (age(id) > 0);
        CREATE INDEX partly ON "Post" (name) WHERE age > 0;
        CREATE INDEX calling ON "Post" (age(id));
        """,
        WITHOUT_AGE + "model Other {\n  id Int @id\n}\n",
        new_postgres_database,
        since=140000,
    )
    assert sorted(way.hazards) == [
        "You are about to drop the check `grown` on the `Post` table, which stands on the column `age`.",
        "You are about to drop the column `age` on the `Post` table. All the data in the column will be lost.",
        "You are about to drop the function `oldest()`, which stands on the column `age` of the table `Post`.",
        "You are about to drop the index `partly` on the `Post` table, which stands on the column `age`.",
        "You are about to drop the policy `elsewhere` on the `Other` table, which stands on the column `age` of the "
        "table `Post`.",
        "You are about to drop the policy `grown` on the `Post` table, which stands on the column `age` of the "
        "table `Post`.",
        "You are about to drop the procedure `forget()`, which stands on the column `age` of the table `Post`.",
        "You are about to drop the view `v`, which stands on the column `age` of the table `Post`.",
        "You are about to drop the view `w`, which stands on the view `v`.",
    ]
    assert way.objects == ["FUNCTION age(integer)", "FUNCTION first()", "POLICY named", "VIEW z"]


TENANTS = """
model Account {
  id     Int @id
  tenant Int
  bills  Bill[]

  @@unique([id, tenant])
}

model Bill {
  id      Int      @id
  payer   Int?
  tenant  Int?
  account Account? @relation(fields: [payer, tenant], references: [id, tenant], onDelete: SetNull)
}
"""


def test_a_foreign_key_that_is_made_anew_sets_the_same_columns_to_null(new_postgres_database: NewDatabase) -> None:
    way = on_a_server(
        TENANTS,
        """
        ALTER TABLE "Bill" DROP CONSTRAINT "Bill_payer_tenant_fkey";
        ALTER TABLE "Bill" ADD CONSTRAINT "Bill_payer_tenant_fkey" FOREIGN KEY (payer, tenant)
            REFERENCES "Account" (id, tenant) ON DELETE SET NULL (payer) ON UPDATE CASCADE;
        ALTER TABLE "Bill" ADD CONSTRAINT here CHECK (payer > 0) NO INHERIT;
        ALTER TABLE "Bill" ADD CONSTRAINT later CHECK (payer <> 5) NO INHERIT NOT VALID;
        """,
        TENANTS.replace("payer   Int?", "payer   BigInt?").replace("id     Int @id", "id     BigInt @id"),
        new_postgres_database,
        since=150000,
        ask=(
            "SELECT pg_get_constraintdef(oid) FROM pg_constraint WHERE conname IN ('here', 'later') OR contype = 'f'",
        ),
    )
    key = 'FOREIGN KEY (payer, tenant) REFERENCES "Account"(id, tenant) ON UPDATE CASCADE ON DELETE SET NULL (payer)'
    assert 'REFERENCES "Account"("id", "tenant") ON DELETE SET NULL ("payer") ON UPDATE CASCADE;' in way.script
    assert sorted(way.answers[0]) == [
        ("CHECK ((payer <> 5)) NO INHERIT NOT VALID",),
        ("CHECK ((payer > 0)) NO INHERIT",),
        (key,),
    ]


def test_a_foreign_key_that_names_all_its_columns_is_as_one_that_names_none(new_postgres_database: NewDatabase) -> None:
    by_hand = """
        ALTER TABLE "Bill" DROP CONSTRAINT "Bill_payer_tenant_fkey";
        ALTER TABLE "Bill" ADD CONSTRAINT "Bill_payer_tenant_fkey" FOREIGN KEY (payer, tenant)
            REFERENCES "Account" (id, tenant) ON DELETE {} ON UPDATE CASCADE;
    """
    found = {}
    for clause, asked in (("SET NULL (tenant, payer)", "SetNull"), ("SET NULL (payer)", "SetDefault")):
        after = TENANTS.replace("onDelete: SetNull", f"onDelete: {asked}")
        way = on_a_server(TENANTS, by_hand.format(clause), after, new_postgres_database, since=150000)
        found[clause] = [key.set_columns for table in way.before.tables for key in table.foreign_keys]
        # Another action is another wish: it is for all the columns.
        assert all(key.set_columns == () for table in way.after.tables for key in table.foreign_keys)
    assert found == {"SET NULL (tenant, payer)": [()], "SET NULL (payer)": [("payer",)]}
