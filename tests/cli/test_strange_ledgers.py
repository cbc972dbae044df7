"""Ledgers that hold what no migration tool writes: every command goes on, and says what is there."""

from __future__ import annotations

import shlex
import sys
from pathlib import Path

from commandline import Project

sys.path.insert(0, str(Path(__file__).parent))
from stories import sql

READING = (("migrate", "status"), ("migrate", "log"), ("migrate", "log", "--json"), ("migrate", "deploy", "--plan"))
NAMED = "INSERT INTO _prisma_migrations (id, checksum, migration_name, started_at, finished_at) VALUES "


def begun(project: Project, provider: str, url: str) -> Project:
    project.use_database(url)
    project.write_schema("", provider=provider)
    project.write_migration("1_a", "CREATE TABLE a (id int);\n", provider=provider)
    project.run("migrate", "deploy", "--create-database").succeeded()
    return project


def test_times_that_python_has_no_value_for(project: Project, postgres_url: str) -> None:
    begun(project, "postgresql", postgres_url)
    strange = "('a', 'c', '0_a', '4713-01-01 BC', 'infinity'), ('b', 'c', '0_b', '-infinity', '294276-12-31')"
    sql(postgres_url, NAMED + strange)
    for command in READING:
        assert "0_a" in project.run(*command).output or command[-1] == "--plan"
    project.write_migration("2_b", "CREATE TABLE b (id int);\n")
    project.run("migrate", "deploy").succeeded()
    told = project.run("migrate", "log").succeeded().stdout
    assert "-infinity  0_b  recorded as applied, not run\n" in told
    assert told.index("  2_b  applied in ") < told.index("  1_a  applied in ") < told.index("  0_b  ")


def test_stamps_that_are_text_are_read_and_a_table_without_them_is_named(project: Project, postgres_url: str) -> None:
    begun(project, "postgresql", postgres_url)
    sql(postgres_url, "ALTER TABLE _prisma_migrations ALTER started_at DROP DEFAULT, ALTER started_at TYPE text")
    assert "  1_a  applied in 0." in project.run("migrate", "log").succeeded().stdout
    assert "up to date" in project.run("migrate", "status").succeeded().stdout
    sql(postgres_url, "ALTER TABLE _prisma_migrations DROP started_at")
    for command in ("status", "deploy", "doctor", "log"):
        assert project.run("migrate", command).exited(1).stderr == (
            "Error PAR515: _prisma_migrations isn't the table that records migrations\n"
            '  Why: column "started_at" does not exist\n'
            "  Next: if another program made it, give it another name; if somebody changed it, restore its columns\n"
        )


def test_anything_in_any_column_of_a_file(project: Project, sqlite_url: str) -> None:
    begun(project, "sqlite", sqlite_url)
    sql(sqlite_url, NAMED + "(x'00ff', x'00', x'ff41', 99999999999999999999, -1e300), ('b', '', '', 'nonsense', '')")
    sql(sqlite_url, "UPDATE _prisma_migrations SET applied_steps_count = 'many', logs = x'ff00' WHERE id = 'b'")
    for command in READING:
        project.run(*command)
    assert "nonsense" in project.run("migrate", "log").succeeded().stdout
    project.run("migrate", "deploy").succeeded()


def test_a_name_stays_one_line_and_one_argument(project: Project, provider: str, database_url: str) -> None:
    begun(project, provider, database_url)
    sql(database_url, NAMED + "('a', 'c', '0\n  1_a  forged; it''s', '2020-01-01', NULL)")
    status = project.run("migrate", "status").exited(1).stdout
    assert [line for line in status.splitlines() if "forged" in line and "Next" not in line] == [
        '  "0\\n  1_a  forged; it\'s"  failed',
        '"0\\n  1_a  forged; it\'s" was interrupted, or still runs.',
    ]
    assert "`parity migrate resolve --rolled-back $'0\\n  1_a  forged; it\\'s'`" in status
    assert "forged" in project.run("migrate", "deploy").exited(1).stderr
    resolved = project.run("migrate", "resolve", "--rolled-back", "0\n  1_a  forged; it's").succeeded()
    assert "The next deploy" not in resolved.stdout


def test_a_command_that_is_proposed_can_be_pasted_where_the_name_has_spaces(project: Project, sqlite_url: str) -> None:
    begun(project, "sqlite", sqlite_url)
    project.write_migration("2 it's $HOME", "CREATE TABLE b (id int);\n")
    sql(sqlite_url, NAMED + "('a', 'c', '2 it''s $HOME', '2020-01-01', NULL)")
    proposed = project.run("migrate", "status").exited(1).stdout.split("`")
    (command,) = (text for text in proposed if "--rolled-back" in text)
    resolved = project.run(*shlex.split(command)[1:]).succeeded()
    assert resolved.stdout == "Recorded 2 it's $HOME as rolled back. The next deploy runs it again.\n"
