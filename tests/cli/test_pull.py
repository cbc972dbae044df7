"""`db pull` as a program: what is written, shown and refused, for one file and for a folder of files."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

from commandline import Project
from parity.lifting.same import says_the_same

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

TABLES = (
    "CREATE TABLE authors (id INTEGER NOT NULL PRIMARY KEY, name TEXT)",
    "CREATE TABLE books (id INTEGER NOT NULL PRIMARY KEY, author_id INTEGER NOT NULL REFERENCES authors (id))",
    "CREATE TABLE shelves (id INTEGER NOT NULL PRIMARY KEY)",
)
AUTHORS = """/// who writes
model Author {
  id    Int    @id
  books books[]

  @@map("authors")
}

model Gone {
  id Int @id
}
"""
BOOKS = """model books {
  id       Int    @id
  authorId Int    @map("author_id")
  writer   Author @relation(fields: [authorId], references: [id])
}
"""


@pytest.fixture
def filled(project: Project, database_url: str, provider: str) -> Project:
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    for statement in TABLES:
        sql(database_url, statement)
    return project


@pytest.fixture
def folder(filled: Project) -> Path:
    """A schema of four files: settings, two with models, one with a comment only."""
    made = filled.folder / "prisma" / "schema"
    (made / "more").mkdir(parents=True)
    filled.schema_file.rename(made / "main.prisma")
    (made / "authors.prisma").write_text(AUTHORS)
    (made / "more" / "books.prisma").write_text(BOOKS)
    (made / "notes.prisma").write_text("// nothing but this\n")
    return made


def test_a_check_shows_what_would_change_and_writes_nothing(filled: Project) -> None:
    before = filled.files()
    run = filled.run("db", "pull", "--check").exited(2)
    assert "+model authors {\n" in run.stdout
    assert "schema.prisma would change" in run.stderr
    assert filled.files() == before
    filled.run("db", "pull", "--force").succeeded()
    assert filled.run("db", "pull", "--check").succeeded().stdout == ""


def test_a_file_with_settings_alone_is_filled_unasked_and_one_that_says_more_is_not_overwritten(
    filled: Project,
) -> None:
    filled.run("db", "pull").succeeded()
    pulled = filled.schema_file.read_text()
    assert "model books" in pulled
    for more in ("\n// see the wiki\n", "\nmodel Gone {\n  id Int @id\n}\n"):
        filled.schema_file.write_text(pulled + more)
        assert "PAR320" in filled.run("db", "pull").exited(3).stderr
        assert filled.schema_file.read_text() == pulled + more


def test_json_holds_the_text_and_whether_it_differs(filled: Project) -> None:
    before = filled.files()
    pulled = json.loads(filled.run("db", "pull", "--check", "--json").exited(2).stdout)
    assert (pulled["differs"], pulled["written"]) == (True, False)
    assert [file["changed"] for file in pulled["files"]] == [True]
    assert filled.files() == before
    written = json.loads(filled.run("db", "pull", "--force", "--json").succeeded().stdout)
    assert written["written"]
    assert filled.schema_file.read_text() == pulled["files"][0]["text"]
    assert not json.loads(filled.run("db", "pull", "--json").succeeded().stdout)["differs"]


def test_in_a_folder_blocks_stay_in_their_files_and_new_ones_go_into_one_more(filled: Project, folder: Path) -> None:
    main = (folder / "main.prisma").read_text()
    filled.run("db", "pull", "--force").succeeded()
    authors = (folder / "authors.prisma").read_text()
    assert authors.startswith("/// who writes\nmodel Author {\n")
    assert "Gone" not in authors
    assert "  name  String?\n" in authors
    books = (folder / "more" / "books.prisma").read_text()
    assert "  writer   Author @relation(fields: [authorId], references: [id]" in books
    assert (folder / "introspected.prisma").read_text().startswith("model shelves {\n")
    assert (folder / "main.prisma").read_text().strip() == main.strip()
    assert (folder / "notes.prisma").read_text() == "// nothing but this\n"
    assert filled.run("db", "pull", "--check").succeeded().stdout == ""


def test_the_next_new_table_joins_the_file_of_the_new_ones(filled: Project, folder: Path, database_url: str) -> None:
    filled.run("db", "pull", "--force").succeeded()
    sql(database_url, "CREATE TABLE attics (id INTEGER NOT NULL PRIMARY KEY)")
    before = filled.files()
    shown = filled.run("db", "pull", "--check").exited(2)
    told = [line for line in shown.stderr.splitlines() if "would change" in line]
    assert [line.split(" would change")[0] for line in told] == ["prisma/schema/introspected.prisma"]
    assert filled.files() == before
    filled.run("db", "pull", "--force").succeeded()
    models = [line for line in (folder / "introspected.prisma").read_text().splitlines() if line.startswith("model")]
    assert models == ["model shelves {", "model attics {"]


def test_a_folder_is_printed_file_by_file(filled: Project, folder: Path) -> None:
    printed = filled.run("db", "pull", "--print").succeeded().stdout
    heads = [line for line in printed.splitlines() if line.startswith("// ")]
    assert heads == [f"// prisma/schema/{name}.prisma" for name in ("authors", "introspected", "main", "more/books")]
    assert not (folder / "introspected.prisma").exists()


def test_a_self_relation_of_many_to_many_keeps_the_names_of_its_fields(project: Project, database_url: str) -> None:
    project.use_database(database_url)
    kind = "postgresql" if database_url.startswith("postgres") else "sqlite"
    followers = '  follows   User[] @relation("Follows")\n  followers User[] @relation("Follows")\n'
    project.write_schema(f"model User {{\n  id Int @id\n{followers}}}\n", provider=kind)
    project.run("db", "push").succeeded()
    text = project.run("db", "pull", "--print").succeeded().stdout
    assert '  follows   User[] @relation("Follows")\n' in text
    assert '  followers User[] @relation("Follows")\n' in text


def test_a_check_right_after_a_pull_finds_nothing(filled: Project, database_url: str, provider: str) -> None:
    models = "model Post {\n  id Int @id\n  tags Tag[]\n}\n\nmodel Tag {\n  id Int @id\n  posts Post[]\n}\n"
    filled.write_schema(models, provider=provider)
    filled.run("db", "push", "--accept-data-loss").succeeded()
    if provider == "postgresql":
        sql(database_url, 'CREATE TABLE "Empty" ()')
    filled.write_schema("", provider=provider)
    filled.run("db", "pull", "--force").succeeded()
    assert "  Tag Tag[]\n" in filled.schema_file.read_text()
    checked = filled.run("db", "pull", "--check").succeeded()
    assert (checked.stdout, "would change" in checked.stderr) == ("", False)
    assert json.loads(filled.run("db", "pull", "--check", "--json").succeeded().stdout)["differs"] is False


def test_a_check_tells_of_another_name_of_a_relation_and_of_a_block_that_is_gone() -> None:
    model = 'model Post {\n  id  Int   @id\n  Tag Tag[] @relation("PostToTag")\n}\n'
    unnamed, other = model.replace(' @relation("PostToTag")', ""), model.replace("PostToTag", "TagToPost")
    enum = "enum Kind {\n  ONE\n}\n"
    assert says_the_same(model, unnamed)
    assert says_the_same(f"{enum}\n{model}", f"{unnamed}\n{enum}")
    assert not says_the_same(model, other)
    assert not says_the_same(other, unnamed)
    assert not says_the_same(f"{enum}\n{model}", model)
