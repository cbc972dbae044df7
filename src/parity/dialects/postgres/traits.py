"""Clauses of a whole table: UNLOGGED, partitioning, inheritance, row level security, triggers that are switched off.

A trait is the clause as CREATE TABLE or ALTER TABLE writes it: `UNLOGGED`, `PARTITION BY RANGE (x)`,
`PARTITION OF "p" FOR VALUES …`, `INHERITS ("p")`, `ROW LEVEL SECURITY`, `FORCE ROW LEVEL SECURITY`,
`DISABLE TRIGGER ALL` where foreign keys aren't checked, and `DISABLE TRIGGER t` where a partition has one of those of
its parent switched otherwise. How a table is partitioned can't be altered: there is no statement for it.
"""

from __future__ import annotations

from parity.dialects.postgres.names import written
from parity.schema.model import Table

UNLOGGED = "UNLOGGED"
ROW_SECURITY = "ROW LEVEL SECURITY"
UNCHECKED_KEYS = "DISABLE TRIGGER ALL"
FORCED_ROW_SECURITY = "FORCE ROW LEVEL SECURITY"
_PARTITION_BY = "PARTITION BY "
_PARTITION_OF = "PARTITION OF "
_INHERITS = "INHERITS "
_SWITCHES = ("DISABLE TRIGGER ", "ENABLE ")
_TRIGGER = "TRIGGER "


def create_head(table: Table) -> tuple[str, str]:
    """What stands before and behind the parentheses of CREATE TABLE."""
    unlogged = "UNLOGGED " if UNLOGGED in table.traits else ""
    tail = "".join(f" {trait}" for trait in table.traits if trait.startswith((_INHERITS, _PARTITION_BY)))
    return f"CREATE {unlogged}TABLE {written(table.name)}", tail


def traits_after(table: Table) -> tuple[str, ...]:
    """The statements that give a new table what CREATE TABLE can't say together with its columns."""
    return tuple(
        statement
        for trait in table.traits
        if trait != UNLOGGED and not trait.startswith((_INHERITS, _PARTITION_BY))
        for statement in _gain(table, trait)
    )


def change_traits(old: Table, new: Table) -> tuple[str, ...]:
    """The statements that lead from the old traits to the new ones."""
    lost = tuple(trait for trait in old.traits if trait not in new.traits)
    gained = tuple(trait for trait in new.traits if trait not in old.traits)
    return (
        *(statement for trait in lost for statement in _lose(new, trait)),
        *(statement for trait in gained for statement in _gain(new, trait)),
    )


def _gain(table: Table, trait: str) -> tuple[str, ...]:
    name = written(table.name)
    match trait:
        case "UNLOGGED":
            return (f"ALTER TABLE {name} SET UNLOGGED",)
        case "ROW LEVEL SECURITY":
            return (f"ALTER TABLE {name} ENABLE ROW LEVEL SECURITY",)
        case "FORCE ROW LEVEL SECURITY":
            return (f"ALTER TABLE {name} FORCE ROW LEVEL SECURITY",)
    if trait.startswith(_SWITCHES):
        return (f"ALTER TABLE {name} {trait}",)
    if trait.startswith(_INHERITS):
        return tuple(f"ALTER TABLE {name} INHERIT {parent}" for parent in _parents(trait))
    if trait.startswith(_PARTITION_OF):
        parent, bound = _parent_and_bound(trait)
        return (f"ALTER TABLE {parent} ATTACH PARTITION {name}{bound}",)
    return ()


def _lose(table: Table, trait: str) -> tuple[str, ...]:
    name = written(table.name)
    match trait:
        case "UNLOGGED":
            return (f"ALTER TABLE {name} SET LOGGED",)
        case "ROW LEVEL SECURITY":
            return (f"ALTER TABLE {name} DISABLE ROW LEVEL SECURITY",)
        case "FORCE ROW LEVEL SECURITY":
            return (f"ALTER TABLE {name} NO FORCE ROW LEVEL SECURITY",)
    if trait.startswith(_SWITCHES):
        return (f"ALTER TABLE {name} {_switched_back(trait)}",)
    if trait.startswith(_INHERITS):
        return tuple(f"ALTER TABLE {name} NO INHERIT {parent}" for parent in _parents(trait))
    if trait.startswith(_PARTITION_OF):
        return (f"ALTER TABLE {_parent_and_bound(trait)[0]} DETACH PARTITION {name}",)
    return ()


def _switched_back(trait: str) -> str:
    """The opposite of a switch. What a parent's trigger was switched to isn't known here: nearly all are on."""
    verb, _, trigger = trait.partition(_TRIGGER)
    return f"{'DISABLE' if verb == 'ENABLE ' else 'ENABLE'} {_TRIGGER}{trigger}"


def _parents(trait: str) -> tuple[str, ...]:
    """The parents of `INHERITS ("a", "b")`. Names in quotes may hold commas."""
    inside = trait.removeprefix(_INHERITS).strip()[1:-1]
    parents: list[str] = []
    start = 0
    quoted = False
    for index, character in enumerate(inside):
        if character == '"':
            quoted = not quoted
        elif character == "," and not quoted:
            parents.append(inside[start:index].strip())
            start = index + 1
    return (*parents, inside[start:].strip())


def _parent_and_bound(trait: str) -> tuple[str, str]:
    """`PARTITION OF "p" FOR VALUES …` -> (`"p"`, ` FOR VALUES …`). The name is always in quotes."""
    text = trait.removeprefix(_PARTITION_OF)
    quoted = False
    for index, character in enumerate(text):
        if character == '"':
            quoted = not quoted
        elif character == " " and not quoted:
            return text[:index], text[index:]
    return text, ""
