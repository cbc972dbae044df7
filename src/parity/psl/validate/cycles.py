"""Referential actions that go round in a circle, where clients carry them out instead of the database.

A relation is in such a circle where it changes rows and a chain of relations that change rows leads back to its own
model. The question is asked for all relations at once: models that reach each other are in one strongly connected
component of the graph of models.
"""

from __future__ import annotations

from parity.psl.codes import Code
from parity.psl.entries import RelationEntry
from parity.psl.model import Arity, ReferentialAction, RelationKind
from parity.psl.providers.facts import supports
from parity.psl.validate.context import Context

_QUIET = (ReferentialAction.NO_ACTION, ReferentialAction.RESTRICT)
_HINT = "set `onDelete: NoAction, onUpdate: NoAction` on one of the relations of the circle"


def no_circle_of_actions(context: Context) -> None:
    """No emulated referential actions go round in a circle."""
    if not context.emulated:
        return
    acting = [entry for entry in context.resolution.relations if _acts(entry, context)]
    edges: dict[str, list[str]] = {}
    for entry in acting:
        edges.setdefault(entry.relation.model_a, []).append(entry.relation.model_b)
    component = _components(edges)
    reaches_itself = _reaching_self_relations(edges)
    for entry in acting:
        side = entry.forward
        first, second = entry.relation.model_a, entry.relation.model_b
        if side is None:
            continue
        if first == second:
            message = f"`{side.field}` leads from `{first}` to itself, and its referential actions would never end"
            context.error(Code.REFERENTIAL_CYCLE, message, side.span, _HINT)
        elif component.get(first) == component.get(second):
            message = f"the referential actions of `{side.field}` lead round in a circle, back to `{first}`"
            context.error(Code.REFERENTIAL_CYCLE, message, side.span, _HINT)
        elif second in reaches_itself:
            message = f"the referential actions of `{side.field}` reach a relation from a model to itself"
            context.error(Code.REFERENTIAL_CYCLE, message, side.span, _HINT)


def _acts(entry: RelationEntry, context: Context) -> bool:
    """Whether a whole relation changes rows on one of its two occasions."""
    if entry.relation.kind is RelationKind.MANY_TO_MANY or entry.forward is None or entry.back is None:
        return False
    on_update = ReferentialAction.CASCADE if entry.forward.on_update is None else entry.forward.on_update[0]
    return on_update not in _QUIET or _on_delete(entry, context) not in _QUIET


def _on_delete(entry: RelationEntry, context: Context) -> ReferentialAction:
    side = entry.forward
    assert side is not None
    if side.on_delete is not None:
        return side.on_delete[0]
    holder = context.model(side.model)
    columns = [holder.scalars[name] for name in side.fields or () if name in holder.scalars]
    required = any(column.arity is Arity.REQUIRED for column in columns) if columns else side.arity is Arity.REQUIRED
    if not required:
        return ReferentialAction.SET_NULL
    restrict = supports(context.facts, ReferentialAction.RESTRICT, context.emulated)
    return ReferentialAction.RESTRICT if restrict else ReferentialAction.NO_ACTION


def _reaching_self_relations(edges: dict[str, list[str]]) -> set[str]:
    """The models from which a model with an acting relation to itself can be reached."""
    backwards: dict[str, list[str]] = {}
    for first, targets in edges.items():
        for second in targets:
            backwards.setdefault(second, []).append(first)
    found = {first for first, targets in edges.items() if first in targets}
    waiting = list(found)
    while waiting:
        for before in backwards.get(waiting.pop(), ()):
            if before not in found:
                found.add(before)
                waiting.append(before)
    return found


def _components(edges: dict[str, list[str]]) -> dict[str, int]:
    """The strongly connected component of each model, by Tarjan's algorithm without recursion."""
    order: dict[str, int] = {}
    low: dict[str, int] = {}
    component: dict[str, int] = {}
    stack: list[str] = []
    for root in edges:
        if root in order:
            continue
        work = [(root, iter(edges.get(root, ())))]
        order[root] = low[root] = len(order)
        stack.append(root)
        while work:
            node, following = work[-1]
            target = next(following, None)
            if target is None:
                work.pop()
                if work:
                    parent = work[-1][0]
                    low[parent] = min(low[parent], low[node])
                if low[node] == order[node]:
                    _close_component(node, stack, component)
            elif target not in order:
                order[target] = low[target] = len(order)
                stack.append(target)
                work.append((target, iter(edges.get(target, ()))))
            elif target not in component:
                low[node] = min(low[node], order[target])
    return component


def _close_component(root: str, stack: list[str], component: dict[str, int]) -> None:
    number = len(component)
    while True:
        node = stack.pop()
        component[node] = number
        if node == root:
            return
