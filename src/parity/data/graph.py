"""Putting things into an order that arrows between them ask for, and finding the circles that allow none."""

from __future__ import annotations

from collections.abc import Iterator
from heapq import heapify, heappop, heappush
from typing import Generic, TypeVar

_Why = TypeVar("_Why")


class Arrows(Generic[_Why]):
    """Nodes are numbers; an arrow leads from what comes first to what comes behind it, and says why.

    Where arrows leave it open, the lower rank comes first. The time is linear in nodes and arrows, but for the heap.
    """

    def __init__(self) -> None:
        self.ranks: list[tuple[float, ...]] = []
        self.behind: list[dict[int, list[_Why]]] = []
        self.before: list[dict[int, list[_Why]]] = []

    def node(self, *rank: float) -> int:
        """A new node."""
        self.ranks.append(rank)
        self.behind.append({})
        self.before.append({})
        return len(self.ranks) - 1

    def arrow(self, first: int, then: int, why: _Why) -> None:
        """`first` comes before `then`, for this reason among others."""
        if first != then:
            reasons = self.behind[first].setdefault(then, [])
            if why not in reasons:
                reasons.append(why)
            self.before[then][first] = reasons

    def remove(self, first: int, then: int, why: _Why | None = None) -> None:
        """Take a reason away, or all, and with the last one the arrow."""
        reasons = self.behind[first][then]
        reasons[:] = [] if why is None else [reason for reason in reasons if reason != why]
        if not reasons:
            del self.behind[first][then]
            del self.before[then][first]

    def order(self) -> Iterator[int]:
        """All nodes that have an order, one after the other. Those in circles, and behind them, don't come."""
        waits = [len(before) for before in self.before]
        ready = [(self.ranks[node], node) for node, number in enumerate(waits) if not number]
        heapify(ready)
        while ready:
            _, node = heappop(ready)
            yield node
            for then in self.behind[node]:
                waits[then] -= 1
                if not waits[then]:
                    heappush(ready, (self.ranks[then], then))

    def circles(self, left: set[int]) -> Iterator[list[int]]:
        """Circles among nodes that `order` left out, none of which share a node. In each the first leads to the next
        one, the last to the first."""
        seen: set[int] = set()
        before = {node: min(other for other in self.before[node] if other in left) for node in left}
        for start in sorted(left, key=lambda one: (self.ranks[one], one)):
            node, places, path = start, dict[int, int](), list[int]()
            while node not in seen:
                seen.add(node)
                places[node] = len(path)
                path.append(node)
                node = before[node]
            if node in places:
                yield path[places[node] :][::-1]
