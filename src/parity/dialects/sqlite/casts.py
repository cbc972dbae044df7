"""What happens to values when a column of SQLite changes its type. Pure.

Nothing fails here: a rebuild copies the values, and the new column's affinity converts those that it can; all others
stay as they were. So text is safe, and every other change is told to the user.
"""

from __future__ import annotations

from parity.schema.steps import Cast
from parity.schema.types import ColumnType, TypeFamily

_TEXT = (TypeFamily.STRING, TypeFamily.ENUM)


def cast(old: ColumnType, new: ColumnType, old_is_list: bool, new_is_list: bool) -> Cast:
    """What happens to the values. There are no lists here."""
    if old == new or new.family in _TEXT:
        return Cast.SAFE
    return Cast.RISKY
