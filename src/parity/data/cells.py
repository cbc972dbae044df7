"""One value: from what a file says, or a database gives as text, to a literal in canonical form."""

from __future__ import annotations

import base64
import binascii
import ipaddress
import json
import re
import struct
from collections.abc import Mapping
from datetime import datetime, time
from decimal import Decimal

from parity.data.raw import Broken, Items, Kind, Plain, Raw, json_of
from parity.schema.literals import bytes_literal, canonical_date_time, canonical_number, json_literal
from parity.schema.model import Column
from parity.schema.types import Arity, ListLiteral, Literal, LiteralKind, Now, TypeFamily

Cell = Literal | ListLiteral | Now | None
"""`Now` is set when the row is inserted, and never compared."""

_INTEGER = re.compile(r"-?[0-9]{1,19}")
_NUMBER = re.compile(r"-?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_UUID = re.compile(r"\{?([0-9a-fA-F]{8})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{4})-?([0-9a-fA-F]{12})\}?")


def cell(column: Column, raw: Raw, values: Mapping[str, str] | None) -> Cell:
    """What a file says about a column. Raises ValueError, in words for people, for what the column doesn't hold."""
    if _is_null(column, raw):
        if column.arity is Arity.REQUIRED or (column.arity is Arity.LIST and column.list_not_null):
            raise ValueError("the column holds no NULL")
        return None
    if column.arity is Arity.LIST:
        raw = _from_text(raw) if isinstance(raw, Plain) and raw.kind is Kind.CELL else raw
        if not isinstance(raw, Items):
            raise ValueError("the column holds a list")
        return ListLiteral(tuple(_item(column, item, values) for item in raw.items))
    if column.type.family is TypeFamily.DATE_TIME and isinstance(raw, Plain) and raw.text == "now()":
        return Now()
    return _literal(column, raw, values)


def _is_null(column: Column, raw: Raw) -> bool:
    if not isinstance(raw, Plain):
        return False
    if raw.kind is Kind.CELL and raw.text == "":
        return column.arity is not Arity.REQUIRED or column.type.family is not TypeFamily.STRING
    return raw.kind is Kind.NULL


def _item(column: Column, raw: Raw, values: Mapping[str, str] | None) -> Literal:
    if isinstance(raw, Plain) and raw.kind is Kind.NULL:
        raise ValueError("a list holds no NULL")
    return _literal(column, raw, values)


def _from_text(raw: Plain) -> Raw:
    from parity.data.read_json import read_json

    try:
        return read_json(raw.text)
    except Broken as error:
        raise ValueError(f"its text isn't JSON: {error.why}") from error


def _literal(column: Column, raw: Raw, values: Mapping[str, str] | None) -> Literal:
    family = column.type.family
    if family is TypeFamily.JSON:
        text = json_of(_from_text(raw) if isinstance(raw, Plain) and raw.kind is Kind.CELL else raw)
        if "\\u0000" in text:
            raise ValueError("a text with a NUL can't be kept")
        return json_literal(text)
    if not isinstance(raw, Plain):
        raise ValueError("the column holds a single value, and this has parts")
    text = raw.text
    if "\0" in text:
        raise ValueError("a text with a NUL can't be kept")
    if values is not None:
        if text not in values:
            raise ValueError(f"{text} is no value of the enum: it has {', '.join(dict.fromkeys(values)) or 'none'}")
        return read_literal(column, values[text])  # Where there are no enums it is a text.
    match family:
        case TypeFamily.BOOLEAN:
            if raw.kind is Kind.NUMBER or text.lower() not in ("true", "false"):
                raise ValueError(f"{text} is neither true nor false")
        case TypeFamily.INT | TypeFamily.BIG_INT:
            if not _INTEGER.fullmatch(text) or not -(2**63) <= int(text) < 2**63:
                raise ValueError(f"{text} is no whole number")
        case TypeFamily.FLOAT | TypeFamily.DECIMAL:
            _check_number(column, text)
        case TypeFamily.DATE_TIME:
            _check_moment(column, text)
        case TypeFamily.UUID:
            if not _UUID.fullmatch(text):
                raise ValueError(f"{text} is no UUID")
        case TypeFamily.BINARY:
            try:
                text = base64.b64decode(text, validate=True).hex()
            except binascii.Error as error:
                raise ValueError(f"bytes are written in base64: {error}") from error
        case TypeFamily.UNSUPPORTED:
            raise ValueError("the schema language has no name for the column's type")
    return read_literal(column, text)


def _check_number(column: Column, text: str) -> None:
    if not _NUMBER.fullmatch(text):
        raise ValueError(f"{text} is no number")
    native = column.type.native
    if column.type.family is TypeFamily.DECIMAL and native is not None and len(native.args) == 2:
        digits = -min(0, int(Decimal(canonical_number(text)).as_tuple().exponent))
        if digits > native.args[1]:
            raise ValueError(f"the column keeps {native.args[1]} digits behind the point, and {text} has more")


def _check_moment(column: Column, text: str) -> None:
    name, kept = _moment_kind(column)
    if name in ("Time", "Timetz"):
        time.fromisoformat(_clock(text))
        return
    try:
        moment = datetime.fromisoformat(text.strip())
        canonical_date_time(text)  # In UTC it may be before the first year, or behind the last one.
    except (ValueError, OverflowError) as error:
        raise ValueError(f"{text} is no time as ISO 8601 writes it (2024-12-31T23:59:59Z), and not now()") from error
    if kept < 6 and moment.microsecond % 10 ** (6 - kept):
        raise ValueError(f"the column keeps {kept} digits of a second, and {text} has more")
    if name == "Date" and not canonical_date_time(text).endswith("T00:00:00"):
        raise ValueError(f"the column holds a day, and {text} has a time")


def _moment_kind(column: Column) -> tuple[str, int]:
    native = column.type.native
    if native is None:
        return "", 3
    return native.name, native.args[0] if native.args else 6


def _clock(text: str) -> str:
    return text.strip().rpartition("T")[2]


def comparable(value: Cell) -> object:
    """What is equal for equal values; None for NULL and for what isn't known before it is there."""
    match value:
        case Literal():
            return value.value
        case ListLiteral():
            return tuple(map(comparable, value.items))
        case _:
            return None


def read_literal(column: Column, text: str) -> Literal:
    """A text as the database gives it (bytes as hex), in canonical form."""
    native = column.type.native
    match column.type.family:
        case TypeFamily.BOOLEAN:
            return Literal(LiteralKind.BOOLEAN, text.lower() in ("true", "t", "1"))
        case TypeFamily.INT | TypeFamily.BIG_INT if _INTEGER.fullmatch(text):
            return Literal(LiteralKind.INT, int(text))
        case TypeFamily.FLOAT if _NUMBER.fullmatch(text):
            return Literal(LiteralKind.NUMBER, canonical_number(_float(text, native is not None and native.name)), text)
        case TypeFamily.DECIMAL:
            return Literal(LiteralKind.NUMBER, canonical_number(text), text)
        case TypeFamily.JSON:
            return json_literal(text)
        case TypeFamily.BINARY:
            return bytes_literal(bytes.fromhex(text))
        case TypeFamily.UUID:
            return Literal(
                LiteralKind.STRING, "-".join(found.groups()).lower() if (found := _UUID.fullmatch(text)) else text
            )
        case TypeFamily.ENUM:
            return Literal(LiteralKind.ENUM, text)
        case TypeFamily.DATE_TIME:
            return _moment(column, text)
        case _:
            return Literal(LiteralKind.STRING, _string(text, None if native is None else native.name))


def _moment(column: Column, text: str) -> Literal:
    if _moment_kind(column)[0] in ("Time", "Timetz"):
        return Literal(LiteralKind.STRING, _plain_clock(_clock(text)))
    # A space before the offset is the form in which migrations of Node's prisma hold it.
    try:
        return Literal(LiteralKind.DATE_TIME, canonical_date_time(re.sub(r" (?=[+-][0-9:]+$)", "", text)))
    except OverflowError:
        return Literal(LiteralKind.DATE_TIME, text)


def _plain_clock(text: str) -> str:
    try:
        clock = time.fromisoformat(text).isoformat()
    except ValueError:
        return text
    whole, point, rest = clock.partition(".")
    digits = re.match(r"[0-9]*", rest)
    assert digits is not None
    kept = digits[0].rstrip("0")
    return whole + (point + kept if kept else "") + rest[digits.end() :]


def _float(text: str, native: str | bool) -> str:
    number = float(text)
    if native == "Real":
        try:
            number = struct.unpack("f", struct.pack("f", number))[0]
        except OverflowError:
            return text
    return repr(number)


def _string(text: str, native: str | None) -> str:
    if native == "Char":
        return text.rstrip(" ")
    if native == "Inet":
        try:
            return str(ipaddress.ip_interface(text))
        except ValueError:
            return text
    return text


def shown(value: Cell) -> str:
    """A value in a sentence."""
    match value:
        case None:
            return "NULL"
        case Now():
            return "now()"
        case ListLiteral():
            return f"[{', '.join(map(shown, value.items))}]"
        case Literal(kind=LiteralKind.BOOLEAN):
            return "true" if value.value else "false"
        case Literal(kind=LiteralKind.BYTES):
            return base64.b64encode(value.data).decode()
        case Literal(kind=LiteralKind.STRING | LiteralKind.ENUM):
            return json.dumps(value.value, ensure_ascii=False)
        case Literal():
            return str(value.value if value.text is None else value.text)
