"""What a schema file can't say, taken from the history: `carry_over(history, wanted, dialect)`."""

from __future__ import annotations

from parity.dialects.base import Dialect
from parity.schema.model import Schema


def carry_over(history: Schema, wanted: Schema, dialect: Dialect) -> Schema:
    """`wanted` with all that its source couldn't say and that the history holds."""
    return wanted
