"""Mistakes in types and defaults, and in how things are spelled."""

from __future__ import annotations

import re

from semantic_faults.text import Field, Text

_SCALARS = ("Int", "BigInt", "Float", "Decimal", "Boolean", "String", "DateTime", "Json", "Bytes")
_NATIVES = re.findall(
    r"[^;\s][^;]*",
    "Text;VarChar(10);VarChar;Char(0);Uuid;Integer;SmallInt;Int;Int2;Int4;Int8;BigInt;UnsignedInt;TinyInt;Bit(1);Bit;Bit(65);"
    "Timestamp(6);Timestamp(7);Timestamptz;DateTime(3);Date;Decimal(5, 2);Decimal(2, 5);Decimal(1001, 1);Double;"
    "DoublePrecision;Real;Float;Float4;Json;JsonB;ByteA;Bytes;Blob;LongText;Xml;Citext;Money;Inet;Oid;Year;String(5);Bool",
)
_DEFAULTS = re.findall(
    r"[^;\s][^;]*",
    '1;-1;1.5;99999999999999999999;"a";"";true;now();now;autoincrement();uuid();uuid(5);cuid(3);nanoid(1);nanoid(300);'
    'ulid(1);sequence();sequence(start: 1);dbgenerated();dbgenerated("");dbgenerated("x");[];[1];["a"];[A, B];'
    'NOTHING;"2020-02-30";"2020-01-01T00:00:00Z";"{";"{}";"!";auto();null',
)


def _scalar(text: Text) -> Field | None:
    return text.one_field(lambda field: field[4] in _SCALARS)


def change_type(text: Text) -> None:
    found = _scalar(text)
    if found is not None:
        text.put(*found, kind=text.random.choice(_SCALARS))


def make_list(text: Text) -> None:
    found = text.one_field()
    if found is not None:
        text.put(*found, arity="[]")


def change_native(text: Text) -> None:
    """Another native type, mostly of another scalar."""
    found = _scalar(text)
    if found is None:
        return
    number, field = found
    name = text.random.choice(_NATIVES)
    rest = re.sub(r"@db\.\w+(\([^)]*\))?", "", field[6])
    text.put(number, field, rest=f" @db.{name} {rest}")


def change_default(text: Text) -> None:
    found = text.one_field()
    if found is None:
        return
    number, field = found
    rest = re.sub(r"@default\((?:[^()]|\([^()]*\))*\)", "", field[6])
    text.put(number, field, rest=f" @default({text.random.choice(_DEFAULTS)}) {rest}")


def unknown_enum_value(text: Text) -> None:
    enums = text.enums()
    found = text.one_field(lambda field: field[4] in enums)
    if found is not None:
        number, field = found
        rest = re.sub(r"@default\([^()]*\)", "", field[6])
        value = text.random.choice(("NOTHING", "[NOTHING]", '"NOTHING"', "nothing"))
        text.put(number, field, rest=f" @default({value}) {rest}")


def misspell(text: Text) -> None:
    """A name is spelled a little otherwise where it is used or made."""
    number = text.one_line(r"\w{3}")
    if number is not None:
        words = list(re.finditer(r"\w{3,}", text.lines[number]))
        word = text.random.choice(words)
        new = text.random.choice((word[0][:-1], word[0].swapcase(), f"{word[0]}s", word[0][1:]))
        text.lines[number] = text.lines[number][: word.start()] + new + text.lines[number][word.end() :]
