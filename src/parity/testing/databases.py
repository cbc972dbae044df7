"""Migrated databases for tests: one is migrated for the whole run, and each test gets a copy of it."""

from __future__ import annotations

import hashlib
import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.copying import Copies, CopyWish
from parity.errors import ConfigError, ParityError, Refused
from parity.migrations.folder import MigrationsFolder
from parity.project.urls import check_same_database_kind, find_url, target_of
from parity.workflow.context import Project, open_project
from parity.workflow.deploy import deploy
from parity.workflow.request import Request

_PATIENCE = 60.0
"""Seconds to wait for a lock that nobody should hold."""


class MigratedDatabase(Struct, frozen=True):
    """A test's own database. `path` is its file, None where it is on a server."""

    url: str
    name: str
    path: Path | None = None

    def __repr__(self) -> str:
        return f"MigratedDatabase({self.name!r})"


class Migrated(Struct):
    """What the tests' databases are copied from."""

    copies: Copies
    project: Project

    def copy(self) -> MigratedDatabase:
        """One more database."""
        name, url = self.copies.copy()
        target = self.project.dialect.driver.parse_url(url, self.project.places.root)
        return MigratedDatabase(url, name, target.path)

    def drop(self, database: MigratedDatabase) -> None:
        """The end of one, whoever is still connected to it."""
        self.copies.drop(database.name)


@contextmanager
def migrated(config: pytest.Config, folder: Path) -> Iterator[Migrated]:
    """Have a database migrated, if no other process of this run has done so; all are dropped at the run's end."""
    project = project_of(config)
    make = project.dialect.driver.copies
    if make is None:
        raise ConfigError(
            "PAR931",
            f"databases of {project.dialect.title} can't be copied for tests",
            hint="make the test's database with a fixture of your own, and `parity migrate deploy`",
        )
    copies = make(_wish(project, project.migrations(), folder, _run(config)))
    try:
        copies.prepare(lambda url: _migrate(project, url))
        yield Migrated(copies, project)
    finally:
        copies.close()


def project_of(config: pytest.Config) -> Project:
    """The project that pytest's settings name, else the one in its root folder."""
    schema, url = config.getini("parity_schema"), config.getini("parity_url")
    request = Request(
        config.rootpath, os.environ, schema=str(config.rootpath / schema) if schema else None, url=url or None
    )
    return open_project(request, config_only=True)


@contextmanager
def or_fail() -> Iterator[None]:
    """Make our errors the test's: in words, without the stack that leads to them."""
    try:
        yield
    except ParityError as error:
        lines = (f"{error.code}: {error.message}", error.why, *error.details, error.hint)
        text = "\n".join(line for line in lines if line)
        failed = text
    else:
        return
    pytest.fail(failed, pytrace=False)


def _run(config: pytest.Config) -> str:
    """Names this run, in all of its processes."""
    of_worker: dict[str, str] = getattr(config, "workerinput", {})
    return hashlib.sha256((of_worker.get("testrunuid") or secrets.token_hex(8)).encode()).hexdigest()[:8]


def _wish(project: Project, folder: MigrationsFolder, place: Path, run: str) -> CopyWish:
    history = hashlib.sha256()
    for migration in folder.migrations:
        history.update(f"{migration.name}\n{migration.checksum}\n".encode())
    key = history.hexdigest()[:8]
    if project.dialect.capabilities.scratch_is_file:
        return CopyWish(place, run, key)
    found = find_url(
        project.request.url,
        project.settings,
        project.datamodel.datasource,
        project.environment,
        project.request.working_folder,
        project.places.schema_folder,
    )
    dialect, _ = target_of(found, project.dialect)
    check_same_database_kind(dialect, project.dialect, found.origin)
    return CopyWish(found.base, run, key, found.url.strip())


def _migrate(project: Project, url: str) -> None:
    deploy(replace(project, request=replace(project.request, url=url)), _Nobody(), lock_timeout=_PATIENCE, verify=False)


class _Nobody:
    """A run of tests has nobody to tell or to ask."""

    def progress(self, line: str) -> None:
        pass

    def confirm(self, question: str, *, flag: str, told: tuple[str, ...] = (), word: str | None = None) -> bool:
        raise _unasked(question)

    def ask(self, question: str, *, flag: str) -> str:
        raise _unasked(question)

    def choose(self, question: str, choices: tuple[tuple[str, str], ...], *, told: tuple[str, ...]) -> str | None:
        return None


def _unasked(question: str) -> Refused:
    return Refused("PAR932", "a question came up while the tests' database was migrated", why=question)
