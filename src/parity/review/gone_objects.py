"""What a schema file can't say and that a migration takes away with what it stands on, and by which statement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from parity.diff.gone import GoneKey, gone_objects
from parity.review.effects import (
    DropsColumn,
    DropsConstraint,
    DropsIndex,
    DropsObject,
    DropsTable,
    Effect,
    Place,
    RebuildsTable,
)
from parity.review.names import NameKeys
from parity.schema.model import Schema
from parity.schema.steps import Hazard
from parity.schema.types import ObjectName


def lost_objects(
    effects: Sequence[Effect], before: Schema, after: Schema, keys: NameKeys
) -> Iterator[tuple[Place, Hazard]]:
    """Each with the statement that drops it, else with the one that drops what is beneath, else with the last."""
    gone = gone_objects(before, after)
    if not gone or not effects:
        return
    by_name: dict[str, Place] = {}
    by_table: dict[ObjectName, Place] = {}
    tables: set[str] = set()
    for effect in effects:
        match effect:
            case DropsObject(at, _, name) | DropsIndex(at, name):
                by_name[keys.of(name).name] = at
            case DropsConstraint(at, _, name):
                by_name[name] = at
            case DropsTable(at, table):
                tables.add(keys.of(table).name)
                by_table[keys.of(table)] = at
            case RebuildsTable(at, table) | DropsColumn(at, table):
                by_table[keys.of(table)] = at
            case _:
                pass
    last = effects[-1].at
    for key, hazard in gone.items():
        if hazard.question is not None and keys.of(hazard.question.table).name in tables:
            continue  # It is dropped as the table that it is, and that is told.
        yield _place(key, by_name, by_table, keys) or last, hazard


def _place(key: GoneKey, by_name: dict[str, Place], by_table: dict[ObjectName, Place], keys: NameKeys) -> Place | None:
    _, table, name = key
    bare = keys.of(ObjectName(name.rpartition(".")[2].partition("(")[0])).name
    return by_name.get(bare) or (None if table is None else by_table.get(keys.of(table)))
