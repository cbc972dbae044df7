"""SQLite: what its schemas may hold. It has no native types in the language."""

from __future__ import annotations

from typing import Final

from parity.psl.model import ReferentialAction
from parity.psl.providers.facts import ConstraintKind, NameScope, ProviderFacts

FACTS: Final = ProviderFacts(
    name="sqlite",
    title="SQLite",
    max_identifier_bytes=10_000,
    emulated_actions=frozenset((ReferentialAction.CASCADE, ReferentialAction.RESTRICT, ReferentialAction.SET_NULL)),
    name_scopes=(NameScope((ConstraintKind.INDEX,), checked=(ConstraintKind.INDEX,)),),
    partial_indexes=True,
)
