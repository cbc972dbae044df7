"""Places where a test can have a run killed, stopped or failed. Without the variable PARITY_FAILPOINT they do nothing.

`PARITY_FAILPOINT=before_commit:kill` kills the process, without a word, when it comes there; `stop` halts it until it
is sent SIGCONT; `error` fails there as a database would. `mid_script(3)` is before the statement with index 3 of any
migration. The other places are `after_connect`, `after_lock`, `after_started_row`, `after_script`, `before_commit`,
`after_commit`, `before_unlock`.
"""

from __future__ import annotations

import os
from functools import cache

from parity.errors import DatabaseError

VARIABLE = "PARITY_FAILPOINT"


def is_armed() -> bool:
    """Whether a test wants to come in between two steps, which therefore have to be taken one by one."""
    return bool(_wanted())


@cache
def _wanted() -> str | None:
    # Once: there are several places in each migration, and reading the environment takes longer than it looks.
    return os.environ.get(VARIABLE)


def hit(name: str, number: int | None = None) -> None:
    """A run has come to the place `name`."""
    wanted = _wanted()
    if not wanted:
        return
    place, _, action = wanted.partition(":")
    if place != (name if number is None else f"{name}({number})"):
        return
    import signal

    match action:
        case "kill":
            os.kill(os.getpid(), signal.SIGKILL)
        case "stop":
            os.kill(os.getpid(), signal.SIGSTOP)
        case _:
            raise DatabaseError(
                "PAR990",
                f"the run was failed at {place}",
                why=f"{VARIABLE} asks for it, which is for tests",
                hint=f"unset {VARIABLE}",
            )
