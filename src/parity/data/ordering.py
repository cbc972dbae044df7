"""Acts in an order that unique keys and references allow.

Where there is none, a row is written in two acts: it gives its unique value or its reference up first, or it gets its
reference at the end.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from parity.data.acts import Act, Kind, Lowest, act_of
from parity.data.arrows import add_arrows
from parity.data.cells import Cell
from parity.data.compare import Difference
from parity.data.graph import Arrows
from parity.data.order import in_order
from parity.data.passing import left_open, nullable, passing_value
from parity.data.rules import Cause, Reason
from parity.data.tables import DataTable
from parity.schema.model import Column
from parity.schema.types import ListLiteral, Literal, Now


class Circle(Exception):
    """Acts of which each waits for the one before it, the first one for the last."""

    def __init__(self, acts: Sequence[Act], reasons: Sequence[Reason]) -> None:
        super().__init__()
        self.acts = tuple(acts)
        self.reasons = tuple(reasons)


def ordered(differences: Iterable[Difference]) -> tuple[Act, ...]:
    """The acts for all differences. Raises Circle."""
    return _Ordering(tuple(differences)).acts_in_order()


class _Ordering:
    def __init__(self, differences: tuple[Difference, ...]) -> None:
        self.arrows: Arrows[Reason] = Arrows()
        self.acts: dict[int, Act] = {}
        self.passing = 0
        self.passed_over: set[tuple[int, int]] = set()
        tables = in_order(tuple({id(one.table): one.table for one in differences}.values()))
        self.places = {id(table): number for number, table in enumerate(tables)}
        lines = {id(row): number for table in tables for number, row in enumerate(table.rows)}
        for number, one in enumerate(differences):
            self.add(act_of(one), lines.get(id(one.wanted), number))
        add_arrows(self.arrows, self.acts)
        for table in tables:
            self.number(table)

    def add(self, act: Act, place: float) -> int:
        """A node for an act: deletions first, from the last table on; then rows, table by table, as their file has
        them."""
        table = self.places[id(act.table)]
        is_deletion = act.kind is Kind.DELETE
        rank = (0, -table, place) if is_deletion else (1, table, act.kind is Kind.NUMBER, place)
        node = self.arrows.node(*rank)
        self.acts[node] = act
        return node

    def number(self, table: DataTable) -> None:
        """Rows that get their number from the database come behind those that bring it along."""
        columns = {column.name for column in table.shape.table.columns if _counts(column)}
        own = [node for node, act in self.acts.items() if act.table is table and act.kind is not Kind.DELETE]
        given = dict.fromkeys(name for node in own for name in self.acts[node].cells if name in columns)
        if not given:
            return
        counter = self.add(Act(Kind.NUMBER, table, None, dict.fromkeys(given)), 0)
        reason = Reason(Cause.NUMBERS, is_soft=True)
        for node in own:
            act = self.acts[node]
            if act.kind is Kind.INSERT and any(name not in act.cells for name in given):
                self.arrows.arrow(counter, node, reason)
            else:
                self.arrows.arrow(node, counter, reason)

    def acts_in_order(self) -> tuple[Act, ...]:
        """All of them. Raises Circle."""
        while True:
            found = tuple(self.arrows.order())
            left = set(self.acts).difference(found)
            if not left:
                return tuple(self.acts[node] for node in found)
            for circle in self.arrows.circles(left):
                self.open(circle)

    def open(self, circle: list[int]) -> None:
        """Take one arrow out of a circle. Raises Circle."""
        pairs = tuple(zip(circle, (*circle[1:], circle[0]), strict=True))
        reasons = tuple(tuple(self.arrows.behind[first][then]) for first, then in pairs)
        soft = next((pair for pair, why in zip(pairs, reasons, strict=True) if all(one.is_soft for one in why)), None)
        if soft is not None:
            self.pass_over(*soft)
            return
        for way in (self.leave_null, self.fill_in_later, self.leave_another):
            for (first, then), (reason, *_) in zip(pairs, reasons, strict=True):
                if way(first, then, reason):
                    return
        raise Circle(tuple(self.acts[node] for node in circle), tuple(reason for reason, *_ in reasons))

    def pass_over(self, first: int, then: int) -> None:
        """Let the second one come first. A deletion takes the rows with it that refer to the deleted one, so what had
        to come before these comes before it."""
        self.passed_over.add((first, then))
        self.arrows.remove(first, then)
        for other, reasons in tuple(self.arrows.before[first].items()):
            if self.acts[first].kind is Kind.DELETE and other != then and (other, then) not in self.passed_over:
                for reason in reasons:
                    self.arrows.arrow(other, then, reason)

    def leave_null(self, first: int, then: int, reason: Reason) -> bool:
        """Let the first one give up what the other one waits for by writing NULL."""
        name = nullable(self.acts[first], reason)
        if name is not None:
            self.before(first, name, None)
        return name is not None

    def leave_another(self, first: int, then: int, reason: Reason) -> bool:
        """The same by writing a value that no row has."""
        passing = passing_value(self.acts[first], reason, self.passing)
        if passing is not None:
            self.passing += 1
            self.before(first, *passing)
        return passing is not None

    def before(self, node: int, name: str, value: Cell | Lowest) -> None:
        act = self.acts[node]
        early = self.arrows.node(*self.arrows.ranks[node])
        self.acts[early] = Act(Kind.UPDATE, act.table, act.difference, {name: value})
        for then, reasons in tuple(self.arrows.behind[node].items()):
            for reason in tuple(reasons):
                if reason.cause in (Cause.FREES, Cause.RELEASES) and name in reason.columns:
                    self.arrows.remove(node, then, reason)
                    self.arrows.arrow(early, then, reason)
        self.arrows.arrow(early, node, Reason(Cause.STEPS))
        if act.kind is Kind.UPDATE and act.difference is not None and act.difference.wanted is not None:
            cells = {name: act.difference.wanted.cells[name], **act.cells}
            self.acts[node] = Act(act.kind, act.table, act.difference, cells)

    def fill_in_later(self, first: int, then: int, reason: Reason) -> bool:
        """Let the second one be written without the reference for which it waits."""
        act = self.acts[then]
        name = left_open(act, reason)
        if name is None:
            return False
        late = self.arrows.node(*self.arrows.ranks[then])
        self.acts[late] = Act(Kind.UPDATE, act.table, act.difference, {name: act.cells[name]})
        self.acts[then] = Act(act.kind, act.table, act.difference, {**act.cells, name: None})
        for other, reasons in tuple(self.arrows.before[then].items()):
            for why in tuple(reasons):
                if why.cause is Cause.PROVIDES and name in why.columns:
                    self.arrows.remove(other, then, why)
                    self.arrows.arrow(other, late, why)
        self.arrows.arrow(then, late, Reason(Cause.STEPS))
        return True


def _counts(column: Column) -> bool:
    """Whether the database gives the column values that are others for each row."""
    is_constant = column.default is None or isinstance(column.default, Literal | ListLiteral | Now)
    return not is_constant or column.identity is not None
