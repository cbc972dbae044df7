"""Keys, indexes, constraints and traits of tables out of catalog rows. Pure."""

from __future__ import annotations

from itertools import groupby

from msgspec.structs import replace

from parity.dialects.postgres.belongings import Belongings
from parity.dialects.postgres.introspect_columns import Namer
from parity.dialects.postgres.queries import ConstraintRow, IndexRow, RelationRow
from parity.dialects.postgres.reread import as_reread
from parity.dialects.postgres.traits import FORCED_ROW_SECURITY, ROW_SECURITY, UNCHECKED_KEYS, UNLOGGED
from parity.schema.model import (
    Check,
    ForeignKey,
    Index,
    IndexColumn,
    IndexKind,
    PrimaryKey,
    ReferentialAction,
    SortOrder,
)

ACTIONS = {
    "a": ReferentialAction.NO_ACTION,
    "r": ReferentialAction.RESTRICT,
    "c": ReferentialAction.CASCADE,
    "n": ReferentialAction.SET_NULL,
    "d": ReferentialAction.SET_DEFAULT,
}
_DESCENDING = 1
_NULLS_FIRST = 2


def indexes_from(
    rows: list[IndexRow], belongings: Belongings, name: Namer
) -> tuple[PrimaryKey | None, tuple[Index, ...]]:
    """The primary key and the other indexes of one table. `rows` are sorted by index name and place."""
    key: PrimaryKey | None = None
    indexes: list[Index] = []
    for _, group in groupby(rows, key=lambda row: row.name):
        columns = list(group)
        found = belongings.get(("pg_index", columns[0].oid, None), ())
        if columns[0].is_primary:
            key = _primary_key(columns, found)
        else:
            index = _index(columns, name)
            indexes.append(replace(index, belongings=found) if found else index)
    return key, tuple(indexes)


def foreign_keys_from(rows: list[ConstraintRow], name: Namer) -> tuple[ForeignKey, ...]:
    """The foreign keys among a table's constraints."""
    return tuple(
        ForeignKey(
            name=row.name,
            columns=tuple(row.columns),
            referenced_table=name(row.referenced_namespace or "", row.referenced_name or ""),
            referenced_columns=tuple(row.referenced_columns),
            on_delete=ACTIONS[row.on_delete],
            on_update=ACTIONS[row.on_update],
            deferrable=_deferrable(row.is_deferrable, row.is_deferred),
            validated=row.is_validated,
            match_full=row.match_type == "f",
            comment=row.comment,
            set_columns=_set_columns(row),
        )
        for row in rows
        if row.kind == "f"
    )


def _set_columns(row: ConstraintRow) -> tuple[str, ...]:
    """All of them are none by name: that is what the clause means without a list."""
    named = row.set_columns or ()
    return () if set(named) == set(row.columns) else tuple(sorted(named))


def checks_from(rows: list[ConstraintRow]) -> tuple[Check, ...]:
    """The checks and exclusion constraints among a table's constraints."""
    return tuple(
        Check(row.name, _condition(row), row.is_validated, row.comment, _read(row.reads))
        for row in rows
        if row.kind != "f"
    )


def _condition(row: ConstraintRow) -> str:
    return as_reread(row.definition.removesuffix(" NOT VALID"))


def traits_from(row: RelationRow, name: Namer) -> tuple[str, ...]:
    """The clauses of a whole table, sorted."""
    traits: list[str] = []
    parents = [name.sql(*pair) for pair in zip(row.parent_namespaces, row.parent_names, strict=True)]
    if row.unlogged:
        traits.append(UNLOGGED)
    if row.row_security:
        traits.append(ROW_SECURITY)
    if row.forced_row_security:
        traits.append(FORCED_ROW_SECURITY)
    if row.unchecked_keys:
        traits.append(UNCHECKED_KEYS)
    traits += row.switched_triggers or ()
    if row.partition_key is not None:
        traits.append(f"PARTITION BY {row.partition_key}")
    if row.partition_bound is not None and parents:
        traits.append(f"PARTITION OF {parents[0]} {row.partition_bound}")
    elif parents:
        traits.append(f"INHERITS ({', '.join(parents)})")
    return tuple(sorted(traits))


def without_parentheses(expression: str) -> str:
    """An expression without the pair of parentheses that stands around all of it."""
    if not (expression.startswith("(") and expression.endswith(")")):
        return expression
    depth = 0
    quote: str | None = None
    for index, character in enumerate(expression):
        if quote is not None:
            quote = None if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if depth == 0 and index < len(expression) - 1:
                return expression
    return expression[1:-1] if quote is None else expression


def _primary_key(rows: list[IndexRow], belongings: tuple[str, ...]) -> PrimaryKey:
    first = rows[0]
    return PrimaryKey(
        first.name,
        tuple(IndexColumn(row.column or "") for row in rows if row.is_key),
        first.comment,
        _deferrable(first.is_deferrable, first.is_deferred),
        include=tuple(row.column or "" for row in rows if not row.is_key),
        storage=tuple(sorted(first.storage or ())),
        belongings=belongings,
    )


def _index(rows: list[IndexRow], name: Namer) -> Index:
    first = rows[0]
    condition = None if first.predicate is None else without_parentheses(first.predicate)
    lasting = None if first.predicate is None else without_parentheses(as_reread(first.predicate))
    return Index(
        name=first.name,
        columns=tuple(_index_column(row, name) for row in rows if row.is_key),
        kind=IndexKind.UNIQUE if first.is_unique else IndexKind.NORMAL,
        method=None if first.method == "btree" else first.method,
        predicate=lasting,
        predicate_sql=None if lasting == condition else condition,
        include=tuple(row.column or "" for row in rows if not row.is_key),
        nulls_not_distinct=first.nulls_not_distinct,
        valid=first.is_valid,
        comment=first.comment,
        constraint=first.is_constraint,
        deferrable=_deferrable(first.is_deferrable, first.is_deferred),
        storage=tuple(sorted(first.storage or ())),
        definition=first.definition,
        reads=_read(first.reads),
    )


def _index_column(row: IndexRow, name: Namer) -> IndexColumn:
    descending = bool(row.option & _DESCENDING)
    nulls_first = bool(row.option & _NULLS_FIRST)
    opclass = row.opclass
    if opclass is not None and row.opclass_options:
        opclass += f"({', '.join(row.opclass_options)})"
    return IndexColumn(
        name=row.column or "",
        sort=SortOrder.DESC if descending else SortOrder.ASC,
        opclass=opclass,
        nulls_first=None if nulls_first == descending else nulls_first,
        collation=name.collation(row.collation_namespace, row.collation),
        expression=None if row.expression is None else as_reread(row.expression),
    )


def _read(columns: list[str] | None) -> tuple[str, ...] | None:
    return None if columns is None else tuple(columns)


def _deferrable(is_deferrable: bool | None, is_deferred: bool | None) -> str | None:
    if not is_deferrable:
        return None
    return "DEFERRABLE INITIALLY DEFERRED" if is_deferred else "DEFERRABLE"
