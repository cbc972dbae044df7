"""Rules of operator classes: which fit the index type and the column, and which columns need one."""

from __future__ import annotations

from parity.psl.codes import Code
from parity.psl.entries import ModelEntry
from parity.psl.model import Arity, Index, IndexField, ScalarField, ScalarType, UnsupportedType
from parity.psl.providers.facts import AlgorithmFacts
from parity.psl.validate.context import Context
from parity.psl.validate.native_types import parse_arguments

_DEFAULT_ALGORITHM = "BTree"
_LIST_CLASS = "ArrayOps"


def operator_classes_fit(index: Index, entry: ModelEntry, context: Context) -> None:
    """Each column of an index has an operator class, given or by default, that knows its type."""
    if not context.facts.checks_operator_classes:
        return
    algorithm = index.algorithm or _DEFAULT_ALGORITHM
    facts = context.facts.algorithms.get(algorithm)
    if facts is None:
        return
    for column in index.fields:
        field = entry.scalars.get(column.name)
        if field is None or column.ops_is_raw:
            continue
        fault = _fault(column, field, algorithm, facts, context)
        if fault is not None:
            context.error(Code.OPERATOR_CLASS, fault, index.span)


def _fault(
    column: IndexField, field: ScalarField, algorithm: str, facts: AlgorithmFacts, context: Context
) -> str | None:
    native = _native(field, context)
    if column.ops == _LIST_CLASS and facts.lists and _has_classes(facts):
        return None if field.arity is Arity.LIST else f"`{_LIST_CLASS}` is for lists, but `{field.name}` is none"
    if column.ops is not None:
        known = facts.operator_classes.get(column.ops)
        if known is None:
            return f"an index of type `{algorithm}` has no operator class `{column.ops}`"
        if native is not None:
            fits = native in known.native_types
            return None if fits else f"the operator class `{column.ops}` can't order `{native}` (`{field.name}`)"
        if known.scalar is None:
            return f"the operator class `{column.ops}` needs a native type on `{field.name}`"
        return None if field.type is known.scalar else f"the operator class `{column.ops}` is not for `{field.name}`"
    if not _has_classes(facts) or (facts.lists and field.arity is Arity.LIST):
        return None
    if native is not None:
        if native in facts.default_native_types:
            return None
        return f"an index of type `{algorithm}` has no operator class for `{native}` (`{field.name}`)"
    if isinstance(field.type, UnsupportedType):
        return None
    fits = isinstance(field.type, ScalarType) and field.type in facts.scalars
    return None if fits else f"an index of type `{algorithm}` can't hold `{field.name}`"


def _has_classes(facts: AlgorithmFacts) -> bool:
    """Whether an index type cares for operator classes at all."""
    return bool(facts.operator_classes)


def _native(field: ScalarField, context: Context) -> str | None:
    """The native type of a field, where it is one that the database has."""
    native = field.native_type
    if native is None:
        return None
    facts = context.facts.native_types.get(native.name)
    return native.name if facts is not None and parse_arguments(native.args, facts) is not None else None


def inverted_index_fits(index: Index, entry: ModelEntry, context: Context) -> None:
    """Where inverted indexes take no operator classes: lists, and Json in the last place."""
    if not context.facts.json_must_be_last or index.algorithm != "Gin":
        return
    facts = context.facts.algorithms[index.algorithm]
    last = len(index.fields) - 1
    for place, column in enumerate(index.fields):
        field = entry.scalars.get(column.name)
        if field is None:
            continue
        if column.ops is not None:
            context.error(Code.OPERATOR_CLASS, f"{context.database} takes no operator classes", index.span)
            return
        if field.type not in facts.scalars and field.arity is not Arity.LIST and not _is_unsupported(field):
            message = f"an index of type `{index.algorithm}` can't hold `{field.name}`"
            context.error(Code.INDEX_ALGORITHM, message, index.span)
        if field.type is ScalarType.JSON and place < last:
            message = f"`{field.name}` is Json, and must be the last column of the index"
            context.error(Code.INDEX_ALGORITHM, message, index.span)


def _is_unsupported(field: ScalarField) -> bool:
    return isinstance(field.type, UnsupportedType)
