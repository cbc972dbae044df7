"""Schemas out of catalog rows in the form in which the server gives them, without a server."""

import pytest
from msgspec.structs import replace

from parity.diagnostics import SourceFile
from parity.dialects.cockroachdb.facts import DIALECT
from parity.dialects.cockroachdb.introspect import Catalog, schema_from
from parity.dialects.cockroachdb.introspect_tables import Words
from parity.dialects.cockroachdb.queries import (
    ColumnRow,
    ConstraintRow,
    IndexRow,
    RelationRow,
    RoutineRow,
    SequenceRow,
)
from parity.diff.compare import diff
from parity.lifting.lift import lift
from parity.lower import lower
from parity.psl import parse
from parity.schema.model import Identity, IndexColumn, IndexKind, ObjectRef, OpaqueKind, SortOrder
from parity.schema.steps import CreateIndex, CreateTable
from parity.schema.types import Expression, ObjectName

NOTHING = Catalog("shop", ("public",), (), (), (), (), (), (), (), ())
SHOP, ORDER = 110, 111


def column(number, name, sql_type, default=None, *, relation=SHOP, **more):
    row = ColumnRow(
        relation,
        number,
        name,
        sql_type,
        True,
        "NO",
        default,
        "",
        "",
        None,
        "b",
        "pg_catalog",
        "x",
        None,
        None,
        None,
        None,
    )
    return row._replace(**more)


def array(number, name, sql_type, default=None, **more):
    more = {"item_kind": "b", "item_namespace": "pg_catalog", "item_name": "x", "not_null": False} | more
    return column(number, name, sql_type, default, **more)


def of_enum(kind):
    return {f"{kind}_kind": "e", f"{kind}_namespace": "public", f"{kind}_name": "Color"}


def index(name, columns, *, relation=SHOP, options=None, **more):
    row = IndexRow(
        relation,
        name,
        False,
        False,
        columns,
        options or "2 " * 9,
        len(columns.split()),
        None,
        None,
        "prefix",
        True,
        None,
    )
    return row._replace(**more)


def key(name, columns, relation=SHOP):
    return index(name, columns, relation=relation, is_unique=True, is_primary=True)


def table(oid, name):
    return RelationRow(oid, "public", name, "r", None, None)


ROWID = {"hidden": "YES"}

CATALOG = replace(
    NOTHING,
    relations=(table(SHOP, "Shop"), table(ORDER, "Order")),
    columns=(
        column(1, "id", "INT8", "unique_rowid()"),
        column(2, "number", "INT4", "nextval('public.\"Shop_number_seq\"'::REGCLASS)", identity="d"),
        column(3, "name", "STRING", "'it\\'s'::STRING".replace("'it", "e'it")),
        column(4, "code", "VARCHAR(12)", not_null=False),
        column(5, "price", "DECIMAL(10,2)", "2.5"),
        column(6, "made", "TIMESTAMP(3)", "current_timestamp()::TIMESTAMP"),
        column(7, "on", "BOOL", "true"),
        column(8, "color", 'shop.public."Color"', "'RED'::shop.public.\"Color\"", **of_enum("type")),
        array(9, "colors", 'shop.public."Color"[]', **of_enum("item")),
        array(10, "tags", "STRING[]", "ARRAY['a'::STRING, 'b'::STRING]"),
        column(11, "data", "JSONB", "'{\"a\": 1}'::JSONB"),
        column(12, "raw", "BYTES", "'\\x6869'::BYTES"),
        column(1, "id", "UUID", "gen_random_uuid()", relation=ORDER),
        column(2, "shop", "INT8", relation=ORDER),
        column(3, "at", "TIMESTAMPTZ", relation=ORDER),
    ),
    indexes=(
        index("Shop_data_idx", "11", method="inverted"),
        index("Shop_name_code_key", "3 4", options="1 2", is_unique=True),
        index("Shop_name_idx", "3"),
        key("Shop_pkey", "1"),
        key("Order_pkey", "1 3", ORDER),
    ),
    constraints=(ConstraintRow(ORDER, "Order_shop_fkey", "f", [2], SHOP, [1], "c", "a", "s", True, "FOREIGN KEY …"),),
    referenced=((SHOP, "public", "Shop", 1, "id"), (SHOP, "public", "Shop", 2, "number")),
    enums=(("public", "Color", "RED", None), ("public", "Color", "dark blue", None)),
    sequences=(SequenceRow("public", "Shop_number_seq", 5, 1, 2**31 - 1, 2, 1),),
)

WANTED = """
datasource db {
  provider = "cockroachdb"
}

enum Color {
  RED
  BLUE @map("dark blue")
}

model Shop {
  id     BigInt   @id @default(autoincrement())
  number Int      @default(sequence(start: 5, increment: 2))
  name   String   @default("it's")
  code   String?  @db.String(12)
  price  Decimal  @default(2.50) @db.Decimal(10, 2)
  made   DateTime @default(now())
  on     Boolean  @default(true)
  color  Color    @default(RED)
  colors Color[]
  tags   String[] @default(["a", "b"])
  data   Json     @default("{ \\"a\\": 1 }")
  raw    Bytes    @default("aGk=")
  orders Order[]

  @@unique([name(sort: Desc), code])
  @@index([name])
  @@index([data], type: Gin)
}

model Order {
  id   String   @default(dbgenerated("gen_random_uuid()")) @db.Uuid
  shop BigInt
  at   DateTime @db.Timestamptz(6)
  to   Shop     @relation(fields: [shop], references: [id], onDelete: Cascade, onUpdate: NoAction)

  @@id([id, at])
}
"""


def read(catalog, *, named=False):
    return schema_from(catalog, named=named, default="public")


def test_what_the_catalog_tells_is_what_the_schema_file_asks_for():
    datamodel, diagnostics = parse([SourceFile("schema.prisma", WANTED)])
    assert not [d for d in diagnostics if d.severity == "error"]
    wanted, found = lower(datamodel, DIALECT), read(CATALOG)
    assert diff(found, wanted, DIALECT) == ()
    assert diff(wanted, found, DIALECT) == ()


def test_a_pulled_file_asks_for_what_the_catalog_tells():
    head = 'datasource db {\n  provider = "cockroachdb"\n}\n'
    pulled = lift(read(CATALOG), DIALECT, existing=parse(head).datamodel, header=head)
    assert "  number Int      @default(sequence(increment: 2, start: 5))\n" in pulled.text
    assert "  code   String?  @db.String(12)\n" in pulled.text
    assert "  @@index([data], type: Gin)\n" in pulled.text
    assert pulled.warnings == ()
    datamodel, diagnostics = parse(pulled.text)
    assert not [d for d in diagnostics if d.severity == "error"]
    assert diff(read(CATALOG), lower(datamodel, DIALECT), DIALECT) == ()


def test_names_carry_their_namespace_where_namespaces_are_asked_for():
    found = read(CATALOG, named=True)
    assert found.namespaces == ("public",)
    assert {t.name for t in found.tables} == {ObjectName("Shop", "public"), ObjectName("Order", "public")}
    assert found.enums[0].name == ObjectName("Color", "public")
    assert found.tables[1].foreign_keys[0].referenced_table == ObjectName("Shop", "public")


def shop(*columns, **more):
    return read(replace(NOTHING, relations=(table(SHOP, "Shop"),), columns=columns, **more))


def test_the_rowid_that_the_server_adds_is_neither_a_column_nor_a_key():
    found = shop(
        column(1, "a", "INT8"), column(2, "rowid", "INT8", "unique_rowid()", **ROWID), indexes=(key("p", "2"),)
    )
    (only,) = found.tables
    assert [c.name for c in only.columns] == ["a"]
    assert (only.primary_key, only.indexes) == (None, ())


def test_a_hash_sharded_index_is_told_without_its_shard():
    shard = column(2, "crdb_internal_a_shard_16", "INT8", generated="v", expression="mod(…)", **ROWID)
    check = ConstraintRow(SHOP, "check_crdb_internal_a_shard_16", "c", [2], 0, None, "", "", "", True, "CHECK (…)")
    found = shop(column(1, "a", "INT8"), shard, indexes=(index("i", "2 1"),), constraints=(check,))
    (only,) = found.tables
    assert (only.indexes[0].columns, only.indexes[0].method) == ((IndexColumn("a"),), None)
    assert (only.indexes[0].storage, only.checks) == (("bucket_count=16",), ())
    assert (
        DIALECT.render(CreateIndex(only, replace(only.indexes[0], include=("b",)))).statements[0]
        == 'CREATE INDEX "i" ON "Shop"("a") USING HASH INCLUDE ("b") WITH (bucket_count=16)'
    )


def test_a_hash_sharded_key_is_made_as_one():
    shard = column(2, "crdb_internal_a_shard_8", "INT8", generated="v", expression="mod(…)", **ROWID)
    (only,) = shop(column(1, "a", "INT8"), shard, indexes=(key("Shop_pkey", "2 1"),)).tables
    wanted = 'CONSTRAINT "Shop_pkey" PRIMARY KEY ("a") USING HASH WITH (bucket_count=8)'
    assert wanted in DIALECT.render(CreateTable(only)).statements[0]


@pytest.mark.parametrize("listed", ['{(lower(c)),"(a + 1)"}', None])
def test_expressions_of_an_index_are_read_from_its_list_or_from_the_hidden_columns(listed):
    hidden = (
        column(3, "crdb_internal_idx_expr_1", "STRING", generated="v", expression="lower(c)", **ROWID),
        column(4, "crdb_internal_idx_expr", "INT8", generated="v", expression="a + 1", **ROWID),
    )
    numbers = "3 4" if listed is None else "0 0"
    found = shop(
        column(1, "a", "INT8"), column(2, "c", "STRING"), *hidden, indexes=(index("i", numbers, expressions=listed),)
    )
    expressions = tuple(part.expression for part in found.tables[0].indexes[0].columns)
    assert expressions == ("lower(c)", "a + 1")


def test_stored_columns_and_conditions_of_an_index_are_read():
    row = index("i", "1 2", options="1", key_columns=1, predicate="(b > 0) AND (c = 'x'::shop.public.\"T\")")
    found = shop(column(1, "a", "INT8"), column(2, "b", "INT8"), indexes=(row,)).tables[0].indexes[0]
    assert found.columns == (IndexColumn("a", SortOrder.DESC),)
    assert (found.include, found.predicate) == (("b",), "(b > 0) AND (c = 'x'::\"T\")")
    assert found.kind is IndexKind.NORMAL


def test_generated_and_identity_columns_and_collations_are_read():
    found = shop(
        column(1, "a", "INT8"),
        column(2, "stored", "INT8", generated="s", expression="a * 2"),
        column(3, "shown", "INT8", generated="v", expression="a * 3"),
        column(4, "always", "INT8", "nextval('public.s'::REGCLASS)", identity="a"),
        column(5, "plain", "INT8", "nextval('public.s'::REGCLASS)"),
        column(6, "text", "VARCHAR(10) COLLATE sv"),
        sequences=(SequenceRow("public", "s", 1, 1, 2**63 - 1, 1, 1),),
    )
    columns = {c.name: c for c in found.tables[0].columns}
    assert (columns["stored"].generated.expression, columns["stored"].generated.stored) == ("a * 2", True)
    assert columns["shown"].generated.stored is False
    assert columns["always"].identity == Identity(always=True)
    assert columns["plain"].default == Expression("nextval('public.s')", sql="nextval('public.s'::REGCLASS)")
    assert (columns["text"].collation, columns["text"].type.native.args) == ('"sv"', (10,))


def test_checks_and_unique_constraints_without_an_index_are_kept_as_they_are():
    constraints = tuple(
        ConstraintRow(SHOP, name, kind, [1], 0, None, "", "", "", valid, text)
        for name, kind, valid, text in (
            ("positive", "c", False, "CHECK ((a > 0)) NOT VALID"),
            ("lonely", "u", True, "UNIQUE WITHOUT INDEX (a)"),
            ("indexed", "u", True, "UNIQUE (a ASC)"),
        )
    )
    found = shop(column(1, "a", "INT8"), constraints=constraints, indexes=(index("indexed", "1", is_unique=True),))
    checks = {check.name: (check.expression, check.validated) for check in found.tables[0].checks}
    assert checks == {"positive": ("CHECK ((a > 0))", False), "lonely": ("UNIQUE WITHOUT INDEX (a)", True)}


def test_views_sequences_and_routines_are_kept_as_statements():
    catalog = replace(
        NOTHING,
        relations=(table(SHOP, "Shop"), RelationRow(7, "public", "v", "v", None, 'SELECT a FROM shop.public."Shop"')),
        columns=(column(1, "a", "INT8"), column(1, "a", "INT8", relation=7)),
        sequences=(SequenceRow("public", "free", 4, 1, 2**63 - 1, 2, 1),),
        routines=(
            RoutineRow(
                "public",
                "f",
                "f",
                "CREATE FUNCTION public.f(IN x INT8)\n\tRETURNS INT8\n\tLANGUAGE SQL\n\tAS $$SELECT x;$$",
                "x int8",
            ),
        ),
    )
    opaques = {opaque.kind: opaque for opaque in read(catalog).opaques}
    view = opaques[OpaqueKind.VIEW]
    assert view.definition == 'CREATE VIEW "v" ("a") AS SELECT a FROM "Shop"'
    shop_name = ObjectName("Shop")
    assert set(view.depends_on) == {ObjectRef("TABLE", shop_name), ObjectRef("COLUMN", shop_name, "a")}
    assert opaques[OpaqueKind.SEQUENCE].definition == 'CREATE SEQUENCE "free" INCREMENT 2 START 4'
    routine = opaques[OpaqueKind.FUNCTION]
    assert (routine.name.name, routine.definition.startswith("CREATE FUNCTION f(IN x INT8)")) == ("f(x int8)", True)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("SELECT 1 FROM shop.public.t", "SELECT 1 FROM t"),
        ('SELECT 1 FROM "shop"."public"."T"', 'SELECT 1 FROM "T"'),
        ("SELECT 1 FROM public.t", "SELECT 1 FROM t"),
        ("SELECT 1 FROM shop.other.t", "SELECT 1 FROM other.t"),
        ("SELECT shop.a FROM shop", "SELECT shop.a FROM shop"),
        ("SELECT 'shop.public.t'", "SELECT 'shop.public.t'"),
        ("SELECT workshop.public.t", "SELECT workshop.public.t"),
    ],
)
def test_the_name_of_the_database_is_taken_out_of_definitions(text, wanted):
    assert Words("shop", "public")(text) == wanted
