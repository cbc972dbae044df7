"""Column types and defaults, in their canonical form.

Normalising happens where a value enters (lower, introspect), so two types or two defaults that mean the same in the
database are equal with plain `==`. Text that is only good for showing or for rendering is left out of comparison.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from parity.records import compared_without


class ObjectName(Struct, frozen=True, order=True, omit_defaults=True, forbid_unknown_fields=True):
    """A name in a namespace (PostgreSQL calls it schema). `namespace` is None where the database has none."""

    name: str
    namespace: str | None = None


class TypeFamily(StrEnum):
    """What a column holds, whatever the database calls it."""

    INT = "int"
    BIG_INT = "bigint"
    FLOAT = "float"
    DECIMAL = "decimal"
    BOOLEAN = "boolean"
    STRING = "string"
    DATE_TIME = "datetime"
    BINARY = "binary"
    JSON = "json"
    UUID = "uuid"
    ENUM = "enum"
    UNSUPPORTED = "unsupported"


class NativeType(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A database's own type, under the name that the schema language gives it: `VarChar(255)`, `Timestamptz(3)`."""

    name: str
    args: tuple[int, ...] = ()


@compared_without("declared")
class ColumnType(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """The type of one column, without its arity.

    `native` is None where the database's finer types don't matter to it (SQLite compares families only).
    `enum` names the enum for family ENUM. `text` identifies an UNSUPPORTED type: the database's own spelling.
    `declared` is the spelling to render or to show where it isn't derived from the rest; it doesn't take part in ==.
    `domain` is the domain's name where it is one over this type, which schema files are silent about.
    """

    family: TypeFamily
    native: NativeType | None = None
    enum: ObjectName | None = None
    text: str | None = None
    declared: str | None = None
    domain: str | None = None


class Arity(StrEnum):
    """How many values a column holds."""

    REQUIRED = "required"
    NULLABLE = "nullable"
    LIST = "list"
    """An array. The schema language has no nullable lists: `Column.list_not_null` tells NOT NULL arrays apart."""


# --- defaults ---------------------------------------------------------------------------------------------------------

LiteralValue = str | int | bool
"""Bytes are held as hexadecimal text; decimals, floats, JSON and timestamps as canonical text. `Literal.kind` says
which."""


class LiteralKind(StrEnum):
    """How a literal's value is to be read and written."""

    STRING = "string"
    INT = "int"
    NUMBER = "number"
    """A float or a decimal, as canonical text: no exponent where it can be helped, no trailing zeros."""
    BOOLEAN = "boolean"
    BYTES = "bytes"
    """Lower-case hexadecimal text in `value`."""
    JSON = "json"
    """Canonical JSON text (sorted keys, no spaces) in `value`; the author's own text in `text`."""
    DATE_TIME = "datetime"
    """ISO 8601 in UTC in `value`; the author's or the server's own text in `text`."""
    ENUM = "enum"
    """The value as the database holds it."""


@compared_without("text", "sql")
class Literal(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag=True, tag_field="is"):
    """A constant default."""

    kind: LiteralKind
    value: LiteralValue
    text: str | None = None
    """The value as its author or the server spelled it, unquoted, where that differs from `value`."""
    sql: str | None = None
    """SQL to render as it is: set where the author wrote the constant as raw SQL (dbgenerated)."""

    @property
    def data(self) -> bytes:
        """The value of a BYTES literal."""
        return bytes.fromhex(str(self.value))


@compared_without("sql")
class ListLiteral(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag=True, tag_field="is"):
    """A constant list default. `items` are literals of one kind."""

    items: tuple[Literal, ...]
    sql: str | None = None


@compared_without("sql")
class Now(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag=True, tag_field="is"):
    """The time of the statement, in the database's own words (CURRENT_TIMESTAMP)."""

    sql: str | None = None


@compared_without("sequence", "sql", "in_name_only")
class AutoIncrement(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag=True, tag_field="is"):
    """The database numbers the rows: a serial or identity column, an AUTOINCREMENT key.

    `sequence` names the sequence that PostgreSQL draws from; which one it is does not matter to comparison, nor does
    it whether the column is serial or identity: `Column.identity` says that.
    """

    sequence: ObjectName | None = None
    sql: str | None = None
    in_name_only: bool = False
    """True for a key that counts as numbered when schemas are compared, while the database doesn't number it."""


@compared_without("written", "name")
class Sequence(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag=True, tag_field="is"):
    """`sequence()` of CockroachDB, with its options as (name, value) pairs: those that aren't the usual ones,
    in one order.

    `written` are the options as their author wrote them, or all that the catalog tells. `name` is the sequence's, where
    the catalog tells it.
    """

    options: tuple[tuple[str, int], ...] = ()
    written: tuple[tuple[str, int], ...] = ()
    name: ObjectName | None = None


@compared_without("sql")
class UniqueRowid(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag=True, tag_field="is"):
    """CockroachDB's `unique_rowid()`. `sql` is what its author wrote, where that was raw SQL."""

    sql: str | None = None


@compared_without("sql")
class Expression(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag=True, tag_field="is"):
    """A default that only the database can evaluate. `canonical` is how the database prints it back.

    Two are equal when their canonical texts are. `sql` is what its author wrote, for rendering; None in `canonical`
    stands for `dbgenerated()` without a text, which claims nothing about the expression.
    """

    canonical: str | None
    sql: str | None = None


Default = Literal | ListLiteral | Now | AutoIncrement | Sequence | UniqueRowid | Expression
