"""Expressions that keep the values of a column where its new type has no cast from the old one.

Prisma's engine drops such a column and makes it anew. Offered is what a person would write by hand, and only what
either keeps a value or fails on it: no digit is dropped, no time of day, no zone, no second item of a list. Lengths
aren't cast to, as a cast cuts where an assignment fails. (Fractions of a second are rounded to the new type's
precision, as they are whenever a client writes.) Pure.
"""

from __future__ import annotations

from msgspec.structs import replace

from parity.dialects.postgres.columns import TYPES
from parity.schema.model import Column
from parity.schema.types import Arity, AutoIncrement, ColumnType, NativeType, TypeFamily

_TEXTS = frozenset(("Text", "VarChar", "Char", "Citext"))
_INTEGERS = frozenset(("SmallInt", "Integer", "BigInt"))
_NUMBERS = _INTEGERS | {"Decimal", "Real", "DoublePrecision"}
_JSON = frozenset(("Json", "JsonB"))
_READABLE = _NUMBERS | {"Boolean", "Uuid", "Inet", "Xml", "Bit", "VarBit", "Timestamp", "Timestamptz", "Date"}
"""What is read from text as the text of its values is written."""
_INTO_JSON = _READABLE | {"Time", "Timetz"}
_WITHOUT_ITEMS = _TEXTS | {"Xml", "ByteA"}
"""Types that take the text of a whole list for a value."""
_RELATIVES = {"Char": "Text", "Bit": "VarBit", "VarChar": "Text", "VarBit": "VarBit", "Decimal": "Decimal"}
"""For a type with a length, the one without: bare CHAR and BIT mean a length of 1."""
_WIDEST_SCALE = 30
"""The scale of the schema language's own Decimal."""
_ZONED = r"'(:\d\d(\.\d+)?|\d[Tt]\d\d)\s*([a-z/_]+|[+-]\d\d(:?\d\d)?)\s*$'"
"""A moment's text that ends with a zone."""


def conversion(old: Column, new: Column, operand: str) -> str | None:
    """The expression of `operand` (the old value) that gives the new one; None where none is to be trusted."""
    if any(column.generated or column.identity for column in (old, new)) or isinstance(new.default, AutoIncrement):
        return None
    was_list, is_list = old.arity is Arity.LIST, new.arity is Arity.LIST
    if was_list and is_list:
        return _between_lists(old.type, new.type, operand)
    if is_list:
        # A JSON null would become an item that no client reads.
        item = None if _kind(old.type) in _JSON and old.type != new.type else _value(old.type, new.type, operand)
        # An empty list is what a client reads where there is none.
        return None if item is None else f"CASE WHEN {operand} IS NULL THEN '{{}}' ELSE ARRAY[{item}] END"
    if was_list:
        return _from_list(old.type, new.type, operand)
    return _value(old.type, new.type, operand)


def _value(old: ColumnType, new: ColumnType, operand: str) -> str | None:
    if old == new:
        return operand
    source, target = _kind(old), _kind(new)
    if source is None or target is None:
        return None
    if target in _JSON:
        return _to_json(source, target, operand)
    if source in _JSON:
        return _from_text(f"({operand} #>> '{{}}')", target, new) if target in _NUMBERS | {"Boolean", "Uuid"} else None
    if source in _TEXTS:
        text = operand if source == "Text" else f"{operand}::text"
        if target == "ByteA":
            return f"convert_to({text}, 'UTF8')"
        return _from_text(text, target, new) if target in _READABLE or target == "enum" else None
    if source == "enum":
        return f"{operand}::text" if target in _TEXTS else _cast(f"{operand}::text", new) if target == "enum" else None
    if source == "Boolean" and target in _NUMBERS:
        return _cast(f"{operand}::integer", new)
    # By its text, any number but 0 and 1 fails, and isn't taken for true; and a fraction isn't rounded.
    if source in _INTEGERS and target in ("Boolean", "Real", "DoublePrecision"):
        return _cast(f"{operand}::text", new)
    return _from_text(f"{operand}::text", target, new) if source in _NUMBERS and target in _INTEGERS else None


def _from_text(text: str, target: str, new: ColumnType) -> str:
    """The value that a text says, or a failure where the type can't hold all of it."""
    match target:
        case "Timestamp":
            moment = f"{text}::timestamptz AT TIME ZONE 'UTC'"
            return f"CASE WHEN {text} ~* {_ZONED} THEN {moment} ELSE {text}::timestamp END"
        case "Timestamptz":
            moment = f"{text}::timestamp AT TIME ZONE 'UTC'"
            return f"CASE WHEN {text} ~* {_ZONED} THEN {text}::timestamptz ELSE {moment} END"
        case "Date":
            return f"CASE WHEN {text} ~ ':' THEN {_failing('no date alone', text, 'date')} ELSE {text}::date END"
        case "Decimal" if new.native is not None and new.native.args and new.native.args[1] < _WIDEST_SCALE:
            number, scale = f"{text}::numeric", new.native.args[1]
            failing = _failing("too many digits", text, "numeric")
            return f"CASE WHEN {number} = round({number}, {scale}) THEN {number} ELSE {failing} END"
        case _:
            return _cast(text, new)


def _failing(why: str, text: str, sql_type: str) -> str:
    """What raises an error that shows the value: no expression of SQL does that by itself."""
    return f"('{why}: ' || {text})::{sql_type}"


def _to_json(source: str, target: str, operand: str) -> str | None:
    if source in _TEXTS:
        return f"{operand}::text::{target.lower()}"  # What isn't JSON fails; it isn't made a JSON string in silence.
    if source in _INTO_JSON or source == "enum":
        return f"to_{target.lower()}({operand})"
    return None


def _from_list(old: ColumnType, new: ColumnType, operand: str) -> str | None:
    """The only item; a list of several fails, because its text isn't that of a value."""
    kind = _kind(new)
    if kind is not None and kind in _JSON:
        return f"to_{kind.lower()}({operand})"
    item = None if kind in _WITHOUT_ITEMS else _value(old, new, f"({operand})[1]")
    if item is None:
        return None
    return f"CASE WHEN cardinality({operand}) > 1 THEN {_cast(f'{operand}::text', new)} ELSE {item} END"


def _between_lists(old: ColumnType, new: ColumnType, operand: str) -> str | None:
    kind = _kind(new)
    if _value(old, new, operand) is None or kind in _JSON | {"ByteA", "Decimal", "Timestamp", "Timestamptz", "Date"}:
        return None  # What needs more than a cast can't be said of each item.
    return f"{operand}::text[]::{TYPES.render(_bare(new), is_list=True)}"


def _cast(text: str, column_type: ColumnType) -> str:
    return f"{text}::{TYPES.render(_bare(column_type), is_list=False)}"


def _bare(column_type: ColumnType) -> ColumnType:
    """The type without its length."""
    native = column_type.native
    if native is None or native.name not in _RELATIVES:
        return column_type
    return replace(column_type, native=NativeType(_RELATIVES[native.name]), declared=None)


def _kind(column_type: ColumnType) -> str | None:
    """The name of its native type, or `enum`; None for what we don't know enough of."""
    if column_type.family is TypeFamily.ENUM:
        return "enum"
    return None if column_type.native is None else column_type.native.name
