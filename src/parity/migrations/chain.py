"""A history as a chain of hashes: each stands for all scripts up to it, in their order. Names don't take part."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from parity.migrations.folder import Migration


def chain(surroundings: str, migrations: Iterable[Migration]) -> tuple[str, ...]:
    """The key of each state: the first is that of the empty database, the last that behind all migrations."""
    link = hashlib.sha256(surroundings.encode()).hexdigest()
    keys = [link]
    for migration in migrations:
        link = hashlib.sha256(f"{link} {migration.checksum}".encode()).hexdigest()
        keys.append(link)
    return tuple(keys)
