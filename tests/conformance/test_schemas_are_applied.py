"""Every valid schema of the corpus, applied to an empty database: nothing is left to do, in both directions.

`make test` takes one in eight of them; `make conformance` takes all.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from parity.diagnostics import SourceFile
from parity.dialects.base import Dialect, Session
from parity.dialects.registry import dialect_for_provider
from parity.diff.carry import carry_over
from parity.diff.compare import diff
from parity.errors import DatabaseError
from parity.execute.runner import run_script
from parity.lower import lower
from parity.plan.build import build_plan
from parity.plan.script import script
from parity.plan.summary import summary
from parity.psl import parse
from parity.schema.model import EMPTY, Schema
from parity.workflow.canonical import canonicalise
from referee import shared_folder, without_urls

SPELLINGS = {"postgresql": ("postgresql", "postgres"), "sqlite": ("sqlite",)}
REFUSED = (
    'type "citext" does not exist',
    'type "geometry" does not exist',
    'type "vector" does not exist',
    'extension "postgis" is not available',
    'operator class "gin_trgm_ops" does not exist',
    "function timestamp_id(text) does not exist",
    'unrecognized token: ":"',
)
"""What the corpus takes for granted on a server (extensions that aren't there, functions), and what isn't SQL of the
database that the file names."""
EACH = 1 if os.environ.get("PARITY_CONFORMANCE") == "all" else 8


def valid_schemas(folder: Path, provider: str) -> list[tuple[str, str]]:
    """(name, text) of each."""
    found = []
    for line in (folder / "corpus" / "psl" / "INDEX.tsv").read_text().splitlines()[1:]:
        name, written, _, errors, *_ = line.split("\t")
        if written in SPELLINGS[provider] and errors == "0":
            path = folder / "corpus" / "psl" / name
            files = sorted(path.rglob("*.prisma")) if path.is_dir() else [path]
            found.append((name, without_urls("\n".join(file.read_text() for file in files))))
    return found


EXTENSIONS = ("citext", "pg_trgm")
"""What schemas of the corpus take for granted and most servers have."""


def left_to_do(text: str, session: Session, dialect: Dialect) -> str | None:
    """What is wrong behind the schema's own script; "" where nothing is, None where the database can't take it."""
    datamodel, diagnostics = parse([SourceFile("schema.prisma", text)])
    if any(diagnostic.severity == "error" for diagnostic in diagnostics):
        return "it isn't valid"
    namespaces = datamodel.datasource.schemas if datamodel.datasource is not None else ()
    wanted = canonicalise(lower(datamodel, dialect), session, dialect)
    plan = build_plan(diff(EMPTY, wanted, dialect), EMPTY, wanted, dialect)
    try:
        run_script(session, dialect, script(plan, dialect, warnings=True))
    except DatabaseError as error:
        return None if any(reason in error.message for reason in REFUSED) else f"refused: {error.message}"
    found = dialect.driver.introspect(session, namespaces)
    again = carry_over(found, canonicalise(lower(datamodel, dialect), session, dialect), dialect)
    sides: tuple[tuple[Schema, Schema], ...] = ((wanted, wanted), (found, wanted), (again, found), (found, again))
    return "".join(summary(changes, old, new, dialect) for old, new in sides if (changes := diff(old, new, dialect)))


def all_namespaces(session: Session) -> tuple[str, ...]:
    rows = session.query(
        "SELECT nspname FROM pg_catalog.pg_namespace WHERE nspname !~ '^pg_' AND nspname <> 'information_schema'"
    )
    return tuple(str(name) for (name,) in rows)


@pytest.mark.parametrize("provider", ["sqlite", "postgresql"])
def test_every_valid_schema_leaves_nothing_to_do_once_it_is_applied(
    provider: str, request: pytest.FixtureRequest, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = shared_folder()
    if folder is None:
        pytest.skip("NOT RUN: the corpus isn't there")
    dialect = dialect_for_provider(provider)
    schemas = valid_schemas(folder, provider)
    assert len(schemas) > 100
    schemas = schemas[::EACH]
    wrong: dict[str, str | None] = {}
    if provider == "sqlite":
        for name, text in schemas:
            with dialect.driver.scratch(None) as session:
                wrong[name] = left_to_do(text, session, dialect)
    else:
        new_database: Callable[[], str] = request.getfixturevalue("new_postgres_database")
        session = dialect.driver.connect(dialect.driver.parse_url(new_database(), Path("/")))
        for name, text in schemas:
            wrong[name] = left_to_do(text, session, dialect)
            session.rollback()
            if wrong[name]:
                # What the schemas before it have left behind (extensions) is no fault of this one.
                with dialect.driver.scratch(session.target) as fresh:
                    wrong[name] = left_to_do(text, fresh, dialect)
            if wrong[name] is None:
                with dialect.driver.scratch(session.target) as fresh:
                    for extension in EXTENSIONS:
                        fresh.execute(f"CREATE EXTENSION IF NOT EXISTS {extension}")
                    wrong[name] = left_to_do(text, fresh, dialect)
            names = all_namespaces(session)
            dialect.driver.drop_everything(session, names)
            for extra in names:
                if extra != "public":
                    session.execute(f'DROP SCHEMA "{extra}" CASCADE')
        session.close()
    refused = [name for name, what in wrong.items() if what is None]
    with capsys.disabled():
        print(f"\n{provider}, one schema in {EACH}: {len(schemas) - len(refused)} of {len(schemas)} applied")
        print(f"not taken: {refused}")
    assert {name: what for name, what in wrong.items() if what} == {}
