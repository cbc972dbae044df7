"""What every rule gets: the schema, the facts of its database, and where to report."""

from __future__ import annotations

from msgspec import Struct, field

from parity.diagnostics import Sink, Span
from parity.psl.codes import Code
from parity.psl.entries import ModelEntry, Resolution
from parity.psl.model import Arity, FieldDefault, FieldType, IndexKind, NativeType, ScalarField
from parity.psl.providers.facts import ProviderFacts
from parity.psl.validate.name_scopes import TakenNames

Columns = tuple[str, ...]
ColumnKind = tuple[FieldType, Arity, NativeType | None, FieldDefault | None]
"""Everything about a column that its rules ask for."""


class Context(Struct, frozen=True):
    """A resolved schema under validation."""

    resolution: Resolution
    facts: ProviderFacts
    sink: Sink
    features: frozenset[str]
    emulated: bool
    """Whether relations are kept by the client: `relationMode = "prisma"`."""
    taken: TakenNames
    schemas: frozenset[str]
    """The schemas that the datasource lists."""
    faultless: set[ColumnKind] = field(default_factory=set)
    """Columns that were found to have no fault, without their names."""
    faultless_likes: set[int] = field(default_factory=set)
    """The same by the identity of what they have in common."""
    _unique_keys: dict[str, tuple[frozenset[Columns], frozenset[Columns]]] = field(default_factory=dict)

    def error(self, code: Code, message: str, span: Span, hint: str | None = None) -> None:
        """Record an error."""
        self.sink.error(code, message, span, hint)

    def warn(self, code: Code, message: str, span: Span, hint: str | None = None) -> None:
        """Record a warning."""
        self.sink.warn(code, message, span, hint)

    @property
    def database(self) -> str:
        """The database's name, for messages."""
        return self.facts.title

    def unique_keys(self, entry: ModelEntry) -> tuple[frozenset[Columns], frozenset[Columns]]:
        """The columns of a model's primary key and unique indexes: in their order, and sorted by name."""
        found = self._unique_keys.get(entry.name)
        if found is None:
            keys = [] if entry.primary_key is None else [entry.primary_key.fields]
            keys += [index.fields for index in entry.indexes if index.kind is IndexKind.UNIQUE]
            named = frozenset(tuple(column.name for column in key) for key in keys)
            found = self._unique_keys[entry.name] = named, frozenset(tuple(sorted(key)) for key in named)
        return found

    def model(self, name: str) -> ModelEntry:
        """The entry of a model or view."""
        return self.resolution.models[name]


def context_of(resolution: Resolution, facts: ProviderFacts, sink: Sink) -> Context:
    """The context in which the rules are asked about a schema."""
    datasource = resolution.datasource
    emulated = datasource is not None and datasource.relation_mode == "prisma"
    features = resolution.datamodel.preview_features
    schemas = frozenset(() if datasource is None else datasource.schemas)
    return Context(resolution, facts, sink, features, emulated, TakenNames(resolution, facts), schemas)


def fields_of(entry: ModelEntry) -> list[ScalarField]:
    """The columns of a model in order."""
    return [field for field in entry.fields if isinstance(field, ScalarField)]
