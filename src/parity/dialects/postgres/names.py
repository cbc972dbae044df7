"""How names are written in migrations: quoted, and without the namespace that every connection looks in first."""

from __future__ import annotations

import re

from parity.dialects.sql import Identifier, quote_identifier
from parity.schema.types import ObjectName

DEFAULT_NAMESPACE = "public"
MAX_NAME_BYTES = 63


def written(name: ObjectName, *, in_full: bool = False) -> str:
    """A name as migrations write it: `public` is left out, as Prisma's engine does, unless `in_full`."""
    namespace = name.namespace or DEFAULT_NAMESPACE
    return str(Identifier(name.name, None if namespace == DEFAULT_NAMESPACE and not in_full else namespace))


def beside(name: ObjectName, new_name: str) -> ObjectName:
    """Another name in the same namespace."""
    return ObjectName(new_name, name.namespace)


def quote_if_needed(name: str) -> str:
    """A name without quotes where it reads the same without them."""
    return name if re.fullmatch(r"[a-z_][a-z0-9_]*", name) else quote_identifier(name)


def with_suffix(name: str, suffix: str) -> str:
    """`name` and `suffix`, cut in the middle so that the server doesn't cut at the end."""
    room = MAX_NAME_BYTES - len(suffix.encode())
    return name.encode()[:room].decode(errors="ignore") + suffix
