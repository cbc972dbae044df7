"""Schemas to compare the schema language on: a corpus, random ones, and all of them with one mistake."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

from random_schemas.generator import generate
from random_schemas.options import PROVIDERS
from referee import without_urls
from schema_faults import one_fault
from semantic_faults.choosing import one_wrong_meaning


@dataclass(frozen=True, slots=True)
class Case:
    """One schema text; a folder of the corpus is joined into one."""

    name: str
    provider: str
    text: str


def read_cases(folder: Path, names: Sequence[str], provider: str | None) -> list[Case]:
    """The corpus, or some of it."""
    corpus = folder / "corpus" / "psl"
    cases = []
    for row in (corpus / "INDEX.tsv").read_text().splitlines()[1:]:
        name, of_provider, *_ = row.split("\t")
        if (names and not any(part in name for part in names)) or (provider and of_provider != provider):
            continue
        path = corpus / name
        files = sorted(path.rglob("*.prisma")) if path.is_dir() else [path]
        cases.append(Case(name, of_provider, without_urls("\n".join(file.read_text() for file in files))))
    return cases


def faulty_cases(cases: Sequence[Case], count: int, seed: int) -> Iterator[Case]:
    """Schemas with one mistake each, in the text or in what it means, made from those that are given."""
    chooser = Random(seed)
    pool = [case for case in cases if len(case.text) < 20_000]
    for number in range(count if pool else 0):
        case = chooser.choice(pool)
        fault = chooser.choice((one_fault, one_wrong_meaning))
        yield Case(f"{case.name} fault {number}", case.provider, fault(case.text, chooser))


def random_cases(count: int, seed: int, provider: str | None) -> Iterator[Case]:
    """Random schemas that are right, of every provider in turn."""
    providers = (provider,) if provider else PROVIDERS
    for number in range(count):
        of_provider = providers[number % len(providers)]
        name = f"random {of_provider} {seed}/{number}"
        yield Case(name, of_provider, generate(Random(name), of_provider).text)


def faulty_random_cases(count: int, seed: int, provider: str | None) -> Iterator[Case]:
    """Random schemas with one mistake each, in what they mean twice as often as in the text."""
    for case in random_cases(count, seed + 1_000_000, provider):
        chooser = Random(case.name)
        fault = chooser.choice((one_wrong_meaning, one_wrong_meaning, one_fault))
        yield Case(f"{case.name} fault", case.provider, fault(case.text, chooser))
