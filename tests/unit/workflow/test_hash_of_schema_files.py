"""The hash of schema files: the same where they can't say anything else, and another one wherever they can."""

from __future__ import annotations

from pathlib import Path

import pytest

from parity import _version
from parity.diagnostics import SourceFile
from parity.dialects.registry import dialect_for_provider
from parity.lower import lower
from parity.psl import parse
from parity.psl.sources import read_sources
from parity.workflow import schema_files
from parity.workflow.schema_files import files_hash

TEXT = """datasource db {
  provider = "postgresql"
  url      = "postgresql://localhost/shop"
}

generator client {
  provider        = "prisma-client-js"
  previewFeatures = ["partialIndexes"]
}

model Post {
  id    Int    @id
  title String @default("// no comment") @map("the_title")
  kind  Kind   @default(DRAFT)

  @@index([title])
}

enum Kind {
  DRAFT
  SHOWN @map("shown")
}
"""


def hash_of(*texts: str) -> str:
    return files_hash([SourceFile(f"{number}.prisma", text) for number, text in enumerate(texts)])


@pytest.mark.parametrize("comment", ["// a word", "/// what it is for", "  \t// @id }", "", "   ", '//"', "// \\"])
def test_a_line_that_is_empty_or_a_comment_changes_neither_the_hash_nor_what_is_asked_for(comment: str) -> None:
    for number in range(len(TEXT.splitlines()) + 1):
        lines = TEXT.splitlines()
        lines.insert(number, comment)
        text = "\n".join(lines) + "\n"
        assert hash_of(text) == hash_of(TEXT)
        before, now = parse(TEXT), parse(text)
        assert not now.has_errors
        dialect = dialect_for_provider("postgresql")
        assert lower(now.datamodel, dialect) == lower(before.datamodel, dialect)


def test_line_ends_of_another_system_change_nothing() -> None:
    assert hash_of(TEXT.replace("\n", "\r\n")) == hash_of(TEXT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Int ", "BigInt "),
        ('"// no comment"', '"// other comment"'),
        ("partialIndexes", "views"),
        ('"postgresql"', '"sqlite"'),
        ("localhost/shop", "localhost/other"),
        ("DRAFT\n", "DRAFT\n  OLD\n"),
        ("  @@index([title])", "  // @@index([title])"),
        ("model Post {\n", "model Post {\n  /* \n"),
    ],
)
def test_what_may_be_asked_for_has_another_hash(old: str, new: str) -> None:
    assert old in TEXT
    assert hash_of(TEXT.replace(old, new)) != hash_of(TEXT)


def test_a_comment_line_within_a_longer_comment_counts() -> None:
    # Without its second line this comment ends at the last one.
    open_comment = "model A {\n/*\n// */\n  id Int @id\n// */\n}\n"
    assert hash_of(open_comment) != hash_of(open_comment.replace("// */\n", "", 1))


def test_the_same_lines_cut_into_other_files_have_another_hash() -> None:
    first, second = TEXT.split("enum Kind")
    assert len({hash_of(TEXT), hash_of(first, f"enum Kind{second}"), hash_of(f"enum Kind{second}", first)}) == 3
    assert hash_of(TEXT, "") != hash_of(TEXT)


def test_another_version_reads_them_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    before = hash_of(TEXT)
    monkeypatch.setattr(schema_files, "__version__", f"{_version.__version__}.post1")
    assert hash_of(TEXT) != before


def test_a_file_has_the_same_hash_wherever_it_is_and_whatever_marks_its_encoding(tmp_path: Path) -> None:
    plain, marked = tmp_path / "schema.prisma", tmp_path / "deep" / "other.prisma"
    marked.parent.mkdir()
    plain.write_text(TEXT)
    marked.write_text(TEXT, encoding="utf-8-sig")
    assert files_hash(read_sources(plain)) == files_hash(read_sources(marked)) == hash_of(TEXT)
