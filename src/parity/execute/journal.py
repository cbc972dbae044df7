"""What a migration's row says about its run: a line of JSON in `logs`, before the error's text.

It is there from the moment that the migration starts, so a row left behind by a killed run says by itself whether
anything can have taken effect: nothing, where the whole script was one transaction. When the migration has finished, it
stays and says who ran it. Node's prisma reads `logs` of failed rows only, and shows them as a text.
"""

from __future__ import annotations

import json
from enum import StrEnum
from functools import cache
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

_PREFIX = "parity "


class RunBy(Struct, frozen=True):
    """Who ran something: the operating system's user, the machine's name, the database's user, program and version."""

    user: str | None
    host: str | None
    role: str | None
    tool: str


class Proof(StrEnum):
    """How it is known that an edit makes no difference."""

    COMMENTS = "only comments or white space differ"
    REPLAY = "the folder still leads to the schema of the database"
    NONE = "accepted without proof"


class Amendment(Struct, frozen=True):
    """A change of the row that somebody asked for: of its checksum (`edit`), of its name (`rename`), or its end
    (`rollback`).

    `was` is the old checksum or name. `proof` says how it was found out that an edit changes nothing.
    """

    what: str
    at: str
    was: str
    proof: str | None
    by: RunBy


class Journal(Struct, frozen=True):
    """`statements` of the script, `done` of them confirmed by the database. `by` is None in rows of old versions.

    `essence` is the script's (see `parity.dialects.essence`), None where the run recorded none.
    """

    atomic: bool
    statements: int
    done: int = 0
    by: RunBy | None = None
    essence: str | None = None
    amended: tuple[Amendment, ...] = ()


def run_by(role: str | None) -> RunBy:
    """This process, with the database's user."""
    from parity._version import __version__

    return RunBy(_user(), _host(), role, f"parity {__version__}")


def write_journal(journal: Journal, error: str | None = None) -> str:
    """The text for `logs`."""
    content: dict[str, object] = {"atomic": journal.atomic, "statements": journal.statements, "done": journal.done}
    if journal.by is not None:
        content |= _by_whom(journal.by)
    if journal.essence is not None:
        content["essence"] = journal.essence
    if journal.amended:
        content["amended"] = [
            {"what": one.what, "at": one.at, "was": one.was, "proof": one.proof, **_by_whom(one.by)}
            for one in journal.amended
        ]
    line = _PREFIX + json.dumps(content)
    return line if error is None else f"{line}\n{error}"


def recorded(role: str | None, essence: str | None) -> str:
    """`logs` of a row for a migration that was recorded without being run."""
    return write_journal(Journal(atomic=True, statements=0, by=run_by(role), essence=essence))


def amended(logs: str | None, amendment: Amendment) -> str:
    """`logs` of a row of which something was changed."""
    journal, rest = read_journal(logs)
    journal = Journal(atomic=False, statements=0) if journal is None else journal
    return write_journal(replace(journal, amended=(*journal.amended, amendment)), rest or None)


def with_essence(logs: str | None, essence: str | None) -> str:
    """`logs` of a row whose checksum is that of another file now."""
    journal, rest = read_journal(logs)
    journal = Journal(atomic=False, statements=0) if journal is None else journal
    return write_journal(replace(journal, essence=essence), rest or None)


def read_journal(logs: str | None) -> tuple[Journal | None, str]:
    """The journal in a row's logs (None where another tool wrote them), and the error's text behind it."""
    if logs is None:
        return None, ""
    first, _, rest = logs.partition("\n")
    if not first.startswith(_PREFIX):
        return None, logs
    try:
        content = json.loads(first.removeprefix(_PREFIX))
        journal = Journal(
            bool(content["atomic"]),
            int(content["statements"]),
            int(content["done"]),
            _by(content),
            _text(content, "essence"),
            _amended(content),
        )
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, logs
    return journal, rest


def _by(content: dict[str, Any]) -> RunBy | None:
    tool = content.get("tool")
    if not isinstance(tool, str):
        return None
    return RunBy(_text(content, "user"), _text(content, "host"), _text(content, "role"), tool)


def _amended(content: dict[str, Any]) -> tuple[Amendment, ...]:
    found = []
    items = content.get("amended")
    for item in items if isinstance(items, list) else ():
        by = _by(item) if isinstance(item, dict) else None
        what, at, was = (_text(item, name) for name in ("what", "at", "was")) if by is not None else (None,) * 3
        if by is not None and what is not None and at is not None and was is not None:
            found.append(Amendment(what, at, was, _text(item, "proof"), by))
    return tuple(found)


def _text(content: dict[str, Any], name: str) -> str | None:
    value = content.get(name)
    return value if isinstance(value, str) else None


def _by_whom(by: RunBy) -> dict[str, object]:
    return {"user": by.user, "host": by.host, "role": by.role, "tool": by.tool}


@cache
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


@cache
def _host() -> str | None:
    import os

    return os.uname().nodename if hasattr(os, "uname") else os.environ.get("COMPUTERNAME")
