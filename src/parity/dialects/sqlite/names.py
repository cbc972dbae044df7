"""How names are written: quoted. There are no namespaces here."""

from __future__ import annotations

from parity.dialects.sql import quote_identifier
from parity.schema.types import ObjectName


def quote(name: ObjectName) -> str:
    """A name, quoted."""
    return quote_identifier(name.name)
