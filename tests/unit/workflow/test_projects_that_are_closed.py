"""A project in a folder that its user can't look into, as an image is made by another one."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from parity.errors import ConfigError
from parity.workflow.context import open_project
from parity.workflow.request import Request


@pytest.fixture
def open_to_all() -> Iterator[Path]:
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)


@pytest.mark.parametrize("closed", ["project", "prisma"])
def test_what_cannot_be_read_is_named(open_to_all: Path, closed: str) -> None:
    project = open_to_all / "project"
    prisma = project / "prisma"
    prisma.mkdir(parents=True)
    (prisma / "schema.prisma").write_text('datasource db {\n  provider = "sqlite"\n}\n', encoding="utf-8")
    request = Request(project, {})
    open_project(request)
    (project if closed == "project" else prisma).chmod(0)
    is_superuser = os.geteuid() == 0
    if is_superuser:
        os.seteuid(65534)
    try:
        with pytest.raises(ConfigError) as refused:
            open_project(request)
    finally:
        if is_superuser:
            os.seteuid(0)
        project.chmod(0o755)
        prisma.chmod(0o755)
    assert refused.value.code == "PAR110"
    assert str(project) in refused.value.message
    assert refused.value.why == "Permission denied"
