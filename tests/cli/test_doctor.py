"""`migrate doctor` on real databases: what it says of a migration that stopped half-way, and what its ways out do."""

from __future__ import annotations

import json
import re
import signal
import sys
from pathlib import Path
from typing import Any

import pytest

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

FIRST = "CREATE TABLE a (x int);\n"
STEPS = ("CREATE TABLE b (y int);", "CREATE TABLE c (z int);", "CREATE TABLE d (w int);")
SCRIPT = "\n\n".join(STEPS) + "\n"


@pytest.fixture
def deployed(project: Project, database_url: str, provider: str) -> Project:
    """A database with one applied migration."""
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration("1_init", FIRST, provider=provider)
    if provider == "sqlite":
        Path(database_url.removeprefix("file:")).touch()
    project.run("migrate", "deploy").succeeded()
    return project


def stopped(project: Project, script: str, *ran: str, logs: str = "ERROR: it broke", name: str = "2_more") -> None:
    """A migration as Node's prisma leaves it when it stops: some statements ran, and the row isn't finished."""
    url = project.env["DATABASE_URL"]
    project.write_migration(name, script)
    for statement in ran:
        sql(url, statement)
    from parity.migrations.checksum import checksum_of

    sql(
        url,
        "INSERT INTO _prisma_migrations (id, checksum, migration_name, logs) "
        f"VALUES ('{name}', '{checksum_of(script.encode())}', '{name}', '{logs}')",
    )


def found(project: Project, *options: str, code: int = 1) -> dict[str, Any]:
    value: dict[str, Any] = json.loads(project.run("migrate", "doctor", *options, "--json").exited(code).stdout)
    return value


def tables(project: Project) -> set[str]:
    url = project.env["DATABASE_URL"]
    if url.startswith("file:"):
        rows = sql(url, "SELECT name FROM sqlite_schema WHERE type = 'table'")
    else:
        rows = sql(url, "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
    return {str(name) for (name,) in rows} - {"_prisma_migrations"}


def test_a_healthy_database_is_called_so(deployed: Project) -> None:
    assert "No migration is failed here." in deployed.run("migrate", "doctor").succeeded().stdout


def test_a_beginning_that_took_effect_is_told_with_its_line_and_the_rest_is_run(deployed: Project) -> None:
    stopped(deployed, SCRIPT, STEPS[0])
    before = deployed.files()
    said = deployed.run("migrate", "doctor").exited(1).stdout
    assert "2_more failed: ERROR: it broke" in said
    assert "1 of 3 statements took effect, stopped at line 3: CREATE TABLE c (z int)" in said
    assert {k: v for k, v in deployed.files().items() if "prisma" in k} == {
        k: v for k, v in before.items() if "prisma" in k
    }
    assert tables(deployed) == {"a", "b"}
    assert found(deployed)["possibilities"] == [{"tookEffect": 1, "stoppedAtLine": 3}]
    assert "The rest of it was run" in deployed.run("migrate", "doctor", "--resume").succeeded().stdout
    assert tables(deployed) == {"a", "b", "c", "d"}
    assert "up to date" in deployed.run("migrate", "status").succeeded().stdout


def test_what_is_in_the_way_hides_how_far_it_came_until_it_is_gone(deployed: Project) -> None:
    stopped(deployed, SCRIPT, STEPS[0])
    sql(deployed.env["DATABASE_URL"], "CREATE VIEW d AS SELECT 1 AS one")
    assert found(deployed)["verdict"] == "unknown"
    sql(deployed.env["DATABASE_URL"], "DROP VIEW d")
    assert found(deployed)["verdict"] == "partial"


def test_the_beginning_is_taken_back(deployed: Project) -> None:
    stopped(deployed, SCRIPT, *STEPS[:2])
    assert "It was taken back" in deployed.run("migrate", "doctor", "--undo").succeeded().stdout
    assert tables(deployed) == {"a"}
    deployed.run("migrate", "deploy").succeeded()
    assert tables(deployed) == {"a", "b", "c", "d"}


def test_rows_that_an_undoing_would_lose_are_counted_first(deployed: Project) -> None:
    stopped(deployed, SCRIPT, *STEPS[:2], "INSERT INTO b VALUES (1)")
    refused = deployed.run("migrate", "doctor", "--undo").exited(3)
    assert "PAR321" in refused.stderr
    assert tables(deployed) == {"a", "b", "c"}
    deployed.run("migrate", "doctor", "--undo", "--accept-data-loss").succeeded()
    assert tables(deployed) == {"a"}


def test_what_moved_rows_is_not_taken_back(deployed: Project) -> None:
    script = f"{STEPS[0]}\nINSERT INTO b VALUES (1);\n{STEPS[1]}\n{STEPS[2]}\n"
    stopped(deployed, script, STEPS[0], "INSERT INTO b VALUES (1)", STEPS[1])
    assert found(deployed)["possibilities"] == [{"tookEffect": 3, "stoppedAtLine": 4}]
    assert "PAR523" in deployed.run("migrate", "doctor", "--undo").exited(1).stderr
    assert tables(deployed) == {"a", "b", "c"}
    deployed.run("migrate", "doctor", "--resume").succeeded()
    assert sql(deployed.env["DATABASE_URL"], "SELECT y FROM b") == [(1,)]


def test_complete_but_not_recorded_is_recorded(deployed: Project) -> None:
    stopped(deployed, SCRIPT, *STEPS, logs="")
    said = deployed.run("migrate", "doctor").exited(1).stdout
    assert "2_more was interrupted." in said
    assert "All of its 3 statements took effect: it is complete, but not recorded." in said
    assert "parity migrate doctor --mark-applied" in said
    assert found(deployed, "--mark-applied", code=0)["treated"] == "mark_applied"
    assert "up to date" in deployed.run("migrate", "status").succeeded().stdout


def test_what_isnt_there_is_not_recorded(deployed: Project) -> None:
    stopped(deployed, SCRIPT, *STEPS[:2])
    refused = deployed.run("migrate", "doctor", "--mark-applied").exited(1)
    assert "PAR522" in refused.stderr
    assert re.search(r"\bd\b", refused.stderr)
    deployed.run("migrate", "status").exited(1)


def test_rows_that_were_provably_taken_back_are_not_recorded_as_there(deployed: Project) -> None:
    deployed.write_migration("2_more", "INSERT INTO a VALUES (1);\nINSERT INTO nowhere VALUES (1);\n")
    deployed.run("migrate", "deploy").exited(1)
    assert found(deployed)["verdict"] == "nothing"
    refused = deployed.run("migrate", "doctor", "--mark-applied").exited(1)
    assert "PAR522" in refused.stderr
    deployed.write_migration("2_more", "INSERT INTO a VALUES (1);\nINSERT INTO a VALUES (2);\n")
    assert "taken back" in deployed.run("migrate", "doctor", "--mark-applied").exited(1).stderr
    assert found(deployed, "--resume", code=0)["treated"] == "resume"
    assert sql(deployed.env["DATABASE_URL"], "SELECT x FROM a ORDER BY x") == [(1,), (2,)]


def test_nothing_took_effect(deployed: Project) -> None:
    stopped(deployed, SCRIPT)
    assert "Nothing of it took effect. It begins at line 1" in deployed.run("migrate", "doctor").exited(1).stdout
    deployed.run("migrate", "doctor", "--resume").succeeded()
    assert tables(deployed) == {"a", "b", "c", "d"}


def test_two_possibilities_are_both_told_and_nothing_is_done(deployed: Project) -> None:
    script = f"{STEPS[0]}\nINSERT INTO b VALUES (1);\n{STEPS[1]}\n"
    stopped(deployed, script, STEPS[0])
    said = deployed.run("migrate", "doctor").exited(1).stdout
    assert "1 of 3 statements took effect, stopped at line 2: INSERT INTO b VALUES (1)" in said
    assert "2 of 3 statements took effect, stopped at line 3: CREATE TABLE c (z int)" in said
    for option in ("--resume", "--undo"):
        assert "PAR521" in deployed.run("migrate", "doctor", option).exited(1).stderr
    assert tables(deployed) == {"a", "b"}


def test_a_database_in_none_of_the_states_is_told_with_the_difference(deployed: Project) -> None:
    stopped(deployed, SCRIPT, STEPS[0], "CREATE TABLE stranger (q int)")
    said = deployed.run("migrate", "doctor").exited(1).stdout
    assert "The database isn't where any of its statements leads" in said
    assert "stranger" in said
    assert "PAR521" in deployed.run("migrate", "doctor", "--resume").exited(1).stderr


def test_a_file_that_was_edited_since_is_told_and_not_resumed(deployed: Project) -> None:
    stopped(deployed, SCRIPT, STEPS[0])
    deployed.write_migration("2_more", SCRIPT + "CREATE TABLE e (v int);\n")
    assert "Its file was edited since" in deployed.run("migrate", "doctor").exited(1).stdout
    assert "PAR521" in deployed.run("migrate", "doctor", "--resume").exited(1).stderr


def test_a_migration_that_isnt_in_the_folder_cant_be_followed(deployed: Project) -> None:
    stopped(deployed, SCRIPT, STEPS[0])
    (deployed.migrations_folder / "2_more" / "migration.sql").unlink()
    (deployed.migrations_folder / "2_more").rmdir()
    assert "PAR520" in deployed.run("migrate", "doctor").exited(1).stderr


def test_our_own_failure_that_left_nothing_is_run_again_when_it_is_mended(deployed: Project) -> None:
    deployed.write_migration("2_more", STEPS[0] + "\nINSERT INTO nowhere VALUES (1);\n")
    deployed.run("migrate", "deploy").exited(1)
    said = deployed.run("migrate", "doctor").exited(1).stdout
    assert "nowhere" in said
    assert "Nothing of it took effect" in said
    deployed.write_migration("2_more", STEPS[0] + "\n")
    deployed.run("migrate", "doctor", "--resume").succeeded()
    assert tables(deployed) == {"a", "b"}


def test_a_rebuild_that_is_complete_is_known_by_its_table(project: Project, sqlite_url: str) -> None:
    project.use_database(sqlite_url)
    Path(sqlite_url.removeprefix("file:")).touch()
    project.write_schema("", provider="sqlite")
    project.write_migration("1_init", FIRST, provider="sqlite")
    project.run("migrate", "deploy").succeeded()
    rebuild = (
        "PRAGMA foreign_keys=OFF",
        "CREATE TABLE new_a (x int NOT NULL)",
        "INSERT INTO new_a SELECT x FROM a",
        "DROP TABLE a",
        "ALTER TABLE new_a RENAME TO a",
        "PRAGMA foreign_keys=ON",
    )
    stopped(project, ";\n".join(rebuild) + ";\n", *rebuild)
    assert found(project)["verdict"] == "complete"
    assert found(project, "--mark-applied", code=0)["treated"] == "mark_applied"


def test_an_index_that_failed_to_build_is_found_and_built_anew(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_init", FIRST, provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    sql(postgres_url, "INSERT INTO a VALUES (1), (1)")
    script = f"SET work_mem = '8MB';\n{STEPS[0]}\nCREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x);\n{STEPS[1]}\n"
    project.write_migration("2_more", script)
    project.run("migrate", "deploy").exited(1)
    said = project.run("migrate", "doctor").exited(1).stdout
    assert "2 of 4 statements took effect, stopped at line 3: CREATE UNIQUE INDEX CONCURRENTLY" in said
    assert "The index a_x is invalid" in said
    again = project.run("migrate", "doctor", "--resume").exited(1)
    assert "P3018" in again.stderr
    assert found(project)["invalidIndexes"] == ["a_x"]
    assert found(project)["possibilities"] == [{"tookEffect": 2, "stoppedAtLine": 3}]
    sql(postgres_url, "DELETE FROM a")
    project.run("migrate", "doctor", "--resume").succeeded()
    assert sql(postgres_url, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_x'::regclass") == [(True,)]
    assert tables(project) == {"a", "b", "c"}
    assert "up to date" in project.run("migrate", "status").succeeded().stdout


def test_an_own_transaction_has_no_inside(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_init", FIRST, provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    script = f"BEGIN;\n{STEPS[0]}\n{STEPS[1]}\nCOMMIT;\nINSERT INTO nowhere VALUES (1);\n"
    project.write_migration("2_more", script)
    project.run("migrate", "deploy").exited(1)
    said = project.run("migrate", "doctor").exited(1).stdout
    assert "4 of 5 statements took effect, stopped at line 5: INSERT INTO nowhere" in said
    project.run("migrate", "doctor", "--undo").succeeded()
    assert tables(project) == {"a"}


def test_only_one_way_out_is_taken(deployed: Project) -> None:
    assert "Only one of" in deployed.run("migrate", "doctor", "--resume", "--undo").exited(1).stderr


def test_an_invalid_index_without_a_failed_migration_is_built_anew(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    project.write_schema("", provider="postgresql")
    project.write_migration("1_init", FIRST, provider="postgresql")
    project.run("migrate", "deploy").succeeded()
    sql(postgres_url, "INSERT INTO a VALUES (1), (1)")
    project.run("db", "execute", "--stdin", input="CREATE UNIQUE INDEX CONCURRENTLY a_x ON a (x)").exited(1)
    said = project.run("migrate", "doctor").succeeded().stdout
    assert "The index a_x is invalid" in said
    assert "Next: parity migrate doctor --rebuild-indexes" in said
    assert "PAR400" in project.run("migrate", "doctor", "--rebuild-indexes").exited(1).stderr
    assert found(project, code=0)["invalidIndexes"] == ["a_x"]
    sql(postgres_url, "DELETE FROM a")
    project.run("migrate", "doctor", "--rebuild-indexes").succeeded()
    assert sql(postgres_url, "SELECT indisvalid FROM pg_index WHERE indexrelid = 'a_x'::regclass") == [(True,)]
    assert found(project, code=0)["invalidIndexes"] == []


def test_all_failed_migrations_are_named(deployed: Project) -> None:
    stopped(deployed, SCRIPT, STEPS[0])
    stopped(deployed, "CREATE TABLE e (v int);\n", name="3_last")
    said = deployed.run("migrate", "doctor").exited(1).stdout
    assert "1 of 3 statements took effect" in said
    assert "Failed as well: 3_last. Run this again when 2_more is settled." in said
    resumed = deployed.run("migrate", "doctor", "--resume").exited(1).stdout
    assert "The rest of it was run: it is applied." in resumed
    assert "Failed as well: 3_last." in resumed
    deployed.run("migrate", "doctor", "--resume").succeeded()
    assert "up to date" in deployed.run("migrate", "status").succeeded().stdout


def test_a_migration_that_failed_twice_is_failed_no_more(deployed: Project) -> None:
    """One failed row is enough for Node's prisma to refuse each deploy."""
    stopped(deployed, SCRIPT)
    url = deployed.env["DATABASE_URL"]
    again = "SELECT 'again', checksum, migration_name FROM _prisma_migrations WHERE id = '2_more'"
    sql(url, f"INSERT INTO _prisma_migrations (id, checksum, migration_name) {again}")
    deployed.run("migrate", "doctor", "--resume").succeeded()
    failed = "SELECT count(*) FROM _prisma_migrations WHERE finished_at IS NULL AND rolled_back_at IS NULL"
    assert sql(url, failed) == [(0,)]


@pytest.mark.parametrize(
    "command", [("migrate", "doctor", "--mark-applied"), ("migrate", "resolve", "--applied", "2_more")]
)
def test_a_kill_in_the_middle_of_the_ledger_leaves_the_failed_row(deployed: Project, command: tuple[str, ...]) -> None:
    stopped(deployed, SCRIPT, *STEPS)
    killed = deployed.run(*command, env={"PARITY_FAILPOINT": "mid_ledger:kill"})
    assert killed.exit_code == -signal.SIGKILL
    assert "P3009" in deployed.run("migrate", "deploy").exited(1).stderr
    deployed.run(*command).succeeded()
    assert "up to date" in deployed.run("migrate", "status").succeeded().stdout


def test_a_kill_before_the_rest_is_run_leaves_the_failed_row(deployed: Project) -> None:
    stopped(deployed, SCRIPT, STEPS[0])
    killed = deployed.run("migrate", "doctor", "--resume", env={"PARITY_FAILPOINT": "mid_ledger:kill"})
    assert killed.exit_code == -signal.SIGKILL
    assert found(deployed)["verdict"] == "partial"
    deployed.run("migrate", "doctor", "--resume").succeeded()
