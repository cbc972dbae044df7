"""Random pairs of schemas, pushed: the schema file is what is reached, rows stay, a refusal changes nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from random import Random

import pytest

from handmade import make_by_hand
from pairs import random_pair
from parity.dialects.base import Dialect, Session
from parity.dialects.registry import dialect_for_provider
from parity.errors import DatabaseError, LossesRefused
from parity.workflow.context import open_project
from parity.workflow.conversions import OnTypeChange
from parity.workflow.push import Pushed, PushOptions, push
from parity.workflow.request import Request
from rows import fill

SEEDS = range(2000, 2008)


class Nobody:
    """Nobody is there to be asked."""

    def progress(self, line: str) -> None:
        pass

    def confirm(self, question: str, *, flag: str, told: tuple[str, ...] = (), word: str | None = None) -> bool:
        raise AssertionError(f"{question} {flag}")

    def ask(self, question: str, *, flag: str) -> str:
        raise AssertionError(f"{question} {flag}")

    def choose(self, question: str, choices: tuple[tuple[str, str], ...], *, told: tuple[str, ...]) -> str | None:
        return None


def pushed(folder: Path, url: str, text: str, on_type_change: OnTypeChange | None = None) -> Pushed:
    file = folder / "schema.prisma"
    file.write_text(text)
    project = open_project(Request(folder, {}, schema=str(file), url=url))
    return push(project, PushOptions(accept_data_loss=True, on_type_change=on_type_change), Nobody())


def counts(session: Session, dialect: Dialect) -> dict[str, object]:
    tables = dialect.driver.introspect(session, ()).tables
    return {t.name.name: session.query(f"SELECT count(*) FROM {dialect.quote(t.name)}")[0][0] for t in tables}


@pytest.fixture
def new_url(provider: str, tmp_path: Path, request: pytest.FixtureRequest) -> Callable[[], str]:
    """The URL of an empty database."""
    if provider == "sqlite":
        return lambda: f"file:{tmp_path}/{len(list(tmp_path.iterdir()))}.db"
    make: Callable[[], str] = request.getfixturevalue("new_postgres_database")
    return make


@pytest.mark.parametrize("seed", SEEDS)
def test_a_push_leads_to_the_schema_file_and_keeps_the_rows(
    seed: int, provider: str, new_url: Callable[[], str], tmp_path: Path
) -> None:
    dialect, random = dialect_for_provider(provider), Random(seed)
    while True:
        pair, url = random_pair(random, provider), new_url()
        if provider == "postgresql":
            citext = dialect.driver.connect(dialect.driver.parse_url(url, tmp_path))
            citext.execute("CREATE EXTENSION citext")
            citext.close()
        try:
            pushed(tmp_path, url, pair.old)
        except DatabaseError:
            continue  # The database takes no such schema at all.
        break
    session = dialect.driver.connect(dialect.driver.parse_url(url, tmp_path))
    try:
        for made in make_by_hand(dialect.driver.introspect(session, ()), dialect, random):
            for statement in made.statements:
                session.execute(statement)
        fill(session, dialect.driver.introspect(session, ()), dialect, random)
        before = counts(session, dialect)
        assert pushed(tmp_path, url, pair.old).sql == "", "what is made by hand is no difference"
        try:
            done = pushed(tmp_path, url, pair.new, random.choice((None, *OnTypeChange)))
        except (LossesRefused, DatabaseError):
            assert counts(session, dialect) == before
            return
        after = counts(session, dialect)
        assert {name: after[name] for name in before if name in after} == {
            name: before[name] for name in before if name in after
        }, done.sql
        assert pushed(tmp_path, url, pair.new).sql == ""
    finally:
        session.close()
