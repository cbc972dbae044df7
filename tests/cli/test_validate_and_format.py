"""`parity validate` and `parity format`: what they print, write and answer, for files, folders and standard input."""

from __future__ import annotations

import json
import os
from collections.abc import Callable

import pytest

from commandline import Project

WRONG = """\
datasource db {
  provider = "postgresql"
}

model Tean {
\tid Int @id @defualt(1)
  member Member @relation("höher", fields: [memberId], references: [id])
}

model Member {
  id Sting @id
}

modle Plan {
  id Int @id
}
"""
RISKY = """\
datasource db {
  provider     = "mysql"
  relationMode = "prisma"
}

model Team {
  id      Int      @id
  members Member[]
}

model Member {
  id     Int  @id
  team   Team @relation(fields: [teamId], references: [id])
  teamId Int
}
"""
UNTIDY = "model Team {\n  id Int @id\n  // who is in it\n  members Member[]\n}\nmodel Member {\n   id Int @id\n}\n"
TIDY = """\
model Team {
  id      Int      @id
  // who is in it
  members Member[]
}

model Member {
  id     Int   @id
  team   Team? @relation(fields: [teamId], references: [id])
  teamId Int?
}
"""


def test_every_finding_is_shown_with_its_place_and_the_way_to_mend_it(
    project: Project, golden: Callable[[str, str], None]
) -> None:
    project.write_schema(WRONG)
    golden("validate/wrong.txt", project.run("validate").exited(1).stdout)


def test_findings_as_json_are_one_object_a_line(project: Project, golden: Callable[[str, str], None]) -> None:
    project.write_schema(WRONG)
    lines = project.run("validate", "--json").exited(1).stdout
    golden("validate/wrong.jsonl", lines)
    first = json.loads(lines.splitlines()[0])
    assert WRONG[first["start"]["offset"] : first["end"]["offset"]] == "@defualt(1)"
    assert project.run("validate", "--format", "json").exited(1).stdout == lines


def test_findings_as_annotations_of_github(project: Project, golden: Callable[[str, str], None]) -> None:
    project.write_schema(WRONG)
    golden("validate/wrong.github", project.run("validate", "--format", "github").exited(1).stdout)


def test_a_schema_with_warnings_alone_is_valid(project: Project, golden: Callable[[str, str], None]) -> None:
    project.write_schema(RISKY)
    golden("validate/risky.txt", project.run("validate").succeeded().stdout)
    assert '"severity": "warning"' in project.run("validate", "--json").succeeded().stdout


def test_a_valid_schema_is_told_in_one_line_and_in_none_for_programs(project: Project) -> None:
    project.write_schema(TIDY)
    assert project.run("validate").succeeded().stdout == "prisma/schema.prisma is valid\n"
    assert project.run("validate", "--json").succeeded().output == ""
    assert project.run("validate", "--format", "github").succeeded().output == ""


@pytest.mark.parametrize("command", ["validate", "format"])
def test_standard_input_is_read_for_a_dash(project: Project, command: str) -> None:
    run = project.run(command, "-", input=TIDY).succeeded()
    assert run.stdout == (TIDY if command == "format" else "<stdin> is valid\n")
    assert project.run(command, "--schema", "-", input=TIDY).succeeded().stdout == run.stdout


@pytest.mark.parametrize("command", ["validate", "format"])
def test_a_folder_and_several_files_are_one_schema(project: Project, command: str) -> None:
    folder = project.folder / "db" / "schema"
    (folder / "parts").mkdir(parents=True)
    team, member = TIDY.split("\n\n")
    (folder / "team.prisma").write_text(team + "\n")
    (folder / "parts" / "member.prisma").write_text(member)
    files = ("db/schema/parts/member.prisma", "db/schema/team.prisma")
    for arguments in (("db/schema",), files, ("--schema", "db/schema")):
        shown = project.run(command, *arguments).succeeded().stdout
        assert shown == (
            "2 files are laid out already\n" if command == "format" else "{}, {} are valid\n".format(*files)
        )
    # One part alone leads to a model that isn't there.
    assert (project.run("validate", files[0]).exited(1)).stdout.startswith("db/schema/parts/member.prisma:3:10: error[")


def test_a_schema_is_found_where_the_project_s_settings_say(project: Project) -> None:
    odd = project.folder / "odd" / "place.prisma"
    odd.parent.mkdir()
    odd.write_text(TIDY)
    settings = {
        "pyproject.toml": '[tool.parity]\nschema = "odd/place.prisma"\n',
        "package.json": '{"prisma": {"schema": "odd/place.prisma"}}\n',
        "prisma.config.ts": "export default defineConfig({ schema: path.join('odd', 'place.prisma') })\n",
    }
    for name, text in settings.items():
        (project.folder / name).write_text(text)
        assert project.run("validate").succeeded().stdout == "odd/place.prisma is valid\n", name
        (project.folder / name).unlink()


@pytest.mark.parametrize(
    "place", ["schema.prisma", "prisma/schema.prisma", "prisma/schema/a.prisma", "prisma/a.prisma"]
)
def test_a_schema_is_found_in_the_usual_places(project: Project, place: str) -> None:
    (project.folder / place).parent.mkdir(parents=True, exist_ok=True)
    (project.folder / place).write_text(TIDY)
    assert project.run("validate").succeeded().stdout == f"{place} is valid\n"


def test_format_writes_what_changes_and_says_so(project: Project) -> None:
    file = project.write_schema(UNTIDY)
    file.chmod(0o640)
    assert project.run("format").succeeded().stdout == "Formatted prisma/schema.prisma\n"
    assert file.read_text() == TIDY
    assert file.stat().st_mode & 0o777 == 0o640
    before = file.stat().st_mtime_ns
    assert project.run("format").succeeded().stdout == "1 file is laid out already\n"
    assert file.stat().st_mtime_ns == before


@pytest.mark.parametrize("flag", ["--check", "--diff"])
def test_check_and_diff_write_nothing_and_exit_with_two(
    project: Project, flag: str, golden: Callable[[str, str], None]
) -> None:
    project.write_schema(UNTIDY)
    files = project.files()
    run = project.run("format", flag).exited(2)
    golden(f"validate/format{flag}.txt", run.stdout)
    assert project.files() == files
    project.write_schema(TIDY)
    project.run("format", flag).succeeded()


def test_check_and_diff_work_on_standard_input(project: Project) -> None:
    assert project.run("format", "--check", "-", input=UNTIDY).exited(2).stdout == "Would format <stdin>\n"
    assert project.run("format", "--diff", "-", input=UNTIDY).exited(2).stdout.startswith("--- <stdin>\n+++ <stdin>\n")


def test_format_answers_programs_in_json(project: Project) -> None:
    project.write_schema(UNTIDY)
    assert json.loads(project.run("format", "--check", "--json").exited(2).stdout) == {
        "files": [{"file": "prisma/schema.prisma", "changed": True}],
        "unreadable": [],
    }


@pytest.mark.parametrize("text", ["model A {\n  id   Int @id\n  ???   what\n}\n", "model A {\n  id   Int @id\n"])
def test_a_file_with_lines_that_mean_nothing_stays_and_they_are_shown(project: Project, text: str) -> None:
    file = project.write_schema(text)
    (project.folder / "prisma" / "other.prisma").write_text("model B {\n   id Int @id\n}\n")
    refused = project.run("format", "prisma").exited(1)
    assert file.read_text() == text
    assert (project.folder / "prisma" / "other.prisma").read_text() == "model B {\n  id Int @id\n}\n"
    assert "prisma/schema.prisma:" in refused.stderr
    assert "error[PSL0" in refused.stderr
    assert refused.stdout == "Formatted prisma/other.prisma\n"


def test_a_line_on_standard_input_that_means_nothing_stays_among_what_is_laid_out(project: Project) -> None:
    refused = project.run("format", "-", input="model A {\n  id   Int @id\n  ???   what\n}\n").exited(1)
    assert refused.stdout == "model A {\n  id Int @id\n  ???   what\n}\n"
    assert "<stdin>:3:3: error[PSL001]" in refused.stderr


def test_what_is_no_plain_file_is_never_replaced(project: Project) -> None:
    file = project.write_schema(UNTIDY)
    file.chmod(0o444)
    assert "it is read-only" in project.run("format").exited(1).stderr
    file.chmod(0o644)
    other = project.folder / "second name.prisma"
    other.hardlink_to(file)
    assert "hard links" in project.run("format").exited(1).stderr
    pipe = project.folder / "pipe.prisma"
    os.mkfifo(pipe)
    assert "it is a pipe" in project.run("format", "pipe.prisma").exited(1).stderr
    assert file.read_text() == other.read_text() == UNTIDY


def test_one_file_named_twice_is_one_file(project: Project) -> None:
    project.write_schema(TIDY)
    (project.folder / "link.prisma").symlink_to(project.schema_file)
    project.run(
        "validate", "prisma/schema.prisma", "prisma/../prisma/schema.prisma", "prisma", "link.prisma"
    ).succeeded()


def test_nothing_on_standard_input_and_an_empty_path_are_no_schema(project: Project) -> None:
    project.write_schema(TIDY)
    for command in ("validate", "format"):
        assert "the standard input is empty" in project.run(command, "-").exited(1).stderr
        assert "a path is empty" in project.run(command, "").exited(1).stderr
        assert "is empty" in project.run(command, "--schema", "").exited(1).stderr


def test_a_dangling_link_among_the_files_of_a_folder_is_told(project: Project) -> None:
    project.write_schema(TIDY)
    (project.folder / "prisma" / "gone.prisma").symlink_to("nowhere")
    assert "gone.prisma doesn't exist" in project.run("validate", "prisma").exited(1).stderr


def test_carets_stand_under_wide_and_under_invisible_characters(
    project: Project, golden: Callable[[str, str], None]
) -> None:
    project.write_schema("model A {\n  id Int @id /* 日本 */\n  名前 Strng\n\u00a0 e\u0301 Strng // \x1b[31m\n}\n")
    golden("validate/wide.txt", project.run("validate").exited(1).stdout)


def test_what_can_t_be_read_is_an_annotation_for_github(project: Project) -> None:
    run = project.run("validate", "--format", "github", "no,where.prisma").exited(1)
    assert run.stdout == "::error title=PAR121::the schema no,where.prisma doesn't exist\n"


@pytest.mark.parametrize("provider", ["mongodb", "sqlserver"])
def test_a_database_without_migrations_here_is_formatted_and_its_validation_says_so(
    project: Project, provider: str
) -> None:
    text = f'datasource db {{\n  provider = "{provider}"\n}}\n'
    assert project.run("format", "-", input=text).succeeded().stdout == text
    refused = project.run("validate", "-", input=text).exited(1).stdout
    assert refused.count("migrations for") == 1
    assert "are not supported here" in refused


def test_the_old_form_with_urls_and_the_new_without_are_valid(project: Project) -> None:
    head = 'datasource db {\n  provider = "postgresql"\n'
    url = '  url = env("A")\n  directUrl = env("B")\n  shadowDatabaseUrl = env("C")\n'
    old = 'generator client {\n  provider = "prisma-client-js"\n}\n'
    strange = (
        'generator py {\n  provider = "prisma-client-py"\n  interface = "asyncio"\n  recursive_type_depth = 5\n}\n'
    )
    for text in (f"{head}{url}}}\n{old}", f"{head}}}\n{strange}"):
        assert project.run("validate", "-", input=text).succeeded().stdout == "<stdin> is valid\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing.prisma",), "the schema nothing.prisma doesn't exist"),
        (("-", "prisma"), "the standard input can't be read beside files"),
        (("prisma", "--schema", "prisma"), "the schema is named twice"),
        (("empty",), "empty holds no .prisma file"),
        (("image.prisma",), "byte 3 (line 2) isn't UTF-8"),
        (("nul.prisma",), "line 2 holds a NUL byte"),
    ],
)
def test_what_can_t_be_read_is_refused(project: Project, arguments: tuple[str, ...], said: str) -> None:
    project.write_schema(TIDY)
    (project.folder / "empty").mkdir()
    (project.folder / "image.prisma").write_bytes(b"//\n\xff")
    (project.folder / "nul.prisma").write_bytes(b"//\n\x00")
    files = project.files()
    for command in ("validate", "format"):
        assert said in project.run(command, *arguments).exited(1).stderr
        refused = project.run(command, *arguments, "--json").exited(1)
        assert said in refused.stdout
        assert json.loads(refused.stdout)["error"]["code"]
    assert project.files() == files


def test_a_link_stays_a_link(project: Project) -> None:
    file = project.write_schema(UNTIDY)
    link = project.folder / "linked.prisma"
    link.symlink_to(file)
    project.run("format", "linked.prisma").succeeded()
    assert link.is_symlink()
    assert file.read_text() == TIDY
