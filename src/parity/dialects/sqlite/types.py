"""SQLite's column types in both directions. Pure.

A column may be declared with any words. What they mean to the rest of the project is the family that they are read as;
two columns of one family are equal, however they were declared. Enum columns are text. Words that belong to no family
are UNSUPPORTED, told apart by their lower-case text.
"""

from __future__ import annotations

import re

from parity.dialects.sql import quote_identifier
from parity.schema.types import ColumnType, Default, NativeType, TypeFamily

_SCALARS = {
    "String": TypeFamily.STRING,
    "Int": TypeFamily.INT,
    "BigInt": TypeFamily.BIG_INT,
    "Float": TypeFamily.FLOAT,
    "Decimal": TypeFamily.DECIMAL,
    "Boolean": TypeFamily.BOOLEAN,
    "DateTime": TypeFamily.DATE_TIME,
    "Json": TypeFamily.JSON,
    "Bytes": TypeFamily.BINARY,
}
_SCALAR_OF = {family: scalar for scalar, family in _SCALARS.items()}

_SQL = {
    TypeFamily.STRING: "TEXT",
    TypeFamily.ENUM: "TEXT",
    TypeFamily.UUID: "TEXT",
    TypeFamily.INT: "INTEGER",
    TypeFamily.BIG_INT: "BIGINT",
    TypeFamily.FLOAT: "REAL",
    TypeFamily.DECIMAL: "DECIMAL",
    TypeFamily.BOOLEAN: "BOOLEAN",
    TypeFamily.DATE_TIME: "DATETIME",
    TypeFamily.JSON: "JSONB",
    TypeFamily.BINARY: "BLOB",
}

_DECLARED = {
    "int": TypeFamily.INT,
    "integer": TypeFamily.INT,
    "integer[]": TypeFamily.INT,
    "serial": TypeFamily.INT,
    "bigint": TypeFamily.BIG_INT,
    "real": TypeFamily.FLOAT,
    "float": TypeFamily.FLOAT,
    "double": TypeFamily.FLOAT,
    "boolean": TypeFamily.BOOLEAN,
    "text": TypeFamily.STRING,
    "text[]": TypeFamily.STRING,
    "date": TypeFamily.DATE_TIME,
    "datetime": TypeFamily.DATE_TIME,
    "timestamp": TypeFamily.DATE_TIME,
    "binary": TypeFamily.BINARY,
    "blob": TypeFamily.BINARY,
    "jsonb": TypeFamily.JSON,
}
_CONTAINED = (
    ("char", TypeFamily.STRING),
    ("numeric", TypeFamily.DECIMAL),
    ("decimal", TypeFamily.DECIMAL),
)

# What SQLite's grammar takes as a type without quotes, keywords aside.
_PLAIN_TYPE = re.compile(
    r"(?:[A-Za-z_][A-Za-z0-9_]*(?: [A-Za-z_][A-Za-z0-9_]*)*"
    r"(?: ?\( ?[+-]?[0-9.]+ ?(?:, ?[+-]?[0-9.]+ ?)?\))?(?:\[\])?)?"
)
_BREAKERS = "AS CHECK COLLATE CONSTRAINT DEFAULT DEFERRABLE FOREIGN NOT NULL PRIMARY REFERENCES UNIQUE"
_TYPE_BREAKERS = frozenset(_BREAKERS.split())


def declared_type(text: str) -> ColumnType:
    """The canonical type of a column that was declared with the words `text` (perhaps none)."""
    folded = " ".join(text.lower().split())
    family = _DECLARED.get(folded)
    if family is None:
        family = next((found for part, found in _CONTAINED if part in folded), TypeFamily.UNSUPPORTED)
    if family is TypeFamily.UNSUPPORTED:
        return ColumnType(family, text=folded, declared=text)
    return ColumnType(family, declared=text)


def type_words(text: str) -> str:
    """Words of a type as SQL: as they are where SQLite reads them as a type, else quoted, which it allows."""
    words = {word.upper() for word in re.findall(r"\w+", text)}
    if _PLAIN_TYPE.fullmatch(text) and not words & _TYPE_BREAKERS:
        return text
    return quote_identifier(text)


class SqliteTypes:
    """The TypeSystem of SQLite."""

    def column_type(self, scalar: str, native: NativeType | None) -> ColumnType:
        """The family of a scalar. There are no finer types here, so `native` doesn't matter."""
        return ColumnType(_SCALARS[scalar])

    def scalar_of(self, column_type: ColumnType) -> tuple[str, NativeType | None]:
        """The scalar of a family; no `@db.` type is ever needed."""
        return _SCALAR_OF.get(column_type.family, "String"), None

    def render(self, column_type: ColumnType, *, is_list: bool) -> str:
        """The type's SQL. There are no arrays here: `is_list` doesn't matter."""
        if column_type.family is TypeFamily.UNSUPPORTED:
            return type_words(column_type.declared or column_type.text or "")
        return _SQL[column_type.family]

    def unsupported(self, text: str) -> ColumnType:
        """The type that `Unsupported("text")` comes back as: of a family, where SQLite reads the words as one."""
        return declared_type(text)

    def default_of(self, sql: str, column_type: ColumnType, *, is_list: bool) -> Default | None:
        """A default's SQL in canonical form; see `parity.dialects.sqlite.defaults`."""
        from parity.dialects.sqlite.defaults import default_of

        return default_of(sql, column_type)


TYPES = SqliteTypes()
"""The one instance; it holds nothing."""
