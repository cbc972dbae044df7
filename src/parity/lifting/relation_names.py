"""The names of relations and of their fields where the existing schema file has none.

Two models that have one relation name its fields after each other. Where there are more of them (or where a field would
be called like one of the key's own fields) the relation gets a name, which its fields' names end with. The names are
made of the database's, whatever the existing file calls the models: so they are the same in every project.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator

from msgspec import Struct

from parity.lifting.joins import JoinTable
from parity.lifting.names import field_name, top_level_name
from parity.lifting.source import Source
from parity.schema.model import ForeignKey, Table
from parity.schema.types import ObjectName

Pair = tuple[ObjectName, ObjectName]
"""The two tables of a relation, in the order of the schema."""


class RelationName(Struct, frozen=True):
    """A relation's name ("" for none), and its fields: `forward` holds the key (or is A's), `back` is the other one."""

    name: str
    forward: str
    back: str


class RelationNames(Struct, frozen=True):
    """What `foreign_key_name` and `join_name` need to know of the whole schema."""

    order: dict[ObjectName, int]
    ambiguous: frozenset[Pair]


def relation_names(source: Source) -> RelationNames:
    """Look at all relations of the schema."""
    order = {name: place for place, name in enumerate(source.all_tables)}
    keys: defaultdict[Pair, set[tuple[ObjectName, tuple[str, ...]]]] = defaultdict(set)
    pairs = [(table, key, _pair(table.name, key.referenced_table, order)) for table, key in _foreign_keys(source)]
    for table, key, pair in pairs:
        keys[pair].add((table.name, key.columns))
    joins = Counter(_join_pair(join, order) for join in source.joins.values())
    ambiguous = {pair for _, _, pair in pairs if len(keys[pair]) > 1 or pair in joins}
    ambiguous.update(pair for pair, count in joins.items() if count > 1)
    ambiguous.update(pair for table, key, pair in pairs if _clashes(key))
    return RelationNames(order, frozenset(ambiguous))


def foreign_key_name(table: Table, key: ForeignKey, names: RelationNames) -> RelationName:
    """The names that a foreign key's relation gets."""
    referencing = _plain_name(table.name)
    referenced = _plain_name(key.referenced_table)
    is_self = table.name == key.referenced_table
    prefix = "other_" if is_self else ""
    if _pair(table.name, key.referenced_table, names.order) not in names.ambiguous:
        return RelationName(f"{referencing}To{referenced}" if is_self else "", referenced, f"{prefix}{referencing}")
    columns = "_".join(field_name(column).name for column in key.columns)
    name = f"{referencing}_{columns}To{referenced}"
    return RelationName(name, f"{referenced}_{name}", f"{prefix}{referencing}_{name}")


def join_name(join: JoinTable, names: RelationNames) -> RelationName:
    """The names that a many-to-many relation gets."""
    pair = _join_pair(join, names.order)
    first, second = (_plain_name(name) for name in pair)
    is_self = pair[0] == pair[1]
    if pair in names.ambiguous:
        name, suffix = join.name.name[1:], join.name.name
    else:
        name, suffix = join.name.name[1:], ""
        if name == f"{first}To{second}" and not is_self:
            name = ""
    return RelationName(name, f"{second}{suffix}{'_A' if is_self else ''}", f"{first}{suffix}{'_B' if is_self else ''}")


def _foreign_keys(source: Source) -> Iterator[tuple[Table, ForeignKey]]:
    """The foreign keys of the tables that models show, but for those that lead out of the schema."""
    for table in source.tables:
        for key in table.foreign_keys:
            if key.referenced_table in source.all_tables:
                yield table, key


def _clashes(key: ForeignKey) -> bool:
    field = _plain_name(key.referenced_table)
    return any(field_name(column).name == field for column in key.columns)


def _plain_name(table: ObjectName) -> str:
    return top_level_name(table.name, None, is_unique=True).name


def _pair(one: ObjectName, other: ObjectName, order: dict[ObjectName, int]) -> Pair:
    return (one, other) if order[one] <= order[other] else (other, one)


def _join_pair(join: JoinTable, order: dict[ObjectName, int]) -> Pair:
    return _pair(join.to_a.referenced_table, join.to_b.referenced_table, order)
