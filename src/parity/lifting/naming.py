"""A name for each table, view, enum, column and enum value: the existing file's, or one made of the database's.

Names that differ in the database can become equal when they are sanitised. Blocks are then told apart by their
namespace; what is still equal gets a number, so that the file stays valid.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import TypeVar

from msgspec import Struct

from parity.lifting.names import Name, field_name, sanitised, top_level_name, value_name
from parity.psl import model as psl
from parity.schema.types import ObjectName

Blocks = Mapping[ObjectName, psl.Model] | Mapping[ObjectName, psl.Enum]
_Key = TypeVar("_Key")


class BlockNames(Struct, frozen=True):
    """The names of all blocks, and which ones were new and had a name that another block has."""

    tables: Mapping[ObjectName, Name]
    views: Mapping[ObjectName, Name]
    enums: Mapping[ObjectName, Name]
    renamed: frozenset[ObjectName]


def block_names(
    tables: tuple[tuple[ObjectName, ...], Mapping[ObjectName, psl.Model]],
    views: tuple[tuple[ObjectName, ...], Mapping[ObjectName, psl.Model]],
    enums: tuple[tuple[ObjectName, ...], Mapping[ObjectName, psl.Enum]],
    usual_namespace: str | None,
) -> BlockNames:
    """Names for the objects of each kind, beside the blocks that the existing file has for them.

    `usual_namespace` is where objects without a namespace are; None in a database that has none.
    """
    kinds: dict[str, tuple[tuple[ObjectName, ...], Blocks]] = {"table": tables, "enum": enums, "view": views}
    known = {
        (kind, name): Name(blocks[name].name, blocks[name].database_name)
        for kind, (names, blocks) in kinds.items()
        for name in names
        if name in blocks
    }
    new = [(kind, name) for kind, (names, _) in kinds.items() for name in names if (kind, name) not in known]
    taken = Counter([name.name for name in known.values()] + [sanitised(name.name) for _, name in new])
    made: dict[tuple[str, ObjectName], Name] = {}
    for kind, name in new:
        namespace = usual_namespace if name.namespace is None else name.namespace
        made[kind, name] = top_level_name(name.name, namespace, is_unique=taken[sanitised(name.name)] <= 1)
    chosen = known | _distinct(made, {key: key[1].name for key in made}, {name.name for name in known.values()})
    return BlockNames(
        tables={name: chosen["table", name] for name in tables[0]},
        views={name: chosen["view", name] for name in views[0]},
        enums={name: chosen["enum", name] for name in enums[0]},
        renamed=frozenset(
            name for _, name in new if taken[sanitised(name.name)] > 1 and (name.namespace or usual_namespace)
        ),
    )


def column_names(
    columns: Mapping[ObjectName, Iterable[str]], fields: Mapping[tuple[ObjectName, str], psl.ScalarField]
) -> dict[tuple[ObjectName, str], Name]:
    """A field's name for each column. It is empty where no letter of the column's name can stand in one."""
    chosen: dict[tuple[ObjectName, str], Name] = {}
    for owner, names in columns.items():
        known = {name: fields[owner, name] for name in names if (owner, name) in fields}
        new = {name: field_name(name) for name in names if name not in known}
        chosen.update(((owner, name), Name(field.name, field.database_name)) for name, field in known.items())
        distinct = _distinct(new, {name: name for name in new}, {field.name for field in known.values()})
        chosen.update(((owner, name), made) for name, made in distinct.items())
    return chosen


def enum_value_names(
    values: Mapping[ObjectName, tuple[str, ...]], existing: Mapping[tuple[ObjectName, str], psl.EnumValue]
) -> dict[tuple[ObjectName, str], Name]:
    """A name for each value of each enum. It is empty where no letter of the value can stand in one."""
    chosen: dict[tuple[ObjectName, str], Name] = {}
    for enum, texts in values.items():
        known = {text: existing[enum, text] for text in texts if (enum, text) in existing}
        new = {text: value_name(text) for text in texts if text not in known}
        chosen.update(((enum, text), Name(value.name, value.database_name)) for text, value in known.items())
        distinct = _distinct(new, {text: text for text in new}, {value.name for value in known.values()})
        chosen.update(((enum, text), made) for text, made in distinct.items())
    return chosen


def _distinct(made: Mapping[_Key, Name], originals: Mapping[_Key, str], used: set[str]) -> dict[_Key, Name]:
    """The made names, with a number behind those that are in use. Names that need no mapping come first."""
    chosen: dict[_Key, Name] = {}
    for key, name in made.items():
        if name.mapped is None and name.name not in used:
            used.add(name.name)
            chosen[key] = name
    numbers: Counter[str] = Counter()
    for key, name in made.items():
        if key in chosen:
            continue
        free = name.name
        while free and free in used:
            numbers[name.name] += 1
            free = f"{name.name}_{numbers[name.name] + 1}"
        used.add(free)
        chosen[key] = name if free == name.name else Name(free, originals[key])
    return chosen
