"""The names that keys, indexes and join tables get where the schema file gives none.

Each is made of the names in the database (not those in the schema file), cut so that the suffix stays whole within the
longest name that the database takes. `limit` is in bytes, None where there is no limit.
"""

from __future__ import annotations

from collections.abc import Sequence


def primary_key(table: str, limit: int | None) -> str:
    """The name of a table's primary key: `User_pkey`."""
    return cut(table, "_pkey", limit)


def unique(table: str, columns: Sequence[str], limit: int | None) -> str:
    """The name of a unique index: `User_email_key`."""
    return cut("_".join((table, *columns)), "_key", limit)


def index(table: str, columns: Sequence[str], limit: int | None) -> str:
    """The name of an index: `User_email_idx`."""
    return cut("_".join((table, *columns)), "_idx", limit)


def foreign_key(table: str, columns: Sequence[str], limit: int | None) -> str:
    """The name of a foreign key: `Post_authorId_fkey`."""
    return cut("_".join((table, *columns)), "_fkey", limit)


def join_table(relation: str | None, model_a: str, model_b: str, limit: int | None) -> str:
    """The name of a many-to-many relation's table: `_AToB`, or `_Name` for a relation with a name."""
    return cut(f"_{model_a}To{model_b}" if relation is None else f"_{relation}", "", limit)


def join_primary_key(table: str, limit: int | None) -> str:
    """The name of a join table's primary key."""
    return cut(table, "_AB_pkey", limit)


def join_unique(table: str, limit: int | None) -> str:
    """The name of a join table's unique index, where it has no primary key."""
    return cut(table, "_AB_unique", limit)


def join_index(table: str, limit: int | None) -> str:
    """The name of the index on a join table's column B."""
    return cut(table, "_B_index", limit)


def join_foreign_key(table: str, column: str, limit: int | None) -> str:
    """The name of the foreign key on a join table's column A or B."""
    return cut(table, f"_{column}_fkey", limit)


def cut(stem: str, suffix: str, limit: int | None) -> str:
    """`stem` and `suffix`, the stem shortened (never inside a character) so that both fit into `limit` bytes."""
    whole = stem + suffix
    if limit is None or (len(whole) <= limit and whole.isascii()):
        return whole
    room = max(limit - len(suffix.encode()), 0)
    encoded = stem.encode(errors="surrogatepass")
    return whole if len(encoded) <= room else encoded[:room].decode(errors="ignore") + suffix
