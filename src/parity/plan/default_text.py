"""A column's default in the form in which Prisma's engine prints it in its summaries (Rust's debugging format)."""

from __future__ import annotations

import unicodedata

from parity.schema.model import Column
from parity.schema.types import (
    AutoIncrement,
    Default,
    Expression,
    ListLiteral,
    Literal,
    LiteralKind,
    Now,
    ObjectName,
    Sequence,
    TypeFamily,
    UniqueRowid,
)

_UNSEEN = frozenset(("Cc", "Cf", "Cs", "Co", "Cn", "Zs", "Zl", "Zp", "Mn", "Me"))
_JOINING = frozenset("\uff9e\uff9f")
"""Marks that count as letters and join the one before them all the same."""
_ESCAPES = {'"': '\\"', "\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\0": "\\0"}


def default_text(column: Column, table: ObjectName) -> str:
    """`Some(Value(Int(1)))`, `Some(Now)`, `None` …"""
    default = column.default
    if (raw := raw_text(default)) is not None:
        return f"Some(DbGenerated(Some({_string(raw)})))"
    match default:
        case None:
            return "None"
        case Literal():
            return f"Some(Value({_literal(default, column)}))"
        case ListLiteral(items):
            return f"Some(Value(List([{', '.join(_literal(item, column) for item in items)}])))"
        case Now():
            return "Some(Now)"
        case AutoIncrement(sequence):
            return f"Some(Sequence({_string(sequence.name if sequence is not None else '')}))"
        case Sequence(name=name):
            # The engine's own name for a sequence that it hasn't seen in a database.
            known = f"prisma_sequence_{table.name}_{column.name}" if name is None else name.name
            return f"Some(Sequence({_string(known)}))"
        case UniqueRowid():
            return "Some(UniqueRowid)"
        case _:
            return "Some(DbGenerated(None))"


def raw_text(default: Default | None) -> str | None:
    """The text of a default that stands in the schema file as raw SQL, or that only the database can evaluate."""
    match default:
        case Literal(sql=sql) | ListLiteral(sql=sql) | Now(sql=sql) | UniqueRowid(sql=sql):
            return sql
        case Expression(canonical, sql):
            return sql or canonical
        case _:
            return None


def _literal(literal: Literal, column: Column) -> str:
    value = literal.value
    text = literal.text or (value if isinstance(value, str) else "")
    match literal.kind:
        case LiteralKind.STRING:
            return f"String({_string(str(value) if literal.text is None else literal.text)})"
        case LiteralKind.ENUM:
            return f"Enum({_string(str(value))})"
        case LiteralKind.JSON:
            return f"Json({_string(text)})"
        case LiteralKind.INT:
            big = column.type.family is TypeFamily.BIG_INT
            return f"BigInt({value!s})" if big else f"Int({value!s})"
        case LiteralKind.NUMBER:
            return f'Float(BigDecimal("{text}"))'
        case LiteralKind.BOOLEAN:
            return f"Boolean({'true' if value else 'false'})"
        case LiteralKind.BYTES:
            return f"Bytes([{', '.join(str(byte) for byte in literal.data)}])"
        case LiteralKind.DATE_TIME:
            return f"DateTime({_moment(text)})"


def _moment(text: str) -> str:
    return text[:-1] + "+00:00" if text.endswith(("Z", "z")) else text


def _string(text: str) -> str:
    return '"' + "".join(_ESCAPES.get(character) or _shown(character) for character in text) + '"'


def _shown(character: str) -> str:
    """The character; its number where nothing is to be seen of it, or where it joins the one before it."""
    hidden = character in _JOINING or (unicodedata.category(character) in _UNSEEN and character != " ")
    return f"\\u{{{ord(character):x}}}" if hidden else character
