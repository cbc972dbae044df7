"""The daily workflow with the real program, from `init` to a production database in parity."""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest

from commandline import Project
from servers import PostgresServer

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql, text


@pytest.fixture
def production_url(provider: str, tmp_path: Path, request: pytest.FixtureRequest) -> str:
    if provider == "sqlite":
        return f"file:{tmp_path / 'far' / 'away' / 'production.db'}"
    make: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return make()


@pytest.fixture
def started(project: Project, provider: str, database_url: str) -> Project:
    """A project whose first migration is applied to the local database, which holds two users."""
    project.run("init", "--provider", provider, "--url", database_url).succeeded()
    project.schema_file.write_text(text(provider, "1_users.prisma"), encoding="utf-8")
    project.run("migrate", "dev", "--name", "init").succeeded()
    sql(database_url, "INSERT INTO users (id, email) VALUES ('u1', 'ada@example.com'), ('u2', 'bob@example.com')")
    return project


def last_migration(project: Project) -> Path:
    return sorted(project.migrations_folder.glob("*/migration.sql"))[-1]


def test_the_whole_story(started: Project, provider: str, database_url: str, production_url: str) -> None:
    project = started
    assert re.fullmatch(r"\d{14}_init", next(iter(project.migrations())))
    assert f'provider = "{provider}"' in (project.migrations_folder / "migration_lock.toml").read_text()

    project.schema_file.write_text(text(provider, "2_teams.prisma"), encoding="utf-8")
    project.run("migrate", "dev", "--name", "complete_schema_sync", "--create-only").succeeded()
    assert project.run("migrate", "status").exited(2).stdout.endswith("Next: parity migrate deploy\n")

    review = project.run("migrate", "review").succeeded().stdout
    for table in ("team_roles", "team_members", "invoices", "storage_uploads"):
        assert f"creates table {table} " in review
    assert "CREATE TABLE" in review
    assert "\x1b" not in review

    with last_migration(project).open("a", encoding="utf-8") as file:
        file.write(text(provider, "roles.sql"))
    assert "inserts 5 rows into team_roles" in project.run("migrate", "review").succeeded().stdout
    applied = project.run("migrate", "dev").succeeded()
    assert "complete_schema_sync" in applied.stdout
    assert sql(database_url, "SELECT count(*) FROM team_roles") == [(5,)]
    assert sql(database_url, "SELECT count(*) FROM users") == [(2,)]
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout

    production = {"DATABASE_URL": production_url}
    first = project.run("migrate", "deploy", env=production).succeeded().stdout
    assert "2 migrations applied to " in first
    again = project.run("migrate", "deploy", env=production).succeeded().stdout
    assert "Nothing to do: no pending migrations" in again
    assert sql(production_url, "SELECT id FROM team_roles ORDER BY id") == [
        ("role-accountant",),
        ("role-finance-manager",),
        ("role-owner",),
        ("role-project-manager",),
        ("role-viewer",),
    ]
    assert (
        project.run("migrate", "status", env=production).succeeded().stdout.endswith("Database schema is up to date!\n")
    )

    printed = project.run("db", "pull", "--print", env=production).succeeded().stdout
    assert [line for line in printed.splitlines() if "model team_" in line] == [
        "model team_roles {",
        "model team_members {",
    ]
    compared = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--exit-code")
    project.run(*compared, "--to-env", "DATABASE_URL", env=production).succeeded()
    project.run(*compared, "--to-schema", "prisma/schema.prisma").succeeded()
    project.run(*compared, "--to-url", production_url).succeeded()
    assert project.run(*compared, "--to-empty").exited(2).stdout.startswith("\n[-] Removed")


def test_init_never_overwrites(project: Project) -> None:
    (project.folder / ".env").write_text("SECRET=1\n")
    (project.folder / ".gitignore").write_text("node_modules")
    project.run("init", "--provider", "sqlite").succeeded()
    assert (project.folder / ".env").read_text().startswith("SECRET=1\n")
    assert (project.folder / ".gitignore").read_text().startswith("node_modules\n.env\n")
    before = project.files()
    refused = project.run("init", "--provider", "postgresql").exited(1)
    assert "init never overwrites a file" in refused.stderr
    assert project.files() == before


def test_a_hand_made_change_is_named_and_undone_and_no_row_is_lost(started: Project, database_url: str) -> None:
    sql(database_url, "ALTER TABLE users ADD COLUMN nickname text")
    before = started.files()
    named = started.run("migrate", "dev", "--name", "x").exited(1)
    assert "nickname" in named.stderr
    assert "--on-drift undo" in named.stderr
    assert "--reset" in named.stderr
    assert started.files().keys() == before.keys()
    compared = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--to-env", "DATABASE_URL")
    environment = {"DATABASE_URL": database_url}
    assert "nickname" in started.run(*compared, "--exit-code", env=environment).exited(2).stdout
    assert "ADD COLUMN" in started.run(*compared, "--script", env=environment).succeeded().stdout
    started.run("migrate", "dev", "--on-drift", "undo", "--accept-data-loss").succeeded()
    started.run(*compared, "--exit-code", env=environment).succeeded()
    assert sql(database_url, "SELECT id FROM users ORDER BY id") == [("u1",), ("u2",)]


def test_drift_is_reset_only_when_told(started: Project, database_url: str) -> None:
    sql(database_url, "ALTER TABLE users ADD COLUMN nickname text")
    started.run("migrate", "dev", "--on-drift", "ignore").succeeded()
    assert sql(database_url, "SELECT count(*) FROM users") == [(2,)]
    refused = started.run("migrate", "reset").exited(3)
    assert "--force" in refused.stderr
    assert sql(database_url, "SELECT count(*) FROM users") == [(2,)]
    started.run("migrate", "dev", "--reset").succeeded()
    assert sql(database_url, "SELECT count(*) FROM users") == [(0,)]
    assert "Already in sync" in started.run("migrate", "dev").succeeded().stdout


def test_reset_applies_all_migrations_anew(started: Project, database_url: str) -> None:
    done = started.run("migrate", "reset", "--force").succeeded()
    assert "_init" in done.stdout
    assert sql(database_url, "SELECT count(*) FROM users") == [(0,)]
    started.run("migrate", "status").succeeded()


def test_losing_rows_needs_an_answer(started: Project, database_url: str) -> None:
    schema = started.schema_file.read_text()
    started.schema_file.write_text(schema.replace("  email      String     @unique\n", ""))
    refused = started.run("migrate", "dev", "--name", "drop_email").exited(3)
    assert "email" in refused.stderr
    assert "which still contains 2 non-null values" in refused.stderr
    assert "--accept-data-loss" in refused.stderr
    assert len(started.migrations()) == 1
    started.run("migrate", "dev", "--name", "drop_email", "--create-only").succeeded()
    reviewed = started.run("migrate", "review", "--fail-on", "loss").exited(3)
    assert "still contains 2 non-null values" in reviewed.stdout
    value = json.loads(started.run("migrate", "review", "--json").succeeded().stdout)
    assert [(h["code"], h["table"], h["column"], h["rows"]) for h in value["hazards"]] == [
        ("drop_column", "users", "email", 2)
    ]
    started.run("migrate", "dev").succeeded()
    assert sql(database_url, "SELECT id FROM users ORDER BY id") == [("u1",), ("u2",)]


def test_a_column_that_rows_stand_against_is_refused_with_a_way_out(started: Project) -> None:
    schema = started.schema_file.read_text()
    started.schema_file.write_text(schema.replace("  name       String?\n", "  name       String?\n  age Int\n"))
    refused = started.run("migrate", "dev", "--name", "age", "--accept-data-loss").exited(3)
    assert "age" in refused.stderr
    assert "--create-only" in refused.stderr
    assert len(started.migrations()) == 1


def test_a_database_with_tables_is_baselined_and_the_story_goes_on(
    project: Project, provider: str, database_url: str
) -> None:
    if provider == "sqlite":
        sql(
            database_url,
            "CREATE TABLE users (id TEXT NOT NULL PRIMARY KEY, email TEXT NOT NULL, age INTEGER CHECK (age > 0))",
        )
        sql(database_url, "CREATE VIEW adults AS SELECT id FROM users WHERE age > 17")
    else:
        sql(
            database_url,
            "CREATE TABLE users (id TEXT PRIMARY KEY, email TEXT NOT NULL, age INTEGER CHECK (age > 0));"
            "CREATE VIEW adults AS SELECT id FROM users WHERE age > 17",
        )
    sql(database_url, "CREATE UNIQUE INDEX users_email_key ON users (email) ")
    sql(database_url, "INSERT INTO users (id, email) VALUES ('u1', 'ada@example.com')")
    project.run("init", "--provider", provider, "--url", database_url).succeeded()
    refused = project.run("migrate", "deploy").exited(1)
    assert "P3005" in refused.stderr or "0 migrations found" in refused.stdout + refused.stderr
    assert "parity migrate baseline" in refused.stderr
    done = project.run("migrate", "baseline").succeeded()
    assert "Proved" in done.stdout
    assert "adults" in project.migrations()["0_init"]
    project.run("migrate", "status").succeeded()
    project.run("db", "pull", "--force").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
    with project.schema_file.open("a") as file:
        file.write("\nmodel team_roles {\n  id   String @id\n  name String @unique\n}\n")
    project.run("migrate", "dev", "--name", "roles").succeeded()
    assert sql(database_url, "SELECT count(*) FROM users") == [(1,)]
    assert sql(database_url, "SELECT count(*) FROM adults") == [(0,)]
    assert "adults" not in list(project.migrations().values())[1]
    again = project.run("migrate", "baseline").exited(1)
    assert "2 migrations already" in again.stderr


def test_what_schema_prisma_cannot_say_survives_later_migrations(
    started: Project, provider: str, database_url: str
) -> None:
    started.run("migrate", "dev", "--name", "by_hand", "--create-only").succeeded()
    last_migration(started).write_text(
        "CREATE INDEX users_lower ON users (lower(email));\n"
        "CREATE UNIQUE INDEX users_named ON users (name) WHERE name IS NOT NULL;\n"
        "CREATE VIEW people AS SELECT id, email FROM users;\n"
    )
    started.run("migrate", "dev").succeeded()
    schema = started.schema_file.read_text()
    started.schema_file.write_text(schema.replace("  name       String?\n", "  name       String?\n  age Int?\n"))
    started.run("migrate", "dev", "--name", "age").succeeded()
    sql_text = list(started.migrations().values())[-1]
    assert "users_lower" not in sql_text or "CREATE INDEX" in sql_text
    compared = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--exit-code")
    started.run(*compared, "--to-schema", "prisma/schema.prisma").succeeded()
    assert sql(database_url, "SELECT count(*) FROM people") == [(2,)]
    with pytest.raises(Exception, match=r"(?i)unique"):
        sql(database_url, "UPDATE users SET name = 'same'")


def test_json_is_one_value_on_standard_output(started: Project) -> None:
    for arguments in (
        ("migrate", "status", "--json"),
        ("migrate", "deploy", "--json"),
        ("migrate", "review", "--json"),
        ("migrate", "dev", "--json"),
        ("migrate", "diff", "--from-empty", "--to-schema", "prisma/schema.prisma", "--json"),
    ):
        json.loads(started.run(*arguments).succeeded().stdout)
    assert json.loads(started.run("migrate", "review", "nope", "--json").exited(1).stdout)["error"]["code"] == "P3017"


def test_pull_writes_only_after_an_answer(started: Project, database_url: str) -> None:
    sql(database_url, "ALTER TABLE users ADD COLUMN nickname text")
    before = started.schema_file.read_text()
    assert "--force" in started.run("db", "pull").exited(3).stderr
    assert started.schema_file.read_text() == before
    started.run("db", "pull", "--force").succeeded()
    assert "nickname" in started.schema_file.read_text()


def test_status_needs_at_most_four_round_trips(started: Project) -> None:
    assert json.loads(started.run("migrate", "status", "--json").succeeded().stdout)["roundTrips"] <= 4


def test_a_deploy_with_nothing_pending_needs_four_statements(
    project: Project, postgres_url: str, postgres_server: PostgresServer
) -> None:
    project.use_database(postgres_url)
    project.write_schema("model T {\n  id Int @id\n}\n", provider="postgresql")
    project.write_migration("1_t", 'CREATE TABLE "T" ("id" INTEGER PRIMARY KEY);', provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    sql(postgres_url, f"ALTER DATABASE {urlsplit(postgres_url).path.lstrip('/')} SET log_statement = 'all'")
    log = Path(postgres_server.socket_dir) / "log"
    before = log.stat().st_size
    project.run("migrate", "deploy").succeeded()
    sent = re.findall(r"(?m)^.*LOG:  statement: (.*)", log.read_bytes()[before:].decode())
    assert len(sent) == 4, sent


def test_a_unique_key_over_duplicates_is_refused_before_anything_is_written(
    started: Project, database_url: str
) -> None:
    sql(database_url, "UPDATE users SET name = 'same'")
    schema = started.schema_file.read_text()
    started.schema_file.write_text(schema.replace("  name       String?\n", "  name       String? @unique\n"))
    refused = started.run("migrate", "dev", "--name", "unique_names", "--accept-data-loss").exited(3)
    assert "PAR310" in refused.stderr
    assert len(started.migrations()) == 1
    sql(database_url, "UPDATE users SET name = id")
    started.run("migrate", "dev", "--name", "unique_names").succeeded()
