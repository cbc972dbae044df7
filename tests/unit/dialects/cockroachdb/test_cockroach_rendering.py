from msgspec.structs import replace

from parity.diagnostics import SourceFile
from parity.dialects.cockroachdb.facts import DIALECT
from parity.diff.compare import diff
from parity.lower import lower
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.psl import parse
from parity.schema.model import ObjectRef, Opaque, OpaqueKind
from parity.schema.types import ObjectName

HEAD = 'datasource db {\n  provider = "cockroachdb"\n}\n'
SCHEMAS = 'datasource db {\n  provider = "cockroachdb"\n  schemas  = ["one", "two"]\n}\n'


def lowered(text):
    datamodel, diagnostics = parse([SourceFile("schema.prisma", text)])
    assert not [d for d in diagnostics if d.severity == "error"], diagnostics
    return lower(datamodel, DIALECT)


def sql(old, new, head=HEAD, *, from_database=False):
    before, after = lowered(head + old), lowered(head + new)
    if from_database:
        before = replace(before, tables=tuple(as_seen(table) for table in before.tables))
    plan = build_plan(diff(before, after, DIALECT), before, after, DIALECT)
    return script(plan, DIALECT, warnings=False)


def as_seen(table):
    return replace(table, primary_key=table.primary_key and replace(table.primary_key, seen=True))


def test_between_schema_files_a_key_is_altered_as_the_engine_does():
    text = sql("model A {\n a Int @id\n b Int\n}", "model A {\n a Int @unique\n b Int @id\n}")
    assert text == (
        '-- AlterPrimaryKey\nALTER TABLE "A" ALTER PRIMARY KEY USING COLUMNS ("b");\n\n'
        '-- CreateIndex\nCREATE UNIQUE INDEX "A_a_key" ON "A"("a");\n'
    )


def test_the_index_that_an_altered_key_leaves_behind_is_dropped():
    text = sql("model A {\n a Int @id\n b Int\n}", "model A {\n a Int\n b Int @id\n}", from_database=True)
    assert text == (
        "-- AlterPrimaryKey\n"
        'ALTER TABLE "A" ALTER PRIMARY KEY USING COLUMNS ("b");\n'
        'DROP INDEX IF EXISTS "A"@"A_a_key" CASCADE;\n'
    )


def test_the_index_that_an_altered_key_leaves_behind_is_taken_over_where_it_is_wanted():
    text = sql("model A {\n a Int @id\n b Int\n}", "model A {\n a Int @unique\n b Int @id\n}", from_database=True)
    assert text == (
        '-- AlterPrimaryKey\nALTER TABLE "A" ALTER PRIMARY KEY USING COLUMNS ("b");\n\n'
        '-- CreateIndex\nCREATE UNIQUE INDEX IF NOT EXISTS "A_a_key" ON "A"("a");\n'
    )


def test_the_index_that_an_altered_key_leaves_behind_gets_the_name_that_is_wanted():
    wanted = 'model A {\n a Int @unique(map: "x")\n b Int @id\n}'
    assert sql("model A {\n a Int @id\n b Int\n}", wanted, from_database=True) == (
        '-- AlterPrimaryKey\nALTER TABLE "A" ALTER PRIMARY KEY USING COLUMNS ("b");\n'
        'ALTER INDEX IF EXISTS "A"@"A_a_key" RENAME TO "x";\n\n'
        '-- CreateIndex\nCREATE UNIQUE INDEX IF NOT EXISTS "x" ON "A"("a");\n'
    )


def test_a_unique_index_that_is_there_already_is_left_alone():
    text = sql(
        "model A {\n a Int @id @unique\n b Int\n}", "model A {\n a Int @unique\n b Int @id\n}", from_database=True
    )
    assert text == '-- AlterPrimaryKey\nALTER TABLE "A" ALTER PRIMARY KEY USING COLUMNS ("b");\n'


def test_a_rebuilt_table_is_read_from_its_own_namespace():
    old = 'model A {\n a Int @id\n b Int\n @@schema("two")\n}'
    text = sql(old, old.replace("a Int", "a String"), SCHEMAS)
    assert (
        'INSERT INTO "two"."_prisma_new_A" ("a","b") SELECT "a","b" FROM "two"."A";\n'
        'DROP TABLE "two"."A" CASCADE;\n'
        'ALTER TABLE "two"."_prisma_new_A" RENAME TO "A";'
    ) in text


REFERRING = """
model First {
  id    TYPE @id
  other TYPE
  to    Second @relation(fields: [other], references: [id])
}

model Second {
  id   TYPE @id
  from First[]
}
"""


def test_a_foreign_key_to_a_table_that_is_rebuilt_later_is_added_behind_both():
    text = sql(REFERRING.replace("TYPE", "BigInt"), REFERRING.replace("TYPE", "String"))
    added = text.index('ADD CONSTRAINT "First_other_fkey"')
    assert text.count("ADD CONSTRAINT") == 1
    assert added > text.index('ALTER TABLE "_prisma_new_Second" RENAME TO "Second"')


def test_rows_survive_a_rebuild_that_keeps_no_column_or_stop_it():
    old = "model A {\n a Int @id\n}"
    counted = sql(old, "model A {\n b BigInt @id @default(autoincrement())\n}")
    assert 'INSERT INTO "_prisma_new_A" ("b") SELECT unique_rowid() FROM "A";' in counted
    required = sql(old, "model A {\n b Int @id\n}")
    assert 'INSERT INTO "_prisma_new_A" ("b") SELECT NULL FROM "A";' in required
    numbered = sql(old, "model A {\n b Int @id @default(sequence())\n}")
    assert 'INSERT INTO "_prisma_new_A" ("b") SELECT row_number() OVER () FROM "A";' in numbered


def test_views_on_a_rebuilt_table_are_made_again():
    old, new = (lowered(f"{HEAD}model A {{\n a {kind} @id\n}}") for kind in ("Int", "String"))
    view = Opaque(
        OpaqueKind.VIEW,
        ObjectName("v"),
        'CREATE VIEW "v" ("a") AS SELECT a FROM "A"',
        depends_on=(ObjectRef("TABLE", ObjectName("A")),),
    )
    old, new = replace(old, opaques=(view,)), replace(new, opaques=(view,))
    text = script(build_plan(diff(old, new, DIALECT), old, new, DIALECT), DIALECT, warnings=False)
    assert text.count(view.definition) == 1
    assert text.index(view.definition) > text.index("DROP TABLE")


def test_a_change_of_a_sequence_alone_has_no_line_in_the_summary():
    old, new = (lowered(f"{HEAD}model A {{\n a Int @id @default(sequence(start: {n}))\n}}") for n in (3, 4))
    plan = build_plan(diff(old, new, DIALECT), old, new, DIALECT)
    assert script(plan, DIALECT, warnings=False) == '-- AlterSequence\nALTER SEQUENCE "A_a_seq" START 4;\n'
    assert summary(plan, old, new, DIALECT) == ""


def test_the_same_schema_in_other_words_changes_nothing():
    old = (
        "model A {\n a BigInt @id @default(autoincrement())\n b DateTime @db.Timestamp\n c Int @default(sequence())\n}"
    )
    new = (
        'model A {\n a BigInt @id @default(dbgenerated("unique_rowid()"))\n b DateTime @db.Timestamp(6)\n'
        " c Int @default(sequence(start: 1, increment: 1))\n}"
    )
    assert sql(old, new) == ""
