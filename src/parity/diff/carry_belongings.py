"""What makes an index again what it is to its table, where the index gets another name."""

from __future__ import annotations

from collections.abc import Callable

from parity.schema.model import Index, PrimaryKey

Quote = Callable[[str], str]


def carried_belongings(old: Index | PrimaryKey, new: Index | PrimaryKey, quote: Quote) -> tuple[str, ...]:
    """The statements that belong to the old one, with the new one's name."""
    if old.name == new.name or old.name is None or new.name is None:
        return old.belongings if old.name == new.name else ()
    return tuple(_renamed(text, old.name, quote(old.name), quote(new.name)) for text in old.belongings)


def _renamed(statement: str, name: str, quoted: str, new: str) -> str:
    """The statement with the new name, which stands at its end or behind ALTER INDEX, written as the database does."""
    for written in (quoted, name):
        if statement.endswith(f" {written}"):
            return statement.removesuffix(written) + new
        head, found, rest = statement.partition(f"{written} ")
        if found and head.startswith("ALTER INDEX ") and head.endswith((" ", ".")):
            return f"{head}{new} {rest}"
    return statement
