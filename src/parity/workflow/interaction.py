"""How a workflow tells and asks while it runs. The command line answers; tests answer with a value of their own."""

from __future__ import annotations

from typing import Protocol


class Interaction(Protocol):
    """Told of progress, asked at forks. Every question has a flag that answers it beforehand."""

    def progress(self, line: str) -> None:
        """Something goes on, or was done: a line for a person who waits."""
        ...

    def confirm(self, question: str, *, flag: str, told: tuple[str, ...] = (), word: str | None = None) -> bool:
        """A yes or no. Raises Refused, naming `flag`, where nobody can be asked.

        With `word`, that is what has to be typed, as a yes is given too easily.
        `told` is what somebody who is asked must have read; nobody else is told.
        """
        ...

    def ask(self, question: str, *, flag: str) -> str:
        """A text, not empty. Raises UsageError, naming `flag`, where nobody can be asked."""
        ...

    def choose(self, question: str, choices: tuple[tuple[str, str], ...], *, told: tuple[str, ...]) -> str | None:
        """One of (key, explanation), or None where nobody can be asked or nothing was chosen. `told` as above."""
        ...
