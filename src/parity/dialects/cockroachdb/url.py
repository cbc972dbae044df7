"""CockroachDB's URLs: PostgreSQL's, which is how its servers and Prisma write them, or `cockroachdb://`. Pure."""

from __future__ import annotations

from pathlib import Path

from msgspec.structs import replace

from parity.dialects.base import Target
from parity.dialects.cockroachdb.provider import PROVIDER
from parity.dialects.postgres.url import parse_url as parse_as_parent

_OWN_SCHEME = "cockroachdb:"


def parse_url(url: str, folder: Path) -> Target:
    """The place that a URL names; relative paths of certificates start from `folder`. Raises ConfigError P1013."""
    if url[: len(_OWN_SCHEME)].lower() == _OWN_SCHEME:
        url = f"postgresql:{url[len(_OWN_SCHEME) :]}"
    return replace(parse_as_parent(url, folder), dialect=PROVIDER.name)
