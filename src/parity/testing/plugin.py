"""What pytest loads in each of its runs where Parity is installed: options and fixtures, and nothing else of Parity.

What does the work is imported by those who ask for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from parity.testing.databases import Migrated, MigratedDatabase


def pytest_addoption(parser: pytest.Parser) -> None:
    """The options."""
    group = parser.getgroup("parity")
    group.addoption(
        "--parity-check",
        action="store_true",
        help="fail unless the migrations lead to what schema.prisma says, and parity.lock is theirs",
    )
    parser.addini("parity_schema", "the schema file, from pytest's root folder; else it is found as by the commands")
    parser.addini("parity_url", "a database on the server that takes the tests' databases; else as for the commands")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(session: pytest.Session, config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the check before all tests, if it is wanted: last of all plugins, so that no -k or -m takes it out."""
    if config.getoption("--parity-check"):
        from parity.testing.folder_check import FolderCheck

        items.insert(0, FolderCheck.from_parent(session, name="parity-check"))


@pytest.fixture(scope="session")
def _parity_migrated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Migrated]:
    """The migrated database that others are copies of."""
    from parity.testing.databases import migrated, or_fail

    with or_fail(), migrated(request.config, tmp_path_factory.mktemp("parity")) as found:
        yield found


@pytest.fixture
def parity_database(_parity_migrated: Migrated) -> Iterator[MigratedDatabase]:
    """A database of this test's own, with all migrations applied: its `url`, its `name`, its `path` if it is a file."""
    from parity.testing.databases import or_fail

    with or_fail():
        database = _parity_migrated.copy()
    yield database
    with or_fail():
        _parity_migrated.drop(database)


@pytest.fixture
def parity_url(parity_database: MigratedDatabase) -> str:
    """The URL of this test's own migrated database."""
    return parity_database.url
