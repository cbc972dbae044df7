"""Objects that the schema language can't say: kept as long as what they stand on is there."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence

from parity.diff.opaque import opaque_key
from parity.schema.model import ObjectRef, Opaque, Schema, Table
from parity.schema.types import ObjectName

_TABLE_KINDS = ("TABLE", "COLUMN")
_ENUM = "ENUM"


def kept_opaques(history: Schema, wanted: Schema, tables: Iterable[Table]) -> tuple[Opaque, ...]:
    """The wanted objects, and those of the history whose tables, columns and other foundations survive."""
    columns = {table.name: {column.name for column in table.columns} for table in tables}
    existed = {table.name for table in history.tables}
    asked = {opaque_key(opaque) for opaque in wanted.opaques}
    kept = [o for o in history.opaques if opaque_key(o) not in asked and _stands(o, columns, existed)]
    fallen = _fallen(kept, wanted.opaques, history.opaques, columns.keys())
    return (*wanted.opaques, *(opaque for place, opaque in enumerate(kept) if place not in fallen))


def _fallen(
    kept: Sequence[Opaque], asked: Sequence[Opaque], history: Sequence[Opaque], tables: Collection[ObjectName]
) -> set[int]:
    """The places of kept objects that stand on one that goes, and of those that stand on these. Linear."""
    bearers = Counter(opaque.name for opaque in (*asked, *kept))
    users: dict[ObjectName, list[int]] = {}
    for place, opaque in enumerate(kept):
        for name in _foundations(opaque):
            users.setdefault(name, []).append(place)
    gone = [name for name in {opaque.name for opaque in history} if not bearers[name] and name not in tables]
    fallen: set[int] = set()
    while gone:
        for place in users.get(gone.pop(), ()):
            if place in fallen:
                continue
            fallen.add(place)
            name = kept[place].name
            bearers[name] -= 1
            if not bearers[name] and name not in tables:
                gone.append(name)
    return fallen


def _stands(opaque: Opaque, columns: dict[ObjectName, set[str]], existed: set[ObjectName]) -> bool:
    """Whether no table or column beneath the object goes."""
    if opaque.table is not None and opaque.table in existed and opaque.table not in columns:
        return False
    return not any(_is_gone(ref, columns, existed) for ref in opaque.depends_on)


def _is_gone(ref: ObjectRef, columns: dict[ObjectName, set[str]], existed: set[ObjectName]) -> bool:
    if ref.kind not in _TABLE_KINDS or ref.name not in existed:
        return False
    return ref.name not in columns or (ref.column is not None and ref.column not in columns[ref.name])


def _foundations(opaque: Opaque) -> set[ObjectName]:
    """The other objects that it stands on."""
    names = {ref.name for ref in opaque.depends_on if ref.kind not in (*_TABLE_KINDS, _ENUM)}
    if opaque.table is not None:
        names.add(opaque.table)
    return names
