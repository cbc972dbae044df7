"""What a random schema may hold, and how much of it."""

from __future__ import annotations

from dataclasses import dataclass

PROVIDERS = ("postgresql", "cockroachdb", "mysql", "sqlite")

Range = tuple[int, int]
"""The least and the most."""


@dataclass(frozen=True, slots=True)
class Options:
    """Sizes, and what is switched off: everything that a provider has is on otherwise."""

    models: Range = (1, 6)
    fields: Range = (0, 6)
    enums: Range = (0, 3)
    relations: Range = (0, 6)
    indexes: Range = (0, 2)
    """The block indexes of a model."""
    natives: bool = True
    lists: bool = True
    unsupported: bool = True
    raw: bool = True
    """Pieces of SQL: `dbgenerated("…")` and `raw("…")`."""
    partial_indexes: bool = True
    set_default: bool = True
    """The referential action that needs a default to fall back on."""
    emulated_relations: bool = True
    """`relationMode = "prisma"`: no foreign keys."""
    schemas: bool = True
    """Several namespaces."""
    extensions: bool = True
    views: bool = True
    ignored: bool = True
    untidy: bool = True
    """Comments everywhere, and another layout than the formatter's."""


EVERYTHING = Options()
FOR_DATABASES = Options(
    unsupported=False,
    set_default=False,
    emulated_relations=False,
    schemas=False,
    extensions=False,
    views=False,
    ignored=False,
    untidy=False,
)
"""What a database takes as it is."""
