"""What people get wrong: each mistake has an error with what, where, why, and the next command; nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from commandline import Project
from servers import LIMITED_ROLE, PASSWORD_ROLE, PostgresServer

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql, text

_COUNTING = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n) INSERT INTO a SELECT i FROM n LIMIT {};"

USERS = "model users {\n  id String @id\n  name String?\n}\n"


@pytest.fixture
def ready(project: Project, provider: str, database_url: str) -> Project:
    """A project with a schema file and a database, and no migration yet."""
    project.use_database(database_url)
    project.write_schema(USERS, provider=provider)
    return project


@pytest.fixture
def begun(ready: Project) -> Project:
    ready.run("migrate", "dev", "--name", "init").succeeded()
    return ready


def test_no_schema_file(project: Project) -> None:
    refused = project.run("migrate", "status").exited(1)
    assert "no schema.prisma found" in refused.stderr
    assert "parity init" in refused.stderr


def test_all_errors_of_a_schema_at_once_with_their_places(project: Project, golden: object) -> None:
    project.use_database("file:x.db")
    project.write_schema(
        "model users {\n  id Strin @id\n  teamm teams[] @relatoin\n}\n\n"
        "model teams {\n  id String @id\n  owner users\n}\n",
        provider="sqlite",
    )
    refused = project.run("migrate", "dev", "--name", "x").exited(1)
    assert "prisma/schema.prisma:7:6: error[" in refused.stderr
    assert " 7 |   id Strin @id\n" in refused.stderr
    assert "^^^^^" in refused.stderr
    assert refused.stderr.count(": error[") >= 2
    assert not project.migrations_folder.exists()


def test_an_unknown_provider_names_the_known_ones(project: Project) -> None:
    project.write_schema(USERS, provider="oracle")
    refused = project.run("migrate", "status").exited(1)
    assert "oracle" in refused.stderr
    assert "postgresql, sqlite" in project.run("init", "--provider", "oracle").exited(1).stderr


def test_a_missing_provider_is_an_error_of_the_schema(project: Project) -> None:
    project.write_schema('datasource db {\n  url = "file:x.db"\n}\n')
    assert "provider" in project.run("migrate", "status").exited(1).stderr


def test_no_datasource_block(project: Project) -> None:
    project.write_schema(USERS)
    refused = project.run("migrate", "status").exited(1)
    assert "no datasource block" in refused.stderr


def test_an_unset_variable_is_named_with_the_places_searched(project: Project) -> None:
    project.write_schema(USERS, provider="sqlite")
    refused = project.run("migrate", "status").exited(1)
    assert "the variable DATABASE_URL is not set" in refused.stderr
    assert "prisma/.env" in refused.stderr


def test_an_unreachable_server(project: Project) -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    project.write_schema(USERS, provider="postgresql")
    project.use_database(f"postgresql://app:canary@127.0.0.1:{port}/shop")
    refused = project.run("migrate", "status").exited(1)
    assert "P1001" in refused.stderr
    assert f"127.0.0.1:{port}" in refused.stderr
    assert "canary" not in refused.output


def test_a_wrong_password(project: Project, postgres_server: PostgresServer) -> None:
    project.write_schema(USERS, provider="postgresql")
    project.use_database(postgres_server.url("postgres", user=PASSWORD_ROLE, password="canary"))
    refused = project.run("migrate", "status").exited(1)
    assert "P1000" in refused.stderr
    assert "canary" not in refused.output


def test_a_missing_database_is_offered_in_dev_and_made_with_a_flag(project: Project, postgres_url: str) -> None:
    missing = postgres_url + "_missing"
    project.use_database(missing)
    project.write_schema(USERS, provider="postgresql")
    for command in (("migrate", "status"), ("migrate", "deploy")):
        refused = project.run(*command).exited(1)
        assert "P1003" in refused.stderr
    asked = project.run("migrate", "dev", "--name", "init").exited(3)
    assert "--create-database" in asked.stderr
    try:
        project.run("migrate", "dev", "--name", "init", "--create-database").succeeded()
        project.run("migrate", "status").succeeded()
    finally:
        sql(postgres_url, f'DROP DATABASE IF EXISTS "{missing.rpartition("/")[2].partition("?")[0]}"')


def test_sqlite_files_and_their_folders_are_made(project: Project, tmp_path: Path) -> None:
    project.use_database(f"file:{tmp_path}/not/there/yet.db")
    project.write_schema(USERS, provider="sqlite")
    assert "P1003" in project.run("migrate", "status").exited(1).stderr
    project.run("migrate", "dev", "--name", "init").succeeded()
    assert (tmp_path / "not" / "there" / "yet.db").exists()


def test_no_right_to_make_a_scratch_database_names_both_ways_out(
    project: Project, postgres_url: str, postgres_server: PostgresServer
) -> None:
    sql(postgres_url, f"GRANT ALL ON SCHEMA public TO {LIMITED_ROLE}")
    database = postgres_url.rpartition("/")[2].partition("?")[0]
    project.use_database(postgres_server.url(database, user=LIMITED_ROLE))
    project.write_schema(USERS, provider="postgresql")
    # Where a private server may be started, it is: test_private_server.py.
    refused = project.run("migrate", "dev", "--name", "init", env={"PARITY_PRIVATE_SERVER": "off"}).exited(1)
    assert "P3014" in refused.stderr
    assert "CREATEDB" in refused.stderr
    assert "shadow" in refused.stderr
    assert not project.migrations()


def test_a_scratch_database_of_the_users_own_needs_no_such_right(
    project: Project, postgres_server: PostgresServer, new_postgres_database: Callable[[], str]
) -> None:
    main, shadow = new_postgres_database(), new_postgres_database()
    for url in (main, shadow):
        sql(url, f"GRANT ALL ON SCHEMA public TO {LIMITED_ROLE}")
    limited = [postgres_server.url(url.rpartition("/")[2], user=LIMITED_ROLE) for url in (main, shadow)]
    project.use_database(limited[0])
    project.write_schema(USERS, provider="postgresql")
    assert "PAR220" in project.run("migrate", "dev", "--name", "x", "--shadow-url", limited[0]).exited(1).stderr
    project.run("migrate", "dev", "--name", "init", "--shadow-url", limited[1]).succeeded()
    assert sql(shadow, "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'") == [(0,)]
    sql(shadow, "CREATE TABLE precious (x int)")
    refused = project.run("migrate", "dev", "--shadow-url", limited[1]).exited(3)
    assert "isn't empty" in refused.stderr
    assert sql(shadow, "SELECT count(*) FROM precious") == [(0,)]


def test_a_migration_that_fails_half_way_leaves_nothing_and_says_what_to_do(begun: Project, database_url: str) -> None:
    begun.write_migration(
        "99990101000000_bad", "CREATE TABLE a (x int);\n\nINSERT INTO a VALUES (1);\nINSERT INTO nowhere VALUES (1);\n"
    )
    failed = begun.run("migrate", "deploy").exited(1)
    assert "P3018" in failed.stderr
    assert "99990101000000_bad" in failed.stderr
    assert "line 4" in failed.stderr
    assert "nowhere" in failed.stderr
    assert "Nothing of it was applied" in failed.stderr
    assert "parity migrate deploy" in failed.stderr
    status = begun.run("migrate", "status").exited(1)
    assert "nothing applied" in status.stdout
    with pytest.raises(Exception, match="a"):
        sql(database_url, "SELECT * FROM a")
    begun.write_migration("99990101000000_bad", "CREATE TABLE a (x int);\n")
    begun.run("migrate", "deploy").succeeded()
    assert "up to date" in begun.run("migrate", "status").succeeded().stdout


def test_a_migration_that_cannot_be_one_transaction_says_what_took_effect(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_schema(USERS, provider="postgresql")
    project.run("migrate", "dev", "--name", "init").succeeded()
    script = "CREATE TABLE a (x int);\nCREATE INDEX CONCURRENTLY i ON a (x);\nCREATE TABLE nowhere.b (x int);\n"
    project.write_migration("99990101000000_bad", script)
    failed = project.run("migrate", "deploy").exited(1)
    assert "2 of its 3 statements took effect" in failed.stderr
    assert "parity migrate resolve" in failed.stderr
    stopped = project.run("migrate", "deploy").exited(1)
    assert "P3009" in stopped.stderr
    sql(postgres_url, "DROP TABLE a")
    project.run("migrate", "resolve", "--rolled-back", "99990101000000_bad").succeeded()
    project.write_migration("99990101000000_bad", "CREATE TABLE a (x int);\n")
    project.run("migrate", "deploy").succeeded()


def test_a_failed_migration_that_is_taken_out_of_the_folder_stands_in_nobodys_way(
    project: Project, postgres_url: str
) -> None:
    project.use_database(postgres_url)
    project.write_schema(USERS, provider="postgresql")
    project.run("migrate", "dev", "--name", "init").succeeded()
    whole = project.write_migration("99990101000000_whole", "SELECT nothing_like_it();\n")
    project.run("migrate", "deploy").exited(1)
    shutil.rmtree(whole.parent)
    assert "up to date" in project.run("migrate", "status").succeeded().stdout
    project.run("migrate", "deploy").succeeded()
    half = project.write_migration(
        "99990101000000_half", "CREATE INDEX CONCURRENTLY i ON users (name);\nSELECT nothing_like_it();\n"
    )
    project.run("migrate", "deploy").exited(1)
    shutil.rmtree(half.parent)
    stopped = project.run("migrate", "status").exited(1)
    assert "parity migrate resolve --rolled-back 99990101000000_half" in stopped.stdout
    sql(postgres_url, "DROP INDEX i")
    project.run("migrate", "resolve", "--rolled-back", "99990101000000_half").succeeded()
    project.run("migrate", "status").succeeded()


def test_resolve_knows_the_codes_that_scripts_know(begun: Project) -> None:
    name = next(iter(begun.migrations()))
    assert "P3008" in begun.run("migrate", "resolve", "--applied", name).exited(1).stderr
    assert "P3012" in begun.run("migrate", "resolve", "--rolled-back", name).exited(1).stderr
    assert "P3017" in begun.run("migrate", "resolve", "--applied", "nope").exited(1).stderr
    begun.write_migration("99990101000000_later", "SELECT 1;\n")
    assert "P3011" in begun.run("migrate", "resolve", "--rolled-back", "99990101000000_later").exited(1).stderr
    begun.run("migrate", "resolve", "--applied", "99990101000000_later").succeeded()
    begun.run("migrate", "status").succeeded()


def test_a_stray_file_and_odd_names_are_no_obstacle(begun: Project) -> None:
    (begun.migrations_folder / "notes.md").write_text("later\n")
    begun.write_migration("zz not a time", "CREATE TABLE b (x int);\n")
    begun.run("migrate", "deploy").succeeded()
    status = begun.run("migrate", "status").succeeded()
    assert "zz not a time" in status.stdout
    assert status.stderr == "Warning: notes.md isn't a migration and is ignored\n"


def test_an_empty_migration_folder_is_named(begun: Project) -> None:
    (begun.migrations_folder / "20990101000000_empty").mkdir()
    refused = begun.run("migrate", "deploy").exited(1)
    assert "P3015" in refused.stderr
    assert "20990101000000_empty" in refused.stderr


def test_a_lock_file_of_another_database_is_refused(begun: Project) -> None:
    (begun.migrations_folder / "migration_lock.toml").write_text('provider = "mysql"\n')
    assert "P3019" in begun.run("migrate", "deploy").exited(1).stderr


def test_a_folder_that_cannot_be_written_to(project: Project, tmp_path: Path) -> None:
    project.use_database(f"file:{tmp_path}/x.db")
    project.write_schema(USERS, provider="sqlite")
    # A file where the folder should be: nobody, root included, can write into that.
    project.migrations_folder.write_text("")
    before = project.files()
    refused = project.run("migrate", "dev", "--name", "init").exited(1)
    assert "migrations" in refused.stderr
    assert {k: v for k, v in project.files().items() if "x.db" not in k} == before


def test_a_proof_that_fails_writes_nothing(begun: Project) -> None:
    # The history can't be replayed: its file was changed to something that doesn't run.
    name = next(iter(begun.migrations()))
    (begun.migrations_folder / name / "migration.sql").write_text(
        "CREATE TABLE a (x int);\nSELECT nothing_like_it();\n"
    )
    begun.write_schema(USERS + "model b {\n  id Int @id\n}\n", provider=begun_provider(begun))
    refused = begun.run("migrate", "dev", "--name", "b").exited(1)
    assert "P3006" in refused.stderr
    assert name in refused.stderr
    assert len(begun.migrations()) == 1


def begun_provider(project: Project) -> str:
    return (
        (project.migrations_folder / "migration_lock.toml").read_text().partition('provider = "')[2].partition('"')[0]
    )


def wait_until_it_applies(process: subprocess.Popen[str]) -> None:
    """Until it says that it applies a migration, and a moment longer, so that its slow statement runs."""
    assert process.stderr is not None
    while "Applying" not in (line := process.stderr.readline()):
        assert line, "it ended before it applied anything"
    time.sleep(0.5)


def test_ctrl_c_ends_with_130_and_leaves_nothing_behind(begun: Project, provider: str, database_url: str) -> None:
    slow = "SELECT pg_sleep(30);" if provider == "postgresql" else _COUNTING.format(1_000_000_000)
    begun.write_migration("99990101000000_slow", f"CREATE TABLE a (x int);\n{slow}\nCREATE TABLE b (x int);\n")
    process = begun.parity.start("migrate", "deploy", cwd=begun.folder, env=begun.env)
    wait_until_it_applies(process)
    os.killpg(process.pid, signal.SIGINT)
    _, stderr = process.communicate(timeout=15)
    assert process.returncode == 130, stderr
    assert "Traceback" not in stderr
    begun.write_migration("99990101000000_slow", "CREATE TABLE a (x int);\n")
    begun.run("migrate", "deploy").succeeded()


def test_a_kill_in_the_middle_of_a_transaction_leaves_a_migration_that_never_ran(
    begun: Project, provider: str, database_url: str
) -> None:
    slow = "SELECT pg_sleep(30);" if provider == "postgresql" else _COUNTING.format(1_000_000_000)
    begun.write_migration("99990101000000_slow", f"CREATE TABLE a (x int);\n{slow}\nCREATE TABLE b (x int);\n")
    process = begun.parity.start("migrate", "deploy", cwd=begun.folder, env=begun.env)
    wait_until_it_applies(process)
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate(timeout=15)
    begun.write_migration("99990101000000_slow", "CREATE TABLE a (x int);\n")
    assert "99990101000000_slow  pending" in begun.run("migrate", "status").exited(2).stdout
    done = begun.run("migrate", "deploy").succeeded()
    assert "Applying 99990101000000_slow" in done.stderr


def test_two_deployments_at_once_apply_each_migration_once(begun: Project, provider: str, database_url: str) -> None:
    for number in range(3):
        begun.write_migration(f"9999010100000{number}_n", f"CREATE TABLE n{number} (x int);\n")
    processes = [begun.parity.start("migrate", "deploy", "--json", cwd=begun.folder, env=begun.env) for _ in range(4)]
    applied = []
    for process in processes:
        stdout, stderr = process.communicate(timeout=60)
        assert process.returncode == 0, stderr
        applied += [item["name"] for item in json.loads(stdout)["applied"]]
    assert sorted(applied) == [f"9999010100000{number}_n" for number in range(3)]


def test_an_edited_migration_is_told(begun: Project) -> None:
    name = next(iter(begun.migrations()))
    path = begun.migrations_folder / name / "migration.sql"
    applied = path.read_text()
    path.write_text(applied.replace("CREATE", "create"))
    assert "edited since: other SQL" in begun.run("migrate", "status").exited(1).stdout
    assert "was edited after it was applied" in begun.run("migrate", "deploy").succeeded().stderr
    assert "Already in sync" in begun.run("migrate", "dev").succeeded().stdout
    path.write_text(applied + "-- a remark\n")
    told = begun.run("migrate", "status").succeeded().stdout
    assert "edited since: only comments or white space" in told
    assert f"parity migrate resolve --accept-edit {name}" in told
    assert "was edited after it was applied" in begun.run("migrate", "deploy").succeeded().stderr


def test_a_name_is_asked_for_with_its_flag(ready: Project) -> None:
    assert "--name is needed" in ready.run("migrate", "dev").exited(1).stderr
    assert not ready.migrations()


@pytest.mark.parametrize("name", ["../../x", "a/b", "\u202eevil", "x" * 300])
def test_a_hostile_name_cannot_leave_the_folder(project: Project, tmp_path: Path, name: str) -> None:
    project.use_database(f"file:{tmp_path}/x.db")
    project.write_schema(USERS, provider="sqlite")
    run = project.run("migrate", "dev", "--name", name)
    assert run.exit_code in (0, 1)
    assert [p.parent.parent for p in tmp_path.rglob("migration.sql")] == [project.migrations_folder] * len(
        project.migrations()
    )


def test_options_that_do_not_go_together(project: Project) -> None:
    project.write_schema(text("sqlite", "1_users.prisma"))
    assert "Exactly one of" in project.run("migrate", "diff", "--from-empty").exited(1).stderr
    assert "Exactly one of" in project.run("migrate", "resolve").exited(1).stderr
    assert "No such option" in project.run("migrate", "status", "--nope").exited(1).stderr


def test_a_scratch_database_of_another_kind_is_refused(project: Project, tmp_path: Path) -> None:
    project.write_schema(USERS, provider="sqlite")
    project.write_migration("1_init", "CREATE TABLE a (x int);\n", provider="sqlite")
    project.use_database(f"file:{tmp_path}/x.db")
    other = ("--shadow-url", "postgresql://app:canary@127.0.0.1:1/shadow")
    compared = ("migrate", "diff", "--from-migrations", "prisma/migrations", "--to-schema", "prisma/schema.prisma")
    for command in ((*compared, *other), ("migrate", "dev", "--name", "x", *other)):
        refused = project.run(*command).exited(1)
        assert "P1013" in refused.stderr
        assert "canary" not in refused.output
