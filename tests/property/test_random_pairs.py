"""The property that carries the product: for random pairs of schemas, `migrate dev` leads from one to the other.

On real databases that hold rows and objects made by hand. Afterwards nothing differs, a second run finds nothing, the
rows are there, what was made by hand is there as long as it can be, and whatever fails on the rows was foretold.
PARITY_FUZZ_PAIRS says how many pairs; the seed in a test's name is all that it needs to be run again.
"""

from __future__ import annotations

import os
from random import Random

import pytest

from pairs import Outcome, Unfit, go, random_pair
from parity.dialects.registry import dialect_for_provider
from sessions import two_sessions

PAIRS = int(os.environ.get("PARITY_FUZZ_PAIRS", "50"))
SEEDS_IN_A_TEST = 5
_TRIES = 50


@pytest.fixture
def pair_of_urls(provider: str, request: pytest.FixtureRequest) -> tuple[str, str] | None:
    """Two databases on the server; None where databases are files."""
    if provider == "sqlite":
        return None
    new_database = request.getfixturevalue("new_postgres_database")
    return new_database(), new_database()


def run(seed: int, provider: str, urls: tuple[str, str] | None) -> Outcome:
    """The first pair of a seed whose schemas the database takes at all."""
    dialect = dialect_for_provider(provider)
    for attempt in range(_TRIES):
        random = Random(f"{provider} {seed} {attempt}")
        pair = random_pair(random, provider)
        try:
            with two_sessions(dialect, urls) as (main, scratch):
                return go(pair, main, scratch, dialect, random)
        except Unfit:
            continue
    raise AssertionError(f"the database refuses all schemas of seed {seed}")


def told(seed: int, outcome: Outcome) -> str:
    problems = "\n".join(f"- {problem}" for problem in outcome.problems)
    return f"\nseed {seed}\n{problems}\n--- from\n{outcome.pair.old}--- to\n{outcome.pair.new}--- by\n{outcome.script}"


@pytest.mark.parametrize("first", range(1000, 1000 + PAIRS, SEEDS_IN_A_TEST))
def test_what_leads_from_one_random_schema_to_another_reaches_it_and_keeps_what_it_can(
    first: int, provider: str, pair_of_urls: tuple[str, str] | None
) -> None:
    outcomes = {seed: run(seed, provider, pair_of_urls) for seed in range(first, first + SEEDS_IN_A_TEST)}
    wrong = [told(seed, outcome) for seed, outcome in outcomes.items() if outcome.problems]
    assert not wrong, "\n".join(wrong)
