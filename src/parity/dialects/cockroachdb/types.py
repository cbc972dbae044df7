"""CockroachDB's types: what a scalar of the schema language is here, how the server prints it, and its SQL.

Canonical forms: lengths and precisions that the server fills in are written out (`CHAR` is Char(1), `TIMESTAMP` is
Timestamp(6)), so that a type written in a schema file equals the one read back. The spelling to render stays in
`declared`.
"""

from __future__ import annotations

import re

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.postgres.names import written
from parity.schema.types import ColumnType, Default, NativeType, TypeFamily


class _Native(Struct, frozen=True):
    """One native type: the scalar that reads it, its family, its SQL, the other words for it, what is filled in."""

    scalar: str
    family: TypeFamily
    sql: str
    words: tuple[str, ...] = ()
    implied: tuple[int, ...] = ()


NATIVES: dict[str, _Native] = {
    "Int2": _Native("Int", TypeFamily.INT, "INT2", ("SMALLINT",)),
    "Int4": _Native("Int", TypeFamily.INT, "INT4"),
    "Int8": _Native("BigInt", TypeFamily.BIG_INT, "INT8", ("INT", "INTEGER", "BIGINT", "INT64")),
    "Oid": _Native("Int", TypeFamily.INT, "OID"),
    "Decimal": _Native("Decimal", TypeFamily.DECIMAL, "DECIMAL", ("DEC", "NUMERIC")),
    "Float4": _Native("Float", TypeFamily.FLOAT, "FLOAT4", ("REAL",)),
    "Float8": _Native("Float", TypeFamily.FLOAT, "FLOAT8", ("FLOAT", "DOUBLE PRECISION")),
    "String": _Native("String", TypeFamily.STRING, "STRING", ("TEXT", "VARCHAR", "CHARACTER VARYING", "CHAR VARYING")),
    "Char": _Native("String", TypeFamily.STRING, "CHAR", ("CHARACTER", "BPCHAR"), (1,)),
    "CatalogSingleChar": _Native("String", TypeFamily.STRING, '"char"'),
    "Inet": _Native("String", TypeFamily.STRING, "INET"),
    "Bit": _Native("String", TypeFamily.STRING, "BIT", (), (1,)),
    "VarBit": _Native("String", TypeFamily.STRING, "VARBIT", ("BIT VARYING",)),
    "Uuid": _Native("String", TypeFamily.UUID, "UUID"),
    "Timestamp": _Native("DateTime", TypeFamily.DATE_TIME, "TIMESTAMP", ("TIMESTAMP WITHOUT TIME ZONE",), (6,)),
    "Timestamptz": _Native("DateTime", TypeFamily.DATE_TIME, "TIMESTAMPTZ", ("TIMESTAMP WITH TIME ZONE",), (6,)),
    "Date": _Native("DateTime", TypeFamily.DATE_TIME, "DATE"),
    "Time": _Native("DateTime", TypeFamily.DATE_TIME, "TIME", ("TIME WITHOUT TIME ZONE",), (6,)),
    "Timetz": _Native("DateTime", TypeFamily.DATE_TIME, "TIMETZ", ("TIME WITH TIME ZONE",), (6,)),
    "Bool": _Native("Boolean", TypeFamily.BOOLEAN, "BOOL", ("BOOLEAN",)),
    "JsonB": _Native("Json", TypeFamily.JSON, "JSONB", ("JSON",)),
    "Bytes": _Native("Bytes", TypeFamily.BINARY, "BYTES", ("BYTEA", "BLOB")),
}
"""The types that the schema language has a name for, under that name."""

_DEFAULT_NATIVES: dict[str, NativeType] = {
    "Int": NativeType("Int4"),
    "BigInt": NativeType("Int8"),
    "Float": NativeType("Float8"),
    "Decimal": NativeType("Decimal", (65, 30)),
    "Boolean": NativeType("Bool"),
    "String": NativeType("String"),
    "DateTime": NativeType("Timestamp", (3,)),
    "Json": NativeType("JsonB"),
    "Bytes": NativeType("Bytes"),
}
_BY_WORD = {word: name for name, native in NATIVES.items() for word in (native.sql, *native.words)}
_WRITTEN = re.compile(r'("char"|[A-Z0-9 ]+?)\s*(?:\(\s*(\d+)\s*(?:,\s*(\d+)\s*)?\))?\s*( WITH(?:OUT)? TIME ZONE)?')


class CockroachTypes(Struct, frozen=True):
    """The types of CockroachDB, in both directions."""

    def column_type(self, scalar: str, native: NativeType | None) -> ColumnType:
        """The canonical type of a scalar, with its `@db.` type where one is written."""
        return _column_type(_DEFAULT_NATIVES[scalar] if native is None else native)

    def scalar_of(self, column_type: ColumnType) -> tuple[str, NativeType | None]:
        """The scalar that reads a column type back, and its `@db.` type where it isn't the scalar's default one."""
        native = column_type.native
        if native is None:
            raise ValueError(f"a column of family {column_type.family} has no scalar")
        scalar = NATIVES[native.name].scalar
        return scalar, None if native == _DEFAULT_NATIVES[scalar] else native

    def render(self, column_type: ColumnType, *, is_list: bool) -> str:
        """The type's SQL."""
        return _element(column_type) + ("[]" if is_list else "")

    def unsupported(self, text: str) -> ColumnType:
        """The canonical type of `Unsupported("text")`; what the language has a name for is that type."""
        known = native_from_sql(text)
        if known is not None:
            return replace(known, declared=text)
        return ColumnType(TypeFamily.UNSUPPORTED, text=canonical_name(text), declared=text)

    def default_of(self, sql: str, column_type: ColumnType, *, is_list: bool) -> Default | None:
        """A default's SQL in canonical form: see `parity.dialects.cockroachdb.normalize`."""
        from parity.dialects.cockroachdb import normalize

        return normalize.default_of(sql, column_type, is_list=is_list)


def native_from_sql(text: str) -> ColumnType | None:
    """The type that `text` spells (`VARCHAR(20)`, `TIMESTAMPTZ(3)`), where the schema language has a name for it."""
    spelled = text.strip()
    match = _WRITTEN.fullmatch(spelled if spelled.startswith('"') else " ".join(spelled.upper().split()))
    name = None if match is None else _BY_WORD.get(match[1] + (match[4] or ""))
    if match is None or name is None:
        return None
    return _column_type(NativeType(name, tuple(int(number) for number in match.groups()[1:3] if number is not None)))


def canonical_name(text: str) -> str:
    """A type's name for comparison: single spaces, small letters but for what stands in quotes."""
    parts = re.split(r'("(?:[^"]|"")*")', text)
    folded = "".join(part if place % 2 else part.lower() for place, part in enumerate(parts))
    return re.sub(r"\s*([(),.])\s*", r"\1", " ".join(folded.split()))


def _column_type(native: NativeType) -> ColumnType:
    entry = NATIVES[native.name]
    args = native.args
    if native.name == "Decimal" and len(args) == 1:
        args = (args[0], 0)
    if args or not entry.implied:
        return ColumnType(entry.family, NativeType(native.name, args))
    return ColumnType(entry.family, NativeType(native.name, entry.implied), declared=entry.sql)


def _element(column_type: ColumnType) -> str:
    if column_type.declared is not None:
        return column_type.declared
    if column_type.enum is not None:
        return written(column_type.enum)
    if column_type.native is None:
        return column_type.text or ""
    native = column_type.native
    arguments = f"({','.join(map(str, native.args))})" if native.args else ""
    return NATIVES[native.name].sql + arguments
