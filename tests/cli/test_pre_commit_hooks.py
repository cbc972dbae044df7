"""The hooks that pre-commit gets from this repository: what it reads of them, and their commands, run."""

from __future__ import annotations

import json
import re
import shlex
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from commandline import Project

FILE = Path(__file__).resolve().parents[2] / ".pre-commit-hooks.yaml"
HOOKS = {hook["id"]: hook for hook in YAML(typ="safe").load(FILE.read_text(encoding="utf-8"))}
# https://pre-commit.com/#new-hooks
REQUIRED = {"id", "name", "entry", "language"}
KNOWN = REQUIRED | {
    "files", "exclude", "types", "types_or", "exclude_types", "always_run", "fail_fast", "verbose", "pass_filenames",
    "require_serial", "description", "language_version", "minimum_pre_commit_version", "args", "stages",
}  # fmt: skip
GOOD = "model User {\n  id Int @id\n}\n"


def test_the_hooks_say_what_pre_commit_wants_to_know() -> None:
    assert list(HOOKS) == ["parity-format", "parity-validate", "parity-lock"]
    for hook in HOOKS.values():
        assert REQUIRED <= hook.keys() <= KNOWN
        assert hook["language"] == "python"
        assert re.search(hook["files"], "prisma/schema.prisma")
    migration = "prisma/migrations/20250101000000_first/migration.sql"
    assert [name for name, hook in HOOKS.items() if re.search(hook["files"], migration)] == ["parity-lock"]
    assert re.search(HOOKS["parity-lock"]["files"], "prisma/migrations/parity.lock")


@pytest.mark.parametrize(
    ("hook", "schema", "code"),
    [
        ("parity-format", GOOD, 0),
        ("parity-format", GOOD.replace("id Int", "id    Int"), 2),
        ("parity-validate", GOOD, 0),
        ("parity-validate", GOOD.replace("Int", "Int2"), 1),
    ],
)
def test_its_command_judges_the_schema_file(project: Project, hook: str, schema: str, code: int) -> None:
    project.write_schema(schema, provider="sqlite")
    before = project.files()
    program, *arguments = shlex.split(HOOKS[hook]["entry"])
    assert program == "parity"
    project.run(*arguments).exited(code)
    project.run(*arguments, "--schema", "prisma").exited(code)
    assert project.files() == before


def judged(project: Project) -> str:
    """What the hook for parity.lock says of the project, without a database; nothing where it finds nothing."""
    before = project.files()
    _, *arguments = shlex.split(HOOKS["parity-lock"]["entry"])
    run = project.run(*arguments, env={"DATABASE_URL": "", "PARITY_CACHE_DIR": ""})
    assert project.files() == before
    assert run.exit_code in (0, 2)
    return run.stdout if run.exit_code else ""


@pytest.fixture
def made(project: Project, provider: str, database_url: str) -> Project:
    project.use_database(database_url)
    project.write_schema(GOOD, provider=provider)
    project.run("migrate", "dev", "--name", "first").succeeded()
    assert judged(project) == ""
    return project


def test_a_schema_file_that_no_migration_makes_is_found(made: Project, provider: str) -> None:
    made.write_schema("/// Somebody.\nmodel User {\n  id   Int @id\n}\n", provider=provider)
    assert judged(made) == ""
    made.write_schema(GOOD.replace("}", "  age Int?\n}"), provider=provider)
    assert "PAR909: table User was changed in the schema file" in judged(made)


def test_migrations_that_the_lock_does_not_know_are_found(made: Project) -> None:
    made.write_migration("20990101000000_more", "CREATE TABLE more (id INTEGER PRIMARY KEY);\n")
    found = judged(made)
    assert "PAR540: prisma/migrations/parity.lock isn't that of the migrations beside it" in found
    assert "it doesn't know 20990101000000_more" in found
    assert "Next: parity migrate lock" in found
    (made.migrations_folder / "parity.lock").unlink()
    assert "PAR543: there is no prisma/migrations/parity.lock" in judged(made)


def test_sqlite_puts_expressions_into_its_words_in_memory(project: Project, sqlite_url: str) -> None:
    project.use_database(sqlite_url)
    text = GOOD.replace("}", '  at DateTime @default(dbgenerated("(date(1))"))\n}')
    project.write_schema(text, provider="sqlite")
    project.run("migrate", "dev", "--name", "first").succeeded()
    project.write_schema(text.replace("date(1)", "date(2)"), provider="sqlite")
    assert "PAR909: table User was changed in the schema file" in judged(project)


def test_what_only_a_database_can_tell_is_left_to_one(project: Project, postgres_url: str) -> None:
    project.use_database(postgres_url)
    text = GOOD.replace("}", "  at DateTime @default(dbgenerated(\"now() + '1 day'::interval\"))\n}")
    project.write_schema(text, provider="postgresql")
    project.run("migrate", "dev", "--name", "first").succeeded()
    assert judged(project) == ""
    project.write_schema(text.replace("1 day", "2 days"), provider="postgresql")
    assert "PAR544: the schema file isn't the one that parity.lock was made for" in judged(project)
    report = json.loads(project.run("migrate", "lock", "--check", "--json").exited(2).stdout)
    assert [one["code"] for check in report["project"] for one in check["findings"]] == ["PAR544"]
    assert report["outcome"] == "error"
