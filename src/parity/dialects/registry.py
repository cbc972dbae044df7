"""Finding a dialect by its provider name or by a URL's scheme. A folder in this package is a dialect.

Only the one that is asked for is loaded.
"""

from __future__ import annotations

import importlib
from functools import cache
from pathlib import Path

from parity.dialects.base import Dialect
from parity.dialects.provider import Provider
from parity.errors import ConfigError

_HERE = Path(__file__).parent


@cache
def _providers() -> tuple[tuple[str, Provider], ...]:
    """(folder, names) of each dialect, sorted by folder, those with a parent behind the others."""
    folders = sorted(path.parent.name for path in _HERE.glob("*/provider.py"))
    found = [(name, importlib.import_module(f"parity.dialects.{name}.provider").PROVIDER) for name in folders]
    # A URL that several could mean is the elder's, unless the schema file says otherwise.
    return tuple(sorted(found, key=lambda pair: pair[1].parent is not None))


@cache
def _load(folder: str) -> Dialect:
    dialect = importlib.import_module(f"parity.dialects.{folder}.facts").DIALECT
    assert isinstance(dialect, Dialect)
    return dialect


def all_dialects() -> tuple[Dialect, ...]:
    """Every dialect, sorted by folder, those with a parent behind the others."""
    return tuple(_load(folder) for folder, _ in _providers())


def provider_names() -> tuple[str, ...]:
    """The providers that migrations work for."""
    return tuple(provider.name for _, provider in _providers())


def dialect_for_provider(provider: str) -> Dialect:
    """The dialect of `provider` in a datasource or in migration_lock.toml. Raises ConfigError PAR101."""
    for folder, known in _providers():
        if provider == known.name or provider in known.aliases:
            return _load(folder)
    raise ConfigError(
        "PAR101",
        f"unknown provider {provider!r}",
        why=f"migrations work for {', '.join(provider_names())}",
        hint="set provider in the datasource block to one of these",
    )


def dialect_for_url(url: str, wanted: Dialect | None = None) -> Dialect:
    """The dialect that a URL's scheme belongs to: `wanted`, where it knows the scheme.

    Raises ConfigError P1013; never shows the URL itself.
    """
    scheme = url.partition(":")[0].lower()
    if wanted is not None and scheme in wanted.url_schemes:
        return wanted
    for folder, known in _providers():
        if scheme in known.url_schemes:
            return _load(folder)
    schemes = ", ".join(dict.fromkeys(f"{scheme}:" for _, known in _providers() for scheme in known.url_schemes))
    raise ConfigError(
        "P1013",
        "the database URL isn't one of a database that is supported here",
        why=f"it must begin with one of {schemes}",
        hint="mend DATABASE_URL (or --url)",
    )
