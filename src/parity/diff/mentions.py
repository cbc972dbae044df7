"""Whether a text of SQL names a column, as far as words can tell. Doesn't parse; constants don't count."""

from __future__ import annotations

import re
from collections.abc import Iterable

_CONSTANT = re.compile(r"'(?:[^']|'')*'")


def mentions(text: str, columns: Iterable[str]) -> bool:
    """Whether an expression, a condition or a check names one of the columns, whatever the case of its letters."""
    words = _CONSTANT.sub("''", text).lower()
    return any(re.search(rf"(?<!\w){re.escape(column.lower())}(?!\w)", words) for column in columns)
