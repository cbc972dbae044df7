"""A folder whose migrations aren't named by a time: a new one must not sort before those on which it builds."""

from __future__ import annotations

from commandline import Project

TABLES = "model A {\n  id Int @id\n}\nmodel B {\n  id Int @id\n  %s\n}\n"


def numbered(project: Project, url: str) -> Project:
    project.use_database(url)
    project.write_schema(TABLES % "", provider="sqlite")
    for name, table in (("1_a", "A"), ("2_b", "B")):
        project.write_migration(
            name, f'CREATE TABLE "{table}" ("id" INTEGER NOT NULL PRIMARY KEY);\n', provider="sqlite"
        )
    project.run("migrate", "deploy", "--create-database").succeeded()
    return project


def test_what_would_come_too_early_is_not_written_and_a_new_name_mends_it(project: Project, sqlite_url: str) -> None:
    numbered(project, sqlite_url).write_schema(TABLES % "n Int?", provider="sqlite")
    refused = project.run("migrate", "dev", "--name", "n").exited(1).stderr
    assert refused.startswith("Error PAR305: the new migration would come before 2_b, on which it builds\n")
    assert "sorts before 2_b: migration 20" in refused
    assert "_n doesn't apply to an empty database: no such table: B\n" in refused
    assert list(project.migrations()) == ["1_a", "2_b"]
    (project.migrations_folder / "2_b").rename(project.migrations_folder / "20250101000000_b")
    made = project.run("migrate", "dev", "--name", "n").succeeded()
    assert "2_b was renamed to 20250101000000_b after it was applied here: its row has the new name now" in made.stderr
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout


def test_what_builds_on_none_of_them_may_come_before(project: Project, sqlite_url: str) -> None:
    one_more = "model C {\n  id Int @id\n}\n"
    numbered(project, sqlite_url).write_schema(TABLES % "" + one_more, provider="sqlite")
    project.run("migrate", "dev", "--name", "c").succeeded()
    assert "Already in sync" in project.run("migrate", "dev").succeeded().stdout
