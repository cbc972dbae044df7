"""Which act comes before which other one, as keys and references ask for it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping

from parity.data.acts import Act, Kind
from parity.data.graph import Arrows
from parity.data.keys import Cells, unique_keys, value_of
from parity.data.rules import Cause, Reason, follows, references
from parity.schema.model import ForeignKey
from parity.schema.types import ObjectName

Numbered = Mapping[int, tuple[Act, Cells | None, Cells | None]]
"""By their nodes: acts, each with the row before and behind it."""


def add_arrows(arrows: Arrows[Reason], acts: Mapping[int, Act]) -> None:
    """All arrows between the acts that write rows."""
    by_table: dict[ObjectName, dict[int, tuple[Act, Cells | None, Cells | None]]] = defaultdict(dict)
    for node, act in acts.items():
        if act.kind is not Kind.NUMBER:
            by_table[act.table.shape.table.name][node] = (act, act.before, act.after)
    for own in by_table.values():
        table = next(iter(own.values()))[0].table.shape.table
        for key in unique_keys(table):
            _unique(arrows, own, key.columns, nulls_agree=key.nulls_agree)
        for reference in references(table):
            if reference.referenced_table in by_table:
                _reference(arrows, own, by_table[reference.referenced_table], reference)


def _unique(arrows: Arrows[Reason], own: Numbered, columns: tuple[str, ...], *, nulls_agree: bool) -> None:
    freed = {value: node for node, value, _ in _moving(own, columns, nulls_agree) if value is not None}
    for node, _, value in _moving(own, columns, nulls_agree):
        if value in freed:
            arrows.arrow(freed[value], node, Reason(Cause.FREES, columns))


def _reference(arrows: Arrows[Reason], own: Numbered, others: Numbered, key: ForeignKey) -> None:
    moved = tuple(_moving(others, key.referenced_columns))
    removed = {value: node for node, value, _ in moved if value is not None}
    provided = {value: node for node, _, value in moved if value is not None}
    for node, old, new in _moving(own, key.columns):
        if new in provided:
            arrows.arrow(provided[new], node, Reason(Cause.PROVIDES, key.columns))
        if old in removed:
            goes = others[removed[old]][0].kind is Kind.DELETE
            if goes or not follows(key.on_update):
                is_soft = goes and own[node][0].kind is Kind.DELETE and follows(key.on_delete)
                arrows.arrow(node, removed[old], Reason(Cause.RELEASES, key.columns, is_soft))


def _moving(own: Numbered, columns: tuple[str, ...], nulls_agree: bool = False) -> Iterator[tuple[int, object, object]]:
    """The acts that change what rows have in some columns: the node, what it was, what it will be."""
    for node, (_, before, after) in own.items():
        old, new = (value_of(cells, columns, nulls_agree=nulls_agree) for cells in (before, after))
        if old != new:
            yield node, old, new
