"""A schema as canonical JSON, and the hash of it. Pure; the same schema gives the same bytes on every machine.

Where order means nothing (tables, indexes, foreign keys, checks, enums …) members are sorted. What takes no part in
comparison (spellings, definitions that can be printed again) is left out of the hash but kept by `to_json`: `from_json`
gives the schema back with its members sorted, and everything in it can still be rendered.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from enum import StrEnum
from functools import cache
from types import UnionType
from typing import Union, cast, get_args, get_origin, get_type_hints

from msgspec import Struct
from msgspec.structs import replace

from parity.records import is_compared, members
from parity.schema.model import Schema, Table
from parity.schema.types import ObjectName

_KIND = "kind"
_BYTES = "bytes"


def fingerprint(schema: Schema) -> str:
    """The sha256, in lower-case hex, of what counts when schemas are compared."""
    text = json.dumps(_plain(_sorted(schema), full=False), sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return hashlib.sha256(text.encode()).hexdigest()


def to_json(schema: Schema) -> str:
    """The whole schema as indented JSON with sorted members, ending in a newline."""
    return json.dumps(_plain(_sorted(schema), full=True), indent=1, sort_keys=True, ensure_ascii=False) + "\n"


def to_exact_json(schema: Schema) -> str:
    """The whole schema on one line, each member where it stands: `from_json` gives back what can't be told apart."""
    return json.dumps(_plain(schema, full=True), separators=(",", ":"), ensure_ascii=True)


def from_json(text: str) -> Schema:
    """The schema that `to_json` or `to_exact_json` wrote. Raises ValueError for anything else."""
    try:
        return cast(Schema, _read(Schema, json.loads(text)))
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError("this isn't the JSON of a schema") from error


def _sorted(schema: Schema) -> Schema:
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


# --- values to JSON ---------------------------------------------------------------------------------------------------


def _plain(value: object, *, full: bool) -> object:
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, bytes):
        return {_BYTES: value.hex()}
    if isinstance(value, tuple):
        return [_plain(item, full=full) for item in value]
    if isinstance(value, Struct):
        return _plain_record(value, full=full)
    return value  # None, a string, a number, a boolean


def _plain_record(value: Struct, *, full: bool) -> dict[str, object]:
    record: dict[str, object] = {_KIND: type(value).__name__}
    cls = type(value)
    for name, default in members(cls):
        held = getattr(value, name)
        if (full or is_compared(cls, name)) and held != default:
            # A member called `kind` (of indexes and opaque objects) must not hide the record's own.
            record[f"{name}_" if name == _KIND else name] = _plain(held, full=full)
    return record


# --- JSON to values ---------------------------------------------------------------------------------------------------


def _read(expected: object, value: object) -> object:
    """A value of the expected type. Types are those that the vocabulary's fields have."""
    origin = get_origin(expected)
    if origin is tuple:
        return _read_tuple(get_args(expected), cast("list[object]", value))
    if origin in (Union, UnionType):
        return _read_union(get_args(expected), value)
    if not isinstance(expected, type):
        raise TypeError(f"{expected!r} isn't in the vocabulary")
    if issubclass(expected, Struct):
        return _read_record(expected, cast("Mapping[str, object]", value))
    if expected is bytes:
        return bytes.fromhex(cast("dict[str, str]", value)[_BYTES])
    if issubclass(expected, StrEnum):
        return expected(cast(str, value))
    if not isinstance(value, expected):
        raise TypeError(f"{value!r} isn't a {expected}")
    return value


def _read_tuple(members: tuple[object, ...], items: list[object]) -> tuple[object, ...]:
    if len(members) == 2 and members[1] is Ellipsis:
        return tuple(_read(members[0], item) for item in items)
    return tuple(_read(member, item) for member, item in zip(members, items, strict=True))


def _read_union(members: tuple[object, ...], value: object) -> object:
    if value is None:
        return None
    if isinstance(value, Mapping) and _KIND in value:
        records = {m.__name__: m for m in members if isinstance(m, type) and issubclass(m, Struct)}
        return _read_record(records[value[_KIND]], value)
    if isinstance(value, Mapping):
        return _read(bytes, value)
    plain = [m for m in members if m is not type(None) and not (isinstance(m, type) and issubclass(m, Struct))]
    exact = [m for m in plain if type(value) is m]
    return _read((exact or plain)[0], value)


def _read_record(expected: type[Struct], value: Mapping[str, object]) -> object:
    if value[_KIND] != expected.__name__:
        raise TypeError(f"{value[_KIND]!r} isn't a {expected.__name__}")
    known = _names(expected)
    make: Callable[..., object] = expected
    return make(**{known[key][0]: _read(known[key][1], held) for key, held in value.items() if key != _KIND})


@cache
def _names(expected: type[Struct]) -> Mapping[str, tuple[str, object]]:
    """The fields of a record by their names in JSON: their own name, and their type."""
    hints = get_type_hints(expected)
    return {f"{name}_" if name == _KIND else name: (name, hints[name]) for name, _ in members(expected)}
