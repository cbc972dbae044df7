"""The page of `parity check --html` in a real Chromium: nothing sticks out at any width, and nothing is asked for.

`make page` runs it; pass PARITY_SCREENSHOTS=FOLDER to keep what the browser shows.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import sqlite3
import subprocess
from contextlib import closing
from html import unescape
from pathlib import Path

import pytest

from commandline import Project
from parity.cli.reports.page import page
from parity.dialects.registry import dialect_for_provider
from parity.lower import lower
from parity.psl import parse
from parity.psl.sources import SourceFile
from parity.workflow.check_report import CheckReport, Picture

NAMES = ("chromium", "chromium-browser", "google-chrome", "chrome")
SIZES = {"phone": (390, 844), "narrow phone": (360, 740), "desktop": (1280, 900)}
# A frame around the page, which reads what the page's own policy forbids a script in it to read.
FRAME = """<!doctype html><meta charset="utf-8"><body style="margin:0">
<iframe id="page" src="{source}" style="border:0;width:{width}px;height:{height}px"></iframe><pre id="answer"></pre>
<script>
document.getElementById("page").addEventListener("load", (event) => {{
  const inner = event.target.contentWindow, root = inner.document.documentElement;
  const outside = [...inner.document.querySelectorAll("body *")].filter((element) =>
    !element.closest(".scroll, pre") && element.getBoundingClientRect().right > root.clientWidth + 1);
  document.getElementById("answer").textContent = JSON.stringify({{
    scroll: root.scrollWidth, client: root.clientWidth,
    outside: outside.map((element) => element.outerHTML.slice(0, 90)),
    asked: inner.performance.getEntriesByType("resource").map((entry) => entry.name),
    page: inner.getComputedStyle(inner.document.body).backgroundColor,
    boxes: [...inner.document.querySelectorAll("svg .table")].map((box) => {{
      const at = box.getBoundingClientRect();
      return [at.left, at.top, at.right, at.bottom];
    }}),
  }});
}});
</script>"""


@pytest.fixture(scope="module")
def browser() -> str:
    found = next(filter(None, map(shutil.which, NAMES)), None)
    if found is None:
        pytest.skip("NOT RUN: there is no Chromium here (Debian, Ubuntu: install the package chromium)")
    return found


@pytest.fixture
def drifted(project: Project, sqlite_url: str) -> Path:
    """The page of a project whose database differs in many ways, with names as long and as odd as they come."""
    project.use_database(sqlite_url)
    project.write_schema("model User {\n  id Int @id\n  email String @unique\n}\n", provider="sqlite")
    project.run("migrate", "dev", "--name", "init").succeeded()
    with closing(sqlite3.connect(sqlite_url.removeprefix("file:"))) as database:
        for name in ("x" * 300, "<img src=//a.example/x>", "名前" * 40, "اسم", "a b " * 60):
            database.execute(f'CREATE TABLE "{name}" (id INTEGER NOT NULL PRIMARY KEY, "{name}" TEXT)')
        database.execute(f'ALTER TABLE "User" ADD COLUMN "{"long_" * 60}" TEXT')
    project.run("check", "--html", "check.html").exited(2)
    return project.folder / "check.html"


@pytest.fixture
def large(tmp_path: Path) -> Path:
    """The page of 300 tables, of which each refers to another."""
    models = (
        "".join(
            f"model M{number} {{\n  id Int @id\n  a String\n  b DateTime?\n  toId Int\n"
            f"  to M{number // 3} @relation(fields: [toId], references: [id])\n"
            + "".join(f"  r{other} M{other}[]\n" for other in range(300) if other // 3 == number and other)
            + ("  r0 M0[]\n" if number == 0 else "")
            + "}\n"
            for number in range(300)
        )
        .replace("  to M0 @relation(", '  to M0 @relation("x", ', 1)
        .replace("  r0 M0[]", '  r0 M0[] @relation("x")')
    )
    datasource = 'datasource db {\n  provider = "sqlite"\n  url = "file:x"\n}\n'
    datamodel, diagnostics = parse([SourceFile("schema.prisma", datasource + models)])
    assert diagnostics == ()
    dialect = dialect_for_provider("sqlite")
    report = CheckReport((), (), replayed=False, migrations=1, picture=Picture(lower(datamodel, dialect)))
    path = tmp_path / "large.html"
    path.write_text(page(report, dialect), encoding="utf-8")
    return path


def run(browser: str, tmp_path: Path, dark: bool, *arguments: str) -> str:
    command = [
        browser,
        "--headless=new",
        "--no-sandbox",
        "--disable-gpu",
        "--hide-scrollbars",
        "--disable-background-networking",
        "--allow-file-access-from-files",
        f"--user-data-dir={tmp_path / 'profile'}",
        f"--blink-settings=preferredColorScheme={0 if dark else 1}",
        *arguments,
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


def look(browser: str, path: Path, tmp_path: Path, size: str, dark: bool) -> dict[str, object]:
    """What the browser says of the page, after a screenshot of it."""
    width, height = SIZES[size]
    folder = Path(os.environ.get("PARITY_SCREENSHOTS", tmp_path))
    picture = folder / f"{path.stem}-{size.replace(' ', '-')}-{'dark' if dark else 'light'}.png"
    run(browser, tmp_path, dark, f"--window-size={width},{height}", f"--screenshot={picture}", path.as_uri())
    assert picture.read_bytes().startswith(b"\x89PNG")
    frame = tmp_path / "frame.html"
    frame.write_text(FRAME.format(source=path.as_uri(), width=width, height=height), encoding="utf-8")
    text = run(browser, tmp_path, dark, "--virtual-time-budget=4000", "--dump-dom", frame.as_uri())
    answer = re.search(r'<pre id="answer">(.+?)</pre>', text, re.DOTALL)
    assert answer is not None, text[-500:]
    found: dict[str, object] = json.loads(unescape(answer[1]))
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("which", ["drifted", "large"])
def test_the_page_fits_asks_for_nothing_and_follows_the_reader_s_light(
    which: str, size: str, dark: bool, browser: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    path: Path = request.getfixturevalue(which)
    found = look(browser, path, tmp_path, size, dark)
    assert found["client"] == SIZES[size][0]
    assert (found["scroll"], found["outside"]) == (found["client"], [])
    assert found["asked"] in ([], ["data:,"])
    assert found["page"] == ("rgb(13, 17, 23)" if dark else "rgb(255, 255, 255)")
    boxes = sorted(map(tuple, found["boxes"]))  # type: ignore[call-overload]
    assert len(boxes) == (300 if which == "large" else 6)
    for number, (_, top, right, bottom) in enumerate(boxes):
        beside = (box for box in boxes[number + 1 :] if box[0] < right)
        assert all(box[3] < top or box[1] > bottom for box in beside)
