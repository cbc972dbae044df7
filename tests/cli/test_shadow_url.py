"""The scratch database that the user names: never the main one, by whatever name, and never one that is not empty."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

import pytest

from commandline import Project
from servers import PostgresServer

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

FOLDER = "prisma/migrations"
COMMANDS = (
    ("migrate", "dev", "--name", "x"),
    ("migrate", "diff", "--from-migrations", FOLDER, "--to-schema", "prisma/schema.prisma"),
    ("migrate", "diff", "--from-migrations", FOLDER, "--to-env", "DATABASE_URL"),
    ("migrate", "review"),
)
TABLES = "SELECT count(*) FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"


@pytest.fixture
def empty(project: Project, postgres_url: str) -> Project:
    """A migration, and a database that is still empty."""
    project.use_database(postgres_url)
    project.write_schema("model A {\n  id Int @id\n}\n", provider="postgresql")
    project.write_migration("1_a", 'CREATE TABLE "A" ("id" INTEGER PRIMARY KEY);\n', provider="postgresql")
    return project


def other_names(server: PostgresServer, url: str) -> dict[str, str]:
    """URLs of the same database that look quite different."""
    database = url.rpartition("/")[2]
    socket = f"?host={quote(server.socket_dir, safe='')}&port={server.port}"
    return {
        "the same": url,
        "by name": url.replace("127.0.0.1", "localhost"),
        "by another user": server.url(database, user="app_limited"),
        "through the socket": f"postgresql://{server.user}@/{database}{socket}",
    }


@pytest.mark.parametrize("which", ["the same", "by name", "by another user", "through the socket"])
@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[1:5]))
def test_the_main_database_is_known_by_whatever_name(
    empty: Project, postgres_server: PostgresServer, command: tuple[str, ...], which: str
) -> None:
    url = empty.env["DATABASE_URL"]
    refused = empty.run(*command, "--shadow-url", other_names(postgres_server, url)[which]).exited(1)
    assert refused.stderr.splitlines()[0] == "Error PAR220: the scratch database is the main database"
    assert sql(url, TABLES) == [(0,)]


def test_the_database_of_a_side_is_a_main_one_as_well(empty: Project, new_postgres_database: Callable[[], str]) -> None:
    other = new_postgres_database()
    compared = ("migrate", "diff", "--from-migrations", FOLDER, "--to-url", other)
    refused = empty.run(*compared, "--shadow-url", other.replace("127.0.0.1", "localhost")).exited(1)
    assert refused.stderr.startswith("Error PAR220: ")
    refused = empty.run(*compared, "--shadow-url", empty.env["DATABASE_URL"]).exited(1)
    assert refused.stderr.startswith("Error PAR220: ")


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[1:5]))
def test_one_that_holds_something_is_refused_and_left_as_it_is(
    empty: Project, new_postgres_database: Callable[[], str], command: tuple[str, ...]
) -> None:
    full = new_postgres_database()
    sql(full, "CREATE TABLE precious (id int); INSERT INTO precious VALUES (1)")
    refused = empty.run(*command, "--shadow-url", full).exited(3)
    assert refused.stderr.startswith("Error PAR411: the scratch database isn't empty: ")
    assert "it holds table public.precious; everything in it would be dropped" in refused.stderr
    assert sql(full, "SELECT * FROM precious") == [(1,)]


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: " ".join(command[1:5]))
def test_an_empty_one_is_used_and_empty_again(
    empty: Project, new_postgres_database: Callable[[], str], command: tuple[str, ...]
) -> None:
    shadow = new_postgres_database()
    assert empty.run(*command, "--shadow-url", shadow).exit_code in (0, 2)
    assert sql(shadow, TABLES) == [(0,)]


def test_an_unreachable_main_database_does_not_keep_a_folder_from_being_compared(
    empty: Project, new_postgres_database: Callable[[], str]
) -> None:
    shadow = new_postgres_database()
    compared = ("migrate", "diff", "--from-migrations", FOLDER, "--to-schema", "prisma/schema.prisma")
    gone = {"DATABASE_URL": "postgresql://nobody:secret@127.0.0.1:1/gone"}
    said = empty.run(*compared, "--shadow-url", shadow, env=gone).succeeded()
    assert said.stdout.strip() == "No difference detected."
    assert "secret" not in said.output


@pytest.mark.parametrize("linked", [False, True])
def test_an_sqlite_file_is_known_through_a_link(project: Project, sqlite_url: str, linked: bool) -> None:
    project.use_database(sqlite_url)
    project.write_schema("model A {\n  id Int @id\n}\n", provider="sqlite")
    file = Path(sqlite_url.removeprefix("file:"))
    file.touch()
    other = file.with_name("link.db")
    other.symlink_to(file) if linked else other.hardlink_to(file)
    refused = project.run("migrate", "dev", "--name", "x", "--shadow-url", f"file:{other}").exited(1)
    assert refused.stderr.startswith("Error PAR220: ")
