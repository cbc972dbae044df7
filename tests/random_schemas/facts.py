"""What each provider has: native types with arguments, literals that suit them, actions, index types."""

from __future__ import annotations

from dataclasses import dataclass, field
from random import Random

SCALARS = ("Int", "BigInt", "Float", "Decimal", "Boolean", "String", "DateTime", "Json", "Bytes")


@dataclass(frozen=True, slots=True)
class Native:
    """A native type of a scalar; `ranges` are those of its arguments."""

    name: str
    ranges: tuple[tuple[int, int], ...] = ()
    optional: bool = True
    key: bool = True
    """Whether keys and indexes can hold it."""
    long: bool = False
    """Whether keys and indexes hold a prefix of it only."""

    def text(self, random: Random) -> str:
        """With arguments, as it is written behind `@db.`."""
        if not self.ranges or (self.optional and random.random() < 0.4):
            return self.name
        numbers = [random.randint(*self.ranges[0])]
        numbers += [random.randint(least, min(most, numbers[0])) for least, most in self.ranges[1:]]
        return f"{self.name}({', '.join(map(str, numbers))})"


def _plain(*names: str) -> tuple[Native, ...]:
    return tuple(Native(name) for name in names)


_SECONDS, _LENGTH = ((0, 6),), ((1, 200),)


def _times(*names: str) -> tuple[Native, ...]:
    return tuple(Native(name, _SECONDS) for name in names)


_POSTGRESQL = {
    "Int": _plain("SmallInt", "Integer", "Oid"),
    "BigInt": _plain("BigInt"),
    "Float": _plain("Real", "DoublePrecision"),
    "Decimal": (Native("Decimal", ((1, 40), (0, 40))), Native("Money")),
    "Boolean": _plain("Boolean"),
    "String": (
        *_plain("Text", "Uuid", "Inet", "Citext"),
        *(Native(name, _LENGTH) for name in ("VarChar", "Char", "Bit", "VarBit")),
        Native("Xml", key=False),
    ),
    "DateTime": (*_times("Timestamp", "Timestamptz", "Time", "Timetz"), Native("Date")),
    "Json": (Native("Json", key=False), Native("JsonB", key=False)),
    "Bytes": _plain("ByteA"),
}
_COCKROACHDB = {
    "Int": _plain("Int2", "Int4", "Oid"),
    "BigInt": _plain("Int8"),
    "Float": _plain("Float4", "Float8"),
    "Decimal": (Native("Decimal", ((1, 40), (0, 40))),),
    "Boolean": _plain("Bool"),
    "String": (
        *_plain("Uuid", "Inet", "CatalogSingleChar"),
        *(Native(name, _LENGTH) for name in ("String", "Char", "Bit", "VarBit")),
    ),
    "DateTime": (*_times("Timestamp", "Timestamptz", "Time", "Timetz"), Native("Date")),
    "Json": (Native("JsonB", key=False),),
    "Bytes": _plain("Bytes"),
}
_MYSQL = {
    "Int": (
        *_plain("Int", "UnsignedInt", "SmallInt", "UnsignedSmallInt", "TinyInt", "UnsignedTinyInt"),
        *_plain("MediumInt", "UnsignedMediumInt", "Year"),
    ),
    "BigInt": _plain("BigInt", "UnsignedBigInt"),
    "Float": _plain("Float", "Double"),
    "Decimal": (Native("Decimal", ((1, 65), (0, 30))),),
    "Boolean": (*_plain("TinyInt"), Native("UnsignedTinyInt"), Native("Bit", ((1, 1),), optional=False)),
    "String": (
        *(Native(name, _LENGTH, optional=False) for name in ("VarChar", "Char")),
        *(Native(name, long=True) for name in ("TinyText", "Text", "MediumText", "LongText")),
    ),
    "DateTime": (*_times("DateTime", "Timestamp", "Time"), Native("Date")),
    "Json": (Native("Json", key=False),),
    "Bytes": (
        *(Native(name, _LENGTH, optional=False) for name in ("Binary", "VarBinary")),
        Native("Bit", ((1, 64),), optional=False),
        *(Native(name, long=True) for name in ("TinyBlob", "Blob", "MediumBlob", "LongBlob")),
    ),
}

LITERALS = {
    "Int": ("1", "0", "-7", "42", "007"),
    "BigInt": ("1", "-9223372036854775808", "9007199254740993"),
    "Float": ("1.5", "2.50", "0", "-0.25", "3"),
    "Decimal": ("1.5", "99.990", "-3", "0"),
    "Boolean": ("true", "false"),
    "String": ('"a"', '""', '"it\'s"', '"two words"', r'"a \"b\" \\ c"', '"ĵaŭdo 🜁"', r'"line\nline"'),
    "DateTime": ('"2020-01-01T00:00:00Z"', '"2024-02-29T23:59:59.123+01:00"'),
    "Json": ('"{}"', r'"{\"a\": [1, null, \"x\"]}"', '"[]"', '"null"', '"1.5"'),
    "Bytes": ('"aGVsbG8="', '""', '"AAEC"'),
}
_OF_NATIVE = {
    "Uuid": '"5c8a9d0e-1d1f-4a8e-9d55-1f3f0a1b2c3d"',
    "Inet": '"127.0.0.1"',
    "Xml": '"<a/>"',
    "Bit": '"1"',
    "VarBit": '"101"',
    "CatalogSingleChar": '"a"',
    "Char": '"a"',
    "Oid": "7",
    "Year": "2020",
}


def literal(random: Random, scalar: str, native: str) -> str:
    """A default that the column can hold."""
    name = native.partition("(")[0]
    if name == "Bit" and scalar != "Bytes":
        length = int(native[4:-1]) if "(" in native else 1
        return "true" if scalar == "Boolean" else f'"{"10" * (length // 2)}{"1" * (length % 2)}"'
    if name == "VarBit" or name in _OF_NATIVE:
        return '"1"' if name == "VarBit" else _OF_NATIVE[name] if scalar != "Bytes" else '"AQ=="'
    if name.startswith("Unsigned") or name in ("TinyInt", "Money"):
        return random.choice(("true", "false")) if scalar == "Boolean" else "1"
    if scalar == "Decimal" and name:
        return "0"
    if scalar == "String" and "(" in native:
        return '"a"'
    return random.choice(LITERALS[scalar])


@dataclass(frozen=True, slots=True)
class Facts:
    """What one provider has."""

    name: str
    natives: dict[str, tuple[Native, ...]] = field(default_factory=dict)
    unsupported: tuple[str, ...] = ()
    actions: tuple[str, ...] = ("Cascade", "Restrict", "NoAction", "SetNull", "SetDefault")
    emulated_actions: tuple[str, ...] = ("Cascade", "Restrict", "SetNull")
    set_null_on_required: bool = False
    lists: bool = False
    json_lists: bool = False
    named_keys: bool = False
    named_foreign_keys: bool = True
    index_length: bool = False
    fulltext: bool = False
    partial_indexes: bool = True
    schemas: bool = False
    extensions: bool = False
    sequences: bool = False
    counting: tuple[str, ...] = ("Int", "BigInt")
    """The scalars that can count up."""
    counting_anywhere: bool = False
    """Whether a column without a key can count up."""
    generated: dict[str, tuple[str, ...]] = field(default_factory=dict)
    """Pieces of SQL that give a scalar."""


_STANDARD_SQL = {
    "Int": ("(1 + 1)", "42"),
    "BigInt": ("(2 * 3)",),
    "Float": ("(1.5 * 2)",),
    "Boolean": ("(1 = 1)",),
    "String": (r"'it''s'", r"('a' || '\\\"b\\\"')"),
    "DateTime": ("CURRENT_TIMESTAMP",),
}

FACTS = {
    facts.name: facts
    for facts in (
        Facts(
            "postgresql",
            _POSTGRESQL,
            ("circle", "polygon", "tsvector", "int4range", "double precision[]", "interval day to second(3)"),
            set_null_on_required=True,
            lists=True,
            json_lists=True,
            named_keys=True,
            schemas=True,
            extensions=True,
            counting_anywhere=True,
            generated={**_STANDARD_SQL, "DateTime": ("now()", "(now() + '1 day'::interval)")},
        ),
        Facts(
            "cockroachdb",
            _COCKROACHDB,
            ("geography", "interval", "box2d"),
            emulated_actions=("Cascade", "Restrict", "NoAction", "SetNull"),
            lists=True,
            named_keys=True,
            schemas=True,
            sequences=True,
            counting=("BigInt",),
            counting_anywhere=True,
            generated={**_STANDARD_SQL, "String": ("gen_random_uuid()", "unique_rowid()::STRING")},
        ),
        Facts(
            "mysql",
            _MYSQL,
            ("geometry", "point", "set('a','b')"),
            emulated_actions=("Cascade", "Restrict", "NoAction", "SetNull"),
            index_length=True,
            fulltext=True,
            partial_indexes=False,
            generated={"Int": ("(1 + 1)",), "BigInt": ("(2 * 3)",), "DateTime": ("CURRENT_TIMESTAMP(3)",)},
        ),
        Facts(
            "sqlite",
            {},
            ("geometry", "clob", "year"),
            named_foreign_keys=False,
            generated={**_STANDARD_SQL, "Boolean": ("(1 = 1)",)},
        ),
    )
}
