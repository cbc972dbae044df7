"""The migrations folder is read as it is: in byte order, once, and never outside of itself."""

import hashlib
import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.errors import ConfigError, MigrationsInvalid
from parity.migrations import folder as folder_module
from parity.migrations.folder import check_provider, read_folder, shown, survey_folder


def add(root: Path, name: str, content: bytes | str = "SELECT 1;") -> Path:
    script = root / name / "migration.sql"
    script.parent.mkdir(parents=True)
    script.write_bytes(content if isinstance(content, bytes) else content.encode())
    return script


def refused(root: Path) -> MigrationsInvalid:
    with pytest.raises(MigrationsInvalid) as caught:
        read_folder(root)
    assert caught.value.hint
    return caught.value


def test_a_folder_that_is_not_there_yet_is_empty(tmp_path: Path) -> None:
    folder = read_folder(tmp_path / "migrations")
    assert (folder.migrations, folder.provider, folder.warnings) == ((), None, ())


def test_migrations_come_in_the_byte_order_of_their_names(tmp_path: Path) -> None:
    names = [
        "20240101000000_b",
        "20240101000000_B",
        "0_init",
        "9_x",
        "20241301380000_odd hour",
        "é",
        "z",
        "20230101_",
        "_",
    ]
    for name in names:
        add(tmp_path, name)
    assert [migration.name for migration in read_folder(tmp_path).migrations] == sorted(names, key=str.encode)


def test_the_bytes_that_are_hashed_are_those_that_are_executed(tmp_path: Path) -> None:
    raw = "-- é\r\nSELECT 1;\n\tSELECT 2".encode()
    script = add(tmp_path, "20240101000000_a", raw)
    (migration,) = read_folder(tmp_path).migrations
    script.write_text("DROP TABLE everything")
    assert migration.raw == raw == migration.sql.encode()
    assert migration.checksum == hashlib.sha256(raw).hexdigest()
    assert migration.path == script


def test_a_byte_order_mark_is_hashed_but_not_executed(tmp_path: Path) -> None:
    raw = "\ufeffSELECT 1;\ufeff".encode()
    add(tmp_path, "20240101000000_a", raw)
    folder = read_folder(tmp_path)
    assert folder.migrations[0].sql == "SELECT 1;\ufeff"
    assert folder.migrations[0].checksum == hashlib.sha256(raw).hexdigest()
    assert [warning.code for warning in folder.warnings] == ["PAR244"]


def test_odd_things_are_warnings_and_hidden_ones_nothing(tmp_path: Path) -> None:
    add(tmp_path, "20240101000000_a")
    add(tmp_path, "20240101000000_b")
    add(tmp_path, "0_init")
    add(tmp_path, ".git")
    (tmp_path / ".parity-tmp-1").mkdir()
    (tmp_path / ".DS_Store").write_text("x")
    (tmp_path / "notes.md").write_text("x")
    (tmp_path / "20240101000000_a" / "rollback.sql").write_text("x")
    (tmp_path / "migration_lock.toml").write_text('provider = "sqlite"')
    (tmp_path / "dangling").symlink_to("nowhere")
    (tmp_path / "loop").symlink_to("loop")
    folder = read_folder(tmp_path)
    assert [migration.name for migration in folder.migrations] == ["0_init", "20240101000000_a", "20240101000000_b"]
    assert [(warning.code, warning.name) for warning in folder.warnings] == [
        ("PAR242", "0_init"),
        ("PAR243", "20240101000000_b"),
        ("PAR241", "dangling"),
        ("PAR241", "loop"),
        ("PAR241", "notes.md"),
    ]


def test_a_folder_without_its_script_is_named(tmp_path: Path) -> None:
    add(tmp_path, "20240101000000_a").rename(tmp_path / "20240101000000_a" / "migration.SQL.bak")
    error = refused(tmp_path)
    assert error.code == "P3015"
    assert "20240101000000_a" in error.message
    assert "empty" not in error.message


def test_an_empty_folder_is_named_with_a_way_to_mend_it(tmp_path: Path) -> None:
    (tmp_path / "20240101000000_a").mkdir()
    error = refused(tmp_path)
    assert error.code == "P3015"
    assert "20240101000000_a is an empty folder" in error.message
    assert error.hint is not None
    assert "remove the folder" in error.hint


def test_a_folder_in_place_of_the_script_counts_as_missing(tmp_path: Path) -> None:
    (tmp_path / "20240101000000_a" / "migration.sql").mkdir(parents=True)
    assert refused(tmp_path).code == "P3015"


def test_a_pipe_in_place_of_the_script_does_not_hang(tmp_path: Path) -> None:
    (tmp_path / "20240101000000_a").mkdir()
    os.mkfifo(tmp_path / "20240101000000_a" / "migration.sql")
    assert refused(tmp_path).code == "P3015"


def test_all_damaged_migrations_are_named_in_one_error_and_the_good_ones_are_had(tmp_path: Path) -> None:
    (tmp_path / "20240101000000_a").mkdir()
    add(tmp_path, "20240102000000_b", b"\xe9")
    add(tmp_path, "20240103000000_c")
    error = refused(tmp_path)
    assert error.code == "P3015"
    assert "20240101000000_a" in error.message
    assert "20240102000000_b" in error.message
    folder, problems = survey_folder(tmp_path)
    assert [migration.name for migration in folder.migrations] == ["20240103000000_c"]
    assert [(problem.code, problem.name) for problem in problems] == [
        ("P3015", "20240101000000_a"),
        ("PAR234", "20240102000000_b"),
    ]


@pytest.mark.parametrize(
    ("raw", "code", "offset"),
    [
        (b"SELECT '\xe9'", "PAR234", 8),
        (b"\xff\xfe", "PAR234", 0),
        ("SELECT 1".encode("utf-16"), "PAR235", 3),
        (b"SELECT 1;\0SELECT 2", "PAR235", 9),
        ("é".encode() + b"\xed\xa0\x80", "PAR234", 2),
    ],
)
def test_what_is_not_utf8_text_is_refused_with_the_byte(raw: bytes, code: str, offset: int, tmp_path: Path) -> None:
    add(tmp_path, "20240101000000_a", raw)
    error = refused(tmp_path)
    assert error.code == code
    assert error.message.endswith(f"byte {offset}")


def test_a_script_that_is_too_large_is_refused_unread(tmp_path: Path) -> None:
    script = add(tmp_path, "20240101000000_a")
    os.truncate(script, folder_module.LARGEST_SCRIPT + 1)  # a hole: it takes no room
    error = refused(tmp_path)
    assert error.code == "PAR232"
    assert "256 MB" in error.message


def test_links_out_of_the_folder_are_refused(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("root:x:0")
    root = tmp_path / "migrations"
    (root / "20240101000000_a").mkdir(parents=True)
    (root / "20240101000000_a" / "migration.sql").symlink_to(secret)
    outside = add(tmp_path / "elsewhere", "20240102000000_b").parent
    (root / "20240102000000_b").symlink_to(outside)
    _, problems = survey_folder(root)
    assert [(problem.code, problem.name) for problem in problems] == [
        ("PAR233", "20240101000000_a"),
        ("PAR233", "20240102000000_b"),
    ]
    assert "root:x:0" not in str(refused(root))


def test_links_within_the_folder_and_a_linked_folder_are_followed(tmp_path: Path) -> None:
    real = tmp_path / "real"
    script = add(real, "20240101000000_a", "SELECT 7")
    (real / "20240102000000_b").mkdir()
    (real / "20240102000000_b" / "migration.sql").symlink_to(script)
    (real / "20240103000000_c").symlink_to("20240101000000_a")
    (tmp_path / "migrations").symlink_to(real)
    folder = read_folder(tmp_path / "migrations")
    assert [migration.sql for migration in folder.migrations] == ["SELECT 7"] * 3


def test_a_file_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "migrations").write_text("x")
    assert refused(tmp_path / "migrations").code == "PAR230"


def test_a_loop_of_links_in_place_of_the_folder_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "migrations").symlink_to("migrations")
    assert refused(tmp_path / "migrations").code == "PAR230"


def test_a_folder_name_that_is_not_text_is_an_error(tmp_path: Path) -> None:
    Path(os.fsdecode(os.fsencode(tmp_path) + b"/2024\xe9")).mkdir()
    error = refused(tmp_path)
    assert error.code == "PAR231"
    error.message.encode("utf-8")


@pytest.mark.parametrize("name", ["a\nb", "x\x1b[31m", "\u202egnp", " lead", "trail ", "..x", "CON", "a'b;--", "%s{0}"])
def test_hostile_folder_names_are_read_and_printed_without_harm(name: str, tmp_path: Path) -> None:
    root = tmp_path / "migrations"
    add(root, "x" + name)
    (migration,) = read_folder(root).migrations
    assert migration.name == "x" + name
    assert shown(name).isprintable()


NAMES = st.text(st.characters(exclude_characters="/\0", exclude_categories=["Cs"]), min_size=1, max_size=20)


@given(st.sets(NAMES, max_size=6))
def test_any_names_are_read_in_byte_order(tmp_path_factory: pytest.TempPathFactory, names: set[str]) -> None:
    root = tmp_path_factory.mktemp("migrations")
    # The lock file's own name is no folder's: such a folder is refused.
    kept = {name for name in names if not name.startswith(".") and name != "migration_lock.toml"}
    for name in kept:
        add(root, name)
    assert [migration.name for migration in read_folder(root).migrations] == sorted(kept, key=str.encode)


def test_the_provider_is_that_of_the_lock_file(tmp_path: Path) -> None:
    (tmp_path / "migration_lock.toml").write_text('# words\nprovider = "postgresql"\nother = 1\n')
    folder = read_folder(tmp_path)
    assert folder.provider == "postgresql"
    check_provider(folder, "postgresql")
    check_provider(folder, "other", aliases=("postgresql",))
    with pytest.raises(ConfigError) as caught:
        check_provider(folder, "sqlite")
    assert caught.value.code == "P3019"
    assert "postgresql" in caught.value.message
    assert "sqlite" in caught.value.message


def test_without_a_lock_file_every_provider_fits(tmp_path: Path) -> None:
    check_provider(read_folder(tmp_path), "sqlite")


@pytest.mark.parametrize(
    ("content", "part"),
    [
        (b"", "no provider"),
        (b"provider = 5", "provider is 5"),
        (b'provider = "PostgreSQL"', "provider is"),
        (b'provider = "postgresql\\nx"', "provider is"),
        (b'provider = "a"\nprovider = "b"', "TOML"),
        (b'<<<<<<< HEAD\nprovider = "a"\n', "merge conflict"),
        (b"# " + b"x" * 5000 + b'\nprovider = "a"', "4096"),
        (b'provider = "\xe9"', "UTF-8"),
        (b'provider = "a"\0', "TOML"),
        (b"x = " + b"[" * 4000, "TOML"),
    ],
)
def test_a_damaged_lock_file_is_refused_with_the_reason(content: bytes, part: str, tmp_path: Path) -> None:
    (tmp_path / "migration_lock.toml").write_bytes(content)
    error = refused(tmp_path)
    assert error.code == "PAR236"
    assert error.why is not None
    assert part in error.why


def test_a_lock_file_that_is_a_link_outside_or_a_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.toml").write_text('provider = "sqlite"')
    root = tmp_path / "migrations"
    root.mkdir()
    (root / "migration_lock.toml").symlink_to(tmp_path / "secret.toml")
    assert refused(root).code == "PAR236"
    (root / "migration_lock.toml").unlink()
    (root / "migration_lock.toml").mkdir()
    assert refused(root).code == "PAR236"
