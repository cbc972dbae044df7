"""What all tests share: the databases, the command line, goldens, and the order in which the tests run."""

from __future__ import annotations

import itertools
import os
import re
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
from hypothesis import HealthCheck, settings

import warm
from commandline import Parity, Project
from servers import PostgresServer, ServerUnavailable, binaries_version, find_binaries, shared_postgres, stop_shared

TESTS = Path(__file__).parent
GOLDEN = TESTS / "golden"

# The fast first, so that a mistake shows early. What isn't listed runs between the two.
FIRST = ("test_layers.py", "test_hygiene.py", "unit")
LAST = ("cli", "conformance", "faults")

# Where each command begins with the interpreter, as a person's does. Elsewhere it is branched off (warm.py).
FROM_SCRATCH = {"faults", "test_story.py", "test_program_entry.py", "test_hard_surroundings.py"}

# Shared machines stall now and then: an example isn't wrong for being slow.
settings.register_profile("everyday", deadline=None, max_examples=100, print_blob=True)
settings.register_profile(
    "fuzz", deadline=None, max_examples=5000, print_blob=True, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("everyday")

_SESSION_FOLDER = pytest.StashKey[Path]()
_SESSION_OWNER = pytest.StashKey[int]()


def in_ci() -> bool:
    """Whether a pipeline runs this: then a database that can't be had is an error, not a skip."""
    return os.environ.get("CI", "").lower() not in ("", "0", "false")


# --- the session ----------------------------------------------------------------------------------------------------


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files with what the tests got")


def pytest_configure(config: pytest.Config) -> None:
    workerinput = getattr(config, "workerinput", None)
    if workerinput is not None:
        config.stash[_SESSION_FOLDER] = Path(workerinput["session_folder"])
        config.stash[_SESSION_OWNER] = workerinput["session_owner"]
    else:
        config.stash[_SESSION_FOLDER] = Path(tempfile.mkdtemp(prefix="parity-tests-"))
        config.stash[_SESSION_OWNER] = os.getpid()


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: object) -> None:
    """Tell a worker which session it belongs to. Called in the main process, by pytest-xdist."""
    config: pytest.Config = node.config  # type: ignore[attr-defined]
    node.workerinput["session_folder"] = str(config.stash[_SESSION_FOLDER])  # type: ignore[attr-defined]
    node.workerinput["session_owner"] = config.stash[_SESSION_OWNER]  # type: ignore[attr-defined]


def pytest_unconfigure(config: pytest.Config) -> None:
    warm.end()
    if hasattr(config, "workerinput") or _SESSION_FOLDER not in config.stash:
        return
    stop_shared(config.stash[_SESSION_FOLDER])
    shutil.rmtree(config.stash[_SESSION_FOLDER], ignore_errors=True)


def pytest_report_header(config: pytest.Config) -> list[str]:
    binaries = find_binaries()
    if binaries is not None:
        postgres = f"PostgreSQL {binaries_version(binaries)} ({binaries})"
    elif in_ci():
        postgres = "NO PostgreSQL: its tests FAIL, because CI is set"
    else:
        postgres = "NO PostgreSQL: ITS TESTS ARE SKIPPED (Debian, Ubuntu: install the package postgresql)"
    return [f"databases: SQLite {sqlite3.sqlite_version}, {postgres}"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    def rank(item: pytest.Item) -> int:
        part = item.path.relative_to(TESTS).parts[0]
        if part in FIRST:
            return FIRST.index(part) - len(FIRST)
        return LAST.index(part) + 1 if part in LAST else 0

    items.sort(key=rank)


# --- databases ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def postgres_server(pytestconfig: pytest.Config) -> PostgresServer:
    """The session's throw-away PostgreSQL, the same one for all workers."""
    try:
        return shared_postgres(pytestconfig.stash[_SESSION_FOLDER], pytestconfig.stash[_SESSION_OWNER])
    except ServerUnavailable as error:
        if in_ci():
            pytest.fail(f"no PostgreSQL, and CI is set: {error}", pytrace=False)
        pytest.skip(f"NO POSTGRESQL: {error}")


@pytest.fixture(scope="session")
def _postgres_admin(postgres_server: PostgresServer) -> Iterator[psycopg2.extensions.connection]:
    connection = psycopg2.connect(postgres_server.dsn())
    connection.autocommit = True
    yield connection
    connection.close()


_numbers = itertools.count(1)


@pytest.fixture
def new_postgres_database(
    postgres_server: PostgresServer, _postgres_admin: psycopg2.extensions.connection
) -> Iterator[Callable[[], str]]:
    """Call it for the URL of one more fresh, empty database. All of them are dropped after the test."""
    made: list[str] = []
    # With a server that nobody else works on, copying the files is twice as fast as logging what is in them.
    how = " STRATEGY file_copy" if _postgres_admin.server_version >= 150000 else ""

    def make() -> str:
        name = f"test_{os.getpid()}_{next(_numbers)}"
        with _postgres_admin.cursor() as cursor:
            cursor.execute(f'CREATE DATABASE "{name}" TEMPLATE template0{how}')
        made.append(name)
        return postgres_server.url(name)

    yield make
    with _postgres_admin.cursor() as cursor:
        for name in made:
            cursor.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


@pytest.fixture
def postgres_url(new_postgres_database: Callable[[], str]) -> str:
    """The URL of a fresh, empty PostgreSQL database of this test's own."""
    return new_postgres_database()


@pytest.fixture
def sqlite_url(tmp_path: Path) -> str:
    """The URL of an SQLite file of this test's own. The file isn't there yet."""
    return f"file:{tmp_path / 'database.db'}"


@pytest.fixture(params=["sqlite", "postgresql"])
def provider(request: pytest.FixtureRequest) -> str:
    """The provider's name; a test that asks for it runs once for each."""
    name: str = request.param
    return name


@pytest.fixture
def database_url(request: pytest.FixtureRequest, provider: str) -> str:
    """The URL of an empty database; a test that asks for it runs once for each provider."""
    url: str = request.getfixturevalue({"sqlite": "sqlite_url", "postgresql": "postgres_url"}[provider])
    return url


# --- the command line -----------------------------------------------------------------------------------------------


@pytest.fixture
def run_parity(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Parity:
    """Runs the real command line: `run_parity("migrate", "status", cwd=…, env=…, input=…, timeout=…)`."""
    from_scratch = not FROM_SCRATCH.isdisjoint(request.path.relative_to(TESTS).parts)
    return Parity(tmp_path, tmp_path_factory.mktemp("home"), from_scratch)


@pytest.fixture
def project(tmp_path: Path, run_parity: Parity) -> Project:
    """An empty project folder, with what writes into it and runs commands in it."""
    folder = tmp_path / "project"
    folder.mkdir()
    return Project(folder, run_parity)


# --- goldens --------------------------------------------------------------------------------------------------------


@pytest.fixture
def golden(pytestconfig: pytest.Config) -> Callable[[str, str], None]:
    """`golden("render/add_column.sql", text)`: the text must be that of the file below tests/golden.

    `pytest --update-golden` writes the files; without it, a missing one fails the test.
    """
    update: bool = pytestconfig.getoption("--update-golden")

    def compare(path: str, actual: str) -> None:
        assert re.fullmatch(r"[A-Za-z0-9_.@-]+(/[A-Za-z0-9_.@-]+)*", path), f"{path!r} is no path below tests/golden"
        file = GOLDEN / path
        if update:
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(actual.encode())
            return
        if not file.exists():
            pytest.fail(f"tests/golden/{path} is missing: write it with `pytest --update-golden`, then read it")
        assert actual == file.read_bytes().decode(), f"tests/golden/{path} differs"

    return compare
