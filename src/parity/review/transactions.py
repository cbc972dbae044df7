"""How a script will be run: its transactions, each with its statements and what a kill in it means.

`to_json` is a documented shape: keys are added; none is renamed or removed.

    kind         atomic, alone or own; "atomic, foreign keys checked at its end" for a rebuild
    statements   [number], from 1
    reason       why the script is cut before it, or why it is run so; null where there is nothing to say
    parts        [{words, statements, firstLine, lastLine}]: neighbours that begin alike are one part
    whenStopped  what a kill in it leaves, and how it goes on
"""

from __future__ import annotations

from msgspec import Struct


class Part(Struct, frozen=True):
    """Neighbouring statements that begin with the same words: how many, and the lines that they fill."""

    words: str
    statements: int
    first_line: int
    last_line: int


class Transaction(Struct, frozen=True):
    """Statements that stand or fall together: their 0-based numbers. `kind` and `reason` are the runner's words."""

    kind: str
    statements: tuple[int, ...]
    reason: str | None = None
    parts: tuple[Part, ...] = ()
    when_stopped: str | None = None


def to_json(transactions: tuple[Transaction, ...]) -> list[dict[str, object]]:
    """The transactions as JSON values."""
    return [
        {
            "kind": one.kind,
            "statements": [number + 1 for number in one.statements],
            "reason": one.reason,
            "parts": [
                {
                    "words": part.words,
                    "statements": part.statements,
                    "firstLine": part.first_line,
                    "lastLine": part.last_line,
                }
                for part in one.parts
            ],
            "whenStopped": one.when_stopped,
        }
        for one in transactions
    ]
