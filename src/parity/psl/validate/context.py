"""What every rule gets: the schema, the facts of its database, and where to report."""

from __future__ import annotations

from dataclasses import dataclass

from parity.diagnostics import Sink, Span
from parity.psl.codes import Code
from parity.psl.entries import ModelEntry, Resolution
from parity.psl.model import ScalarField
from parity.psl.providers.facts import ProviderFacts
from parity.psl.validate.name_scopes import TakenNames


@dataclass(frozen=True, slots=True)
class Context:
    """A resolved schema under validation."""

    resolution: Resolution
    facts: ProviderFacts
    sink: Sink
    features: frozenset[str]
    emulated: bool
    """Whether relations are kept by the client: `relationMode = "prisma"`."""
    taken: TakenNames

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

    def model(self, name: str) -> ModelEntry:
        """The entry of a model or view."""
        return self.resolution.models[name]


def fields_of(entry: ModelEntry) -> list[ScalarField]:
    """The columns of a model in order."""
    return [field for field in entry.fields if isinstance(field, ScalarField)]
