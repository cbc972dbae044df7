"""A schema as canonical JSON, and the hash of it. Pure; the same schema gives the same bytes on every machine.

Where order means nothing (tables, indexes, foreign keys, checks, enums …) members are sorted, and what is as it would
be without saying so is left out. What takes no part in comparison (spellings, definitions that can be printed again) is
left out of the hash but kept by `to_json`: `from_json` gives the schema back with its members sorted, and everything in
it can still be rendered.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from operator import attrgetter
from typing import Any, TypeVar, cast, get_args, get_type_hints

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from parity.records import is_compared, members
from parity.schema.model import Schema, Table
from parity.schema.types import ObjectName

_BEGINNING = b'{"is":"Schema"'


def fingerprint(schema: Schema) -> str:
    """The sha256, in lower-case hex, of what counts when schemas are compared."""
    return hashlib.sha256(msgspec.json.encode(_compared(in_order(schema)))).hexdigest()


def to_json(schema: Schema) -> str:
    """The whole schema as JSON on one line with sorted members, ending in a newline."""
    return msgspec.json.encode(in_order(schema)).decode() + "\n"


def to_exact_json(schema: Schema) -> str:
    """The whole schema on one line, each member where it stands: `from_json` gives back what can't be told apart."""
    return msgspec.json.encode(schema).decode()


def from_json(text: str | bytes) -> Schema:
    """The schema that `to_json` or `to_exact_json` wrote. Raises ValueError for anything else."""
    data = text.encode() if isinstance(text, str) else text
    if not data.startswith(_BEGINNING):
        raise ValueError("this isn't the JSON of a schema")
    try:
        return _decoder().decode(data)
    except msgspec.DecodeError as error:
        raise ValueError(f"this isn't the JSON of a schema: {error}") from error


@cache
def _decoder() -> msgspec.json.Decoder[Schema]:
    return msgspec.json.Decoder(Schema)


def in_order(schema: Schema) -> Schema:
    """The schema with everything sorted whose order means nothing."""
    return replace(
        schema,
        namespaces=tuple(sorted(schema.namespaces)),
        tables=tuple(_sorted_table(t) for t in sorted(schema.tables, key=lambda t: _name_key(t.name))),
        enums=tuple(sorted(schema.enums, key=lambda e: _name_key(e.name))),
        extensions=tuple(sorted(schema.extensions, key=lambda e: e.name)),
        opaques=tuple(sorted(schema.opaques, key=lambda o: (o.kind, *_name_key(o.name), *_name_key(o.table)))),
    )


def _sorted_table(table: Table) -> Table:
    return replace(
        table,
        indexes=tuple(sorted(table.indexes, key=lambda index: index.name)),
        foreign_keys=tuple(sorted(table.foreign_keys, key=lambda k: (k.name or "", k.columns, k.referenced_columns))),
        checks=tuple(sorted(table.checks, key=lambda check: (check.name or "", check.expression))),
        traits=tuple(sorted(table.traits)),
    )


def _name_key(name: ObjectName | None) -> tuple[str, str]:
    return ("", "") if name is None else (name.namespace or "", name.name)


# --- what counts ------------------------------------------------------------------------------------------------------

T = TypeVar("T")
_Strip = Callable[[Any], Any]


def _compared(value: T) -> T:
    """The value without what doesn't count when values are compared; itself where there is nothing of that in it."""
    if isinstance(value, tuple):
        items = [_compared(item) for item in value]
        return cast(T, tuple(items)) if any(a is not b for a, b in zip(items, value, strict=True)) else value
    if isinstance(value, Struct):
        return cast(T, _strip_of(type(value))(value))
    return value


@cache
def _strip_of(cls: type[Struct]) -> _Strip:
    """For the values of one class: which members can hold something to leave out is found out once.

    A schema has many values, and most members are plain and count.
    """
    hints = get_type_hints(cls)
    left_out = {name: default for name, default in members(cls) if not is_compared(cls, name)}
    looked_at = tuple(name for name, _ in members(cls) if name in left_out or _may_hold_values(hints[name]))
    if not looked_at:
        return lambda value: value
    # The class stands at the end: of a single name there would be no tuple.
    get = attrgetter(*looked_at, "__class__")
    kept_as = tuple(left_out.get(name, _LOOK) for name in looked_at)

    def strip(value: Struct) -> Struct:
        changes: dict[str, Any] | None = None
        for place, held in enumerate(get(value)[:-1]):
            kept = kept_as[place]
            if kept is _LOOK:
                if held is None or held == ():
                    continue
                kept = _compared(held)
            elif held == kept:
                continue
            if kept is not held:
                changes = changes or {}
                changes[looked_at[place]] = kept
        return value if changes is None else replace(value, **changes)

    return strip


_LOOK = object()


def _may_hold_values(hint: object) -> bool:
    """Whether a member of this type may hold values with members of their own."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        return True
    return any(_may_hold_values(part) for part in get_args(hint))
