"""One random mistake in a schema file's text, of the kinds that people make: with the same seed, the same one.

Most results are invalid, some are not: ask a validator. Nothing here knows what is right.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random

_TOKEN = re.compile(r'"(?:[^"\\\n]|\\.)*"|[A-Za-z0-9_]+|[^\sA-Za-z0-9_]')
_SCALAR = re.compile(r"\b(?:Int|BigInt|Float|Decimal|Boolean|String|DateTime|Json|Bytes)\b")
_TYPE = re.compile(r"(?m)^(\s+\w+\s+\w+)(\[\]|\?)?(?=\s|$)")
_NUMBER = re.compile(r"(?<![\w.\"])-?\d+(?:\.\d+)?(?![\w\"])")
_FIELD_LINE = re.compile(r"(?m)^[ \t]+\w+[ \t]+\w+.*$")
_PROVIDER = re.compile(r'(provider\s*=\s*)"(?:postgresql|postgres|mysql|sqlite|cockroachdb)"')

SCALARS = ("Int", "BigInt", "Float", "Decimal", "Boolean", "String", "DateTime", "Json", "Bytes")
PROVIDERS = ("postgresql", "mysql", "sqlite", "cockroachdb", "sqlite3", "")
FIELD_ATTRIBUTES = (
    "@id",
    "@unique",
    "@updatedAt",
    "@ignore",
    "@default(now())",
    "@default(autoincrement())",
    "@default(uuid())",
    "@default(cuid(2))",
    "@default(nanoid(1))",
    "@default(1)",
    "@default(1.5)",
    '@default("x")',
    "@default([])",
    '@default(["a"])',
    "@default(true)",
    "@default(A)",
    '@default(dbgenerated("x"))',
    "@default(sequence(start: 1))",
    "@default()",
    '@default(1, map: "d")',
    '@map("x")',
    '@map("id")',
    "@map()",
    "@map(1)",
    "@relation",
    '@relation("X")',
    '@relation(name: "X")',
    "@relation(fields: [id], references: [id])",
    "@relation(references: [id])",
    "@relation(onDelete: SetNull)",
    "@relation(onUpdate: Nothing)",
    '@unique(map: "u")',
    "@unique(sort: Desc)",
    "@unique(length: 5)",
    "@unique(clustered: true)",
    "@id(sort: Desc)",
    '@id(map: "pk")',
    "@db.Text",
    "@db.VarChar(10)",
    "@db.VarChar",
    "@db.Integer",
    "@db.Int",
    "@db.Timestamp(9)",
    "@db.Decimal(5, 10)",
    "@db.Decimal(5)",
    "@db.Nothing",
    "@foo.Text",
    "@nothing",
    "@@id",
)
BLOCK_ATTRIBUTES = (
    "@@id([id])",
    "@@id([id, name])",
    "@@id([])",
    "@@unique([id])",
    '@@unique([id, name], name: "a-b")',
    "@@unique([nothing])",
    "@@index([id])",
    "@@index([id(sort: Desc)])",
    "@@index([id(length: 4)])",
    '@@index([name(ops: raw("x"))], type: Gin)',
    "@@index([id(ops: Int4BloomOps)], type: Brin)",
    "@@index([name], type: Hash)",
    "@@index([id, id])",
    '@@index([id], map: "i")',
    '@@index([id], name: "i", map: "j")',
    '@@index([id], where: raw("id > 1"))',
    "@@index([id], where: { id: 1 })",
    "@@index",
    "@@fulltext([name])",
    '@@map("T")',
    '@@map("")',
    '@@schema("public")',
    "@@ignore",
    "@@ignore(1)",
    "@@nothing",
)
CHARACTERS = (*'{}()[]",:@?!/\\.- \n\t=aZ0_', "//", "/*", "*/", "///")


def _replace(text: str, span: tuple[int, int], new: str) -> str:
    return text[: span[0]] + new + text[span[1] :]


def _one(chooser: Random, pattern: re.Pattern[str], text: str) -> re.Match[str] | None:
    found = list(pattern.finditer(text))
    return chooser.choice(found) if found else None


def _delete_token(text: str, chooser: Random) -> str:
    token = _one(chooser, _TOKEN, text)
    return text if token is None else _replace(text, token.span(), "")


def _double_token(text: str, chooser: Random) -> str:
    token = _one(chooser, _TOKEN, text)
    return text if token is None else _replace(text, token.span(), f"{token[0]} {token[0]}")


def _replace_token(text: str, chooser: Random) -> str:
    tokens = list(_TOKEN.finditer(text))
    if not tokens:
        return text
    return _replace(text, chooser.choice(tokens).span(), chooser.choice(tokens)[0])


def _replace_word(text: str, chooser: Random) -> str:
    words = list(re.finditer(r"\b[A-Za-z]\w*\b", text))
    if not words:
        return text
    return _replace(text, chooser.choice(words).span(), chooser.choice(words)[0])


def _delete_line(text: str, chooser: Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        lines.pop(chooser.randrange(len(lines)))
    return "".join(lines)


def _double_line(text: str, chooser: Random) -> str:
    lines = text.splitlines(keepends=True)
    if lines:
        lines.insert(chooser.randrange(len(lines)), chooser.choice(lines))
    return "".join(lines)


def _change_scalar(text: str, chooser: Random) -> str:
    scalar = _one(chooser, _SCALAR, text)
    return text if scalar is None else _replace(text, scalar.span(), chooser.choice(SCALARS))


def _change_arity(text: str, chooser: Random) -> str:
    field = _one(chooser, _TYPE, text)
    if field is None:
        return text
    return _replace(text, field.span(), field[1] + chooser.choice(("", "?", "[]", "[]?", "!")))


def _add_attribute(text: str, chooser: Random) -> str:
    line = _one(chooser, _FIELD_LINE, text)
    if line is None:
        return text
    return _replace(text, (line.end(), line.end()), " " + chooser.choice(FIELD_ATTRIBUTES))


def _add_block_attribute(text: str, chooser: Random) -> str:
    brace = _one(chooser, re.compile(r"(?m)^\}"), text)
    if brace is None:
        return text
    return _replace(text, (brace.start(), brace.start()), f"  {chooser.choice(BLOCK_ATTRIBUTES)}\n")


def _change_number(text: str, chooser: Random) -> str:
    number = _one(chooser, _NUMBER, text)
    if number is None:
        return text
    return _replace(
        text, number.span(), chooser.choice(("0", "-1", "1.5", "99999999999999999999", "70000", '"a"', "a"))
    )


def _change_string(text: str, chooser: Random) -> str:
    literal = _one(chooser, re.compile(r'"[^"\n]*"'), text)
    if literal is None:
        return text
    return _replace(text, literal.span(), chooser.choice(('""', "1", "a", '"a', '"\\x"', f'"{"n" * 70}"', "[]")))


def _change_provider(text: str, chooser: Random) -> str:
    provider = _one(chooser, _PROVIDER, text)
    if provider is None:
        return text
    return _replace(text, provider.span(), f'{provider[1]}"{chooser.choice(PROVIDERS)}"')


def _insert_characters(text: str, chooser: Random) -> str:
    place = chooser.randint(0, len(text))
    return text[:place] + chooser.choice(CHARACTERS) + text[place:]


def _delete_character(text: str, chooser: Random) -> str:
    place = chooser.randrange(len(text)) if text else 0
    return text[:place] + text[place + 1 :]


_FAULTS: tuple[tuple[int, Callable[[str, Random], str]], ...] = (
    (3, _delete_token),
    (1, _double_token),
    (2, _replace_token),
    (3, _replace_word),
    (2, _delete_line),
    (2, _double_line),
    (3, _change_scalar),
    (3, _change_arity),
    (6, _add_attribute),
    (5, _add_block_attribute),
    (2, _change_number),
    (2, _change_string),
    (2, _change_provider),
    (2, _insert_characters),
    (1, _delete_character),
)


def one_fault(text: str, chooser: Random) -> str:
    """The text with one random mistake."""
    weights = [weight for weight, _ in _FAULTS]
    (_, fault), *_ = chooser.choices(_FAULTS, weights)
    return fault(text, chooser)
