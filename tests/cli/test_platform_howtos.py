"""The files that the how-tos of platforms show are those that `init --platform` writes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from commandline import Project
from platform_projects import PLATFORMS, init, node_back_end, python_back_end, text

HOW_TO = Path(__file__).resolve().parents[2] / "docs" / "how-to"
SHOWN = [
    (document, path, number, content)
    for document in ("digitalocean", "github-actions", "docker", "heroku")
    for number, (path, content) in enumerate(
        re.findall(
            r"^`([^`\n]+)`:\n\n```\w*\n(.*?)^```$", (HOW_TO / f"{document}.md").read_text(), re.DOTALL | re.MULTILINE
        )
    )
]


def test_each_how_to_shows_a_file() -> None:
    assert {document for document, _, _, _ in SHOWN} == {"digitalocean", "github-actions", "docker", "heroku"}
    assert len(SHOWN) == 6


@pytest.mark.parametrize(
    ("document", "path", "number", "content"), SHOWN, ids=[f"{document} {path} {n}" for document, path, n, _ in SHOWN]
)
def test_the_file_is_the_one_that_is_written(
    project: Project, document: str, path: str, number: int, content: str
) -> None:
    is_node = (document, number) == ("docker", 2)
    project.folder = project.folder / "shop"
    project.folder.mkdir()
    init((node_back_end if is_node else python_back_end)(project), *PLATFORMS)
    assert text(project, path) == content, f"put it into docs/how-to/{document}.md"
