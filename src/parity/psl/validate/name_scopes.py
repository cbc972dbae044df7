"""Constraint names: which are taken more than once where they must be unique.

Every name is counted once for each scope that it lives in; a rule then asks whether its own name is taken. What shares
a scope is a fact of the database (`ProviderFacts.name_scopes`).
"""

from __future__ import annotations

from collections import Counter

from parity.psl import constraint_names
from parity.psl.entries import ModelEntry, RelationEntry, Resolution
from parity.psl.model import Index, IndexKind, PrimaryKey, RelationKind
from parity.psl.providers.facts import ConstraintKind, NameScope, ProviderFacts

_Key = tuple[int, str | None, str]
"""The scope, the schema or table that it covers, and the name."""


class TakenNames:
    """How often each constraint name is taken, by scope."""

    __slots__ = ("_any_twice", "_counts", "_facts", "_index_names")

    def __init__(self, resolution: Resolution, facts: ProviderFacts) -> None:
        self._facts = facts
        self._counts: Counter[_Key] = Counter()
        self._index_names: dict[int, str] = {}
        """The names that were made of other names, by the identity of the index."""
        self._any_twice = False
        if not facts.name_scopes:
            return
        for entry in resolution.models.values():
            if entry.primary_key is not None and facts.named_primary_keys:
                self._count(ConstraintKind.PRIMARY_KEY, entry, primary_key_name(entry, entry.primary_key, facts))
            for index in entry.indexes:
                self._count(ConstraintKind.INDEX, entry, self.index_name(entry, index))
        for relation in resolution.relations:
            if relation.relation.kind is not RelationKind.MANY_TO_MANY:
                holder = resolution.models[relation.relation.model_a]
                name = foreign_key_name(holder, relation, facts)
                # Where the side with the columns is missing, the name counts for the model that was written.
                side = relation.forward or relation.back
                owner = holder if side is None else resolution.models[side.model]
                self._count(ConstraintKind.FOREIGN_KEY, owner, name)
        self._any_twice = any(count > 1 for count in self._counts.values())

    def index_name(self, entry: ModelEntry, index: Index) -> str:
        """The name of an index, given or by default, made once."""
        if index.database_name is not None:
            return index.database_name
        name = self._index_names.get(id(index))
        if name is None:
            name = self._index_names[id(index)] = _default_index_name(entry, index, self._facts)
        return name

    def _count(self, kind: ConstraintKind, entry: ModelEntry, name: str) -> None:
        for number, scope in enumerate(self._facts.name_scopes):
            if kind in scope.kinds:
                self._counts[self._key(number, scope, entry, name)] += 1

    def _key(self, number: int, scope: NameScope, entry: ModelEntry, name: str) -> _Key:
        return number, (entry.name if scope.within_table else entry.schema), name

    def clash(self, kind: ConstraintKind, entry: ModelEntry, name: str) -> NameScope | None:
        """The scope in which a constraint's name is taken more than once, where that is an error."""
        if not self._any_twice:
            return None
        for number, scope in enumerate(self._facts.name_scopes):
            if kind in scope.checked and self._counts[self._key(number, scope, entry, name)] > 1:
                return scope
        return None


def primary_key_name(entry: ModelEntry, key: PrimaryKey, facts: ProviderFacts) -> str:
    """The name of a primary key, given or by default."""
    return key.database_name or constraint_names.primary_key(_table(entry), facts.max_identifier_bytes)


def _default_index_name(entry: ModelEntry, index: Index, facts: ProviderFacts) -> str:
    columns = _columns(entry, [field.name for field in index.fields])
    name = constraint_names.unique if index.kind is IndexKind.UNIQUE else constraint_names.index
    return name(_table(entry), columns, facts.max_identifier_bytes)


def foreign_key_name(holder: ModelEntry, entry: RelationEntry, facts: ProviderFacts) -> str:
    """The name of a foreign key, given or by default."""
    if entry.relation.map is not None:
        return entry.relation.map
    columns = _columns(holder, entry.relation.fields)
    return constraint_names.foreign_key(_table(holder), columns, facts.max_identifier_bytes)


def _table(entry: ModelEntry) -> str:
    return entry.name if entry.database_name is None else entry.database_name


def _columns(entry: ModelEntry, names: list[str] | tuple[str, ...]) -> list[str]:
    return [entry.scalars[name].db_name if name in entry.scalars else name for name in names]
