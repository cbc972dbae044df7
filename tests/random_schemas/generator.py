"""Random schema files that are right: a function of a random source, a provider and options.

    generate(Random(7), "postgresql").text

The same seed gives the same text. `seen` counts which features of the language the text uses, so that a test can say
that none was forgotten.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from random import Random

from random_schemas.blocks import add_model, add_view, finish_model
from random_schemas.columns import add_enum
from random_schemas.drafts import SchemaDraft
from random_schemas.facts import FACTS
from random_schemas.options import EVERYTHING, Options
from random_schemas.random_relations import add_relation
from random_schemas.writing import write

_EXTENSIONS = (
    "citext",
    "pgcrypto",
    'uuid_ossp(map: "uuid-ossp")',
    'postgis(version: "3.4.0", schema: "base")',
    'vector(schema: "stock")',
)


@dataclass(frozen=True, slots=True)
class Generated:
    """A schema file, and which features it uses how often."""

    text: str
    seen: Counter[str]


def generate(random: Random, provider: str, options: Options = EVERYTHING) -> Generated:
    """A random schema file."""
    draft = SchemaDraft(random, FACTS[provider], options)
    _choose_settings(draft)
    for _ in range(draft.between(options.enums)):
        add_enum(draft)
    for _ in range(draft.between(options.models)):
        add_model(draft)
    for _ in range(draft.between(options.relations)):
        add_relation(draft)
    for model in draft.models:
        finish_model(draft, model)
    if "views" in draft.features:
        for _ in range(draft.random.randint(1, 2)):
            add_view(draft)
    random.shuffle(draft.models)
    return Generated(write(draft), draft.seen)


def _choose_settings(draft: SchemaDraft) -> None:
    """What the datasource and the generator switch on."""
    options, facts = draft.options, draft.facts
    draft.datasource = draft.random.choice(("db", "db", "main_db"))
    if options.emulated_relations and draft.chance(0.15):
        draft.emulated = True
        draft.note("relationMode")
    if options.schemas and facts.schemas and draft.chance(0.25):
        draft.schemas = tuple(draft.random.sample(("base", "stock", "Über 1"), draft.random.randint(1, 3)))
        draft.note("schemas")
    if options.partial_indexes and facts.partial_indexes and draft.chance(0.4):
        draft.features.append("partialIndexes")
    if options.views and draft.chance(0.15):
        draft.features.append("views")
    if options.extensions and facts.extensions and draft.chance(0.2):
        draft.features.append("postgresqlExtensions")
        draft.extensions = tuple(draft.random.sample(_EXTENSIONS, draft.random.randint(1, 3)))
        draft.note("extensions")
    if options.untidy and draft.chance(0.1):
        draft.features.append(draft.random.choice(("relationJoins", "multiSchema", "fullTextIndex", "tracing")))
        draft.note("preview feature without effect")
    draft.random.shuffle(draft.features)
