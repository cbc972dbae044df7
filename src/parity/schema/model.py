"""A database's schema as one frozen value. Equality means the same thing in the database.

Four sources make one: schema.prisma (`lower`), the migrations folder (replayed, then introspected), a database
(`introspect`), a committed snapshot. Tuples are in the source's order (a schema file's, or the catalog's, which is
sorted by name); where order means nothing (tables, indexes, foreign keys …) `diff` matches by name and `fingerprint`
sorts.

What schema.prisma can't say is here as well (checks, predicates, generated columns, views, triggers …), so that it is
compared, kept, and never dropped because the schema file is silent: see `parity.diff.carry`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from parity.records import compared_without
from parity.schema.types import Arity, ColumnType, Default, ObjectName


class Identity(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """GENERATED … AS IDENTITY."""

    always: bool = False


@compared_without("reads", "printed")
class Generated(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """GENERATED ALWAYS AS (expression) STORED or VIRTUAL.

    `reads` are the columns in the expression, None where no catalog told them: then words must do. `printed` is the
    expression in the server's own words, where `expression` isn't.
    """

    expression: str
    stored: bool = True
    reads: tuple[str, ...] | None = None
    printed: str | None = None


class Origin(StrEnum):
    """Where a table has a column from, among tables that inherit from others."""

    OWN = "own"
    PARENT = "parent"
    BOTH = "both"
    """From its parent, and declared by the table itself as well: it stays when the parent's goes."""


@compared_without("client_fills", "default_written", "belongings", "required_by_type", "origin")
class Column(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One column of a table.

    `list_not_null` is true for an array column that is declared NOT NULL (the schema language can't say it).
    `collation` is None for the type's default one. `client_fills` tells that the schema file gives it a default which
    the client makes (`uuid()`): the database has none.
    """

    name: str
    type: ColumnType
    arity: Arity
    default: Default | None = None
    identity: Identity | None = None
    generated: Generated | None = None
    collation: str | None = None
    list_not_null: bool = False
    comment: str | None = None
    client_fills: bool = False
    default_written: str | None = None
    """A default that its author wrote and that is none (`NULL`); rendered, not compared."""
    belongings: tuple[str, ...] = ()
    """The statements that give the column back its rights and settings where it has to be made again."""
    null_conflict: str | None = None
    """What NOT NULL does with a NULL where that isn't the usual refusal: `REPLACE`, `IGNORE` …"""
    required_by_type: bool = False
    """Whether its type alone refuses NULLs (a domain that is NOT NULL): it does so until the type changes."""
    origin: Origin = Origin.OWN

    @property
    def is_required(self) -> bool:
        """Whether the column is NOT NULL and not a list."""
        return self.arity is Arity.REQUIRED


class SortOrder(StrEnum):
    """The direction of an index column."""

    ASC = "asc"
    DESC = "desc"


@compared_without("sort_written", "opclass_written")
class IndexColumn(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """One part of an index: a column, or an expression (then `name` is empty and `expression` its text).

    `opclass` is None for the default one. `nulls_first` is None where it follows from the direction.
    """

    name: str
    sort: SortOrder = SortOrder.ASC
    length: int | None = None
    opclass: str | None = None
    nulls_first: bool | None = None
    collation: str | None = None
    expression: str | None = None
    sort_written: bool = False
    """Whether the author named the direction, so that it is rendered even where it is the usual one."""
    opclass_written: str | None = None
    """The operator class that the author named although it is the default one; rendered, not compared."""


class IndexKind(StrEnum):
    """What an index is for."""

    NORMAL = "normal"
    UNIQUE = "unique"
    FULLTEXT = "fulltext"


@compared_without("constraint", "predicate_sql", "definition", "belongings", "reads")
class Index(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An index that isn't the primary key's. `method` is the access method in lower case, None for the default one.

    `predicate` is a partial index's condition, as the database prints it. `constraint` is true where the database
    holds it as a UNIQUE constraint, false for a plain unique index; neither means anything else to the data, so it
    takes no part in comparison. `definition` is the statement that the database prints for it, where it prints one.
    `valid` is false for what a failed CREATE INDEX CONCURRENTLY left behind.
    """

    name: str
    columns: tuple[IndexColumn, ...]
    kind: IndexKind = IndexKind.NORMAL
    method: str | None = None
    predicate: str | None = None
    include: tuple[str, ...] = ()
    nulls_not_distinct: bool = False
    valid: bool = True
    comment: str | None = None
    constraint: bool = False
    deferrable: str | None = None
    """`DEFERRABLE INITIALLY DEFERRED` and the like, for a unique constraint that has it."""
    storage: tuple[str, ...] = ()
    """Storage parameters (`fillfactor=70`), sorted."""
    predicate_sql: str | None = None
    """The condition as its author wrote it, or in the server's own words: shown and rendered instead of `predicate`."""
    definition: str | None = None
    belongings: tuple[str, ...] = ()
    """The statements that make it again what it is to its table: the replica identity, the order of clustering."""
    reads: tuple[str, ...] | None = None
    """The columns in its expressions and its condition, None where no catalog told them: then words must do."""
    conflict: str | None = None
    """What a unique constraint does with a duplicate where that isn't the usual refusal: `REPLACE`, `IGNORE` …

    Only the statement that makes the table can say it.
    """

    @property
    def is_unique(self) -> bool:
        """Whether it forbids duplicates."""
        return self.kind is IndexKind.UNIQUE


@compared_without("seen", "include", "storage", "belongings")
class PrimaryKey(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A primary key. `name` is None where the database doesn't name it (SQLite without CONSTRAINT).

    `seen` is true for one that a catalog told of, so that what the server does with it is known. `include`, `storage`
    and `belongings` are as of an Index: what it needs to be the same where it has to be made again.
    """

    name: str | None
    columns: tuple[IndexColumn, ...]
    comment: str | None = None
    deferrable: str | None = None
    seen: bool = False
    conflict: str | None = None
    """As of an Index."""
    include: tuple[str, ...] = ()
    storage: tuple[str, ...] = ()
    belongings: tuple[str, ...] = ()


class ReferentialAction(StrEnum):
    """What happens to the referencing rows."""

    NO_ACTION = "no action"
    RESTRICT = "restrict"
    CASCADE = "cascade"
    SET_NULL = "set null"
    SET_DEFAULT = "set default"


class ForeignKey(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A foreign key. `name` is None where the database doesn't name it, and doesn't count where names don't matter.

    `deferrable` is None for the usual NOT DEFERRABLE, else the clause (`DEFERRABLE INITIALLY DEFERRED`).
    """

    name: str | None
    columns: tuple[str, ...]
    referenced_table: ObjectName
    referenced_columns: tuple[str, ...]
    on_delete: ReferentialAction = ReferentialAction.NO_ACTION
    on_update: ReferentialAction = ReferentialAction.NO_ACTION
    deferrable: str | None = None
    validated: bool = True
    match_full: bool = False
    comment: str | None = None
    set_columns: tuple[str, ...] = ()
    """The columns that `on_delete` sets to NULL or to their default, sorted, where it doesn't set all of the key's."""


@compared_without("reads")
class Check(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A check or an exclusion constraint. `expression` is the definition as the database prints it: `CHECK (x > 0)`.

    `reads` are the columns in it, None where no catalog told them: then words must do.
    """

    name: str | None
    expression: str
    validated: bool = True
    comment: str | None = None
    reads: tuple[str, ...] | None = None


@compared_without("definition")
class Table(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """A table.

    `traits` are clauses of the whole table that its dialect reads and writes, sorted: `STRICT`, `WITHOUT ROWID`,
    `UNLOGGED`, `PARTITION BY RANGE (x)`, `PARTITION OF "p" FOR VALUES …`, `INHERITS ("p")`, `ROW LEVEL SECURITY`.
    `definition` is the statement that the database prints for it, where it prints one.
    """

    name: ObjectName
    columns: tuple[Column, ...]
    primary_key: PrimaryKey | None = None
    indexes: tuple[Index, ...] = ()
    foreign_keys: tuple[ForeignKey, ...] = ()
    checks: tuple[Check, ...] = ()
    traits: tuple[str, ...] = ()
    comment: str | None = None
    definition: str | None = None

    def column(self, name: str) -> Column | None:
        """The column called `name`, or None. Linear in the number of columns."""
        for column in self.columns:
            if column.name == name:
                return column
        return None


@compared_without("belongings")
class Enum(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An enum type that the database knows. Values in order."""

    name: ObjectName
    values: tuple[str, ...]
    comment: str | None = None
    belongings: tuple[str, ...] = ()
    """The statements that give the type back its owner and rights where it has to be made again."""


class Extension(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An installed extension. `version` and `namespace` are None where the wish leaves them open."""

    name: str
    namespace: str | None = None
    version: str | None = None

    def fits(self, other: Extension) -> bool:
        """Whether the other one is what this one wishes, or the other way round: what is left open fits anything."""
        pairs = ((self.version, other.version), (self.namespace, other.namespace))
        return all(None in pair or pair[0] == pair[1] for pair in pairs)


class OpaqueKind(StrEnum):
    """A kind of object that the schema language can't say. The value is SQL's name for it."""

    VIEW = "VIEW"
    MATERIALIZED_VIEW = "MATERIALIZED VIEW"
    FUNCTION = "FUNCTION"
    PROCEDURE = "PROCEDURE"
    AGGREGATE = "AGGREGATE"
    TRIGGER = "TRIGGER"
    EVENT_TRIGGER = "EVENT TRIGGER"
    POLICY = "POLICY"
    RULE = "RULE"
    SEQUENCE = "SEQUENCE"
    DOMAIN = "DOMAIN"
    COMPOSITE_TYPE = "TYPE"
    RANGE_TYPE = "RANGE TYPE"
    COLLATION = "COLLATION"
    STATISTICS = "STATISTICS"
    VIRTUAL_TABLE = "VIRTUAL TABLE"


class ObjectRef(Struct, frozen=True, order=True, omit_defaults=True, forbid_unknown_fields=True):
    """Something that an opaque object stands on: a table (`column` None), one of its columns, or another opaque."""

    kind: str
    """`TABLE`, `COLUMN`, `ENUM`, or an OpaqueKind's value."""
    name: ObjectName
    column: str | None = None


@compared_without("depends_on", "columns", "belongings")
class Opaque(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """An object kept as the database itself prints it.

    `definition` is a complete statement that makes it (without the final semicolon). `table` is set for what belongs
    to one table (triggers, policies, rules). For functions, `name.name` holds the identity arguments as well:
    `f(integer, text)`.
    """

    kind: OpaqueKind
    name: ObjectName
    definition: str
    table: ObjectName | None = None
    comment: str | None = None
    depends_on: tuple[ObjectRef, ...] = ()
    columns: tuple[Column, ...] = ()
    """What a view shows, where introspection was able to tell; nothing for other kinds."""
    belongings: tuple[str, ...] = ()
    """The statements that give the object back its owner, its rights and the comments of its columns where it has to be
    made again. They aren't compared: who may do what is decided for each database."""


@compared_without("says_public")
class Schema(Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True, tag=True, tag_field="is"):
    """Everything in a database that a migration may have made, without the ledger."""

    namespaces: tuple[str, ...] = ()
    tables: tuple[Table, ...] = ()
    enums: tuple[Enum, ...] = ()
    extensions: tuple[Extension, ...] = ()
    opaques: tuple[Opaque, ...] = ()
    says_public: bool = False
    """Whether it was read from a database whose default namespace is `public`: some names are then written in full."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing in it but, perhaps, namespaces and extensions."""
        return not (self.tables or self.enums or self.opaques)


EMPTY = Schema()
