"""The name of a new migration: the time in UTC, and what its author calls it, as a safe folder name.

Names of existing migrations are never taken apart for their meaning: they are compared as bytes, which is the
order in which they are applied. Real ones hold hours such as 38, eight digits, or no number at all.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from parity.errors import UsageError

LONGEST = 200
"""How many bytes the author's part may have."""

_FORMAT = "%Y%m%d%H%M%S"
_PLAIN = re.compile(r"[\w.@%+=:,/-]+")
"""Names that mean nothing else to a shell."""


def migration_name(now_utc: datetime, user_name: str, existing: Iterable[str] = ()) -> str:
    """`YYYYMMDDhhmmss_slug`, sorting behind all `existing` names where a time can do that, and never one of
    them.

    Raises UsageError P3010 for a name of more than 200 bytes.
    """
    slug = slug_of(user_name)
    names = tuple(existing)
    newest = max(names, key=byte_order, default="")
    stamp = (now_utc.astimezone(UTC) if now_utc.tzinfo else now_utc).strftime(_FORMAT)
    if byte_order(f"{stamp}_{slug}") <= byte_order(newest):
        stamp = max(stamp, _stamp_behind(newest))
    taken = {name.casefold() for name in names}  # some file systems don't tell A from a
    while f"{stamp}_{slug}" in taken:
        stamp = _next(stamp)
    return f"{stamp}_{slug}"


def slug_of(user_name: str) -> str:
    """The author's part: lower-case words of ASCII letters and digits, joined by underscores; `migration` if
    none is left.

    Accents are dropped and words in CamelCase taken apart. No path can be said with these characters.
    """
    plain = unicodedata.normalize("NFKD", user_name.replace("ß", "ss"))
    words = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", "".join(c for c in plain if not unicodedata.combining(c)))
    slug = re.sub(r"[^a-z0-9]+", "_", words.lower()).strip("_") or "migration"
    if max(len(user_name.encode("utf-8", "surrogatepass")), len(slug)) > LONGEST:
        raise UsageError(
            "P3010",
            "the migration's name is too long",
            why=f"a name may have {LONGEST} bytes; this one has {len(user_name.encode('utf-8', 'surrogatepass'))}",
            hint="choose a shorter one with --name",
        )
    return slug


def without_time(name: str) -> str:
    """The author's part of a migration's name: what stands behind the number; all of it where there is no number."""
    return re.sub(r"^[0-9]{8,14}_?", "", name) or name


def byte_order(name: str) -> bytes:
    """The sort key of migrations: the bytes of their names."""
    return name.encode("utf-8", "surrogateescape")


def as_argument(name: str) -> str:
    """A name as a shell takes it for one argument: old folders hold spaces, a ledger anything."""
    if _PLAIN.fullmatch(name):
        return name
    if name.isprintable():
        return "'" + name.replace("'", "'\\''") + "'"
    return "$'" + name.encode("unicode_escape").decode("ascii").replace("'", "\\'") + "'"


def _stamp_behind(newest: str) -> str:
    """The smallest stamp whose names sort behind `newest`; "" where no number of 14 digits does."""
    digits = re.match(r"[0-9]{8,14}", newest)
    if digits is None:
        return ""
    if len(digits[0]) == 14:
        return _next(digits[0])
    following = str(int(digits[0]) + 1).zfill(len(digits[0]))
    return following.ljust(14, "0") if len(following) == len(digits[0]) else ""


def _next(stamp: str) -> str:
    """One second later; for digits that aren't a time, the next number."""
    try:
        later = datetime.strptime(stamp, _FORMAT).replace(tzinfo=UTC) + timedelta(seconds=1)
    except (ValueError, OverflowError):
        return str(int(stamp) + 1).zfill(14)
    return later.strftime(_FORMAT)
