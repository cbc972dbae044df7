"""A pull over an existing file keeps what its author said."""

from msgspec.structs import replace

from lifting import POSTGRES, block, column, enum_column, indexed, join_table, pull, referencing, table
from parity.psl import parse
from parity.schema.model import Check, Enum
from parity.schema.types import Arity, ObjectName

SHOP = """
/// People.
/// All of them.
model Person {
  ident  Int     @id @map("id")
  /// What to call them
  handle String  @map("name") // not kept
  wrote  Book[]  @relation("author")
  likes  Book[]  @relation("likes")
  parent Person? @relation("family", fields: [up], references: [ident])
  kids   Person[] @relation("family")
  up     Int?

  @@unique([handle, up], name: "who")
  @@index([up], map: "later")
  @@index([handle])
  @@map("person")
}

model Gone {
  id Int @id
}

model Book {
  id     Int    @id
  by     Int
  author Person @relation("author", fields: [by], references: [ident], map: "custom")
  fans   Person[] @relation("likes")
  kind   Kind

  @@map("book")
  @@ignore
}

enum Kind {
  /// A long one
  novel @map("a novel")
  gone

  @@map("kind")
}
"""


def shop():
    person = table("person", column("id"), column("name", "String"), column("up", arity=Arity.NULLABLE), column("new"))
    person = referencing(person, "up", "person")
    person = indexed(person, "name")
    person = indexed(indexed(person, "up", name="later"), "name up", unique=True)
    book = referencing(table("book", column("id"), column("by"), enum_column("kind", "kind")), "by", "person")
    return (table("a_new_one", column("id")), book, person, join_table("_likes", "book", "person"))


def pulled() -> str:
    return pull(*shop(), enums=(Enum(ObjectName("kind"), ("a novel", "poem")),), over=SHOP).text


def test_models_keep_their_order_and_new_ones_follow() -> None:
    names = [model.name for model in parse(pulled()).datamodel.models]
    assert names == ["Person", "Book", "a_new_one"]


def test_names_that_the_author_gave_are_kept() -> None:
    person = parse(pulled()).datamodel.models[0]
    assert (person.name, person.database_name) == ("Person", "person")
    assert [(f.name, f.db_name) for f in person.scalar_fields] == [
        ("ident", "id"),
        ("handle", "name"),
        ("up", "up"),
        ("new", "new"),
    ]


def test_documentation_is_kept_and_plain_comments_are_not() -> None:
    text = pulled()
    assert "/// People.\n/// All of them.\nmodel Person {" in text
    assert "  /// What to call them\n" in text and "  /// A long one\n" in text
    assert "not kept" not in text


def test_fields_and_names_of_relations_are_kept() -> None:
    datamodel = parse(pulled()).datamodel
    relations = {r.name: {r.field_a, r.field_b} for r in datamodel.relations}
    assert relations == {"author": {"author", "wrote"}, "family": {"parent", "kids"}, "likes": {"fans", "likes"}}


def test_the_name_that_the_author_gave_a_foreign_key_is_kept() -> None:
    assert 'map: "custom"' in block_of(pulled(), "Book")


def test_names_and_order_of_indexes_are_kept() -> None:
    lines = [line.strip() for line in block_of(pulled(), "Person").splitlines() if "@@" in line]
    assert lines == [
        '@@unique([handle, up], name: "who")',
        '@@index([up], map: "later")',
        "@@index([handle])",
        '@@map("person")',
    ]


def test_what_the_author_ignores_stays_ignored() -> None:
    assert "@@ignore" in block_of(pulled(), "Book")


def test_values_of_enums_follow_the_database_and_keep_their_names() -> None:
    enum = parse(pulled()).datamodel.enums[0]
    assert enum.name == "Kind"
    assert [(value.name, value.db_name) for value in enum.values] == [("novel", "a novel"), ("poem", "poem")]


def test_a_second_pull_changes_nothing() -> None:
    enums = (Enum(ObjectName("kind"), ("a novel", "poem")),)
    once = pulled()
    twice = pull(*shop(), enums=enums, over=once.removeprefix(POSTGRES)).text
    assert once == twice


def test_notes_are_added_to_new_models_only() -> None:
    checked = replace(table("t", column("id")), checks=(Check("c", "CHECK ((id > 0))"),), comment="x")
    new, known = pull(checked), pull(checked, over="/// Mine\nmodel t {\n  id Int @id\n}\n")
    assert block(new, "t").count("///") == 2
    assert block(known, "t").splitlines()[:2] == ["/// Mine", "model t {"]
    assert new.warnings == known.warnings != ()


def test_the_note_on_a_missing_identifier_is_not_added_twice() -> None:
    keyless = table("t", column("x"), key=())
    once = pull(keyless)
    assert once.text.count("///") == 1
    assert pull(keyless, over=once.text.removeprefix(POSTGRES)).text == once.text


def test_without_foreign_keys_relations_are_kept_from_the_file() -> None:
    header = 'datasource db {\n  provider     = "postgresql"\n  relationMode = "prisma"\n}\n'
    over = """model A {
  id Int @id
  b_id Int
  b B @relation(fields: [b_id], references: [id], onDelete: NoAction)
  gone Gone[]
}
model B {
  id Int @id
  as A[]
}
model Gone {
  id Int @id
  a_id Int
  a A @relation(fields: [a_id], references: [id])
}
"""
    result = pull(table("A", column("id"), column("b_id")), table("B", column("id")), over=over, header=header)
    assert "b    B   @relation(fields: [b_id], references: [id], onDelete: NoAction)" in block(result, "A")
    assert "as A[]" in block(result, "B") and "gone" not in result.text


def block_of(text: str, name: str) -> str:
    start = text.index(f" {name} {{")
    return text[start : text.index("\n}", start)]
