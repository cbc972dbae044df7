"""PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK: as with Prisma's engine no migration lock is taken, and each command says so."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from commandline import Project
from parity.dialects.registry import dialect_for_provider

VARIABLE = "PRISMA_SCHEMA_DISABLE_ADVISORY_LOCK"
TOLD = f"No migration lock is taken, because {VARIABLE} is set: let nobody else migrate now\n"
MODELS = "model t {\n  id Int @id\n}\n"


@pytest.fixture
def locked_by_another(project: Project, provider: str, database_url: str) -> Iterator[Project]:
    """A project with a pending migration, on a database whose migration lock somebody holds."""
    project.use_database(database_url)
    project.write_schema(MODELS, provider=provider)
    project.run("migrate", "dev", "--name", "t", "--create-only").succeeded()
    driver = dialect_for_provider(provider).driver
    with closing(driver.connect(driver.parse_url(database_url, Path("/")))) as other:
        assert driver.try_lock(other)
        yield project


def test_deploy_and_dev_wait_for_nobody_and_say_so(locked_by_another: Project) -> None:
    done = locked_by_another.run("migrate", "deploy", env={VARIABLE: "1"}).succeeded()
    assert done.stderr.startswith(TOLD)
    assert "Applied " in done.stdout
    dev = locked_by_another.run("migrate", "dev", env={VARIABLE: "true"}).succeeded()
    assert dev.stderr.startswith(TOLD)
    assert "Already in sync" in dev.stdout
    name = next(iter(locked_by_another.migrations()))
    assert TOLD in locked_by_another.run("migrate", "resolve", "--applied", name, env={VARIABLE: "1"}).exited(1).stderr


def test_an_env_file_may_say_it_and_a_zero_takes_it_back(locked_by_another: Project) -> None:
    (locked_by_another.folder / ".env").write_text(f"{VARIABLE}=1\n")
    refused = locked_by_another.run("migrate", "deploy", "--lock-timeout", "0", env={VARIABLE: "0"}).exited(1)
    assert "P1002" in refused.stderr
    assert TOLD not in refused.stderr
    assert locked_by_another.run("migrate", "deploy").succeeded().stderr.startswith(TOLD)


def test_json_stays_alone_on_the_standard_output(locked_by_another: Project) -> None:
    done = locked_by_another.run("migrate", "deploy", "--json", env={VARIABLE: "1"}).succeeded()
    assert done.stdout.startswith("{")
