"""Statements that wait for the next one, and travel in one message with it: a round trip less for each.

The server runs the statements of a message one after the other and stops at the first that fails, so that a BEGIN
before a statement, and a row of the ledger before the COMMIT, mean the same as in messages of their own. A statement of
a script never waits: its errors are its own. (The last one may take the row and the COMMIT along: see
`Session.commit_with`.)
"""

from __future__ import annotations

BEGIN = "BEGIN READ WRITE"


class Ahead:
    """What waits, in its order."""

    __slots__ = ("_texts",)

    def __init__(self) -> None:
        self._texts: list[str] = []

    def __bool__(self) -> bool:
        return bool(self._texts)

    @property
    def is_begin_alone(self) -> bool:
        """Whether a transaction was begun and nothing put into it."""
        return self._texts == [BEGIN]

    def add(self, text: str) -> None:
        """Let a statement wait."""
        self._texts.append(text)

    def clear(self) -> None:
        """Let nothing of it happen."""
        self._texts.clear()

    def take(self) -> str:
        """The text to put before the next statement."""
        if not self._texts:
            return ""
        text = "".join(f"{one};\n" for one in self._texts)
        self._texts.clear()
        return text
