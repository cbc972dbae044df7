"""Reading schema files from disk: what is text, and which files make one schema."""

from __future__ import annotations

from pathlib import Path

import pytest

from parity.errors import ConfigError
from parity.psl.sources import read_sources


def _write(path: Path, data: bytes) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)
    return path


def test_a_file_is_one_source(tmp_path: Path) -> None:
    (source,) = read_sources(_write(tmp_path / "schema.prisma", "model Ä {}\n".encode()), show=lambda path: path.name)
    assert (source.name, source.text) == ("schema.prisma", "model Ä {}\n")


def test_a_mark_of_windows_editors_is_left_out(tmp_path: Path) -> None:
    (source,) = read_sources(_write(tmp_path / "schema.prisma", b"\xef\xbb\xbfmodel A {\r\n}\r\n"))
    assert source.text == "model A {\r\n}\r\n"


def test_a_folder_is_read_with_its_subfolders_in_the_order_of_names(tmp_path: Path) -> None:
    for name in ("b.prisma", "a.prisma", "more/c.prisma", "notes.txt", "migrations/1_x/old.prisma"):
        _write(tmp_path / name, name.encode())
    assert [source.text for source in read_sources(tmp_path)] == ["a.prisma", "b.prisma", "more/c.prisma"]


def test_a_project_below_a_folder_called_migrations_is_read(tmp_path: Path) -> None:
    _write(tmp_path / "migrations" / "shop" / "a.prisma", b"// a")
    assert [source.text for source in read_sources(tmp_path / "migrations" / "shop")] == ["// a"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"model A {\n  caf\xe9 Int\n}\n", "byte 15 (line 2) isn't UTF-8"),
        (b"model A {\n  id\x00 Int\n}\n", "line 2 holds a NUL byte"),
        ("model A {}".encode("utf-16"), "byte 0 (line 1) isn't UTF-8"),
    ],
)
def test_what_is_no_text_is_refused_with_its_place(tmp_path: Path, data: bytes, why: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_sources(_write(tmp_path / "schema.prisma", data))
    assert (caught.value.code, caught.value.why) == ("PAR132", why)


def test_a_folder_without_schema_files_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read_sources(tmp_path)
    assert caught.value.code == "PAR131"
