"""The vocabulary in which a provider's facts are written down.

Rules ask for facts (`facts.scalar_lists`), never for a provider's name. One module for each provider fills them in.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Final

from msgspec import Struct, field

from parity.psl.model import ReferentialAction, ScalarType


class Range(Struct, frozen=True):
    """The numbers that an argument of a native type may be. `meaning` names the argument in a message."""

    meaning: str
    least: int = 0
    most: int | None = None


class NativeTypeFacts(Struct, frozen=True):
    """A native type: the scalars that it can hold, and its arguments."""

    scalars: tuple[ScalarType, ...]
    arguments: tuple[Range, ...] = ()
    optional: bool = True
    """Whether the arguments can be left out (all of them together)."""
    scale_within_precision: bool = False
    """Whether the second argument can't be above the first."""
    one_bit_for_boolean: bool = False
    """Whether the argument must be 1 where the type holds a Boolean."""
    no_index: bool = False
    """Whether no index or key can hold it."""
    needs_length_in_index: bool = False
    """Whether an index or key can hold it only with a prefix length."""


class ConstraintKind(Enum):
    """The kinds of constraints whose names can collide."""

    PRIMARY_KEY = "primary keys"
    INDEX = "indexes"
    FOREIGN_KEY = "foreign keys"


class NameScope(Struct, frozen=True):
    """Kinds of constraints that share names: in a whole schema of the database, or within one table."""

    kinds: tuple[ConstraintKind, ...]
    within_table: bool = False
    checked: tuple[ConstraintKind, ...] = ()
    """The kinds whose collision is reported. The others only take names away."""


class OperatorClassFacts(Struct, frozen=True):
    """An operator class: the native types that it fits, and the scalar that it fits without a native type."""

    native_types: frozenset[str]
    scalar: ScalarType | None = None


class AlgorithmFacts(Struct, frozen=True):
    """An index type: its operator classes, and the fields that it can index without one."""

    operator_classes: Mapping[str, OperatorClassFacts] = field(default_factory=dict)
    default_native_types: frozenset[str] = frozenset()
    """The native types that have a default operator class."""
    scalars: frozenset[ScalarType] = frozenset()
    """The scalars that can be indexed where no native type is given."""
    lists: bool = False
    """Whether lists can be indexed."""
    single_column: bool = False
    sortable: bool = True


ALL_ACTIONS: Final = frozenset(ReferentialAction)
EMULATED_ACTIONS: Final = ALL_ACTIONS - {ReferentialAction.SET_DEFAULT}


class ProviderFacts(Struct, frozen=True):
    """What the language allows on one database."""

    name: str
    title: str
    """The database's name in messages."""
    aliases: tuple[str, ...] = ()
    is_supported: bool = True
    """Whether migrations are supported here at all."""
    native_types: Mapping[str, NativeTypeFacts] = field(default_factory=dict)
    algorithms: Mapping[str, AlgorithmFacts] = field(default_factory=lambda: {"BTree": AlgorithmFacts()})
    checks_operator_classes: bool = False
    """Whether operator classes exist, so that they can be checked against the fields."""
    json_must_be_last: bool = False
    """Whether a Json column may only be the last one of an inverted index, which takes no operator classes."""
    max_identifier_bytes: int | None = None
    actions: frozenset[ReferentialAction] = ALL_ACTIONS
    emulated_actions: frozenset[ReferentialAction] = EMULATED_ACTIONS
    """The actions with `relationMode = "prisma"`."""
    set_null_on_required: bool = False
    """Whether the database takes SetNull on required columns (and fails when it happens)."""
    has_set_default: bool = True
    """Whether SetDefault does what it says."""
    name_scopes: tuple[NameScope, ...] = ()
    enums: bool = True
    scalar_lists: bool = False
    json_lists: bool = False
    decimal: bool = True
    several_autoincrements: bool = False
    autoincrement_on_any_column: bool = False
    autoincrement_without_index: bool = False
    autoincrement_scalars: frozenset[ScalarType] = frozenset((ScalarType.INT, ScalarType.BIG_INT))
    named_primary_keys: bool = False
    named_foreign_keys: bool = False
    sequences: bool = False
    """Whether a default can be `sequence()`."""
    index_length: bool = False
    """Whether an index can hold the first characters of a column only."""
    fulltext: bool = False
    partial_indexes: bool = False
    shard_keys: bool = False
    schemas: bool = False
    extensions: bool = False
    preview_features: frozenset[str] = frozenset()
    """Preview features that only this provider has."""


def supports(facts: ProviderFacts, action: ReferentialAction, emulated: bool) -> bool:
    """Whether a referential action can be used."""
    return action in (facts.emulated_actions if emulated else facts.actions)
