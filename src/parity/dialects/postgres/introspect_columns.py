"""Columns out of catalog rows: their types, defaults and attributes. Pure."""

from __future__ import annotations

import re
from functools import lru_cache

from msgspec import Struct
from msgspec.structs import replace

from parity.dialects.postgres import normalize
from parity.dialects.postgres.queries import ColumnRow
from parity.dialects.postgres.reread import as_reread
from parity.dialects.postgres.types import native_from_catalog
from parity.dialects.sql import quote_identifier
from parity.schema.model import Column, Generated, Identity, Origin
from parity.schema.types import (
    Arity,
    AutoIncrement,
    ColumnType,
    Default,
    ListLiteral,
    Literal,
    NativeType,
    Now,
    ObjectName,
    TypeFamily,
)

_CATALOG = "pg_catalog"
_SPELLED = (TypeFamily.DATE_TIME, TypeFamily.UUID)
"""Families whose constants a pulled file holds in the server's own spelling."""
_NUMBERED = (TypeFamily.INT, TypeFamily.BIG_INT)
_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_STRING = re.compile(r"'(?:[^']|'')*'")
_CAST = re.compile(r"(?:^|\[|, )\(")
_CAST_BUT_OF_A_NUMBER = re.compile(r"(?:^|\[|, )\((?!\d+(?:\.\d+)?\)::)")
_UNQUOTED = re.compile(r"(?:^|\[|, )(?:\(|-?\d|true\b|false\b)", re.IGNORECASE)


class Namer(Struct, frozen=True):
    """Names as a Schema holds them: those of the namespace `hidden` carry none."""

    hidden: str | None
    default: str
    """The namespace that the search path names: the server prints its objects without it."""

    def __call__(self, namespace: str, name: str) -> ObjectName:
        """The name of an object in a namespace."""
        return ObjectName(name, None if namespace == self.hidden else namespace)

    def sql(self, namespace: str | None, name: str) -> str:
        """A name as definitions write it."""
        if namespace is None or namespace == self.default:
            return quote_identifier(name)
        return f"{quote_identifier(namespace)}.{quote_identifier(name)}"

    def collation(self, namespace: str | None, name: str | None) -> str | None:
        """A collation as COLLATE names it; None for the usual one."""
        return None if name is None else self.sql(None if namespace == _CATALOG else namespace, name)


def column_from(row: ColumnRow, name: Namer) -> Column:
    """The column of one row."""
    column_type = _type(row, name)
    arity = Arity.LIST if row.is_list else Arity.REQUIRED if row.not_null else Arity.NULLABLE
    generated = None
    if row.generated and row.default is not None:
        lasting = as_reread(row.default)
        printed = None if lasting == row.default else row.default
        generated = Generated(lasting, row.generated == "s", tuple(row.reads or ()), printed)
    return Column(
        name=row.name,
        type=column_type,
        arity=arity,
        default=None if generated else _default(row, column_type),
        identity=Identity(always=row.identity == "a") if row.identity else None,
        generated=generated,
        collation=name.collation(row.collation_namespace, row.collation),
        list_not_null=row.is_list and row.not_null,
        comment=row.comment,
        required_by_type=row.required_by_type,
        origin=Origin(row.origin),
    )


def _type(row: ColumnRow, name: Namer) -> ColumnType:
    if row.type_kind == "e":
        return ColumnType(TypeFamily.ENUM, enum=name(row.type_namespace, row.type_name))
    in_catalog = row.type_namespace == _CATALOG
    if in_catalog and (row.type_name == "char" or (row.type_name == "bpchar" and row.modifier < 0)):
        # The schema language knows Char alone; what the column really is stays in its spelling.
        return ColumnType(TypeFamily.STRING, NativeType("Char", (1,)), declared=row.formatted)
    if row.type_kind == "d" and row.base_name is not None and not row.is_list:
        # Prisma's engine takes a domain for the type beneath it, and schema files are written accordingly.
        base = native_from_catalog(row.base_name, -1 if row.base_modifier is None else row.base_modifier)
        if base is not None:
            return replace(base, declared=row.formatted, domain=row.formatted)
    if in_catalog or row.type_name == "citext":
        native = _native(row.type_name, row.modifier, row.is_list)
        if native is not None:
            return native
    return ColumnType(TypeFamily.UNSUPPORTED, text=row.formatted)


@lru_cache(maxsize=1024)
def _native(name: str, modifier: int, is_list: bool) -> ColumnType | None:
    """A type that the language has a name for. Of an array's items it matters to a pulled file whether a precision was
    given."""
    native = native_from_catalog(name, modifier)
    return native if native is None or is_list else replace(native, declared=None)


def _is_converted(sql: str, column_type: ColumnType) -> bool:
    """Whether a constant is one only after the server has converted it: `(5)::bigint`, or a number for a text.

    A pulled file shows such a default as it is, as Node's prisma does.
    """
    text = _STRING.sub("''", sql)
    match column_type.family:
        case TypeFamily.FLOAT | TypeFamily.DECIMAL:
            return _CAST_BUT_OF_A_NUMBER.search(text) is not None
        case TypeFamily.STRING:
            return _UNQUOTED.search(text) is not None
        case TypeFamily.BINARY:
            return sql.startswith("'{")
        case _:
            return _CAST.search(text) is not None


def _default(row: ColumnRow, column_type: ColumnType) -> Default | None:
    if row.identity:
        return AutoIncrement()
    if row.default is None:
        return None
    own = row.owned_sequence
    if own is not None and _is_serial(row.default, own) and column_type.family in _NUMBERED and not row.is_list:
        return AutoIncrement(ObjectName(own))
    found = _default_of(row.default, column_type, row.is_list)
    if isinstance(found, AutoIncrement) and found.sequence is not None and found.sequence.name == row.owned_sequence:
        return replace(found, sql=None)
    return found


def _is_serial(sql: str, sequence: str) -> bool:
    """Whether it draws from the sequence, in the words that nearly all have and each its own: no parser is needed."""
    quoted = f"nextval('\"{sequence}\"'::regclass)"
    return sql in (quoted, quoted.replace('"', "")) and _PLAIN.fullmatch(sequence) is not None


@lru_cache(maxsize=4096)
def _default_of(sql: str, column_type: ColumnType, is_list: bool) -> Default | None:
    """What a default's text means. Many columns share few of them."""
    found = normalize.default_of(sql, column_type, is_list=is_list)
    match found:
        case Literal() | ListLiteral() if column_type.family in _SPELLED or _is_converted(sql, column_type):
            return replace(found, sql=sql)
        case Literal() | ListLiteral() | Now():
            return replace(found, sql=None)
        case _:
            return found
