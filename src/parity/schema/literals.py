"""Canonical texts of constants, so that two spellings of one value are equal. Used by lower and by introspection."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation

from parity.schema.types import Literal, LiteralKind


def number_literal(text: str) -> Literal:
    """A float or decimal constant: `1.50`, `1.5` and `15e-1` are the same."""
    return Literal(LiteralKind.NUMBER, canonical_number(text), text=text)


def canonical_number(text: str) -> str:
    """A number without exponent and trailing zeros; `text` itself where it isn't a finite number of sane size."""
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    if not number.is_finite() or abs(number.adjusted()) > 400:
        return text
    plain = format(number, "f")
    if "." in plain:
        plain = plain.rstrip("0").rstrip(".")
    return "0" if plain in ("-0", "") else plain


def bytes_literal(data: bytes, text: str | None = None) -> Literal:
    """A constant of bytes, and how its author wrote it."""
    return Literal(LiteralKind.BYTES, data.hex(), text=text)


def json_literal(text: str) -> Literal:
    """A JSON constant; key order and white space don't count."""
    return Literal(LiteralKind.JSON, canonical_json(text), text=text)


def canonical_json(text: str) -> str:
    """JSON with sorted keys and no spaces; `text` itself where it isn't JSON."""
    try:
        value = json.loads(text, parse_float=_number, parse_int=_number)
    except (ValueError, RecursionError):
        return text
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def date_time_literal(text: str) -> Literal:
    """A timestamp constant; a text without a zone is read as UTC."""
    return Literal(LiteralKind.DATE_TIME, canonical_date_time(text), text=text)


def canonical_date_time(text: str) -> str:
    """ISO 8601 in UTC without trailing zeros of the fraction; `text` itself where it isn't a full timestamp or date."""
    try:
        moment = datetime.fromisoformat(text.strip())
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    plain = moment.astimezone(UTC).replace(tzinfo=None).isoformat(sep="T")
    return plain.rstrip("0") if "." in plain else plain


def _number(text: str) -> str:
    """JSON numbers compare by value, and never equal a JSON string of the same digits."""
    return "\0" + canonical_number(text)
