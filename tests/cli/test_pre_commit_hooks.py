"""The hooks that pre-commit gets from this repository: what it reads of them, and their commands, run."""

from __future__ import annotations

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
    assert list(HOOKS) == ["parity-format", "parity-validate"]
    for hook in HOOKS.values():
        assert REQUIRED <= hook.keys() <= KNOWN
        assert hook["language"] == "python"
        assert re.search(hook["files"], "prisma/schema.prisma")
        assert not re.search(hook["files"], "prisma/migrations/20250101000000_first/migration.sql")


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
