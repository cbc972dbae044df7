"""PostgreSQL's types: what a scalar of the schema language is here, how the catalog names it, and its SQL.

Canonical forms: lengths and precisions that PostgreSQL fills in are written out (`CHAR` is Char(1), `TIMESTAMP` is
Timestamp(6)), so that a type written in a schema file equals the one read back. The spelling to render stays in
`declared`.
"""

from __future__ import annotations

import re
from functools import cache

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.postgres.names import written
from parity.schema.types import ColumnType, Default, NativeType, TypeFamily


class _Native(Struct, frozen=True):
    """One native type: the scalar that reads it, its family, its SQL, and what the catalog calls it."""

    scalar: str
    family: TypeFamily
    sql: str
    catalog: str
    implied: tuple[int, ...] = ()
    """The arguments that PostgreSQL fills in where none are given."""


NATIVES: dict[str, _Native] = {
    "SmallInt": _Native("Int", TypeFamily.INT, "SMALLINT", "int2"),
    "Integer": _Native("Int", TypeFamily.INT, "INTEGER", "int4"),
    "BigInt": _Native("BigInt", TypeFamily.BIG_INT, "BIGINT", "int8"),
    "Oid": _Native("Int", TypeFamily.INT, "OID", "oid"),
    "Decimal": _Native("Decimal", TypeFamily.DECIMAL, "DECIMAL", "numeric"),
    "Money": _Native("Decimal", TypeFamily.DECIMAL, "MONEY", "money"),
    "Real": _Native("Float", TypeFamily.FLOAT, "REAL", "float4"),
    "DoublePrecision": _Native("Float", TypeFamily.FLOAT, "DOUBLE PRECISION", "float8"),
    "Text": _Native("String", TypeFamily.STRING, "TEXT", "text"),
    "VarChar": _Native("String", TypeFamily.STRING, "VARCHAR", "varchar"),
    "Char": _Native("String", TypeFamily.STRING, "CHAR", "bpchar", (1,)),
    "Citext": _Native("String", TypeFamily.STRING, "CITEXT", "citext"),
    "Inet": _Native("String", TypeFamily.STRING, "INET", "inet"),
    "Bit": _Native("String", TypeFamily.STRING, "BIT", "bit", (1,)),
    "VarBit": _Native("String", TypeFamily.STRING, "VARBIT", "varbit"),
    "Uuid": _Native("String", TypeFamily.UUID, "UUID", "uuid"),
    "Xml": _Native("String", TypeFamily.STRING, "XML", "xml"),
    "Timestamp": _Native("DateTime", TypeFamily.DATE_TIME, "TIMESTAMP", "timestamp", (6,)),
    "Timestamptz": _Native("DateTime", TypeFamily.DATE_TIME, "TIMESTAMPTZ", "timestamptz", (6,)),
    "Date": _Native("DateTime", TypeFamily.DATE_TIME, "DATE", "date"),
    "Time": _Native("DateTime", TypeFamily.DATE_TIME, "TIME", "time", (6,)),
    "Timetz": _Native("DateTime", TypeFamily.DATE_TIME, "TIMETZ", "timetz", (6,)),
    "Boolean": _Native("Boolean", TypeFamily.BOOLEAN, "BOOLEAN", "bool"),
    "Json": _Native("Json", TypeFamily.JSON, "JSON", "json"),
    "JsonB": _Native("Json", TypeFamily.JSON, "JSONB", "jsonb"),
    "ByteA": _Native("Bytes", TypeFamily.BINARY, "BYTEA", "bytea"),
}
"""The types that the schema language has a name for, under that name."""

_DEFAULT_NATIVES: dict[str, NativeType] = {
    "Int": NativeType("Integer"),
    "BigInt": NativeType("BigInt"),
    "Float": NativeType("DoublePrecision"),
    "Decimal": NativeType("Decimal", (65, 30)),
    "Boolean": NativeType("Boolean"),
    "String": NativeType("Text"),
    "DateTime": NativeType("Timestamp", (3,)),
    "Json": NativeType("JsonB"),
    "Bytes": NativeType("ByteA"),
}

_BY_CATALOG_NAME = {native.catalog: name for name, native in NATIVES.items()}
_PRINTED = re.compile(r"([a-z0-9 ]+?)(?:\((\d+(?:,\d+)?)\))?( with(?:out)? time zone)?")
_SERIALS = {"SmallInt": "SMALLSERIAL", "Integer": "SERIAL", "BigInt": "BIGSERIAL"}
_LENGTH_HEADER = 4
"""What the server adds to a length or a precision in a type modifier (VARHDRSZ)."""


class PostgresTypes(Struct, frozen=True):
    """The types of PostgreSQL, in both directions."""

    def column_type(self, scalar: str, native: NativeType | None) -> ColumnType:
        """The canonical type of a scalar, with its `@db.` type where one is written."""
        chosen = _DEFAULT_NATIVES[scalar] if native is None else native
        return _column_type(chosen)

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
        from parity.dialects.postgres.normalize import canonical_type_name

        name = canonical_type_name(text)
        known = _native_from_text(name)
        if known is not None:
            return replace(known, declared=text)
        return ColumnType(TypeFamily.UNSUPPORTED, text=name, declared=text)

    def default_of(self, sql: str, column_type: ColumnType, *, is_list: bool) -> Default | None:
        """A default's SQL in canonical form: see `parity.dialects.postgres.normalize`."""
        from parity.dialects.postgres import normalize

        return normalize.default_of(sql, column_type, is_list=is_list)


def serial_type(column_type: ColumnType) -> str | None:
    """The serial type that numbers a column of this type by itself; None for types that have none."""
    return None if column_type.native is None else _SERIALS.get(column_type.native.name)


def native_from_catalog(catalog_name: str, modifier: int) -> ColumnType | None:
    """The type that the catalog calls `catalog_name`, with its modifier; None where the language has no name for it."""
    name = _BY_CATALOG_NAME.get(catalog_name)
    if name is None or (name == "Char" and modifier < 0):
        return None  # A bpchar without a length has no end, while CHAR means CHAR(1).
    native = NativeType(name, _arguments(name, modifier))
    return _column_type(native)


@cache
def _by_printed_name() -> dict[str, str]:
    from parity.dialects.postgres.normalize import canonical_type_name

    return {canonical_type_name(native.sql): name for name, native in NATIVES.items()}


def _native_from_text(name: str) -> ColumnType | None:
    """The type that the server prints as `name`, where the schema language has a name for it, too."""
    match = _PRINTED.fullmatch(name)
    if match is None:
        return None
    native = _by_printed_name().get(match[1] + (match[3] or ""))
    if native is None:
        return None
    arguments = tuple(int(argument) for argument in match[2].split(",")) if match[2] else ()
    return _column_type(NativeType(native, arguments))


def _column_type(native: NativeType) -> ColumnType:
    entry = NATIVES[native.name]
    if native.args or not entry.implied:
        return ColumnType(entry.family, NativeType(native.name, native.args))
    return ColumnType(entry.family, NativeType(native.name, entry.implied), declared=entry.sql)


def _arguments(name: str, modifier: int) -> tuple[int, ...]:
    if modifier < 0:
        return ()
    match name:
        case "VarChar" | "Char":
            return (modifier - _LENGTH_HEADER,)
        case "Decimal":
            packed = modifier - _LENGTH_HEADER
            # The scale has 11 bits and a sign since PostgreSQL 15.
            return (packed >> 16) & 0xFFFF, ((packed & 0x7FF) ^ 1024) - 1024
        case "Bit" | "VarBit" | "Timestamp" | "Timestamptz" | "Time" | "Timetz":
            return (modifier,)
        case _:
            return ()


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
