"""Reading DDL: CREATE, ALTER, DROP and TRUNCATE, as words.

sqlglot's parser keeps much of DDL as unread text (`ALTER TYPE`, a mixed `ALTER TABLE`, `CREATE EXTENSION`), and which
statements these are differs between its releases; so its words are read here. DML is for `parity.review.dml`.
"""

from __future__ import annotations

from parity.review.alter_table import read_alter_table
from parity.review.columns import read_table_items
from parity.review.effects import (
    AddsTypeValue,
    AltersObject,
    CreatesIndex,
    CreatesObject,
    CreatesTable,
    CreatesType,
    DropsIndex,
    DropsObject,
    DropsTable,
    DropsType,
    DropsTypeValue,
    Effect,
    Place,
    RenamesIndex,
    RenamesType,
    Truncates,
)
from parity.review.phrases import Phrase
from parity.schema.types import ObjectName

_TWO_WORD_KINDS = (
    ("MATERIALIZED", "VIEW"),
    ("EVENT", "TRIGGER"),
    ("FOREIGN", "TABLE"),
    ("FOREIGN", "DATA"),
    ("ACCESS", "METHOD"),
    ("DEFAULT", "PRIVILEGES"),
    ("LARGE", "OBJECT"),
    ("OPERATOR", "CLASS"),
    ("OPERATOR", "FAMILY"),
    ("TEXT", "SEARCH"),
    ("USER", "MAPPING"),
)
_MODIFIERS = ("GLOBAL", "LOCAL", "TEMP", "TEMPORARY", "UNLOGGED", "UNIQUE", "RECURSIVE", "CONSTRAINT", "VIRTUAL")


def read_ddl(phrase: Phrase, at: Place) -> tuple[Effect, ...] | None:
    """The effects of a DDL statement; None where it isn't one, or can't be read."""
    match phrase.skip_keyword():
        case "CREATE":
            return _read_create(phrase, at)
        case "ALTER":
            return _read_alter(phrase, at)
        case "DROP":
            return _read_drop(phrase, at)
        case "TRUNCATE":
            return _read_truncate(phrase, at)
        case _:
            return None


def _read_create(phrase: Phrase, at: Place) -> tuple[Effect, ...] | None:
    phrase.take("OR", "REPLACE")
    modifiers: set[str] = set()
    while modifier := phrase.take_any(*_MODIFIERS):
        modifiers.add(modifier)
    kind = _kind(phrase)
    if kind == "index":
        return _read_create_index(phrase, at, unique="UNIQUE" in modifiers)
    if_missing = phrase.take("IF", "NOT", "EXISTS")
    if kind == "schema":
        return _read_create_schema(phrase, at)
    name = phrase.object_name()
    if name is None:
        return None
    match kind:
        case "table":
            return (_table(phrase, at, name, temporary=bool(modifiers & {"TEMP", "TEMPORARY"}), if_missing=if_missing),)
        case "foreign table":
            return (_table(phrase, at, name, temporary=False, if_missing=if_missing),)
        case "type":
            return (_read_create_type(phrase, at, name),)
        case _:
            return (CreatesObject(at, kind, name, _owner(phrase, kind)),)


def _table(phrase: Phrase, at: Place, name: ObjectName, *, temporary: bool, if_missing: bool) -> CreatesTable:
    items = phrase.inside()
    if items is None:
        return CreatesTable(at, name, temporary=temporary, if_missing=if_missing)
    columns, primary_key, unique_keys = read_table_items(items)
    return CreatesTable(at, name, columns, primary_key, unique_keys, temporary, if_missing)


def _read_create_index(phrase: Phrase, at: Place, *, unique: bool) -> tuple[Effect, ...] | None:
    concurrently = phrase.take("CONCURRENTLY")
    phrase.take("IF", "NOT", "EXISTS")
    name = None if phrase.keyword == "ON" else phrase.object_name()
    if not phrase.take("ON"):
        return None
    phrase.take("ONLY")
    table = phrase.object_name()
    if phrase.take("USING"):
        phrase.skip()
    items = phrase.inside()
    if table is None or items is None:
        return None
    columns: list[str] = []
    parts = items.parts()
    for part in parts:
        column = part.name()
        if column is not None and not part.is_operator():
            columns.append(column)
    return (
        CreatesIndex(
            at,
            table,
            None if name is None else name.name,
            tuple(columns),
            unique=unique,
            partial="WHERE" in phrase.outer_keywords(),
            expressions=len(columns) < len(parts),
            concurrently=concurrently,
        ),
    )


def _read_create_schema(phrase: Phrase, at: Place) -> tuple[Effect, ...] | None:
    name = phrase.name()
    if name is None:
        return None
    if name.upper() == "AUTHORIZATION" and phrase.keyword:
        name = phrase.name() or name
    return (CreatesObject(at, "schema", ObjectName(name)),)


def _read_create_type(phrase: Phrase, at: Place, name: ObjectName) -> CreatesType:
    values = phrase.inside() if phrase.take("AS", "ENUM") else None
    if values is None:
        return CreatesType(at, name)
    texts = tuple(part.string() for part in values.parts())
    return CreatesType(at, name, tuple(text for text in texts if text is not None))


def _owner(phrase: Phrase, kind: str) -> ObjectName | None:
    """The table behind ON (triggers, policies) or TO (rules)."""
    if kind not in ("trigger", "policy", "rule"):
        return None
    phrase.until(frozenset({"TO"}) if kind == "rule" else frozenset({"ON"}))
    phrase.skip()
    return phrase.object_name()


def _read_alter(phrase: Phrase, at: Place) -> tuple[Effect, ...] | None:
    kind = _kind(phrase)
    if_there = phrase.take("IF", "EXISTS")
    if kind in ("table", "foreign table"):
        return read_alter_table(phrase, at)
    if kind == "index" and not if_there and phrase.take("ALL"):
        return (AltersObject(at, kind, ObjectName("ALL")),)
    name = phrase.object_name()
    if name is None:
        return None
    if kind == "index" and phrase.take("RENAME", "TO"):
        new_name = phrase.name()
        return None if new_name is None else (RenamesIndex(at, name, new_name),)
    if kind == "type":
        return _read_alter_type(phrase, at, name)
    return (AltersObject(at, kind, name),)


def _read_alter_type(phrase: Phrase, at: Place, name: ObjectName) -> tuple[Effect, ...]:
    if phrase.take("ADD", "VALUE"):
        phrase.take("IF", "NOT", "EXISTS")
        value = phrase.string()
        if value is not None:
            return (AddsTypeValue(at, name, value),)
    if phrase.take("DROP", "VALUE"):
        value = phrase.string()
        if value is not None:
            return (DropsTypeValue(at, name, value),)
    if phrase.take("RENAME", "TO"):
        new_name = phrase.name()
        if new_name is not None:
            return (RenamesType(at, name, new_name),)
    return (AltersObject(at, "type", name),)


def _read_drop(phrase: Phrase, at: Place) -> tuple[Effect, ...] | None:
    kind = _kind(phrase)
    if kind == "owned":
        phrase.take("BY")
    concurrently = phrase.take("CONCURRENTLY")
    phrase.take("IF", "EXISTS")
    keywords = phrase.outer_keywords()
    cascade = keywords[-1:] == ("CASCADE",)
    effects: list[Effect] = []
    for part in phrase.parts():
        name = part.object_name()
        if name is None:
            return None
        match kind:
            case "table" | "foreign table":
                effects.append(DropsTable(at, name, cascade))
            case "index":
                effects.append(DropsIndex(at, name, concurrently, cascade))
            case "type":
                effects.append(DropsType(at, name, cascade))
            case _:
                part.inside()
                table = part.object_name() if part.take("ON") else None
                effects.append(DropsObject(at, kind, name, table, cascade))
    return tuple(effects)


def _read_truncate(phrase: Phrase, at: Place) -> tuple[Effect, ...] | None:
    phrase.take("TABLE")
    cascade = "CASCADE" in phrase.outer_keywords()
    effects: list[Effect] = []
    for part in phrase.parts():
        part.take("ONLY")
        name = part.object_name()
        if name is None:
            return None
        effects.append(Truncates(at, name, cascade))
    return tuple(effects)


def _kind(phrase: Phrase) -> str:
    """SQL's name for a kind of object, in lower case."""
    for pair in _TWO_WORD_KINDS:
        if phrase.take(*pair):
            return " ".join(pair).lower()
    return phrase.skip_keyword().lower()
