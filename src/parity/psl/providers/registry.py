"""The facts of each provider by its name. The only place that lists the providers."""

from __future__ import annotations

from typing import Final

from parity.psl.providers import cockroachdb, mysql, postgresql, sqlite
from parity.psl.providers.facts import ProviderFacts

NO_PROVIDER: Final = ProviderFacts(name="", title="a schema without datasource", decimal=False)
"""What holds where a schema has no datasource."""

_OTHERS: Final = (
    ProviderFacts(name="sqlserver", title="SQL Server", is_supported=False, schemas=True),
    ProviderFacts(name="mongodb", title="MongoDB", is_supported=False),
)

_ALL: Final = (postgresql.FACTS, mysql.FACTS, sqlite.FACTS, cockroachdb.FACTS, *_OTHERS)

_BY_NAME: Final = {name: facts for facts in _ALL for name in (facts.name, *facts.aliases)}

PROVIDER_NAMES: Final = tuple(_BY_NAME)
"""Every name that a datasource's `provider` can have."""


def facts_of(provider: str | None) -> ProviderFacts:
    """The facts of a provider; of no database at all where it is None or unknown."""
    return _BY_NAME.get(provider or "", NO_PROVIDER)
