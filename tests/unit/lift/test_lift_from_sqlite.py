"""A real SQLite file is pulled."""

import sqlite3
from pathlib import Path

from lifting import SQLITE, block, pull_file
from parity.psl import parse

SQL = """
CREATE TABLE author (id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL UNIQUE, born DATETIME);
CREATE TABLE book (
  id INTEGER NOT NULL PRIMARY KEY, title TEXT NOT NULL DEFAULT 'it''s', price DECIMAL, author_id INTEGER NOT NULL,
  co_id INTEGER, seen DATETIME DEFAULT CURRENT_TIMESTAMP, CHECK (price > 0),
  FOREIGN KEY (author_id) REFERENCES author (id) ON DELETE CASCADE ON UPDATE CASCADE,
  FOREIGN KEY (co_id) REFERENCES author (id) ON DELETE SET NULL ON UPDATE CASCADE
);
CREATE INDEX first ON book (title, price DESC);
CREATE INDEX second ON book (price, title);
CREATE TABLE code (id INT PRIMARY KEY NOT NULL, kind TEXT NOT NULL);
"""
OVER = """
model Code {
  id   Int  @id
  kind Kind

  @@map("code")
}

enum Kind {
  a
  b @map("B b")
}
"""


def made(folder: Path) -> Path:
    path = folder / "made.db"
    connection = sqlite3.connect(path)
    connection.executescript(SQL)
    connection.close()
    return path


def test_a_file_is_pulled_whole(tmp_path: Path) -> None:
    result = pull_file(made(tmp_path))
    assert parse(result.text).diagnostics == ()
    assert [" ".join(line.split()) for line in block(result, "author").splitlines()[1:]] == [
        "id Int @id @default(autoincrement())",
        "name String @unique",
        "born DateTime?",
        'book_book_co_idToauthor book[] @relation("book_co_idToauthor")',
        'book_book_author_idToauthor book[] @relation("book_author_idToauthor")',
    ]
    assert any("CHECK (price > 0)" in warning for warning in result.warnings)


def test_the_last_made_index_and_foreign_key_come_first(tmp_path: Path) -> None:
    text = block(pull_file(made(tmp_path)), "book")
    assert text.index("second") < text.index("first")
    assert text.index("author_book_co_idToauthor") < text.index("author_book_author_idToauthor")


def test_a_key_that_is_no_row_number_is_not_numbered(tmp_path: Path) -> None:
    assert "id   Int    @id\n" in pull_file(made(tmp_path)).text


def test_enums_of_the_file_are_kept_where_the_database_has_none(tmp_path: Path) -> None:
    text = pull_file(made(tmp_path), over=OVER).text
    assert "  kind Kind\n" in text and 'enum Kind {\n  a\n  b @map("B b")\n}' in text


def test_a_second_pull_changes_nothing(tmp_path: Path) -> None:
    once = pull_file(made(tmp_path)).text
    (tmp_path / "made.db").unlink()
    assert pull_file(made(tmp_path), over=once.removeprefix(SQLITE)).text == once
