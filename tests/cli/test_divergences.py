"""Each way in which a database comes to differ from its history, made by hand: `parity check` finds it, and names it,
and so do the gate of a deploy and the application that asks `parity.assert_in_sync`.

One project, and a copy of its deployed database for each way: all of them are environments of one check.
"""

from __future__ import annotations

import json
import shutil
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import cast

import psycopg2
import pytest
from msgspec.structs import replace

import parity
from commandline import Project
from divergences import (
    NOTES,
    POSTGRES,
    POSTGRES_MODELS,
    POSTGRES_OBJECTS,
    SQLITE,
    SQLITE_MODELS,
    SQLITE_OBJECTS,
    Divergence,
    statements,
)
from parity.migrations.parity_lock import read_lock, write_lock
from servers import LIMITED_ROLE, PostgresServer


def deployed(project: Project, url: str, models: str, objects: str) -> Project:
    """A project whose history was made by `migrate dev` and by hand."""
    project.use_database(url)
    project.write_schema(models)
    project.run("migrate", "dev", "--name", "first").succeeded()
    project.write_migration("20990101000000_objects", objects)
    project.write_migration("20990102000000_notes", NOTES)
    project.run("migrate", "deploy").succeeded()
    project.run("db", "pull", "--force").succeeded()
    project.run("migrate", "lock").succeeded()
    project.run("migrate", "dev").succeeded()
    return project


def findings(project: Project, urls: dict[str, str]) -> dict[str, list[str]]:
    """What one run says of each environment, a text for each finding."""
    tables = [f"[tool.parity.environments.{json.dumps(name)}]\nurl = {json.dumps(url)}\n" for name, url in urls.items()]
    (project.folder / "pyproject.toml").write_text("\n".join(tables), encoding="utf-8")
    report = json.loads(project.run("check", "--all", "--json", "--html", "check.html").exited(2).stdout)
    assert [item["outcome"] for item in report["project"]] == ["ok"]
    assert report["replayed"] is False
    page = (project.folder / "check.html").read_text(encoding="utf-8")
    assert page.count("<article>") == sum(len(c["findings"]) for e in report["environments"] for c in e["checks"])
    return {
        environment["name"]: [
            "\n".join(
                [f"{finding['code']}: {finding['what']}", *finding["lines"], finding["sql"] or "", finding["fix"]]
            )
            for compared in environment["checks"]
            for finding in compared["findings"]
        ]
        for environment in report["environments"]
    }


def assert_found(found: dict[str, list[str]], expected: dict[str, Divergence]) -> None:
    said = {name: tuple(text.partition("\n")[0] for text in texts) for name, texts in found.items()}
    assert said == {"untouched": (), **{name: divergence.says for name, divergence in expected.items()}}
    unnamed = {name: found[name] for name, one in expected.items() if one.name not in "\n".join(found[name])}
    assert unnamed == {}


def subject_of(divergence: Divergence) -> str:
    """The name of the object that it is about."""
    sentence = next(text for text in divergence.says if "PAR911" in text).removeprefix("PAR911: ")
    return sentence.removeprefix("materialized ").split()[1]


def is_live(divergence: Divergence) -> bool:
    return any("PAR911" in sentence for sentence in divergence.says)


PRINTED = {
    "check changed",
    "domain check",
    "function body",
    "generated expression",
    "materialized view",
    "partial index condition",
    "policy",
    "sequence options",
    "trigger body",
    "trigger switched off",
    "view body",
}
"""What differs in a text alone that a server of another version may print otherwise."""


def assert_stopped(project: Project, urls: dict[str, str], expected: dict[str, Divergence]) -> None:
    """Neither does an application start on such a database, nor is anything deployed to it.

    A deploy goes on where only the ledger is another: to apply what is pending is what it is for, and of a migration
    that the folder lacks it tells. Reference data stops neither; see tests/property/test_in_sync.py for the one.
    """
    told = {name: refusal(project, url) for name, url in urls.items()}
    assert {name for name in told if told[name]} == {name for name, one in expected.items() if one.says}
    live = {name for name, one in expected.items() if any("PAR911" in sentence for sentence in one.says)}
    assert {name: told[name] for name in live if subject_of(expected[name]) not in told[name]} == {}
    assert refused_deploys(project, urls) == live
    with lock_of_another_version(project):
        assert {name for name in live if not refusal(project, urls[name])} == live & PRINTED
    project.write_migration("20990103000000_more", "CREATE TABLE more (id integer NOT NULL PRIMARY KEY);\n")
    project.run("migrate", "lock").succeeded()
    assert refused_deploys(project, urls) == live


@contextmanager
def lock_of_another_version(project: Project) -> Iterator[None]:
    """As where the lock was made on a server that may print definitions in its own way."""
    lock = read_lock(project.migrations_folder)
    assert lock is not None
    write_lock(project.migrations_folder, replace(lock, server="another version"))
    yield
    write_lock(project.migrations_folder, lock)


def refusal(project: Project, url: str) -> str:
    """What `assert_in_sync` says; nothing where it has no objection."""
    try:
        parity.assert_in_sync(url, folder=project.folder)
    except parity.NotInSync as error:
        return str(error)
    return ""


def refused_deploys(project: Project, urls: dict[str, str]) -> set[str]:
    """Where the gate is shut; the others are deployed to."""
    runs = {name: project.run("migrate", "deploy", "--verify", "--url", url) for name, url in urls.items()}
    refused = {name for name, run in runs.items() if "PAR541" in run.stderr}
    for name in runs.keys() - refused:
        assert "Verified" in runs[name].succeeded().stdout
    return refused


@pytest.fixture
def copies(postgres_url: str, postgres_server: PostgresServer) -> Iterator[dict[str, str]]:
    """An URL for each divergence, of a database that isn't there yet and is dropped after the test."""
    source = postgres_url.rpartition("/")[2]
    yield {name: postgres_server.url(f"{source}_{number}") for number, name in enumerate(POSTGRES)}
    with closing(psycopg2.connect(postgres_server.superuser_url)) as server:
        server.autocommit = True
        for number in range(len(POSTGRES)):
            server.cursor().execute(f'DROP DATABASE IF EXISTS "{source}_{number}" WITH (FORCE)')


def test_all_are_found_and_named_on_postgresql(
    project: Project, postgres_url: str, postgres_server: PostgresServer, copies: dict[str, str]
) -> None:
    deployed(project, postgres_url, POSTGRES_MODELS, POSTGRES_OBJECTS)
    source = postgres_url.rpartition("/")[2]
    with closing(psycopg2.connect(postgres_server.superuser_url)) as server:
        server.autocommit = True
        how = " STRATEGY file_copy" if server.server_version >= 150000 else ""
        for url in copies.values():
            name = url.rpartition("/")[2]
            server.cursor().execute(f'CREATE DATABASE "{name}" TEMPLATE "{source}"{how}')
    for name, url in copies.items():
        with closing(psycopg2.connect(url)) as database:
            database.autocommit = True
            database.cursor().execute(POSTGRES[name].statement)
    urls = {"untouched": postgres_url, **copies}
    assert_found(findings(project, urls), POSTGRES)
    assert_stopped(project, urls, POSTGRES)


def test_all_are_found_and_named_on_sqlite(project: Project, sqlite_url: str, tmp_path: Path) -> None:
    deployed(project, sqlite_url, SQLITE_MODELS, SQLITE_OBJECTS)
    urls = {"untouched": sqlite_url}
    for number, (name, divergence) in enumerate(SQLITE.items()):
        copy = tmp_path / f"copy_{number}.db"
        shutil.copy(sqlite_url.removeprefix("file:"), copy)
        with closing(sqlite3.connect(copy)) as database:
            database.create_function("repeat", 2, lambda text, times: text * times)

            def definition_of(table: str, database: sqlite3.Connection = database) -> str:
                row = database.execute("SELECT sql FROM sqlite_schema WHERE name = ?", (table,)).fetchone()
                return cast(str, row[0])

            database.executescript(statements(divergence.statement, definition_of))
            database.commit()
        urls[name] = f"file:{copy}"
    assert_found(findings(project, urls), SQLITE)
    assert_stopped(project, urls, SQLITE)


def test_an_edited_file_is_found_and_named(project: Project, provider: str, database_url: str) -> None:
    project.use_database(database_url)
    project.write_schema("", provider=provider)
    project.write_migration("20240101000000_notes", NOTES, provider=provider)
    project.run("migrate", "deploy").succeeded()
    project.run("db", "pull", "--force").succeeded()
    project.run("migrate", "lock").succeeded()
    project.run("check").succeeded()
    project.write_migration("20240101000000_notes", NOTES.replace("body text", "body text NOT NULL"))
    found = project.run("check").exited(2).stdout
    assert "PAR540: prisma/migrations/parity.lock isn't that of the migrations beside it" in found
    assert "PAR906: 20240101000000_notes was edited after it was applied here: its SQL is another one" in found
    assert "PAR911: table note differs" in found


def test_a_role_that_may_only_read_the_ledger_is_enough(
    project: Project, postgres_url: str, postgres_server: PostgresServer
) -> None:
    deployed(project, postgres_url, POSTGRES_MODELS, POSTGRES_OBJECTS)
    with closing(psycopg2.connect(postgres_url)) as database:
        database.autocommit = True
        database.cursor().execute(f"GRANT SELECT ON _prisma_migrations TO {LIMITED_ROLE}")
    limited = postgres_server.url(postgres_url.rpartition("/")[2], user=LIMITED_ROLE)
    assert project.run("check", "--url", limited).succeeded().stdout.endswith("\nIn parity.\n")
    with closing(psycopg2.connect(postgres_url)) as database:
        database.autocommit = True
        database.cursor().execute(POSTGRES["policy"].statement)
    assert "PAR911: policy visit_seen on Visit differs" in project.run("check", "--url", limited).exited(2).stdout
