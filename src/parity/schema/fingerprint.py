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
from typing import Any, cast, get_args, get_type_hints

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

_Strip = Callable[[Any], Any]


class _Strips(dict[type, "_Strip | None"]):
    """For each class what takes from its values all that doesn't count when values are compared, and gives back the
    value itself where there is nothing of that in it; None where there can't be. Found out once: values are many.
    """

    def __missing__(self, cls: type) -> _Strip | None:
        found = _stripped_tuple if cls is tuple else _strip_of(cls) if issubclass(cls, Struct) else None
        self[cls] = found
        return found


_STRIPS = _Strips()


def _compared(schema: Schema) -> Schema:
    strip = _STRIPS[Schema]
    return schema if strip is None else cast(Schema, strip(schema))


def _stripped_tuple(values: tuple[Any, ...]) -> tuple[Any, ...]:
    kept = [value if (strip := _STRIPS[type(value)]) is None else strip(value) for value in values]
    return tuple(kept) if any(a is not b for a, b in zip(kept, values, strict=True)) else values


def _strip_of(cls: type[Struct]) -> _Strip | None:
    hints = get_type_hints(cls)
    left_out = {name: default for name, default in members(cls) if not is_compared(cls, name)}
    looked_at = tuple(name for name in hints if name not in left_out and _may_hold_more(hints[name]))
    if not left_out and not looked_at:
        return None
    # Nothing stands for a class that leaves nothing out: of no name there is no getter.
    left_in = attrgetter(*left_out) if left_out else None
    usual = tuple(left_out.values()) if len(left_out) > 1 else next(iter(left_out.values()), None)

    def strip(value: Struct) -> Struct:
        changes = dict(left_out) if left_in is not None and left_in(value) != usual else None
        for name in looked_at:
            held = getattr(value, name)
            inner = _STRIPS[type(held)]
            if inner is None:
                continue
            kept = inner(held)
            if kept is not held:
                changes = {} if changes is None else changes
                changes[name] = kept
        return value if changes is None else replace(value, **changes)

    return strip


def _may_hold_more(hint: object) -> bool:
    """Whether a member of this type may hold values in which something is left out."""
    if isinstance(hint, type) and issubclass(hint, Struct):
        return _STRIPS[hint] is not None
    return any(_may_hold_more(part) for part in get_args(hint))
