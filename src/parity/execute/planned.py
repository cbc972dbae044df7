"""The statements of a script as a plan holds them: a few numbers each, whatever the size of the script. Pure.

A script of 50 MB may have half a million statements. Held as values they would take many times the room of the script;
so what is kept are their places and their facts, and each is made anew when it is asked for.
"""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import overload

from msgspec import Struct

from parity.dialects.statements import SqlStatement, StatementFacts


class PlannedStatement(Struct, frozen=True):
    """A statement, its facts, and its number in the script (from 0)."""

    index: int
    statement: SqlStatement
    facts: StatementFacts


class _Places:
    """Where the statements of a script are. Facts that are equal are kept once."""

    def __init__(self, script: str) -> None:
        self.script = script
        self.starts, self.ends, self.lines = array("I"), array("I"), array("I")
        self.facts: list[StatementFacts] = []

    def at(self, number: int) -> PlannedStatement:
        start, end = self.starts[number], self.ends[number]
        statement = SqlStatement(self.script[start:end], start, end, self.lines[number])
        return PlannedStatement(number, statement, self.facts[number])


class Statements(Sequence[PlannedStatement]):
    """Some statements of a script, in order. A slice of them costs as little as they do."""

    __slots__ = ("_numbers", "_places")

    def __init__(self, places: _Places, numbers: Sequence[int]) -> None:
        self._places = places
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    @overload
    def __getitem__(self, position: int) -> PlannedStatement: ...
    @overload
    def __getitem__(self, position: slice) -> Statements: ...
    def __getitem__(self, position: int | slice) -> PlannedStatement | Statements:
        if isinstance(position, slice):
            return Statements(self._places, self._numbers[position])
        return self._places.at(self._numbers[position])

    def __iter__(self) -> Iterator[PlannedStatement]:
        return map(self._places.at, self._numbers)

    def __contains__(self, item: object) -> bool:
        return isinstance(item, PlannedStatement) and item.index in self._numbers

    def facts(self) -> Iterator[StatementFacts]:
        """Their facts, without their text."""
        return map(self._places.facts.__getitem__, self._numbers)

    def numbered(self, numbers: Iterable[int]) -> Statements:
        """Those of the same script with these numbers, which rise."""
        kept = array("I", numbers)
        is_run = len(kept) > 0 and kept[-1] - kept[0] == len(kept) - 1
        return Statements(self._places, range(kept[0], kept[-1] + 1) if is_run else kept)


def read_statements(
    script: str, statements: Iterable[SqlStatement], facts_of: Callable[[SqlStatement], StatementFacts]
) -> Statements:
    """Keep statements of a script. None of them is held for longer than it is looked at."""
    places = _Places(script)
    known: dict[StatementFacts, StatementFacts] = {}
    for statement in statements:
        facts = facts_of(statement)
        places.starts.append(statement.start)
        places.ends.append(statement.end)
        places.lines.append(statement.line)
        places.facts.append(known.setdefault(facts, facts))
    return Statements(places, range(len(places.facts)))
