"""Defaults, expressions and type names in canonical form, whoever wrote them: an author (`dbgenerated`) or the server.

`default_of` reads a plain constant out of its casts, so that `'{}'::jsonb`, `'{}'` and a default in the schema language
are equal. What only the server can evaluate keeps its text; two such texts are compared by `canonical_expression`,
which undoes what the server adds when it prints an expression back, as far as that can be known without asking it.
"""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.postgres.reread import as_reread
from parity.dialects.postgres.tokens import Kind, Part, parts_of
from parity.dialects.sql import quote_identifier, quote_string
from parity.schema.literals import bytes_literal, date_time_literal, json_literal, number_literal
from parity.schema.types import (
    AutoIncrement,
    ColumnType,
    Default,
    Expression,
    ListLiteral,
    Literal,
    LiteralKind,
    Now,
    ObjectName,
    TypeFamily,
)

_TYPE_ALIASES = {
    "int": "integer",
    "int4": "integer",
    "int2": "smallint",
    "int8": "bigint",
    "bool": "boolean",
    "float8": "double precision",
    "float4": "real",
    "decimal": "numeric",
    "varchar": "character varying",
    "char": "character",
    "bpchar": "character",
    "varbit": "bit varying",
    "timestamptz": "timestamp with time zone",
    "timestamp": "timestamp without time zone",
    "timetz": "time with time zone",
    "time": "time without time zone",
}
_TYPE_TAILS = frozenset(("precision", "varying", "with", "without", "time", "zone", "local"))
_LITERAL_TYPES = frozenset(("interval", "date", "time", "timestamp", "timestamptz", "timetz", "json", "jsonb", "uuid"))
_TRUE = frozenset(("t", "true", "y", "yes", "on", "1"))
_FALSE = frozenset(("f", "false", "n", "no", "off", "0"))
_MOST_NESTING = 50
"""Deeper than any server prints a constant; beyond it, a text isn't read as one."""
_CLOCK = re.compile(r"\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:[+-]\d{2}(?::\d{2})?)?")


class _Constant(Struct, frozen=True):
    """A constant: the text of a string, a number or a bit string, or the items of an array."""

    kind: Kind
    text: str
    items: tuple[_Constant, ...] | None = None


def default_of(sql: str, column_type: ColumnType, *, is_list: bool) -> Default | None:
    """A default's SQL in canonical form; None for NULL. `sql` of the result is the text that was given."""
    parts = _without_outer_parentheses(parts_of(sql))
    deep = sum(part.is_sign("(") or part.is_word("array") for part in parts) > _MOST_NESTING
    end, constant = (0, None) if deep else _constant(parts, 0)
    if constant is not None and end == len(parts):
        if constant.kind is Kind.WORD and constant.text == "null":
            return None
        found = _list_literal(constant, column_type) if is_list else _literal(constant, column_type)
        if found is not None:
            return replace(found, sql=sql)
    if not is_list and column_type.family is TypeFamily.DATE_TIME and _is_now(parts):
        return Now(sql=sql)
    sequence = _sequence(parts) if column_type.family in (TypeFamily.INT, TypeFamily.BIG_INT) else None
    if sequence is not None and not is_list:
        return AutoIncrement(sequence=sequence, sql=sql)
    return Expression(canonical_expression(sql), sql=sql)


def canonical_expression(sql: str) -> str:
    """An expression's text for comparison: folded words, single spaces, no casts that the server adds to constants."""
    parts = _drop_casts(_typed_literals(_without_outer_parentheses(parts_of(as_reread(sql)))))
    return _join(_without_outer_parentheses(parts))


def canonical_type_name(text: str) -> str:
    """A type's name as `format_type` prints it: `VARCHAR(10)[]` -> `character varying(10)[]`."""
    parts = parts_of(text)
    words: list[str] = []
    arguments = brackets = ""
    index = 0
    while index < len(parts):
        part = parts[index]
        if part.is_sign("("):
            end = _closing(parts, index)
            arguments = _type_arguments(text)
            index = end
        elif part.is_sign("[") or part.is_sign("]"):
            brackets += part.text
        elif part.is_sign("."):
            words[-1:] = [words[-1] + "." if words else "."]
        elif words and words[-1].endswith("."):
            words[-1] += _name_text(part)
        else:
            words.append(_name_text(part))
        index += 1
    return _assemble_type(words, arguments, brackets)


def _type_arguments(text: str) -> str:
    """The arguments of a type as they are written, without white space: an extension may tell cases apart."""
    inside = text[text.find("(") + 1 : text.rfind(")")]
    return f"({''.join(inside.split())})"


def _assemble_type(words: list[str], arguments: str, brackets: str) -> str:
    name = " ".join(words).removeprefix("pg_catalog.")
    name = _TYPE_ALIASES.get(name, name)
    head, separator, tail = name.partition(" ")
    if arguments and head in ("timestamp", "time") and separator:
        return f"{head}{arguments} {tail}{brackets}"
    return f"{name}{arguments}{brackets}"


def _name_text(part: Part) -> str:
    if part.kind is not Kind.NAME:
        return part.text
    plain = re.fullmatch(r"[a-z_][a-z0-9_]*", part.text) is not None
    return part.text if plain else quote_identifier(part.text)


# --- constants --------------------------------------------------------------------------------------------------------


def _constant(parts: tuple[Part, ...], at: int) -> tuple[int, _Constant | None]:
    """The constant that begins at `at`, with its casts: its end, and the constant or None."""
    if at >= len(parts):
        return at, None
    part = parts[at]
    constant: _Constant | None = None
    if part.is_sign("("):
        at, constant = _constant(parts, at + 1)
        if constant is None or at >= len(parts) or not parts[at].is_sign(")"):
            return at, None
        at += 1
    elif part.kind in (Kind.STRING, Kind.NUMBER, Kind.BITS):
        at, constant = at + 1, _Constant(part.kind, part.text)
    elif part.kind is Kind.SIGN and part.text in ("-", "+") and _kind_at(parts, at + 1) is Kind.NUMBER:
        sign = "-" if part.text == "-" else ""
        at, constant = at + 2, _Constant(Kind.NUMBER, sign + parts[at + 1].text)
    elif part.is_word("array") and at + 1 < len(parts) and parts[at + 1].is_sign("["):
        at, constant = _array(parts, at + 2)
    elif part.kind is Kind.WORD and part.text in ("true", "false", "null"):
        at, constant = at + 1, _Constant(Kind.WORD, part.text)
    elif part.kind is Kind.WORD and part.text in _LITERAL_TYPES and _kind_at(parts, at + 1) is Kind.STRING:
        at, constant = at + 2, _Constant(Kind.STRING, parts[at + 1].text)
    while constant is not None and at < len(parts) and parts[at].is_sign("::"):
        at = _type_end(parts, at + 1)
    return at, constant


def _array(parts: tuple[Part, ...], at: int) -> tuple[int, _Constant | None]:
    items: list[_Constant] = []
    while at < len(parts) and not parts[at].is_sign("]"):
        at, item = _constant(parts, at)
        if item is None or at >= len(parts):
            return at, None
        items.append(item)
        if parts[at].is_sign(","):
            at += 1
        elif not parts[at].is_sign("]"):
            return at, None
    return at + 1, _Constant(Kind.SIGN, "", tuple(items))


def _type_end(parts: tuple[Part, ...], at: int) -> int:
    """The end of the type name that begins at `at`."""
    start = at
    while at < len(parts):
        part = parts[at]
        if part.kind in (Kind.NAME, Kind.WORD):
            if at > start and not parts[at - 1].is_sign(".") and part.text not in _TYPE_TAILS:
                return at
        elif at == start:
            return at
        elif part.is_sign("("):
            at = _closing(parts, at)
        elif part.is_sign("[") and at + 1 < len(parts) and parts[at + 1].is_sign("]"):
            at += 1
        elif not part.is_sign("."):
            return at
        at += 1
    return at


def _literal(constant: _Constant, column_type: ColumnType) -> Literal | None:
    text = constant.text
    if constant.items is not None:
        return None
    match column_type.family:
        case TypeFamily.INT | TypeFamily.BIG_INT:
            return _integer(text)
        case TypeFamily.FLOAT | TypeFamily.DECIMAL:
            return number_literal(text) if re.fullmatch(r"\s*[+-]?[\d.]+(?:[eE][+-]?\d+)?\s*", text) else None
        case TypeFamily.BOOLEAN:
            folded = text.strip().lower()
            known = folded in _TRUE or folded in _FALSE
            return Literal(LiteralKind.BOOLEAN, folded in _TRUE) if known else None
        case TypeFamily.STRING:
            return Literal(LiteralKind.STRING, text)
        case TypeFamily.UUID:
            return Literal(LiteralKind.STRING, text.lower())
        case TypeFamily.JSON:
            return json_literal(text)
        case TypeFamily.DATE_TIME:
            return _date_time(text)
        case TypeFamily.BINARY:
            return bytes_literal(_bytes(text))
        case TypeFamily.ENUM:
            return Literal(LiteralKind.ENUM, text)
        case TypeFamily.UNSUPPORTED:
            return None


def _integer(text: str) -> Literal | None:
    whole = re.fullmatch(r"\s*([+-]?\d+)(?:\.0*)?\s*", text)
    return None if whole is None else Literal(LiteralKind.INT, int(whole[1]))


def _date_time(text: str) -> Literal | None:
    """A constant moment; None for words such as 'now', which the server reads when the statement runs."""
    if re.match(r"\s*\d", text) is None:
        return None
    return date_time_literal(f"1970-01-01T{text}" if _CLOCK.fullmatch(text) else text)


def _bytes(text: str) -> bytes:
    if text.startswith("\\x"):
        try:
            return bytes.fromhex(text[2:])
        except ValueError:
            return text.encode()
    return re.sub(rb"\\(?:([0-3][0-7]{2})|(\\))", _escaped_byte, text.encode())


def _escaped_byte(match: re.Match[bytes]) -> bytes:
    return b"\\" if match[1] is None else bytes((int(match[1], 8),))


def _list_literal(constant: _Constant, column_type: ColumnType) -> ListLiteral | None:
    constants = constant.items
    if constants is None:
        constants = _array_text(constant.text)
    if constants is None:
        return None
    if any(item.kind is Kind.WORD and item.text == "null" for item in constants):
        return None
    items = tuple(_literal(item, column_type) for item in constants)
    known = tuple(item for item in items if item is not None)
    return ListLiteral(known) if len(known) == len(items) else None


_ARRAY_ITEM = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^,{}"]+))\s*(,|$)', re.DOTALL)


def _array_text(text: str) -> tuple[_Constant, ...] | None:
    """The items of an array's text form, `{a,"b c"}`; None where it isn't a flat array without nulls."""
    text = text.strip()
    if not (text.startswith("{") and text.endswith("}")):
        return None
    body = text[1:-1]
    items: list[_Constant] = []
    at = 0
    while at < len(body):
        match = _ARRAY_ITEM.match(body, at)
        if match is None:
            return None
        if match[1] is None:
            value = match[2].strip()
            if value.lower() == "null":
                return None
        else:
            value = re.sub(r"\\(.)", r"\1", match[1], flags=re.DOTALL)
        items.append(_Constant(Kind.STRING, value))
        at = match.end()
    return tuple(items) if body.strip() or not items else ()


# --- expressions ------------------------------------------------------------------------------------------------------


def _is_now(parts: tuple[Part, ...]) -> bool:
    texts = [part.text for part in parts if part.kind is not Kind.STRING]
    return texts in (["current_timestamp"], ["now", "(", ")"]) and len(texts) == len(parts)


def _sequence(parts: tuple[Part, ...]) -> ObjectName | None:
    """The sequence of `nextval('name'::regclass)`."""
    if len(parts) < 4 or not (parts[0].is_word("nextval") and parts[1].is_sign("(")):
        return None
    end, constant = _constant(parts, 2)
    if constant is None or constant.kind is not Kind.STRING or end != len(parts) - 1:
        return None
    names = [part.text for part in parts_of(constant.text) if part.kind in (Kind.WORD, Kind.NAME)]
    match names:
        case [name]:
            return ObjectName(name)
        case [namespace, name]:
            return ObjectName(name, namespace)
        case _:
            return None


def _without_outer_parentheses(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    partners: dict[int, int] = {}
    opened: list[int] = []
    for index, part in enumerate(parts):
        if part.is_sign("("):
            opened.append(index)
        elif part.is_sign(")") and opened:
            partners[opened.pop()] = index
    start, end = 0, len(parts) - 1
    while start < end and partners.get(start) == end:
        start, end = start + 1, end - 1
    return parts[start : end + 1]


def _closing(parts: tuple[Part, ...], at: int) -> int:
    """The index of the parenthesis that closes the one at `at`; the last index where none does."""
    depth = 0
    for index in range(at, len(parts)):
        if parts[index].is_sign("("):
            depth += 1
        elif parts[index].is_sign(")"):
            depth -= 1
            if depth == 0:
                return index
    return len(parts) - 1


def _typed_literals(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """`interval '1 day'` becomes `'1 day'`: the server prints it with a cast behind, which goes as well."""
    out: list[Part] = []
    for part in parts:
        if part.kind is Kind.STRING and out and out[-1].kind is Kind.WORD and out[-1].text in _LITERAL_TYPES:
            out.pop()
        out.append(part)
    return tuple(out)


def _drop_casts(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Without the casts of constants, and without the catalog's own namespace before names."""
    out: list[Part] = []
    at = 0
    while at < len(parts):
        part = parts[at]
        if part.is_sign("::") and out and (out[-1].kind in (Kind.STRING, Kind.NUMBER, Kind.BITS)):
            at = _type_end(parts, at + 1)
            continue
        if part.is_word("pg_catalog") and at + 1 < len(parts) and parts[at + 1].is_sign("."):
            at += 2
            continue
        out.append(part)
        at += 1
        _unwrap_constant(out)
    return tuple(out)


def _unwrap_constant(out: list[Part]) -> None:
    """`('x')` becomes `'x'`, but for the argument of a call."""
    if len(out) < 3 or not (out[-1].is_sign(")") and out[-3].is_sign("(")):
        return
    called = len(out) > 3 and out[-4].kind in (Kind.WORD, Kind.NAME)
    if not called and out[-2].kind in (Kind.STRING, Kind.NUMBER, Kind.BITS):
        out[-3:] = [out[-2]]


def _join(parts: tuple[Part, ...]) -> str:
    """The text of tokens, spaced in one way only."""
    pieces: list[str] = []
    for index, part in enumerate(parts):
        before = parts[index - 1] if index else None
        if before is not None and not _sticks(before, part):
            pieces.append(" ")
        pieces.append(_text(part))
    return "".join(pieces)


def _sticks(before: Part, part: Part) -> bool:
    if part.text in (",", ")", "]", "[", ".", "::") and part.kind is Kind.SIGN:
        return True
    if before.text in ("(", "[", ".", "::") and before.kind is Kind.SIGN:
        return True
    return part.is_sign("(") and before.kind in (Kind.WORD, Kind.NAME)


def _text(part: Part) -> str:
    match part.kind:
        case Kind.STRING:
            return quote_string(part.text.replace("\0", ""))
        case Kind.BITS:
            return f"B'{part.text}'"
        case Kind.NAME:
            return _name_text(part)
        case _:
            return part.text


def _kind_at(parts: tuple[Part, ...], at: int) -> Kind | None:
    return parts[at].kind if at < len(parts) else None
