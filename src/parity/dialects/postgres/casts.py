"""What happens to the values when a column changes its type: the same decisions that Prisma's engine takes.

A cast is SAFE where the engine alters the column without a word, RISKY where it warns, and IMPOSSIBLE where it drops
the column and adds it anew. BARRED is an enum's value that becomes a list: the engine says that it fails on values.
The engine is stricter than PostgreSQL in places (a Time gets another precision) and laxer in others (Money to a
number): its decisions are kept, so that both tools write the same migration.
"""

from __future__ import annotations

from parity.schema.steps import Cast
from parity.schema.types import ColumnType, NativeType, TypeFamily

_INTEGERS = {"SmallInt": 3, "Integer": 10, "BigInt": 19}
"""How many digits an integer type counts for."""
_TEXT_WIDTHS = {"SmallInt": 4, "Integer": 11, "BigInt": 20, "Real": 47}
"""The length of text that holds every value of a number type."""
_FIXED_WIDTHS = {"Uuid": 32, "Timestamp": 23, "Timestamptz": 28, "Date": 28, "Time": 14, "Timetz": 19}
"""The length of text below which a type isn't cast at all."""
_MOMENTS = frozenset(("Timestamp", "Timestamptz", "Date"))
_CLOCKS = frozenset(("Time", "Timetz"))
_UNCHECKED_TO_VARCHAR = frozenset(("Oid", "Inet", "Money", "Citext", "Boolean"))
_NEVER_TO_CHAR = frozenset(("Oid", "Inet"))
_TO_ANYTHING = frozenset(("Money", "Citext"))
_TO_CITEXT = frozenset(("Text", "Inet", "Money"))


def cast(old: ColumnType, new: ColumnType, old_list: bool, new_list: bool) -> Cast:
    """(old type, new type, old is a list, new is a list) -> what happens to the values."""
    if new_list and not old_list:
        return Cast.BARRED if old == new and old.family is TypeFamily.ENUM else Cast.IMPOSSIBLE
    if old.family is TypeFamily.ENUM or new.family is TypeFamily.ENUM:
        return Cast.SAFE if old == new and old_list == new_list else Cast.IMPOSSIBLE
    if old_list and not new_list:
        return _list_to_value(new)
    if old == new:
        return Cast.SAFE
    if old.native is None or new.native is None:
        return Cast.RISKY
    return _value(old.native, new.native)


def _list_to_value(new: ColumnType) -> Cast:
    native = new.native
    if native is None or native.name not in ("Text", "VarChar", "Char"):
        return Cast.IMPOSSIBLE
    return Cast.RISKY if native.args else Cast.SAFE


def _value(old: NativeType, new: NativeType) -> Cast:
    match new.name:
        case "Text":
            return Cast.SAFE
        case "VarChar" if not new.args:
            return Cast.SAFE
        case "VarChar" | "Char":
            return _to_text(old, new.name, new.args[0])
        case "Citext" if old.name in _TO_CITEXT:
            return Cast.SAFE
    if old.name in _TO_ANYTHING:
        return Cast.RISKY
    if old.name in _INTEGERS or old.name in ("Decimal", "DoublePrecision", "Real"):
        return _number(old, new)
    if old.name in ("Bit", "VarBit"):
        return _bits(old, new)
    return _other(old, new)


def _to_text(old: NativeType, name: str, length: int) -> Cast:
    """To VARCHAR(n) or CHAR(n)."""
    if name == "VarChar" and old.name in _UNCHECKED_TO_VARCHAR:
        return Cast.SAFE
    if old.name in _NEVER_TO_CHAR or (old.name == "ByteA" and name == "Char" and length == 1):
        return Cast.IMPOSSIBLE
    if old.name == "Boolean":
        return Cast.IMPOSSIBLE if length < 4 else Cast.RISKY if length == 4 else Cast.SAFE
    if old.name in _FIXED_WIDTHS:
        return Cast.SAFE if length >= _FIXED_WIDTHS[old.name] else Cast.IMPOSSIBLE
    if old.name == "Bit":
        return Cast.SAFE if length >= old.args[0] else Cast.IMPOSSIBLE
    width = _text_width(old)
    return Cast.SAFE if width is not None and length >= width else Cast.RISKY


def _text_width(native: NativeType) -> int | None:
    """The length of the longest text that a value gives; None where there is no end."""
    if native.name in _TEXT_WIDTHS:
        return _TEXT_WIDTHS[native.name]
    if native.name in ("VarChar", "Char", "VarBit") and native.args:
        return native.args[0]
    if native.name == "Decimal" and native.args:
        precision, scale = _precision(native)
        return precision + (2 if scale > 0 else 1)
    return None


def _number(old: NativeType, new: NativeType) -> Cast:
    match old.name, new.name:
        case (_, "Decimal"):
            return _to_decimal(old, new)
        case ("Decimal", kind) if kind in _INTEGERS:
            fits = bool(old.args) and _precision(old)[1] == 0 and _precision(old)[0] < _INTEGERS[kind]
            return Cast.SAFE if fits else Cast.RISKY
        case (wide, narrow) if wide in _INTEGERS and narrow in _INTEGERS:
            return Cast.SAFE if _INTEGERS[narrow] >= _INTEGERS[wide] else Cast.RISKY
        case (kind, "Real" | "DoublePrecision") if kind in _INTEGERS:
            return Cast.SAFE
        case ("Real", "DoublePrecision"):
            return Cast.SAFE
        case (_, kind) if kind in _INTEGERS or kind in ("Real", "DoublePrecision"):
            return Cast.RISKY
        case _:
            return Cast.IMPOSSIBLE


def _to_decimal(old: NativeType, new: NativeType) -> Cast:
    if old.name in ("Real", "DoublePrecision"):
        return Cast.RISKY
    if not new.args:
        return Cast.SAFE
    precision, scale = _precision(new)
    if old.name in _INTEGERS:
        return Cast.SAFE if precision - scale >= _INTEGERS[old.name] else Cast.RISKY
    if not old.args:
        return Cast.RISKY
    old_precision, old_scale = _precision(old)
    fits = precision - scale >= old_precision - old_scale and scale >= old_scale
    return Cast.SAFE if fits else Cast.RISKY


def _bits(old: NativeType, new: NativeType) -> Cast:
    if new.name not in ("Bit", "VarBit"):
        return Cast.IMPOSSIBLE
    if new.name == "VarBit":
        if not new.args:
            return Cast.SAFE
        return Cast.SAFE if old.args and new.args[0] >= old.args[0] else Cast.IMPOSSIBLE
    if old.name == "Bit":
        return Cast.IMPOSSIBLE
    return Cast.RISKY if not old.args or new.args[0] <= old.args[0] else Cast.IMPOSSIBLE


def _other(old: NativeType, new: NativeType) -> Cast:
    match old.name, new.name:
        case ("Oid", "Integer" | "BigInt"):
            return Cast.SAFE
        case ("Json", "JsonB") | ("JsonB", "Json"):
            return Cast.SAFE
        case (moment, other) if moment in _MOMENTS and other in _MOMENTS:
            return Cast.SAFE
        case ("Timestamp" | "Timestamptz", clock) if clock in _CLOCKS:
            return Cast.SAFE
        case ("Time", "Timetz") | ("Timetz", "Time" | "Timetz"):
            return Cast.SAFE
        case _:
            return Cast.IMPOSSIBLE


def _precision(native: NativeType) -> tuple[int, int]:
    """Precision and scale of a Decimal that has them."""
    return native.args[0], native.args[1] if len(native.args) > 1 else 0
