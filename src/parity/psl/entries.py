"""What resolving finds out about a schema beside its values: where things stand, and what each side of a relation says.

The datamodel is for everybody; these are for the validation rules, which need the source as well.
"""

from __future__ import annotations

from msgspec import Struct, field

from parity.diagnostics import Span
from parity.psl import ast
from parity.psl.model import (
    Arity,
    CompositeType,
    Datamodel,
    Datasource,
    Enum,
    EnumValue,
    Field,
    Generator,
    Index,
    Model,
    PrimaryKey,
    ReferentialAction,
    Relation,
    ScalarField,
)
from parity.psl.reading import Report


class Side(Struct, frozen=True):
    """One relation field, with what its own `@relation` says (None where an argument isn't given)."""

    model: str
    field: str
    target: str
    arity: Arity
    span: Span
    attribute: Span | None = None
    name: str | None = None
    fields: tuple[str, ...] | None = None
    references: tuple[str, ...] | None = None
    on_delete: tuple[ReferentialAction, Span] | None = None
    on_update: tuple[ReferentialAction, Span] | None = None
    map: str | None = None
    is_ignored: bool = False


class Columns:
    """Which fields have which columns so far. A field that is mapped gives up the column that is called like it."""

    __slots__ = ("mapped", "own")

    def __init__(self, own: set[str]) -> None:
        self.own = own
        self.mapped: dict[str, str] = {}

    def holder(self, field: str, name: str) -> str | None:
        """The field that has a column already, when another is to be mapped to it; or None."""
        taken = self.mapped.get(name)
        return name if taken is None and name in self.own and name != field else taken

    def take(self, field: str, name: str) -> str | None:
        """Map a field to a column; the field that has it already, or None."""
        taken = self.holder(field, name)
        self.own.discard(field)
        self.mapped.setdefault(name, field)
        return taken


class ModelEntry(Struct):
    """A model or view while and after it is resolved."""

    block: ast.Block
    report: Report
    name: str
    documentation: str | None
    nodes: list[ast.FieldNode] = field(default_factory=list)
    """The fields' nodes, in step with `fields`."""
    fields: list[Field] = field(default_factory=list)
    likes: list[object] = field(default_factory=list)
    """In step with `fields`: one object for fields that differ in nothing but name and place, where that is known."""
    unread: list[int] = field(default_factory=list)
    """The places of the scalar fields whose attributes are still to be read."""
    scalars: dict[str, ScalarField] = field(default_factory=dict)
    sides: dict[str, Side] = field(default_factory=dict)
    side_nodes: dict[str, ast.FieldNode] = field(default_factory=dict)
    native_prefixes: list[tuple[str, str, Span]] = field(default_factory=list)
    """(field, prefix, span) of each native type."""
    primary_key: PrimaryKey | None = None
    id_arity: Arity = Arity.REQUIRED
    """The arity of the field that has `@id`."""
    indexes: list[Index] = field(default_factory=list)
    database_name: str | None = None
    schema: str | None = None
    schema_span: Span | None = None
    is_ignored: bool = False
    shard_key: Span | None = None
    shard_key_fields: list[str] = field(default_factory=list)
    model: Model | None = None
    _columns: Columns | None = None

    @property
    def columns(self) -> Columns:
        """Which fields have which columns: asked for where a field is mapped, once its model's fields are known."""
        if self._columns is None:
            self._columns = Columns({field.name for field in self.fields if isinstance(field, ScalarField)})
        return self._columns

    @property
    def is_view(self) -> bool:
        """Whether the block is a view."""
        return self.block.keyword == "view"

    @property
    def what(self) -> str:
        """`model` or `view`."""
        return self.block.keyword

    @property
    def span(self) -> Span:
        """The whole block."""
        return self.report.span(self.block)


class EnumEntry(Struct):
    """An enum, with the place of its `@@schema` and `@@map`."""

    block: ast.Block
    report: Report
    documentation: str | None
    values: list[EnumValue] = field(default_factory=list)
    value_names: frozenset[str] = frozenset()
    database_name: str | None = None
    schema: str | None = None
    schema_span: Span | None = None
    enum: Enum | None = None

    @property
    def span(self) -> Span:
        """The whole block."""
        return self.report.span(self.block)


class RelationEntry(Struct, frozen=True):
    """A relation with its two sides. The forward side is the one that holds the columns."""

    relation: Relation
    forward: Side | None
    back: Side | None
    is_embedded: bool = False
    """A many-to-many that names columns: only document databases have it."""


class Resolution(Struct):
    """Everything that is known about a schema once its names are resolved."""

    files: tuple[ast.File, ...]
    datamodel: Datamodel
    models: dict[str, ModelEntry]
    enums: dict[str, EnumEntry]
    composites: list[tuple[ast.Block, Report, CompositeType]]
    relations: tuple[RelationEntry, ...]
    datasource: Datasource | None
    datasource_place: tuple[ast.Block, Report] | None
    generators: tuple[Generator, ...]
    is_sound: bool = False
    """Whether nothing is wrong apart from the datasource and the generators."""
