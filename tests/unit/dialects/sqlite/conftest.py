"""Real SQLite databases for the tests of this folder."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from parity.dialects.base import Session, Target
from parity.dialects.sqlite.facts import DIALECT


@pytest.fixture
def session() -> Iterator[Session]:
    with DIALECT.driver.scratch(None) as opened:
        yield opened


@pytest.fixture
def target(tmp_path: Path) -> Target:
    made = DIALECT.driver.parse_url("file:./app.db", tmp_path)
    DIALECT.driver.create_database(made)
    return made


@pytest.fixture
def file_session(target: Target) -> Iterator[Session]:
    opened = DIALECT.driver.connect(target)
    yield opened
    opened.close()
