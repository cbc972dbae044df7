"""PAR806: the order of the migrations isn't the one in which they were written."""

from __future__ import annotations

from collections.abc import Iterator

from parity.platforms.findings.finding import Finding, Seen


def find(seen: Seen) -> Iterator[Finding]:
    """What the folder itself is warned of: the same number twice, names that sort behind all numbers."""
    for note in seen.folder_notes:
        yield Finding(
            "PAR806",
            note.path,
            0,
            note.what,
            "two branches were merged, or a folder was named by hand: a database that has the one already gets the "
            "other too late, and a new database gets them in another order",
            "before the later one was applied anywhere, rename its folder to a number of its own that comes last; then "
            "`parity migrate dev` proves the folder",
        )
