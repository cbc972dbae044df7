"""Pairs of schema files on which `diff` is compared with the genuine engine: of the corpus, mutated, and random."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from random import Random

from mutations import Draft, draft, mutate
from pairs import random_pair
from random_schemas.generator import generate
from referee import without_urls
from richer import mutate_richly
from wider import mutate_widely

PROVIDERS = {"postgresql": ("postgresql", "postgres"), "sqlite": ("sqlite",), "cockroachdb": ("cockroachdb",)}
"""Each provider, with its spellings in a datasource."""


@dataclass(frozen=True, slots=True)
class Case:
    """Two schema files; `old` is None for an empty database."""

    kind: str
    name: str
    provider: str
    old: str | None
    new: str


def schemas(folder: Path, provider: str) -> Iterator[tuple[str, str]]:
    """The valid schemas of one provider: (name, text)."""
    for line in (folder / "corpus" / "psl" / "INDEX.tsv").read_text().splitlines()[1:]:
        name, written, _, errors, *_ = line.split("\t")
        if written in PROVIDERS[provider] and errors == "0":
            path = folder / "corpus" / "psl" / name
            files = sorted(path.rglob("*.prisma")) if path.is_dir() else [path]
            yield name, without_urls("\n".join(file.read_text() for file in files))


def from_empty(folder: Path, provider: str) -> Iterator[Case]:
    """Each schema of the corpus from nothing."""
    for name, text in schemas(folder, provider):
        yield Case("from empty", name, provider, None, text)


def to_itself(folder: Path, provider: str) -> Iterator[Case]:
    """Each schema of the corpus to itself: of use where the old side isn't a file."""
    for name, text in schemas(folder, provider):
        yield Case("to itself", name, provider, text, text)


_LATER: dict[str, Callable[[Draft, int], None]] = {"rich mutations": mutate_richly, "wide mutations": mutate_widely}


def to_mutations(folder: Path, provider: str, count: int, seed: int, kind: str = "mutations") -> Iterator[Case]:
    """Each schema of the corpus to and from its mutations: of the common kinds, or of the rarer ones as well."""
    change = _LATER.get(kind)
    for name, text in schemas(folder, provider):
        for number in range(count):
            random = Random(f"{seed} {name} {number}")
            times = random.choice((1, 1, 2, 4))
            if change is not None:
                changed = draft(text, random, provider)
                change(changed, times)
                other = changed.text()
            else:
                other = mutate(text, random, provider, times=times)
            pair = (text, other) if random.random() < 0.5 else (other, text)
            yield Case(kind, f"{name} #{number}", provider, *pair)


def of_products(folder: Path, provider: str) -> Iterator[Case]:
    """Consecutive versions of real products."""
    for before in sorted((folder / "corpus" / "pairs").glob("*/*/before.prisma")):
        after = before.with_name("after.prisma")
        text = after.read_text()
        found = re.search(r'^\s*provider\s*=\s*"(postgres\w*|sqlite|cockroachdb)"', text, re.MULTILINE)
        if found and found[1] in PROVIDERS[provider]:
            name = f"{before.parent.parent.name}/{before.parent.name}"
            yield Case("products", name, provider, without_urls(before.read_text()), without_urls(text))


def generated(provider: str, count: int, seed: int) -> Iterator[Case]:
    """Random schemas that use the whole language: from nothing, and to what a few changes make of them."""
    for number in range(count):
        random = Random(f"{seed} generated {provider} {number}")
        text = without_urls(generate(random, provider).text)
        changed = draft(text, random, provider)
        mutate_richly(changed, random.choice((1, 2, 3, 6)))
        yield Case("generated from empty", f"generated {number} alone", provider, None, text)
        pair = (text, changed.text()) if random.random() < 0.5 else (changed.text(), text)
        yield Case("generated pairs", f"generated {number}", provider, *pair)


def random_pairs(provider: str, count: int, seed: int) -> Iterator[Case]:
    """Simple random schemas, and others that mostly follow from them."""
    for number in range(count):
        pair = random_pair(Random(f"{seed} {provider} {number}"), provider)
        yield Case("random pairs", f"random {number}", provider, pair.old, pair.new)
