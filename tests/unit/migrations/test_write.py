"""A new migration is in the folder as a whole, or not at all."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.errors import MigrationsInvalid
from parity.migrations import write as write_module
from parity.migrations.folder import read_folder
from parity.migrations.write import TEMPORARY, clean_leftovers, write_migration


def names(root: Path) -> list[str]:
    return sorted(path.name for path in root.iterdir())


def test_a_written_migration_is_read_back_byte_for_byte(tmp_path: Path) -> None:
    root = tmp_path / "prisma" / "migrations"
    sql = "-- é 😀\nSELECT 1;\r\n"
    script = write_migration(root, "20240101000000_init", sql, "sqlite")
    assert script == root / "20240101000000_init" / "migration.sql"
    assert script.read_bytes() == sql.encode()
    folder = read_folder(root)
    assert folder.provider == "sqlite"
    assert [(migration.name, migration.sql) for migration in folder.migrations] == [("20240101000000_init", sql)]
    assert names(root) == ["20240101000000_init", "migration_lock.toml"]


def test_files_get_the_rights_that_the_user_has_set(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        script = write_migration(tmp_path, "20240101000000_init", "", "sqlite")
    finally:
        os.umask(before)
    assert [path.stat().st_mode & 0o777 for path in (script.parent, script)] == [0o750, 0o640]


def test_an_existing_lock_file_is_left_as_it_is(tmp_path: Path) -> None:
    (tmp_path / "migration_lock.toml").write_text('# mine\nprovider = "sqlite"')
    write_migration(tmp_path, "20240101000000_init", "", "sqlite")
    assert (tmp_path / "migration_lock.toml").read_text() == '# mine\nprovider = "sqlite"'


@pytest.mark.parametrize("with_script", [True, False])
def test_an_existing_migration_is_never_replaced(tmp_path: Path, with_script: bool) -> None:
    (tmp_path / "20240101000000_init").mkdir()
    if with_script:
        (tmp_path / "20240101000000_init" / "migration.sql").write_text("SELECT 'mine'")
    before = names(tmp_path / "20240101000000_init")
    with pytest.raises(MigrationsInvalid) as caught:
        write_migration(tmp_path, "20240101000000_init", "SELECT 1", "sqlite")
    assert caught.value.code == "PAR237"
    assert names(tmp_path / "20240101000000_init") == before


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", "/abs", "a\\b", "c:x", ".hidden", "a\0b", "a\nb"])
def test_a_name_that_is_not_one_plain_part_of_a_path_is_refused(tmp_path: Path, name: str) -> None:
    root = tmp_path / "migrations"
    with pytest.raises(MigrationsInvalid) as caught:
        write_migration(root, name, "", "sqlite")
    assert caught.value.code == "PAR238"
    assert names(tmp_path) == []


def test_a_name_that_the_disk_refuses_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(MigrationsInvalid) as caught:
        write_migration(tmp_path, "x" * 300, "", "sqlite")
    assert caught.value.code == "PAR239"
    assert [name for name in names(tmp_path) if name != "migration_lock.toml"] == []


def test_text_that_is_not_unicode_is_refused(tmp_path: Path) -> None:
    with pytest.raises(MigrationsInvalid) as caught:
        write_migration(tmp_path, "20240101000000_init", "SELECT '\ud800'", "sqlite")
    assert caught.value.code == "PAR234"
    assert names(tmp_path) == []


def test_a_file_in_the_way_of_the_folder_is_said(tmp_path: Path) -> None:
    (tmp_path / "prisma").write_text("x")
    with pytest.raises(MigrationsInvalid) as caught:
        write_migration(tmp_path / "prisma" / "migrations", "20240101000000_init", "", "sqlite")
    assert caught.value.code == "PAR239"
    assert "move it away" in str(caught.value.hint)


@pytest.fixture
def as_nobody() -> Iterator[Path]:
    """A folder below /tmp that an ordinary user can reach, and that user's rights: nothing is read-only for root."""
    folder = Path(tempfile.mkdtemp())
    folder.chmod(0o755)
    is_root = os.geteuid() == 0
    if is_root:
        os.seteuid(65534)
    try:
        yield folder
    finally:
        if is_root:
            os.seteuid(0)
        shutil.rmtree(folder)


def test_a_read_only_folder_is_said_with_a_way_out(as_nobody: Path) -> None:
    if os.geteuid() == as_nobody.stat().st_uid:
        as_nobody.chmod(0o555)
    for root in (as_nobody, as_nobody / "prisma" / "migrations"):
        with pytest.raises(MigrationsInvalid) as caught:
            write_migration(root, "20240101000000_init", "SELECT 1", "sqlite")
        assert caught.value.code == "PAR239"
        assert str(caught.value.hint).startswith("make the folder writable")
    assert names(as_nobody) == []


@pytest.mark.parametrize("failing", ["_write_file", "_sync_folder"])
def test_a_failure_on_the_way_leaves_no_migration(
    tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "migration_lock.toml").write_text('provider = "sqlite"')

    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(write_module, failing, interrupt)
    with pytest.raises(KeyboardInterrupt):
        write_migration(tmp_path, "20240101000000_init", "SELECT 1", "sqlite")
    assert names(tmp_path) == ["migration_lock.toml"]


LOOP = """
import sys
from pathlib import Path
from parity.migrations.write import write_migration
print("ready", flush=True)
for number in range(100000):
    write_migration(Path(sys.argv[1]), f"{number:014}_m", "SELECT 1;\\n" * 2000, "sqlite")
"""


def test_killed_writers_leave_whole_migrations_only(tmp_path: Path) -> None:
    for attempt in range(8):
        root = tmp_path / str(attempt)
        with subprocess.Popen([sys.executable, "-c", LOOP, str(root)], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            time.sleep(0.03 + 0.011 * attempt)
            writer.send_signal(signal.SIGKILL)
        folder = read_folder(root)
        assert {migration.sql for migration in folder.migrations} <= {"SELECT 1;\n" * 2000}
        assert [m.name for m in folder.migrations] == [f"{n:014}_m" for n in range(len(folder.migrations))]
        assert folder.provider == "sqlite" or not folder.migrations


def test_what_killed_runs_left_is_removed_by_the_next_one(tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "keep").write_text("x")
    root = tmp_path / "migrations"
    old_folder, old_file, link, young = (root / f"{TEMPORARY}{n}" for n in ("1-a", "1-b", "1-c", "1-d"))
    old_folder.mkdir(parents=True)
    (old_folder / "migration.sql").write_text("half")
    old_file.write_text("x")
    link.symlink_to(outside)
    young.mkdir()
    for path in (old_folder, old_file, link):
        os.utime(path, (0, 0), follow_symlinks=False)
    (root / ".parity-other").mkdir()
    os.utime(root / ".parity-other", (0, 0))
    assert clean_leftovers(root) == (old_folder, old_file, link)
    assert names(root) == [".parity-other", young.name]
    assert (outside / "keep").exists()


def test_writing_cleans_up_first(tmp_path: Path) -> None:
    left = tmp_path / f"{TEMPORARY}9-x"
    left.mkdir()
    os.utime(left, (0, 0))
    write_migration(tmp_path, "20240101000000_init", "", "sqlite")
    assert names(tmp_path) == ["20240101000000_init", "migration_lock.toml"]
