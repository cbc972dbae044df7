"""Finding a dialect by its provider name or by a URL's scheme. A folder in this package is a dialect."""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from parity.dialects.base import Dialect
from parity.errors import ConfigError

_HERE = Path(__file__).parent


@cache
def all_dialects() -> tuple[Dialect, ...]:
    """Every dialect, sorted by name."""
    folders = sorted(p.parent.name for p in _HERE.glob("*/facts.py"))
    return tuple(importlib.import_module(f"parity.dialects.{name}.facts").DIALECT for name in folders)


def provider_names() -> tuple[str, ...]:
    """The providers that migrations work for."""
    return tuple(dialect.name for dialect in all_dialects())


def dialect_for_provider(provider: str) -> Dialect:
    """The dialect of `provider` in a datasource or in migration_lock.toml. Raises ConfigError."""
    for dialect in all_dialects():
        if provider == dialect.name or provider in dialect.aliases:
            return dialect
    raise ConfigError(
        "PAR101",
        f"unknown provider {provider!r}",
        why=f"migrations work for {', '.join(provider_names())}",
        hint='set provider in the datasource block, e.g. provider = "postgresql"',
    )


def dialect_for_url(url: str) -> Dialect:
    """The dialect that a URL's scheme belongs to. Raises ConfigError P1013; never shows the URL itself."""
    scheme = url.partition(":")[0].lower()
    for dialect in all_dialects():
        if scheme in dialect.url_schemes:
            return dialect
    schemes = ", ".join(f"{name}:" for dialect in all_dialects() for name in dialect.url_schemes)
    raise ConfigError(
        "P1013",
        "the database URL isn't one of a database that is supported here",
        why=f"it must begin with one of {schemes}",
        hint="mend DATABASE_URL (or --url)",
    )
