"""A schema while it grows: models, fields, enums, and the names that are taken."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from random import Random

from random_schemas.facts import Facts
from random_schemas.options import Options

_MODEL_WORDS = re.findall(
    r"\w+",
    "Shelf Crate Harbour Vessel Parcel Ticket Station Route Sensor Reading Ledger Garden Orchard Recipe Teapot "
    "Lantern Museum Exhibit Curator Glacier Category Person News Index2 HTTPServer Box Hero Key Fish Bus Snake_Case",
)
_FIELD_WORDS = re.findall(
    r"\w+",
    "title weight colour createdAt note size label score place room kind2 body price amount active type enum view "
    "URL snake_case phone email born digest payload seenAt rank model default map datasource null true A generator",
)


@dataclass(slots=True)
class FieldDraft:
    """A field of a model. `type` is as written; `scalar` is empty for what is no scalar of the language."""

    name: str
    type: str
    arity: str = ""
    scalar: str = ""
    native: str = ""
    attributes: list[str] = field(default_factory=list)
    is_relation: bool = False
    can_be_key: bool = False
    is_long: bool = False
    """Whether a key holds a prefix of it only."""
    is_used: bool = False
    """Whether a key, an index or a relation names it."""

    def has(self, attribute: str) -> bool:
        """Whether an attribute is there: `@id`, not `@id(…)`."""
        return any(text.partition("(")[0] == attribute for text in self.attributes)


@dataclass(slots=True)
class ModelDraft:
    """A model or a view."""

    name: str
    keyword: str = "model"
    fields: list[FieldDraft] = field(default_factory=list)
    attributes: list[str] = field(default_factory=list)
    keys: list[tuple[FieldDraft, ...]] = field(default_factory=list)
    """The keys that a relation can reference."""
    id: tuple[FieldDraft, ...] = ()
    indexed: set[tuple[str, ...]] = field(default_factory=set)
    """Which fields, in order, an index stands on already."""
    is_ignored: bool = False

    def scalars(self) -> list[FieldDraft]:
        """The fields that are columns."""
        return [item for item in self.fields if not item.is_relation]


@dataclass(slots=True)
class EnumDraft:
    """An enum; a value is its name and its attributes."""

    name: str
    values: list[tuple[str, str]]
    attributes: list[str] = field(default_factory=list)


@dataclass(slots=True)
class SchemaDraft:
    """A whole schema file."""

    random: Random
    facts: Facts
    options: Options
    datasource: str = "db"
    """The datasource's name, which native types begin with."""
    emulated: bool = False
    schemas: tuple[str, ...] = ()
    extensions: tuple[str, ...] = ()
    features: list[str] = field(default_factory=list)
    """The preview features that are switched on."""
    models: list[ModelDraft] = field(default_factory=list)
    enums: list[EnumDraft] = field(default_factory=list)
    pairs: Counter[tuple[str, str]] = field(default_factory=Counter)
    """How many relations there are between two models."""
    seen: Counter[str] = field(default_factory=Counter)
    """How often each feature of the language was used."""
    counter: int = 0

    def note(self, feature: str) -> None:
        """Count a feature of the language."""
        self.seen[feature] += 1

    def chance(self, probability: float) -> bool:
        """Toss a coin."""
        return self.random.random() < probability

    def between(self, limits: tuple[int, int]) -> int:
        """A number of those, both ends included."""
        return self.random.randint(*limits)

    def number(self) -> int:
        """A number that no other name has."""
        self.counter += 1
        return self.counter

    def model_name(self) -> str:
        """A name for a model that isn't taken."""
        taken = {model.name for model in self.models} | {enum.name for enum in self.enums}
        word = self.random.choice(_MODEL_WORDS)
        return f"{word}{self.number()}" if word in taken else word

    def field_name(self, model: ModelDraft) -> str:
        """A name for a field that isn't taken in its model."""
        word = self.random.choice(_FIELD_WORDS)
        taken = {item.name.casefold() for item in model.fields}
        return f"{word}{self.number()}" if word.casefold() in taken else word

    def constraint_name(self, stem: str) -> str:
        """A name for a constraint that isn't taken."""
        styles = ("{}_{}", "{}-{}", "{} {}", "{}.{}_ö")
        return self.random.choice(styles[:1] * 5 + styles).format(stem, self.number())

    def place(self, attributes: list[str]) -> None:
        """Put a block into one of the schemas, where there are several."""
        if self.schemas:
            attributes.append(f'@@schema("{self.random.choice(self.schemas)}")')
            self.note("@@schema")
