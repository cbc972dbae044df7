"""Numbers with the word for what is counted: `1 row`, `5 rows`."""

from __future__ import annotations


def counted(number: int, one: str, many: str | None = None) -> str:
    """The number and its word. `many` is the word for several; `one` with an s, if it isn't given."""
    return f"{number:,} {one}" if number == 1 else f"{number:,} {many or one + 's'}"
