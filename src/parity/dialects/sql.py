"""The standard's way of writing names and constants into SQL text.

A name out of a schema file or a catalog is hostile. It reaches SQL through `Identifier`, which quotes it; a constant
through `quote_string`. All other text is ours, or was marked by its author as raw SQL (dbgenerated, a definition that
the server printed).
"""

from __future__ import annotations

from msgspec import Struct

from parity.schema.types import ObjectName


class Identifier(Struct, frozen=True):
    """A quoted name. `namespace` is written before it where it isn't None."""

    name: str
    namespace: str | None = None

    def __str__(self) -> str:
        quoted = quote_identifier(self.name)
        return quoted if self.namespace is None else f"{quote_identifier(self.namespace)}.{quoted}"


def identifier(name: ObjectName) -> Identifier:
    """The identifier of an object."""
    return Identifier(name.name, name.namespace)


def quote_identifier(name: str) -> str:
    """`name` in double quotes, the standard's way. A NUL can't be in a name: it raises ValueError."""
    if "\0" in name:
        raise ValueError("a name can't hold a NUL character")
    return '"' + name.replace('"', '""') + '"'


def quote_string(value: str) -> str:
    """`value` in single quotes, the standard's way. Raises ValueError for a NUL."""
    if "\0" in value:
        raise ValueError("a string can't hold a NUL character")
    return "'" + value.replace("'", "''") + "'"


def column_list(names: tuple[str, ...], separator: str = ", ") -> str:
    """Quoted names, joined."""
    return separator.join(quote_identifier(name) for name in names)
