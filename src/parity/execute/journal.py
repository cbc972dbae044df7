"""What a migration's row says about a run that didn't finish: a line of JSON in `logs`, before the error's text.

It is there from the moment that the migration starts and is gone when it has finished, so a row left behind by a killed
run says by itself whether anything can have taken effect: nothing, where the whole script was one transaction.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

_PREFIX = "parity "


@dataclass(frozen=True, slots=True)
class Journal:
    """`statements` of the script, `done` of them confirmed by the database, in how many segments."""

    atomic: bool
    statements: int
    done: int = 0


def write_journal(journal: Journal, error: str | None = None) -> str:
    """The text for `logs`."""
    line = _PREFIX + json.dumps({"atomic": journal.atomic, "statements": journal.statements, "done": journal.done})
    return line if error is None else f"{line}\n{error}"


def read_journal(logs: str | None) -> tuple[Journal | None, str]:
    """The journal in a row's logs (None where another tool wrote them), and the error's text behind it."""
    if logs is None:
        return None, ""
    first, _, rest = logs.partition("\n")
    if not first.startswith(_PREFIX):
        return None, logs
    try:
        content = json.loads(first.removeprefix(_PREFIX))
        journal = Journal(bool(content["atomic"]), int(content["statements"]), int(content["done"]))
    except (ValueError, KeyError, TypeError):
        return None, logs
    return journal, rest
