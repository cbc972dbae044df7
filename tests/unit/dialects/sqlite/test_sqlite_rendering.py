import pytest
from msgspec.structs import replace

from parity.dialects.sqlite.facts import DIALECT
from parity.dialects.sqlite.render import render
from parity.dialects.sqlite.rewrite import rebuilds
from parity.errors import ParityError
from parity.schema import changes
from parity.schema.literals import bytes_literal, json_literal
from parity.schema.model import (
    Column,
    ForeignKey,
    Generated,
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
from parity.schema.steps import (
    AlterTable,
    CreateIndex,
    CreateNamespace,
    CreateTable,
    RedefineTables,
    Redefinition,
    RemoveIndex,
    RemoveOpaque,
    RemoveTable,
    RenameIndexStep,
    RenameTableStep,
)
from parity.schema.types import (
    Arity,
    AutoIncrement,
    ColumnType,
    Expression,
    Literal,
    LiteralKind,
    Now,
    ObjectName,
    TypeFamily,
)

INT = ColumnType(TypeFamily.INT)
TEXT = ColumnType(TypeFamily.STRING)


def column(name, type_=TEXT, arity=Arity.REQUIRED, **more):
    return Column(name, type_, arity, **more)


ID = column("id", INT, default=AutoIncrement())
BY_ID = PrimaryKey(None, (IndexColumn("id"),))
BOOK = Table(ObjectName("Book"), (ID, column("title")), BY_ID)
BY_TITLE = Index("Book_title_key", (IndexColumn("title"),), IndexKind.UNIQUE)


def sql(step):
    rendered = render(step)
    return rendered.header, ";\n".join(rendered.statements)


def test_a_table_is_written_with_its_key_and_foreign_keys_inside():
    review = Table(
        ObjectName("Review"),
        (
            column("bookId", INT),
            column("reader", TEXT),
            column("stars", INT, Arity.NULLABLE, default=Literal(LiteralKind.INT, 3)),
            column("data", ColumnType(TypeFamily.JSON), default=json_literal("{}")),
        ),
        PrimaryKey(None, (IndexColumn("bookId"), IndexColumn("reader"))),
        foreign_keys=(
            ForeignKey(
                "Review_bookId_fkey",
                ("bookId",),
                ObjectName("Book"),
                ("id",),
                ReferentialAction.CASCADE,
                ReferentialAction.NO_ACTION,
            ),
        ),
    )
    assert sql(CreateTable(review)) == (
        "CreateTable",
        'CREATE TABLE "Review" (\n'
        '    "bookId" INTEGER NOT NULL,\n'
        '    "reader" TEXT NOT NULL,\n'
        '    "stars" INTEGER DEFAULT 3,\n'
        "    \"data\" JSONB NOT NULL DEFAULT '{}',\n"
        "\n"
        '    PRIMARY KEY ("bookId", "reader"),\n'
        '    CONSTRAINT "Review_bookId_fkey" FOREIGN KEY ("bookId") REFERENCES "Book" ("id") '
        "ON DELETE CASCADE ON UPDATE NO ACTION\n"
        ")",
    )


def test_a_single_int_key_is_written_in_its_column():
    assert sql(CreateTable(BOOK))[1] == (
        'CREATE TABLE "Book" (\n    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,\n    "title" TEXT NOT NULL\n)'
    )


def test_indexes_are_made_dropped_and_replaced_under_another_name():
    down = replace(BY_TITLE, columns=(IndexColumn("title", SortOrder.DESC),), predicate="id > 3")
    assert sql(CreateIndex(BOOK, down)) == (
        "CreateIndex",
        'CREATE UNIQUE INDEX "Book_title_key" ON "Book"("title" DESC) WHERE id > 3',
    )
    assert sql(RemoveIndex(BOOK, BY_TITLE)) == ("DropIndex", 'DROP INDEX "Book_title_key"')
    assert sql(RenameIndexStep(BOOK, BY_TITLE, replace(BY_TITLE, name="other"))) == (
        "RedefineIndex",
        'DROP INDEX "Book_title_key";\nCREATE UNIQUE INDEX "other" ON "Book"("title")',
    )


def test_a_direction_that_was_written_is_written_again():
    said = replace(BY_TITLE, columns=(IndexColumn("title", sort_written=True),))
    assert sql(CreateIndex(BOOK, said))[1].endswith('("title" ASC)')


def test_tables_are_dropped_without_deleting_rows_that_refer_to_them():
    assert sql(RemoveTable(BOOK)) == (
        "DropTable",
        'PRAGMA foreign_keys=off;\nDROP TABLE "Book";\nPRAGMA foreign_keys=on',
    )


def test_tables_and_columns_are_renamed_in_place():
    assert (
        sql(RenameTableStep(BOOK, replace(BOOK, name=ObjectName("Novel"))))[1] == 'ALTER TABLE "Book" RENAME TO "Novel"'
    )
    part = changes.RenameColumn(BOOK, BOOK, "title", "name")
    assert sql(AlterTable(BOOK, BOOK, (part,)))[1] == 'ALTER TABLE "Book" RENAME COLUMN "title" TO "name"'


def test_columns_are_added_one_statement_each():
    parts = tuple(changes.AddColumn(BOOK, BOOK, column(name, arity=Arity.NULLABLE)) for name in ("a", "b"))
    assert sql(AlterTable(BOOK, BOOK, parts)) == (
        "AlterTable",
        'ALTER TABLE "Book" ADD COLUMN "a" TEXT;\nALTER TABLE "Book" ADD COLUMN "b" TEXT',
    )


def test_a_rebuild_copies_columns_sorted_by_name_and_fills_nulls_with_the_new_default():
    old = replace(BOOK, columns=(ID, column("title"), column("Year", INT, Arity.NULLABLE)))
    year = column("Year", INT, default=Literal(LiteralKind.INT, 1900))
    new = replace(BOOK, columns=(ID, column("title"), year), indexes=(BY_TITLE,))
    step = RedefineTables(
        (Redefinition(old, new, (("id", "id"), ("title", "title"), ("Year", "Year")), filled=("Year",)),)
    )
    assert sql(step) == (
        "RedefineTables",
        "PRAGMA defer_foreign_keys=ON;\n"
        "PRAGMA foreign_keys=OFF;\n"
        'CREATE TABLE "new_Book" (\n'
        '    "id" INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,\n'
        '    "title" TEXT NOT NULL,\n'
        '    "Year" INTEGER NOT NULL DEFAULT 1900\n'
        ");\n"
        'INSERT INTO "new_Book" ("Year", "id", "title") '
        'SELECT coalesce("Year", 1900) AS "Year", "id", "title" FROM "Book";\n'
        'DROP TABLE "Book";\n'
        'ALTER TABLE "new_Book" RENAME TO "Book";\n'
        'CREATE UNIQUE INDEX "Book_title_key" ON "Book"("title");\n'
        "PRAGMA foreign_keys=ON;\n"
        "PRAGMA defer_foreign_keys=OFF",
    )


def test_a_rebuild_that_keeps_no_column_keeps_the_rows():
    old = Table(ObjectName("t"), (column("a"),))
    new = Table(ObjectName("t"), (column("b"),))
    copy = 'INSERT INTO "new_t" (rowid) SELECT rowid FROM "t"'
    assert copy in sql(RedefineTables((Redefinition(old, new, ()),)))[1]
    without = replace(old, traits=("WITHOUT ROWID",))
    assert "INSERT" not in sql(RedefineTables((Redefinition(without, new, ()),)))[1]


def test_virtual_tables_are_dropped_as_tables():
    words = Opaque(OpaqueKind.VIRTUAL_TABLE, ObjectName("words"), "CREATE VIRTUAL TABLE words USING fts5(x)")
    assert sql(RemoveOpaque(words)) == (
        "DropVirtualTable",
        'PRAGMA foreign_keys=off;\nDROP TABLE "words";\nPRAGMA foreign_keys=on',
    )


def test_what_sqlite_has_no_words_for_is_refused():
    with pytest.raises(ParityError) as caught:
        render(CreateNamespace("shop"))
    assert caught.value.code == "PAR410"


def added(**more):
    return changes.AddColumn(BOOK, BOOK, column("x", arity=more.pop("arity", Arity.NULLABLE), **more))


CONSTRAINT = replace(BY_TITLE, constraint=True)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (added(), False),
        (added(default=Literal(LiteralKind.STRING, "x")), False),
        (added(default=Expression("'x'", sql="'x'")), False),
        (added(generated=Generated("1", stored=False)), False),
        (added(arity=Arity.REQUIRED), True),
        (added(arity=Arity.REQUIRED, default=Literal(LiteralKind.STRING, "x")), True),
        (added(default=Now()), True),
        (added(default=Expression("lower('x')")), True),
        (added(default=Literal(LiteralKind.STRING, "\0")), True),
        (added(generated=Generated("1", stored=True)), True),
        (changes.AddIndex(BOOK, BOOK, BY_TITLE), False),
        (changes.DropIndex(BOOK, BOOK, BY_TITLE), False),
        (changes.RenameIndex(BOOK, BOOK, BY_TITLE, BY_TITLE), False),
        (changes.DropIndex(BOOK, BOOK, CONSTRAINT), True),
        (changes.RenameIndex(BOOK, BOOK, CONSTRAINT, BY_TITLE), True),
        (changes.RenameColumn(BOOK, BOOK, "a", "b"), False),
        (changes.DropColumn(BOOK, BOOK, ID), True),
        (changes.AlterColumn(BOOK, BOOK, ID, ID), True),
        (changes.AlterPrimaryKey(BOOK, BOOK, BY_ID, BY_ID), True),
        (changes.AlterTraits(BOOK, BOOK), True),
    ],
)
def test_only_what_alter_table_cannot_do_needs_a_rebuild(change, expected):
    assert rebuilds(change) is expected


def test_every_column_that_is_added_in_place_can_be_added_to_a_table_with_rows(session):
    session.execute('CREATE TABLE "Book" (id INTEGER PRIMARY KEY); INSERT INTO "Book" DEFAULT VALUES')
    defaults = (None, bytes_literal(b"x"), Literal(LiteralKind.BOOLEAN, True), json_literal("[]"), Now())
    tried = 0
    for number, default in enumerate(defaults):
        change = changes.AddColumn(BOOK, BOOK, column(f"c{number}", arity=Arity.NULLABLE, default=default))
        if not rebuilds(change):
            session.execute(sql(AlterTable(BOOK, BOOK, (change,)))[1])
            tried += 1
    assert tried == 4
    assert len(DIALECT.driver.introspect(session, ()).tables[0].columns) == 5
