"""Random schemas that are right (`make conformance` asks the referee): so they are here, and no feature is missed."""

from __future__ import annotations

from collections import Counter
from random import Random

import pytest

from parity.diagnostics import Severity
from parity.psl import parse
from parity.psl.format import format_text
from random_schemas.columns import ID_FUNCTIONS
from random_schemas.facts import FACTS, SCALARS
from random_schemas.generator import generate
from random_schemas.options import FOR_DATABASES, PROVIDERS

COUNT = 60
EVERYWHERE = (
    *SCALARS,
    *(f"@default of {scalar}" for scalar in SCALARS),
    *(f"@default {function}" for function in ID_FUNCTIONS),
    *("@default now", "@default autoincrement", "@default dbgenerated", "@default of an enum", "@default value:"),
    *("@default dbgenerated of Unsupported", "Unsupported", "@updatedAt", "@ignore", "@@ignore"),
    *("@id", "@@id", "@@id name", "model without @id", "@map", "@map name:", "@@map", "@@map name:"),
    *("@unique", "@unique map", "@unique sort", "@@unique", "@@unique name", "@@unique map", "@@unique sort"),
    *("@@index", "@@index map", "@@index name", "@@index sort"),
    *("enum", "enum field", "enum value", "enum value @map", "enum @@map"),
    *("model", "view", "@unique in a view", "@@map of a view", "relation of a view"),
    *("one to one", "one to one that shares its key", "one to many", "implicit many to many", "explicit many to many"),
    *("self relation", "several relations between two models", "@relation name"),
    *("composite reference", "partly optional reference", "reference to a unique key"),
    *(f"{on}: {do}" for on in ("onDelete", "onUpdate") for do in ("Cascade", "Restrict", "NoAction", "SetNull")),
    *(f"{on}: SetDefault" for on in ("onDelete", "onUpdate")),
    *("relationMode", "index of an emulated relation", "emulated relation without an index"),
    *("previewFeatures", "preview feature without effect", "property of a generator's own"),
    *("untidy block", "comment behind a line", "comment between blocks", "comment in a block"),
    *("block attributes between fields", "line ends of Windows"),
)
_WITH_NATIVES = ("native type with arguments", "@@index BTree", "@relation map")
_WITH_LISTS = ("list", "@default of a list", "@default of an enum list", "@@index Gin")
_WITH_SCHEMAS = ("schemas", "@@schema", "@@schema map:", "@id map", "@@id map")
_PARTIAL = tuple(f"{what} where{how}" for what in ("@@index", "@@unique", "@unique") for how in ("", " not", " raw"))
OF_PROVIDER = {
    "postgresql": (
        *_WITH_NATIVES,
        *_WITH_LISTS,
        *_WITH_SCHEMAS,
        *_PARTIAL,
        *(f"@@index {kind}" for kind in ("Brin", "Gist", "Hash", "SpGist")),
        *(f"@@index ops of {kind}" for kind in ("Brin", "Gin", "Gist", "SpGist")),
        *("@@index raw ops", "@@index of Unsupported", "extensions"),
    ),
    "cockroachdb": (*_WITH_NATIVES, *_WITH_LISTS, *_WITH_SCHEMAS, *_PARTIAL, "@default sequence"),
    "mysql": (
        *_WITH_NATIVES,
        *("@@fulltext", "@@fulltext map", "@@index length", "@@unique length", "@unique length", "@@id length"),
    ),
    "sqlite": _PARTIAL,
}


def _texts(provider: str) -> list[str]:
    return [generate(Random(f"{provider} {number}"), provider).text for number in range(COUNT)]


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_random_schema_has_an_error(provider: str) -> None:
    for text in _texts(provider):
        assert [d for d in parse(text).diagnostics if d.severity is Severity.ERROR] == [], text


@pytest.mark.parametrize("provider", PROVIDERS)
def test_no_schema_for_a_database_has_an_error(provider: str) -> None:
    for number in range(COUNT):
        text = generate(Random(number), provider, FOR_DATABASES).text
        assert [d for d in parse(text).diagnostics if d.severity is Severity.ERROR] == [], text


@pytest.mark.parametrize("provider", PROVIDERS)
def test_a_random_schema_that_is_laid_out_stays(provider: str) -> None:
    for text in _texts(provider):
        once = format_text(text)
        assert format_text(once) == once


@pytest.mark.parametrize("provider", PROVIDERS)
def test_the_same_seed_gives_the_same_schema(provider: str) -> None:
    assert generate(Random(5), provider).text == generate(Random(5), provider).text
    assert generate(Random(5), provider).text != generate(Random(6), provider).text


@pytest.mark.parametrize("provider", PROVIDERS)
def test_random_schemas_reach_every_feature_of_the_language(provider: str) -> None:
    seen: Counter[str] = Counter()
    for number in range(10 * COUNT):
        seen += generate(Random(number), provider).seen
    natives = [f"@db.{native.name}" for natives in FACTS[provider].natives.values() for native in natives]
    features = {*EVERYWHERE, *OF_PROVIDER[provider], *natives}
    assert {feature for feature in features if not seen[feature]} == set()
    assert set(seen) <= features
