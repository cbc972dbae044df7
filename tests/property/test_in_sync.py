"""`parity.assert_in_sync`: an application refuses to start on a database that isn't where its migrations lead."""

from __future__ import annotations

import asyncio
import shutil
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
from msgspec.structs import replace

import parity
from commandline import Project
from parity.migrations.parity_lock import read_lock, write_lock

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from stories import sql

MODELS = "model User {\n  id    Int    @id @default(autoincrement())\n  email String @unique\n}\n"


@pytest.fixture
def made(project: Project, provider: str, database_url: str, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    project.use_database(database_url)
    project.write_schema(MODELS, provider=provider)
    project.run("migrate", "dev", "--name", "init").succeeded()
    return project


def test_a_database_in_sync_is_no_reason_to_say_anything(made: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    url = made.env["DATABASE_URL"]
    parity.assert_in_sync(url, folder=made.folder)
    asyncio.run(parity.assert_in_sync_async(url, folder=made.folder))
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.chdir(made.folder)
    parity.assert_in_sync()


def test_a_pending_migration_and_a_change_by_hand_are_named(made: Project) -> None:
    url = made.env["DATABASE_URL"]
    sql(url, 'ALTER TABLE "User" ADD COLUMN age INTEGER')
    with pytest.raises(parity.NotInSync) as drift:
        parity.assert_in_sync(url, folder=made.folder)
    assert "[+] Added column `age`" in str(drift.value)
    made.write_migration("20990101000000_more", "CREATE TABLE more (id INTEGER PRIMARY KEY);\n")
    with pytest.raises(parity.NotInSync) as pending:
        parity.assert_in_sync(url, folder=made.folder)
    assert pending.value.findings == ("20990101000000_more isn't applied",)


def test_waiting_ends_when_another_process_has_migrated_and_with_the_last_reason_else(made: Project) -> None:
    url = made.env["DATABASE_URL"]
    made.write_migration("20990101000000_more", "CREATE TABLE more (id INTEGER PRIMARY KEY);\n")
    made.run("migrate", "lock").succeeded()
    began = time.monotonic()
    with pytest.raises(parity.NotInSync, match="20990101000000_more isn't applied"):
        parity.wait_until_in_sync(url, folder=made.folder, timeout=0.3)
    with pytest.raises(parity.NotInSync):
        asyncio.run(parity.wait_until_in_sync_async(url, folder=made.folder, timeout=0.3))
    assert 0.6 <= time.monotonic() - began < 20
    deploying = threading.Timer(0.3, lambda: made.run("migrate", "deploy", "--no-verify"))
    deploying.start()
    parity.wait_until_in_sync(url, folder=made.folder, timeout=30)
    deploying.join()


def test_without_the_lock_the_ledger_is_what_counts(made: Project) -> None:
    (made.migrations_folder / "parity.lock").unlink()
    sql(made.env["DATABASE_URL"], 'ALTER TABLE "User" ADD COLUMN age INTEGER')
    parity.assert_in_sync(made.env["DATABASE_URL"], folder=made.folder)


def test_a_lock_that_does_not_know_a_migration_is_told_of(made: Project) -> None:
    made.write_migration("20990101000000_more", "CREATE TABLE more (id INTEGER PRIMARY KEY);\n")
    made.run("migrate", "deploy").succeeded()
    with pytest.warns(RuntimeWarning, match="isn't that of the migrations beside it"):
        parity.assert_in_sync(made.env["DATABASE_URL"], folder=made.folder)


def test_a_lock_of_other_schemas_is_told_of(made: Project) -> None:
    lock = read_lock(made.migrations_folder)
    assert lock is not None
    write_lock(made.migrations_folder, replace(lock, schemas=("elsewhere",)))
    with pytest.warns(RuntimeWarning, match="isn't that of this provider and these schemas"):
        parity.assert_in_sync(made.env["DATABASE_URL"], folder=made.folder)


ROLES = """
model Role {
  id    Int    @id
  label String
}
"""


def test_rows_of_the_reference_data_are_looked_at_where_that_is_asked_for(made: Project, provider: str) -> None:
    url = made.env["DATABASE_URL"]
    made.write_schema(MODELS + ROLES, provider=provider)
    folder = made.folder / "prisma" / "data"
    folder.mkdir()
    (folder / "Role.json").write_text('[{"id": 1, "label": "Admin"}, {"id": 2, "label": "Guest"}]', encoding="utf-8")
    made.run("migrate", "dev", "--name", "roles").succeeded()
    parity.assert_in_sync(url, folder=made.folder, data=True)
    parity.wait_until_in_sync(url, folder=made.folder, data=True)
    sql(url, 'DELETE FROM "Role" WHERE id = 2')
    sql(url, "UPDATE \"Role\" SET label = 'Root' WHERE id = 1")
    parity.assert_in_sync(url, folder=made.folder)
    with pytest.raises(parity.NotInSync) as refused:
        parity.assert_in_sync(url, folder=made.folder, data=True)
    assert [line for line in refused.value.findings if line[0] != " "] == [
        "Role (id = 1) differs",
        "Role (id = 2) is missing",
    ]
    (made.migrations_folder / "parity.lock").unlink()
    with pytest.raises(parity.NotInSync, match=r"Role \(id = 2\) is missing"):
        asyncio.run(parity.assert_in_sync_async(url, folder=made.folder, data=True))
    with pytest.raises(parity.NotInSync, match=r"Role \(id = 2\) is missing"):
        asyncio.run(parity.wait_until_in_sync_async(url, folder=made.folder, data=True, timeout=0))
    sql(url, 'ALTER TABLE "Role" RENAME TO "Elsewhere"')
    with pytest.raises(parity.NotInSync, match=r"not compared, because the table .* isn't there: Role"):
        parity.assert_in_sync(url, folder=made.folder, data=True)
    (folder / "Role.json").write_text("[{", encoding="utf-8")
    with pytest.raises(parity.ParityError, match=r"prisma/data/Role\.json"):
        parity.assert_in_sync(url, folder=made.folder, data=True)
    (folder / "Role.json").unlink()
    for _ in range(2):
        with pytest.raises(parity.ParityError) as refused_too:
            parity.assert_in_sync(url, folder=made.folder, data=True)
        assert refused_too.value.code == "PAR934"
        shutil.rmtree(folder, ignore_errors=True)


def test_a_password_stands_in_no_message(made: Project) -> None:
    with pytest.raises(parity.ParityError) as failed:
        parity.assert_in_sync("postgresql://app:geheim@127.0.0.1:1/x?connect_timeout=1", folder=made.folder)
    assert "geheim" not in f"{failed.value!r} {failed.value.why} {failed.value.hint}"


def test_importing_the_package_loads_nothing_but_itself() -> None:
    code = "import sys, parity; print(sorted(name for name in sys.modules if name.startswith('parity')))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "['parity', 'parity._version']\n"
