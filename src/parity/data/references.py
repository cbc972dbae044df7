"""Rows of the files that refer to rows which are about to go, and what happens to those of users that do."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec import Struct

from parity.data.compare import Difference
from parity.data.keys import value_of
from parity.data.rules import after, before, follows, references
from parity.data.tables import DataTable
from parity.schema.model import ForeignKey, ReferentialAction


class Stranded(Struct, frozen=True):
    """`row`, which stays, refers to `gone`, which is deleted or gets another key, by these columns."""

    row: Difference
    gone: Difference
    columns: tuple[str, ...]


def stranded(rows: Sequence[Difference]) -> Iterator[Stranded]:
    """All such among the rows of the files, those that don't differ included."""
    by_table: dict[object, list[Difference]] = {}
    for one in rows:
        by_table.setdefault(one.table.shape.table.name, []).append(one)
    for own in by_table.values():
        for key in references(own[0].table.shape.table):
            yield from _of_reference(own, by_table.get(key.referenced_table, []), key)


def _of_reference(own: Sequence[Difference], others: Sequence[Difference], key: ForeignKey) -> Iterator[Stranded]:
    gone, provided = {}, set()
    for one in others:
        old = value_of(before(one.found), key.referenced_columns)
        new = value_of(after(one.table, one.wanted, one.found), key.referenced_columns)
        if new != old:
            gone[old] = one
            provided.add(new)
    gone.pop(None, None)
    for row in own if gone else ():
        old = value_of(before(row.found), key.columns)
        new = value_of(after(row.table, row.wanted, row.found), key.columns)
        one_gone = None if new is None else gone.get(new)
        if one_gone is not None and (new not in provided or (old == new and not _moves(one_gone, key))):
            yield Stranded(row, one_gone, key.columns)


def _moves(gone: Difference, key: ForeignKey) -> bool:
    """Whether the database lets the reference follow."""
    return gone.wanted is not None and follows(key.on_update)


_FATES = {
    ReferentialAction.CASCADE: "are deleted with them",
    ReferentialAction.SET_NULL: "lose the reference (SET NULL)",
    ReferentialAction.SET_DEFAULT: "refer to the default instead (SET DEFAULT)",
}


def fates(table: DataTable) -> Iterator[str]:
    """What a deletion does to rows of other tables, be they of users: a sentence for each reference."""
    return (sentence for sentence, _, _ in fates_by_reference(table))


def fates_by_reference(table: DataTable) -> Iterator[tuple[str, str, ForeignKey]]:
    """The same, each with the name of the other table and the reference."""
    for name, key in table.shape.referring:
        if key.on_delete in _FATES:
            fate = f"Rows of `{name}` that refer to deleted rows of `{table.shape.shown}` {_FATES[key.on_delete]}."
            yield fate, name, key
