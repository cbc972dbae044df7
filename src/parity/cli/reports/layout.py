"""Where the boxes of a drawing stand: tables in columns, those that are referenced left of those that refer to them.

No two boxes overlap, whatever there is to draw; the time is linear but for the sorting.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from graphlib import TopologicalSorter
from math import sqrt

from msgspec import Struct

_GAP_ACROSS, _GAP_DOWN = 72, 28
_TURNS = 4
"""How often boxes are put beside what they are linked to. Each turn makes fewer lines cross."""


class Box(Struct, frozen=True):
    """A box's size."""

    width: int
    height: int


class Placed(Struct, frozen=True):
    """A box at its place. `column` counts from the left."""

    x: int
    y: int
    width: int
    height: int
    column: int


def place(boxes: Mapping[int, Box], links: Sequence[tuple[int, int]]) -> dict[int, Placed]:
    """The places by the boxes' keys. A link leads from what refers to what is referred to."""
    if not boxes:
        return {}
    referred: dict[int, list[int]] = {key: [] for key in boxes}
    for source, target in links:
        if source != target:
            referred[source].append(target)
    ranks = _ranks(referred)
    layers = _in_order(ranks, referred)
    area = sum((box.width + _GAP_ACROSS) * (box.height + _GAP_DOWN) for box in boxes.values())
    tallest = max(box.height for box in boxes.values())
    height = max(tallest, int(sqrt(area / 1.5)))
    columns = [column for layer in layers for column in _packed(layer, boxes, height)]
    if len(columns) > 6 and len(columns) > 2 * sqrt(len(boxes)):
        columns = _packed([key for layer in layers for key in layer], boxes, height)
    return _placed(columns, boxes)


def _ranks(referred: Mapping[int, list[int]]) -> dict[int, int]:
    """How many tables a table stands on, one upon the other; -1 for those that no link touches."""
    linked = {key for source, targets in referred.items() if targets for key in (source, *targets)}
    forward = _without_cycles(referred)
    ranks: dict[int, int] = {}
    for key in TopologicalSorter(forward).static_order():
        ranks[key] = 1 + max((ranks[target] for target in forward[key]), default=-1) if key in linked else -1
    return ranks


def _without_cycles(referred: Mapping[int, list[int]]) -> dict[int, list[int]]:
    """The links but for those that lead back to where a walk along them came from."""
    forward: dict[int, list[int]] = {key: [] for key in referred}
    done: set[int] = set()
    for start in referred:
        if start in done:
            continue
        way, on_way = [(start, iter(referred[start]))], {start}
        while way:
            key, targets = way[-1]
            target = next(targets, None)
            if target is None:
                way.pop()
                on_way.discard(key)
                done.add(key)
            elif target not in on_way:
                forward[key].append(target)
                if target not in done:
                    way.append((target, iter(referred[target])))
                    on_way.add(target)
    return forward


def _in_order(ranks: Mapping[int, int], referred: Mapping[int, list[int]]) -> list[list[int]]:
    """The layers, each with its boxes near those that they are linked to; what nothing is linked to comes last."""
    layers: dict[int, list[int]] = {}
    for key in referred:
        layers.setdefault(ranks[key], []).append(key)
    alone = layers.pop(-1, [])
    neighbours: dict[int, list[int]] = {key: list(targets) for key, targets in referred.items()}
    for key, targets in referred.items():
        for target in targets:
            neighbours[target].append(key)
    ordered = [layers[rank] for rank in sorted(layers)]
    for _ in range(_TURNS):
        at = {key: index / len(layer) for layer in ordered for index, key in enumerate(layer)}
        for layer in ordered:
            layer.sort(key=lambda key: sum(at[other] for other in neighbours[key]) / len(neighbours[key]))
            at.update({key: index / len(layer) for index, key in enumerate(layer)})
    return [*ordered, *([alone] if alone else [])]


def _packed(keys: Sequence[int], boxes: Mapping[int, Box], height: int) -> list[list[int]]:
    """One column, or as many as it takes for none to be higher than `height`."""
    columns: list[list[int]] = [[]]
    used = 0
    for key in keys:
        needs = boxes[key].height + _GAP_DOWN
        if columns[-1] and used + needs > height + _GAP_DOWN:
            columns.append([])
            used = 0
        columns[-1].append(key)
        used += needs
    return columns


def _placed(columns: Sequence[Sequence[int]], boxes: Mapping[int, Box]) -> dict[int, Placed]:
    placed: dict[int, Placed] = {}
    x = 0
    for number, column in enumerate(columns):
        y = 0
        for key in column:
            box = boxes[key]
            placed[key] = Placed(x, y, box.width, box.height, number)
            y += box.height + _GAP_DOWN
        x += max(boxes[key].width for key in column) + _GAP_ACROSS
    return placed
