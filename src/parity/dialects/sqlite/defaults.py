"""Column defaults of SQLite: from SQL text (the catalog's, or an author's raw SQL) to values, and back. Pure.

The catalog prints a default as it was written, without the parentheses around an expression; so text is compared
without them. A word or a name in double quotes that stands alone is a string to SQLite.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime

from msgspec.structs import replace

from parity.dialects import scan
from parity.dialects.scan import Token, TokenKind
from parity.dialects.sql import quote_string
from parity.dialects.sqlite.split import LEXIS
from parity.errors import ScriptRefused
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
    Sequence,
    TypeFamily,
    UniqueRowid,
)

_INTEGER = re.compile(r"[+-]?[0-9]+")
_STRING = re.compile(r"'(?:[^']|'')*'")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_PLAIN_FRACTION = re.compile(r"-?(?:0|[1-9][0-9]{0,8})\.[0-9]{0,5}[1-9]")
"""A number that is the same text when a column of texts has taken it."""
_BLOB = re.compile(r"[xX]'((?:[0-9A-Fa-f]{2})*)'")
_NOW = frozenset(("CURRENT_TIMESTAMP", "DATETIME('NOW')", "DATETIME()", "DATETIME(CURRENT_TIMESTAMP)"))
_MOMENT_WORDS = frozenset(("CURRENT_TIMESTAMP", "CURRENT_DATE", "CURRENT_TIME"))
_BOOLEANS = {"TRUE": True, "1": True, "FALSE": False, "0": False}


def default_of(sql: str, column_type: ColumnType) -> Default | None:
    """The default that the text `sql` means for a column of the type; None for NULL.

    `sql` of the result is the text that was given.
    """
    if is_null(sql):
        return None
    text = bare(sql)
    family = column_type.family
    if family is TypeFamily.DATE_TIME and _squeezed(text) in _NOW:
        return Now(sql=sql)
    literal = _literal(text, family)
    return Expression(text, sql=sql) if literal is None else replace(literal, sql=sql)


def is_null(sql: str) -> bool:
    """Whether a default's text is a plain NULL, which is none at all."""
    return bare(sql).upper() == "NULL"


def bare(sql: str) -> str:
    """The text without white space and parentheses around it."""
    text = sql.strip()
    while text.startswith("(") and _closes_at_end(text):
        text = text[1:-1].strip()
    return text


def default_sql(default: Default | None) -> str | None:
    """What stands behind DEFAULT; None for a column without one, or with one that SQLite has no words for."""
    match default:
        case Literal(sql=str() as sql) | Now(sql=str() as sql) | Expression(sql=str() as sql):
            return _writable(sql)
        case Literal():
            return literal_sql(default)
        case Now():
            return "CURRENT_TIMESTAMP"
        case Expression(canonical=str() as canonical):
            return _writable(canonical)
        case None | AutoIncrement() | Expression() | ListLiteral() | Sequence() | UniqueRowid():
            return None


def is_constant(sql: str) -> bool:
    """Whether ALTER TABLE ADD COLUMN takes it as a default: rows that are there get no evaluated one."""
    return not sql.startswith("(") and sql.upper() not in _MOMENT_WORDS


def literal_sql(literal: Literal) -> str:
    """A constant's SQL."""
    match literal.kind, literal.value:
        case LiteralKind.BOOLEAN, bool() as flag:
            return "true" if flag else "false"
        case LiteralKind.BYTES, str() as data:
            return f"X'{data}'"
        case LiteralKind.NUMBER, str() as value:
            text = literal.text or value
            return text if _NUMBER.fullmatch(text) else _string(value)
        case LiteralKind.DATE_TIME, str() as value:
            return _string(_date_time(literal.text or value))
        case LiteralKind.JSON, str() as value:
            return _string(literal.text or value)
        case _, int() as number:
            return str(number)
        case _, value:
            return _string(str(value))


def _literal(text: str, family: TypeFamily) -> Literal | None:
    """The constant that `text` is, as far as the family holds it; None for everything else."""
    if family is TypeFamily.UNSUPPORTED:
        return None
    if family is TypeFamily.BINARY:
        blob = _BLOB.fullmatch(text)
        return None if blob is None else bytes_literal(bytes.fromhex(blob[1]), text=text)
    if family is TypeFamily.BOOLEAN:
        flag = _BOOLEANS.get((_string_value(text, names=False) or text).upper())
        quoted_word = text.startswith("'") and not text[1:2].isdigit()
        return None if flag is None or quoted_word else Literal(LiteralKind.BOOLEAN, flag)
    if family in (TypeFamily.INT, TypeFamily.BIG_INT, TypeFamily.FLOAT, TypeFamily.DECIMAL):
        return _number(_string_value(text, names=False) or text, family)
    return _text(text, family)


def _number(text: str, family: TypeFamily) -> Literal | None:
    if family in (TypeFamily.INT, TypeFamily.BIG_INT):
        # What doesn't fit SQLite's 64 bits becomes a float.
        fits = _INTEGER.fullmatch(text) is not None and len(text) < 21 and -(2**63) <= int(text) < 2**63
        return Literal(LiteralKind.INT, int(text), text=text) if fits else None
    return number_literal(text) if _NUMBER.fullmatch(text) else None


def _text(text: str, family: TypeFamily) -> Literal | None:
    if family is TypeFamily.STRING and _INTEGER.fullmatch(text) and len(text) < 19:
        return Literal(LiteralKind.STRING, str(int(text)))
    if family is TypeFamily.STRING and _PLAIN_FRACTION.fullmatch(text):
        return Literal(LiteralKind.STRING, text)
    if family is TypeFamily.JSON and _is_bare_json(text):
        return json_literal(text)
    value = _string_value(text, names=True)
    if value is None:
        return None
    if family is TypeFamily.JSON:
        return json_literal(value)
    if family is TypeFamily.DATE_TIME:
        # A space before the offset is the form in which migrations of Node's prisma hold it.
        moment = date_time_literal(re.sub(r" (?=[+-][0-9:]+$)", "", value))
        return replace(moment, text=value) if value[:1].isdigit() else None
    return Literal(LiteralKind.STRING, value)


def _is_bare_json(text: str) -> bool:
    """Whether a text is JSON without SQL's quotes around it: so migrations of Node's prisma hold defaults of Json.

    SQLite takes a list for a name in brackets, and a text for a name in quotes. What the schema file means is what
    stands there.
    """
    return text[:1] + text[-1:] in ("[]", '""') or text in ("true", "false") or _NUMBER.fullmatch(text) is not None


def _string_value(text: str, *, names: bool) -> str | None:
    """The value of a text that is one string, or (with `names`) one word or quoted name, which SQLite takes for one."""
    if _STRING.fullmatch(text):
        return text[1:-1].replace("''", "'")
    tokens = _tokens(text) if names else ()
    if len(tokens) != 1 or tokens[0].kind is TokenKind.SYMBOL:
        return None
    token = tokens[0]
    if token.kind is TokenKind.NAME:
        return unquoted(token.text)
    return None if token.keyword in _MOMENT_WORDS | {"TRUE", "FALSE", "NULL"} else token.text


def unquoted(name: str) -> str:
    """A name as the catalog holds it."""
    if name[0] == "[":
        return name[1:-1]
    if name[0] in "\"`'":
        return name[1:-1].replace(name[0] * 2, name[0])
    return name


def _writable(sql: str) -> str:
    """Raw SQL where the grammar of DEFAULT takes it: a constant as it is, an expression in parentheses."""
    text = sql.strip()
    plain = _NUMBER.fullmatch(text) or _BLOB.fullmatch(text) or _string_value(text, names=True) is not None
    if plain or text.upper() in _MOMENT_WORDS | {"TRUE", "FALSE", "NULL"}:
        return text
    if text.startswith("(") and _closes_at_end(text):
        return text
    # A comment at the end must not swallow the closing parenthesis.
    return f"({text}\n)" if "--" in text.rsplit("\n", 1)[-1] else f"({text})"


def _string(value: str) -> str:
    if "\0" in value:
        return f"(CAST(X'{value.encode().hex()}' AS TEXT))"
    return quote_string(value)


def _date_time(text: str) -> str:
    """`2020-01-02 03:04:05.678 +00:00`, the form of Node's prisma; the text itself where it isn't a timestamp."""
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        return text
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    digits = "" if not moment.microsecond else f".{moment.microsecond:06d}"
    if digits.endswith("000"):
        digits = digits[:-3]
    zone = moment.strftime("%z")
    return f"{moment:%Y-%m-%d %H:%M:%S}{digits} {zone[:3]}:{zone[3:5]}"


def _closes_at_end(text: str) -> bool:
    """Whether the parenthesis that the text begins with is closed by its last character."""
    depth = 0
    for token in _tokens(text):
        depth += {"(": 1, ")": -1}.get(token.text, 0)
        if depth == 0:
            return token.end == len(text)
    return False


def _squeezed(text: str) -> str:
    return "".join(token.text for token in _tokens(text)).upper()


def _tokens(text: str) -> tuple[Token, ...]:
    """The tokens of a text; none where it can't be cut."""
    try:
        return tuple(scan.tokens(text, LEXIS))
    except ScriptRefused:
        return ()
