"""The resolved datamodel: what a schema.prisma means, as frozen values.

Everything here is data with a span into the source. Names are kept as written; `database_name` is the name given by
`@map`/`@@map`/`map:` where there is one, else None (use `db_name` for the effective one). Default constraint names
are not filled in here: see `parity.psl.constraint_names`.
"""

from __future__ import annotations

from enum import StrEnum

from msgspec import Struct

from parity.diagnostics import Span
from parity.records import compared_without

NOWHERE = Span(0, 0)


class Arity(StrEnum):
    """How many values a field holds."""

    REQUIRED = "required"
    OPTIONAL = "optional"
    LIST = "list"


class ScalarType(StrEnum):
    """The built-in scalar types, spelled as in the language."""

    INT = "Int"
    BIG_INT = "BigInt"
    FLOAT = "Float"
    DECIMAL = "Decimal"
    BOOLEAN = "Boolean"
    STRING = "String"
    DATE_TIME = "DateTime"
    JSON = "Json"
    BYTES = "Bytes"


class EnumRef(Struct, frozen=True):
    """A field type that names an enum of the datamodel."""

    name: str


class CompositeRef(Struct, frozen=True):
    """A field type that names a `type` block (MongoDB only)."""

    name: str


class UnsupportedType(Struct, frozen=True):
    """`Unsupported("text")`: a database type that the language has no name for."""

    text: str


FieldType = ScalarType | EnumRef | CompositeRef | UnsupportedType


@compared_without("span")
class NativeType(Struct, frozen=True):
    """`@db.VarChar(255)`: the name without its prefix, and the arguments as written (`("255",)`)."""

    name: str
    args: tuple[str, ...] = ()
    span: Span = NOWHERE


# --- expressions, as they stand in attributes -------------------------------------------------------------------


class StringValue(Struct, frozen=True):
    """A string literal, unescaped."""

    value: str


class NumberValue(Struct, frozen=True):
    """A number literal, as written: `text` may be `1`, `-3`, `1.50`, `1e3`."""

    text: str


class BooleanValue(Struct, frozen=True):
    """`true` or `false`."""

    value: bool


class EnumValueRef(Struct, frozen=True):
    """A bare word that names a value of the field's enum (the name in the language, not the mapped one)."""

    name: str


class ListValue(Struct, frozen=True):
    """`[a, b]`."""

    items: tuple[DefaultValue, ...]


class FunctionValue(Struct, frozen=True):
    """A function call: `autoincrement()`, `now()`, `uuid(7)`, `dbgenerated("…")`, `sequence(start: 1)` …

    `args` are (name, value) pairs; the name is None for a positional one.
    """

    name: str
    args: tuple[tuple[str | None, DefaultValue], ...] = ()


DefaultValue = StringValue | NumberValue | BooleanValue | EnumValueRef | ListValue | FunctionValue


@compared_without("span")
class FieldDefault(Struct, frozen=True):
    """`@default(value, map: "name")`."""

    value: DefaultValue
    map: str | None = None
    span: Span = NOWHERE


# --- fields -------------------------------------------------------------------------------------------------------


@compared_without("span")
class ScalarField(Struct, frozen=True):
    """A field that holds values: a scalar, an enum, or an unsupported type."""

    name: str
    type: FieldType
    arity: Arity
    database_name: str | None = None
    native_type: NativeType | None = None
    default: FieldDefault | None = None
    is_updated_at: bool = False
    is_ignored: bool = False
    documentation: str | None = None
    span: Span = NOWHERE

    @property
    def db_name(self) -> str:
        """The column's name."""
        return self.name if self.database_name is None else self.database_name


@compared_without("span")
class RelationField(Struct, frozen=True):
    """A field that leads to another model. `relation` is the index into `Datamodel.relations`, None if unresolved."""

    name: str
    model: str
    arity: Arity
    relation: int | None = None
    is_ignored: bool = False
    documentation: str | None = None
    span: Span = NOWHERE


Field = ScalarField | RelationField


# --- keys and indexes -----------------------------------------------------------------------------------------------


class SortOrder(StrEnum):
    """The direction of an index column, spelled as in the language."""

    ASC = "Asc"
    DESC = "Desc"


class IndexField(Struct, frozen=True):
    """One column of a key or an index. `ops` is the operator class: its name in the language, or raw text."""

    name: str
    sort: SortOrder | None = None
    length: int | None = None
    ops: str | None = None
    ops_is_raw: bool = False


@compared_without("span")
class PrimaryKey(Struct, frozen=True):
    """`@id` or `@@id`. `name` is the client's name, `database_name` the `map:` argument."""

    fields: tuple[IndexField, ...]
    name: str | None = None
    database_name: str | None = None
    clustered: bool | None = None
    on_field: bool = False
    span: Span = NOWHERE


class IndexKind(StrEnum):
    """What an index is for."""

    NORMAL = "normal"
    UNIQUE = "unique"
    FULLTEXT = "fulltext"


@compared_without("span")
class Index(Struct, frozen=True):
    """`@unique`, `@@unique`, `@@index` or `@@fulltext`. `algorithm` is the `type:` argument (`Gin`), as written.

    `where` is the SQL text of a partial index's condition (raw("…"), or the object form already turned into
    `where_object`: (field, value) pairs).
    """

    kind: IndexKind
    fields: tuple[IndexField, ...]
    name: str | None = None
    database_name: str | None = None
    algorithm: str | None = None
    clustered: bool | None = None
    where: str | None = None
    where_object: tuple[tuple[str, DefaultValue | None, bool], ...] = ()
    """(field, value or None for null, negated) of the object form of `where`."""
    on_field: bool = False
    span: Span = NOWHERE


# --- blocks ---------------------------------------------------------------------------------------------------------


@compared_without("span")
class Model(Struct, frozen=True):
    """A `model` or (with `is_view`) a `view` block."""

    name: str
    fields: tuple[Field, ...]
    primary_key: PrimaryKey | None = None
    indexes: tuple[Index, ...] = ()
    database_name: str | None = None
    schema: str | None = None
    is_view: bool = False
    is_ignored: bool = False
    documentation: str | None = None
    span: Span = NOWHERE

    @property
    def db_name(self) -> str:
        """The table's name."""
        return self.name if self.database_name is None else self.database_name

    @property
    def scalar_fields(self) -> tuple[ScalarField, ...]:
        """The fields that are columns, in order."""
        return tuple(f for f in self.fields if isinstance(f, ScalarField))

    def scalar(self, name: str) -> ScalarField:
        """The scalar field called `name`. Raises KeyError."""
        for f in self.fields:
            if f.name == name and isinstance(f, ScalarField):
                return f
        raise KeyError(name)


@compared_without("span")
class EnumValue(Struct, frozen=True):
    """A value of an enum."""

    name: str
    database_name: str | None = None
    documentation: str | None = None
    span: Span = NOWHERE

    @property
    def db_name(self) -> str:
        """The value as the database holds it."""
        return self.name if self.database_name is None else self.database_name


@compared_without("span")
class Enum(Struct, frozen=True):
    """An `enum` block."""

    name: str
    values: tuple[EnumValue, ...]
    database_name: str | None = None
    schema: str | None = None
    documentation: str | None = None
    span: Span = NOWHERE

    @property
    def db_name(self) -> str:
        """The enum type's name in the database."""
        return self.name if self.database_name is None else self.database_name


class RelationKind(StrEnum):
    """The shape of a relation."""

    ONE_TO_ONE = "one-to-one"
    ONE_TO_MANY = "one-to-many"
    MANY_TO_MANY = "many-to-many"
    """Implicit: the database holds it in a join table that no model names."""


class ReferentialAction(StrEnum):
    """What happens to the referencing rows, spelled as in the language."""

    CASCADE = "Cascade"
    RESTRICT = "Restrict"
    NO_ACTION = "NoAction"
    SET_NULL = "SetNull"
    SET_DEFAULT = "SetDefault"


@compared_without("span")
class Relation(Struct, frozen=True):
    """Two models, joined.

    In one-to-one and one-to-many, side A holds the foreign key: `fields` of A reference `references` of B. In a
    many-to-many, A is the model whose name sorts first (for a self relation: whose field name does), which is the
    order of the join table's columns `A` and `B`, and `fields` and `references` are empty.
    `name` is the explicit relation name or None. `field_a`/`field_b` are the relation fields' names; one may be None
    only where validation failed. `on_delete`/`on_update` are None where not written.
    """

    kind: RelationKind
    model_a: str
    model_b: str
    field_a: str | None
    field_b: str | None
    name: str | None = None
    fields: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    on_delete: ReferentialAction | None = None
    on_update: ReferentialAction | None = None
    map: str | None = None
    span: Span = NOWHERE


class EnvVar(Struct, frozen=True):
    """`env("NAME")`."""

    name: str


@compared_without("span")
class Extension(Struct, frozen=True):
    """One entry of the datasource's `extensions`: `pgcrypto`, `ossp(map: "uuid-ossp", schema: "x", version: "1")`."""

    name: str
    database_name: str | None = None
    schema: str | None = None
    version: str | None = None
    span: Span = NOWHERE

    @property
    def db_name(self) -> str:
        """The extension's name in the database."""
        return self.name if self.database_name is None else self.database_name


@compared_without("span")
class Datasource(Struct, frozen=True):
    """The `datasource` block. URLs are a literal string, an `EnvVar`, or None where the block names none."""

    name: str
    provider: str
    url: str | EnvVar | None = None
    direct_url: str | EnvVar | None = None
    shadow_database_url: str | EnvVar | None = None
    relation_mode: str | None = None
    """`foreignKeys`, `prisma`, or None where not written."""
    schemas: tuple[str, ...] = ()
    extensions: tuple[Extension, ...] = ()
    span: Span = NOWHERE


@compared_without("span")
class Generator(Struct, frozen=True):
    """A `generator` block. `properties` are the remaining ones: (name, value as source text)."""

    name: str
    provider: str | EnvVar | None
    preview_features: tuple[str, ...] = ()
    properties: tuple[tuple[str, str], ...] = ()
    span: Span = NOWHERE


@compared_without("span")
class CompositeType(Struct, frozen=True):
    """A `type` block (MongoDB only): kept so that the file can be formatted and validated."""

    name: str
    fields: tuple[Field, ...]
    documentation: str | None = None
    span: Span = NOWHERE


class Datamodel(Struct, frozen=True):
    """A whole schema: one file or several, resolved. Blocks are in source order."""

    datasource: Datasource | None = None
    generators: tuple[Generator, ...] = ()
    models: tuple[Model, ...] = ()
    enums: tuple[Enum, ...] = ()
    relations: tuple[Relation, ...] = ()
    composite_types: tuple[CompositeType, ...] = ()

    @property
    def preview_features(self) -> frozenset[str]:
        """The preview features that any generator switches on."""
        return frozenset(f for g in self.generators for f in g.preview_features)

    @property
    def says_conditions(self) -> bool:
        """Whether the words for a partial index's condition are switched on."""
        return "partialIndexes" in self.preview_features

    @property
    def says_extensions(self) -> bool:
        """Whether the datasource may name extensions of the database."""
        return "postgresqlExtensions" in self.preview_features
