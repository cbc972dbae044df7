"""`parity.assert_in_sync` where little is as it should be: rights, names, servers that aren't up, missing files."""

from __future__ import annotations

import asyncio
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

import parity
from commandline import Project
from servers import LIMITED_ROLE, PASSWORD, PASSWORD_ROLE, PostgresServer

sys.path.insert(0, str(Path(__file__).parent.parent / "cli"))
from stories import sql

LONG = 3600.0
"""No test would end that waits for it."""
MODELS = "model Note {\n  id Int @id\n}\n"


@pytest.fixture
def made(project: Project, postgres_url: str, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.delenv("DATABASE_URL", raising=False)
    project.use_database(postgres_url)
    project.write_schema(MODELS, provider="postgresql")
    project.run("migrate", "dev", "--name", "init").succeeded()
    return project


def database_of(project: Project) -> str:
    return project.env["DATABASE_URL"].rpartition("/")[2]


def refusal(url: str, project: Project, timeout: float) -> parity.ParityError:
    """What waiting ends with, in both forms; both must say the same."""
    with pytest.raises(parity.ParityError) as failed:
        parity.wait_until_in_sync(url, folder=project.folder, timeout=timeout)
    with pytest.raises(parity.ParityError) as failed_as_well:
        asyncio.run(parity.wait_until_in_sync_async(url, folder=project.folder, timeout=timeout))
    assert str(failed.value) == str(failed_as_well.value)
    return failed.value


def test_what_waiting_does_not_change_is_said_at_once(made: Project, postgres_server: PostgresServer) -> None:
    database, url = database_of(made), made.env["DATABASE_URL"]
    wrong = postgres_server.url(database, user=PASSWORD_ROLE, password="not this one")
    assert refusal(wrong, made, LONG).code == "P1000"
    assert refusal(postgres_server.url(database, user="nobody_of_that_name"), made, LONG).code == "P1000"
    assert refusal(f"{url}?sslmode=require", made, LONG).code == "P1011"
    assert refusal("postgresql://two words/x", made, LONG).code == "P1001"
    assert refusal("postgresql://127.0.0.1:99999/x", made, LONG).code == "P1013"
    sql(url, f'REVOKE CONNECT ON DATABASE "{database}" FROM PUBLIC')
    assert refusal(postgres_server.url(database, user=LIMITED_ROLE), made, LONG).code == "P1010"


def test_what_may_come_is_waited_for_up_to_the_last_reason(made: Project, postgres_server: PostgresServer) -> None:
    assert refusal(postgres_server.url("not_there_yet"), made, 0.2).code == "P1003"
    unknown = refusal("postgresql://database.invalid/x", made, 0.2)
    assert "the host's name isn't known" in str(unknown)
    assert "the server can't be reached" in str(refusal("postgresql://127.0.0.1:1/x", made, 0.2))
    database = database_of(made)
    sql(postgres_server.superuser_url, f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS false')
    closed = refusal(made.env["DATABASE_URL"], made, 0.2)
    sql(postgres_server.superuser_url, f'ALTER DATABASE "{database}" ALLOW_CONNECTIONS true')
    assert "the database takes no connections now" in str(closed)


def test_a_database_that_is_made_meanwhile_is_found(
    made: Project, postgres_url: str, postgres_server: PostgresServer
) -> None:
    later = postgres_server.url(f"{database_of(made)}_later")
    deploying = threading.Timer(
        0.3, lambda: made.run("migrate", "deploy", "--create-database", "--url", later).succeeded()
    )
    deploying.start()
    try:
        parity.wait_until_in_sync(later, folder=made.folder, timeout=60)
    finally:
        deploying.join()
        sql(postgres_server.superuser_url, f'DROP DATABASE "{database_of(made)}_later" WITH (FORCE)')


def test_the_event_loop_goes_on_meanwhile(made: Project) -> None:
    made.write_migration("20990101000000_more", "CREATE TABLE more (id INTEGER PRIMARY KEY);\n")
    turns = 0

    async def application() -> None:
        nonlocal turns
        waiting = asyncio.create_task(
            parity.wait_until_in_sync_async(made.env["DATABASE_URL"], folder=made.folder, timeout=0.5)
        )
        while not waiting.done():
            await asyncio.sleep(0.001)
            turns += 1
        with pytest.raises(parity.NotInSync):
            await waiting

    asyncio.run(application())
    assert turns > 20


def test_many_threads_may_ask_at_once(made: Project) -> None:
    def ask(number: int) -> None:
        parity.assert_in_sync(made.env["DATABASE_URL"], folder=made.folder)

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(ask, range(24)))


def test_a_role_that_may_only_read_is_enough_and_is_told_what_it_lacks(
    made: Project, postgres_server: PostgresServer
) -> None:
    # Of a name and a password with signs that an URL must escape, nothing is shown but the name.
    url = postgres_server.url(database_of(made), user=PASSWORD_ROLE, password=PASSWORD)
    with pytest.raises(parity.ParityError) as refused:
        parity.assert_in_sync(url, folder=made.folder)
    assert f'GRANT SELECT ON TABLE "_prisma_migrations" TO "{PASSWORD_ROLE}"; to migrate, ALL' in str(refused.value.why)
    sql(made.env["DATABASE_URL"], f"GRANT SELECT ON _prisma_migrations TO {PASSWORD_ROLE}")
    parity.assert_in_sync(url, folder=made.folder)
    sql(made.env["DATABASE_URL"], 'ALTER TABLE "Note" ADD COLUMN age INTEGER')
    with pytest.raises(parity.NotInSync) as differs:
        parity.assert_in_sync(url, folder=made.folder)
    shown = f"{refused.value!r}{refused.value.why}{refused.value.hint}{differs.value!r}{differs.value.hint}"
    assert PASSWORD not in shown
    assert PASSWORD.partition("/")[0] not in shown


def test_a_database_without_a_ledger_is_told_so(made: Project) -> None:
    sql(made.env["DATABASE_URL"], "DROP TABLE _prisma_migrations")
    with pytest.raises(parity.NotInSync) as refused:
        parity.assert_in_sync(made.env["DATABASE_URL"], folder=made.folder)
    assert refused.value.findings[0] == "no migration was ever recorded there"
    assert refused.value.findings[1].endswith("_init isn't applied")


def test_a_project_that_was_not_shipped_is_said_in_words_of_the_call(
    made: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = made.env["DATABASE_URL"]
    made.migrations_folder.rename(tmp_path / "elsewhere")
    with pytest.raises(parity.ParityError) as without_migrations:
        parity.assert_in_sync(url, folder=made.folder)
    assert without_migrations.value.code == "PAR933"
    assert "ship it with the application" in str(without_migrations.value.hint)
    empty = tmp_path / "empty"
    empty.mkdir()
    monkeypatch.chdir(empty)
    with pytest.raises(parity.ParityError) as without_anything:
        parity.assert_in_sync(url)
    assert without_anything.value.code == "PAR120"
    assert "ship schema.prisma and its migrations with the application" in str(without_anything.value.hint)
    with pytest.raises(parity.ParityError, match="doesn't exist") as unknown:
        parity.assert_in_sync(url, folder=made.folder, schema="none.prisma")
    assert unknown.value.why == "it was named by schema=none.prisma"
    with pytest.raises(parity.ParityError, match="the URL from url=… is one of SQLite"):
        parity.assert_in_sync("file:x.db", folder=made.folder)
