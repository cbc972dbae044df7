"""What a migration's row says about its run: a line of JSON in `logs`, before the error's text.

It is there from the moment that the migration starts, so a row left behind by a killed run says by itself whether
anything can have taken effect: nothing, where the whole script was one transaction. When the migration has finished, it
stays and says who ran it. Node's prisma reads `logs` of failed rows only, and shows them as a text.
"""

from __future__ import annotations

import json
from typing import Any

from msgspec import Struct

_PREFIX = "parity "


class RunBy(Struct, frozen=True):
    """Who ran something: the operating system's user, the machine's name, the database's user, program and version."""

    user: str | None
    host: str | None
    role: str | None
    tool: str


class Journal(Struct, frozen=True):
    """`statements` of the script, `done` of them confirmed by the database. `by` is None in rows of old versions."""

    atomic: bool
    statements: int
    done: int = 0
    by: RunBy | None = None


def run_by(role: str | None) -> RunBy:
    """This process, with the database's user."""
    from parity._version import __version__

    return RunBy(_user(), _host(), role, f"parity {__version__}")


def write_journal(journal: Journal, error: str | None = None) -> str:
    """The text for `logs`."""
    content: dict[str, object] = {"atomic": journal.atomic, "statements": journal.statements, "done": journal.done}
    if journal.by is not None:
        by = journal.by
        content |= {"user": by.user, "host": by.host, "role": by.role, "tool": by.tool}
    line = _PREFIX + json.dumps(content)
    return line if error is None else f"{line}\n{error}"


def recorded(role: str | None) -> str:
    """`logs` of a row for a migration that was recorded without being run."""
    return write_journal(Journal(atomic=True, statements=0, by=run_by(role)))


def read_journal(logs: str | None) -> tuple[Journal | None, str]:
    """The journal in a row's logs (None where another tool wrote them), and the error's text behind it."""
    if logs is None:
        return None, ""
    first, _, rest = logs.partition("\n")
    if not first.startswith(_PREFIX):
        return None, logs
    try:
        content = json.loads(first.removeprefix(_PREFIX))
        journal = Journal(bool(content["atomic"]), int(content["statements"]), int(content["done"]), _by(content))
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, logs
    return journal, rest


def _by(content: dict[str, Any]) -> RunBy | None:
    tool = content.get("tool")
    if not isinstance(tool, str):
        return None
    user, host, role = (value if isinstance(value := content.get(name), str) else None for name in _NAMES)
    return RunBy(user, host, role, tool)


_NAMES = ("user", "host", "role")


def _user() -> str | None:
    import os

    try:
        import pwd
    except ImportError:
        return os.environ.get("USERNAME")
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:
        # A container's user may have no name.
        return str(os.geteuid())


def _host() -> str | None:
    import os

    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME")
