import pytest
from msgspec.structs import replace

from parity.dialects.postgres.columns import TYPES
from parity.dialects.postgres.render import render
from parity.dialects.postgres.settle import settle
from parity.schema import changes, steps
from parity.schema.literals import bytes_literal, date_time_literal
from parity.schema.model import (
    Check,
    Column,
    Enum,
    Extension,
    ForeignKey,
    Generated,
    Identity,
    Index,
    IndexColumn,
    IndexKind,
    Opaque,
    OpaqueKind,
    PrimaryKey,
    ReferentialAction,
    SortOrder,
    Table,
)
from parity.schema.types import (
    Arity,
    AutoIncrement,
    ColumnType,
    Expression,
    ListLiteral,
    Literal,
    LiteralKind,
    NativeType,
    Now,
    ObjectName,
    TypeFamily,
)

INT = TYPES.column_type("Int", None)
BIG = TYPES.column_type("BigInt", None)
TEXT = TYPES.column_type("String", None)
MOOD = ColumnType(TypeFamily.ENUM, enum=ObjectName("Mood"))
ID = Column("id", INT, Arity.REQUIRED, AutoIncrement())
KEY = PrimaryKey("A_pkey", (IndexColumn("id"),))
A = Table(ObjectName("A"), (ID,), KEY)


def sql(step):
    return "".join(f"{statement};\n" for statement in render(step).statements)


def altered(old, new, table=A):
    part = changes.AlterColumn(table, table, old, new)
    return sql(steps.AlterTable(table, table, (part,)))


def column(name="c", type_=INT, arity=Arity.REQUIRED, default=None, **more):
    return Column(name, type_, arity, default, **more)


# --- tables -----------------------------------------------------------------------------------------------------------


def test_a_table_is_laid_out_as_the_engine_does():
    table = replace(
        A,
        columns=(
            ID,
            column("big", BIG, Arity.REQUIRED, AutoIncrement()),
            column("name", TEXT, Arity.NULLABLE, Literal(LiteralKind.STRING, "it's")),
            column("moods", MOOD, Arity.LIST, ListLiteral((Literal(LiteralKind.ENUM, "sad"),))),
            column("at", TYPES.column_type("DateTime", None), Arity.REQUIRED, Now()),
            column("raw", TYPES.column_type("Bytes", None), Arity.REQUIRED, bytes_literal(b"hi")),
            column("x", TYPES.unsupported("circle"), Arity.NULLABLE, Expression(None)),
        ),
        primary_key=PrimaryKey("A_pkey", (IndexColumn("id"), IndexColumn("big"))),
    )
    assert render(steps.CreateTable(table)).header == "CreateTable"
    assert sql(steps.CreateTable(table)) == (
        'CREATE TABLE "A" (\n'
        '    "id" SERIAL NOT NULL,\n'
        '    "big" BIGSERIAL NOT NULL,\n'
        "    \"name\" TEXT DEFAULT 'it''s',\n"
        '    "moods" "Mood"[] DEFAULT ARRAY[\'sad\']::"Mood"[],\n'
        '    "at" TIMESTAMP(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,\n'
        "    \"raw\" BYTEA NOT NULL DEFAULT '\\x6869',\n"
        '    "x" circle,\n'
        "\n"
        '    CONSTRAINT "A_pkey" PRIMARY KEY ("id","big")\n'
        ");\n"
    )


def test_a_table_keeps_what_the_schema_language_cannot_say():
    table = Table(
        ObjectName("t", "other"),
        (
            column("id", identity=Identity(always=True), default=AutoIncrement()),
            column("twice", generated=Generated("(id * 2)")),
            column("name", TEXT, collation='"C"', comment="a 'name'"),
            column("tags", TEXT, Arity.LIST, list_not_null=True),
        ),
        checks=(Check("positive", "CHECK (id > 0)", validated=False),),
        traits=("FORCE ROW LEVEL SECURITY", "PARTITION BY RANGE (id)", "ROW LEVEL SECURITY", "UNLOGGED"),
        comment="all",
    )
    assert sql(steps.CreateTable(table)) == (
        'CREATE UNLOGGED TABLE "other"."t" (\n'
        '    "id" INTEGER NOT NULL GENERATED ALWAYS AS IDENTITY,\n'
        '    "twice" INTEGER NOT NULL GENERATED ALWAYS AS ((id * 2)) STORED,\n'
        '    "name" TEXT COLLATE "C" NOT NULL,\n'
        '    "tags" TEXT[] NOT NULL\n'
        ") PARTITION BY RANGE (id);\n"
        'ALTER TABLE "other"."t" ADD CONSTRAINT "positive" CHECK (id > 0) NOT VALID;\n'
        'ALTER TABLE "other"."t" FORCE ROW LEVEL SECURITY;\n'
        'ALTER TABLE "other"."t" ENABLE ROW LEVEL SECURITY;\n'
        'COMMENT ON TABLE "other"."t" IS \'all\';\n'
        "COMMENT ON COLUMN \"other\".\"t\".\"name\" IS 'a ''name''';\n"
    )


def test_a_partition_is_attached_and_a_parent_with_a_space_is_read():
    table = replace(A, traits=('PARTITION OF "my ""p""" FOR VALUES FROM (1) TO (9)',))
    statements = render(steps.CreateTable(table)).statements
    assert statements[-1] == 'ALTER TABLE "my ""p""" ATTACH PARTITION "A" FOR VALUES FROM (1) TO (9)'


def test_traits_change_one_by_one():
    old = replace(A, traits=("ROW LEVEL SECURITY", "UNLOGGED", 'INHERITS ("a, b", "c")'))
    assert render(steps.ChangeTraits(old, A)).statements == (
        'ALTER TABLE "A" DISABLE ROW LEVEL SECURITY',
        'ALTER TABLE "A" SET LOGGED',
        'ALTER TABLE "A" NO INHERIT "a, b"',
        'ALTER TABLE "A" NO INHERIT "c"',
    )


def test_the_public_namespace_is_not_written():
    assert sql(steps.RemoveTable(Table(ObjectName("A", "public"), ()))) == 'DROP TABLE "A";\n'
    assert sql(steps.RemoveTable(Table(ObjectName("A", "x"), ()))) == 'DROP TABLE "x"."A";\n'


def test_names_from_a_schema_file_stay_inside_their_quotes():
    evil = ObjectName('"; DROP TABLE x; --', "a\nb")
    step = steps.RemoveTable(Table(evil, ()))
    assert sql(step) == 'DROP TABLE "a\nb"."""; DROP TABLE x; --";\n'
    comment = steps.SetComment(A, 'c"', "'; DROP TABLE x; --")
    assert sql(comment) == 'COMMENT ON COLUMN "A"."c""" IS \'\'\'; DROP TABLE x; --\';\n'


# --- columns ----------------------------------------------------------------------------------------------------------


def test_all_that_changes_in_a_table_is_one_statement():
    other = column("k", default=Literal(LiteralKind.INT, 4))
    parts = (
        changes.DropPrimaryKey(A, A, KEY),
        changes.DropColumn(A, A, column("gone")),
        changes.AddColumn(A, A, other),
        steps.RecreateColumn(A, A, column("s", TEXT), column("s")),
        changes.AddPrimaryKey(A, A, PrimaryKey("A_pkey", (IndexColumn("id"), IndexColumn("k")))),
        changes.RenamePrimaryKey(A, A, KEY, replace(KEY, name="pk")),
    )
    assert sql(steps.AlterTable(A, A, parts)) == (
        'ALTER TABLE "A" DROP CONSTRAINT "A_pkey",\n'
        'DROP COLUMN "gone",\n'
        'ADD COLUMN     "k" INTEGER NOT NULL DEFAULT 4,\n'
        'DROP COLUMN "s",\n'
        'ADD COLUMN     "s" INTEGER NOT NULL,\n'
        'ADD CONSTRAINT "A_pkey" PRIMARY KEY ("id", "k");\n'
        'ALTER TABLE "A" RENAME CONSTRAINT "A_pkey" TO "pk";\n'
    )


def test_nullability_default_and_type_come_in_the_engines_order():
    new = column(type_=BIG, default=Literal(LiteralKind.INT, 3))
    assert altered(column(arity=Arity.NULLABLE), new) == (
        'ALTER TABLE "A" ALTER COLUMN "c" SET NOT NULL,\n'
        'ALTER COLUMN "c" SET DEFAULT 3,\n'
        'ALTER COLUMN "c" SET DATA TYPE BIGINT;\n'
    )


def test_a_column_that_begins_to_number_itself_gets_a_sequence():
    assert altered(column(), column(default=AutoIncrement())) == (
        "CREATE SEQUENCE a_c_seq;\n"
        'ALTER TABLE "A" ALTER COLUMN "c" SET DEFAULT nextval(\'a_c_seq\');\n'
        'ALTER SEQUENCE a_c_seq OWNED BY "A"."c";\n'
    )


def test_a_sequence_whose_name_needs_quotes_gets_them():
    table = Table(ObjectName("My 'T", "x"), ())
    assert altered(column(), column(default=AutoIncrement()), table) == (
        'CREATE SEQUENCE "x"."my \'t_c_seq";\n'
        'ALTER TABLE "x"."My \'T" ALTER COLUMN "c" SET DEFAULT nextval(\'"x"."my \'\'t_c_seq"\');\n'
        'ALTER SEQUENCE "x"."my \'t_c_seq" OWNED BY "x"."My \'T"."c";\n'
    )


def test_a_sequence_goes_with_the_numbering():
    old = column(default=AutoIncrement(ObjectName("A_c_seq")))
    assert altered(old, column()) == ('ALTER TABLE "A" ALTER COLUMN "c" DROP DEFAULT;\nDROP SEQUENCE "A_c_seq";\n')
    assert altered(old, column(default=Literal(LiteralKind.INT, 3))) == (
        'ALTER TABLE "A" ALTER COLUMN "c" SET DEFAULT 3,\nALTER COLUMN "c" DROP DEFAULT;\nDROP SEQUENCE "A_c_seq";\n'
    )


def test_a_sequence_without_a_known_name_stays_while_another_column_is_numbered():
    part = changes.AlterColumn(A, A, column(default=AutoIncrement()), column())
    alone, beside_another = (steps.AlterTable(A, A, (part,), any_numbered=others) for others in (False, True))
    assert sql(alone) == 'ALTER TABLE "A" ALTER COLUMN "c" DROP DEFAULT;\nDROP SEQUENCE "A_c_seq";\n'
    assert sql(beside_another) == 'ALTER TABLE "A" ALTER COLUMN "c" DROP DEFAULT;\n'


def test_a_numbered_column_of_a_type_without_a_serial_one_gets_its_sequence_by_hand():
    oid = column(type_=TYPES.column_type("Int", NativeType("Oid")), default=AutoIncrement())
    by_hand = (
        "CREATE SEQUENCE a_c_seq;\n"
        'ALTER TABLE "A" ALTER COLUMN "c" SET DEFAULT nextval(\'a_c_seq\');\n'
        'ALTER SEQUENCE a_c_seq OWNED BY "A"."c";\n'
    )
    made = sql(steps.CreateTable(Table(A.name, (oid,))))
    added = sql(steps.AlterTable(A, A, (changes.AddColumn(A, A, oid),)))
    assert made == 'CREATE TABLE "A" (\n    "c" OID NOT NULL\n);\n' + by_hand
    assert added == 'ALTER TABLE "A" ADD COLUMN     "c" OID NOT NULL;\n' + by_hand
    assert altered(oid, column(type_=oid.type)) == (
        'ALTER TABLE "A" ALTER COLUMN "c" DROP DEFAULT;\nDROP SEQUENCE "a_c_seq";\n'
    )


def test_a_sequence_that_stands_alone_stays():
    old = column(default=AutoIncrement(ObjectName("shared"), sql="nextval('shared')"))
    assert altered(old, column()) == 'ALTER TABLE "A" ALTER COLUMN "c" DROP DEFAULT;\n'


def test_a_wider_serial_column_is_a_type_that_there_is():
    old = column(default=AutoIncrement(ObjectName("A_c_seq")))
    assert altered(old, replace(old, type=BIG, default=AutoIncrement())) == (
        'ALTER TABLE "A" ALTER COLUMN "c" SET DATA TYPE BIGINT;\nALTER SEQUENCE "A_c_seq" AS BIGINT;\n'
    )


def test_identity_columns_have_statements_of_their_own():
    plain = column()
    identity = column(default=AutoIncrement(), identity=Identity())
    assert altered(plain, identity) == ('ALTER TABLE "A" ALTER COLUMN "c" ADD GENERATED BY DEFAULT AS IDENTITY;\n')
    assert altered(identity, plain) == 'ALTER TABLE "A" ALTER COLUMN "c" DROP IDENTITY;\n'
    assert altered(identity, column(default=AutoIncrement())) == ""
    assert altered(identity, replace(identity, identity=Identity(always=True))) == (
        'ALTER TABLE "A" ALTER COLUMN "c" SET GENERATED ALWAYS;\n'
    )


def test_an_identity_goes_before_its_column_gets_a_type_that_can_have_none():
    identity = column(default=AutoIncrement(), identity=Identity())
    first, second = (
        'ALTER TABLE "A" ALTER COLUMN "c" DROP IDENTITY;\n',
        'ALTER TABLE "A" ALTER COLUMN "c" SET DATA TYPE ',
    )
    assert altered(identity, column(type_=BIG)) == f"{first}{second}BIGINT;\n"
    converted = steps.ConvertColumn(A, A, identity, column(type_=BIG), "c + 1")
    assert sql(steps.AlterTable(A, A, (converted,))) == f"{first}{second}BIGINT USING (c + 1);\n"


def test_an_optional_numbered_column_takes_nulls_although_serial_does_not():
    table = replace(A, columns=(replace(ID, arity=Arity.NULLABLE),), primary_key=None)
    assert sql(steps.CreateTable(table)) == (
        'CREATE TABLE "A" (\n    "id" SERIAL\n);\nALTER TABLE "A" ALTER COLUMN "id" DROP NOT NULL;\n'
    )


# --- enums ------------------------------------------------------------------------------------------------------------


def test_values_are_added_in_place():
    old, new = Enum(ObjectName("Mood"), ("sad",)), Enum(ObjectName("Mood"), ("sad", "it's"))
    assert sql(steps.AlterEnumStep(old, new)) == "ALTER TYPE \"Mood\" ADD VALUE 'it''s';\n"


def test_to_lose_a_value_the_type_is_made_anew_and_its_columns_move_over():
    old, new = Enum(ObjectName("Mood"), ("sad", "ok")), Enum(ObjectName("Mood"), ("ok", "glad"))
    before = column("m", MOOD, default=Literal(LiteralKind.ENUM, "sad"))
    after = replace(before, default=Literal(LiteralKind.ENUM, "ok"))
    several = column("ms", MOOD, Arity.LIST)
    uses = (steps.EnumUse(A, before, after), steps.EnumUse(A, several, several))
    rendered = render(steps.AlterEnumStep(old, new, uses, uses[:1])).statements
    assert rendered[0] == "BEGIN"
    assert rendered[-1] == "COMMIT"
    assert rendered[1] == "CREATE TYPE \"Mood_new\" AS ENUM ('ok', 'glad')"
    assert 'ALTER TABLE "A" ALTER COLUMN "m" TYPE "Mood_new" USING ("m"::text::"Mood_new")' in rendered
    assert 'ALTER TABLE "A" ALTER COLUMN "ms" TYPE "Mood_new"[] USING ("ms"::text::"Mood_new"[])' in rendered
    drop = rendered.index('ALTER TABLE "A" ALTER COLUMN "m" DROP DEFAULT')
    restore = rendered.index('ALTER TABLE "A" ALTER COLUMN "m" SET DEFAULT \'ok\'')
    assert drop < rendered.index('ALTER TYPE "Mood" RENAME TO "Mood_old"') < restore


def test_what_was_read_from_a_database_is_said_in_full_where_prisma_says_it():
    old, new = Enum(ObjectName("Mood"), ("sad", "ok")), Enum(ObjectName("Mood"), ("ok",))
    tired = column("m", MOOD, default=Literal(LiteralKind.ENUM, "ok"))
    use = (steps.EnumUse(A, tired, tired),)
    step = steps.AlterEnumStep(old, new, use, use, says_public=True)
    assert (
        "".join(f"{statement};\n" for statement in render(step).statements)
        == """\
BEGIN;
CREATE TYPE "Mood_new" AS ENUM ('ok');
ALTER TABLE "public"."A" ALTER COLUMN "m" DROP DEFAULT;
ALTER TABLE "A" ALTER COLUMN "m" TYPE "Mood_new" USING ("m"::text::"Mood_new");
ALTER TYPE "Mood" RENAME TO "Mood_old";
ALTER TYPE "Mood_new" RENAME TO "Mood";
DROP TYPE "public"."Mood_old";
ALTER TABLE "A" ALTER COLUMN "m" SET DEFAULT 'ok';
COMMIT;
"""
    )


def test_the_names_of_the_moment_fit_where_the_enum_itself_just_does():
    name = "é" * 31
    old, new = Enum(ObjectName(name), ("a", "b")), Enum(ObjectName(name), ("a",))
    made = render(steps.AlterEnumStep(old, new)).statements[1].split('"')[1]
    assert made.endswith("_new")
    assert len(made.encode()) <= 63


# --- indexes and constraints ------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("index", "wanted"),
    [
        (Index("i", (IndexColumn("a"), IndexColumn("b", SortOrder.DESC))), 'CREATE INDEX "i" ON "A"("a", "b" DESC)'),
        (Index("i", (IndexColumn("a"),), IndexKind.UNIQUE), 'CREATE UNIQUE INDEX "i" ON "A"("a")'),
        (
            Index("i", (IndexColumn("a", opclass="jsonb_path_ops"),), method="gin"),
            'CREATE INDEX "i" ON "A" USING GIN ("a" jsonb_path_ops)',
        ),
        (
            Index("i", (IndexColumn("", expression="lower(a)"),), predicate="a IS NOT NULL", include=("b",)),
            'CREATE INDEX "i" ON "A"((lower(a))) INCLUDE ("b") WHERE (a IS NOT NULL)',
        ),
        (
            Index(
                "i",
                (IndexColumn("a", collation='"C"', nulls_first=True),),
                IndexKind.UNIQUE,
                nulls_not_distinct=True,
                storage=("fillfactor=70",),
            ),
            'CREATE UNIQUE INDEX "i" ON "A"("a" COLLATE "C" NULLS FIRST) NULLS NOT DISTINCT WITH (fillfactor=70)',
        ),
        (
            Index("i", (IndexColumn("a"),), IndexKind.UNIQUE, deferrable="DEFERRABLE"),
            'ALTER TABLE "A" ADD CONSTRAINT "i" UNIQUE ("a") DEFERRABLE',
        ),
    ],
)
def test_an_index_is_written_with_all_that_it_has(index, wanted):
    assert sql(steps.CreateIndex(A, index)) == f"{wanted};\n"


def test_a_unique_constraint_is_dropped_as_a_constraint():
    index = Index("u", (IndexColumn("a"),), IndexKind.UNIQUE)
    assert sql(steps.RemoveIndex(A, index)) == 'DROP INDEX "u";\n'
    assert sql(steps.RemoveIndex(A, replace(index, constraint=True))) == 'ALTER TABLE "A" DROP CONSTRAINT "u";\n'


def test_a_foreign_key_is_written_with_all_that_it_has():
    key = ForeignKey("fk", ("a",), ObjectName("B"), ("id",), ReferentialAction.SET_NULL, ReferentialAction.CASCADE)
    assert sql(steps.CreateForeignKey(A, key)) == (
        'ALTER TABLE "A" ADD CONSTRAINT "fk" FOREIGN KEY ("a") REFERENCES "B"("id")'
        " ON DELETE SET NULL ON UPDATE CASCADE;\n"
    )
    full = replace(key, match_full=True, deferrable="DEFERRABLE INITIALLY DEFERRED", validated=False)
    assert sql(steps.CreateForeignKey(A, full)).endswith(
        '"B"("id") MATCH FULL ON DELETE SET NULL ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED NOT VALID;\n'
    )
    some = replace(key, set_columns=('a"b', "c"))
    assert sql(steps.CreateForeignKey(A, some)).endswith(' ON DELETE SET NULL ("a""b", "c") ON UPDATE CASCADE;\n')


# --- the rest ---------------------------------------------------------------------------------------------------------


def test_extensions_are_made_altered_and_dropped():
    old, new = Extension("uuid-ossp", "x", "1.0"), Extension("uuid-ossp", "y", "1.1")
    assert sql(steps.CreateExtension(new)) == (
        'CREATE EXTENSION IF NOT EXISTS "uuid-ossp" WITH SCHEMA "y" VERSION "1.1";\n'
    )
    assert sql(steps.UpdateExtension(old, new)) == (
        'ALTER EXTENSION "uuid-ossp" SET SCHEMA "y";\nALTER EXTENSION "uuid-ossp" UPDATE TO \'1.1\';\n'
    )
    assert sql(steps.RemoveExtension(old)) == 'DROP EXTENSION "uuid-ossp";\n'


@pytest.mark.parametrize(
    ("kind", "name", "header", "wanted"),
    [
        (OpaqueKind.VIEW, "v", "DropView", 'DROP VIEW "v"'),
        (OpaqueKind.MATERIALIZED_VIEW, "v", "DropMaterializedView", 'DROP MATERIALIZED VIEW "v"'),
        (OpaqueKind.TRIGGER, "t", "DropTrigger", 'DROP TRIGGER "t" ON "A"'),
        (OpaqueKind.FUNCTION, "f(integer)", "DropFunction", "DROP FUNCTION f(integer)"),
        (OpaqueKind.COMPOSITE_TYPE, "c", "DropType", 'DROP TYPE "c"'),
        (OpaqueKind.RANGE_TYPE, "r", "DropRangeType", 'DROP TYPE "r"'),
    ],
)
def test_an_opaque_object_is_dropped_by_its_kind(kind, name, header, wanted):
    rendered = render(steps.RemoveOpaque(Opaque(kind, ObjectName(name), "CREATE", table=ObjectName("A"))))
    assert (rendered.header, rendered.statements) == (header, (wanted,))


def test_a_named_default_operator_class_is_written_and_not_compared():
    index = Index("i", (IndexColumn("c", opclass="int4_ops"),))
    table = settle(replace(A, columns=(ID, column()), indexes=(index,)))
    assert table.indexes[0] == Index("i", (IndexColumn("c"),))
    assert sql(steps.CreateIndex(table, table.indexes[0])) == 'CREATE INDEX "i" ON "A"("c" int4_ops);\n'


def test_a_moment_settles_as_a_column_without_a_zone_holds_it():
    written = date_time_literal("2020-01-01T20:00:00+02:00")
    zoneless = column(type_=TYPES.column_type("DateTime", None), default=written)
    zoned = column(type_=TYPES.column_type("DateTime", NativeType("Timestamptz", (3,))), default=written)
    day = column(type_=TYPES.column_type("DateTime", NativeType("Date")), default=written)
    settled = [settle(replace(A, columns=(c,))).columns[0].default for c in (zoneless, zoned, day)]
    assert settled == [date_time_literal(text) for text in ("2020-01-01T20:00", "2020-01-01T18:00", "2020-01-01")]
