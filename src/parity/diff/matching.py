"""Pairing the members of two sides: by name and shape first, then what has the same shape under another name."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Callable, Hashable, Sequence
from typing import Generic, TypeVar

from msgspec import Struct

T = TypeVar("T")


class Matched(Struct, Generic[T], frozen=True):
    """What is on both sides (the same shape, perhaps another name), and on one side only. In the sides' order."""

    pairs: tuple[tuple[T, T], ...]
    dropped: tuple[T, ...]
    added: tuple[T, ...]


def match_by_shape(
    old: Sequence[T], new: Sequence[T], shape: Callable[[T], Hashable], name: Callable[[T], str | None]
) -> Matched[T]:
    """Pair members of the same shape. A pair of one name wins; among others the first is taken."""
    exact: dict[Hashable, deque[int]] = defaultdict(deque)
    for place, item in enumerate(old):
        exact[(shape(item), name(item))].append(place)
    partner: dict[int, int] = {}
    for place, item in enumerate(new):
        same = exact.get((shape(item), name(item)))
        if same:
            partner[place] = same.popleft()
    taken = set(partner.values())
    loose: dict[Hashable, deque[int]] = defaultdict(deque)
    for place, item in enumerate(old):
        if place not in taken:
            loose[shape(item)].append(place)
    for place, item in enumerate(new):
        if place not in partner:
            similar = loose.get(shape(item))
            if similar:
                partner[place] = similar.popleft()
    taken = set(partner.values())
    return Matched(
        tuple(sorted_pairs(old, new, partner)),
        tuple(item for place, item in enumerate(old) if place not in taken),
        tuple(item for place, item in enumerate(new) if place not in partner),
    )


def sorted_pairs(old: Sequence[T], new: Sequence[T], partner: dict[int, int]) -> list[tuple[T, T]]:
    """The pairs, in the old side's order."""
    return [(old[a], new[b]) for a, b in sorted((a, b) for b, a in partner.items())]
