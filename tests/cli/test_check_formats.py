"""What `parity check` writes for pipelines and for people elsewhere: JUnit, GitHub's commands, Markdown, a page.

The names in the database are hostile: they must come out as text, and as nothing else.
"""

from __future__ import annotations

import json
import re
import sqlite3
from contextlib import closing
from html.parser import HTMLParser
from xml.etree import ElementTree

import pytest

from commandline import Project

MODELS = """
model User {
  id    Int     @id @default(autoincrement())
  email String  @unique
  posts Post[]
}

model Post {
  id       Int  @id
  authorId Int
  author   User @relation(fields: [authorId], references: [id])
}
"""
TABLE = "<script>alert(1)</script> ::error::|`````\u202e\x01 \"'"
SHOWN = "<script>alert(1)</script> ::error::|`````\\u202e\\x01 \"'"


@pytest.fixture
def drifted(project: Project, sqlite_url: str) -> Project:
    """A project with a database in which somebody added a column and a table of a hostile name."""
    project.use_database(sqlite_url)
    project.write_schema(MODELS, provider="sqlite")
    project.run("migrate", "dev", "--name", "init").succeeded()
    quoted = TABLE.replace('"', '""')
    with closing(sqlite3.connect(sqlite_url.removeprefix("file:"))) as database:
        database.execute(f'CREATE TABLE "{quoted}" (id INTEGER NOT NULL PRIMARY KEY, "{quoted}" TEXT)')
        database.execute('ALTER TABLE "User" ADD COLUMN phone TEXT')
    (project.folder / "pyproject.toml").write_text(
        '[tool.parity.environments.live]\nurl_env = "DATABASE_URL"\n'
        '[tool.parity.environments.gone]\nurl = "file:gone/away.db"\n'
    )
    return project


def test_junit_has_a_suite_for_each_database_and_a_case_for_each_check(drifted: Project) -> None:
    run = drifted.run("check", "--all", "--format", "junit").exited(1)
    root = ElementTree.fromstring(run.stdout)
    assert {name: root.get(name) for name in ("tests", "failures", "errors", "skipped")} == {
        "tests": "5",
        "failures": "1",
        "errors": "1",
        "skipped": "1",
    }
    cases = {
        suite.get("name"): {case.get("name"): [child.tag for child in case] for case in suite.iter("testcase")}
        for suite in root
    }
    assert cases == {
        "project": {"schema file": []},
        "live": {"migrations": [], "database": ["failure"]},
        "gone": {"migrations": ["error"], "database": ["skipped"]},
    }
    failure = root.find(".//failure")
    assert failure is not None and failure.text is not None
    assert f"table {SHOWN} isn't of any migration" in failure.text
    assert "+  phone String?" in failure.text
    assert 'ALTER TABLE "new_User" RENAME TO "User"' in failure.text


def test_github_gets_a_command_for_each_difference_and_no_other(drifted: Project) -> None:
    run = drifted.run("check", "--against", "live", "--format", "github").exited(2)
    lines = run.stdout.splitlines()
    commands = lines[: next(number for number, line in enumerate(lines) if line.startswith("::stop-commands::"))]
    way = (
        "%0ANext: run the SQL with parity db execute, once it is reviewed; or, to keep the difference, put it into "
        "schema.prisma (parity db pull) and a migration"
    )
    assert commands == [
        "::error file=prisma/schema.prisma,line=1,title=live%3A PAR911::live: "
        f"table {SHOWN} isn't of any migration%0A[+] Added tables%0A  - {SHOWN}{way}",
        "::error file=prisma/schema.prisma,line=7,title=live%3A PAR911::live: "
        f"table User differs%0A[*] Changed the `User` table%0A  [+] Added column `phone`{way}",
    ]
    token = lines[len(commands)].removeprefix("::stop-commands::")
    assert re.fullmatch("[0-9a-f]{32}", token)
    assert lines[-1] == f"::{token}::"
    assert lines[-2] == "Not in parity: 2 differences."


def test_github_s_paths_start_at_the_repository(drifted: Project) -> None:
    top = {"GITHUB_WORKSPACE": str(drifted.folder.parent)}
    run = drifted.run("check", "--against", "live", "--format", "github", env=top).exited(2)
    assert run.stdout.startswith("::error file=project/prisma/schema.prisma,line=1,")


def test_markdown_is_a_comment_whose_fences_nothing_closes(drifted: Project) -> None:
    text = drifted.run("check", "--against", "live", "--format", "markdown").exited(2).stdout
    assert text.startswith(
        "<!-- parity-check -->\n**Not in parity: 2 differences.**\n\n"
        "|  | live |\n| --- | --- |\n| schema file | ok |\n| migrations | ok |\n| database | 2 differences |\n\n"
    )
    outside = re.sub(r"^(`{3,})(text|diff|sql)\n.*?^\1\n", "", text, flags=re.MULTILINE | re.DOTALL)
    assert "`" not in outside.replace(f"|{'`' * 5}", "")
    assert "<script" not in outside
    assert outside.count("<details>") == outside.count("</details>") == 2
    assert "``````sql\n" in text and "```diff\n" in text


def test_a_file_is_written_and_the_terminal_gets_its_report(drifted: Project) -> None:
    run = drifted.run("check", "--against", "live", "--format", "markdown", "--output", "out/check.md").exited(2)
    assert run.stdout.startswith("             live\nschema file  ok\n")
    assert (drifted.folder / "out" / "check.md").read_text().startswith("<!-- parity-check -->\n")
    drifted.run("check", "--against", "live", "--json", "--output", "check.json").exited(2)
    assert json.loads((drifted.folder / "check.json").read_text())["outcome"] == "differs"
    refused = drifted.run("check", "--output", "x.txt").exited(1).stderr
    assert "Error PAR178: --output has nothing to write: what --format text makes is for the log" in refused
    both = drifted.run("check", "--json", "--format", "junit").exited(1)
    assert "PAR178" in both.output and "--json and --format junit say different things" in both.output


@pytest.mark.parametrize("option", ["--html", "--output"])
def test_a_url_is_no_file_to_write(drifted: Project, option: str) -> None:
    before = sorted(drifted.folder.rglob("*"))
    refused = drifted.run("check", "--against", "live", "--format", "junit", option, "postgresql://app:secret@db/shop")
    assert refused.exited(1).stderr == (
        f"Error PAR125: can't write {drifted.folder}/postgresql:/app:***@db/shop\n"
        "  Why: it is a URL, not a file's path\n"
        "  Next: name a file\n"
    )
    assert sorted(drifted.folder.rglob("*")) == before


def test_what_cannot_be_compared_at_all_is_reported_in_each_form_too(drifted: Project) -> None:
    lock = drifted.migrations_folder / "parity.lock"
    lock.write_text(lock.read_text().replace("email", "e_mail", 1))
    told = "prisma/migrations/parity.lock"
    run = drifted.run("check", "--all", "--format", "junit", "--output", "check.xml", "--html", "check.html").exited(1)
    assert (run.stdout, run.stderr.partition(":")[0]) == ("", "Error PAR261")
    root = ElementTree.parse(drifted.folder / "check.xml").getroot()
    assert [(case.tag, case.get("type")) for case in root.iter("error")] == [("error", "PAR261")]
    assert told in (drifted.folder / "check.html").read_text()
    github = drifted.run("check", "--format", "github").exited(1).stdout
    assert github.startswith("::error title=PAR261::") and told in github.splitlines()[0]
    markdown = drifted.run("check", "--format", "markdown").exited(1).stdout
    assert (
        markdown.startswith("<!-- parity-check -->\n**Not everything could be checked (1 error)") and told in markdown
    )


class Reader(HTMLParser):
    """The elements of a page, their attributes, and the text of each kind of element."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[tuple[str, str]] = []
        self._open: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in ("meta", "link"):
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append((self._open[-1] if self._open else "", data))


def test_the_page_stands_alone_and_holds_names_as_text(drifted: Project) -> None:
    run = drifted.run("check", "--all", "--html", "check.html").exited(1)
    assert "Not everything could be checked (1 error); 2 differences found." in run.stdout
    text = (drifted.folder / "check.html").read_text(encoding="utf-8")
    page = Reader(text)
    kinds = {tag for tag, _ in page.elements}
    assert not kinds & {"script", "img", "iframe", "object", "embed", "form", "base"}
    links = {value for _, given in page.elements for name, value in given.items() if name in ("href", "src")}
    assert links == {"data:,", "#schema", "#drawn-1", "#drawn-2", "#database-0-database", "#database-1-migrations"}
    assert {given["id"] for _, given in page.elements if "id" in given} >= {
        link[1:] for link in links if link[0] == "#"
    }
    assert not any(name.startswith("on") or name == "style" for _, given in page.elements for name in given)
    assert not re.search(r"https?:|url\(|@import|[\"'(=]//", text)
    policy = [given["content"] for tag, given in page.elements if given.get("http-equiv")]
    assert policy == [
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"
    ]
    assert ("bdi", f"table {SHOWN} isn't of any migration") in page.texts
    assert ("text", "User") in page.texts and ("text", "+ of no migration") in page.texts
    assert not re.search("[\x00-\x08\x0b-\x1f\u202a-\u202e]", text)


def test_the_page_of_a_project_in_parity_has_no_differences(project: Project, sqlite_url: str) -> None:
    project.use_database(sqlite_url)
    project.write_schema(MODELS, provider="sqlite")
    project.run("migrate", "dev", "--name", "init").succeeded()
    project.run("check", "--html", "check.html").succeeded()
    page = Reader((project.folder / "check.html").read_text(encoding="utf-8"))
    assert ("div", "✓ In parity.") in page.texts
    assert "article" not in {tag for tag, _ in page.elements}
    assert [given["aria-label"] for tag, given in page.elements if tag == "svg"] == ["2 tables and 1 foreign keys"]
