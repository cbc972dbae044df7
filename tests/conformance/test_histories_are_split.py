"""Every migration of the real histories is cut as its database's own parser cuts it."""

import itertools
import sqlite3
import tomllib
from pathlib import Path

import pglast
import pytest

from parity.dialects.postgres import split as postgres
from parity.dialects.postgres import statement_facts as postgres_facts
from parity.dialects.sqlite import split as sqlite
from parity.dialects.sqlite import statement_facts as sqlite_facts

HISTORIES = Path(__file__).resolve().parents[3] / "shared" / "corpus" / "histories"


def scripts(provider: str) -> list[Path]:
    found: list[Path] = []
    for lock in sorted(HISTORIES.glob("*/migrations/migration_lock.toml")):
        if tomllib.loads(lock.read_text())["provider"] == provider:
            found += sorted(lock.parent.glob("*/migration.sql"))
    return found


def scripts_or_skip(provider: str) -> list[Path]:
    if not HISTORIES.is_dir():
        pytest.skip(f"NOT RUN: the real migration histories are not at {HISTORIES}")
    found = scripts(provider)
    assert found, "no migration was found in the histories"
    return found


def gaps_are_empty(script: str, pieces: tuple, split) -> bool:
    ends = [0, *(piece.end for piece in pieces)]
    starts = [*(piece.start for piece in pieces), len(script)]
    return all(split(script[end:start]) == () for end, start in zip(ends, starts, strict=True))


def test_every_postgresql_migration_is_cut_as_the_real_parser_cuts_it() -> None:
    for path in scripts_or_skip("postgresql"):
        script = path.read_bytes().decode("utf-8-sig")
        ours = postgres.split(script)
        theirs = pglast.split(script, only_slices=True)
        assert [piece.start for piece in ours] == [piece.start for piece in theirs], path
        assert all(piece.end <= other.stop for piece, other in zip(ours, theirs, strict=True)), path
        assert gaps_are_empty(script, ours, postgres.split), path
        assert all(postgres_facts.facts_of(piece).keywords for piece in ours), path


def test_every_sqlite_migration_is_cut_into_statements_that_sqlite_takes_one_by_one() -> None:
    paths = scripts_or_skip("sqlite")
    for _, group in itertools.groupby(paths, key=lambda path: path.parents[1]):
        connection = sqlite3.connect(":memory:", isolation_level=None)
        for path in group:
            script = path.read_bytes().decode("utf-8-sig")
            pieces = sqlite.split(script)
            assert gaps_are_empty(script, pieces, sqlite.split), path
            for piece in pieces:
                assert sqlite_facts.facts_of(piece).keywords, path
                connection.execute(piece.text)
        connection.close()
