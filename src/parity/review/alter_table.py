"""Reading ALTER TABLE, one action after the other, as words."""

from __future__ import annotations

from parity.review.columns import read_column, read_constraint, starts_constraint
from parity.review.effects import (
    AddsColumn,
    AddsConstraint,
    AltersColumn,
    AltersTable,
    ColumnChange,
    ConstraintKind,
    DropsColumn,
    DropsConstraint,
    Effect,
    Place,
    RenamesColumn,
    RenamesConstraint,
    RenamesTable,
)
from parity.review.phrases import Phrase
from parity.schema.types import ObjectName

_BEHIND_TYPE = frozenset({"USING", "COLLATE"})


def read_alter_table(phrase: Phrase, at: Place) -> tuple[Effect, ...] | None:
    """The effects of ALTER TABLE, the cursor standing before the table's name; None where one can't be read."""
    phrase.take("ONLY")
    table = phrase.object_name()
    phrase.take("*")
    if table is None or phrase.next is None:
        return None
    effects: list[Effect] = []
    for action in phrase.parts():
        effect = _read_action(action, at, table)
        if effect is None:
            return None
        effects.append(effect)
    return tuple(effects)


def _read_action(action: Phrase, at: Place, table: ObjectName) -> Effect | None:
    text = " ".join(action.rest().split())
    match action.take_any("ADD", "DROP", "ALTER", "RENAME"):
        case "ADD":
            return _read_add(action, at, table)
        case "DROP":
            return _read_drop(action, at, table)
        case "ALTER":
            return _read_alter_column(action, at, table)
        case "RENAME":
            return _read_rename(action, at, table)
        case _:
            return AltersTable(at, table, text) if text else None


def _read_add(action: Phrase, at: Place, table: ObjectName) -> Effect | None:
    if starts_constraint(action):
        constraint = read_constraint(action)
        if constraint is None:
            return None
        return AddsConstraint(at, table, constraint.kind, constraint.name, constraint.columns, constraint.index)
    action.take("COLUMN")
    if_missing = action.take("IF", "NOT", "EXISTS")
    declared = read_column(action)
    return None if declared is None else AddsColumn(at, table, declared[0], if_missing)


def _read_drop(action: Phrase, at: Place, table: ObjectName) -> Effect | None:
    constraint = action.take("CONSTRAINT")
    if not constraint:
        action.take("COLUMN")
    action.take("IF", "EXISTS")
    name = action.name()
    if name is None:
        return None
    cascade = action.take("CASCADE")
    if constraint:
        return DropsConstraint(at, table, name, cascade)
    return DropsColumn(at, table, name, cascade)


def _read_alter_column(action: Phrase, at: Place, table: ObjectName) -> Effect | None:
    if action.take("CONSTRAINT"):
        return AltersTable(at, table, f"ALTER CONSTRAINT {action.rest()}")
    if action.take("PRIMARY", "KEY"):
        action.take("USING", "COLUMNS")
        return AddsConstraint(at, table, ConstraintKind.PRIMARY_KEY, None, action.names(), None)
    action.take("COLUMN")
    column = action.name()
    if column is None:
        return None
    if action.take("SET", "DATA", "TYPE") or action.take("TYPE"):
        name = action.copy().object_name()
        return AltersColumn(at, table, column, ColumnChange.TYPE, action.until(_BEHIND_TYPE), name)
    if action.take("SET", "NOT", "NULL"):
        change = ColumnChange.SET_NOT_NULL
    elif action.take("DROP", "NOT", "NULL"):
        change = ColumnChange.DROP_NOT_NULL
    elif action.take("SET", "DEFAULT"):
        change = ColumnChange.SET_DEFAULT
    elif action.take("DROP", "DEFAULT"):
        change = ColumnChange.DROP_DEFAULT
    else:
        change = ColumnChange.OTHER
    return AltersColumn(at, table, column, change)


def _read_rename(action: Phrase, at: Place, table: ObjectName) -> Effect | None:
    if action.take("TO"):
        new_name = action.name()
        return None if new_name is None else RenamesTable(at, table, new_name)
    constraint = action.take("CONSTRAINT")
    if not constraint:
        action.take("COLUMN")
    old_name = action.name()
    new_name = action.name() if action.take("TO") else None
    if old_name is None or new_name is None:
        return None
    if constraint:
        return RenamesConstraint(at, table, old_name, new_name)
    return RenamesColumn(at, table, old_name, new_name)
