"""`migrate deploy --strict`; what `migrate reset` says before it goes on, and where it never does."""

from __future__ import annotations

import json

import pytest

from commandline import Project


@pytest.fixture
def deployed(project: Project, provider: str, database_url: str) -> Project:
    """Two migrations, both applied."""
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration("20250101000000_a", "CREATE TABLE a (id INTEGER);\n", provider=provider)
    project.write_migration("20250103000000_c", "CREATE TABLE c (id INTEGER);\n")
    project.run("migrate", "deploy", "--strict").succeeded()
    return project


def test_strict_refuses_edited_and_late_migrations_and_applies_nothing(deployed: Project) -> None:
    deployed.write_migration("20250101000000_a", "CREATE TABLE a (id INTEGER, b INTEGER);\n")
    deployed.write_migration("20250102000000_b", "CREATE TABLE b (id INTEGER);\n")
    refused = deployed.run("migrate", "deploy", "--strict").exited(1)
    assert refused.stdout == ""
    assert refused.stderr == (
        "Error PAR502: the folder isn't what was applied to this database, and --strict is given; nothing was changed\n"
        "  20250101000000_a was edited after it was applied here: its SQL is another one\n"
        "  20250102000000_b sorts before a migration that was applied earlier\n"
        "  Why: other databases, made from the same folder, would come out differently\n"
        "  Next: restore an edited file from version control; give one that is out of order a later number, if it is"
        " applied nowhere yet; or deploy without --strict\n"
    )
    told = deployed.run("migrate", "deploy").succeeded()
    assert "Warning: 20250101000000_a was edited after it was applied here" in told.stderr
    assert "Warning: 20250102000000_b sorts before a migration that was applied earlier" in told.stderr
    assert "Applied 20250102000000_b" in told.stdout


def test_json_says_what_kind_of_edit_each_is_and_which_names_are_new(deployed: Project) -> None:
    deployed.write_migration("20250101000000_a", "-- why\nCREATE TABLE a (id INTEGER);\n")
    deployed.write_migration("20250103000000_c", "CREATE TABLE c (id INTEGER, b INTEGER);\n")
    deployed.write_migration("20250103000000_d", "CREATE TABLE d (id INTEGER);\n")
    for plan in (("--plan",), ()):
        said = json.loads(deployed.run("migrate", "deploy", "--json", *plan).succeeded().stdout)
        assert said["edits"] == [
            {"name": "20250101000000_a", "edit": "comments"},
            {"name": "20250103000000_c", "edit": "sql"},
        ]
        assert said["edited"] == ["20250101000000_a", "20250103000000_c"]
        assert said["sameNumber"] == [{"name": "20250103000000_d", "sameNumberAs": "20250103000000_c"}]
    deployed.write_migration("20250103000000_c", "CREATE TABLE c (id INTEGER);\n")
    (deployed.migrations_folder / "20250103000000_c").rename(deployed.migrations_folder / "20250105000000_c")
    refused = json.loads(deployed.run("migrate", "deploy", "--json").exited(1).stdout)["error"]
    assert refused["code"] == "PAR503"
    assert refused["renames"] == [{"from": "20250103000000_c", "to": "20250105000000_c"}]


def test_a_reset_says_how_many_rows_would_go_and_asks(deployed: Project) -> None:
    deployed.run(
        "db", "execute", "--stdin", input="INSERT INTO a VALUES (1), (2); INSERT INTO c VALUES (3);"
    ).succeeded()
    refused = deployed.run("migrate", "reset").exited(3)
    assert "will be lost: 2 tables with 3 rows (a, c). Go on?" in refused.stderr
    assert "run it again with --force" in refused.stderr
    again = deployed.run("migrate", "reset", "--force").succeeded()
    assert "(2 tables)" in again.stdout
    assert "with 0 rows" in deployed.run("migrate", "reset").exited(3).stderr


EMPTYING = (
    ("migrate", "reset", "--force"),
    ("migrate", "dev", "--reset", "--name", "x"),
    ("db", "push", "--force-reset"),
)


@pytest.mark.parametrize("named", ['url_env = "DATABASE_URL"', 'url = "{url}"'])
def test_nothing_empties_a_protected_environment(deployed: Project, named: str) -> None:
    deployed.run("db", "execute", "--stdin", input="INSERT INTO a VALUES (1); DROP TABLE c").succeeded()
    url = deployed.env["DATABASE_URL"]
    settings = f"[tool.parity.environments.production]\nprotected = true\n{named.format(url=url)}\n"
    (deployed.folder / "pyproject.toml").write_text(settings)
    for command in EMPTYING:
        refused = deployed.run(*command).exited(3)
        assert "is where the protected environment production is: nothing there may be emptied" in refused.stderr
    (deployed.folder / "pyproject.toml").unlink()
    assert "1 table with 1 row (a)" in deployed.run("migrate", "reset").exited(3).stderr


CONSENT = "PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION"


@pytest.mark.parametrize("provider", ["sqlite"], indirect=True)
def test_a_coding_agent_empties_nothing_before_its_user_agreed(deployed: Project) -> None:
    agent = {"CODEX_SANDBOX": "seatbelt"}
    deployed.run("db", "execute", "--stdin", input="INSERT INTO a VALUES (7); DROP TABLE c").succeeded()
    (deployed.folder / ".env").write_text(f"{CONSENT}=yes\n")
    for command in EMPTYING:
        refused = deployed.run(*command, env=agent).exited(3)
        assert "Error PAR326: all of " in refused.stderr
        assert f"run it again with {CONSENT} set to the words of the answer" in refused.stderr
    assert "1 row (" in deployed.run("migrate", "reset").exited(3).stderr
    deployed.run("migrate", "deploy", env=agent).succeeded()
    agreed = {**agent, CONSENT: "yes, empty the test database"}
    deployed.run("migrate", "reset", "--force", env=agreed).succeeded()
    assert "0 rows (" in deployed.run("migrate", "reset").exited(3).stderr


@pytest.mark.parametrize("wrong", ["protected = 1", "protected = true", "protected = true\nurl = 7"])
def test_a_protection_that_cannot_be_read_stops_everything(project: Project, sqlite_url: str, wrong: str) -> None:
    project.use_database(sqlite_url)
    project.write_schema("", provider="sqlite")
    (project.folder / "pyproject.toml").write_text(f"[tool.parity.environments.production]\n{wrong}\n")
    assert "Error PAR112" in project.run("migrate", "reset", "--force").exited(1).stderr
